"""Neutrino-electron scattering through the light boson."""

from recette.core.observable import observable
from recette.core.point import LightBoson, Point
from recette.types import Array


@observable(
    "nu_e_product",
    "nu_mu_product",
    unit="e^2",
    needs=(LightBoson,),
    cite=("Hati:2020fzp",),
    batched=True,
)
def products(p: Point) -> Array:
    """Signed products g_nu eps_V of a neutrino and the electron.

    Their interference with W and Z exchange depends on the sign, so data bound the product.
    """
    X = p[LightBoson]
    return X.g_nu[:2] * X.eps_V["e"]

"""The light boson itself: mass, couplings, width, branching ratios, decay length."""

import jax.numpy as jnp

from recette.core.observable import observable
from recette.core.point import LightBoson, Point
from recette.core.rows import rows
from recette.types import Array

_NEEDS = (LightBoson,)


@observable("m_X", "Gamma_X", unit="GeV", needs=_NEEDS, batched=True)
def mass_and_width(p: Point) -> Array:
    """Mass and total width of the light boson."""
    X = p[LightBoson]
    return rows(p, X.m, X.Gamma)


@observable("ctau_X", unit="cm", needs=_NEEDS, batched=True)
def decay_length(p: Point) -> Array:
    """Proper decay length c tau of the light boson; infinite when it is stable."""
    return rows(p, p[LightBoson].ctau)


@observable(
    "BR_X_ee",
    "BR_X_mumu",
    "BR_X_tautau",
    "BR_X_nunu",
    "BR_X_NN",
    unit="1",
    needs=_NEEDS,
    batched=True,
)
def branching_ratios(p: Point) -> Array:
    """Branching ratios of the light boson; NN: pairs with a heavier neutral lepton."""
    BR = p[LightBoson].BR
    return rows(p, *(BR[channel] for channel in ("ee", "mumu", "tautau", "nunu", "NN")))


@observable(
    "eps_V_e",
    "eps_V_mu",
    "eps_V_tau",
    "eps_u",
    "eps_d",
    "eps_p",
    "eps_n",
    unit="e",
    needs=_NEEDS,
    cite=("Hati:2020fzp",),
    batched=True,
)
def vector_couplings(p: Point) -> Array:
    """Vector couplings of leptons, quarks and nucleons to the light boson."""
    eps_V = p[LightBoson].eps_V
    return rows(p, *(eps_V[f] for f in ("e", "mu", "tau", "u", "d", "p", "n")))


@observable(
    "eps_A_e", "eps_A_mu", "eps_A_tau", unit="e", needs=_NEEDS, cite=("Hati:2020fzp",), batched=True
)
def axial_couplings(p: Point) -> Array:
    """Axial couplings of charged leptons, J = fbar gamma^mu (eps_V + gamma5 eps_A) f."""
    eps_A = p[LightBoson].eps_A
    return rows(p, *(eps_A[f] for f in ("e", "mu", "tau")))


@observable(
    "g_nu_e", "g_nu_mu", "g_nu_tau", unit="e", needs=_NEEDS, cite=("Hati:2020fzp",), batched=True
)
def neutrino_couplings(p: Point) -> Array:
    """Couplings g of nubar_L gamma nu_L; the talk's |eps^A_nunu| is |g|, no factor 2."""
    return p[LightBoson].g_nu


@observable("eps_e", unit="e", needs=_NEEDS, batched=True)
def electron_strength(p: Point) -> Array:
    """Strength sqrt(eps_V^2 + eps_A^2) of the electron coupling."""
    X = p[LightBoson]
    return rows(p, jnp.hypot(X.eps_V["e"], X.eps_A["e"]))

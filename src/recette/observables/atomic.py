"""Parity violation in atoms through the light boson."""

import math

import jax.numpy as jnp
from jax.scipy.special import gammaincc, gammaln

from recette.constants import HBAR_C_CM
from recette.core.gauge import Electroweak
from recette.core.observable import observable
from recette.core.point import LightBoson, Point
from recette.types import Array, Scalar

Z_CS, N_CS = 55, 78
# Uniform sphere with the measured rms charge radius of 133Cs, 4.80 fm.
RADIUS_CS = math.sqrt(5 / 3) * 4.80e-13 / HBAR_C_CM  # GeV^-1


def finite_range(m: Scalar, alpha: Scalar) -> Array:
    """Reduction K(m) of the weak charge of Cs when the mediator has the range 1/m.

    A contact interaction sees the electron at the nucleus; a Yukawa potential m^2 exp(-mr)/(4 pi r)
    averages its density, which falls as r^(2 gamma - 2) outside the nucleus with
    gamma = sqrt(1 - (Z alpha)^2) and is flat inside. Good to some per cent for m above 5 MeV,
    where 1/m is far below the size of the K shell; K(17 MeV) = 0.8 as in hep-ph/0410260.
    """
    power = 2 * jnp.sqrt(1 - (Z_CS * alpha) ** 2)
    x = m * RADIUS_CS
    inside = 1 - (1 + x) * jnp.exp(-x)
    outside = x ** (2 - power) * jnp.exp(gammaln(power)) * gammaincc(power, x)
    return inside + outside


@observable("delta_QW_Cs", unit="1", needs=(LightBoson, Electroweak), cite=("Bouchiat:2004sp",))
def weak_charge_of_caesium(p: Point) -> Array:
    """Shift of the weak charge of 133Cs by the light boson, Q_W = -N + Z (1 - 4 s^2) + shift.

    2 sqrt2/G_F e^2 eps_A(e) [eps_u (2Z+N) + eps_d (Z+2N)] K(m)/m^2, K from `finite_range`.
    """
    X, electroweak = p[LightBoson], p[Electroweak]
    quarks = X.eps_V["u"] * (2 * Z_CS + N_CS) + X.eps_V["d"] * (Z_CS + 2 * N_CS)
    scale = 2 * jnp.sqrt(2.0) / electroweak.G_F * electroweak.e**2 / X.m**2
    return scale * X.eps_A["e"] * quarks * finite_range(X.m, electroweak.alpha)

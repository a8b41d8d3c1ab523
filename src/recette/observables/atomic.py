"""Parity violation in atoms through the light boson."""

import math

import jax.numpy as jnp
from jax.scipy.special import gammaln

from recette.constants import HBAR_C_CM
from recette.core.gauge import Electroweak
from recette.core.observable import observable
from recette.core.point import LightBoson, Point
from recette.core.rows import rows
from recette.types import Array, Scalar

Z_CS, N_CS = 55, 78
# Uniform sphere with the measured rms charge radius of 133Cs, 4.80 fm.
RADIUS_CS = math.sqrt(5 / 3) * 4.80e-13 / HBAR_C_CM  # GeV^-1
# Where the series for the incomplete gamma function gives way to the continued fraction.
_MEET = 5.0


def finite_range(m: Scalar, alpha: Scalar) -> Array:
    """Reduction K(m) of the weak charge of Cs when the mediator has the range 1/m.

    A contact interaction sees the electron at the nucleus; a Yukawa potential m^2 exp(-mr)/(4 pi r)
    averages its density, which falls as r^(2 gamma - 2) outside the nucleus with
    gamma = sqrt(1 - (Z alpha)^2) and is flat inside. Good to some per cent for m above 5 MeV,
    where 1/m is far below the size of the K shell; K(17 MeV) = 0.8 as in hep-ph/0410260.
    """
    power = 2 * jnp.sqrt(1 - (Z_CS * alpha) ** 2)
    x = m * RADIUS_CS
    near, far = jnp.minimum(x, _MEET), jnp.maximum(x, _MEET)
    whole = jnp.exp((2 - power) * jnp.log(near) + gammaln(power))
    short = whole - near**2 * jnp.exp(-near) * _lower_gamma(power, near)
    outside = jnp.where(x < _MEET, short, far**2 * jnp.exp(-far) * _upper_gamma(power, far))
    return 1 - (1 + x) * jnp.exp(-x) + outside


def _lower_gamma(a: Array, x: Array) -> Array:
    """e^x x^-a gamma(a, x) = Sum x^n/(a (a+1) ... (a+n)), to 1e-15 for x <= 5.

    Multiplied by the last denominator, so that the only division comes at the end.
    """
    coefficient, total = jnp.ones_like(a), jnp.ones_like(x)
    for n in range(30, 0, -1):
        coefficient = coefficient * (a + n)
        total = coefficient + x * total
    return total / (coefficient * a)


def _upper_gamma(a: Array, x: Array) -> Array:
    """e^x x^-a Gamma(a, x) = 1/(x+1-a - 1(1-a)/(x+3-a - 2(2-a)/...)), to 1e-12 for x >= 5."""
    above, below = x + 25 - a, jnp.ones_like(x)
    for n in range(12, 0, -1):
        above, below = (x + 2 * n - 1 - a) * above - n * (n - a) * below, above
    return below / above


@observable(
    "delta_QW_Cs",
    unit="1",
    needs=(LightBoson, Electroweak),
    cite=("Bouchiat:2004sp",),
    batched=True,
)
def weak_charge_of_caesium(p: Point) -> Array:
    """Shift of the weak charge of 133Cs by the light boson, Q_W = -N + Z (1 - 4 s^2) + shift.

    2 sqrt2/G_F e^2 eps_A(e) [eps_u (2Z+N) + eps_d (Z+2N)] K(m)/m^2, K from `finite_range`.
    """
    X, electroweak = p[LightBoson], p[Electroweak]
    quarks = X.eps_V["u"] * (2 * Z_CS + N_CS) + X.eps_V["d"] * (Z_CS + 2 * N_CS)
    scale = 2 * jnp.sqrt(2.0) / electroweak.G_F * electroweak.e**2 / X.m**2
    K = finite_range(X.m, electroweak.alpha)
    return rows(p, scale * X.eps_A["e"] * quarks * K)

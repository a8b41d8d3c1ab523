"""The two-loop Barr-Zee diagram of a neutral scalar: its size, as a theory uncertainty.

F(z) = (z/2) Int_0^1 dx (1 - 2x(1-x))/(x(1-x) - z) ln(x(1-x)/z), z = m_F^2/m_S^2, the function f of
Barr and Zee, Phys. Rev. Lett. 65 (1990) 21. With l = ln z and w = sqrt(1 - 4z),

    F = (1 - 2z) z h/(2w) + z (2 + l),   dh/dz = 2 l/(z w),   h = l^2 + pi^2/3 for z -> 0,

so 1/w = Sum c_k z^k, c_k = (2k choose k), integrates term by term, around z = 0 and as well around
1/z = 0, where h/w = 0. Between, from quadrature at import, stands a polynomial in l.
"""

from math import comb

import jax.numpy as jnp
import numpy as np

import recette._precision  # noqa: F401  (64 bit)
from recette.types import Array, Float, Scalar

# The series are taken where 4z < 1/8 and 1/(4z) < 1/16.
_LOW, _HIGH = 1 / 32, 4.0
_TINY = 1e-100  # stands for z = 0, where F = 0


def _small() -> np.ndarray:
    """h - l^2 - pi^2/3 = Sum z^k (a_k l + b_k): rows a, b; 8^-13 = 2e-12 of a small part."""
    k = np.arange(1, 14)
    c = np.array([comb(2 * n, n) for n in k.tolist()], dtype=float)
    return np.stack([2 * c / k, -2 * c / k**2])


def _large() -> np.ndarray:
    """F = Sum z^-k (a_k l + b_k): rows a, b; 16^-10 = 1e-12.

    Integrated from infinity, z h/(2w) is 1/4 of the product of Sum c_k (16z)^-k with
    Sum c_k (16z)^-k [l/(k + 1/2) + 1/(k + 1/2)^2]; in F the term of order z drops out.
    """
    k = np.arange(11)
    c = np.array([comb(2 * n, n) / 16**n for n in k.tolist()])
    product = [np.convolve(c, c / (k + 0.5) ** power)[: len(k)] / 4 for power in (1, 2)]
    return np.stack([s[:-1] - 2 * s[1:] for s in product])


def _quadrature(l: np.ndarray) -> np.ndarray:
    """F by the trapezoidal rule in t, x = 1/(1 + exp(-t)).

    x(1-x) dt falls as exp(-|t|); a step of 0.5 leaves exp(-2 pi^2/0.5) = 7e-18.
    """
    step = 0.5
    xx = 1 / (2 + 2 * np.cosh(np.arange(-40, 40, step)))  # x(1-x)
    log = np.log(xx) - l[:, None]
    return step / 2 * np.sum(xx * (1 - 2 * xx) * log / np.expm1(log), axis=1)


def _middle() -> np.ndarray:
    """F(l) as a power series around the middle, in units of half the interval.

    Singular at l = +-i pi, so that the n-th term of its Chebyshev series falls as 2.95^-n.
    """
    between = np.polynomial.Chebyshev.interpolate(
        lambda s: _quadrature(_CENTRE + _HALF * s), 26, domain=[-1, 1]
    )
    return between.convert(kind=np.polynomial.Polynomial).coef


_CENTRE, _HALF = (np.log(_HIGH) + np.log(_LOW)) / 2, (np.log(_HIGH) - np.log(_LOW)) / 2
_SMALL, _LARGE, _MIDDLE = _small(), _large(), _middle()


def loop(z: Array) -> Array:
    """F(z) for z = m_F^2/m_S^2 >= 0. Errors: 1e-11 relative."""
    z = jnp.maximum(z, _TINY)
    l = jnp.log(z)
    is_low, is_high = z < _LOW, z > _HIGH
    low, high = jnp.where(is_low, z, _LOW), jnp.where(is_high, z, _HIGH)
    a, b = (low * _power_series(row, low) for row in _SMALL)
    h = (l + a) * l + np.pi**2 / 3 + b
    below = low * ((0.5 - low) / jnp.sqrt(1 - 4 * low) * h + 2 + l)
    a, b = (_power_series(row, 1 / high) for row in _LARGE)
    above = a * l + b
    between = _power_series(_MIDDLE, (jnp.where(is_low | is_high, _CENTRE, l) - _CENTRE) / _HALF)
    return jnp.where(is_low, below, jnp.where(is_high, above, between))


def _power_series(coefficients: np.ndarray, x: Array) -> Array:
    value = jnp.zeros_like(x)
    for coefficient in coefficients[::-1].tolist():
        value = coefficient + x * value
    return value


def barr_zee(
    alpha: Scalar,
    m: Float[Array, "3 *batch"],
    y: Float[Array, "3 *batch"],
    M: Float[Array, "n 3 *batch"],
    Y: Float[Array, "n 3 *batch"],
    m_S: Float[Array, "*batch"],
) -> Float[Array, "3 *batch"]:
    """|Delta a| of leptons m with scalar couplings y from loops of charged leptons M, Y.

    alpha/(4 pi^3) m y |Sum_F Y_F/M_F F(M_F^2/m_S^2)| (Ilisie, JHEP 04 (2015) 077, eq. for F^(1)).
    A scalar gives the opposite sign of y Y; only the size is used.
    """
    inner = jnp.sum(Y / M * loop((M / m_S) ** 2), axis=(0, 1))
    return jnp.abs(alpha / (4 * jnp.pi**3) * m * y * inner)

"""Moments of one over the one-loop denominator, with the external mass kept.

Every one-loop dipole of an external fermion of mass m, with an internal fermion and boson, is a sum

    J_n = Int_0^1 dx x^n / D(x),   D(x) = m^2 x^2 + (M1^2 - M0^2 - m^2) x + M0^2,   n = 1, 2, 3,

so that D(0) = M0^2 and D(1) = M1^2. The parts cancel to five digits between heavy states, so J_n is
needed to the last digits for any ratio of the three masses. A root of D far from [0, 1] makes
1/(x - root) smooth, twelve Gauss-Legendre nodes exact; a near root is integrated in closed form.
Where masses are nearly equal, D and its discriminant are formed from their differences.
"""

import jax.numpy as jnp
import numpy as np

import recette._precision  # noqa: F401  (64 bit)
from recette.types import Array, Float

# A pole r is far if |r| + |1 - r| >= 2.6: the ellipse with foci 0 and 1 through it has 5.0 for sum
# of semi-axes (in units of 1/2), and twelve nodes err by 5^-24 < 2e-17.
_FAR = 2.6
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2
_POWERS = np.stack([_WEIGHTS * _NODES**n for n in (1, 2, 3)])


def _where(condition: Array, value: Array | float, otherwise: Array | float) -> Array:
    """value where the condition holds; a harmless number elsewhere, so that no NaN is made."""
    return jnp.where(condition, value, otherwise)


def _smooth(f: list[Array]) -> Array:
    """Int_0^1 x^n f(x) dx for n = 1, 2, 3 from the values of f at the nodes."""
    return jnp.stack([sum(w * f[k] for k, w in enumerate(row)) for row in _POWERS])


def _chain(root: Array, first: Array) -> list[Array]:
    """first, root first + 1, ...: x^n/(x - root) = x^(n-1) + root x^(n-1)/(x - root)."""
    L1 = root * first + 1
    L2 = root * L1 + 1 / 2
    return [L1, L2, root * L2 + 1 / 3]


def _minus(a: Array, b: Array, c: Array) -> Array:
    """a^2 - b^2 - c^2 from the smaller of the differences a - b, a - c."""
    b_first = jnp.abs(a - b) < jnp.abs(a - c)
    b, c = jnp.where(b_first, b, c), jnp.where(b_first, c, b)
    return (a - b) * (a + b) - c * c


def _triangle(x: Array, y: Array, z: Array) -> Array:
    """(x-y-z)(x-y+z)(x+y-z)(x+y+z) to the last digit (Kahan: sides in order).

    Squares where nothing cancels: they keep the derivative by a small side accurate too.
    """
    x, y = jnp.where(x < y, y, x), jnp.where(x < y, x, y)
    y, z = jnp.where(y < z, z, y), jnp.where(y < z, y, z)
    x, y = jnp.where(x < y, y, x), jnp.where(x < y, x, y)
    d, s = x - y, x + y
    return jnp.where(z < d / 2, d * d - z * z, (d - z) * (d + z)) * (s * s - z * z)


def _pair(root: Array, log: Array, rise: Array, off: Array, gap: Array) -> Array:
    """Int_0^1 x^n/((x - root)(x - far)) dx, n = 1, 2, 3, both roots on one side of [0, 1].

    The divided difference of `_chain`, accurate also where the roots coincide. off > 0 is the
    distance of the root from [0, 1], gap >= 0 that of the far root from it.
    """
    beyond = 1 + off + gap
    w = jnp.where(gap > 0, gap, 1e-20) / (off * beyond)
    turn = jnp.log1p(w)  # |log_far - log|
    log_far = log - _where(rise, turn, -turn)
    far = root - _where(rise, gap, -gap)
    D1 = log_far + root / (off * beyond) * turn / w
    L1, L2, _ = _chain(far, log_far)
    D2 = L1 + root * D1
    return jnp.stack([D1, D2, L2 + root * D2])


def moments(m: Float[Array, ""], M0: Float[Array, ""], M1: Float[Array, ""]) -> Float[Array, "3"]:
    """J_1, J_2, J_3 [GeV^-2] for m < M0 + M1.

    Args:
        m: external mass [GeV], > 0.
        M0: mass in the denominator at x = 0 [GeV], >= 0.
        M1: mass in the denominator at x = 1 [GeV], > 0.

    Errors: 1e-14 relative. Gradients, finite everywhere, are inexact next to a double root near
    [0, 1], where |M0 - M1| = m and M0 or M1 is below 0.8 m.
    """
    m2 = m * m
    p = _minus(M1, M0, m)  # D = m^2 x^2 + p x + M0^2
    q = _minus(M0, M1, m)  # the same seen from x = 1
    discriminant = _triangle(m, M0, M1)
    real, double = discriminant >= 0, discriminant == 0
    rise = p > 0  # both roots below 0; else (if real) both above 1
    width = jnp.where(double, 0.0, jnp.sqrt(_where(real & ~double, discriminant, 1.0)))

    # Real roots: how far the near one lies off [0, 1], without cancellation, and the far one.
    # A massless state has its root at 0; 1e-100 stands for it, as root log(root) -> 0.
    below = jnp.maximum(2 * M0 * M0 / _where(real & rise, p + width, 1.0), 1e-100)
    above = 2 * M1 * M1 / _where(real & ~rise, q + width, 1.0)
    off = _where(rise, below, above)
    gap = width / m2
    # Complex roots: D = m^2 |x - z|^2.
    centre = -p / (2 * m2)
    height = jnp.sqrt(_where(real, 1.0, -discriminant)) / (2 * m2)
    span = jnp.hypot(centre, height) + jnp.hypot(1 - centre, height)
    far = _where(real, 1 + 2 * off, span) >= _FAR
    both_near = real & ~far & (1 + 2 * (off + gap) < 5)
    one_near = real & ~far & ~both_near

    # 1/D, or for one near root 1/(x - far root).
    remote = _where(rise, -(below + gap), 1 + above + gap)
    a, b, c = (_where(one_near, u, v) for u, v in ((0.0, m2), (1.0, p), (-remote, M0 * M0)))
    smooth = _smooth([1 / _where(far | one_near, (a * x + b) * x + c, 1.0) for x in _NODES])

    root = _where(rise, -off, 1 + off)
    off_right = _where(rise, 1 + off, -off)  # 1 - root
    use_real = real & ~far
    z = _where(use_real, root, -1.0) + 0j
    z = jnp.where(~real & ~far, centre + 1j * height, z)
    rest = jnp.where(use_real, _where(use_real, off_right, 2.0) + 0j, 1 - z)
    log = jnp.log(-rest / z)
    near = jnp.stack(_chain(z, log))

    # 1/D = [1/(x - near) - 1/(x - far)] / (+-width): the far one has the larger modulus.
    sign = _where(rise, 1.0, -1.0)
    split = sign * (near.real - smooth) / _where(one_near, width, 1.0)
    safe_off, safe_gap = _where(both_near, off, 1.0), _where(both_near, gap, 1.0)
    pair = _pair(z.real, log.real, rise, safe_off, safe_gap) / m2
    arc = near.imag / _where(real, 1.0, m2 * z.imag)
    return _where(far, smooth, _where(both_near, pair, _where(real, split, arc)))

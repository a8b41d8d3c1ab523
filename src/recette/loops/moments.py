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

# On |2x-1| >= 3 the integrand is analytic inside an ellipse of radius 5.8: 5.8^-24 < 1e-18.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2
_POWERS = np.stack([_WEIGHTS * _NODES**n for n in (1, 2, 3)])


def _where(condition: Array, value: Array | float, otherwise: Array | float) -> Array:
    """value where the condition holds; a harmless number elsewhere, so that no NaN is made."""
    return jnp.where(condition, value, otherwise)


def _smooth(f: list[Array]) -> Array:
    """Int_0^1 x^n f(x) dx for n = 1, 2, 3 from the values of f at the nodes."""
    return jnp.stack([sum(w * f[k] for k, w in enumerate(row)) for row in _POWERS])


def _near(root: Array, distance: Array) -> Array:
    """Int_0^1 x^n/(x - root) dx for n = 1, 2, 3, root outside [0, 1], distance = 1 - root.

    distance is passed because 1 - root would lose it when the root is near 1. Roots may be
    complex.
    """
    at_zero = root == 0  # a massless state at x = 0: root log(root) -> 0
    log = jnp.log(_where(at_zero, 1.0, -distance / _where(at_zero, 1.0, root)))
    L1 = root * log + 1
    L2 = root * L1 + 1 / 2
    L3 = root * L2 + 1 / 3
    return jnp.stack([L1, L2, L3])


def _pair(root: Array, distance: Array, gap: Array) -> Array:
    """Int_0^1 x^n/((x - root)(x - root - gap)) dx with both roots on one side of [0, 1].

    The divided difference of `_near`, accurate also where the roots coincide (gap = 0).
    """
    at_zero = root == 0
    near = _where(at_zero, 1.0, root)
    far, far_distance = root + gap, distance - gap
    log_near = jnp.log(_where(at_zero, 1.0, -distance / near))
    log_far = jnp.log(-far_distance / far)
    u = gap / (near * far_distance)  # exp(log_near - log_far) - 1
    close = jnp.abs(u) < 0.5
    v = jnp.where(close & (u != 0), u, 1e-20)
    slope = jnp.where(close, jnp.log1p(v) / v, (log_near - log_far) / _where(~close, u, 1.0))
    D1 = log_far - jnp.where(at_zero, 0.0, slope / far_distance)
    D2 = far * log_far + 1 + root * D1
    D3 = far * (far * log_far + 1) + 1 / 2 + root * D2
    return jnp.stack([D1, D2, D3])


def _minus(a: Array, b: Array, c: Array) -> Array:
    """a^2 - b^2 - c^2 from the smaller of the differences a - b, a - c."""
    b_first = jnp.abs(a - b) < jnp.abs(a - c)
    b, c = jnp.where(b_first, b, c), jnp.where(b_first, c, b)
    return (a - b) * (a + b) - c * c


def _triangle(x: Array, y: Array, z: Array) -> Array:
    """(x-y-z)(x-y+z)(x+y-z)(x+y+z), every factor to its last digit (Kahan: sides in order)."""
    x, y = jnp.where(x < y, y, x), jnp.where(x < y, x, y)
    y, z = jnp.where(y < z, z, y), jnp.where(y < z, y, z)
    x, y = jnp.where(x < y, y, x), jnp.where(x < y, x, y)
    return ((x - y) - z) * ((x - y) + z) * (x + (y - z)) * (x + (y + z))


def moments(m: Float[Array, ""], M0: Float[Array, ""], M1: Float[Array, ""]) -> Float[Array, "3"]:
    """J_1, J_2, J_3 [GeV^-2] for m < M0 + M1.

    Args:
        m: external mass [GeV], > 0.
        M0: mass in the denominator at x = 0 [GeV], >= 0.
        M1: mass in the denominator at x = 1 [GeV], > 0.

    Errors: 1e-14 relative, 1e-12 where a root pinches [0, 1] (m -> M0 + M1). Gradients lose digits
    next to a double root inside the ellipse, |M0 - M1| = m with M0 or M1 below m.
    """
    m2 = m * m
    p = _minus(M1, M0, m)  # D = m^2 x^2 + p x + M0^2
    q = _minus(M0, M1, m)  # the same seen from x = 1
    discriminant = _triangle(m, M0, M1)
    real = discriminant >= 0
    rise = p > 0  # both roots below 0; else (if real) both above 1
    double = discriminant == 0
    width = jnp.where(double, 0.0, jnp.sqrt(_where(real & ~double, discriminant, 1.0)))

    # Real roots: the near one and its distance to 1 without cancellation, then the far one.
    below = -2 * M0 * M0 / _where(real & rise, p + width, 1.0)
    beyond = -2 * M1 * M1 / _where(real & ~rise, q + width, 1.0)
    root = _where(rise, below, 1 - beyond)
    distance = _where(rise, 1 - below, beyond)
    reach = jnp.abs(2 * root - 1)
    # D is smooth on [0, 1] when both roots are far; |D| is then m^2 |x - r|^2 for complex roots.
    centre = -p / (2 * m2)
    height = jnp.sqrt(_where(real, 1.0, -discriminant)) / (2 * m2)
    # A root r lies outside the ellipse through 3 when |r| + |1 - r| >= 3.
    span = jnp.hypot(centre, height) + jnp.hypot(1 - centre, height)
    far = _where(real, reach, span) >= 3
    both_near = real & ~far & (reach + 2 * width / m2 < 3)
    one_near = real & ~far & ~both_near

    whole = _smooth([1 / (m2 * x * x + p * x + M0 * M0) for x in _NODES])

    # 1/D = [1/(x - near) - 1/(x - far)] / (+-width): the far one has the larger modulus.
    sign = _where(rise, 1.0, -1.0)
    remote = _where(rise, -(p + width) / 2, (q + width) / 2 + m2)  # m^2 times the far root
    safe_remote = _where(one_near, remote, -m2)
    smooth = _smooth([m2 / (m2 * x - safe_remote) for x in _NODES])
    single = _near(_where(one_near, root, -1.0), _where(one_near, distance, 2.0))
    split = sign * (single - smooth) / _where(one_near, width, 1.0)

    gap = _where(both_near, -sign * width / m2, -1.0)
    pair = _pair(_where(both_near, root, -1.0), _where(both_near, distance, 2.0), gap) / m2

    z = jnp.where(~real & ~far, centre + 1j * height, -1.0 + 1j)
    arc = _near(z, 1 - z).imag / (m2 * z.imag)
    return _where(far, whole, _where(both_near, pair, _where(real, split, arc)))

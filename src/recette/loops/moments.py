"""Moments of one over the one-loop denominator, with the external mass kept.

Every one-loop dipole of an external fermion of mass m, with an internal fermion and boson, is a sum

    J_n = Int_0^1 dx x^n / D(x),   D(x) = m^2 x^2 + (M1^2 - M0^2 - m^2) x + M0^2,   n = 1, 2, 3,

so that D(0) = M0^2 and D(1) = M1^2. The parts cancel to five digits between heavy states, so J_n is
needed to the last digits for any ratio of the three masses. What counts is how far the roots of D
lie from [0, 1]:

    both far             Gauss-Legendre nodes for 1/D
    real, one near       its logarithm, and nodes for 1/(x - far root)
    both near, real      logarithms, and their divided difference
    both near, complex   a logarithm and an arctangent; also where real roots meet

Between heavy states, M0 + M1 > 6 m, only the first two occur. Masses are in units of the larger
internal one, and `below` tells whether that is M1: real roots then lie below 0, else above 1.
"""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np

import recette._precision  # noqa: F401  (64 bit)
from recette.types import Array, Bool, Float

Moments = tuple[Float[Array, "..."], Float[Array, "..."], Float[Array, "..."]]
_Fraction = tuple[Array, Sequence[Array | float]]

# A pole r is far if |r| + |1 - r| >= 2.6: the ellipse with foci 0 and 1 through it has 5.0 for sum
# of semi-axes (in units of 1/2), and twelve nodes err by 5^-24 < 2e-17.
_FAR = 2.6
_NODES = [((1 + x) / 2, w / 2) for x, w in np.stack(np.polynomial.legendre.leggauss(12)).T.tolist()]

# (M0/M1)^2 of a massless state: root log(root) -> 0 stays finite.
_MASSLESS = 1e-40


def moments(m: Float[Array, "..."], M0: Float[Array, "..."], M1: Float[Array, "..."]) -> Moments:
    """J_1, J_2, J_3 [GeV^-2] for m < M0 + M1, element by element; shapes need only broadcast.

    Three times faster if *all* elements have M0 + M1 > 6 m: give it those in a call of their own.

    Args:
        m: external mass [GeV], > 0.
        M0: mass in the denominator at x = 0 [GeV], >= 0.
        M1: mass in the denominator at x = 1 [GeV], > 0.

    Errors: 1e-14 relative, of gradients 1e-11.
    """
    heavy = ~jnp.any(6 * m >= M0 + M1)  # a NaN takes no part and comes out again
    # What the slow branch would keep for a gradient costs more than doing it again.
    return jax.lax.cond(heavy, jax.checkpoint(_heavy), jax.checkpoint(general), m, M0, M1)


def _heavy(m: Array, M0: Array, M1: Array) -> Moments:
    """The moments where M0 + M1 > 6 m; finite where not."""
    below = M0 < M1
    small, big = jnp.where(below, M0, M1), jnp.where(below, M1, M0)
    t, mu = small / big, m / big
    t2, mu2 = jnp.maximum(t * t, _MASSLESS), mu * mu
    p = (1 - t) * (1 + t) - mu2
    near = (t < 2 / 3) & (t + mu < 1)  # 2 / 3: the root at -0.8 or 1.8, see _FAR
    width = jnp.sqrt(jnp.where(near, ((1 - t) ** 2 - mu2) * ((1 + t) ** 2 - mu2), 1.0))
    off = jnp.where(near, 2 * t2 / (jnp.where(near, p, 1.0) + width), 1.0)
    smooth = _smooth(below, near, t2, mu2, p, mu2 * off + width)
    log = _signed(below, jnp.log1p(1 / off))
    root = jnp.where(below, -off, 1 + off)
    J = []
    for n, s in enumerate(smooth, start=1):
        log = root * log + 1 / n  # Int x^n/(x - root)
        split = (_signed(below, log) - mu2 * s) / width
        J.append(jnp.where(near, split, s) / (big * big))
    return J[0], J[1], J[2]


def general(m: Float[Array, "..."], M0: Float[Array, "..."], M1: Float[Array, "..."]) -> Moments:
    """`moments` for any masses without asking whether they are heavy."""
    below = M0 < M1
    small, big = jnp.where(below, M0, M1), jnp.where(below, M1, M0)
    t2, mu2 = jnp.maximum((small / big) ** 2, _MASSLESS), (m / big) ** 2
    # D from the smaller differences, as its roots may pinch [0, 1] or lie at its end:
    # p = 1 - t^2 - mu^2, beyond = (1-t)^2 - mu^2 > 0 if real, pinch = (1+t)^2 - mu^2.
    first, second = jnp.maximum(small, m), jnp.minimum(small, m)
    p = ((big - first) * (big + first) - second * second) / (big * big)
    beyond = (big - first - second) * (big - small + m) / (big * big)
    pinch = (big - m + small) * (big + small + m) / (big * big)

    real = beyond > 0
    width = jnp.sqrt(jnp.where(real, beyond * pinch, 1.0))
    off = 2 * t2 / (jnp.where(real, p, 1.0) + width)  # of the near root from [0, 1]
    gap = width / mu2  # from there to the far one
    far = jnp.where(real, 1 + 2 * off >= _FAR, small + big >= _FAR * m)
    one_near = real & ~far & (gap >= 1)  # 1: the difference below loses a factor 3
    apart = real & ~far & ~one_near & (beyond > 0.1 * pinch)
    meeting = ~(far | one_near | apart)

    smooth = _smooth(below, one_near, t2, mu2, p, mu2 * off + width)
    off, gap = jnp.where(one_near | apart, off, 1.0), jnp.where(apart, gap, 1.0)
    outer = jnp.where(apart, off + gap, off)
    log = jnp.where(meeting, jnp.log1p((1 - t2) / t2) / 2, jnp.log1p(1 / outer))
    log = _signed(below, log)  # Int 1/(x - outer), or its real part
    arc = 4 * mu2 / pinch * _arctan_ratio(jnp.where(meeting, -beyond / pinch, 0.0))
    turn = jnp.log1p(gap / (off * (1 + off + gap))) / gap
    divided = jnp.where(meeting, arc, turn)  # Int mu^2/D
    # The recursions for two roots: inner and outer, or centre +- i height.
    centre = -p / (2 * mu2)
    inner, outer = (jnp.where(meeting, centre, -x) for x in (off, outer))
    inner, outer = (jnp.where(below, x, 1 - x) for x in (inner, outer))
    height2 = jnp.where(meeting, -beyond * pinch / (2 * mu2) ** 2, 0.0)
    J = []
    for n, s in enumerate(smooth, start=1):
        log, divided = outer * log - height2 * divided + 1 / n, inner * divided + log
        split = (_signed(below, log) - mu2 * s) / jnp.where(one_near, width, 1.0)
        closed = jnp.where(one_near, split, divided / mu2)
        J.append(jnp.where(far, s, closed) / (big * big))
    return J[0], J[1], J[2]


def _signed(below: Bool[Array, "..."], x: Array) -> Array:
    return jnp.where(below, x, -x)


def _smooth(
    below: Array, one_near: Array, t2: Array, mu2: Array, p: Array, far_root: Array
) -> Moments:
    """Int x^n/D, or with one near root Int x^n/(mu^2 |x - far root|), far_root at its own end."""
    slope = _signed(below, jnp.where(one_near, mu2, jnp.where(below, p, p + 2 * mu2)))
    D = jnp.where(below, t2, 1.0)
    a = jnp.where(one_near, jnp.where(below, far_root, far_root + mu2), D)
    return _by_nodes(a, slope, jnp.where(one_near, 0.0, mu2))


@jax.custom_jvp
def _by_nodes(a: Array, b: Array, c: Array) -> Moments:
    """Int_0^1 x^n/(a + b x + c x^2) dx for n = 1, 2, 3."""
    S2, S3 = _add([(a + x * (b + x * c), [w * x**2, w * x**3]) for x, w in _NODES])
    return (0.5 - b * S2 - c * S3) / a, S2, S3


@_by_nodes.defjvp
def _(at, along):  # type: ignore[no-untyped-def]
    """From Int x^n/(a + b x + c x^2)^2, n = 1 to 5; node by node it takes five times as long."""
    (a, b, c), (da, db, dc) = at, along
    S = _by_nodes(a, b, c)
    T4, T5 = _add([((a + x * (b + x * c)) ** 2, [w * x**4, w * x**5]) for x, w in _NODES])
    T = [T4, T5]
    for s in reversed(S):
        T = [(s - b * T[0] - c * T[1]) / a, *T]
    return S, tuple(-(da * T[n] + db * T[n + 1] + dc * T[n + 2]) for n in range(3))


def _add(fractions: list[_Fraction]) -> list[Array]:
    """Sums of (denominator, numerators) over one common denominator: one division, not twelve."""
    while len(fractions) > 1:
        half = len(fractions) // 2
        sums = [
            (d * e, [x * e + y * d for x, y in zip(f, g, strict=True)])
            for (d, f), (e, g) in zip(fractions[:half], fractions[half : 2 * half], strict=True)
        ]
        fractions = sums + fractions[2 * half :]
    denominator, numerators = fractions[0]
    return [jnp.asarray(x / denominator) for x in numerators]


@jax.custom_jvp
def _arctan_ratio(u: Array) -> Array:
    """arctan(sqrt u)/sqrt u for u > -0.2, where u < 0 means the hyperbolic one."""
    ratio = jnp.ones_like(u)
    for _ in range(3):  # half the angle: u < 0.04
        step = 1 + jnp.sqrt(1 + u)
        ratio = ratio * 2 / step
        u = u / (step * step)
    return ratio * _power_series([(-1) ** k / (2 * k + 1) for k in range(12)], u)


@_arctan_ratio.defjvp
def _(at, along):  # type: ignore[no-untyped-def]
    ((u,), (du,)), ratio = (at, along), _arctan_ratio(at[0])
    small = jnp.abs(u) < 0.2
    series = _power_series(
        [(-1) ** k * k / (2 * k + 1) for k in range(1, 17)], jnp.where(small, u, 0.0)
    )  # 0.2^16 = 7e-12
    large = jnp.where(small, 1.0, u)
    return ratio, du * jnp.where(small, series, (1 / (1 + large) - ratio) / (2 * large))


def _power_series(coefficients: list[float], u: Array) -> Array:
    value = jnp.zeros_like(u)
    for coefficient in reversed(coefficients):
        value = coefficient + u * value
    return value

"""The moments J_n against quadrature of their definition with 40 digits."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from mpmath import mp, mpf

from oracles.magnetic import breakpoints, integral
from recette.loops.moments import general, moments

W, Z, MU, TAU, E = 80.379, 91.1876, 0.1056583755, 1.77686, 0.51099895e-3

# (m, M0, M1) [GeV], m external.
HARD = [
    # a massless neutrino with the W, or one of 1e-12 GeV
    (MU, 0.0, W),
    (TAU, 1e-12, W),
    (1.0, 0.0, 1.0000001),
    (1.0, 1e-12, 1.0000001),
    # light vectors: r = 1 and V << m, then V = 2 m, where D has a double root at 2
    (TAU, 0.017, TAU),
    (MU, 1e-6, MU),
    (MU, 0.017, MU),
    (MU, 2 * MU, MU),
    (MU, 2 * MU * (1 - 1e-7), MU),
    (MU, 2 * MU * (1 + 1e-7), MU),
    # heavy internal states with light and heavy bosons
    (E, 0.017, 127.3),
    (E, 70.0, 127.3),
    (E, Z, E),
    (E, 70.0, E),
    (MU, 127.3, W),
    (1e-8, 1.0, 1.0),
    (1e-8, 1.0, 2.0),
    # nearly equal masses, all three too
    (1.0, 1.0, 1.0),
    (E, 127.3, 127.3 * (1 + 1e-12)),
    (1e-3, 80.0, 1e-12),
    # D pinched between its roots: m -> M0 + M1
    (1.0, 0.5, 0.5001),
    (1.0, 0.5, 0.50000001),
    (1.0, 0.1, 0.91),
    # pseudo-threshold |M0 - M1| = m, on it and on both sides
    (1e-6, 1.0, 1.000001),
    (1.0, 10.0, 11.0),
    (1.0, 11.0, 10.0),
    (1.0, 11.0, 10.0 + 1e-7),
    (1.0, 11.0, 10.0 - 1e-7),
    (1.0, 0.1, 1.1),
    (1.0, 0.1, 1.1 + 1e-7),
    (1.0, 0.1, 1.1 - 1e-7),
    (1.0, 1.1, 0.1),
    (1.0, 0.5, 1.5),
    (1.0, 1e-3, 1.002),
    (1.0, 1.3, 0.1),
    # the edges between the treatments: |2 root - 1| = 2.6 and 5
    (1.0, 1.8, 0.8),
    (1.0, 1.8, 0.8 - 1e-4),
    (1.0, 1.8, 0.8 + 1e-4),
    (1.0, 1.0, 2.4),
    (1.0, 0.3, 1.9),
]


# Where M0 + M1 > 6 m the roots at -0.8 and 1.8 lie at M0/M1 = 2/3 and 3/2.
HEAVY = [
    (m, M0, ratio * M0)
    for m, M0 in [(E, 1e-3), (E, 127.3), (MU, W), (TAU, W), (TAU, 1e4)]
    for ratio in (0.08, 2 / 3 - 1e-9, 2 / 3 + 1e-9, 1 - 1e-7, 1.0, 1 + 1e-12, 1.5 - 1e-9, 40.0)
    if M0 + ratio * M0 > 6 * m
]
HEAVY += [(E, 0.0, W), (TAU, 0.0, 11.0), (TAU, 1e-12, 1e4), (TAU, 80.0, 80.0 + TAU), (MU, Z, MU)]


def stacked(function):
    return lambda x: jnp.stack(function(*x))


value = jax.jit(jax.vmap(stacked(moments)))
both = jax.jit(jax.vmap(lambda x: (stacked(moments)(x), jax.jacfwd(stacked(moments))(x))))
whole = jax.jit(stacked(moments))  # of all elements at once: heavy ones choose the short way


@pytest.fixture(scope="module")
def computed():
    """Values and gradients; filled up with random masses m < M0 + M1, ratios up to e^10."""
    rng = np.random.default_rng(20200707)
    random = np.exp(rng.uniform(-5, 5, (60, 3)))
    random[:, 0] = np.minimum(random[:, 0], 0.999 * (random[:, 1] + random[:, 2]))
    masses = np.concatenate([np.array(HARD), random])
    values, gradients = (np.asarray(x) for x in both(masses))
    return list(zip(masses, values, gradients, strict=True))


def coefficients(masses):
    m, M0, M1 = (mpf(float(x)) for x in masses)
    return m**2, M1**2 - M0**2 - m**2, M0**2


def test_values(computed):
    heavy = zip(HEAVY, np.asarray(whole(np.array(HEAVY).T)).T, strict=True)
    with mp.workdps(40):
        for masses, values in [*((x, y) for x, y, _ in computed), *heavy]:
            for n, value in enumerate(values, start=1):
                exact = integral(lambda x, n=n: x**n, *coefficients(masses))
                # 45 roundings; the chain of J_n loses a digit where the roots lie at 2 or -1.
                assert abs(mpf(value) / exact - 1) < 1e-14, (masses, n)


def exact_slopes(masses, n):
    """-Int x^n dD/D^2 with dD = 2 m (x^2-x), 2 M0 (1-x), 2 M1 x."""
    m, M0, M1 = (mpf(float(x)) for x in masses)
    a, b, c = coefficients(masses)
    points = breakpoints(a, b, c)

    def integrate(dD):
        def integrand(x):
            return -(x**n) * dD(x) / ((a * x + b) * x + c) ** 2

        return mp.quad(integrand, points, method="gauss-legendre", maxdegree=4)

    return (
        integrate(lambda x: 2 * m * (x * x - x)),
        integrate(lambda x: 2 * M0 * (1 - x)) if M0 else mpf(0),  # Int (1-x)/x, times 0
        integrate(lambda x: 2 * M1 * x),
    )


def test_gradients(computed):
    """Double roots included; 1e-11: two digits more cancel than in the moments, one is spare."""
    with mp.workdps(40):
        for masses, values, gradient in computed[: len(HARD)]:
            assert np.isfinite(gradient).all(), masses
            for n, (J, row) in enumerate(zip(values, gradient, strict=True), start=1):
                for M, ours, exact in zip(masses, row, exact_slopes(masses, n), strict=True):
                    scale = abs(J) + abs(float(M * exact))  # what a relative change of M does
                    error = abs(float((mpf(ours) - exact) * M))
                    assert error < 1e-11 * scale, (masses, n, M)


def test_scaling():
    """J_n has the dimension of mass^-2: doubling every mass quarters it, to the last bit."""
    masses = np.array([x for x in HARD if x[1] != 0])
    plain, doubled = (np.asarray(value(scale * masses)) for scale in (1, 2))
    assert np.array_equal(4 * doubled, plain)


def test_heavy_states_both_ways():
    """The short way for heavy states agrees with the general one, gradients backwards too."""
    rng = np.random.default_rng(3)
    M0, M1 = np.exp(rng.uniform(-3, 3, (2, 4, 3, 50)))
    m = 0.16 * np.min(M0 + M1, axis=0)  # broadcast against the states

    def total(function):
        return lambda *x: sum((n + 1) * jnp.sum(J) for n, J in enumerate(function(*x)))

    for short, long in zip(whole((m, M0, M1)), jax.jit(general)(m, M0, M1), strict=True):
        # Each is within 1e-14 of the exact value.
        assert np.asarray(short) == pytest.approx(np.asarray(long), rel=2e-14, abs=0)
    slopes = [jax.jit(jax.grad(total(f), argnums=(0, 1, 2)))(m, M0, M1) for f in (moments, general)]
    for short, long in zip(*slopes, strict=True):
        assert np.asarray(short) == pytest.approx(np.asarray(long), rel=1e-10, abs=0)


@pytest.mark.parametrize("rest", [(MU, 127.3, W), (MU, MU, MU)], ids=["heavy", "light"])
def test_NaN_stays_with_its_element(rest):
    masses = np.array([rest] * 4)
    masses[[0, 1, 2], [0, 1, 2]] = np.nan
    found = np.asarray(whole(masses.T))
    assert np.isnan(found[:, :3]).all()
    assert np.isfinite(found[:, 3]).all()


def test_one_light_element_among_heavy_ones():
    """It sends all of them the general way."""
    masses = np.array([(MU, 127.3, W), (MU, MU, MU)]).T
    assert np.array_equal(whole(masses), jnp.stack(jax.jit(general)(*masses)))

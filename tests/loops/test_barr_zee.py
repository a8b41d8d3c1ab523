import jax
import jax.numpy as jnp
import numpy as np
import pytest
from mpmath import mp, mpf

from recette.loops.barr_zee import barr_zee, loop

loops = jax.jit(loop)
size = jax.jit(barr_zee)
# 1/32 and 4: from a series to the polynomial between and on to the other series.
Z = [1e-12, 5.3e-11, 1e-6, 1e-3, 1 / 32 - 1e-12, 1 / 32, 0.1, 0.25 - 1e-9, 0.25, 0.25 + 1e-9]
Z += [0.3, 1.0, 3.3, 4.0, 4.0 + 1e-12, 1e3, 1e8, 1e12]


def F(z):
    """The definition, panels between the scales z and 1 of x and at the root x(1-x) = z."""
    z = mpf(z)

    def integrand(x):
        X = x * (1 - x)
        return (1 - 2 * X) * (mp.log(X / z) / (X - z) if z != X else 1 / z)

    root = [(1 - mp.sqrt(1 - 4 * z)) / 2] if z <= 0.25 else []
    points = {z * mpf(10) ** k for k in range(-26, 16)} | set(root)
    return z * mp.quad(integrand, sorted({mpf(0), mpf(1) / 2} | {x for x in points if x < 0.5}))


def test_loop_against_mpmath():
    with mp.workdps(30):
        expected = [float(F(z)) for z in Z]
    assert np.asarray(loops(jnp.array(Z))) == pytest.approx(
        expected, rel=1e-11, abs=0
    )  # as it says


def test_limits():
    z = np.array([1e-12, 1e-9])
    # (z/2)(ln^2 z + pi^2/3) is the pseudoscalar; -2x(1-x) in the numerator adds z (ln z + 2).
    light = z / 2 * (np.log(z) ** 2 + np.pi**2 / 3) + z * (np.log(z) + 2)
    assert np.asarray(loops(z)) == pytest.approx(light, rel=2e-8, abs=0)  # next order: z
    z = np.array([1e9, 1e12])
    heavy = np.log(z) / 3 + 13 / 18
    assert np.asarray(loops(z)) == pytest.approx(heavy, rel=2e-9, abs=0)  # next order: log(z)/z


def test_gradient():
    """Also where one treatment hands over to the next, and where the integrand is 0/0 (1/4)."""
    found = jax.jit(jax.vmap(jax.grad(loop)))(jnp.array([1e-9, 1 / 32, 0.25, 4.0, 1e6]))
    with mp.workdps(30):
        for z, value in zip([1e-9, 1 / 32, 0.25, 4.0, 1e6], found, strict=True):
            # The fourth order to one side, where nothing is singular: error step^4 = 1e-12.
            step = mpf(z) / 1000
            weights = (-25, 48, -36, 16, -3)
            slope = sum(w * F(z + k * step) for k, w in enumerate(weights)) / (12 * step)
            assert float(value) == pytest.approx(float(slope), rel=1e-10, abs=0)


def test_ends():
    """A massless lepton gives nothing; a NaN stays one."""
    z = jnp.array([0.0, np.nan])
    assert loops(z)[0] < 1e-90
    assert np.isnan(loops(z)[1])
    assert np.isfinite(jax.grad(loop)(0.0))


def test_size_of_the_diagram():
    """One heavy lepton much heavier than the scalar: F -> ln(M/m_S) 2/3 + 13/18."""
    m = jnp.array([0.5e-3, 0.1, 1.8])
    y = jnp.array([1e-6, -2e-3, 0.1])
    M, Y = jnp.array([[1e7]]), jnp.array([[-3.0]])
    alpha = 1 / 137.0
    F = 2 / 3 * np.log(1e7 / 70) + 13 / 18
    expected = alpha / (4 * np.pi**3) * np.asarray(m) * np.abs(y) * 3.0 / 1e7 * F
    assert np.asarray(size(alpha, m, y, M, Y, 70.0)) == pytest.approx(expected, rel=1e-8, abs=0)


def test_opposite_leptons_cancel():
    one, M = jnp.ones(3), jnp.full((2, 3), 127.0)
    alone = size(1 / 137.0, one, one, M, jnp.array([[1.0] * 3, [0.0] * 3]), 70.0)
    both = size(1 / 137.0, one, one, M, jnp.array([[1.0] * 3, [-1.0] * 3]), 70.0)
    assert (np.asarray(both) < 1e-15 * np.asarray(alone)).all()


def test_batch_is_the_trailing_axis():
    rng = np.random.default_rng(1)
    shapes = [(3, 5), (3, 5), (4, 3, 5), (4, 3, 5), (5,)]
    arguments = [rng.uniform(1.0, 2.0, shape) for shape in shapes]
    together = np.asarray(size(1 / 137.0, *arguments))
    for k in range(5):
        alone = np.asarray(size(1 / 137.0, *(x[..., k] for x in arguments)))
        # 12 terms added in another order.
        assert together[:, k] == pytest.approx(alone, rel=1e-14, abs=0)

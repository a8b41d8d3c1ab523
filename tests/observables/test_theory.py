"""Theory rows against other derivations: generic RGE, Runge-Kutta, closed forms, the presets."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import recette as rc
from recette.core.point import ChargedLeptons, HiggsX
from recette.observables import theory

# --- partial waves ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def presets():
    return {name: rc.predict(name).point for name in ("exact", "talk")}


# PHYSICS, section 6: sqrt(8 pi) v_X and sqrt(4 pi) v_X at v_X = 14.0346 GeV; three digits printed.
@pytest.mark.parametrize(("m_hX", "a0"), [(70.4, 1.0), (49.8, 0.5)])
def test_quartic_partial_wave(m_hX, a0):
    parameters = {"m_Zprime": 0.017, "eps": -8e-4, "eps_BL": 2e-3, "m_hX": m_hX}
    p = rc.predict({"model": "bl", "parameters": parameters}).point
    assert theory.quartic(p)[0] == pytest.approx(a0, rel=2 * 0.05 / m_hX)


@pytest.mark.parametrize(("name", "ratio", "printed"), [("talk", 1, 7.4), ("exact", 2, 14.7)])
def test_yukawa_partial_wave_at_the_presets(presets, name, ratio, printed):
    """lambda_L = lambda_E = sqrt(ratio) M/v_X for three generations, y_M = 1.0077."""
    v_X = 14.034643103736286
    lambda2 = ratio * (90 / v_X) ** 2
    expected = 3 * (2 * lambda2 + lambda2 + 1.0077**2 / 2) / (16 * np.pi)
    found = theory.yukawa(presets[name])[0]
    assert found == pytest.approx(expected, rel=1e-10)  # unitarity of the mixing
    assert found == pytest.approx(printed, rel=5e-3)  # two and three digits printed


def test_yukawa_bound_of_three_universal_generations():
    """1.67 for lambda_L = lambda_E: PHYSICS, section 6."""
    assert np.sqrt(8 * np.pi / (3 * (2 + 1))) == pytest.approx(1.67, abs=0.005)


# --- renormalisation group ----------------------------------------------------------------------


def beta(Y):
    """16 pi^2 dY^a/dt of L = -1/2 Y^a psi psi phi_a + h.c. for Weyl fermions and real scalars.

    Machacek and Vaughn, Nucl. Phys. B236 (1984) 221, no gauge couplings.
    """
    Y2 = sum(y.conj().T @ y for y in Y)

    def of(a):
        legs = (Y2.T @ a + a @ Y2) / 2
        vertex = 2 * sum(b @ a.conj().T @ b for b in Y)
        scalar = sum(b * np.trace(b.conj().T @ a + a.conj().T @ b) for b in Y) / 2
        return legs + vertex + scalar

    return [of(a) for a in Y]


def symmetric(n, entries):
    Y = np.zeros((n, n), complex)
    for (i, j), value in entries.items():
        Y[i, j] += value
        Y[j, i] += value
    return Y


def test_generic_equation_gives_nine_halves_for_the_top():
    """Fixes the normalisation of `beta`: 16 pi^2 dy_t/dt = 9/2 y_t^3."""
    y = 0.7
    # t_L and b_L in three colours (0-5), t^c (6-8); H = (H+, H0), four real fields.
    neutral = symmetric(9, {(c, 6 + c): y / np.sqrt(2) for c in range(3)})
    charged = symmetric(9, {(3 + c, 6 + c): y / np.sqrt(2) for c in range(3)})
    result = beta([neutral, 1j * neutral, charged, 1j * charged])
    assert result[0][0, 6] * np.sqrt(2) == pytest.approx(4.5 * y**3, rel=1e-12)


def test_running_of_lambda_L_lambda_E_and_y_M_from_the_generic_equation():
    """One generation: nu, e (l_L), L0^c, L-^c (L_R), E_L, e^c, N^c; complex h_X as two fields.

    lambda_L h_X^* lbar_L L_R is h_X L^c l, the other two are h_X^* e^c E and h_X^* N^c N^c/2.
    """
    L, E, M = 1.3, 0.8, 0.6
    with_hX = symmetric(7, {(0, 2): L, (1, 3): L}) / np.sqrt(2)
    conjugate = symmetric(7, {(4, 5): E, (6, 6): M / 2}) / np.sqrt(2)
    real, imaginary = with_hX + conjugate, 1j * (with_hX - conjugate)
    slope = beta([real, imaginary])[0] * np.sqrt(2)
    T = 2 * L**2 + E**2 + M**2 / 2
    assert slope[0, 2] == pytest.approx(L * (T + L**2), rel=1e-12)
    assert slope[1, 3] == pytest.approx(L * (T + L**2), rel=1e-12)
    assert slope[4, 5] == pytest.approx(E * (T + E**2), rel=1e-12)
    assert slope[6, 6] == pytest.approx(M * (T + M**2), rel=1e-12)


def runge_kutta(x_L, x_E, x_M, steps=4000):
    """ln(mu_pole/mu) by stepping the squares in s with ds = T dt/(8 pi^2), to s = 40."""
    x = np.concatenate([x_L, x_E, x_M])
    weight = np.repeat([2.0, 1.0, 0.5], [len(x_L), len(x_E), len(x_M)])

    def slope(state):
        log_x = state[:-1]
        values = np.exp(log_x)
        T = weight @ values
        return np.append(1 + values / T, 8 * np.pi**2 / T)

    with np.errstate(divide="ignore"):
        state, h = np.append(np.log(x), 0.0), 40 / steps
    for _ in range(steps):
        a = slope(state)
        b = slope(state + h / 2 * a)
        c = slope(state + h / 2 * b)
        d = slope(state + h * c)
        state = state + h / 6 * (a + 2 * b + 2 * c + d)
    return state[-1]


@pytest.mark.parametrize(
    ("x_L", "x_E", "x_M"),
    [
        ([82.0, 82.0, 82.0], [82.0, 82.0, 82.0], [1.0, 1.0, 1.0]),
        ([41.0, 3.0, 0.1], [0.5, 60.0, 7.0], [1.0, 2.0, 0.0]),
        ([0.3, 0.1, 0.0], [0.0, 0.0, 0.0], [30.0, 1.0, 2.0]),  # y_M diverges first
        ([5.0, 4.0, 3.0], [0.0, 0.0, 0.0], [5.0, 5.0, 5.0]),  # equal largest
    ],
)
def test_landau_pole_against_runge_kutta(x_L, x_E, x_M):
    found = theory.landau_logarithm(*(jnp.array(x) for x in (x_L, x_E, x_M)))
    # Step 0.01: (0.01)^4; 16 nodes err by 1e-7 where factors (1 - x theta)^(1/2) lie close.
    assert float(found) == pytest.approx(runge_kutta(x_L, x_E, x_M), rel=1e-6)


def test_landau_pole_of_a_batch():
    x = jnp.array([[41.0, 0.0, 1.0], [3.0, 0.0, 2.0], [0.1, 0.0, 5.0]])
    together = theory.landau_logarithm(x, x / 2, x * x)
    for i in range(3):
        alone = theory.landau_logarithm(x[:, i], x[:, i] / 2, x[:, i] ** 2)
        assert together[i] == pytest.approx(float(alone), rel=1e-13)  # rounding


@pytest.mark.parametrize(("name", "ratio"), [("talk", 1), ("exact", 2)])
def test_landau_pole_at_the_presets(presets, name, ratio):
    """Universal lambda_L = lambda_E: 16 pi^2 dlambda/dt = 10 lambda^3; y_M shifts T by 4e-3."""
    lambda2 = ratio * (90 / 14.034643103736286) ** 2
    expected = np.exp(8 * np.pi**2 / (10 * lambda2))
    found = theory.landau_pole(presets[name])[0]
    assert found < expected
    assert np.log(found) == pytest.approx(np.log(expected), rel=5e-3)
    assert found == pytest.approx({"talk": 1.21, "exact": 1.10}[name], abs=0.005)


def test_landau_pole_without_couplings_is_infinite_and_gradients_are_finite():
    zero = jnp.zeros(3)
    assert jnp.isinf(theory.landau_logarithm(zero, zero, zero))
    assert jnp.isfinite(theory.landau_logarithm(zero + 1e-9, zero, zero))
    for x in (jnp.full(3, 82.0), jnp.array([3.0, 0.0, 1.0])):
        gradient = jax.grad(lambda x: theory.landau_logarithm(x, x / 2, zero))(x)
        assert jnp.all(jnp.isfinite(gradient))
        step = 1e-6 * jnp.array([1.0, 0.0, 0.0])
        up, down = (theory.landau_logarithm(x + d, (x + d) / 2, zero) for d in (step, -step))
        if x[0] > x[1]:  # where the largest is single; equal largest have one-sided slopes
            assert float(gradient[0]) == pytest.approx(float((up - down) / 2e-6), rel=1e-6)


# --- no-go lines --------------------------------------------------------------------------------


# PHYSICS, section 6; two digits printed.
@pytest.mark.parametrize(("m_X", "rate"), [(0.0167, 1.2e-6), (0.0170, 8.3e-7), (0.0175, 3.6e-7)])
def test_largest_beryllium_rate(m_X, rate):
    assert float(f"{theory.largest_R_8Be(m_X):.1e}") == pytest.approx(rate, rel=1e-12)
    # A scan of what the two limits leave: eps_V(e) = -eps, eps_p = eps + eps_BL, eps_n = eps_BL.
    eps, eps_p = np.meshgrid(np.linspace(-2e-3, 2e-3, 201), np.linspace(-1.2e-3, 1.2e-3, 201))
    eps_n = eps_p - eps
    rates = (eps_p + eps_n) ** 2 * (1 - (m_X / 18.15e-3) ** 2) ** 1.5
    assert theory.largest_R_8Be(m_X) == pytest.approx(rates.max(), rel=1e-12)


def test_no_beryllium_rate_above_the_transition_energy():
    assert theory.largest_R_8Be(0.0182) == 0


def test_lambda_that_a_heavy_lepton_above_the_LEP_limit_needs(presets):
    assert theory.lambda_L_needed(100.8, 14.0346) == pytest.approx(7.2, abs=0.05)
    # `exact` sits at decoupling: its mass, 127.279 GeV, needs its coupling sqrt2 M_L/v_X.
    charged, h_X = presets["exact"][ChargedLeptons], presets["exact"][HiggsX]
    needed = theory.lambda_L_needed(float(charged.m[1, 0]), float(h_X.v_X))
    # h v = 3e-4 GeV splits the pair of heavy electrons by 4e-6.
    assert needed == pytest.approx(np.sqrt(2) * 90 / float(h_X.v_X), rel=1e-5)

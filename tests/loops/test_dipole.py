"""One-loop moments against the printed integrands, closed limits and gauge invariance."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from mpmath import mp, mpf

import recette as rc
from oracles import magnetic
from recette.constants import DEFAULT_INPUTS
from recette.core.point import Dipoles, Electroweak
from recette.loops import dipole

E, MU, TAU, W, Z = 0.51099895e-3, 0.1056583755, 1.77686, 80.379, 91.1876
EIGHT_PI2 = 8 * np.pi**2


def moment(loop):
    """Delta a for arrays of masses and couplings; one compilation a shape."""

    def one(m, M_F, M_B, g_L, g_R):
        return dipole.delta_a(m, loop(m, M_F, M_B), g_L, g_R)

    mapped = jax.jit(jax.vmap(one))
    return lambda *x: np.asarray(mapped(*np.broadcast_arrays(*(np.atleast_1d(y) for y in x))))


neutral_vector = moment(dipole.neutral_vector)
neutral_scalar = moment(dipole.neutral_scalar)
charged_vector = moment(dipole.charged_vector)

# (m, internal fermion, boson) [GeV]
NEUTRAL = [
    (E, 127.3, 0.017),
    (MU, 127.3, 0.017),
    (TAU, 127.3, 0.017),
    (E, E, 0.017),
    (MU, MU, 0.017),
    (TAU, TAU, 0.017),
    (MU, MU, 2 * MU),
    (E, E, Z),
    (TAU, 127.3, Z),
    (TAU, 91.2, Z),
    (MU, 1000.0, 0.005),
    (E, 127.3, 70.0),
    (MU, 127.3, 127.3),
    (TAU, 90.0, 500.0),
]
CHARGED = [(E, 0.0, W), (MU, 1e-12, W), (TAU, 0.0, W), (MU, 10.0, W), (MU, 127.3, W)]
CHARGED += [(TAU, W, W), (TAU, W * (1 + 1e-9), W), (E, 1000.0, W), (TAU, W - TAU, W)]


@pytest.mark.parametrize(
    ("ours", "oracle", "points"),
    [
        (neutral_vector, magnetic.neutral_vector, NEUTRAL),
        (neutral_scalar, magnetic.neutral_scalar, NEUTRAL),
        (charged_vector, magnetic.charged_vector, CHARGED),
    ],
    ids=["neutral vector", "scalar", "charged vector"],
)
@pytest.mark.parametrize(("g_L", "g_R"), [(0.3, 0.0), (0.2, 0.5), (0.7, -0.1)])
def test_against_the_printed_integrals(ours, oracle, points, g_L, g_R):
    m, M_F, M_B = np.array(points).T
    found = ours(m, M_F, M_B, g_L, g_R)
    for value, point in zip(found, points, strict=True):
        exact = oracle(*(mpf(x) for x in (*point, g_L, g_R)))
        # Parts with and without chirality flip differ by at most 1e2 of their sum here.
        assert abs(mpf(value) / exact - 1) < 2e-13, point


@pytest.fixture(scope="module")
def SM():
    """Standard Model parts of Delta a for e, mu, tau, as the package subtracts them."""
    point = rc.predict("exact").point
    to_delta_a = -4 * np.array([E, MU, TAU]) / float(point[Electroweak].e)
    return {boson: to_delta_a * np.asarray(c_R) for boson, c_R in point[Dipoles].SM.items()}


def test_standard_model_of_the_muon(SM):
    """Published one-loop values to the digits of PHYSICS; m_h = 125.25."""
    assert f"{SM['W'][1] * 1e11:.3f}" == "388.706"
    assert f"{SM['Z'][1] * 1e11:.3f}" == "-193.898"
    assert f"{SM['h'][1]:.3e}" == "2.156e-14"


def test_standard_model_at_leading_order(SM):
    """10/3, ((1-4 s^2)^2 - 5)/3 and the Higgs logarithm, all times G_F m^2/(8 sqrt2 pi^2)."""
    G_F, m_h, s2 = (DEFAULT_INPUTS["G_F"], DEFAULT_INPUTS["m_h"], 1 - (W / Z) ** 2)
    unit = G_F * E**2 / (8 * np.sqrt(2) * np.pi**2)
    # Next orders: m_e^2/m_B^2 = 4e-11 times a logarithm of 24. e
    assert float(SM["W"][0]) == pytest.approx(unit * 10 / 3, rel=1e-9, abs=0)
    g_Z2 = 8 * G_F * W**2 / np.sqrt(2) / (1 - s2)
    assert g_Z2 == pytest.approx(8 * G_F * Z**2 / np.sqrt(2), rel=1e-14, abs=0)
    assert float(SM["Z"][0]) == pytest.approx(unit / 3 * ((1 - 4 * s2) ** 2 - 5), rel=1e-8, abs=0)
    log = np.log((m_h / E) ** 2)
    higgs = unit * (E / m_h) ** 2 * 2 * (log - 7 / 6)
    assert float(SM["h"][0]) == pytest.approx(higgs, rel=1e-9, abs=0)


def test_heavy_neutrino_in_the_W_loop():
    """0.7573 of the massless value at 127 GeV; the misprinted sign gives another number."""
    ratio = charged_vector(MU, 127.0, W, 0.46, 0.0) / charged_vector(MU, 0.0, W, 0.46, 0.0)
    assert f"{ratio[0]:.4f}" == "0.7573"


def test_photon_limit():
    """alpha/2pi = e^2/8pi^2 as V -> 0; the first correction is -pi V/m, the next V^2 log V."""
    V = np.array([1e-4, 2e-4])
    e2 = 4 * np.pi / 137.035999
    value = neutral_vector(1.0, 1.0, V, np.sqrt(e2), np.sqrt(e2)) / (e2 / EIGHT_PI2)
    # Richardson leaves V^2 log V = 2e-7.
    assert 2 * value[0] - value[1] == pytest.approx(1.0, abs=1e-6)
    assert value[1] - value[0] == pytest.approx(-np.pi * 1e-4, rel=1e-2, abs=0)


def test_heavy_vector_and_axial_vector():
    """m^2/(12 pi^2 V^2) and -5 times it; next order m^2/V^2 log."""
    unit = 1e-8 / (12 * np.pi**2)
    assert neutral_vector(1.0, 1.0, 1e4, 1.0, 1.0)[0] == pytest.approx(unit, rel=1e-6, abs=0)
    assert neutral_vector(1.0, 1.0, 1e4, -1.0, 1.0)[0] == pytest.approx(-5 * unit, rel=1e-6, abs=0)


def test_heavy_scalar_and_pseudoscalar():
    """m^2/(4 pi^2 S^2) (ln S/m - 7/12) and its negative with 11/12; next order m^2/S^2 log."""
    unit = 1e-8 / (4 * np.pi**2)
    scalar = unit * (np.log(1e4) - 7 / 12)
    pseudo = -unit * (np.log(1e4) - 11 / 12)
    assert neutral_scalar(1.0, 1.0, 1e4, 1.0, 1.0)[0] == pytest.approx(scalar, rel=1e-6, abs=0)
    # The pseudoscalar i y P_R - i y P_L: conj(-i) i = -1.
    found = neutral_scalar(1.0, 1.0, 1e4, -1j, 1j)[0]
    assert found == pytest.approx(pseudo, rel=1e-6, abs=0)


def test_massless_scalar_and_pseudoscalar():
    """3/2 and -1/2 of y^2/8pi^2 as S -> 0; corrections pi S/m, S^2/m^2 log."""
    assert neutral_scalar(1.0, 1.0, 1e-8, 1.0, 1.0)[0] * EIGHT_PI2 == pytest.approx(1.5, abs=1e-7)
    found = neutral_scalar(1.0, 1.0, 1e-8, -1j, 1j)[0] * EIGHT_PI2
    assert found == pytest.approx(-0.5, abs=1e-7)


def test_heavy_fermion_decouples():
    """m^2/8pi^2 [y^2/(6 M^2) + y^2/(2 m M)] with a scalar; next order S^2/M^2 log."""
    M, m = 1e6, 1e-3
    found = neutral_scalar(m, M, 1.0, [1.0, 1.0], [0.0, 1.0])
    expected = [m**2 / (12 * M**2), m**2 / (6 * M**2) + m / (2 * M)]
    assert found * EIGHT_PI2 == pytest.approx(expected, rel=1e-10, abs=0)


def goldstone(m, M_F, V, g_L, g_R):
    """Yukawa couplings of what V eats: the divergence of its current over V."""
    Y_R, Y_L = 1j * (m * g_R - M_F * g_L) / V, 1j * (m * g_L - M_F * g_R) / V
    return np.conj(Y_R), np.conj(Y_L)


@pytest.mark.parametrize("m", [E, MU, TAU])
@pytest.mark.parametrize(("g_L", "g_R"), [(1.0, 0.0), (0.4, 0.9)])
def test_equivalence_theorem(m, g_L, g_R):
    """As V -> 0 a heavy fermion sees the Goldstone boson; corrections V^2/M^2 and m-suppressed."""
    M, V = 127.3, np.array([1e-3, 1e-2, 1e-1])
    vector = neutral_vector(m, M, V, g_L, g_R)
    scalar = neutral_scalar(m, M, V, *goldstone(m, M, V, g_L, g_R)).real
    # The transverse part is V^2/M^2 of it, times 4 M/m/(M/m) = 4 where chirality flips.
    assert vector == pytest.approx(scalar, rel=10 * (0.1 / M) ** 2, abs=0)
    gap = np.abs(vector / scalar - 1)
    assert gap[1:] / gap[:-1] == pytest.approx(100, rel=0.05, abs=0)


def test_gauge_independence_of_the_neutral_vector():
    """Unitary gauge = Feynman gauge + Goldstone boson of mass V, at any masses.

    The Feynman part (numerator -g_mu_nu) is independent of the 1/V^2 terms: it is what is left
    for V -> infinity at fixed denominator, here integrated with mpmath.
    """
    with mp.workdps(30):
        for m, M_F, V in NEUTRAL:
            g_L, g_R = 0.4, 0.9
            found = neutral_vector(m, M_F, V, g_L, g_R)[0]
            eaten = neutral_scalar(m, M_F, V, *goldstone(m, M_F, V, g_L, g_R))[0].real
            m_, M_, V_ = (mpf(x) for x in (m, M_F, V))
            keep, flip = (mpf(g_L) ** 2 + mpf(g_R) ** 2) / 2, mpf(g_L) * mpf(g_R)

            def feynman(x, r=M_ / m_, keep=keep, flip=flip):
                return 2 * x * (1 - x) * (keep * (x - 2) + 2 * r * flip)

            D = m_**2, M_**2 - V_**2 - m_**2, V_**2
            transverse = m_**2 / (8 * mp.pi**2) * magnetic.integral(feynman, *D)
            # Rounding of the largest of the three.
            scale = max(abs(found), abs(eaten), abs(float(transverse)))
            assert abs(found - eaten - float(transverse)) < 1e-13 * scale, (m, M_F, V)


def test_gauge_independence_of_the_W():
    """The 1/V^2 terms are the charged Goldstone boson: x^3 - x^2 and r (x^2 - x) as numerators."""
    g_L, g_R = 0.4, 0.9
    m, M_F, V = np.array([(MU, 10.0, W), (MU, 127.3, W), (TAU, 1000.0, W)]).T
    found = charged_vector(m, M_F, V, g_L, g_R)
    for value, point in zip(found, zip(m, M_F, V, strict=True), strict=True):
        with mp.workdps(30):
            m_, M_, V_ = (mpf(float(x)) for x in point)
            r, D = M_ / m_, (m_**2, V_**2 - m_**2 - M_**2, M_**2)
            s, p = (mpf(g_L) ** 2 + mpf(g_R) ** 2) / 2, mpf(g_L) * mpf(g_R)
            S, P = (1 + r * r) * s - 2 * r * p, (1 + r * r) * p - 2 * r * s
            l2 = (m_ / V_) ** 2
            exact = magnetic.integral(
                lambda x, s=s, p=p, S=S, P=P, l2=l2, r=r: (
                    2 * x * x * (1 + x) * s
                    - 4 * x * x * r * p
                    + l2 * (S * (x**3 - x**2) + P * r * (x**2 - x))
                ),
                *D,
            )
            assert value == pytest.approx(float(m_**2 / (8 * mp.pi**2) * exact), rel=1e-13, abs=0)


def test_phases_of_the_couplings():
    """conj(g_L) g_R carries the phase; a common phase of both is that of the internal field."""
    g_L, g_R, M = 0.4, 0.9, 127.3
    phases = np.exp(1j * np.array([0.0, 0.5, 2.0]))
    keep = neutral_vector(MU, M, 0.017, np.hypot(g_L, g_R), 0.0)
    real = neutral_vector(MU, M, 0.017, g_L, g_R)
    assert real.dtype == float
    turned = neutral_vector(MU, M, 0.017, g_L + 0j, g_R * phases)
    assert turned == pytest.approx(keep + (real - keep) * phases, rel=1e-13, abs=0)
    common = neutral_vector(MU, M, 0.017, g_L * phases, g_R * phases)
    assert common == pytest.approx(np.repeat(real, 3) + 0j, rel=1e-14, abs=0)


def test_gradient_by_the_internal_mass():
    """Also for a massless neutrino, where the moments have logarithms of M_F."""
    slope = jax.jit(
        jax.vmap(jax.grad(lambda M: dipole.delta_a(MU, dipole.charged_vector(MU, M, W), 0.5, 0.3)))
    )(jnp.array([0.0, 1e-12, 10.0, W]))
    assert np.isfinite(slope).all()
    with mp.workdps(40):
        step = mpf("1e-12")
        for M, value in zip([10.0, W], slope[2:], strict=True):
            up, down = (
                magnetic.charged_vector(mpf(MU), mpf(M) + t, mpf(W), mpf(0.5), mpf(0.3))
                for t in (step, -step)
            )
            # A second derivative by M is 1e-2 of the first: the step leaves 1e-26.
            exact = float((up - down) / (2 * step))
            assert float(value) == pytest.approx(exact, rel=1e-11, abs=0)

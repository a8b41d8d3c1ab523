"""Two-body widths against traces of explicit Dirac matrices, textbook formulas and limits."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from oracles.layout import generation_first, generation_last
from recette.constants import DEFAULT_INPUTS
from recette.core import decays, gauge, widths

E, MU = DEFAULT_INPUTS["m_e"], DEFAULT_INPUTS["m_mu"]

# --- explicit spinor sums -----------------------------------------------------------------------

_PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
_ZERO, _ONE = np.zeros((2, 2)), np.eye(2)
GAMMA = np.array(
    [np.block([[_ZERO, _ONE], [_ONE, _ZERO]])]
    + [np.block([[_ZERO, s], [-s, _ZERO]]) for s in _PAULI]
)
METRIC = np.diag([1.0, -1, -1, -1])
P_L, P_R = np.diag([1.0, 1, 0, 0]), np.diag([0.0, 0, 1, 1])


def slash(p):
    return np.einsum("m,mn,nab->ab", p, METRIC, GAMMA)


def momenta(M, m1, m2):
    """Rest frame of M: (P, p1, p2) and |p|."""
    p = np.sqrt((M**2 - (m1 + m2) ** 2) * (M**2 - (m1 - m2) ** 2)) / (2 * M)
    n = np.array([0.48, -0.6, 0.64])  # any direction
    p1 = np.array([np.hypot(p, m1), *(p * n)])
    p2 = np.array([np.hypot(p, m2), *(-p * n)])
    return np.array([M, 0, 0, 0]), p1, p2, p


def bar(vertex):
    return GAMMA[0] @ vertex.conj().T @ GAMMA[0]


def vector_vertices(g_L, g_R):
    return [gamma @ (g_L * P_L + g_R * P_R) for gamma in GAMMA]


def over_polarisations(k, m, amplitude):
    """Sum over the three polarisations of a massive vector of amplitude[mu, nu], upper indices."""
    tensor = -METRIC + np.outer(METRIC @ k, METRIC @ k) / m**2
    return np.einsum("mn,mn->", tensor, amplitude).real


def fermion_decay(M, m_F, m_B, vertices, vector):
    _, p_F, k, p = momenta(M, m_F, m_B)
    P = np.array([M, 0, 0, 0])
    one, two = slash(P) + M * np.eye(4), slash(p_F) + m_F * np.eye(4)
    square = np.array([[np.trace(two @ a @ one @ bar(b)) for b in vertices] for a in vertices])
    total = over_polarisations(k, m_B, square) if vector else square[0, 0].real
    return p / (8 * np.pi * M**2) * total / 2


def boson_decay(M, m1, m2, vertices, vector):
    P, p1, p2, p = momenta(M, m1, m2)
    one, two = slash(p1) + m1 * np.eye(4), slash(p2) - m2 * np.eye(4)
    square = np.array([[np.trace(one @ a @ two @ bar(b)) for b in vertices] for a in vertices])
    total = over_polarisations(P, M, square) / 3 if vector else square[0, 0].real
    return p / (8 * np.pi * M**2) * total


COUPLINGS = [(0.3, 0.0), (0.3, 0.5), (0.2 - 0.4j, 0.7 + 0.1j), (0.5, -0.5)]


@pytest.mark.parametrize(("a", "b"), COUPLINGS)
def test_widths_are_traces(a, b):
    vector, scalar = vector_vertices(a, b), [a * P_R + b * P_L]
    # Traces of 4x4 matrices round a few dozen times.
    for M, m1, m2 in ((5.0, 1.0, 2.0), (2.0, 0.3, 0.01), (1.0, 0.499, 0.499)):
        for found, exact in (
            (widths.vector_to_fermions(M, m1, m2, a, b), boson_decay(M, m1, m2, vector, True)),
            (widths.scalar_to_fermions(M, m1, m2, a, b), boson_decay(M, m1, m2, scalar, False)),
            (widths.fermion_to_vector(M, m1, m2, a, b), fermion_decay(M, m1, m2, vector, True)),
            (widths.fermion_to_scalar(M, m1, m2, a, b), fermion_decay(M, m1, m2, scalar, False)),
        ):
            # For m2 = 0.01 the longitudinal sum has 1/m2^2 = 1e4 times larger terms.
            assert float(found) == pytest.approx(exact, rel=1e-11, abs=0)


# --- textbook -----------------------------------------------------------------------------------


def test_top_quark():
    """G_F m^3/(8 sqrt2 pi) lambda^(1/2) [(1-b^2)^2 + (1+b^2) w^2 - 2 w^4], b and w over m."""
    G_F, m, m_W, m_b = DEFAULT_INPUTS["G_F"], 172.69, DEFAULT_INPUTS["m_W"], 4.78
    g = np.sqrt(8 * G_F / np.sqrt(2)) * m_W / np.sqrt(2)
    b, w = m_b / m, m_W / m
    root = np.sqrt((1 - (b + w) ** 2) * (1 - (b - w) ** 2))
    bracket = (1 - b**2) ** 2 + (1 + b**2) * w**2 - 2 * w**4
    expected = G_F * m**3 / (8 * np.pi * np.sqrt(2)) * root * bracket
    assert float(widths.fermion_to_vector(m, m_b, m_W, g, 0.0)) == pytest.approx(
        expected, rel=1e-13, abs=0
    )
    assert round(expected, 2) == 1.48  # GeV, before QCD corrections


def test_Zprime_formula():
    """e^2 m/12pi sqrt(1-4x) [eps_V^2 (1+2x) + eps_A^2 (1-4x)] and e^2 g^2 m/24pi."""
    e, m, V, A = 0.3, 0.25, 8e-4, 3e-4
    x = (MU / m) ** 2
    expected = e**2 * m / (12 * np.pi) * np.sqrt(1 - 4 * x)
    expected *= V**2 * (1 + 2 * x) + A**2 * (1 - 4 * x)
    found = widths.vector_to_fermions(m, MU, MU, e * (V - A), e * (V + A))
    assert float(found) == pytest.approx(expected, rel=1e-13, abs=0)
    # 1.3e-5 is a decay length of 1.06 cm at 18.15 MeV (PHYSICS, section 5).
    e = np.sqrt(4 * np.pi * DEFAULT_INPUTS["alpha"])
    width = float(widths.vector_to_fermions(0.017, E, E, e * 1.3e-5, e * 1.3e-5))
    assert round(np.sqrt((18.15 / 17) ** 2 - 1) * 1.973269804e-14 / width, 2) == 1.06


@pytest.mark.parametrize("mass", [0.0, 0.3, 0.49])
def test_majorana_pair(mass):
    """e^2 g^2 m/(24 pi) (1-4x)^(3/2) for one Majorana state."""
    m, g = 1.0, 0.2
    width = widths.vector_to_fermions(m, mass, mass, g, -g)
    found = widths.majorana_pairs(jnp.array([[width]]))
    expected = g**2 * m / (24 * np.pi) * (1 - 4 * mass**2) ** 1.5
    assert float(found[0, 0]) == pytest.approx(expected, rel=1e-13, abs=0)


def test_two_majorana_states_make_a_dirac_one():
    """(nu, N^c) = (chi_1 + i chi_2, chi_1 - i chi_2)/sqrt2 with charges g_L and -g_R."""
    m, mass, g_L, g_R = 1.0, 0.3, 0.2, 0.7
    U = np.array([[1, 1j], [1, -1j]]) / np.sqrt(2)
    g = U.T @ np.diag([g_L, -g_R]) @ U.conj()
    pairs = widths.vector_to_fermions(m, mass, mass, g, -g.conj())
    dirac = float(widths.vector_to_fermions(m, mass, mass, g_L, g_R))
    assert float(jnp.sum(widths.majorana_pairs(pairs))) == pytest.approx(dirac, rel=1e-13, abs=0)
    # and with a scalar: -L = y S Nbar P_R nu + h.c. = S n^T Y n/2 with y off the diagonal
    Y = U.T @ np.array([[0, 0.4], [0.4, 0]]) @ U
    pairs = widths.scalar_to_fermions(m, mass, mass, Y, Y.conj())
    dirac = float(widths.scalar_to_fermions(m, mass, mass, 0.4, 0.4))
    assert float(jnp.sum(widths.majorana_pairs(pairs))) == pytest.approx(dirac, rel=1e-13, abs=0)


def test_scalar_to_vectors():
    """Polarisation sum of (2 m_V^2/v) eps1.eps2, half for identical bosons."""
    m, m_V, v = 1.0, 0.3, 2.5
    _, k1, k2, p = momenta(m, m_V, m_V)
    sums = [-METRIC + np.outer(k, k) / m_V**2 for k in (k1, k2)]
    square = np.einsum("mn,ma,nb,ab->", sums[0], METRIC, METRIC, sums[1]) * (2 * m_V**2 / v) ** 2
    expected = p / (8 * np.pi * m**2) * square / 2
    assert float(widths.scalar_to_vectors(m, m_V, v)) == pytest.approx(expected, rel=1e-13, abs=0)
    # Two Goldstone bosons, next order 6 (m_V/m)^2.
    found = float(widths.scalar_to_vectors(70.0, 0.017, 14.0346))
    assert found == pytest.approx(70.0**3 / (32 * np.pi * 14.0346**2), rel=1e-6, abs=0)
    assert round(found, 2) == 17.32


@pytest.mark.parametrize(("g_L", "g_R"), [(1.0, 0.0), (0.4, 0.9)])
def test_light_vector_is_a_goldstone_boson(g_L, g_R):
    """L -> l Z' for m_Z' -> 0: Yukawas (m g_R - M g_L)/m_Z' and (m g_L - M g_R)/m_Z'."""
    M, m_F, m_V = 127.3, 0.1, 1e-3
    Y_R, Y_L = 1j * (m_F * g_R - M * g_L) / m_V, 1j * (m_F * g_L - M * g_R) / m_V
    vector = float(widths.fermion_to_vector(M, m_F, m_V, g_L, g_R))
    scalar = float(widths.fermion_to_scalar(M, m_F, 0.0, Y_R, Y_L))
    assert vector == pytest.approx(scalar, rel=5 * (m_V / M) ** 2 + 1e-13, abs=0)  # transverse Z'


# --- thresholds ---------------------------------------------------------------------------------

CLOSED = [
    (1.0, 0.6, 0.6),
    (1.0, 1.0, 0.5),
    (1.0, 0.5, 0.5),  # at threshold
    (1.0, 2.0, 0.5),  # the crossed decay is open
    (1.0, 0.0, 1.5),
    (0.0, 0.0, 0.017),  # a massless neutrino
    (0.0, 127.0, 70.0),
]


@pytest.mark.parametrize(
    "width",
    [
        widths.vector_to_fermions,
        widths.scalar_to_fermions,
        widths.fermion_to_vector,
        widths.fermion_to_scalar,
    ],
)
def test_closed_channels_are_zero_with_a_finite_gradient(width):
    two_bodies = np.array([x for x in CLOSED if x[0] > 0 or width.__name__.startswith("fermion")])
    both = jax.jit(
        jax.vmap(jax.value_and_grad(lambda M, a, b: width(M, a, b, 0.3, 0.2), argnums=(0, 1, 2)))
    )
    value, gradient = both(*two_bodies.T)
    assert np.array_equal(value, np.zeros(len(two_bodies)))
    assert np.isfinite(gradient).all()


def test_gradient_with_massless_products():
    """The flip is linear in the masses: its slope at 0 is that of M/(32 pi) lambda^(1/2) 12 r."""
    slope = jax.grad(lambda m_F: widths.fermion_to_vector(5.0, m_F, 1.0, 0.3, 0.2))(0.0)
    exact = -12 * 0.3 * 0.2 / (32 * np.pi) * (1 - 1 / 25)
    assert float(slope) == pytest.approx(exact, rel=1e-14, abs=0)
    slope = jax.grad(lambda m: widths.vector_to_fermions(1.0, m, m, 0.3, 0.2))(0.0)
    assert float(slope) == 0


def test_scalar_below_two_vectors():
    assert float(widths.scalar_to_vectors(1.0, 0.6, 14.0)) == 0.0


# --- sums over states ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def electroweak():
    inputs = {k: jnp.asarray(v) for k, v in DEFAULT_INPUTS.items()}
    return gauge.mix(inputs, jnp.asarray(0.017), jnp.asarray(-8e-4))


def random(rng, *shape):
    return rng.normal(size=shape) + 1j * rng.normal(size=shape)


def hermitian(rng, *shape):
    x = random(rng, *shape)
    return x + np.conj(np.swapaxes(x, -1, -2))


def test_heavy_charged_leptons(electroweak):
    """Every channel by its spinor sum; couplings that are no symmetric matrices fix the indices."""
    rng = np.random.default_rng(1)
    m = np.array([[E, 127.0, 300.0]])
    m_n = np.array([[1e-11, 10.0, 127.0, 128.0]])
    g_L, g_R = ({b: hermitian(rng, 1, 3, 3) for b in ("Zprime", "Z")} for _ in range(2))
    Y = {b: random(rng, 1, 3, 3) for b in ("h", "hX")}
    W_L, W_R = random(rng, 1, 4, 3), random(rng, 1, 4, 3)
    neutral = m_n, W_L, W_R
    solve = jax.jit(lambda *states: decays.charged_decays(electroweak, *states, 70.0))
    total, BR = generation_first(solve(*generation_last((m, g_L, g_R, Y, neutral))))
    expected = dict.fromkeys(("lZprime", "lZ", "lh", "lhX", "nuW"), 0.0)
    M, i = 300.0, 2
    bosons = {
        "lZprime": ("Zprime", electroweak.e, electroweak.m_Zprime),
        "lZ": ("Z", electroweak.g_Z, electroweak.m_Z_shifted),
    }
    for f in (0, 1):
        for channel, (name, unit, mass) in bosons.items():
            a, b = (float(unit) * complex(g[name][0, f, i]) for g in (g_L, g_R))
            vertices = vector_vertices(a, b)
            expected[channel] += fermion_decay(M, m[0, f], float(mass), vertices, True)
        for channel, name, mass in (("lh", "h", DEFAULT_INPUTS["m_h"]), ("lhX", "hX", 70.0)):
            vertex = Y[name][0, f, i] * P_R + np.conj(Y[name][0, i, f]) * P_L
            expected[channel] += fermion_decay(M, m[0, f], mass, [vertex], False)
    g_W = float(electroweak.g) / np.sqrt(2)
    for f in range(4):
        vertices = vector_vertices(g_W * W_L[0, f, i], g_W * W_R[0, f, i])
        expected["nuW"] += fermion_decay(M, m_n[0, f], DEFAULT_INPUTS["m_W"], vertices, True)
    assert float(total[0, i]) == pytest.approx(sum(expected.values()), rel=1e-9, abs=0)
    for channel, width in expected.items():
        # The trace for the Z' has terms M^2/m_Z'^2 = 3e8 times larger than its sum, at most.
        assert float(BR[channel][0, i] * total[0, i]) == pytest.approx(width, rel=1e-6, abs=0), (
            channel
        )
    ratios = sum(np.asarray(x) for x in BR.values())
    assert ratios[0, 1:] == pytest.approx(np.ones(2), rel=1e-14, abs=0)
    assert total[0, 0] == 0
    assert ratios[0, 0] == 0  # the electron is stable, and no NaN


def test_heavy_dirac_neutrino_as_two_majorana_states(electroweak):
    """Each half decays as the Dirac neutrino does: to l- W+ and l+ W-, to nu Z and nubar Z."""
    M, V, g, y = 200.0, 0.3, 0.2, 0.1
    m = np.array([[0.0, M, M]])
    mixing = np.array([1, 1j]) / np.sqrt(2)
    W_L = np.zeros((1, 3, 1), complex)
    W_L[0, 1:, 0] = V * mixing
    Z = np.zeros((1, 3, 3), complex)
    Z[0, 0, 1:], Z[0, 1:, 0] = g * mixing, g * mixing.conj()
    h = np.zeros((1, 3, 3), complex)
    h[0, 0, 1:] = h[0, 1:, 0] = y * mixing
    none = {"Zprime": 0 * Z, "Z": 0 * Z}, {"h": 0 * Z, "hX": 0 * Z}
    charged = (np.array([[0.0]]), W_L, 0 * W_L)

    solve = jax.jit(lambda *x: decays.neutral_width(electroweak, m.T, *x, None))

    def width(*states):
        found = generation_first(solve(*generation_last(states)))
        assert found[0, 0] == 0  # the massless one is stable, and no NaN
        return np.asarray(found[0, 1:])

    m_W, m_Z = DEFAULT_INPUTS["m_W"], electroweak.m_Z_shifted
    to_W = widths.fermion_to_vector(M, 0.0, m_W, V * electroweak.g / np.sqrt(2), 0.0)
    assert width(*none, charged) == pytest.approx([float(to_W)] * 2, rel=1e-13, abs=0)
    no_W = (charged[0], 0 * W_L, 0 * W_L)
    to_Z = widths.fermion_to_vector(M, 0.0, m_Z, g * electroweak.g_Z, 0.0)
    assert width({"Zprime": 0 * Z, "Z": Z}, none[1], no_W) == pytest.approx(
        [float(to_Z)] * 2, rel=1e-13, abs=0
    )
    to_h = widths.fermion_to_scalar(M, 0.0, DEFAULT_INPUTS["m_h"], y, 0.0)
    assert width(none[0], {"h": h, "hX": 0 * h}, no_W) == pytest.approx(
        [float(to_h)] * 2, rel=1e-13, abs=0
    )


def test_light_vector_channels():
    """ee and mu mu, pairs with heavy leptons, light and heavy neutral pairs; ratios sum to one."""
    rng = np.random.default_rng(2)
    e, m = 0.3, 1.0
    m_l = np.array([[E, 0.3, 5.0], [MU, 2.0, 5.0], [1.8, 2.0, 5.0]])
    m_n = jnp.array([[0.0, 0.2], [1e-5, 1e-5], [1e-11, 10.0]])
    g_L, g_R = hermitian(rng, 3, 3, 3), hermitian(rng, 3, 3, 3)
    g_n = hermitian(rng, 3, 2, 2)
    states = generation_last(((m_l, g_L, g_R), (m_n, g_n)))
    Gamma, BR = jax.jit(decays.vector_decays)(m, e, *states)

    def pair(B, i, j):
        vertices = vector_vertices(e * g_L[B, i, j], e * g_R[B, i, j])
        return boson_decay(m, m_l[B, i], m_l[B, j], vertices, True)

    def neutral(B, i, j):
        g = e * g_n[B, i, j]
        width = boson_decay(m, m_n[B, i], m_n[B, j], vector_vertices(g, -np.conj(g)), True)
        return width / 2 if i == j else width

    expected = {
        "ee": pair(0, 0, 0),
        "mumu": pair(1, 0, 0),
        "tautau": 0.0,
        "heavy": pair(0, 1, 1) + pair(0, 0, 1) + pair(0, 1, 0),
        # A pseudo-Dirac pair of 10 keV is a neutrino; a state of 0.2 GeV is not.
        "nunu": neutral(0, 0, 0)
        + neutral(2, 0, 0)
        + sum(neutral(1, *x) for x in ((0, 0), (0, 1), (1, 1))),
        "NN": neutral(0, 0, 1) + neutral(0, 1, 1),
    }
    assert set(BR) == set(expected)
    for channel, width in expected.items():
        assert float(BR[channel] * Gamma) == pytest.approx(width, rel=1e-12, abs=0), channel
    assert float(sum(BR.values())) == pytest.approx(1, rel=1e-15, abs=0)


def test_stable_light_vector_has_no_ratios_and_a_finite_gradient():
    g = np.ones((1, 1, 3))

    def rest(m):
        heavy = jnp.full((1, 3), 2.0)
        Gamma, BR = decays.vector_decays(m, 0.3, (heavy, g, g), (heavy, g + 0j))
        return Gamma + sum(BR.values())

    value, slope = jax.jit(jax.value_and_grad(rest))(1.0)
    assert value == 0
    assert np.isfinite(slope)


def test_scalar_channels():
    """h_X: light, mixed and heavy pairs in both orders, Majorana pairs once, Z' pairs."""
    rng = np.random.default_rng(3)
    m, v, m_V = 300.0, 14.0, 0.017
    m_l = np.array([[E, 100.0], [MU, 140.0], [1.8, 400.0]])
    m_n = np.array([[1e-11, 10.0]] * 3)
    Y, Y_n = random(rng, 3, 2, 2), random(rng, 3, 2, 2)
    Y_n = Y_n + np.swapaxes(Y_n, -1, -2)
    states = generation_last(((m_l, Y), (m_n, Y_n)))
    Gamma, BR = jax.jit(decays.scalar_decays)(m, v, m_V, *states)

    def pair(B, i, j):
        if m_l[B, i] + m_l[B, j] >= m:
            return 0.0
        vertex = Y[B, i, j] * P_R + np.conj(Y[B, j, i]) * P_L
        return boson_decay(m, m_l[B, i], m_l[B, j], [vertex], False)

    def neutral(B, i, j):
        y = Y_n[B, i, j]
        width = boson_decay(m, m_n[B, i], m_n[B, j], [y * P_R + np.conj(y) * P_L], False)
        return width / 2 if i == j else width

    expected = {
        "ZprimeZprime": m**3 / (32 * np.pi * v**2),
        "ll": sum(pair(B, 0, 0) for B in range(3)),
        "lightheavy": sum(pair(B, 0, 1) + pair(B, 1, 0) for B in range(3)),
        "heavyheavy": sum(pair(B, 1, 1) for B in range(3)),
        "neutral": sum(neutral(B, *x) for B in range(3) for x in ((0, 0), (0, 1), (1, 1))),
    }
    assert set(BR) == set(expected)
    for channel, width in expected.items():
        # 6 (m_V/m)^2 = 2e-8 for the vectors
        assert float(BR[channel] * Gamma) == pytest.approx(width, rel=3e-8, abs=0), channel
    assert float(sum(BR.values())) == pytest.approx(1, rel=1e-15, abs=0)

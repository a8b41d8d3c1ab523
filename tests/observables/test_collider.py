"""e+e- -> h_X Z', Z' Z' against explicit spinors, the equivalence theorem, limits and QED."""

from types import SimpleNamespace

import jax
import jax.flatten_util
import jax.numpy as jnp
import numpy as np
import pytest
from mpmath import mp, mpf

import recette as rc
from oracles import oracle, pairs
from recette.core.pair_production import ElectronVertices, scalar_vector, vector_pair
from recette.core.point import HiggsX
from recette.core.predict import predict
from recette.observables import collider, light_boson

OBSERVABLES = (collider.hX_Zprime, collider.Zprime_Zprime)
ENERGIES = ("91.19", "189", "207")
M_E = 0.51099895e-3
EXACT = {
    "m_Zprime": "0.017",
    "eps": "-8e-4",
    "eps_BL": "2e-3",
    "m_hX": "70",
    "M_L": "90",
    "M_E": "90",
    "delta_nu": "0",
    "delta_A": "0",
    "h": "-1.6520e-6",
    "k": "1e-7",
}
BL = {"m_Zprime": 0.017, "eps": -8e-4, "eps_BL": 2e-3, "m_hX": 70.0}


def values(point):
    p = predict(rc.predict(point).point, OBSERVABLES)
    return {id: float(value) for id, value in p.values.items()}, p.closed


@pytest.fixture(scope="module")
def exact():
    return values("exact")[0]


def couplings(point, **inputs):
    return pairs.couplings_of(oracle.solve(point, inputs, loops=False, only=(0,)))


def explicit(point, energies, inputs=None, **integration):
    """The same [pb] from explicit spinors at 40 digits: {(process, energy): sigma}."""
    result = {}
    with mp.workdps(40):
        c = couplings(point, **(inputs or {}))
        for energy in energies:
            E = mpf(energy)
            one = pairs.total(pairs.squared_scalar_vector, c, E, c.scalar[0], **integration)
            two = pairs.total(pairs.squared_vector_pair, c, E, c.m_V, **integration) / 2
            result["hX", energy] = float(one) * collider.PICOBARN
            result["Zprime", energy] = float(two) * collider.PICOBARN
    return result


def production(point, energies, **inputs):
    """The production functions on the couplings of the oracle, [pb]."""
    with mp.workdps(40):
        c = couplings(point, **inputs)

    def floats(x):
        return jnp.array([float(y) for y in x])

    n = len(c.m)
    e = ElectronVertices(
        m=floats(c.m),
        g_L=floats(c.g_L[j, 0] for j in range(n)),
        g_R=floats(c.g_R[j, 0] for j in range(n)),
        Y_L=floats(c.Y[0, j] for j in range(n)),
        Y_R=floats(c.Y[j, 0] for j in range(n)),
    )
    m_V, m_h, Gamma = floats((c.m_V, *c.scalar))
    result = {}
    for energy in energies:
        s = jnp.asarray(float(energy) ** 2)
        s_channel = tuple(
            sum(
                float(vertex) * float(g[side]) / (s - float(m) ** 2 + 1j * float(m) * float(width))
                for m, width, *g, vertex in c.vectors
            )
            for side in (0, 1)
        )
        scalar = (m_h, Gamma, jnp.asarray(float(c.vectors[0][-1])))
        result["hX", energy] = float(scalar_vector(s, m_V, m_h, e, s_channel)) * collider.PICOBARN
        result["Zprime", energy] = float(vector_pair(s, m_V, e, scalar)) * collider.PICOBARN
    return result


# --- the numbers --------------------------------------------------------------------------------


# PHYSICS, section 7: three digits printed (pb); 95 has two.
@pytest.mark.parametrize(
    ("id", "printed", "digits"),
    [
        ("sigma_hX_Zprime_91", 1.97e3, 3),
        ("sigma_hX_Zprime_189", 27.9e3, 3),
        ("sigma_hX_Zprime_207", 30.1e3, 3),
        ("sigma_Zprime_Zprime_91", 95, 2),
        ("sigma_Zprime_Zprime_189", 1207, 4),
        ("sigma_Zprime_Zprime_207", 1481, 4),
    ],
)
def test_estimates_of_the_physics_notes(exact, id, printed, digits):
    assert float(f"{exact[id]:.{digits - 1}e}") == pytest.approx(printed, rel=1e-12)


def test_exact_against_explicit_spinors(exact):
    """Ten angles on half the range reach 1e-12 at M = 127 GeV; m_e/E, dropped, is 4e-7 of Z' Z'."""
    oracle_values = explicit(EXACT, ENERGIES)
    for (process, energy), sigma in oracle_values.items():
        found = exact[f"sigma_{process}_Zprime_{energy[:3].rstrip('.')}"]
        assert found == pytest.approx(sigma, rel=1e-6), (process, energy)


# Both chiralities different, L-E mixing, gamma = 400 at m_Z' = 0.25 GeV; light and fully mixed; h_X
# near its resonance in the s channel, with its width.
GENERAL = {
    "chiral": ({"delta_nu": "0.3", "delta_A": "-0.2", "M_E": "150", "h": "0.01"}, "207", 12),
    "light": ({"M_L": "30", "M_E": "40", "m_hX": "40", "delta_A": "0.3"}, "91.19", 16),
    "resonant": ({"m_hX": "89", "eps_BL": "1e-2", "h": "1e-3", "k": "-0.005"}, "91.19", 12),
}


@pytest.mark.parametrize(("change", "energy", "points"), GENERAL.values(), ids=GENERAL.keys())
def test_general_points_against_explicit_spinors(change, energy, points):
    """m_e = 1 keV makes what is left out (linear in m_e; 1e-5 to 1e-4 here) smaller than 5e-7."""
    point = EXACT | {"m_Zprime": "0.25"} | change
    expected = explicit(point, [energy], {"m_e": "1e-6"}, points=points)
    found = production(point, [energy], m_e="1e-6")
    for key, sigma in expected.items():
        assert found[key] == pytest.approx(sigma, rel=1e-6), key


def test_electron_exchange_and_s_channel_alone_against_explicit_spinors():
    """Model `bl` has no heavy lepton: electron exchange with m_e in full, and Z' and Z to h_X Z'.

    The trapezoidal rule in atanh(cos) at step 1/4 errs by 1e-10, its end at 20
    (1 - cos = 1e-17, where m_e^2/s = 3e-11) by 1e-8.
    """
    expected = explicit(EXACT | {"model": "bl"}, ["91.19"], points=80, depth=20)
    found, _ = values({"model": "bl", "parameters": BL})
    assert found["sigma_hX_Zprime_91"] == pytest.approx(expected["hX", "91.19"], rel=1e-9, abs=0)
    assert found["sigma_Zprime_Zprime_91"] == pytest.approx(
        expected["Zprime", "91.19"], rel=1e-7, abs=0
    )


def test_phases_of_heavy_states_drop_out():
    """Complex couplings that are real ones in another phase convention give the same rates."""
    phase = jnp.exp(1j * jnp.array([0.0, 0.7, -1.9]))
    m = jnp.array([5.11e-4, 120.0, 150.0])
    g_L, g_R = jnp.array([5e-4, 4e-4, 2e-4]), jnp.array([3e-4, -1e-4, 4e-4])
    Y_L, Y_R = jnp.array([1e-3, 4.0, -2.0]), jnp.array([1e-3, 1.0, 3.0])
    real = ElectronVertices(m, g_L, g_R, Y_L, Y_R)
    turned = ElectronVertices(m, phase * g_L, phase * g_R, jnp.conj(phase) * Y_L, phase * Y_R)
    s, m_V, m_h = jnp.asarray(189.0**2), jnp.asarray(0.017), jnp.asarray(70.0)
    contact = jnp.asarray(1e-6 + 1e-6j), jnp.asarray(2e-6)
    scalar = m_h, jnp.asarray(19.0), jnp.asarray(4e-5)
    for one, other in (
        (scalar_vector(s, m_V, m_h, e, contact) for e in (real, turned)),
        (vector_pair(s, m_V, e, scalar) for e in (real, turned)),
    ):
        assert float(other) == pytest.approx(float(one), rel=1e-12)


# --- electron exchange beside h_X ---------------------------------------------------------------


# Points of the box where electron exchange is more than half of h_X Z'.
ELECTRON = {
    "light h_X": (
        {"m_Zprime": "0.04", "eps": "6e-3", "eps_BL": "-2e-6", "m_hX": "3.3", "M_L": "640"}
        | {"M_E": "190", "delta_nu": "-0.9", "h": "6e-3"},
        "91.19",
    ),
    "slow Z'": (
        {"m_Zprime": "0.003", "eps": "-7.5e-3", "eps_BL": "1.1e-6", "m_hX": "171", "M_L": "107"}
        | {"M_E": "170", "delta_nu": "-0.08", "h": "0.07", "k": "-7e-6"},
        "189",
    ),
    "heavier Z'": (
        {"m_Zprime": "0.25", "eps": "-4e-3", "eps_BL": "1e-5", "m_hX": "30", "M_L": "79"}
        | {"M_E": "100", "delta_nu": "0.6", "h": "-0.1", "k": "0.1"},
        "207",
    ),
}


@pytest.mark.parametrize(("change", "energy"), ELECTRON.values(), ids=ELECTRON.keys())
def test_electron_with_a_large_yukawa_against_explicit_spinors(change, energy):
    """m_e as it is. What is left out is linear in m_e/E = 5e-6 and was met as 1e-6 at most."""
    with mp.workdps(40):
        c = couplings(EXACT | change)
        expected = pairs.total(
            pairs.squared_scalar_vector, c, mpf(energy), c.scalar[0], points=80, depth=20
        )
    found = production(EXACT | change, [energy])["hX", energy]
    assert found == pytest.approx(float(expected) * collider.PICOBARN, rel=3e-6)


def reduced(m, g_L, g_R, Y_L, Y_R, *, E, m_V, m_S):
    """sigma(e+e- -> Z' h_X) [GeV^-2] of any couplings, with explicit spinors.

    Of k_mu stays M g_L and M g_R of the heavy leptons, without the contact terms that cancel where
    couplings are gauge invariant: nothing grows with energy whatever they are.
    """

    def vertices(v, grown, j):
        """Emission and absorption of the vector v, with grown k_mu beside it."""
        M = grown * m[j] if j else 0
        L, R, L_, R_ = g_L[j], g_R[j], mp.conj(g_L[j]), mp.conj(g_R[j])
        emit = pairs.slash(v) @ (L * pairs.P_L + R * pairs.P_R)
        absorb = pairs.slash(v) @ (L_ * pairs.P_L + R_ * pairs.P_R)
        return (
            emit - M * (L * pairs.P_L + R * pairs.P_R),
            absorb + M * (L_ * pairs.P_R + R_ * pairs.P_L),
        )

    def squared(c, root_s, cos):
        p1, k1, k2, k, u, vbar = pairs.kinematics(root_s, m_V, m_S, cos, m[0])
        *linear, longitudinal = pairs.polarisations(k, k1[0], m_V, cos, 1)
        without_k = [x - y / m_V for x, y in zip(longitudinal, k1, strict=True)]
        total = mpf(0)
        for v, grown in ((linear[0], 0), (linear[1], 0), (without_k, 1 / m_V)):
            matrix = 0 * pairs.ONE
            for j in range(len(m)):
                emit, absorb = vertices(v, grown, j)
                t, w = (pairs.propagator(pairs.minus(p1, q), m[j]) for q in (k1, k2))
                yukawa = Y_L[j] * pairs.P_R + mp.conj(Y_R[j]) * pairs.P_L
                conjugate = Y_R[j] * pairs.P_R + mp.conj(Y_L[j]) * pairs.P_L
                matrix = matrix + yukawa @ t @ emit + absorb @ w @ conjugate
            total += sum(abs(vb @ matrix @ x) ** 2 for vb in vbar for x in u)
        return total

    return pairs.total(squared, SimpleNamespace(m=m, m_V=m_V), E, m_S, points=80, depth=20)


# Couplings that no gauge symmetry ties: m, g_L, g_R, Y_L, Y_R, and sqrt(s), m_V, m_S. A vector;
# m_V below 2 m_e and complex; beside heavy leptons, with m_V up to where nothing is collinear.
LONE = ([M_E], [1e-3], [1e-3], [0.1], [0.1])
COMPLEX = ([M_E], [1e-3], [-2e-3], [0.1 + 0.07j], [0.1 + 0.07j])
BESIDE = (
    [1e-6, 60.0, 150.0],
    [1e-3, 1e-4 + 2e-4j, -1e-4],
    [0.7e-3, -1e-4, 1e-4j],
    [0.1, 0.05, 0.02j],
    [0.1, 0.02 - 0.05j, 0.03],
)
ANY_COUPLINGS = {
    "vector": (LONE, 189.0, 0.017, 70.0),
    "complex": (COMPLEX, 91.19, 0.001, 3.0),
    "interference": (BESIDE, 189.0, 5.0, 70.0),
    "not collinear": (BESIDE, 207.0, 60.0, 50.0),
}


@pytest.mark.parametrize(("e", "E", "m_V", "m_S"), ANY_COUPLINGS.values(), ids=ANY_COUPLINGS.keys())
def test_electron_exchange_of_any_couplings_against_explicit_spinors(e, E, m_V, m_S):
    """The rule of integration errs by 1e-8, and so does m_e/E of 1 keV beside heavy leptons."""
    with mp.workdps(30):
        masses = {"E": mpf(E), "m_V": mpf(m_V), "m_S": mpf(m_S)}
        expected = reduced(*([mp.mpmathify(x) for x in xs] for xs in e), **masses)
    none = jnp.zeros(()), jnp.zeros(())
    arguments = (jnp.asarray(x) for x in (E**2, m_V, m_S))
    found = scalar_vector(*arguments, ElectronVertices(*map(jnp.asarray, e)), none)
    assert float(found) == pytest.approx(float(expected), rel=1e-7, abs=0)


# --- limits -------------------------------------------------------------------------------------


@pytest.mark.parametrize("m_S", [1.0, 70.0, 180.0])
def test_photon_and_scalar(m_S):
    """Massless vector: (alpha Y^2/2s)[(1 + z^2)/(1 - z) (ln(s/m_e^2) - 1) + 1 - z], z = m_S^2/s.

    The radiator of QED on the peak of h_X, up to (m_V/m_e)^2 = 4e-10; 1 - z is (s^2 + m_S^4)/(t u).
    """
    s, g, Y = 189.0**2, 1e-3, 0.1
    z = m_S**2 / s
    bracket = (1 + z**2) / (1 - z) * (np.log(s / M_E**2) - 1) + 1 - z
    e = ElectronVertices(*(jnp.array([x]) for x in (M_E, g, g, Y, Y)))
    none = jnp.zeros(()), jnp.zeros(())
    found = scalar_vector(jnp.asarray(s), jnp.asarray(1e-8), jnp.asarray(m_S), e, none)
    assert float(found) == pytest.approx(g**2 * Y**2 / (8 * np.pi * s) * bracket, rel=2e-9, abs=0)


def test_photon_limit_of_electron_exchange():
    """(2 pi alpha^2 eps_V^4/s)(ln(s/m_e^2) - 1) for a vector coupling, eps_V = -eps - eps_BL."""
    found, _ = values({"model": "bl", "parameters": BL})
    alpha, m_e = 1 / 137.035999084, 0.51099895e-3
    for s, id in zip(collider.ENERGIES**2, collider.Zprime_Zprime.ids, strict=True):
        photons = 2 * np.pi * alpha**2 / s * (np.log(s / m_e**2) - 1)
        # m_Z'^4/(m_e^2 s) = 4e-5 at 91 GeV moves the logarithm.
        expected = photons * 1.2e-3**4 * collider.PICOBARN
        assert found[id] == pytest.approx(expected, rel=1e-5, abs=0)


def goldstones(s, m_h, M, v_X):
    """sigma(e+e- -> h_X G), sigma(e+e- -> G G) [pb] of a Yukawa theory.

    At 45 degrees -L = a (h_X + i G) lbar_L F_R + h.c., a = M/(2 v_X), for either chirality;
    massless Goldstones, |M|^2 = a^4 t u [1/(t - M^2) + 1/(u - M^2)]^2 and with a minus for G G.
    """
    a4 = (M / (2 * v_X)) ** 4

    def squared(c, m2, sign):
        t = -(s - m2) / 2 * (1 - c)
        u = -(s - m2) / 2 * (1 + c)
        return 2 * a4 * t * u * (1 / (t - M**2) + sign / (u - M**2)) ** 2

    def sigma(m2, sign):
        integral = mp.quad(lambda c: squared(c, m2, sign), [-1, 1])
        return float((1 - m2 / s) / (32 * mp.pi * s) / 4 * integral) * collider.PICOBARN

    return sigma(m_h**2, 1), sigma(0, -1) / 2


def test_equivalence_theorem(exact):
    """Longitudinal Z' are Goldstones up to (m_Z'/E)^2 = 1e-7, and the couplings of e to h v/M."""
    M, v_X = np.sqrt(2) * 90, 14.034643103736286
    for energy in ENERGIES:
        hX, GG = goldstones(float(energy) ** 2, 70.0, M, v_X)
        name = energy[:3].rstrip(".")
        # y v/sqrt2 in the mass matrix moves mixing and masses by m_e/M = 4e-6.
        assert exact[f"sigma_hX_Zprime_{name}"] == pytest.approx(hX, rel=2e-5)
        assert exact[f"sigma_Zprime_Zprime_{name}"] == pytest.approx(GG, rel=2e-5)


@pytest.mark.parametrize("M", [3e3, 3e4])
def test_low_energy_operator(M):
    """e eps_BL (sin^2(2 theta)/v_X) h_X Z' lbar gamma l for M >> sqrt(s), both chiralities."""
    point = {
        "model": "bl-vll",
        "parameters": {**BL, "M_L": M, "M_E": M, "delta_nu": 0.6, "delta_A": 0.0},
    }
    found, _ = values(point)
    e, v_X, m, m_h = np.sqrt(4 * np.pi / 137.035999084), 14.034643103736286, 0.017, 70.0
    C = e * 2e-3 * (1 - 0.6**2) / v_X
    for E, id in zip(collider.ENERGIES, collider.hX_Zprime.ids, strict=True):
        k = np.sqrt((E**2 - (m_h + m) ** 2) * (E**2 - (m_h - m) ** 2)) / (2 * E)
        # Int dcos s (2 + sin^2 k^2/m^2) over both chiralities, phase space k/(64 pi s^(3/2)).
        expected = 2 * C**2 * (4 + 4 / 3 * (k / m) ** 2) * k / (64 * np.pi * E)
        M_phys2 = M**2 * 1.25
        assert found[id] == pytest.approx(expected * collider.PICOBARN, rel=1.5 * E**2 / M_phys2)


@pytest.mark.parametrize(("M", "error"), [(1.0, 1e-4), (50.0, 1e-9), (1e4, 1e-12), (1e9, 1e-12)])
def test_a_lepton_without_couplings_changes_nothing(M, error):
    """It moves the nodes alone: the errors that `_over_angles` states, and rounding far above."""

    def electron(n):
        pad = jnp.zeros(n)
        return ElectronVertices(
            jnp.array([M_E, M, M][: n + 1]),
            *(jnp.concatenate([jnp.array([x]), pad]) for x in (5e-4, 3e-4, 1e-6, 1e-6)),
        )

    s, m_V, m_h = jnp.asarray(189.0**2), jnp.asarray(0.017), jnp.asarray(70.0)
    contact, scalar = (jnp.asarray(1e-6 + 1e-6j), jnp.asarray(2e-6)), (m_h, m_h / 4, m_V)
    for sigma in (
        lambda e: scalar_vector(s, m_V, m_h, e, contact),
        lambda e: vector_pair(s, m_V, e, scalar),
    ):
        assert float(sigma(electron(1))) == pytest.approx(float(sigma(electron(0))), rel=error)


# --- thresholds, gradients, batches -------------------------------------------------------------


def test_closed_channels_are_zero_and_marked():
    for m_hX, closed in ((91.17, [0, 0, 0]), (91.18, [1, 0, 0]), (300.0, [1, 1, 1])):
        found, marks = values({"model": "bl", "parameters": BL | {"m_hX": m_hX}})
        assert [bool(marks[id]) for id in collider.hX_Zprime.ids] == [bool(c) for c in closed]
        assert [found[id] == 0 for id in collider.hX_Zprime.ids] == [bool(c) for c in closed]
        assert not any(bool(marks[id]) for id in collider.Zprime_Zprime.ids)


def test_models_without_h_X_are_not_applicable():
    p = rc.predict({"model": "dark-photon", "parameters": {"m_Zprime": 0.017, "eps": 1e-3}}).point
    missing = predict(p, (*OBSERVABLES, light_boson.mass_and_width)).not_applicable
    assert missing == (*collider.hX_Zprime.ids, *collider.Zprime_Zprime.ids)


def test_gradients_against_differences():
    """With respect to m_hX, through the whole point; closed channels included."""
    p = rc.predict("exact").point

    def at(m_hX):
        parts = tuple(
            HiggsX(m_hX, part.v_X, part.Gamma, part.BR) if isinstance(part, HiggsX) else part
            for part in p.parts
        )
        moved = type(p)(parts, p.status)
        return jnp.concatenate([collider.hX_Zprime(moved), collider.Zprime_Zprime(moved)])

    for m_hX in (70.0, 120.0):
        slope = jax.jacfwd(at)(jnp.asarray(m_hX))
        numeric = (at(jnp.asarray(m_hX + 1e-3)) - at(jnp.asarray(m_hX - 1e-3))) / 2e-3
        assert jnp.all(jnp.isfinite(slope))
        # Rounding 1e-13 over the step, curvature 1e-6/m^2.
        assert np.allclose(slope, numeric, rtol=1e-6, atol=1e-8 * float(jnp.max(at(m_hX))))


def vertices(n):
    """Three open and closed cases of everything that `scalar_vector` and `vector_pair` take."""
    rng = np.random.default_rng(1)
    m = jnp.asarray(np.stack([np.full(n, M_E), rng.uniform(50, 90, n), rng.uniform(90, 300, n)]))
    couplings = (jnp.asarray(rng.normal(size=(3, n))) * x for x in (1e-3, 1e-3, 1.0, 1.0))
    m_h = jnp.asarray(np.geomspace(10.0, 250.0, n))
    return ElectronVertices(m, *couplings), jnp.full(n, 0.017), m_h


@jax.jit
def both(e, m_V, m_h, s):
    one = scalar_vector(s, m_V, m_h, e, (1e-6 * m_V, 2e-6 * m_V))
    return jnp.stack([one, vector_pair(s, m_V, e, (m_h, m_h / 10, m_V / 100))])


def test_trailing_axes_are_points_and_a_leading_one_energies():
    energies = jnp.asarray(collider.ENERGIES**2)
    arguments = vertices(6)
    together = both(*arguments, energies[:, None])
    assert together.shape == (2, 3, 6)
    for i in range(6):
        one = jax.tree.map(lambda x, i=i: x[..., i], arguments)
        for j, s in enumerate(energies):
            # Rounding, with terms of either sign.
            assert np.allclose(together[:, j, i], both(*one, s), rtol=1e-12, atol=0)


def test_both_modes_of_differentiation_agree_where_open_and_where_closed():
    arguments, s = vertices(6), jnp.asarray(collider.ENERGIES[:, None] ** 2)
    flat, unflatten = jax.flatten_util.ravel_pytree(arguments)

    def total(x):
        return jnp.sum(both(*unflatten(x), s))

    reverse, forward = jax.jit(jax.grad(total))(flat), jax.jit(jax.jacfwd(total))(flat)
    assert jnp.all(jnp.isfinite(reverse))
    assert np.allclose(reverse, forward, rtol=1e-10, atol=0)

"""Masses, mixing and couplings: identities and 60-digit mpmath, at hard parameter values."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from mpmath import mp, mpf

from oracles import magnetic
from oracles.layout import generation_first
from recette.constants import DEFAULT_INPUTS
from recette.core import basis, couplings, gauge, spectrum
from recette.core.point import (
    ChargedLeptons,
    Dipoles,
    Electroweak,
    LightBoson,
    NeutralLeptons,
    NeutralWidths,
)
from recette.models.fields import BL_VLL
from recette.models.ladder import BL_VLL as MODEL
from recette.types import Status

INPUTS = {k: jnp.asarray(v) for k, v in DEFAULT_INPUTS.items()}
LIGHT = np.array([DEFAULT_INPUTS[f"m_{l}"] for l in ("e", "mu", "tau")])
V, V_X = (np.sqrt(2) * DEFAULT_INPUTS["G_F"]) ** -0.5, 14.0
EPS_BL, EPS = 2e-3, -8e-4
STATES = basis.lepton_basis(BL_VLL)


def dagger(U):
    return np.conj(np.swapaxes(U, -1, -2))


def triples(*values):
    return np.array(np.broadcast_arrays(*values), dtype=np.result_type(float, *values))


def angle(degrees, M):
    return np.sqrt(2) * M / V_X * np.tan(np.radians(degrees))


# Three generations each: M_L, M_E, theta_L, theta_R [GeV, degrees], h, k.
ROWS = [
    (90.0, 90.0, 45.0, 45.0, [-1.652e-6, -1.5483e-3, 0.0], [1e-7, 1e-7, 0.0]),
    (90.0, 90.0, 45.0, 45.0, [0.0, 1e-12, -1e-3], [0.0, -1e-9, 1e-9]),
    (90.0, 1000.0, 80.0, 10.0, [0.1, -0.1, 0.1], [0.1, 0.1, -0.1]),
    (400.0, 95.0, 5.0, 80.0, [-0.1, 0.1, 1e-9], [-0.1, 1e-9, 0.1]),
    (130.0, 130.0, 80.0, 80.0, [-0.1, 0.01, 0.1], [0.1, -0.1, -1e-3]),
    (200.0, 300.0, 0.0, 0.0, [0.1, -0.1, 0.0], [-0.1, 0.1, 0.0]),
]


def terms(M_L, M_E, theta_L, theta_R, h, k):
    parts = {"M_L": M_L, "M_E": M_E, "h": h, "k": k}
    parts |= {"lambda_L": angle(theta_L, M_L), "lambda_E": angle(theta_R, M_E)}
    return {name: np.broadcast_to(x, 3).astype(float) for name, x in parts.items()}


def solve(parameters):
    vevs = {"h": jnp.asarray(V), "h_X": jnp.asarray(V_X)}
    solved, M, y = couplings.solve_charged(BL_VLL, parameters, vevs, jnp.asarray(LIGHT))
    electroweak = gauge.mix(INPUTS, jnp.asarray(0.017), jnp.asarray(EPS))
    g_L, g_R = (
        couplings.gauge_couplings(electroweak, members, U, jnp.asarray(EPS_BL))
        for members, U in (
            (STATES.charged_left, solved.U_L),
            (STATES.charged_right, solved.U_R),
        )
    )
    Y = couplings.yukawas(M, solved.U_L, solved.U_R)
    return {"m": solved.m, "U_L": solved.U_L, "U_R": solved.U_R, "status": solved.status} | {
        "M": M.at(vevs),
        "y": y,
        "g_L": g_L,
        "g_R": g_R,
        "Y": Y,
        "M_X": M.at(vevs) - M.at(vevs | {"h_X": jnp.zeros(())}),
    }


points = jax.jit(jax.vmap(solve))


def charged(parameters):
    """Points and generations first, in numpy."""
    return generation_first(points(parameters), at=1)


def stack(rows):
    rows = [terms(*row) for row in rows]
    return {name: np.stack([row[name] for row in rows]) for name in rows[0]}


@pytest.fixture(scope="module")
def real():
    return charged(stack(ROWS))


# lambda_L, M_L, h, k, lambda_E, M_E turned by phases of l, L, E (left) and e, L, E (right); the
# phase of e_R is that of l_L, or the rule for y (real positive light block) would turn too.
PHASES = {"l": 0.7, "L": -1.3, "E": 2.1, "Lr": 0.4, "Er": -2.6}
TURN = {
    "lambda_L": PHASES["l"] - PHASES["Lr"],
    "M_L": PHASES["L"] - PHASES["Lr"],
    "h": PHASES["L"] - PHASES["Er"],
    "k": PHASES["E"] - PHASES["Lr"],
    "lambda_E": PHASES["E"] - PHASES["l"],
    "M_E": PHASES["E"] - PHASES["Er"],
}


@pytest.fixture(scope="module")
def turned():
    """The same points in other phases, and last one with physical phases."""
    parameters = {name: x * np.exp(1j * TURN[name]) for name, x in stack(ROWS).items()}
    parameters["k"][-2] *= np.exp(0.9j)
    parameters["h"][-1] *= np.exp(1.2j)
    return charged(parameters)


@pytest.fixture(params=["real", "turned"])
def result(request):
    return request.getfixturevalue(request.param)


def test_status_and_light_masses(result):
    assert (result["status"] == Status.OK).all()
    # y v/sqrt2 reaches 17 GeV where k = 0.1: 0.5 MeV is then a difference of 3e4 times larger
    # terms, each rounded a few times.
    assert abs(result["m"][..., 0] / LIGHT - 1).max() < 2e-11
    weak = result["m"][:2, :, 0]  # rows with k < 1e-6
    assert abs(weak / LIGHT - 1).max() < 2e-14


def test_unitarity_and_reconstruction(result):
    for side in ("U_L", "U_R"):
        assert abs(dagger(result[side]) @ result[side] - np.eye(3)).max() < 2e-15
    rebuilt = (result["U_L"] * result["m"][..., None, :]) @ dagger(result["U_R"])
    scale = abs(result["M"]).max(axis=(-1, -2), keepdims=True)
    assert (abs(rebuilt - result["M"]) / scale).max() < 3e-15
    # Diagonal the other way round: rounding of 1e3 GeV, relative to that.
    diagonal = dagger(result["U_L"]) @ result["M"] @ result["U_R"]
    off = diagonal - result["m"][..., None, :] * np.eye(3)
    assert (abs(off) / scale).max() < 3e-15


def test_determinant(result):
    """det M = m1 m2 m3 with light block Y - B H^-1 C real positive: positive for real couplings."""
    with mp.workdps(50):
        for row, masses in zip(result["M"], result["m"], strict=True):
            for M, m in zip(row, masses, strict=True):
                A = mp.matrix(M.tolist())
                det, det_H = mp.det(A), mp.det(A[1:, 1:])
                product = mpf(m[0]) * mpf(m[1]) * mpf(m[2])
                assert abs(abs(det) / product - 1) < 1e-10  # as m[0]
                block = det / det_H
                assert mp.re(block) > 0
                assert abs(mp.im(block)) < 1e-10 * abs(block)


def test_heavy_masses_without_higgs_couplings(real):
    """M sqrt(1 + tan^2 theta) = M/cos(theta) up to y v: 127.28 GeV at M = 90 and 45 degrees."""
    for m in (real["m"][0, 0], *real["m"][1, :2]):
        assert m[1:].mean() == pytest.approx(90 * np.sqrt(2), rel=2e-6)  # (m_mu/M)^2
    # h, k = 0.1 turn the unmixed masses of the last row at second order: (h v/sqrt2)^2/M^2
    assert real["m"][-1, 2, 1:] == pytest.approx([200.0, 300.0], rel=1e-4)


def test_rephasing_changes_nothing_physical(real, turned):
    same = slice(0, len(ROWS) - 2)
    assert turned["m"][same] == pytest.approx(real["m"][same], rel=2e-11, abs=0)
    for side in ("g_L", "g_R"):
        for boson in ("Zprime", "Z"):
            ours, theirs = turned[side][boson][same], real[side][boson][same]
            # Light-light entries and all light-heavy strengths; the heavy pair may be degenerate.
            for a, b in (
                (ours[..., 0, 0], theirs[..., 0, 0]),
                (abs(ours[..., 0, 1:] ** 2).sum(-1), abs(theirs[..., 0, 1:] ** 2).sum(-1)),
                (np.trace(ours, axis1=-2, axis2=-1), np.trace(theirs, axis1=-2, axis2=-1)),
            ):
                scale = abs(theirs).max(axis=(-1, -2))
                assert (abs(a - b) / scale).max() < 1e-14
    assert abs(turned["y"][same]) == pytest.approx(abs(real["y"][same]), rel=2e-11, abs=0)


def test_physical_phases_are_seen(real, turned):
    assert abs(turned["m"][-1] / real["m"][-1] - 1).max() < 1e-2
    assert abs(abs(turned["y"][-2]) / abs(real["y"][-2]) - 1).max() > 1e-3


def test_ward_identity(result):
    """g_L M - M g_R = m_Z'/e x Goldstone: -2 eps_BL lambda_L, +2 eps_BL lambda_E, and the Z0 part.

    What the Z0 admixture adds is T3 times the entries of <h>: y and h with -1/2, k with +1/2.
    """
    electroweak = gauge.mix(INPUTS, 0.017, EPS)
    on_T3 = float(electroweak.charge_Zprime(1.0, 0.0, 0.0))
    dark = float(electroweak.charge_Zprime(0.0, 0.0, EPS_BL))
    m = result["m"][..., None, :] * np.eye(3)
    ward = result["g_L"]["Zprime"] @ m - m @ result["g_R"]["Zprime"]
    pattern_X = np.zeros((3, 3))
    pattern_X[0, 1], pattern_X[2, 0] = -2, 2
    pattern_h = np.zeros((3, 3))
    pattern_h[0, 0] = pattern_h[1, 2] = -0.5
    pattern_h[2, 1] = 0.5
    before = (dark * pattern_X + on_T3 * pattern_h) * result["M"]
    expected = dagger(result["U_L"]) @ before @ result["U_R"]
    scale = abs(result["g_L"]["Zprime"] @ m).max(axis=(-1, -2), keepdims=True)
    assert (abs(ward - expected) / scale).max() < 1e-14
    # The light row, whose terms are small, by itself: light mass times coupling, or mixed ones.
    goldstone = dagger(result["U_L"]) @ (pattern_X * result["M_X"]) @ result["U_R"]
    assert (abs(ward - dark * goldstone) / scale).max() < abs(on_T3 / dark)


def test_higgs_couplings_are_derivatives(result):
    """Sum over scalars of vev x Yukawa, and the bare masses: diag(m)."""
    bare = np.zeros_like(result["M"])
    bare[..., 1, 1], bare[..., 2, 2] = result["M"][..., 1, 1], result["M"][..., 2, 2]
    total = dagger(result["U_L"]) @ bare @ result["U_R"]
    total = total + V * result["Y"]["h"] + V_X * result["Y"]["hX"]
    scale = abs(result["M"]).max(axis=(-1, -2), keepdims=True)
    assert (abs(total - result["m"][..., None, :] * np.eye(3)) / scale).max() < 5e-15


def test_small_mixing_is_the_standard_model(real):
    """Row with theta = 0: e couples as the Standard Model says."""
    s2 = 1 - (DEFAULT_INPUTS["m_W"] / DEFAULT_INPUTS["m_Z"]) ** 2
    tau = real["g_L"]["Z"][-1, 2, 0, 0], real["g_R"]["Z"][-1, 2, 0, 0]
    assert tau == pytest.approx([s2 - 0.5, s2], abs=2e-6)  # Z-Z' mixing: tan theta' eps_BL
    assert real["Y"]["h"][-1, 2, 0, 0] == pytest.approx(LIGHT[2] / V, rel=1e-14, abs=0)
    assert real["y"][-1, 2] == pytest.approx(np.sqrt(2) * LIGHT[2] / V, rel=1e-14, abs=0)


def test_no_y_can_give_a_light_mass_above_the_heavy_ones():
    @jax.jit
    def status(M, m):
        Y = spectrum.solve_y(M, m)
        return spectrum.charged(M.at[0, 0].set(Y), m).status

    M = jnp.array([[0.0, 5.0, 0], [0, 4.0, 0], [5.0, 0, 4.0]])
    assert int(status(M, 0.1)) == Status.OK
    assert int(status(M, 1000.0)) == Status.NOT_CONVERGED  # it is not the lightest
    assert int(status(M * jnp.nan, 0.1)) == Status.NO_SOLUTION


# --- neutral states -----------------------------------------------------------------------------


def neutral_matrix(y_nu, M_N, theta, M_L):
    """theta in degrees; M_N = y_M v_X/sqrt2."""
    M = np.zeros((4, 4))
    M[0, 1] = M[1, 0] = y_nu * V / np.sqrt(2)
    M[1, 1] = M_N
    M[0, 3] = M[3, 0] = M_L * np.tan(np.radians(theta))
    M[2, 3] = M[3, 2] = M_L
    return M


NEUTRAL = {
    "preset": (1e-7, 10.0, 45.0, 90.0),
    "1e-12 GeV": (1e-7, 151.0, 45.0, 90.0),
    "1e-15 GeV": (1e-9, 20.0, 80.0, 90.0),
    "unmixed": (1e-7, 10.0, 0.0, 90.0),
    "massless": (0.0, 10.0, 45.0, 90.0),
    "Dirac": (1e-7, 0.0, 45.0, 90.0),
    "pseudo-Dirac": (1e-7, 1e-12, 30.0, 400.0),
    "both zero": (0.0, 0.0, 45.0, 90.0),
    "N degenerate": (1e-7, 90.0 * np.sqrt(2), 45.0, 90.0),
    "N nearly degenerate": (1e-6, 90.0 * np.sqrt(2) * (1 + 1e-12), 45.0, 90.0),
    "large": (0.1, 300.0, 70.0, 130.0),
}
MATRICES = np.array([neutral_matrix(*x) for x in NEUTRAL.values()])
takagi = jax.jit(jax.vmap(spectrum.neutral))


@pytest.fixture(scope="module")
def solved():
    return dict(
        zip(NEUTRAL, zip(*(np.asarray(x) for x in _parts(MATRICES)), strict=True), strict=True)
    )


def _parts(matrices):
    found = takagi(matrices)
    return found.m, found.U, found.status


@pytest.mark.parametrize("name", NEUTRAL)
def test_takagi(solved, name):
    m, U, status = solved[name]
    M = MATRICES[list(NEUTRAL).index(name)]
    assert status == Status.OK
    assert (np.diff(m) >= -1e-14 * m.max()).all()
    assert abs(dagger(U) @ U - np.eye(4)).max() < 3e-15
    assert abs(U.T @ M @ U - np.diag(m)).max() < 1e-14 * abs(M).max()
    with mp.workdps(80):
        A = mp.matrix(M.tolist())
        exact = sorted(abs(x) for x in mp.eigsy(A, eigvals_only=True))
        for i, (ours, theirs) in enumerate(zip(m, exact, strict=True)):
            if theirs < 1e-40:
                assert ours == 0
            else:
                # The light mass is a ratio of products; a Dirac pair is split at first order.
                assert abs(mpf(ours) / theirs - 1) < (1e-14 if i in (0, 2, 3) else 1e-13), i


@pytest.mark.parametrize("M", [np.zeros((2, 2)), np.array([[0, 1e-5], [1e-5, 0]])])
def test_dirac_neutrinos_of_the_bl_rung(M):
    """Massless or not, without a Majorana mass: a solution, not a division by a zero mass."""
    found = jax.jit(spectrum.neutral)(M)
    assert int(found.status) == Status.OK
    assert np.array_equal(found.m, [M[0, 1]] * 2)


def test_light_neutrino_vector(solved):
    """nu' = cos nu - sin L0, with cos(theta) a/M_N of N^c."""
    for name in ("preset", "1e-12 GeV", "1e-15 GeV"):
        y_nu, M_N, theta, _ = NEUTRAL[name]
        _, U, _ = solved[name]
        c, s = np.cos(np.radians(theta)), np.sin(np.radians(theta))
        a = y_nu * V / np.sqrt(2)
        phase = U[0, 0] / c
        # Next order (a/M)^2 < 1e-11
        assert U[:, 0] / phase == pytest.approx(np.array([c, -a * c / M_N, -s, 0]), abs=1e-11)
        assert U[1, 0] / phase == pytest.approx(-a * c / M_N, rel=1e-9, abs=0)


def test_neutral_phases_can_be_absorbed():
    p = np.exp(1j * np.array([0.3, -1.1, 2.0, 0.7]))
    m, U, status = _parts(p[:, None] * MATRICES * p)
    m_real, U_real, _ = _parts(MATRICES.astype(complex))
    assert (np.asarray(status) == Status.OK).all()
    # abs() of a rotated number rounds once.
    assert np.asarray(m) == pytest.approx(np.asarray(m_real), rel=1e-14, abs=1e-300)
    for i, name in enumerate(NEUTRAL):
        turned = np.asarray(U[i])
        M = p[:, None] * MATRICES[i] * p
        residual = turned.T @ M @ turned - np.diag(np.asarray(m[i]))
        assert abs(residual).max() < 2e-14 * abs(M).max(), name
    assert abs(np.asarray(U[0])) == pytest.approx(abs(np.asarray(U_real[0])), rel=1e-9, abs=1e-15)


def test_gradient_of_neutral_masses_is_finite():
    def masses(y_nu, M_N):
        M = jnp.zeros((4, 4)).at[0, 1].set(y_nu).at[1, 0].set(y_nu).at[1, 1].set(M_N)
        M = M.at[0, 3].set(90.0).at[3, 0].set(90.0).at[2, 3].set(90.0).at[3, 2].set(90.0)
        return spectrum.neutral(M).m

    slope = jax.jit(jax.vmap(jax.jacfwd(masses, argnums=(0, 1))))
    a, M_N = np.array([1e-5, 0.0, 1e-5, 0.0]), np.array([10.0, 10.0, 0.0, 0.0])
    by_y, by_M = slope(a, M_N)
    assert np.isfinite(by_y).all()
    assert np.isfinite(by_M).all()
    # m = a^2 cos^2(theta)/M_N, next order (a/M_N)^2
    assert float(by_y[0, 0]) == pytest.approx(2 * 1e-5 * 0.5 / 10, rel=1e-9, abs=0)
    assert float(by_M[0, 0]) == pytest.approx(-1e-10 * 0.5 / 100, rel=1e-9, abs=0)


# --- a whole point with complex couplings -------------------------------------------------------

FULL = {
    "M_L": [90.0, 95.0, 200.0],
    "M_E": [100.0, 90.0, 150.0],
    "h": [2e-4, -1.5e-3, 0.05],
    "k": [3e-6, 1e-4, -0.02],
    "y_nu": [1e-7, 1e-7, 1e-6],
    "y_M": [1.0, 1e-3, 3.0],
    "lambda_L": [9.0, 8.0, 10.0],
    "lambda_E": [7.0, 9.1, 5.0],
}
SCALARS = {"m_Zprime": 0.017, "eps": EPS, "eps_BL": EPS_BL, "m_hX": 70.0}
evaluate = jax.jit(lambda p: MODEL.solve(p, INPUTS))


def solve_point(given):
    """One point, generations first."""
    return generation_first(evaluate({k: jnp.asarray(v) for k, v in (given | SCALARS).items()}))


def point(**phases):
    """The point FULL with complex couplings and y as they give it, all turned by phases."""
    given = {name: np.array(x, complex) for name, x in FULL.items()}
    given["y"] = np.array([3e-6, 6e-4, 1e-2 + 3e-3j])
    given = {name: x * np.exp(1j * phases.get(name, 0.0)) for name, x in given.items()}
    return solve_point(given)


@pytest.fixture(scope="module")
def plain():
    return point()


def numbers(p):
    charged, neutral, boson = p[ChargedLeptons], p[NeutralLeptons], p[LightBoson]
    dipoles = {name: np.asarray(x) for name, x in p[Dipoles].c_R.items()}
    strengths = [abs(np.asarray(x)) for x in (*charged.g_L.values(), *charged.g_R.values())]
    strengths += [abs(np.asarray(x)) for x in (*charged.Y.values(), neutral.W_L, neutral.W_R)]
    strengths += [abs(np.asarray(x)) for x in neutral.g.values()]
    return (
        {
            "m": np.asarray(charged.m),
            "m_nu": np.asarray(neutral.m),
            "g_nu": np.asarray(boson.g_nu),
            "Gamma": np.asarray(boson.Gamma),
            "Gamma_n": np.asarray(p[NeutralWidths].Gamma),
        },
        strengths,
        dipoles,
    )


def test_rephasing_all_fields_changes_nothing(plain):
    """Any phases of the six charged fields and N_R; y is given, its rule plays no part."""
    l, L, E, e, Lr, Er, N = 0.7, -1.3, 2.1, 1.9, 0.4, -2.6, 0.8
    turned = point(
        lambda_L=l - Lr, M_L=L - Lr, h=L - Er, k=E - Lr, lambda_E=E - e, M_E=E - Er, y=l - e,
        y_nu=l - N, y_M=-2 * N,
    )  # fmt: skip
    assert int(turned.status) == Status.OK
    masses, strengths, dipoles = numbers(plain)
    masses_2, strengths_2, dipoles_2 = numbers(turned)
    for name, x in masses.items():
        # Light charged masses are differences of terms up to 1e3 times larger.
        assert masses_2[name] == pytest.approx(x, rel=1e-11, abs=0), name
    for a, b in zip(strengths, strengths_2, strict=True):
        assert b == pytest.approx(a, rel=1e-9, abs=1e-13 * a.max())
    for boson, c_R in dipoles.items():
        # Parts of single states cancel to 1e-5 of themselves.
        scale = abs(np.asarray(plain[Dipoles].by_state[boson])).max(axis=1)
        assert (abs(dipoles_2[boson] - c_R) < 1e-12 * scale).all(), boson


def test_dipoles_of_the_conjugate_point():
    """CP: conjugating every coupling conjugates c_R, which is not real here."""
    phases = {"h": 0.4, "k": -0.9, "lambda_L": 0.2}
    one = numbers(point(**phases))[2]
    given = {name: -phase for name, phase in phases.items()}
    other = numbers(point(**given, y=0.0))[2]
    for boson in one:
        # y of tau is complex in FULL: e and mu only.
        assert other[boson][:2] == pytest.approx(np.conj(one[boson][:2]), rel=1e-6, abs=0)
        assert abs(one[boson][1].imag) > 0


def test_phase_of_c_R_is_that_of_h():
    """lbar_L [lambda_L] L_R [M_L^*] L_L [h] E_R [M_E^*] E_L [lambda_E] e_R: c_R has h, not h^*.

    So with c_R = a + b h + O(h^2): (c_R(h e^ix) - a)/(c_R(h) - a) = e^ix, at a fixed light mass.
    """
    v_X = 0.017 / (2 * np.sqrt(4 * np.pi * DEFAULT_INPUTS["alpha"]) * EPS_BL)
    a = np.array(FULL["lambda_L"]) * v_X / np.sqrt(2)
    b = np.array(FULL["lambda_E"]) * v_X / np.sqrt(2)
    M_L, M_E = np.array(FULL["M_L"]), np.array(FULL["M_E"])
    block = LIGHT * np.sqrt((1 + (a / M_L) ** 2) * (1 + (b / M_E) ** 2))

    def c_R(h):
        given = {name: np.array(x, complex) for name, x in FULL.items()}
        given["k"] = np.zeros(3, complex)
        given["h"] = np.full(3, h + 0j)
        # Light block Y - B H^-1 C real and positive: the rule of PHYSICS, section 2.
        given["y"] = block * np.sqrt(2) / V - a * b * h / (M_L * M_E) + 0j
        p = solve_point(given)
        assert np.asarray(p[ChargedLeptons].m[:, 0]) == pytest.approx(LIGHT, rel=1e-3)
        return np.array([p[Dipoles].c_R["hX"], p[Dipoles].c_R["Zprime"]])

    x = 0.6
    origin, straight, turned = c_R(0.0), c_R(1e-3), c_R(1e-3 * np.exp(1j * x))
    # h v/sqrt2 = 0.17 GeV against splittings of the heavy states above 5 GeV.
    ratio = (turned - origin) / (straight - origin)
    assert ratio == pytest.approx(np.full((2, 3), np.exp(1j * x)), rel=2e-2)


def test_dispersive_part_against_the_oracle(plain):
    """Re c_R of Z' and h_X from |C_V|^2 and |C_A|^2 of complex couplings."""
    charged, electroweak = plain[ChargedLeptons], plain[Electroweak]
    e = float(electroweak.e)
    turned = point(h=0.4, k=-0.9)
    charged = turned[ChargedLeptons]
    for i in (0, 1):
        m = mpf(float(charged.m[i, 0]))
        for j in range(3):
            M_F = mpf(float(charged.m[i, j]))
            g_L, g_R = (
                mp.mpmathify(complex(e * g["Zprime"][i, 0, j])) for g in (charged.g_L, charged.g_R)
            )
            exact = magnetic.neutral_vector(m, M_F, mpf(0.017), g_L, g_R)
            ours = -4 * float(m) / e * turned[Dipoles].by_state["Zprime"][i, j].real
            assert float(ours) == pytest.approx(float(exact), rel=1e-11, abs=0)
            Y = charged.Y["hX"][i]
            Y_R, Y_L = mp.mpmathify(complex(Y[0, j])), mp.mpmathify(complex(Y[j, 0].conj()))
            exact = magnetic.neutral_scalar(m, M_F, mpf(70), Y_L, Y_R)
            ours = -4 * float(m) / e * turned[Dipoles].by_state["hX"][i, j].real
            assert float(ours) == pytest.approx(float(exact), rel=1e-11, abs=0)


def test_given_y_makes_the_masses_outputs(plain):
    """M = U_L diag(m) U_R^+ with the given y; m[0] is not the physical mass."""
    charged = plain[ChargedLeptons]
    assert np.array_equal(np.asarray(charged.y)[:2], [3e-6, 6e-4])
    assert not np.allclose(charged.m[:, 0], LIGHT, rtol=1e-3)
    M = (np.asarray(charged.U_L) * np.asarray(charged.m)[:, None, :]) @ dagger(
        np.asarray(charged.U_R)
    )
    v = float(plain[Electroweak].v)
    assert M[:, 0, 0] * np.sqrt(2) / v == pytest.approx(np.asarray(charged.y), rel=1e-8, abs=0)
    assert M[:, 1, 1] == pytest.approx(np.array(FULL["M_L"]), rel=1e-14)


def test_ward_identity_of_the_W(plain):
    """m_l g_R - g_L m_n and its mirror keep only entries of <h>: k and y_nu, y and h."""
    turned = point(h=0.4, k=-0.9, y_nu=0.3, lambda_L=1.0)
    charged, neutral = turned[ChargedLeptons], turned[NeutralLeptons]
    U_L, U_R, U = (np.asarray(x) for x in (charged.U_L, charged.U_R, neutral.U))
    m_l, m_n = (np.asarray(x)[:, None, :] * np.eye(x.shape[1]) for x in (charged.m, neutral.m))
    # lbar gamma n couplings, basis rows charged, columns neutral.
    g_L, g_R = (dagger(np.asarray(x)) for x in (neutral.W_L, neutral.W_R))
    v = float(turned[Electroweak].v)
    M_l = (U_L * np.asarray(charged.m)[:, None, :]) @ dagger(U_R)
    right, left = np.zeros((3, 3, 4), complex), np.zeros((3, 3, 4), complex)
    right[:, 2, 3] = M_l[:, 2, 1]
    right[:, 0, 1] = -np.array(FULL["y_nu"]) * np.exp(0.3j) * v / np.sqrt(2)
    left[:, 0, 0], left[:, 2, 2] = np.conj(M_l[:, 0, 0]), np.conj(M_l[:, 1, 2])
    ward = m_l @ g_R - g_L @ m_n
    assert abs(ward - dagger(U_L) @ right @ U).max() < 1e-12 * abs(m_l).max()
    ward = m_l @ g_L - g_R @ m_n
    assert abs(ward - dagger(U_R) @ left @ np.conj(U)).max() < 1e-12 * abs(m_l).max()


def test_W_unitarity(plain):
    neutral, charged = plain[NeutralLeptons], plain[ChargedLeptons]
    for W, U, doublets in (
        (neutral.W_L, charged.U_L, [1, 1, 0]),
        (neutral.W_R, charged.U_R, [0, 1, 0]),
    ):
        W, U = np.asarray(W), np.asarray(U)
        assert abs(dagger(W) @ W - dagger(U) @ np.diag(doublets) @ U).max() < 3e-15


def test_dirac_neutrinos_count_as_one_flavour():
    """y_M = 0: the two halves of a Dirac neutrino together are nu_e, and invisible."""
    given = {name: np.array(x, complex) for name, x in FULL.items()}
    given["y"] = np.array([3e-6, 6e-4, 1e-2])
    given["lambda_L"] = given["lambda_L"] * 0
    given["y_M"] = given["y_M"] * 0
    p = solve_point(given)
    assert int(p.status) == Status.OK
    boson = p[LightBoson]
    # tau_L mixes with L by (k lambda_E v v_X/2M^2)^2 = 1e-5, the Z0 admixture is 3e-8 of eps.
    assert np.asarray(boson.g_nu) == pytest.approx([-EPS_BL] * 3, rel=2e-5)
    assert float(boson.BR["NN"]) == 0
    # Three Dirac neutrinos, vector coupling eps_BL, masses 17 to 170 keV.
    e, x = float(p[Electroweak].e), (np.array(FULL["y_nu"]) * V / np.sqrt(2) / 0.017) ** 2
    width = e**2 * 0.017 / (12 * np.pi) * EPS_BL**2 * np.sum(np.sqrt(1 - 4 * x) * (1 + 2 * x))
    assert float(boson.BR["nunu"] * boson.Gamma) == pytest.approx(width, rel=1e-6, abs=0)

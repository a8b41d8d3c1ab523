"""Random points of the parameter box: the package against the mpmath oracle, worst case of each.

    python validation/oracle_scan.py --seed 1 --n 100

A point has three generations, drawn independently. Exit status 1 if a tolerance is missed or a
point fails. The oracle (tests/oracles) takes another route than the package: 80 digits, y from the
secular quadratic, Takagi from signed eigenvalues, quadrature of the printed integrands.
"""

import argparse
import functools
import multiprocessing
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from oracles.layout import generation_first
from oracles.oracle import solve
from oracles.spectrum import CHARGED_L, CHARGED_R, NEUTRAL

# Inputs as floats, the same numbers on both sides.
INPUTS = {
    "alpha": 1 / 137.035999084,
    "G_F": 1.1663787e-5,
    "m_W": 80.379,
    "m_Z": 91.1876,
    "m_h": 125.25,
    "m_e": 0.51099895e-3,
    "m_mu": 0.1056583755,
    "m_tau": 1.77686,
}
V = (np.sqrt(2) * INPUTS["G_F"]) ** -0.5  # GeV
BOSONS = ("Zprime", "hX", "Z", "W", "h")


# --- the package --------------------------------------------------------------------------------


@functools.cache
def compiled():
    """One jitted solve; JAX compiles it once per set of keys."""
    import equinox as eqx

    from recette.models.ladder import BL_VLL

    return eqx.filter_jit(lambda p, inputs: BL_VLL.solve(p, inputs, mixing="exact"))


def production(params: dict) -> dict:
    """The package's numbers in the shape that `compare` reads; all of the API is used here."""
    import jax.numpy as jnp

    from recette.core.point import (
        ChargedLeptons,
        Dipoles,
        Electroweak,
        HiggsX,
        LightBoson,
        NeutralLeptons,
    )

    point = generation_first(
        compiled()(
            {k: jnp.asarray(v, float) for k, v in params.items()},
            {k: jnp.asarray(v, float) for k, v in INPUTS.items()},
        )
    )
    charged, neutral, dipoles = point[ChargedLeptons], point[NeutralLeptons], point[Dipoles]
    generations = []
    for i in range(3):
        unit = -4 * float(charged.m[i, 0]) / float(point[Electroweak].e)  # Delta a of c_R
        parts = {boson: unit * float(dipoles.c_R[boson][i].real) for boson in BOSONS}
        generations.append(
            {
                "m_charged": np.asarray(charged.m[i]),
                "U_L": np.asarray(charged.U_L[i]),
                "U_R": np.asarray(charged.U_R[i]),
                "g_L": np.asarray(charged.g_L["Zprime"][i]),
                "g_R": np.asarray(charged.g_R["Zprime"][i]),
                "m_neutral": np.asarray(neutral.m[i]),
                "U": np.asarray(neutral.U[i]),
                "g_nu": np.asarray(neutral.g["Zprime"][i]),
                "parts": parts,
                "delta_a": sum(parts.values()),
            }
        )
    return {
        "v_X": float(point[HiggsX].v_X),
        "Gamma_X": float(point[LightBoson].Gamma),
        "Gamma_hX": float(point[HiggsX].Gamma),
        "status": int(point.status),
        "generations": generations,
    }


# --- the box ------------------------------------------------------------------------------------


def log_uniform(rng, low, high, size=None):
    return np.exp(rng.uniform(np.log(low), np.log(high), size))


def sign(rng, size=None):
    return rng.choice([-1.0, 1.0], size)


def near(rng, value):
    """value (1 +- 10^-u), or value itself."""
    return value * (1 + sign(rng) * 10.0 ** -rng.uniform(2, 16))


def heavy_mass(rng, theta, special):
    """M_L [GeV] in 90..1000; in one case of five M/cos(theta) lies near a boson mass."""
    if special is not None and 90 <= special * np.cos(theta) <= 1000:
        return near(rng, special) * np.cos(theta)
    return log_uniform(rng, 90, 1000)


def neutrino(rng, v_X, M_phys, cos_L):
    """y_nu, y_M: a see-saw down to 1e-12 GeV, a (nearly) degenerate pair, or N near W or L."""
    case = rng.choice(
        ["seesaw", "pair", "dirac", "N near L", "N near W"], p=[0.6, 0.1, 0.1, 0.1, 0.1]
    )
    M_N = {"N near L": near(rng, M_phys), "N near W": near(rng, INPUTS["m_W"])}.get(
        case, log_uniform(rng, 1e-3, 500)
    )
    y_nu = np.sqrt(2 * log_uniform(rng, 1e-12, 1e-9) * M_N) / (V * cos_L)
    if case == "pair":
        M_N = log_uniform(rng, 1e-10, 1e-2) * y_nu * V
    if case == "dirac":
        M_N = 0.0
    return y_nu, np.sqrt(2) * M_N / v_X


def draw(rng) -> dict:
    """One point of the box, floats only."""
    m_Zp = log_uniform(rng, 0.005, 0.1)
    eps_BL = sign(rng) * log_uniform(rng, 1e-4, 1e-2)
    e = np.sqrt(4 * np.pi * INPUTS["alpha"])
    v_X = m_Zp / (2 * e * abs(eps_BL))  # good enough to place special points
    theta = np.radians(rng.uniform(0, 80, (2, 3)))
    as_lambda = rng.random() < 0.5
    if as_lambda:  # zero angles cannot be written exactly as delta_A
        theta[rng.random((2, 3)) < 0.05] = 0.0
    tuned = rng.random(3) < 0.35  # |delta_A| < 1e-6
    cos_L = np.cos(2 * theta[0])
    delta_A = np.where(
        tuned,
        sign(rng, 3) * 10.0 ** rng.uniform(-16, -6, 3) * (rng.random(3) < 0.8),
        (cos_L - np.cos(2 * theta[1])) / 2,
    )
    delta_A = np.where(cos_L - 2 * delta_A > 1, -delta_A, delta_A)
    specials = [INPUTS["m_Z"], INPUTS["m_h"], *8 * [None]]
    M_L = np.array([heavy_mass(rng, t, specials[rng.integers(10)]) for t in theta[0]])
    M_E = np.where(rng.random(3) < 0.4, M_L, log_uniform(rng, 90, 1000, 3))
    M_phys = M_L / np.cos(theta[0])
    pairs = [neutrino(rng, v_X, M, np.cos(t)) for M, t in zip(M_phys, theta[0], strict=True)]
    params = {
        "m_Zprime": m_Zp,
        "eps": sign(rng) * log_uniform(rng, 1e-4, 1e-2),
        "eps_BL": eps_BL,
        "m_hX": near(rng, rng.choice(M_phys)) if rng.random() < 0.25 else log_uniform(rng, 1, 500),
        "M_L": M_L,
        "M_E": M_E,
        "h": sign(rng, 3) * log_uniform(rng, 1e-9, 0.1, 3),
        "k": sign(rng, 3) * log_uniform(rng, 1e-9, 0.1, 3),
        "y_nu": np.array([pair[0] for pair in pairs]),
        "y_M": np.array([pair[1] for pair in pairs]),
    }
    params["m_hX"] = min(params["m_hX"], 500.0)
    if not as_lambda:
        return params | {"delta_nu": cos_L, "delta_A": delta_A}
    cos_R = np.minimum(cos_L - 2 * delta_A, 1)
    tan_L, tan_R = (np.sqrt((1 - c) / (1 + c)) for c in (cos_L, cos_R))
    scale = np.sqrt(2) / v_X
    return params | {"lambda_L": scale * M_L * tan_L, "lambda_E": scale * M_E * tan_R}


# --- figures of merit ---------------------------------------------------------------------------

# What is compared: tolerance of the issue (None: shown only).
FIGURES = {
    "v_X": 1e-12,
    "charged masses": 1e-10,
    "neutral masses": 1e-8,
    "unitarity": 1e-13,
    "Ward identity, charged": 1e-12,
    "Ward identity, neutral": 1e-12,
    "Z' couplings of light leptons": None,
    "Gamma_X": None,
    "Gamma_hX": None,
    "delta_a: error/(1e-8 |sum| + 1e-14 max|state|)": 1.0,
    "delta_a: error/(1e-8 |sum| + 1e-14 max|boson|)": None,
}


@dataclass
class Worst:
    """Largest value of each figure and where it was seen."""

    value: dict = field(default_factory=lambda: dict.fromkeys(FIGURES, -1.0))
    where: dict = field(default_factory=dict)
    failures: list = field(default_factory=list)

    def add(self, name, value, where):
        value = float(value) if np.isfinite(value) else np.inf
        if value > self.value[name]:
            self.value[name], self.where[name] = value, where


def array(matrix):
    """A list or matrix of mpmath numbers as doubles, complex."""
    if isinstance(matrix, list):
        return np.array([float(x) for x in matrix])
    return np.array(matrix.tolist(), dtype=complex)


def mismatch(found, wanted):
    """Largest relative error, the difference taken before the oracle's value is rounded."""
    return max(abs(float((float(f) - w) / w)) for f, w in zip(found, wanted, strict=True))


def ward(g, found, one, gauge):
    """Residual of g_L M - M g_R = rotated charges of the mass terms, over its largest term.

    Everything but the mass matrix and the charges is the package's: couplings, masses, rotations.
    """
    charge = gauge.zprime_charge
    left = np.array([float(charge(*q)) for q in CHARGED_L])
    right = np.array([float(charge(*q)) for q in CHARGED_R])
    goldstone = (left[:, None] - right) * array(one["charged"].M)
    terms = (g[0] * found["m_charged"], found["m_charged"][:, None] * g[1])
    rotated = found["U_L"].conj().T @ goldstone @ found["U_R"]
    return residual(terms, rotated)


def residual(terms, rotated):
    first, second = terms
    scale = max(np.abs(first).max(), np.abs(second).max(), np.abs(rotated).max())
    return np.abs(first - second - rotated).max() / scale


def ward_neutral(found, one, gauge):
    q = np.array([float(gauge.zprime_charge(*x)) for x in NEUTRAL])
    goldstone = (q[:, None] + q) * array(one["neutral"].M)
    g, m, U = found["g_nu"], found["m_neutral"], found["U"]
    return residual((g * m, -(m[:, None] * g.T)), U.T @ goldstone @ U)


def compare(params, found, wanted, worst, where):
    """Enter every figure of one point into `worst`."""
    gauge = wanted["gauge"]
    for name, exact in (
        ("v_X", gauge.v_X),
        ("Gamma_X", wanted["widths"]["Zprime"]["total"]),
        ("Gamma_hX", wanted["widths"]["hX"]["total"]),
    ):
        worst.add(name, mismatch([found[name]], [exact]), where)
    for i, one in wanted["generations"].items():
        mine, here = found["generations"][i], (*where, i)
        worst.add("charged masses", mismatch(mine["m_charged"], one["charged"].m), here)
        worst.add("neutral masses", mismatch(mine["m_neutral"], one["neutral"].m), here)
        for name in ("U_L", "U_R", "U"):
            U = mine[name]
            worst.add("unitarity", np.abs(U.conj().T @ U - np.eye(len(U))).max(), here)
        ward_g = (np.array(mine["g_L"]), np.array(mine["g_R"]))
        worst.add("Ward identity, charged", ward(ward_g, mine, one, gauge), here)
        worst.add("Ward identity, neutral", ward_neutral(mine, one, gauge), here)
        zp = one["couplings"]["Zprime"]
        size = abs(params["eps"]) + abs(params["eps_BL"])
        for name in ("g_L", "g_R"):
            error = abs(mine[name][0, 0] - float(zp[name][0, 0])) / size
            worst.add("Z' couplings of light leptons", error, here)
        add_delta_a(mine, one["delta_a"], worst, here)


def add_delta_a(mine, exact, worst, here):
    error = abs(float(mine["delta_a"] - exact["total"]))
    states = max(abs(float(x)) for values in exact["states"].values() for x in values)
    bosons = max(abs(float(x)) for x in exact["parts"].values())
    for name, part in (("state", states), ("boson", bosons)):
        allowed = 1e-8 * abs(float(exact["total"])) + 1e-14 * part
        worst.add(f"delta_a: error/(1e-8 |sum| + 1e-14 max|{name}|)", error / allowed, here)


# --- running ------------------------------------------------------------------------------------


def points(seed, n) -> Iterator[tuple[int, dict]]:
    for i in range(n):
        yield i, draw(np.random.default_rng([seed, i]))


def oracle(job):
    i, params = job
    try:
        return i, params, solve(params, INPUTS), None
    except (ValueError, ZeroDivisionError) as error:
        return i, params, None, str(error)


def solved(seed, n, jobs):
    """Oracle values in order; worker processes are spawned, JAX does not survive a fork."""
    if jobs == 1:
        yield from map(oracle, points(seed, n))
        return
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(oracle, points(seed, n))


def scan(seed, n, jobs) -> Worst:
    worst = Worst()
    for i, params, wanted, error in solved(seed, n, jobs):
        found = production(params)
        if wanted is None or found["status"] != 0:
            worst.failures.append((i, error or f"status {found['status']} of the package"))
        if wanted is not None:
            compare(params, found, wanted, worst, (seed, i))
        if sys.stderr.isatty():
            print(f"\r{i + 1}/{n}", end="", file=sys.stderr)
    return worst


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--n", type=int, default=100, help="points of three generations each")
    parser.add_argument("--jobs", type=int, default=1, help="processes of the oracle")
    args = parser.parse_args()
    worst = scan(args.seed, args.n, args.jobs)
    print(f"seed {args.seed}, {args.n} points, {3 * args.n} generations")
    missed = False
    for name, tolerance in FIGURES.items():
        late = tolerance is not None and worst.value[name] > tolerance
        missed |= late
        bound = "        " if tolerance is None else f"{tolerance:8.0e}"
        mark = "MISSED" if late else ""
        print(f"{name:48s} {worst.value[name]:9.2e} {bound} {worst.where.get(name)} {mark}")
    for i, error in worst.failures:
        print(f"point {i}: {error}")
    return int(missed or bool(worst.failures))


if __name__ == "__main__":
    sys.exit(main())

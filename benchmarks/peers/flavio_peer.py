"""The side of flavio: reads JSON on standard input, writes JSON; runs in flavio's environment.

Input: c_R {"e", "mu", "tau", "e mu"} [1/GeV], alpha, repeats. Every way of asking flavio gets a
coefficient that no earlier point had, so its caches of results never answer, those of the
evolution may.
"""

import json
import platform
import sys
from collections.abc import Callable
from importlib.metadata import version
from math import pi, sqrt

import bench

bench.pin()

import flavio  # noqa: E402
import wilson  # noqa: E402

OBSERVABLES = ("a_e", "a_mu", "a_tau", "BR(mu->egamma)")
# Where flavio evaluates each of them (its own defaults): no running if coefficients start there.
LOW = {"light": ("WET-3", 1.0), "tau": ("WET", 91.1876), "lfv": ("WET-4", 1.0)}
M_Z = 91.1876
LINEAR = 1e6  # flavio adds a Standard Model value of 1e-3 to 1e-12: large coefficients keep digits

PARAMETERS = flavio.default_parameters.get_central_all()
INSTANCES = [flavio.Observable[name] for name in OBSERVABLES]


def coefficients(c_R: dict[str, float], alpha: float) -> dict[str, float]:
    """Coefficients of flavio's basis: L = (4 G_F/sqrt2) (e/16 pi^2) m C7 lbar sigma P_R l F.

    c_R stands in H = -L. Off the diagonal flavio's coefficient has no factor; "e mu" is the
    outgoing and the incoming lepton, flavio names them the other way round.
    """
    common = 4 * PARAMETERS["GF"] / sqrt(2) * sqrt(4 * pi * alpha) / (16 * pi**2)
    diagonal = {f"C7_{l}{l}": -c_R[l] / (common * PARAMETERS[f"m_{l}"]) for l in ("e", "mu", "tau")}
    return diagonal | {"Cgamma_mue": -c_R["e mu"]}


def split(C: dict[str, float]) -> dict[str, dict[str, float]]:
    """The coefficients by the effective theory in which flavio reads them."""
    return {
        "light": {name: C[name] for name in ("C7_ee", "C7_mumu")},
        "tau": {"C7_tautau": C["C7_tautau"]},
        "lfv": {"Cgamma_mue": C["Cgamma_mue"]},
    }


def at_m_Z(C: dict[str, float]) -> list[float]:
    """Given at m_Z, five quark flavours, run by wilson: how one asks flavio."""
    point = wilson.Wilson(C, scale=M_Z, eft="WET", basis="flavio")
    return [flavio.np_prediction(name, point) for name in OBSERVABLES]


def at_low_scale(C: dict[str, float]) -> list[float]:
    """Given where each observable reads them, so that nothing runs."""
    points = {}
    for name, part in split(C).items():
        eft, scale = LOW[name]
        points[name] = wilson.Wilson(part, scale=scale, eft=eft, basis="flavio")
    order = (points["light"], points["light"], points["tau"], points["lfv"])
    return [flavio.np_prediction(name, p) for name, p in zip(OBSERVABLES, order, strict=True)]


def least(C: dict[str, float]) -> list[float]:
    """As little as flavio can do: also the Standard Model parameters evaluated once for all."""
    points = {}
    for name, part in split(C).items():
        eft, scale = LOW[name]
        points[name] = flavio.WilsonCoefficients()
        points[name].set_initial(part, scale, eft, "flavio")
    order = (points["light"], points["light"], points["tau"], points["lfv"])
    return [o.prediction_par(PARAMETERS, p) for o, p in zip(INSTANCES, order, strict=True)]


def through_smeft(C: dict[str, float]) -> list[float]:
    """From 1 TeV in the Warsaw basis: running above m_Z, matching, running below.

    The coefficients' size does not matter for the time; they are not those of C.
    """
    x = C["C7_mumu"]
    values = {"eB_11": 1e-14 * x, "eB_22": 1e-12 * x, "eB_33": 1e-11 * x, "eB_12": 1e-18 * x}
    point = wilson.Wilson(values, scale=1000, eft="SMEFT", basis="Warsaw")
    return [flavio.np_prediction(name, point) for name in OBSERVABLES]


def seconds(
    ask: Callable[[dict[str, float]], list[float]], C: dict[str, float], points: int, repeats: int
) -> float:
    """CPU seconds per point, every coefficient scaled by a factor of its own."""

    def work(run: int) -> None:
        for i in range(points):
            x = 1 + 1e-3 * i + 1e-6 * run
            ask({name: x * value for name, value in C.items()})

    return bench.cpu_per_point(work, points, repeats)


def shifts(values: list[float], factor: float) -> dict[str, float]:
    """Delta a and the branching ratio for coefficients that were multiplied by a factor."""
    SM = [flavio.sm_prediction(name) for name in OBSERVABLES]
    powers = (1, 1, 1, 2)
    return {
        name: (value - zero) / factor**power
        for name, value, zero, power in zip(OBSERVABLES, values, SM, powers, strict=True)
    }


def from_JMS(c_R: dict[str, float]) -> dict[str, float]:
    """The same coefficients in the basis of arXiv:1709.04486, translated by wilson."""
    result = {}
    for i, (name, l, eft, scale) in enumerate(
        (("a_e", "e", *LOW["light"]), ("a_mu", "mu", *LOW["light"]), ("a_tau", "tau", *LOW["tau"]))
    ):
        values = {f"egamma_{i + 1}{i + 1}": -c_R[l] * LINEAR}
        point = wilson.Wilson(values, scale=scale, eft=eft, basis="JMS")
        shift = flavio.np_prediction(name, point) - flavio.sm_prediction(name)
        result[name] = shift / LINEAR
    return result


def main() -> None:
    given = json.load(sys.stdin)
    c_R, alpha, repeats = given["c_R"], given["alpha"], given["repeats"]
    C = coefficients(c_R, alpha)
    large = {name: LINEAR * value for name, value in C.items()}
    answer = {
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("flavio", "wilson", "numpy")},
        "same_c_R": shifts(at_low_scale(large), LINEAR),
        "from_JMS": from_JMS(c_R),
        "run_from_m_Z": shifts(at_m_Z(large), LINEAR),
        "alpha_of_wilson": wilson.parameters.p["alpha_e"],
        "inputs": {name: PARAMETERS[name] for name in ("m_e", "m_mu", "m_tau", "tau_mu")},
        "cpu_s": {
            "at_m_Z": seconds(at_m_Z, C, 20, repeats),
            "at_low_scale": seconds(at_low_scale, C, 100, repeats),
            "least": seconds(least, C, 1000, repeats),
            "through_smeft": seconds(through_smeft, C, 2, min(repeats, 2)),
        },
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()

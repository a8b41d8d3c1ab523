"""Recasting dark-photon limits: one mass at a time by root finding, and recette's verdict in batch.

    .venv/bin/python benchmarks/peers/one_mass_recast.py [--json]

The peer is recast.py, an implementation of the method of arXiv:1801.04847 and not DarkCast itself.
It needs no environment of its own. CPU time on one core; imports, first calls and compilation are
left out on both sides.
"""

import argparse
import json
import sys
from collections.abc import Callable
from importlib.metadata import version
from math import inf, log
from types import SimpleNamespace
from typing import Any

import bench

bench.pin()

import numpy as np  # noqa: E402
from recast import B_L, DARK_PHOTON, Charges, Recast, Search, recast  # noqa: E402

import recette as rc  # noqa: E402
from recette.compare import compare_batch  # noqa: E402
from recette.compare.likelihood import compare_record  # noqa: E402
from recette.measurements import Vintage, load_record  # noqa: E402
from recette.observables import light_boson  # noqa: E402

POINTS = 4 * 2048
MASSES = 50  # of one run of the peer
M_X = 0.017
REFERENCE = "recette, batch: boson, widths and verdict"
OBSERVABLES = (
    light_boson.mass_and_width,
    light_boson.branching_ratios,
    light_boson.vector_couplings,
    light_boson.electron_strength,
)

# What the recast needs beyond the curve: production, and of a displaced search decay volume over
# shield, of a prompt one the longest flight [cm] at an energy [GeV].
HOW: dict[str, dict[str, Any]] = {
    "eps_e/na64-2019": {"production": "electron", "geometry": 4.0},
    "eps_e/e141-1987": {"production": "electron", "geometry": 35 / 0.12},
    "eps_e/kek-1986": {"production": "electron", "geometry": 2.2 / 2.4},
    "eps_e/orsay-1989": {"production": "electron", "geometry": 2 / 1},
    "eps_e/e137-2009": {"production": "electron", "geometry": 204 / 179},
    "eps_p/na48-2015": {"production": "pi0", "flight": (100.0, 50.0)},
    "eps_e/kloe-2015": {"production": "electron", "flight": (8.0, 0.51)},
    "eps_e/na64-invisible-2019": {"production": "electron", "invisible": True},
    "eps_e/babar-invisible-2017": {"production": "electron", "invisible": True},
}

# Searches that have no record in recette, around 17 MeV alone: three masses, digitised.
NEAR_17 = (0.01684, 0.017, 0.0173)


def near_17(*rows: tuple[float, ...], **how: Any) -> Search:
    return Search(curve=tuple((m, *row) for m, row in zip(NEAR_17, rows, strict=True)), **how)


OTHERS = {
    "NA64 2018, arXiv:1803.07748": near_17(
        (1.45e-4, 3.46e-4),
        (1.46e-4, 3.41e-4),
        (1.48e-4, 3.32e-4),
        production="electron",
        geometry=4.0,
    ),
    "nu-Cal pi0, arXiv:1311.3870": near_17(
        (1.66e-7, 5.87e-5),
        (1.65e-7, 5.81e-5),
        (1.64e-7, 5.71e-5),
        production="pi0",
        geometry=23 / 64,
    ),
    "nu-Cal bremsstrahlung, arXiv:1311.3870": near_17(
        (6.36e-7, 5.42e-5),
        (6.30e-7, 5.36e-5),
        (6.24e-7, 5.27e-5),
        production="proton",
        geometry=23 / 64,
    ),
    "nu-Cal, arXiv:1908.07525": near_17(
        (3.23e-7, 5.55e-5),
        (3.22e-7, 5.50e-5),
        (3.19e-7, 5.39e-5),
        production="pi0",
        geometry=23 / 64,
    ),
    "CHARM, arXiv:1908.07525": near_17(
        (2.96e-7, 3.16e-5),
        (2.94e-7, 3.12e-5),
        (2.92e-7, 3.06e-5),
        production="eta",
        geometry=35 / 480,
    ),
    "KLOE 2012, arXiv:1210.3927": near_17(
        (7.32e-3,), (7.29e-3,), (7.23e-3,), production="phi", flight=(8.0, 0.36)
    ),
}


def searches() -> dict[str, Search]:
    """The searches that recette has too, with the curves of its own records."""
    return {name: Search(curve=load_record(name).curve, **how) for name, how in HOW.items()}


def curves() -> Vintage:
    """A vintage of these records alone."""
    return Vintage(name="curves", records=tuple(map(load_record, HOW))).choose()


def points(run: int, n: int) -> dict[str, Any]:
    """n bosons of B-L: masses around 17 MeV and couplings over five decades."""
    rng = np.random.default_rng(run)
    return {
        "m_Zprime": rng.uniform(0.0169, 0.0172, n),
        "eps_BL": 10 ** rng.uniform(-7, -2, n),
        "eps": 0.0,
        "m_hX": 70.0,
    }


# --- times --------------------------------------------------------------------------------------


def peer_time(which: dict[str, Search], ask: Callable[[Recast], object], repeats: int) -> float:
    """CPU seconds for one mass, asking every search that speaks."""

    def work(run: int) -> None:
        for i in range(MASSES):
            m = 0.0169 + 5e-6 * i + 1e-8 * run
            for search in which.values():
                if one := recast(search, m, B_L):
                    ask(one)

    return bench.cpu_per_point(work, MASSES, repeats)


def peer_times(repeats: int) -> dict[str, float]:
    """The excluded intervals, and the cheaper question about one coupling."""
    shared = searches()
    every = shared | OTHERS

    def coupling(one: Recast) -> bool:
        return one.excludes(1e-4)

    def intervals(which: dict[str, Search]) -> float:
        return peer_time(which, Recast.interval, repeats)

    return {
        f"one mass, intervals of {len(every)} searches": intervals(every),
        f"one mass, intervals of {len(shared)} searches": intervals(shared),
        f"one mass, one coupling, {len(shared)} searches": peer_time(shared, coupling, repeats),
    }


def recette_times(repeats: int) -> dict[str, float]:
    """CPU seconds per point; with everything, the boson alone, and the comparison alone."""
    vintage = curves()
    ready = [_prediction(points(run, POINTS)) for run in range(repeats + 1)]

    def batch(**options: Any) -> float:
        def work(run: int) -> None:
            rc.predict_batch("bl", points(run, POINTS), vintage=vintage, **options)

        return bench.cpu_per_point(work, POINTS, repeats)

    def compared(run: int) -> None:
        compare_batch(ready[run], vintage)

    return {
        REFERENCE: batch(observables=OBSERVABLES),
        "recette, batch: every prediction and verdict": batch(),
        "recette, batch: verdict alone": bench.cpu_per_point(compared, POINTS, repeats),
    }


def _prediction(parameters: dict[str, Any]) -> Any:
    """What `compare` reads, from the arrays that predict_batch returns."""
    values = rc.predict_batch("bl", parameters, observables=OBSERVABLES)
    status = values.pop("status")
    return SimpleNamespace(
        values=values, status=status, uncertainty={}, closed={}, not_applicable=()
    )


# --- agreement ----------------------------------------------------------------------------------


def interval(search: Search, m: float, x: Charges) -> tuple[float, ...]:
    """Excluded couplings by root finding, () where there are none."""
    one = recast(search, m, x)
    return (one and one.interval()) or ()


def recette_edges(m: float) -> dict[str, list[float]]:
    """The excluded interval of eps_BL for every record, [] where there is none.

    Between points of the grid the logarithm of the ratio is a straight line: edges are exact.
    """
    g = np.geomspace(1e-8, 1e-1, 2001)
    prediction = _prediction({"m_Zprime": m, "eps_BL": g, "eps": 0.0, "m_hX": 70.0})
    result = {}
    for name in HOW:
        y = np.log(compare_record(load_record(name), prediction).ratio)
        i = np.nonzero(y[:-1] * y[1:] < 0)[0]
        t = y[i] / (y[i] - y[i + 1])
        edges = list(map(float, g[i] * (g[i + 1] / g[i]) ** t))
        result[name] = [*edges, inf] if len(edges) == 1 else edges
    return result


def agreement(m: float) -> list[dict[str, Any]]:
    """The excluded couplings of a B-L boson on both sides."""
    here = recette_edges(m)
    rows = []
    for name, search in searches().items():
        sides = {"method": interval(search, m, B_L), "recette": here[name]}
        row: dict[str, Any] = {"record": name}
        for side, edges in sides.items():
            low, high = edges or (None, None)
            row |= {f"{side}_low": low, f"{side}_high": "no end" if high == inf else high}
        rows.append(row)
    return rows


def closure(m: float) -> float:
    """A dark photon's charges must give back its own limits: the largest log of the ratio."""
    return max(
        abs(log(back / edge))
        for search in (searches() | OTHERS).values()
        if not search.invisible
        for back, edge in zip(interval(search, m, DARK_PHOTON), search.limits(m), strict=False)
    )


def report(repeats: int) -> dict[str, Any]:
    """Everything measured, ready for JSON."""
    times = peer_times(repeats) | recette_times(repeats)
    packages = ("recette", "jax", "numpy", "scipy")
    return {
        "cpu": bench.cpu_model(),
        "versions": {name: version(name) for name in packages},
        "m_X": M_X,
        "closure": closure(M_X),
        "agreement": agreement(M_X),
        "cpu_seconds": bench.timing_rows(times, REFERENCE),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    found = report(args.repeats)
    if args.json:
        print(json.dumps(found, indent=1))
        return 0
    print(f"{found['cpu']}; " + ", ".join(f"{k} {v}" for k, v in found["versions"].items()))
    print(
        f"\nExcluded couplings of a B-L boson of {M_X} GeV, in e (-: none); the method gives a dark"
    )
    print(f"photon its own limits back to {found['closure']:.1e}:")
    titles = {"record": "record", "method_low": "method: from", "method_high": "to"}
    titles |= {"recette_low": "recette: from", "recette_high": "to"}
    print(bench.table(found["agreement"], titles))
    print(f"\nTimes; recette judges {len(HOW)} curves a point, each of its own mass and coupling:")
    titles = {"what": "", "cpu_s": "CPU s per mass or point", "ratio": "ratio"}
    print(bench.table(found["cpu_seconds"], titles))
    return 0


if __name__ == "__main__":
    sys.exit(main())

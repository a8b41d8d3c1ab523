"""Many random points of the benchmark's box: every status, no NaN without one, the worst by mpmath.

    python validation/box_scan.py --n 10000000 --worst 100

Of all points those are kept whose Delta a cancels most (largest part over sum, of any lepton), and
the package is compared with the oracle at these (as validation/oracle_scan.py does). Exit status 1
if a value is not finite where the status is ok, if a point in 1000 is not ok, or if a tolerance is
missed.
"""

import argparse
import sys
import time
from collections import Counter

import numpy as np
from oracle_scan import FIGURES, INPUTS, Worst, compare, production, solve

import recette as rc
from recette.bench import draw
from recette.core.predict import MAY_BE_INFINITE
from recette.types import Status

BATCH = 200_000
BOSONS = ("Zprime", "hX", "Z", "W", "h")
# Among the worst of 1e7 points the largest parts add up less favourably than elsewhere.
LIMITS = {**FIGURES, "delta_a: error/(1e-8 |sum| + 1e-14 max|state|)": 30.0}


def cancellation(result):
    """Largest part over the sum of parts of Delta a, the worst lepton of each point."""
    worst = np.zeros(len(result["status"]))
    for lepton in ("e", "mu", "tau"):
        id = f"delta_a_{lepton}"
        largest = np.max([np.abs(result[f"{id}:{boson}"]) for boson in BOSONS], axis=0)
        worst = np.fmax(worst, largest / np.abs(result[id]))
    return worst


def silent(result):
    """Rows with status ok and a value that is not a number."""
    bad = np.zeros(len(result["status"]), bool)
    for id in (id for one in rc.OBSERVABLES for id in one.ids if id in result):
        x = result[id]
        bad |= np.isnan(x) if id in MAY_BE_INFINITE else ~np.isfinite(x)
    return bad & (result["status"] == Status.OK)


def scan(n, keep, seed):
    """Counts of statuses, rows that are silently wrong, and the worst points."""
    statuses, wrong, worst = Counter(), 0, []
    start = time.process_time()
    for i in range(0, n, BATCH):
        points = draw(min(BATCH, n - i), seed + i)
        result = rc.predict_batch("bl-vll", points, parts=True)
        statuses.update(Status(int(s)).name for s in result["status"])
        wrong += int(silent(result).sum())
        measure = np.where(result["status"] == Status.OK, cancellation(result), 0)
        for row in np.argsort(measure)[-keep:]:
            worst.append((measure[row], {name: x[row] for name, x in points.items()}))
        worst = sorted(worst, key=lambda one: -one[0])[:keep]
        if sys.stderr.isatty():
            print(f"\r{i + BATCH}/{n}", end="", file=sys.stderr)
    print(f"{n} points in {time.process_time() - start:.0f} CPU-seconds: {dict(statuses)}")
    return statuses, wrong, worst


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=1_000_000)
    parser.add_argument("--worst", type=int, default=20, help="points compared with the oracle")
    parser.add_argument("--seed", type=int, default=1000)
    args = parser.parse_args()
    statuses, wrong, worst = scan(args.n, args.worst, args.seed)
    print(f"status ok and a value not finite: {wrong}")
    print(f"cancellation of Delta a from {worst[-1][0]:.1e} to {worst[0][0]:.1e}")
    figures = Worst()
    for i, (_, point) in enumerate(worst):
        parameters = {name: np.asarray(x).tolist() for name, x in point.items()}
        compare(parameters, production(parameters), solve(parameters, INPUTS), figures, (i,))
    missed = wrong > 0 or args.n - statuses["OK"] > args.n / 1000
    for name, tolerance in LIMITS.items():
        late = tolerance is not None and figures.value[name] > tolerance
        missed |= late
        print(f"{name:48s} {figures.value[name]:9.2e} {tolerance or ''} {'MISSED' if late else ''}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())

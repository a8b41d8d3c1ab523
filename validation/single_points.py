"""Batches against single points: python validation/single_points.py --n 200

Random points of the benchmark's box, both vintages: every value of `predict_batch` against `check`,
relative to the value or, where it is a difference, to what it is a difference of; every row's
status; the verdict. Exit status 1 if a value is off by more than 1e-10 or any status differs.
"""

import argparse
import sys

import numpy as np

import recette as rc
from recette.bench import VINTAGES, draw
from recette.compare import RowStatus

N = 40_001


def scale(id, one):
    """What rounding is relative to: the value; for differences, their terms."""
    values = one.prediction.values
    value = abs(float(values[id]))
    if id.startswith("delta_a_"):
        return max(value, *(abs(float(x)) for x in one.prediction.parts[id].values()))
    coupling = max(abs(one.given.parameters["eps"]), abs(one.given.parameters["eps_BL"]))
    if id.startswith(("eps_", "g_nu_")):
        return max(value, coupling)
    if id in ("nu_e_product", "nu_mu_product"):
        return max(value, coupling**2)
    if id == "delta_QW_Cs":
        return max(value, value / max(abs(float(values["eps_A_e"])), 1e-300) * coupling)
    return value


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    points = draw(N, args.seed)
    rows = np.random.default_rng(args.seed).choice(N, args.n, replace=False)
    worst, differing, compared = {}, 0, 0
    for vintage in VINTAGES:
        many = rc.predict_batch("bl-vll", points, vintage=vintage)
        for i in rows:
            given = {name: np.asarray(x[i]).tolist() for name, x in points.items()}
            one = rc.check({"model": "bl-vll", "parameters": given}, vintage=vintage)
            for id, value in one.prediction.values.items():
                if float(value) == many[id][i]:
                    continue
                error = abs(float(value) - many[id][i]) / scale(id, one)
                worst[id] = max(worst.get(id, 0.0), error)
            for row in one.verdict.rows:
                compared += 1
                differing += RowStatus(int(many[row.record][i])).name.lower() != row.status
            differing += bool(many["allowed"][i]) != (one.allowed is True)
    for id, error in sorted(worst.items(), key=lambda x: -x[1])[:8]:
        print(f"{id:28s} {error:.1e}")
    print(f"{args.n} of {N} points, both vintages: {differing} of {compared} statuses differ")
    return int(differing > 0 or max(worst.values()) > 1e-10)


if __name__ == "__main__":
    sys.exit(main())

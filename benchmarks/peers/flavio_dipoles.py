"""Four lepton dipole observables: flavio's time and recette's, and whether the numbers agree.

    sh benchmarks/peers/setup.sh
    .venv/bin/python benchmarks/peers/flavio_dipoles.py [--json]

CPU time on one core; imports, first calls and compilation are left out on both sides. The two do
different work: flavio goes from Wilson coefficients to observables, recette from the Lagrangian's
parameters to spectrum, loops and all its predictions. Exit status 4: flavio's environment is
absent.
"""

import argparse
import json
import subprocess
import sys
from importlib.metadata import version
from math import pi, sqrt
from pathlib import Path
from typing import Any

import bench

bench.pin()

import numpy as np  # noqa: E402

HERE = Path(__file__).parent
ENVIRONMENT = HERE / ".venv-flavio" / "bin" / "python"
LEPTONS = ("e", "mu", "tau")
FOUR = {"a_e": "delta_a_e", "a_mu": "delta_a_mu", "a_tau": "delta_a_tau"}
C_R_E_MU = 1e-13  # 1/GeV; recette's points are diagonal, so this one is set by hand
POINTS = 4 * 2048
REFERENCE = "recette, batch: everything"
SAYS = {
    "through_smeft": "flavio, from SMEFT at 1 TeV",
    "at_m_Z": "flavio, from m_Z, run by wilson",
    "at_low_scale": "flavio, nothing to run",
    "least": "flavio, the least it can do",
}


# --- recette ------------------------------------------------------------------------------------


def recette_times(repeats: int) -> dict[str, float]:
    """CPU seconds per point as a function of one parameter, h of the electron."""
    import recette as rc
    from recette.observables import lfv, magnetic

    exact = rc.predict("exact").given.parameters

    def parameters(run: int, i: Any) -> dict[str, Any]:
        h = np.broadcast_to(exact["h"], (*np.shape(i), 3)).copy()
        h[..., 0] *= 1 + 1e-5 * np.asarray(i) + 1e-7 * run
        return {**exact, "h": h}

    def batch(**options: Any) -> float:
        def work(run: int) -> None:
            rc.predict_batch("bl-vll", parameters(run, np.arange(POINTS)), **options)

        return bench.cpu_per_point(work, POINTS, repeats)

    def single(run: int) -> None:
        for i in range(20):
            rc.predict({"model": "bl-vll", "parameters": parameters(run, i)})

    return {
        REFERENCE: batch(),
        "recette, batch: everything and the verdict": batch(vintage="latest"),
        "recette, batch: these four alone": batch(observables=(magnetic.delta_a, lfv.mu_e_gamma)),
        "recette, one warm point: everything": bench.cpu_per_point(single, 20, repeats),
    }


def recette_dipoles() -> tuple[dict[str, float], dict[str, float], float]:
    """c_R [1/GeV], summed over bosons, Delta a, and alpha of the preset `exact`."""
    import recette as rc
    from recette.core.point import Dipoles

    result = rc.predict("exact")
    c_R = sum(np.asarray(part).real for part in result.point[Dipoles].c_R.values())
    delta_a = {name: result[id] for name, id in FOUR.items()}
    return dict(zip(LEPTONS, map(float, c_R), strict=True)), delta_a, result.inputs["alpha"]


# --- both ---------------------------------------------------------------------------------------


def ask_flavio(python: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Run the other side in its own environment."""
    done = subprocess.run(
        [python, HERE / "flavio_peer.py"],
        input=json.dumps(request),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def BR_mu_e_gamma(c_R: float, x: dict[str, float]) -> float:
    """(m_mu^2 - m_e^2)^3/(4 pi m_mu^3 Gamma_mu) |c_R|^2; flavio's masses and lifetime [1/GeV]."""
    m, m_e = x["m_mu"], x["m_e"]
    return (m**2 - m_e**2) ** 3 * x["tau_mu"] / (4 * pi * m**3) * c_R**2


def agreement(
    c_R: dict[str, float], delta_a: dict[str, float], alpha: float, flavio: dict[str, Any]
) -> list[dict[str, Any]]:
    """The same c_R on both sides; ratios of flavio's number to recette's.

    A translation by wilson takes its own alpha at m_Z to remove the charge from the operator:
    what is left of it is sqrt(alpha/alpha(m_Z)), divided out here.
    """
    here = delta_a | {"BR(mu->egamma)": BR_mu_e_gamma(c_R["e mu"], flavio["inputs"])}
    charge = sqrt(alpha / flavio["alpha_of_wilson"])
    rows = []
    for name, value in here.items():
        JMS = flavio["from_JMS"].get(name)
        rows.append(
            {
                "observable": name,
                "recette": value,
                "flavio": flavio["same_c_R"][name],
                "ratio_minus_1": flavio["same_c_R"][name] / value - 1,
                "JMS_ratio_minus_1": JMS / value / charge - 1 if JMS else None,
                "running": flavio["run_from_m_Z"][name] / value - 1,
            }
        )
    return rows


def report(python: Path, repeats: int) -> dict[str, Any]:
    """Everything measured, ready for JSON."""
    c_R, delta_a, alpha = recette_dipoles()
    c_R["e mu"] = C_R_E_MU
    flavio = ask_flavio(python, {"c_R": c_R, "alpha": alpha, "repeats": repeats})
    times = {says: flavio["cpu_s"][key] for key, says in SAYS.items()} | recette_times(repeats)
    return {
        "cpu": bench.cpu_model(),
        "versions": flavio["versions"] | {name: version(name) for name in ("recette", "jax")},
        "c_R": c_R,
        "agreement": agreement(c_R, delta_a, alpha, flavio),
        "cpu_seconds_per_point": bench.timing_rows(times, REFERENCE),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", type=Path, default=ENVIRONMENT, help="python with flavio")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    if not args.python.exists():
        print(
            f"There is no {args.python}: make it with sh benchmarks/peers/setup.sh, or name a "
            "python that has flavio with --python.",
            file=sys.stderr,
        )
        return 4
    found = report(args.python, args.repeats)
    if args.json:
        print(json.dumps(found, indent=1))
        return 0
    print(f"{found['cpu']}; " + ", ".join(f"{k} {v}" for k, v in found["versions"].items()))
    print("\nThe same c_R on both sides; flavio/recette - 1:")
    titles = {"observable": "observable", "recette": "recette", "flavio": "flavio"}
    titles |= {"ratio_minus_1": "same c_R", "JMS_ratio_minus_1": "by way of JMS"}
    titles |= {"running": "running from m_Z"}
    print(bench.table(found["agreement"], titles))
    print("BR: on recette's side the formula alone, c_R = 1e-13/GeV; its models are diagonal.")
    print("\nFour dipole observables of one point:")
    titles = {"what": "", "cpu_s": "CPU s per point", "ratio": "ratio"}
    print(bench.table(found["cpu_seconds_per_point"], titles))
    return 0


if __name__ == "__main__":
    sys.exit(main())

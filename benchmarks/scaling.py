"""Rate and memory against the number of points in a call: `python benchmarks/scaling.py`.

Every size in a process of its own, pinned to one core; the second call is timed. The memory is the
largest of the process, after a first call with few points and after the one with all.
"""

import json
import subprocess
import sys

SIZES = (1, 100, 2_048, 10_000, 100_000, 1_000_000)

ONE = """
import json, sys
from recette.bench import _best, _peak_memory, _pin_to_one_core, draw
_pin_to_one_core()
import recette as rc
n = int(sys.argv[1])
points = draw(n)
few = {name: x[:1] for name, x in points.items()}
rc.predict_batch("bl-vll", few, vintage="latest")
before = _peak_memory()
seconds = _best(lambda: rc.predict_batch("bl-vll", points, vintage="latest"), 2)
print(json.dumps([n, seconds, before, _peak_memory()]))
"""


def main():
    print(f"{'points':>8s} {'CPU s':>8s} {'points/CPU s':>13s} {'MiB before':>11s} {'MiB':>6s}")
    for size in SIZES:
        done = subprocess.run(
            [sys.executable, "-c", ONE, str(size)], capture_output=True, text=True, check=True
        )
        n, seconds, before, memory = json.loads(done.stdout)
        print(f"{n:8d} {seconds:8.3f} {n / seconds:13.0f} {before:11.0f} {memory:6.0f}")


if __name__ == "__main__":
    main()

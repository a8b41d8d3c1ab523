"""Cold and warm start of the command: `python benchmarks/start.py`.

Each is a whole process. Cold: an empty cache folder. Warm: the folder that the cold run left. CPU
time of the process and its children, and wall time, the median of several runs.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RECETTE = Path(sys.executable).parent / "recette"
RUNS = 7


def run(arguments, cache):
    """(CPU seconds, wall seconds) of one process."""
    environment = {**os.environ, "XDG_CACHE_HOME": cache}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([RECETTE, *arguments], env=environment, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode in (0, 1, 3), done.returncode
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def main():
    with tempfile.TemporaryDirectory() as cache:
        rows = {"check exact, cold": [run(["check", "exact"], cache)]}
        for arguments in (["check", "exact"], ["check", "talk", "--json"], ["--help"]):
            times = [run(arguments, cache) for _ in range(RUNS)]
            rows[" ".join(arguments) + ", warm"] = times
        kept = sum(f.stat().st_size for f in Path(cache).rglob("*") if f.is_file()) / 2**20
    print(f"{'recette ...':28s} {'CPU s':>7s} {'wall s':>7s}")
    for name, times in rows.items():
        cpu, wall = (statistics.median(column) for column in zip(*times, strict=True))
        print(f"{name:28s} {cpu:7.2f} {wall:7.2f}")
    print(f"cache folder: {kept:.0f} MiB")


if __name__ == "__main__":
    main()

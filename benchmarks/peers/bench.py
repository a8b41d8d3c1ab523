"""CPU time on one core, and the tables that the peer benchmarks print.

Standard library alone: it also runs in the environment of a peer.
"""

import os
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path


def pin() -> None:
    """Keep this process on its first core; call it before importing anything with threads."""
    if hasattr(os, "sched_setaffinity"):  # Linux
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def cpu_per_point(work: Callable[[int], object], points: int, repeats: int = 7) -> float:
    """Least CPU seconds per point among several runs.

    Args:
        work: work(run) handles `points` points, other ones for every run, so that no cache of
            results answers; run 0 warms up and is not timed.
    """
    work(0)
    times = []
    for run in range(1, repeats + 1):
        start = time.process_time()
        work(run)
        times.append(time.process_time() - start)
    return min(times) / points


def cpu_model() -> str:
    """Name of the processor, with family and model where Linux tells them."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").split("\n\n")[0].splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    info = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    name = info.get("model name", platform.machine())
    if "cpu family" not in info:
        return name
    return f"{name} (family {info['cpu family']}, model {info['model']})"


def timing_rows(times: dict[str, float], reference: str) -> list[dict[str, object]]:
    """Rows of a timing table, with ratios to one of them."""
    unit = times[reference]
    return [{"what": what, "cpu_s": t, "ratio": t / unit} for what, t in times.items()]


def table(rows: Sequence[dict[str, object]], titles: dict[str, str]) -> str:
    """Aligned columns; numbers to four digits."""
    cells = [list(titles.values()), *([_cell(row.get(key)) for key in titles] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in cells]
    return "\n".join(line.rstrip() for line in lines)


def _cell(x: object) -> str:
    return "-" if x is None else f"{x:.4g}" if isinstance(x, float) else str(x)

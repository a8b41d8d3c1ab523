"""How many points one core computes in a second, and where the time goes.

Everything is CPU time of this process, pinned to one core where the system allows it: other work on
the machine then counts as little as it can. The points are random ones of a stated box.
"""

import os
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

# The flavour-diagonal box of `bl-vll`: (low, high) of a number drawn uniformly in its logarithm.
BOX = {
    "m_Zprime": (5e-3, 0.1),
    "eps": (1e-4, 1e-2),
    "eps_BL": (1e-4, 1e-2),
    "m_hX": (1.0, 500.0),
    "M_L": (90.0, 1000.0),
    "M_E": (90.0, 1000.0),
    "h": (1e-9, 0.1),
    "k": (1e-9, 0.1),
    "y_nu": (1e-9, 1e-6),
    "y_M": (1e-2, 10.0),
}
BOTH_SIGNS = ("eps", "eps_BL", "h", "k")
THREE = ("M_L", "M_E", "h", "k", "y_nu", "y_M")
LARGEST_ANGLE = 80.0  # degrees: theta_L and theta_R are drawn uniformly from 0
VINTAGES = ("2020", "latest")
STAGES = ("masses, mixing, couplings", "widths", "loops and observables", "verdict")
_SIZES = (40_000, 40_001)


def draw(n: int, seed: int = 1) -> dict[str, NDArray[np.float64]]:
    """n random points of the box of `bl-vll`, for `predict_batch`."""
    rng = np.random.default_rng(seed)
    points: dict[str, NDArray[np.float64]] = {}
    for name, (low, high) in BOX.items():
        shape = (n, 3) if name in THREE else n
        sign = rng.choice([-1.0, 1.0], shape) if name in BOTH_SIGNS else 1.0
        points[name] = sign * np.exp(rng.uniform(np.log(low), np.log(high), shape))
    cos_L, cos_R = np.cos(2 * np.radians(rng.uniform(0, LARGEST_ANGLE, (2, n, 3))))
    return points | {"delta_nu": cos_L, "delta_A": (cos_L - cos_R) / 2}


@dataclass(frozen=True)
class Report:
    """What `recette bench` measured.

    Attributes:
        recette, jax, python, processor: versions, and the kind of processor.
        first_call_s: CPU seconds of the first batch: tracing, and compiling unless cached.
        points_per_cpu_second: vintage -> number of points in the call -> rate, with every
            prediction and the verdict.
        stages_us: stage -> CPU microseconds a point in a chunk.
        gradient_over_value: cost of chi2 of `latest` with its derivatives by all parameters,
            over that of all predictions and the verdict.
        single_ms: CPU milliseconds of one `check` of the preset `exact`, warm.
        memory_MiB: largest resident memory of the process.
        not_ok: points with a status other than ok, of how many.
    """

    recette: str
    jax: str
    python: str
    processor: str
    first_call_s: float
    points_per_cpu_second: Mapping[str, Mapping[int, float]]
    stages_us: Mapping[str, float]
    gradient_over_value: float
    single_ms: float
    memory_MiB: float
    not_ok: tuple[int, int]

    def to_dict(self) -> dict[str, Any]:
        """The JSON document."""
        return {"schema": 1, **asdict(self)}


def run(progress: Callable[[str], None] = lambda line: None) -> Report:
    """Measure this machine; about a minute, and once more as long where nothing is cached."""
    _pin_to_one_core()
    import jax

    import recette as rc

    points = draw(max(_SIZES))
    progress("compiling, or reading compiled programs ...")
    first = _seconds(lambda: rc.predict_batch("bl-vll", points, vintage=VINTAGES[0]))
    rates: dict[str, dict[int, float]] = {}
    for vintage in VINTAGES:
        rates[vintage] = {}
        for n in _SIZES:
            progress(f"{n} points, vintage {vintage} ...")
            some = {name: array[:n] for name, array in points.items()}
            call = _batch(rc.predict_batch, some, vintage)
            call()  # compiles where the vintage is new
            rates[vintage][n] = n / _best(call, 3)
    progress("stages ...")
    stages, gradient = _stages(points), _gradient_over_value(points)
    status = rc.predict_batch("bl-vll", points, vintage=VINTAGES[0])["status"]
    rc.check("exact")
    return Report(
        recette=version("recette"),
        jax=jax.__version__,
        python=platform.python_version(),
        processor=_processor(),
        first_call_s=first,
        points_per_cpu_second=rates,
        stages_us=stages,
        gradient_over_value=gradient,
        single_ms=1e3 * _best(lambda: rc.check("exact"), 5),
        memory_MiB=_peak_memory(),
        not_ok=(int(np.count_nonzero(status)), len(status)),
    )


def _batch(predict_batch: Callable[..., Any], points: Any, vintage: str) -> Callable[[], Any]:
    return lambda: predict_batch("bl-vll", points, vintage=vintage)


def _seconds(call: Callable[[], Any]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


def _best(call: Callable[[], Any], repeats: int) -> float:
    """The shortest of several runs: what other work on the machine adds is not ours."""
    return min(_seconds(call) for _ in range(repeats))


def _stages(points: Mapping[str, NDArray[np.float64]]) -> dict[str, float]:
    """CPU microseconds a point of each program that a chunk runs through."""
    import jax

    from recette.compare import Judge
    from recette.core import batch
    from recette.core.arrays import complete_inputs
    from recette.measurements import load_vintage
    from recette.models.ladder import BL_VLL
    from recette.observables import OBSERVABLES

    question = batch.Question(BL_VLL, "exact", OBSERVABLES, Judge(load_vintage(VINTAGES[-1])))
    chunk = {name: np.moveaxis(x[: batch.CHUNK], 0, -1) for name, x in points.items()}
    fixed = batch.Fixed(complete_inputs(None), np.zeros(batch.CHUNK, bool))
    spent = {}
    given = batch.trail(chunk, fixed, question)
    for name, step, before in zip(STAGES, batch.steps(question), given, strict=False):

        def one(step: Any = step, before: Any = before) -> Any:
            return jax.block_until_ready(batch.run(chunk, before, fixed, step=step))

        spent[name] = 1e6 * _best(one, 15) / batch.CHUNK
    return spent


def _gradient_over_value(points: Mapping[str, NDArray[np.float64]]) -> float:
    import recette as rc
    from recette.core.batch import CHUNK

    some = {name: array[: 4 * CHUNK] for name, array in points.items()}

    def value() -> Any:
        return rc.predict_batch("bl-vll", some, vintage=VINTAGES[-1])

    def gradient() -> Any:
        return rc.gradient_batch("bl-vll", some, vintage=VINTAGES[-1])

    gradient()
    return _best(gradient, 5) / _best(value, 5)


def _pin_to_one_core() -> None:
    """XLA takes its number of threads from the cores it may use when it starts."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def _peak_memory() -> float:
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if platform.system() == "Darwin" else 2**10)


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.partition(":")[2].strip() for line in file if "model name" in line]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()

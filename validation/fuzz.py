"""No bad input gets through: spoilt points, records, vintages, command lines and arrays.

    python validation/fuzz.py --n 100000 --seed 1 [--seconds S] [--only INDEX] [--save FOLDER]

Every input must end in a result or in one clear sentence: exit status 2 or 4 with one line on
stderr and nothing on stdout; never a traceback, a hang, another file written, or other bytes the
second time. Offending inputs are written to the folder, named by seed and index; exit status 1 if
there are any. Everything runs in this process, so the numerics compile once.
"""

import argparse
import contextlib
import io
import json
import os
import pprint
import re
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fuzz_inputs as inputs
import numpy as np

import recette as rc
from recette.cli import records as shown
from recette.cli import run
from recette.errors import RecetteError
from recette.measurements import load_record, load_vintage
from recette.models.ladder import MODELS
from recette.pointfile import read_point
from recette.report import to_json
from recette.types import Status

LIMIT = 5.0  # seconds for one input, compiled; a check takes 0.1
CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f\x7f]")  # all but the end of a line
LONGEST = 2100  # characters of one sentence: what is longer has been cut at 2000
# Of these families only a share goes through commands and numerics, which take 0.1 s.
DEEP = {"point": 0.05, "record": 0.05, "vintage": 0.03}
INFINITE = {"ctau_X", "landau_pole_over_M"}  # null in JSON although their status is ok


class Offence(Exception):
    """A property that does not hold."""


class Late(BaseException):
    """Out of time; no `except Exception` may catch it."""


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """So many seconds of computing, and ten times as many of waiting: the machine may be busy."""

    def late(*_: Any) -> None:
        raise Late(f"not done after {seconds:g} s")

    timers = {signal.ITIMER_PROF: seconds, signal.ITIMER_REAL: 10 * seconds}
    for timer, limit in timers.items():
        signal.signal(signal.SIGALRM if timer == signal.ITIMER_REAL else signal.SIGPROF, late)
        signal.setitimer(timer, limit)
    try:
        yield
    finally:
        for timer in timers:
            signal.setitimer(timer, 0)


# --- one input, once ----------------------------------------------------------------------------


def command(args: list[str]) -> tuple[int, bytes]:
    """Exit status and standard output of a command, which must be as the contract says."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    err.reconfigure(errors="backslashreplace")  # as standard error is
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(args)
    for stream in (out, err):
        stream.flush()
    said, line = out.buffer.getvalue(), err.buffer.getvalue().decode()
    verbose = "-v" in args or "--verbose" in args
    if code in (2, 4):
        one_sentence(line.removeprefix("recette: ").removesuffix("\n"), code)
        if said or not line.startswith("recette: ") or not line.endswith("\n"):
            raise Offence(f"exit status {code}, stdout {said[:80]!r}, stderr {line!r}")
    elif CONTROL.search(said):
        raise Offence(f"control characters on stdout: {said!r:.200}")
    elif code not in (0, 1, 3) or not said or (line and not verbose):
        raise Offence(f"exit status {code}, {len(said)} bytes on stdout, stderr:\n{line}")
    return code, said


def one_sentence(text: str, code: int = 2) -> None:
    printable = text.isprintable() or all(c.isprintable() for c in text)
    if not text.strip() or not printable or "Traceback" in text or len(text) > LONGEST:
        raise Offence(f"exit status {code} and no clear sentence: {text!r}")


def library(call: Callable[[], Any]) -> tuple[str, Any]:
    """A result, or the sentence of a refusal."""
    try:
        return "result", call()
    except RecetteError as error:
        one_sentence(str(error))
        return "refused", str(error)


def check(args: list[str]) -> tuple[str, bytes]:
    """A verdict as JSON, in which no NaN passes for an answer."""
    code, said = command(["check", *args, "--json"])
    if code in (0, 1, 3):
        document = json.loads(said, parse_constant=refuse_constant)
        if document["verdict"]["allowed"] != {0: True, 1: False, 3: None}[code]:
            raise Offence(f"exit status {code}, allowed = {document['verdict']['allowed']}")
        for id, entry in document["predictions"].items():
            if entry["value"] is None and entry["status"] == "ok" and id not in INFINITE:
                raise Offence(f"{id} is null with the status ok")
        if code == 3 and not undecided(document):
            raise Offence("exit status 3 without a reason")
    return f"check {code}", said


def undecided(document: Any) -> bool:
    rows = document["verdict"]["rows"]
    failed = [r for r in rows if r["decides"] and r["status"] == "failed" and r["reason"]]
    return bool(failed or document["verdict"]["unconstrained"])


def refuse_constant(name: str) -> None:
    raise Offence(f"{name} in JSON")


@dataclass
class Session:
    """The scratch folder, which is the working folder too."""

    folder: Path
    preset: frozenset[str] = frozenset()

    def files(self) -> dict[str, tuple[int, int]]:
        """Size and time of change by name."""
        seen = {entry.name: entry.stat(follow_symlinks=False) for entry in os.scandir(self.folder)}
        return {name: (found.st_size, found.st_mtime_ns) for name, found in seen.items()}

    def prepare(self) -> None:
        os.chdir(self.folder)
        Path("folder.toml").mkdir()
        Path("loop.toml").symlink_to("loop.toml")
        Path("zero.toml").symlink_to("/dev/zero")
        os.mkfifo("fifo.toml")
        Path("big.toml").write_bytes(b"#" * 3_000_000)
        Path("binary").write_bytes(bytes(range(256)))
        for name in ("mine.toml", "vintage.toml", "point.toml"):
            Path(name).write_bytes(b"")
        self.preset = frozenset(read_point("exact").parameters)

    def point(self, data: bytes, deep: bool) -> Any:
        Path("point.toml").write_bytes(data)
        kind, result = library(lambda: read_point("point.toml", MODELS))
        if kind == "refused":
            return command(["check", "point.toml"]) if deep else (kind, result)
        parameters = result.parameters
        real = not any(np.iscomplexobj(x) for x in parameters.values())
        if deep and real and parameters.keys() == self.preset:  # one program for all of them
            return check(["point.toml"])
        return kind, {k: np.asarray(v).tobytes() for k, v in parameters.items()}

    def extreme(self, data: bytes, deep: bool) -> Any:
        Path("point.toml").write_bytes(data)
        kind, result = library(lambda: read_point("point.toml", MODELS))
        return (kind, result) if kind == "refused" else check(["point.toml"])

    def record(self, data: bytes, deep: bool) -> Any:
        Path("mine.toml").write_bytes(data)
        kind, result = library(lambda: load_record("mine.toml"))
        if kind == "result":
            result = (shown.value(result), result.source, result.compared, result.ranges)
        return command(["data", "show", "mine.toml"]) if deep else (kind, str(result))

    def vintage(self, data: tuple[bytes, bytes], deep: bool) -> Any:
        for name, content in zip(("mine.toml", "vintage.toml"), data, strict=True):
            Path(name).write_bytes(content)
        if deep:
            command(["data", "list", "--vintage", "vintage.toml"])
            command(["data", "diff", "2020", "vintage.toml"])
            return check(["exact", "--vintage", "vintage.toml"])
        kind, result = library(lambda: load_vintage("vintage.toml"))
        return kind, str(result)

    def command_line(self, args: list[str], deep: bool) -> Any:
        return command(args)

    def batch(self, case: tuple[Any, Any, dict[str, Any]], deep: bool) -> Any:
        model, given, keywords = case
        call = rc.gradient_batch if "of" in keywords else rc.predict_batch
        kind, result = library(lambda: call(model, given, **keywords))
        if kind == "refused":
            return kind, result
        ok = result["status"] == Status.OK
        for id, array in result.items():
            if array.shape != ok.shape:
                raise Offence(f"{id} has the shape {array.shape}, status {ok.shape}")
            wrong = np.isnan(array) if id in INFINITE else ~np.isfinite(array)
            hides = array.dtype.kind == "f" and not wrong[~ok].all()  # a number of a bad point
            if (wrong & ok).any() or hides:
                raise Offence(f"{id} = {array} with the status {result['status']}")
        return kind, to_json({k: result[k] for k in sorted(result)})


def pick_record(rng: np.random.Generator) -> bytes:
    return inputs.record(rng) if rng.random() < 0.3 else inputs.numbers(rng)


# --- many inputs, twice each --------------------------------------------------------------------

FAMILIES: dict[str, tuple[float, Callable[[np.random.Generator], Any]]] = {  # share, generator
    "point": (0.43, inputs.point),
    "extreme": (0.01, inputs.extreme_point),
    "record": (0.18, inputs.record),
    "vintage": (0.10, lambda rng: (pick_record(rng), inputs.vintage(rng))),
    "command_line": (0.18, inputs.command_line),
    "batch": (0.10, inputs.batch),
}


@dataclass
class Tally:
    counts: Counter[str] = field(default_factory=Counter)
    slowest: list[tuple[float, int, str]] = field(default_factory=list)
    offences: dict[str, list[int]] = field(default_factory=dict)


def draw(seed: int, index: int) -> tuple[str, Any, bool]:
    """Family, input, and whether to go all the way through the command."""
    rng = np.random.default_rng([seed, index])
    shares = np.array([share for share, _ in FAMILIES.values()])
    family = str(rng.choice(list(FAMILIES), p=shares / shares.sum()))
    deep = bool(rng.random() < DEEP.get(family, 1.0))
    return family, FAMILIES[family][1](rng), deep


def once(session: Session, seed: int, index: int, tally: Tally) -> None:
    answers = []
    family, case, _ = draw(seed, index)
    began = time.perf_counter()
    try:
        with limited(2 * LIMIT):
            for _ in range(2):
                family, case, deep = draw(seed, index)  # anew: a call may use an iterator up
                before = session.files()
                answers.append(getattr(session, family)(case, deep))
                allowed = {"point.toml", "mine.toml", "vintage.toml"}  # which we write ourselves
                if changed := {k for k, _ in session.files().items() ^ before.items()} - allowed:
                    raise Offence(f"files changed: {changed}")
        if answers[0] != answers[1]:
            raise Offence(f"two answers: {answers[0]!r:.300} and {answers[1]!r:.300}")
        tally.counts[f"{family}: {answers[0][0]}"] += 1
    except (Exception, Late) as error:
        tally.counts[f"{family}: OFFENCE"] += 1
        tally.offences.setdefault(signature(family, error), []).append(index)
    took = time.perf_counter() - began
    tally.slowest = sorted([*tally.slowest, (took, index, family)])[-5:]


def signature(family: str, error: BaseException) -> str:
    """Offences with the same one are probably the same mistake."""
    if isinstance(error, Offence):
        last = str(error).strip().split("\n")
        return f"{family}: {' | '.join(last[:1] + last[-4:])[:400]}"
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"{family}: {type(error).__name__}: {str(error)[:150]!r} at {place.filename}:{place.lineno}"
    )


def save(folder: Path, seed: int, tally: Tally) -> None:
    if tally.offences:
        folder.mkdir(parents=True, exist_ok=True)
    for what, indices in tally.offences.items():
        for index in indices[:10]:
            _, case, deep = draw(seed, index)
            name = folder / f"{seed}-{index}.txt"
            name.write_text(f"{what}\ndeep = {deep}\n{pprint.pformat(case)}\n", errors="replace")


def report(tally: Tally, n: int, seconds: float) -> None:
    print(f"{n} inputs, twice each, {seconds:.0f} s of this process")
    for name, count in sorted(tally.counts.items()):
        print(f"{count:8d}  {name}")
    print("slowest:", ", ".join(f"{t:.2f} s {family} {i}" for t, i, family in tally.slowest))
    for what, indices in sorted(tally.offences.items(), key=lambda entry: -len(entry[1])):
        print(f"OFFENCE {len(indices)} times, first {indices[:3]}: {what}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=1000, help="inputs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after this time")
    parser.add_argument("--only", type=int, help="one index, with the traceback")
    parser.add_argument("--save", type=Path, default=Path("fuzz-offences"), help="folder")
    args = parser.parse_args()
    args.save = args.save.absolute()
    tally, began, done = Tally(), time.monotonic(), 0
    interrupted: list[int] = []  # Ctrl-C ends the run with its summary
    signal.signal(signal.SIGINT, lambda number, _: interrupted.append(number))
    home = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        session = Session(Path(folder))
        session.prepare()
        check(["exact"])  # compile
        rc.predict_batch("dark-photon", {"m_Zprime": [0.01], "eps": 1e-3})
        if args.only is not None:
            family, case, deep = draw(args.seed, args.only)
            pprint.pprint((family, deep, case))
            print(getattr(session, family)(case, deep))
            return 0
        for done in range(1, args.n + 1):
            once(session, args.seed, done - 1, tally)
            if done % 1000 == 0:
                print(f"{done} inputs, {len(tally.offences)} kinds of offence", file=sys.stderr)
                save(args.save, args.seed, tally)
            if interrupted or time.monotonic() - began > args.seconds:
                break
        os.chdir(home)
    report(tally, done, time.process_time())
    save(args.save, args.seed, tally)
    return int(bool(tally.offences))


if __name__ == "__main__":
    sys.exit(main())

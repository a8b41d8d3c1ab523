"""The command `recette`. Each command reads, calls and prints; numerics load inside commands.

Exit codes: 0 allowed (or done), 1 excluded, 2 bad input, 3 undecided, 4 environment (disk,
permission, 32-bit floats), 130 interrupted. A bug ends with 70 and a reader that has gone with
141, so that neither can be taken for a verdict.
"""

import contextlib
import gc
import logging
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer

from recette.cli import data
from recette.errors import NumericsError, RecetteError, StoreError, one_line

ALLOWED, EXCLUDED, BAD_INPUT, UNDECIDED, ENVIRONMENT = range(5)
BUG, INTERRUPTED, BROKEN_PIPE = 70, 130, 141

# Not importable by one name from every typer: recent ones carry their own copy of click.
_ClickException: type[Exception] = next(
    c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException"
)

app = typer.Typer(
    help="Light new bosons: from the Lagrangian to a verdict.",
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Mixing(StrEnum):
    """How the couplings of the Z' follow from the parameters."""

    exact = "exact"
    published = "published"


_POINT = typer.Argument(
    metavar="POINT", help="A preset (talk, exact), a TOML file, or - for standard input."
)
_MIXING = typer.Option(Mixing.exact, help="Exact, or the leading-order formulas of the paper.")
_JSON = typer.Option(False, "--json", help="Print JSON instead of tables.")
_STATES = typer.Option(
    False, "--states", help="Add the parts of Delta a for each fermion in the loop."
)


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version and stop."),
    verbose: bool = typer.Option(False, "--verbose", "-v", help="Say on stderr what is done."),
) -> None:
    log = logging.getLogger("recette")
    log.handlers = [logging.StreamHandler(sys.stderr)]
    log.setLevel(logging.DEBUG if verbose else logging.WARNING)
    if version:
        from importlib.metadata import version as installed

        _print(f"recette {installed('recette')}\n")
        raise typer.Exit
    if context.invoked_subcommand is None:
        _print(context.get_help() + "\n")


@app.command()
def check(
    point: str = _POINT,
    vintage: str = typer.Option("latest", help="Data to compare with: a name, or a file."),
    scenario: list[str] = typer.Option(
        [], metavar="KEY=VALUE", help="Choose between data that disagree (alpha=Cs); repeatable."
    ),
    mixing: Mixing = _MIXING,
    json: bool = _JSON,
    states: bool = _STATES,
) -> None:
    """Compare one point with data. Exit status: 0 allowed, 1 excluded, 2 bad input, 3 undecided."""
    chosen = _scenario(scenario)
    from recette.pointfile import read_point

    read = read_point(point)
    from recette import api

    result = api.check(
        read, vintage=vintage, scenario=chosen or None, mixing=mixing.value, states=states
    )
    document = result.to_dict()
    _show(document, json)
    answers = {True: ALLOWED, False: EXCLUDED, None: UNDECIDED}
    raise typer.Exit(answers[document["verdict"]["allowed"]])


@app.command()
def predict(
    point: str = _POINT,
    mixing: Mixing = _MIXING,
    json: bool = _JSON,
    states: bool = _STATES,
) -> None:
    """Everything that one point predicts, without data."""
    from recette.pointfile import read_point

    read = read_point(point)
    from recette import api

    _show(api.predict(read, mixing=mixing.value, states=states).to_dict(), json)


@app.command()
def models(
    name: str = typer.Argument("", metavar="[NAME]", help="Everything about this model."),
) -> None:
    """The models; of one, parameters, fields, operators."""
    from recette.cli import catalogue

    _print(catalogue.text(name, **_terminal()))


@app.command()
def reproduce(
    out: Path = typer.Option(Path("out"), help="The folder for the figure and the JSON file."),
) -> None:
    """Verdicts on the presets and the figure of Delta a."""
    from recette.reproduce import reproduce as compute

    _print(compute(out, _progress).to_text(**_terminal()))


@app.command()
def bench(json: bool = _JSON) -> None:
    """How many points a core computes in a second here, and where the time goes."""
    from recette import bench as measure
    from recette import report

    found = measure.run(_progress).to_dict()
    _print(report.to_json(found) + "\n" if json else report.bench(found, **_terminal()))


app.add_typer(data.app, name="data")
app.command()(data.cite)


def main(args: Sequence[str] | None = None) -> None:
    """Entry point: run one command and end the process with its exit code."""
    gc.disable()  # a short life with many objects that stay: collecting costs a fifth of it
    sys.exit(run(sys.argv[1:] if args is None else args))


def run(args: Sequence[str]) -> int:
    """Run one command and return its exit code; one line on stderr where it is not a verdict."""
    try:
        code = _invoke(args)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except _ClickException as error:
        return _refuse(_usage(error), BAD_INPUT)
    except (StoreError, NumericsError) as error:
        return _refuse(str(error), ENVIRONMENT)
    except RecetteError as error:
        return _refuse(str(error), BAD_INPUT)
    except KeyboardInterrupt:
        return _refuse("interrupted", INTERRUPTED)
    except BrokenPipeError:
        _close(sys.stdout)
        return BROKEN_PIPE
    except OSError as error:
        _close(sys.stdout)
        return _refuse(f"{error.filename or 'output'}: {error.strerror or error}", ENVIRONMENT)
    except MemoryError:
        return _refuse("out of memory: close other programs and try again", ENVIRONMENT)
    except Exception:
        _say(traceback.format_exc())
        return _refuse("this is a bug in recette: please report it with the lines above", BUG)


def _invoke(args: Sequence[str]) -> int:
    command = typer.main.get_command(app)
    try:
        with command.make_context("recette", list(args)) as context:
            command.invoke(context)
    except typer.Exit as end:
        return int(end.exit_code)
    return ALLOWED


def _refuse(message: str, code: int) -> int:
    _say(f"recette: {one_line(' '.join(message.split()))}\n")
    return code


def _say(text: str) -> None:
    """On standard error; where that is closed or full, the exit code has to do."""
    if sys.stderr is not None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except (OSError, ValueError):
            _close(sys.stderr)


def _usage(error: Any) -> str:
    """What typer says of a wrong command line, as one sentence with the place to look."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "recette"
    return f"{error.format_message().strip().rstrip('.')}; see '{path} --help'"


def _scenario(given: Sequence[str]) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for item in given:
        key, _, value = item.partition("=")
        if not key or not value:
            raise typer.BadParameter(f"--scenario is {item!r}, expected KEY=VALUE such as alpha=Cs")
        if chosen.setdefault(key, value) != value:
            raise typer.BadParameter(f"--scenario gives {key} twice, expected one value")
    return chosen


def _show(document: Mapping[str, Any], json: bool) -> None:
    from recette import report

    _print(report.to_json(document) + "\n" if json else report.text(document, **_terminal()))


def _terminal() -> dict[str, Any]:
    """Width and colour of standard output; neither where it is not a terminal."""
    if sys.stdout is None or not sys.stdout.isatty():
        return {"width": None, "colour": False}
    with contextlib.suppress(OSError):
        width = os.get_terminal_size(sys.stdout.fileno()).columns
        return {"width": width or None, "colour": "NO_COLOR" not in os.environ}
    return {"width": None, "colour": False}


def _progress(line: str) -> None:
    if sys.stderr is not None and sys.stderr.isatty():
        print(line, file=sys.stderr)


def _print(text: str) -> None:
    """Everything that a command has to say, at its end: an error leaves standard output empty."""
    if sys.stdout is None:
        raise StoreError("standard output is closed, so there is nowhere to print to")
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))


def _close(stream: Any) -> None:
    """Python flushes at its end and exits with 120 if it cannot; let it flush into nothing."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, stream.fileno())
        os.close(nothing)

"""Checks of the fields of a TOML file: the value as it is wanted, or one clear sentence."""

import difflib
import re
import reprlib
import sys
from collections.abc import Callable, Mapping
from typing import Any

from recette import _toml
from recette.errors import RecordError, bare

Check = Callable[[Any], Any]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Wanted(ValueError):
    """What a field should have held."""


def text(x: Any) -> str:
    if not isinstance(x, str) or not x.strip():
        raise Wanted("a text in quotes")
    line = " ".join(part.strip() for part in x.strip().splitlines())
    if _CONTROL.search(line):  # escape sequences would reach the terminal
        raise Wanted("a text without control characters")
    return line


def number(x: Any) -> float:
    if isinstance(x, bool) or not isinstance(x, int | float) or not abs(x) <= sys.float_info.max:
        raise Wanted("a finite number")
    return float(x)


def positive(x: Any) -> float:
    if number(x) <= 0:
        raise Wanted("a number above 0")
    return float(x)


def fraction(x: Any) -> float:
    if not 0 <= number(x) < 1:
        raise Wanted("a relative error, at least 0 and below 1")
    return float(x)


def flag(x: Any) -> bool:
    if not isinstance(x, bool):
        raise Wanted("true or false")
    return x


def one_of(*options: Any) -> Check:
    def check(x: Any) -> Any:
        if isinstance(x, bool) or x not in options:
            raise Wanted("one of " + ", ".join(str(option) for option in options))
        return x

    return check


def matching(pattern: str, wanted: str) -> Callable[[Any], str]:
    def check(x: Any) -> str:
        if not re.fullmatch(pattern, text(x)):
            raise Wanted(wanted)
        return text(x)

    return check


def texts(x: Any) -> tuple[str, ...]:
    if not isinstance(x, list):
        raise Wanted("a list of texts")
    return tuple(text(entry) for entry in x)


def interval(x: Any) -> tuple[float, float]:
    if not isinstance(x, list) or len(x) != 2 or not number(x[0]) < number(x[1]):
        raise Wanted("two numbers [low, high] with low < high")
    return float(x[0]), float(x[1])


def intervals(x: Any) -> tuple[tuple[float, float], ...]:
    if not isinstance(x, list) or not x:
        raise Wanted("a list of intervals [[low, high], ...]")
    return tuple(interval(entry) for entry in x)


def curve(x: Any) -> tuple[tuple[float, ...], ...]:
    """Rows (mass, limit) or (mass, lower edge, upper edge), the mass increasing."""
    wanted = Wanted("two or more rows [mass, limit] or [mass, lower, upper], masses increasing")
    if not isinstance(x, list) or len(x) < 2 or not all(isinstance(row, list) for row in x):
        raise wanted
    rows = tuple(tuple(positive(entry) for entry in row) for row in x)
    masses = [row[0] for row in rows if row]
    if any(len(row) not in (2, 3) for row in rows) or sorted(set(masses)) != masses:
        raise wanted
    if any(len(row) == 3 and row[1] >= row[2] for row in rows):
        raise Wanted("the lower edge below the upper edge in every row")
    return rows


def table(of: Check) -> Callable[[Any], dict[str, Any]]:
    def check(x: Any) -> dict[str, Any]:
        if not isinstance(x, dict):
            raise Wanted("a table { name = ... }")
        if any(not key or _CONTROL.search(key) for key in x):
            raise Wanted("a table whose names hold no control characters")
        return {key: of(entry) for key, entry in x.items()}

    return check


def nearest(wrong: str, right: tuple[str, ...], otherwise: str = "") -> str:
    """A sentence that offers the name most like the wrong one, else all names."""
    match = difflib.get_close_matches(wrong, right, n=1)
    if match:
        return f"did you mean {match[0]}?"
    return otherwise or f"known are {', '.join(right)}."


def parse_toml(data: bytes, file: str) -> dict[str, Any]:
    """The tables of a TOML file; a RecordError names the file and the line of a mistake."""
    try:
        return _toml.parse(data)
    except _toml.NoTomlError as error:
        raise RecordError(f"{file}: {error}.") from None


def check_fields(raw: Mapping[str, Any], checks: Mapping[str, Check], file: str) -> dict[str, Any]:
    """Every field converted by its check; a RecordError names the file and the key."""
    checked = {}
    for key, entry in raw.items():
        if key not in checks:
            raise RecordError(f"{file}: unknown field {bare(key)}; {nearest(key, tuple(checks))}")
        try:
            checked[key] = checks[key](entry)
        except Wanted as wanted:
            raise RecordError(f"{file}: {key} = {shown(entry)}; expected {wanted}.") from None
    return checked


def shown(x: Any) -> str:
    """An entry of a file in a few words."""
    try:
        return reprlib.repr(x)
    except ValueError:  # Python prints no integer of more than 4300 digits
        return "an integer of very many digits"

"""One value of a point: a float, or the three diagonal entries of a flavour matrix."""

import re
from contextlib import suppress
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from recette.errors import PointError, kind, number, quoted

if TYPE_CHECKING:
    from recette.core.model import Parameter

Value = float | NDArray[np.float64] | NDArray[np.complex128]

_REAL = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_COMPLEX = re.compile(rf"(?:[+-]?{_REAL}(?=[+-]))?[+-]?{_REAL}[jJ]")
_SHAPES = "expected a number, 3 numbers (one per generation) or 3 rows of 3"


def parameter(p: "Parameter", given: Any) -> Value:
    """The value of a parameter, checked against its flags."""
    given = plain(given)
    if p.kind == "scalar":
        x = real(p.name, given, "one real number")
        _check(p, p.name, x)
        return x
    if not isinstance(given, list):
        x_all = _number(p.name, given, "a number, 3 numbers or 3x3 numbers")
        _check(p, p.name, x_all)
        entries = [x_all] * 3
    elif any(isinstance(row, list) for row in given):
        entries = _diagonal(p, given)
    else:
        entries = _generations(p, given)
    array = np.array(entries)
    array.flags.writeable = False
    return array


def real(label: str, given: Any, wanted: str) -> float:
    """One finite real number."""
    x = _number(label, plain(given), wanted)
    if isinstance(x, complex):
        raise PointError(f"{label} is {number(x)}, expected {wanted}")
    return x


def plain(given: Any) -> Any:
    """Arrays and tuples as lists, array scalars as Python numbers."""
    if hasattr(given, "tolist"):
        with suppress(Exception):  # a type, or an object that fails: refused as what it is
            given = given.tolist()
    if isinstance(given, list | tuple):
        return [plain(x) for x in given]
    return given


def _generations(p: "Parameter", given: list[Any]) -> list[float | complex]:
    if len(given) != 3:
        raise PointError(f"{p.name} has {len(given)} entries, {_SHAPES}")
    entries = []
    for generation, entry in enumerate(given, 1):
        label = f"{p.name} (generation {generation})"
        x = _number(label, entry)
        _check(p, label, x)
        entries.append(x)
    return entries


def _diagonal(p: "Parameter", rows: list[Any]) -> list[float | complex]:
    """The diagonal of a 3x3 matrix, in which a mass may carry a sign or a phase."""
    if len(rows) != 3 or any(not isinstance(row, list) or len(row) != 3 for row in rows):
        lengths = [len(row) if isinstance(row, list) else 1 for row in rows[:4]]
        more = ", ..." if len(rows) > 4 else ""
        raise PointError(
            f"{p.name} has {len(rows)} rows of {', '.join(map(str, lengths))}{more}, {_SHAPES}"
        )
    entries = []
    for i, row in enumerate(rows, 1):
        for j, entry in enumerate(row, 1):
            label = f"{p.name} (row {i}, column {j})"
            x = _number(label, entry)
            if i == j:
                _check(p, label, x, matrix=True)
                entries.append(x)
            elif x != 0:
                raise PointError(
                    f"{label} is {number(x)}, but generations that mix are not computed yet; set "
                    "it to 0"
                )
    return entries


def _check(p: "Parameter", label: str, x: float | complex, matrix: bool = False) -> None:
    """Refuse what the flags of the parameter exclude."""
    reason = f": it is the {p.about}" if p.about else ""
    if (p.nonzero or p.positive) and x == 0:
        wanted = "a number above 0" if p.positive and not matrix else "any other number"
        raise PointError(f"{label} is 0, expected {wanted}{reason}")
    if p.positive and not matrix and (isinstance(x, complex) or x < 0):
        phase = "; give a sign or a phase as a 3x3 matrix" if p.kind == "flavour" else ""
        raise PointError(f"{label} is {number(x)}, expected a number above 0{reason}{phase}")
    if p.interval:
        low, high = p.interval
        if isinstance(x, complex) or not low < x <= high:
            raise PointError(
                f"{label} is {number(x)}, expected a real number in ({low:g}, {high:g}]{reason}"
            )


def _number(label: str, given: Any, wanted: str = "a number") -> float | complex:
    """A finite number, real when its imaginary part is 0."""
    if isinstance(given, str):
        if not _COMPLEX.fullmatch(given):
            raise PointError(
                f"{label} is the text {quoted(given)}, expected {wanted} without quotes (only "
                'complex entries are text, as "1e-3-2e-4j")'
            )
        given = complex(given)
    if isinstance(given, bool) or not isinstance(given, int | float | complex):
        raise PointError(f"{label} is {kind(given)}, expected {wanted}")
    try:
        x = complex(given)
    except OverflowError:
        x = complex("inf")
    if not (isfinite(x.real) and isfinite(x.imag)):
        found = given if isinstance(given, float) else "too large"
        raise PointError(f"{label} is {found}, expected {wanted}, and finite")
    return x.real if x.imag == 0 else x

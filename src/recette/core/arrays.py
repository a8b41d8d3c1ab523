"""Arrays as people give them: one shape for every parameter, and the rows that make no sense."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from recette.constants import DEFAULT_INPUTS
from recette.core.model import Model, Parameter
from recette.errors import PointError

Values = Mapping[str, Any]


def complete_parameters(model: Model, given: Values) -> dict[str, NDArray[Any]]:
    """Arrays of one length for every parameter: scalars broadcast, defaults filled in.

    Raises:
        PointError: a name, a shape or a length that does not fit.
    """
    known = {p.name: p for p in model.parameters}
    for name in given:
        if name not in known:
            raise PointError(
                f"{name}: model {model.name} has no such parameter; it has {', '.join(known)}."
            )
    arrays = {name: _array(name, value) for name, value in given.items()}
    n = _length(arrays, known)
    complete = {}
    for p in known.values():
        if p.name in arrays:
            complete[p.name] = _broadcast(arrays[p.name], p, n)
        elif p.default is not None:
            complete[p.name] = _broadcast(np.asarray(p.default), p, n)
    _check_alternatives(model, complete)
    return complete


def _array(name: str, value: Any) -> NDArray[Any]:
    array = np.asarray(value)
    if array.dtype.kind not in "iufc":
        raise PointError(f"{name}: expected numbers, found {type(value).__name__} {value!r:.40}.")
    return array.astype(np.result_type(array.dtype, np.float64))


def _length(arrays: dict[str, NDArray[Any]], known: dict[str, Parameter]) -> int:
    """The common n of arrays (n,) and (n, 3)."""
    lengths = {
        name: len(array)
        for name, array in arrays.items()
        if array.ndim == 2 or (array.ndim == 1 and known[name].kind == "scalar")
    }
    if not lengths:
        # Only flavour arrays of one axis, if any: (3,) is one point, (n,) is n of them.
        lengths = {
            name: len(array)
            for name, array in arrays.items()
            if array.ndim == 1 and len(array) != 3
        }
    if len(set(lengths.values())) > 1:
        found = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise PointError(f"arrays differ in length ({found}): give all the same, or plain numbers.")
    if 0 in lengths.values():
        raise PointError("the arrays are empty: give at least one point.")
    return next(iter(lengths.values()), 1)


def _broadcast(array: NDArray[Any], p: Parameter, n: int) -> NDArray[Any]:
    shape = (n,) if p.kind == "scalar" else (n, 3)
    if p.kind == "flavour" and array.ndim == 1:
        if n == 3 and len(array) == 3:
            raise PointError(
                f"{p.name}: three numbers for three points can mean points or generations; "
                "give an array of shape (3, 3), one row for each point."
            )
        array = array[:, None] if len(array) == n else array
    try:
        return np.array(np.broadcast_to(array, shape))
    except ValueError as error:
        raise PointError(
            f"{p.name}: shape {array.shape} does not fit; expected a number or {shape}."
        ) from error


def _check_alternatives(model: Model, complete: Values) -> None:
    for p in model.parameters:
        names = [p.name, *(q.name for q in model.parameters if q.instead_of == p.name)]
        present = [name for name in names if name in complete]
        if len(present) > 1:
            raise PointError(f"both {' and '.join(present)} are given: give one of them.")
        if not present and not p.optional and p.instead_of is None:
            raise PointError(f"no {' or '.join(names)}: model {model.name} needs it.")


def invalid_rows(model: Model, parameters: Values) -> NDArray[np.bool_]:
    """Rows whose parameters a point file would be refused for."""
    n = len(next(iter(parameters.values())))
    bad = np.zeros(n, bool)
    for p in model.parameters:
        if p.name in parameters:
            wrong = _wrong(p, np.asarray(parameters[p.name]))
            bad |= wrong if wrong.ndim == 1 else wrong.any(axis=1)
    return bad


def _wrong(p: Parameter, x: NDArray[Any]) -> NDArray[np.bool_]:
    wrong = ~np.isfinite(x)
    if p.nonzero:
        wrong |= x == 0
    if np.iscomplexobj(x):
        return wrong
    if p.positive:
        wrong |= ~(x > 0)
    if p.interval:
        low, high = p.interval
        wrong |= ~((x > low) & (x <= high))
    return wrong


def complete_inputs(given: Mapping[str, float] | None) -> dict[str, jax.Array]:
    """Standard Model inputs with the package's defaults."""
    unknown = sorted(set(given or {}) - set(DEFAULT_INPUTS))
    if unknown:
        raise PointError(
            f"inputs: unknown {', '.join(unknown)}; the inputs are {', '.join(DEFAULT_INPUTS)}."
        )
    return {k: jnp.asarray(float(v)) for k, v in (DEFAULT_INPUTS | dict(given or {})).items()}

"""Arrays as people give them: one shape for every parameter, and the rows that make no sense."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from recette.constants import DEFAULT_INPUTS
from recette.core.model import Model, Parameter
from recette.errors import PointError, bare, kind

Values = Mapping[str, Any]


def complete_inputs(given: Mapping[str, float] | None) -> dict[str, jax.Array]:
    """Standard Model inputs, those that are not given by the package's defaults."""
    return {k: jnp.asarray(float(v)) for k, v in (DEFAULT_INPUTS | dict(given or {})).items()}


def complete_parameters(model: Model, given: Values) -> dict[str, NDArray[Any]]:
    """Arrays of one length for every parameter: scalars broadcast, defaults filled in.

    Real arrays are float64. Entries of flavour parameters without an interval may be complex.

    Raises:
        PointError: a name, numbers, a shape or a length that does not fit.
    """
    known = {p.name: p for p in model.parameters}
    for name in given:
        if name not in known:
            raise PointError(
                f"{bare(name)}: model {model.name} has no such parameter; "
                f"it has {', '.join(known)}."
            )
    arrays = {name: _numbers(known[name], value) for name, value in given.items()}
    n = _length(arrays, known)
    complete = {}
    for p in known.values():
        if p.name in arrays:
            complete[p.name] = _broadcast(arrays[p.name], p, n)
        elif p.default is not None:
            complete[p.name] = _broadcast(np.asarray(p.default), p, n)
    _check_alternatives(model, complete)
    return complete


def _numbers(p: Parameter, value: Any) -> NDArray[Any]:
    """An array of float64, or of complex128 where the parameter may be complex."""
    array = _array(p, value)
    if array.dtype.kind not in "iufc":
        entries = f" (dtype {array.dtype})" if array.ndim else ""
        raise PointError(f"{p.name}: expected numbers, found {kind(value)}{entries}.")
    with np.errstate(over="ignore"):  # a long double may become infinite: its row is bad then
        array = array.astype(complex if array.dtype.kind == "c" else float, copy=False)
    if not np.iscomplexobj(array):
        return array
    if (array.imag == 0).all():
        return array.real
    if p.kind == "scalar" or p.interval:
        raise PointError(f"{p.name} is complex, expected real numbers.")
    return array


def _array(p: Parameter, value: Any) -> NDArray[Any]:
    for part in value if isinstance(value, list | tuple) else [value]:
        if isinstance(part, np.ma.MaskedArray) and np.ma.is_masked(part):
            raise PointError(f"{p.name} has masked entries: fill or drop them.")
    try:
        return np.asarray(float(value) if type(value) is int else value)
    except OverflowError:
        raise PointError(f"{p.name} is too large, expected finite numbers.") from None
    except Exception as error:  # numpy's own, or whatever the object's __array__ raises
        if "inhomogeneous" in str(error):
            shape = "(n,)" if p.kind == "scalar" else "(n,) or (n, 3)"
            raise PointError(
                f"{p.name}: rows of different lengths; expected a number or {shape}."
            ) from error
        raise PointError(f"{p.name} is {kind(value)}, which cannot be read as an array.") from error


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
        matrices = p.kind == "flavour" and array.shape[-2:] == (3, 3)
        mixed = "; generations that mix are not computed yet" if matrices else ""
        raise PointError(
            f"{p.name}: shape {array.shape} does not fit; expected a number or {shape}{mixed}."
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
    wrong = [_wrong(p, parameters[p.name]) for p in model.parameters if p.name in parameters]
    wrong += [
        ~limit.holds(parameters) for limit in model.limits if limit.names <= parameters.keys()
    ]
    rows = [x if x.ndim == 1 else x.any(axis=1) for x in wrong]
    return np.logical_or.reduce(rows)


def _wrong(p: Parameter, x: NDArray[Any]) -> NDArray[np.bool_]:
    wrong = ~np.isfinite(x)
    if p.nonzero or p.positive:
        wrong |= x == 0
    if p.positive:
        wrong |= (x.imag == 0) & (x.real < 0)  # a phase is as good as one in a 3x3 matrix
    if p.interval:
        low, high = p.interval
        wrong |= ~((x > low) & (x <= high))
    return wrong

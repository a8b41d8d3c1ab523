"""Evaluate models: one point, or millions in chunks of one fixed size."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from recette.core.arrays import Values
from recette.core.arrays import invalid_rows as _invalid
from recette.core.model import Model
from recette.core.observable import Observable
from recette.core.point import Point
from recette.core.predict import Prediction, predict
from recette.types import Array, Status

# One shape for every n: a new shape compiles for seconds. Larger chunks fall out of the cache,
# in smaller ones the start of each loop shows.
CHUNK = 2048


class Question(NamedTuple):
    """What is asked of points; one program is compiled for each, and for each set of keys.

    Attributes:
        model, mixing, observables: as for `evaluate`.
        judge: what data say of a prediction, a function that hashes by its content; optional.
        parts: also the part of each boson.
    """

    model: Model
    mixing: str
    observables: tuple[Observable, ...]
    judge: Callable[[Prediction], Any] | None = None
    parts: bool = False


@partial(jax.jit, static_argnames=("model", "mixing", "observables", "states"))
def one(
    parameters: Values,
    inputs: Values,
    *,
    model: Model,
    mixing: str,
    observables: tuple[Observable, ...],
    states: bool,
) -> tuple[Point, Prediction]:
    """Solve one point and predict; compiled once for each set of keys and types."""
    point = model.solve(parameters, inputs, mixing)
    return point, predict(point, observables, states=states)


def _answer(
    parameters: Values, invalid: Array, inputs: Values, question: Question
) -> tuple[Prediction, Any]:
    """Predictions of a chunk, NaN where the point is not ok, and what the judge says of them."""
    model, mixing, observables, judge, parts = question
    p = predict(model.points(parameters, inputs, mixing), observables)
    status = jnp.where(invalid, Status.INVALID_INPUT, p.status)

    def masked(tree: Any) -> Any:
        return jax.tree.map(lambda x: jnp.where(status == Status.OK, x, jnp.nan), tree)

    prediction = Prediction(
        masked(p.values),
        masked(p.parts) if parts else {},
        {},
        masked(p.uncertainty),
        p.closed,
        status,
        p.not_applicable,
    )
    return prediction, judge(prediction) if judge else None


_chunk = jax.jit(_answer, static_argnames="question")


@partial(jax.jit, static_argnames=("question", "of"))
def _gradient_chunk(
    parameters: Values, invalid: Array, inputs: Values, *, question: Question, of: tuple[str, ...]
) -> tuple[Array, dict[str, Array], dict[str, dict[str, Array]]]:
    """Status, the numbers called `of`, and the derivative of each by every parameter."""

    def numbers(parameters: Values) -> tuple[dict[str, Array], Array]:
        prediction, verdict = _answer(parameters, invalid, inputs, question)
        chi2 = {} if verdict is None else {"chi2": verdict.chi2}
        known = {**prediction.values, **chi2}
        return {id: known[id] for id in of}, prediction.status

    values, pull_back, status = jax.vjp(numbers, dict(parameters), has_aux=True)
    derivatives = {}
    for id in of:
        # Points are independent: the derivative of the sum is that of each. JAX gives its
        # conjugate for a complex parameter.
        weights = {other: jnp.full_like(value, other == id) for other, value in values.items()}
        (found,) = pull_back(weights)
        derivatives[id] = {
            name: jnp.where(status == Status.OK, jnp.conj(slope), jnp.nan)
            for name, slope in found.items()
        }
    return status, values, derivatives


def evaluate(question: Question, parameters: Values, inputs: Values) -> tuple[Prediction, Any]:
    """Predictions of n points, and what the judge says of them, as numpy arrays (n,).

    Args:
        parameters: arrays (n,) for scalars and (n, 3) for flavour parameters, complete.
        inputs: Standard Model inputs, complete.

    A point that is not ok has NaN for every value, and says why in `status`.
    """
    return _joined(
        (_chunk(*chunk, inputs, question=question), rows)
        for chunk, rows in _chunks(question.model, parameters)
    )


def gradients(
    question: Question, parameters: Values, inputs: Values, of: tuple[str, ...]
) -> tuple[NDArray[Any], dict[str, NDArray[Any]], dict[str, dict[str, NDArray[Any]]]]:
    """Status, values and derivatives by every parameter, as numpy arrays with the batch last."""
    return _joined(
        (_gradient_chunk(*chunk, inputs, question=question, of=of), rows)
        for chunk, rows in _chunks(question.model, parameters)
    )


def _chunks(
    model: Model, parameters: Values
) -> Iterator[tuple[tuple[Values, NDArray[np.bool_]], slice]]:
    """Parameters with the batch last, which of them are invalid, and the rows they stand for."""
    n = len(next(iter(parameters.values())))
    invalid = _invalid(model, parameters)
    # A good row stands in for a bad one, so that no NaN steers the numerics of its neighbours.
    read = np.where(invalid, np.argmin(invalid), np.arange(n))
    for start in range(0, n, CHUNK):
        rows = slice(start, min(start + CHUNK, n))
        full = np.minimum(np.arange(start, start + CHUNK), n - 1)  # the last row fills up
        block = {
            name: np.ascontiguousarray(np.moveaxis(array[read[full]], 0, -1))
            for name, array in parameters.items()
        }
        yield (block, invalid[full]), rows


def _joined(pieces: Iterator[tuple[Any, slice]]) -> Any:
    """Trees of arrays (..., CHUNK) as one tree of numpy arrays (..., n)."""
    arrays, structure = [], None
    for tree, rows in pieces:
        leaves, structure = jax.tree.flatten(tree)
        arrays.append([np.asarray(leaf)[..., : rows.stop - rows.start] for leaf in leaves])
    assert structure is not None
    return jax.tree.unflatten(
        structure, [np.concatenate(x, axis=-1) for x in zip(*arrays, strict=True)]
    )

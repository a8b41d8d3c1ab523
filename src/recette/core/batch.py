"""Evaluate models: one point, or millions in chunks of one fixed size."""

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from recette.core.arrays import Values, invalid_rows
from recette.core.model import Model
from recette.core.observable import Observable
from recette.core.point import Point
from recette.core.predict import Prediction, evaluate, predict, with_status
from recette.types import Array, Status

# One shape for every n: a new shape compiles for seconds. Larger chunks fall out of the cache,
# in smaller ones the start of each loop shows.
CHUNK = 2048
# Derivatives keep more at a time.
GRADIENT_CHUNK = 512


class Question(NamedTuple):
    """What is asked of points; one program is compiled for each, and for each set of keys.

    Attributes:
        model, mixing: "exact" or "published". observables: what is predicted.
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


class Answer(eqx.Module):
    """What is known of points: predictions, NaN where a point is not ok, and a verdict if asked."""

    prediction: Prediction
    verdict: Any

    def __getitem__(self, id: str) -> Array:
        """A prediction, or "chi2"."""
        return self.verdict.chi2 if id == "chi2" else self.prediction.values[id]


class Fixed(NamedTuple):
    """What is not differentiated: Standard Model inputs, and which rows are invalid."""

    inputs: Values
    invalid: Any


# (parameters, what the step before gave, fixed) -> what this step gives
Step = Callable[[Values, Any, Fixed], Any]


@lru_cache(maxsize=64)
def steps(question: Question) -> tuple[Step, ...]:
    """The stages of the model, the predictions, and the answer, each a program of its own.

    As one program they would take twice as long: XLA computes a cheap intermediate result again in
    every loop that reads it. The last stage belongs to the predictions, which need few of its
    numbers.
    """
    model, mixing, observables, judge, parts = question

    def solved(stage: Callable[..., Point], parameters: Values, given: Any, fixed: Fixed) -> Point:
        return stage(parameters, fixed.inputs, mixing, *([given] if given else []))

    def new_parts(
        stage: Callable[..., Point], parameters: Values, given: Any, fixed: Fixed
    ) -> Point:
        p = solved(stage, parameters, given, fixed)
        return Point(p.parts[len(given.parts) if given else 0 :], p.status)

    def predictions(parameters: Values, given: Any, fixed: Fixed) -> Prediction:
        p = evaluate(solved(model.steps[-1], parameters, given, fixed), observables)
        return p if parts else eqx.tree_at(lambda x: x.parts, p, {})

    def answer(parameters: Values, given: Any, fixed: Fixed) -> Answer:
        prediction = _masked(given, fixed.invalid)
        return Answer(prediction, judge(prediction) if judge else None)

    stages = tuple(partial(new_parts, stage) for stage in model.steps[:-1])
    return *stages, predictions, answer


def _masked(p: Prediction, invalid: Array) -> Prediction:
    """With NaN where a point is not ok."""
    status = jnp.where(invalid, Status.INVALID_INPUT, with_status(p).status)

    def masked(tree: Any) -> Any:
        return jax.tree.map(lambda x: jnp.where(status == Status.OK, x, jnp.nan), tree)

    return Prediction(
        masked(p.values),
        masked(p.parts),
        {},
        masked(p.uncertainty),
        p.closed,
        status,
        p.not_applicable,
    )


@partial(jax.jit, static_argnames="step")
def run(parameters: Values, given: Any, fixed: Fixed, *, step: Step) -> Any:
    """One step of a chunk."""
    return step(parameters, given, fixed)


@partial(jax.jit, static_argnames="step")
def _pull_back(
    parameters: Values, given: Any, fixed: Fixed, slopes: Any, already: Any, *, step: Step
) -> Any:
    """Derivatives of sum(slopes * step(...)) by parameters and by what was given, plus `already`.

    Numbers that the step computes on the way are computed again: cheaper than to keep them.
    """
    x, rest = eqx.partition((parameters, given), _has_slope)

    def numbers(x: Any) -> Any:
        parameters, given = eqx.combine(x, rest)
        return eqx.filter(step(parameters, given, fixed), _has_slope)

    (found,) = jax.vjp(numbers, x)[1](slopes)
    return tuple(
        new if old is None else jax.tree.map(jnp.add, old, new)
        for old, new in zip(already, found, strict=True)
    )


def trail(parameters: Values, fixed: Fixed, question: Question) -> list[Any]:
    """What is given to each step, and at last the answer: nothing, then a growing point, ..."""
    known: list[Any] = [None]
    for step in steps(question):
        new, before = run(parameters, known[-1], fixed, step=step), known[-1]
        if isinstance(new, Point) and before:
            new = Point((*before.parts, *new.parts), new.status)
        known.append(new)
    return known


def _chunk(parameters: Values, fixed: Fixed, question: Question) -> Answer:
    """Predictions of a chunk, and what the judge says of them."""
    return trail(parameters, fixed, question)[-1]


def _gradient_chunk(
    parameters: Values, fixed: Fixed, question: Question, of: tuple[str, ...]
) -> tuple[Array, dict[str, Array], dict[str, dict[str, Array]]]:
    """Status, the numbers called `of`, and the derivative of each by every parameter."""
    *known, answer = trail(parameters, fixed, question)
    backwards = tuple(zip(reversed(steps(question)), reversed(known), strict=True))
    status, values, slopes = answer.prediction.status, {}, {}
    for id in of:
        values[id] = answer[id]
        # Points are independent: the derivative of the sum is that of each.
        by: Any = None, _one_hot(answer, id)
        for step, given in backwards:
            by_parameters, by_result = by
            by_given = None
            if isinstance(by_result, Point) and given:  # the step has added to what was given
                by_result, by_given = _split(by_result, len(given.parts))
            already = by_parameters, by_given
            by = _pull_back(parameters, given, fixed, by_result, already, step=step)
        # JAX gives the conjugate for a complex parameter.
        slopes[id] = {
            name: jnp.where(status == Status.OK, jnp.conj(slope), jnp.nan)
            for name, slope in by[0].items()
        }
    return status, values, slopes


def _split(p: Point, size: int) -> tuple[Point, Point]:
    """The parts from `size` on, and those before."""
    return Point(p.parts[size:], p.status), Point(p.parts[:size], p.status)


def _has_slope(x: Any) -> bool:
    """Real and complex arrays, save 0-d ones: those follow from Standard Model inputs alone."""
    return eqx.is_inexact_array(x) and x.ndim > 0


def _one_hot(answer: Answer, id: str) -> Answer:
    """1 for one number of the answer, 0 for every other that has derivatives."""
    nothing = jax.tree.map(jnp.zeros_like, eqx.filter(answer, _has_slope))
    return eqx.tree_at(lambda tree: tree[id], nothing, replace_fn=jnp.ones_like)


def answers(question: Question, parameters: Values, inputs: Values) -> Answer:
    """Predictions of n points, and what the judge says of them, as numpy arrays (n,).

    Args:
        parameters: arrays (n,) for scalars and (n, 3) for flavour parameters, complete.
        inputs: Standard Model inputs, complete.

    A point that is not ok has NaN for every value, and says why in `status`.
    """
    return _joined(
        (_chunk(block, Fixed(inputs, invalid), question), rows)
        for block, invalid, rows in _chunks(question.model, parameters, CHUNK)
    )


def gradients(
    question: Question, parameters: Values, inputs: Values, of: tuple[str, ...]
) -> tuple[NDArray[Any], dict[str, NDArray[Any]], dict[str, dict[str, NDArray[Any]]]]:
    """Status, values and derivatives by every parameter, as numpy arrays with the batch last."""
    return _joined(
        (_gradient_chunk(block, Fixed(inputs, invalid), question, of), rows)
        for block, invalid, rows in _chunks(question.model, parameters, GRADIENT_CHUNK)
    )


def _chunks(
    model: Model, parameters: Values, size: int
) -> Iterator[tuple[Values, NDArray[np.bool_], slice]]:
    """Parameters with the batch last, which of them are invalid, and the rows they stand for."""
    n = len(next(iter(parameters.values())))
    invalid = invalid_rows(model, parameters)
    # A good row stands in for a bad one, so that no NaN steers the numerics of its neighbours.
    read = np.where(invalid, np.argmin(invalid), np.arange(n))
    for start in range(0, n, size):
        rows = slice(start, min(start + size, n))
        full = np.minimum(np.arange(start, start + size), n - 1)  # the last row fills up
        block = {
            name: np.ascontiguousarray(np.moveaxis(array[read[full]], 0, -1))
            for name, array in parameters.items()
        }
        yield block, invalid[full], rows


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

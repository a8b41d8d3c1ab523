"""All predictions of a point: what observables give and what data may read."""

from collections.abc import Sequence

import equinox as eqx
import jax.numpy as jnp

from recette.core.observable import Observable
from recette.core.point import Point
from recette.types import Array, Bool, Int, Status


class Prediction(eqx.Module):
    """Predictions by id.

    Attributes:
        values: id -> value in the unit of its observable, (*batch) like everything here.
        parts: id -> boson -> part of the value, where the observable has parts.
        states: id -> boson -> part from every internal state, when asked for.
        uncertainty: id -> theory uncertainty (absolute), where one is computed.
        closed: id -> kinematically closed, for the ids that can close.
        status: of the point; not ok where a value is not finite.
        not_applicable: ids whose parts the model lacks.
    """

    values: dict[str, Array]
    parts: dict[str, dict[str, Array]]
    states: dict[str, dict[str, Array]]
    uncertainty: dict[str, Array]
    closed: dict[str, Bool[Array, "*batch"]]
    status: Int[Array, "*batch"]
    not_applicable: tuple[str, ...] = eqx.field(static=True)


# A stable particle has an infinite decay length, a theory without a Landau pole an infinite scale;
# any other infinity is a failure.
MAY_BE_INFINITE = frozenset({"ctau_X", "landau_pole_over_M"})


def predict(p: Point, observables: Sequence[Observable], *, states: bool = False) -> Prediction:
    """Evaluate the observables whose needs the point meets, and say whether all is finite.

    Args:
        p: one point, or a batch of them (a trailing axis on every array).
        observables: usually recette.observables.OBSERVABLES, plus your own.
        states: also keep the parts from every internal state.
    """
    return with_status(evaluate(p, observables, states=states))


def evaluate(p: Point, observables: Sequence[Observable], *, states: bool = False) -> Prediction:
    """The same with the status of the point: whether every value is finite is not asked."""
    values: dict[str, Array] = {}
    parts: dict[str, dict[str, Array]] = {}
    by_state: dict[str, dict[str, Array]] = {}
    uncertainty: dict[str, Array] = {}
    closed: dict[str, Array] = {}
    missing: list[str] = []

    def by_id(one: Observable, array: Array) -> dict[str, Array]:
        return {
            id: jnp.broadcast_to(x, p.status.shape) for id, x in zip(one.ids, array, strict=True)
        }

    for one in observables:
        if not all(part in p for part in one.needs):
            missing += one.ids
            continue
        values |= by_id(one, one(p))
        if one.parts:
            parts |= _by_id_and_group(one, one.on(one.parts, p))
        if one.states and states:
            by_state |= _by_id_and_group(one, one.on(one.states, p))
        if one.uncertainty:
            uncertainty |= by_id(one, one.ids_first(one.uncertainty, p))
        if one.closed:
            closed |= by_id(one, one.ids_first(one.closed, p))
    return Prediction(values, parts, by_state, uncertainty, closed, p.status, tuple(missing))


def with_status(prediction: Prediction) -> Prediction:
    """The prediction with a status that says so where a value is not finite."""
    finite = jnp.ones(prediction.status.shape, bool)
    for id, value in prediction.values.items():
        finite &= jnp.isfinite(value) if id not in MAY_BE_INFINITE else ~jnp.isnan(value)
    fine = (prediction.status != Status.OK) | finite
    status = jnp.where(fine, prediction.status, Status.NOT_FINITE)
    return eqx.tree_at(lambda x: x.status, prediction, status)


def _by_id_and_group(one: Observable, groups: dict[str, Array]) -> dict[str, dict[str, Array]]:
    return {
        name: {group: array[i] for group, array in groups.items()} for i, name in enumerate(one.ids)
    }

"""How one record judges predictions: pulls, ratios, chi2 and a status.

Everything works alike on one point (0-d arrays) and on a batch (arrays of shape (n,)), with numpy
and, given `xp=jax.numpy`, inside a compiled program.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import reduce
from math import exp, nan
from operator import or_
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from recette.compare.pulls import Floats, compared, gaussian, limited, total
from recette.measurements import Record
from recette.types import Status

Bools = Any  # arrays of numpy or of jax.numpy
Codes = Any

_BELOW = ("upper", "curve", "windows")  # kinds whose ratio grows with the prediction
BEYOND = 1 + 1e-9  # -8e-4 + 2e-3 is 0.0012000000000000001: a limit of 1.2e-3 must not see it


class RowStatus(IntEnum):
    """What a record says of a point. The first that applies is the status, in this order.

    `row_status` has the conditions.
    """

    FAILED = 0  # the prediction is not finite, or the spectrum did not converge
    NOT_APPLICABLE = 1  # the model lacks what is needed, or the record does not hold here
    CLOSED = 2  # kinematically closed
    VIOLATED = 3  # theory condition
    SATISFIED = 4  # theory condition
    BORDERLINE = 5  # within the reading error of a curve
    EXCLUDED = 6
    TENSION = 7
    EXPLAINS = 8
    UNEXPLAINED = 9
    IMPROVES = 10
    ALLOWED = 11


class Prediction(Protocol):
    """What the comparison reads of a prediction; `status` holds codes of `recette.types.Status`."""

    @property
    def values(self) -> Mapping[str, Any]: ...
    @property
    def uncertainty(self) -> Mapping[str, Any]: ...
    @property
    def closed(self) -> Mapping[str, Any]: ...
    @property
    def not_applicable(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Comparison:
    """One record against predictions; every array has the shape of the batch.

    Attributes:
        prediction: the number compared, with the factors of `times`; NaN without one.
        theory_uncertainty: its theory uncertainty, NaN where none is computed.
        mass: predicted mass of a composite anomaly, else NaN.
        pull: (prediction - value)/sigma; of mass and rate the one of larger modulus.
        pull_sm: the same for the Standard Model.
        delta_chi2: chi2 minus that of the Standard Model.
        ratio: prediction/limit, limit/prediction for a lower limit: beyond 1 is excluded.
        limit: at the point; of a band its lower edge; NaN for the other kinds.
        edge: upper edge of a band at the point, else NaN.
        chi2: contribution to the likelihood; NaN where the point failed.
        status: codes of `RowStatus`.
    """

    prediction: Floats
    theory_uncertainty: Floats
    mass: Floats
    pull: Floats
    pull_sm: Floats
    delta_chi2: Floats
    ratio: Floats
    limit: Floats
    edge: Floats
    chi2: Floats
    status: Codes


def batch_shape(prediction: Prediction) -> tuple[int, ...]:
    """() for one point, (n,) for a batch."""
    arrays = (getattr(prediction, "status", 0), *prediction.values.values())
    return np.broadcast_shapes(*{np.shape(array) for array in arrays})


def point_failed(prediction: Prediction, xp: ModuleType = np) -> Bools:
    """Where there is no spectrum, so that every number is useless.

    A single number that is not finite (Status.NOT_FINITE) fails only the rows that read it.
    """
    status = xp.asarray(getattr(prediction, "status", Status.OK))
    failed = (status != Status.OK) & (status != Status.NOT_FINITE)
    return xp.broadcast_to(failed, batch_shape(prediction))


@np.errstate(all="ignore")
def compare_record(record: Record, prediction: Prediction, xp: ModuleType = np) -> Comparison:
    """Judge every point by one record.

    A theory uncertainty of the prediction enters sigma only if the record says so
    (`theory_uncertainty = true`); otherwise it is carried along to be shown.
    """
    shape = batch_shape(prediction)
    failed = point_failed(prediction, xp)
    if any(id not in prediction.values for id in record.ids):
        return _without_prediction(failed, shape, xp)
    values = {
        id: xp.broadcast_to(xp.asarray(prediction.values[id], dtype=float), shape)
        for id in record.ids
    }
    x, theory = compared(record, values, prediction.uncertainty, xp)
    mass = total(record.mass, values) if record.mass else nan
    if record.kind == "gaussian":
        numbers = gaussian(record, values, x, theory, xp)
    else:
        numbers = limited(record, values, x, xp)
    failed = failed | ~_known(record, values, x, numbers.ratio, xp)
    outside, closed = _outside(record, values), _closed(record, prediction, xp)
    status = row_status(
        record.role,
        failed=failed,
        not_applicable=outside,
        closed=closed,
        reading_error=record.reading_error,
        ratio=numbers.ratio,
        pull=numbers.pull,
        pull_sm=numbers.pull_sm,
        delta_chi2=numbers.delta_chi2,
        xp=xp,
    )
    mute = failed | outside | closed

    def spoken(a: Floats | float) -> Floats:
        """Nothing where the record says nothing."""
        return np.full(shape, nan) if a is nan else xp.where(mute, nan, a)

    return Comparison(
        prediction=x,
        theory_uncertainty=theory,
        mass=xp.broadcast_to(mass, shape),
        pull=spoken(numbers.pull),
        pull_sm=np.full(shape, numbers.pull_sm),
        delta_chi2=spoken(numbers.delta_chi2),
        ratio=spoken(numbers.ratio),
        limit=spoken(numbers.limit),
        edge=spoken(numbers.edge),
        chi2=_first([(failed, nan), (outside, 0.0), (closed, numbers.standard)], numbers.chi2, xp),
        status=status,
    )


@np.errstate(all="ignore")
def row_status(
    role: str,
    *,
    failed: Any,
    not_applicable: Any = False,
    closed: Any = False,
    reading_error: float = 0.0,
    ratio: Any = nan,
    pull: Any = nan,
    pull_sm: Any = nan,
    delta_chi2: Any = nan,
    xp: ModuleType = np,
) -> Codes:
    """The status of a row, the first match of the table in `RowStatus`; NaN matches nothing.

    Args:
        role: of the record.
        failed: prediction not finite, or spectrum not converged.
        not_applicable: outside the validity of the record.
        closed: kinematically closed.
        reading_error: relative error of a limit read off a curve.
        ratio: q, beyond the limit above 1 + 1e-9.
        pull: p, of mass and rate the one of larger modulus.
        pull_sm: p0, the same for the Standard Model.
        delta_chi2: D = p^2 - p0^2.
        xp: numpy, or jax.numpy inside a compiled program.
    """
    q, p, p0, D = ratio, pull, pull_sm, delta_chi2
    table = [
        (failed, RowStatus.FAILED),
        (not_applicable, RowStatus.NOT_APPLICABLE),
        (closed, RowStatus.CLOSED),
    ]
    if role == "theory":
        table += [(q > BEYOND, RowStatus.VIOLATED), (True, RowStatus.SATISFIED)]
    elif role == "bound":
        near = (q > exp(-reading_error)) & (q < exp(reading_error)) if reading_error else False
        table += [(near, RowStatus.BORDERLINE), (q > BEYOND, RowStatus.EXCLUDED)]
    elif role in ("measurement", "anomaly"):
        table += [
            (D >= 9, RowStatus.EXCLUDED),
            (D >= 4, RowStatus.TENSION),
            ((abs(p0) >= 2) & (abs(p) <= 1), RowStatus.EXPLAINS),
            ((abs(p) > 2) & (D < 4), RowStatus.UNEXPLAINED),
            (D <= -1, RowStatus.IMPROVES),
        ]
    codes = [(condition, np.int8(status)) for condition, status in table]
    return _first(codes, np.int8(RowStatus.ALLOWED), xp)


def _first(table: Sequence[tuple[Any, Any]], otherwise: Any, xp: ModuleType) -> Any:
    """The value beside the first condition that holds, as np.select, less what is known before."""
    for condition, value in reversed(table):
        if condition is True:
            otherwise = value
        elif condition is not False:
            otherwise = xp.where(condition, value, otherwise)
    return otherwise


def _without_prediction(failed: Bools, shape: tuple[int, ...], xp: ModuleType) -> Comparison:
    none = np.full(shape, nan)
    status = xp.where(failed, np.int8(RowStatus.FAILED), np.int8(RowStatus.NOT_APPLICABLE))
    chi2 = xp.where(failed, nan, 0.0)
    return Comparison(none, none, none, none, none, none, none, none, none, chi2, status)


def _known(
    record: Record, values: Mapping[str, Floats], x: Floats, ratio: Any, xp: ModuleType
) -> Bools:
    """Where every number that the record reads is one, and what is made of them."""
    if record.kind == "gaussian":
        known = xp.isfinite(x)
    else:
        known = xp.isfinite(ratio) if record.kind in _BELOW else ~xp.isnan(ratio)
    ranges = record.ranges
    for id, value in values.items():
        # An infinite lifetime is a number outside every range of validity, not a failure.
        known = known & (~xp.isnan(value) if id in ranges else xp.isfinite(value))
    return known


def _outside(record: Record, values: Mapping[str, Floats]) -> Bools:
    """Where the record does not hold."""
    ends = [(values[id], low, high) for id, (low, high) in record.ranges.items()]
    return reduce(or_, [(x < low) | (x > high) for x, low, high in ends], False)


def _closed(record: Record, prediction: Prediction, xp: ModuleType) -> Bools:
    """Where what is compared, or a factor of it, is kinematically closed."""
    known = [prediction.closed[id] for id in record.ids if id in prediction.closed]
    return reduce(or_, [xp.asarray(closed, dtype=bool) for closed in known], False)

"""How one record judges predictions: pulls, ratios, chi2 and a status.

Everything works alike on one point (0-d arrays) and on a batch (arrays of shape (n,)).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from statistics import NormalDist
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from recette.measurements import Quantity, Record
from recette.measurements.record import is_mass
from recette.types import Status

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_BELOW = ("upper", "curve", "windows")  # kinds whose ratio grows with the prediction
BEYOND = 1 + 1e-9  # -8e-4 + 2e-3 is 0.0012000000000000001: a limit of 1.2e-3 must not see it


class RowStatus(IntEnum):
    """What a record says of a point. The first that applies is the status, in this order."""

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
    status: NDArray[np.int8]


def batch_shape(prediction: Prediction) -> tuple[int, ...]:
    """() for one point, (n,) for a batch."""
    status = getattr(prediction, "status", 0)
    return np.broadcast_shapes(np.shape(status), *map(np.shape, prediction.values.values()))


def point_failed(prediction: Prediction) -> Bools:
    """Where there is no spectrum, so that every number is useless.

    A single number that is not finite (Status.NOT_FINITE) fails only the rows that read it.
    """
    status = np.asarray(getattr(prediction, "status", Status.OK))
    failed = (status != Status.OK) & (status != Status.NOT_FINITE)
    return np.broadcast_to(failed, batch_shape(prediction))


@np.errstate(all="ignore")
def compare_record(record: Record, prediction: Prediction) -> Comparison:
    """Judge every point by one record.

    A theory uncertainty of the prediction enters sigma only if the record says so
    (`theory_uncertainty = true`); otherwise it is carried along to be shown.
    """
    shape = batch_shape(prediction)
    failed = point_failed(prediction)
    if any(id not in prediction.values for id in record.ids):
        return _without_prediction(failed, shape)
    values = {
        id: np.broadcast_to(np.asarray(prediction.values[id], dtype=float), shape)
        for id in record.ids
    }
    x, theory = _compared(record, values, prediction.uncertainty)
    mass = _total(record.mass, values) if record.mass else np.full(shape, np.nan)
    closed = np.zeros(shape, bool)
    for id in record.ids:
        closed = closed | np.asarray(prediction.closed.get(id, False), dtype=bool)
    outside = np.zeros(shape, bool)
    for id, (low, high) in record.ranges.items():
        outside = outside | (values[id] < low) | (values[id] > high)

    nan = np.full(shape, np.nan)
    limit, edge = _limits(record, values, nan)
    if record.kind == "gaussian":
        extra = np.nan_to_num(theory) if record.theory_uncertainty else np.zeros(shape)
        pull, pull_sm, chi2 = _gaussian(record, x, mass, extra)
        delta = chi2 - np.nan_to_num(pull_sm**2)
        ratio, useless = nan, ~np.isfinite(x)
    else:
        pull = pull_sm = delta = nan
        ratio = _ratio(record, x, values, limit, edge)
        chi2 = (_deviations(record) * ratio) ** 2
        useless = np.isnan(ratio) | (np.isinf(ratio) & (record.kind in _BELOW))
    for id, value in values.items():
        # An infinite lifetime is a number outside every range of validity, not a failure.
        useless = useless | np.isnan(value) | (np.isinf(value) & (id not in record.ranges))
    failed = failed | useless
    status = row_status(
        record.role,
        failed=failed,
        not_applicable=outside,
        closed=closed,
        reading_error=record.reading_error,
        ratio=ratio,
        pull=pull,
        pull_sm=pull_sm,
        delta_chi2=delta,
    )
    chi2 = np.select(
        [status == s for s in (RowStatus.FAILED, RowStatus.NOT_APPLICABLE, RowStatus.CLOSED)],
        [nan, np.zeros(shape), np.nan_to_num(pull_sm**2)],  # closed: the Standard Model again
        chi2,
    )
    mute = status <= RowStatus.CLOSED
    pull, delta, ratio, limit, edge = (
        np.where(mute, np.nan, a) for a in (pull, delta, ratio, limit, edge)
    )
    return Comparison(x, theory, mass, pull, pull_sm, delta, ratio, limit, edge, chi2, status)


@np.errstate(all="ignore")
def row_status(
    role: str,
    *,
    failed: Any,
    not_applicable: Any = False,
    closed: Any = False,
    reading_error: float = 0.0,
    ratio: Any = np.nan,
    pull: Any = np.nan,
    pull_sm: Any = np.nan,
    delta_chi2: Any = np.nan,
) -> NDArray[np.int8]:
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
    """
    q, p, p0, D = (np.asarray(a, dtype=float) for a in (ratio, pull, pull_sm, delta_chi2))
    theory, bound = role == "theory", role == "bound"
    data = role in ("measurement", "anomaly")
    near = np.abs(np.log(q)) < reading_error
    table = {
        RowStatus.FAILED: np.asarray(failed),
        RowStatus.NOT_APPLICABLE: np.asarray(not_applicable),
        RowStatus.CLOSED: np.asarray(closed),
        RowStatus.VIOLATED: theory & (q > BEYOND),
        RowStatus.SATISFIED: np.asarray(theory),
        RowStatus.BORDERLINE: bound & near,
        RowStatus.EXCLUDED: (bound & (q > BEYOND)) | (data & (D >= 9)),
        RowStatus.TENSION: data & (D >= 4),
        RowStatus.EXPLAINS: data & (np.abs(p0) >= 2) & (np.abs(p) <= 1),
        RowStatus.UNEXPLAINED: data & (np.abs(p) > 2) & (D < 4),
        RowStatus.IMPROVES: data & (D <= -1),
    }
    conditions = np.broadcast_arrays(*table.values())
    return np.select(conditions, list(table), RowStatus.ALLOWED).astype(np.int8)


def _without_prediction(failed: Bools, shape: tuple[int, ...]) -> Comparison:
    nan = np.full(shape, np.nan)
    status = np.where(failed, RowStatus.FAILED, RowStatus.NOT_APPLICABLE).astype(np.int8)
    chi2 = np.where(failed, np.nan, 0.0)
    return Comparison(nan, nan, nan, nan, nan, nan, nan, nan, nan, chi2, status)


def _total(quantity: Quantity, values: Mapping[str, Floats]) -> Floats:
    return np.asarray(sum(values[term] for term in quantity.terms))


def _compared(
    record: Record, values: Mapping[str, Floats], uncertainty: Mapping[str, Any]
) -> tuple[Floats, Floats]:
    """The number compared and its theory uncertainty, with the factors of `times`."""
    x = _total(record.quantity, values)
    factor = np.ones_like(x) * _factor(record.times, values)
    known = [
        np.asarray(uncertainty[id], float) for id in record.quantity.terms if id in uncertainty
    ]
    size = np.abs(known).sum(axis=0) if known else np.nan
    return x * factor, size * np.abs(factor)


def _factor(times: Mapping[str, float], values: Mapping[str, Floats]) -> Floats | float:
    factor: Floats | float = 1.0
    for id, power in times.items():
        base = values[id] if power == int(power) else np.abs(values[id])
        factor = factor * base**power
    return factor


def _limits(record: Record, values: Mapping[str, Floats], nan: Floats) -> tuple[Floats, Floats]:
    """The limit at every point and, of a band, its upper edge."""
    if not record.curve:
        return np.full_like(nan, record.limit), nan
    limit, *edge = record.at(values[record.against])
    return limit, edge[0] if edge else nan


def _gaussian(
    record: Record, x: Floats, mass: Floats, theory: Floats
) -> tuple[Floats, Floats, Floats]:
    """Pull, the Standard Model's pull, and chi2.

    A peak of rate x at the mass m, where one of rate v at m0 was seen: with pulls p (rate) and
    p_m (mass), templates of overlap rho = exp(-p_m^2 sigma^2/2 v^2) give

        chi2 = (x^2 - 2 rho x v + v^2)/sigma^2 = p^2 + 2 x v (1 - rho)/sigma^2 .

    It is p^2 + p_m^2 near the best fit. Far from m0 the peak explains nothing, and counts
    against the point by its rate alone: a boson that is not produced is not excluded by the
    mass that it does not have.
    """
    data = record.quantity
    sigma = np.hypot(np.where(x > data.value, data.up, data.down), theory)
    pull = (x - data.value) / sigma
    pull_sm = np.full(x.shape, -data.value / (data.down if data.value > 0 else data.up))
    if is_mass(data.terms):  # of a boson that the Standard Model does not have
        pull_sm = np.full(x.shape, np.nan)
    if record.mass is None:
        return pull, pull_sm, pull**2
    peak = record.mass
    pull_m = (mass - peak.value) / np.where(mass > peak.value, peak.up, peak.down)
    far = -np.expm1(-((pull_m * sigma / data.value) ** 2) / 2)  # 1 - rho
    chi2 = pull**2 + 2 * np.maximum(x, 0) * data.value * far / sigma**2
    return np.where(np.abs(pull_m) > np.abs(pull), pull_m, pull), pull_sm, chi2


def _ratio(
    record: Record, x: Floats, values: Mapping[str, Floats], limit: Floats, edge: Floats
) -> Floats:
    """How far beyond a limit: above 1 is outside; 0 where nothing could be seen."""
    size, bare = np.abs(x), np.abs(_total(record.quantity, values))
    if record.kind in ("upper", "curve"):
        return size / limit
    if record.kind == "lower":
        return np.where(bare <= record.allowed_below, 0.0, limit / size)
    if record.kind == "band":  # inside where both ratios are above 1
        strength = bare * _factor(record.edge_times, values)
        return np.where(bare == 0, 0.0, np.minimum(size / limit, edge / strength))
    if record.kind == "windows":  # distance from the middle of the nearest, in half widths
        low, high = np.array(record.windows).T[..., None]
        distance = np.abs(x.ravel() - (low + high) / 2) / ((high - low) / 2)
        return np.asarray(distance.min(axis=0).reshape(x.shape))
    low, high = record.range
    return np.maximum(size / high, low / size)


def _deviations(record: Record) -> float:
    """Standard deviations that the confidence level of a limit stands for; 0 for a mere range."""
    if record.cl is None:
        return 0.0
    return NormalDist().inv_cdf((1 + record.cl) / 2 if record.sided == 2 else record.cl)

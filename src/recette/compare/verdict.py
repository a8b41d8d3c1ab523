"""The verdict on a point: what data exclude, what it explains, and what nobody computed."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from recette.compare.likelihood import (
    Bools,
    Codes,
    Comparison,
    Prediction,
    RowStatus,
    batch_shape,
    compare_record,
    point_failed,
)
from recette.compare.pulls import Floats
from recette.measurements import Record, Vintage, load_vintage


@dataclass(frozen=True)
class Row:
    """One record and what it says of the point.

    Attributes:
        id: the prediction; of a composite anomaly the rate.
        compared: with the factors of the record, as an expression of ids.
        prediction: the number compared.
        theory_uncertainty: of the prediction, one standard deviation; used in the pull only if
            the record says so.
        record: its name.
        role: bound, measurement, anomaly, theory or info.
        set: as in `by_set`.
        kind: gaussian, upper, lower, range, curve, band or windows.
        value: measured value, of a total less the Standard Model; for a range [low, high]; the
            edges of an excluded band at this mass; the allowed windows [[low, high], ...].
        uncertainty: one standard deviation, or [up, down].
        limit: of the absolute value of the prediction, of a curve at this mass.
        cl: confidence level of limit or uncertainty.
        pull: (prediction - value)/sigma; of mass and rate the one of larger modulus.
        pull_sm: the same for the Standard Model.
        delta_chi2: chi2 minus that of the Standard Model.
        ratio: beyond the limit above 1.
        status: as in DESIGN; info rows are never more than `allowed`.
        decides: whether the row counts in the verdict.
        source: where the number stands.
        verified: whether it was seen there.
        standard_model: the record whose value was subtracted from a measured total, else None.
        reason: why the row says nothing, else None.
        mass: of a composite anomaly {id, prediction, value, uncertainty}, else None.
    """

    id: str
    compared: str
    prediction: float | None
    theory_uncertainty: float | None
    record: str
    role: str
    set: str
    kind: str
    value: float | list[Any] | None
    uncertainty: float | list[float] | None
    limit: float | None
    cl: float | None
    pull: float | None
    pull_sm: float | None
    delta_chi2: float | None
    ratio: float | None
    status: str
    decides: bool
    source: str
    verified: bool = False
    standard_model: str | None = None
    reason: str | None = None
    mass: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Verdict:
    """What the records of a vintage say of one point. Names in the lists are record names.

    Attributes:
        allowed: True, False, or None where a needed number could not be computed or no record
            speaks about the point.
        theory_ok: the same for the theory rows alone; None without any.
        unconstrained: no deciding record speaks about the point.
        explains: anomalies within one standard deviation that the Standard Model misses by two.
        unexplained: anomalies and measurements that are missed, and closed anomalies.
        excluded_by: deciding records that exclude the point.
        tension: deciding records between two and three standard deviations worse than the
            Standard Model.
        not_computed: "id: words" for every known constraint that has no row.
        by_set: `allowed` of each set of records that has a deciding one, theory rows apart.
        scenario: choices among measurements that disagree.
        rows: every record, deciding or not.
        chi2: of the deciding rows; None where the point failed.
        vintage: name of the vintage.
    """

    allowed: bool | None
    theory_ok: bool | None
    unconstrained: bool
    explains: tuple[str, ...]
    unexplained: tuple[str, ...]
    excluded_by: tuple[str, ...]
    tension: tuple[str, ...]
    not_computed: tuple[str, ...]
    by_set: Mapping[str, bool | None]
    scenario: Mapping[str, str]
    rows: tuple[Row, ...]
    chi2: float | None
    vintage: str

    def to_dict(self) -> dict[str, Any]:
        """Plain lists, dicts, texts, booleans and finite numbers or None, ready for JSON."""
        plain = asdict(self)
        return {
            key: list(entry) if isinstance(entry, tuple) else entry for key, entry in plain.items()
        }


class BatchVerdict(NamedTuple):  # a tuple, which a compiled program can return
    """The verdicts on n points; every array has the shape of the batch.

    Attributes:
        allowed: True where the verdict on the single point is allowed.
        excluded: True where it is excluded; where neither, it is undecided or unconstrained.
        theory_ok: no theory row is violated, and at least one speaks.
        chi2: of the deciding rows, NaN where the point failed.
        status: record name -> codes of `RowStatus`.
    """

    allowed: Bools
    excluded: Bools
    theory_ok: Bools
    chi2: Floats
    status: Mapping[str, Codes]


@dataclass(frozen=True)
class _Judgement:
    """The deciding rows taken together."""

    allowed: Bools
    excluded: Bools
    speaks: Bools


def compare(
    prediction: Prediction,
    vintage: Vintage | str | Path,
    scenario: Mapping[str, str] | None = None,
) -> Verdict:
    """The verdict of a vintage on one point.

    Args:
        prediction: of one point (0-d values).
        vintage: a name ("2020"), a file, or a loaded vintage.
        scenario: other choices than the vintage's own, for instance {"alpha": "Rb"}.
    """
    if batch_shape(prediction) != ():
        raise ValueError("compare takes one point; use compare_batch for a batch")
    vintage = _choose(vintage, scenario)
    comparisons = [compare_record(record, prediction) for record in vintage.records]
    failed = point_failed(prediction)
    whole = _judge(vintage, comparisons, failed)
    theory = _judge(vintage, comparisons, failed, theory=True)
    sets = dict.fromkeys(
        r.set
        for r, decides in zip(vintage.records, vintage.decides, strict=True)
        if decides and r.role != "theory"
    )
    rows = tuple(
        _row(record, comparison, prediction, decides)
        for record, comparison, decides in zip(
            vintage.records, comparisons, vintage.decides, strict=True
        )
    )
    return Verdict(
        allowed=_answer(whole),
        theory_ok=_answer(theory),
        unconstrained=not whole.speaks and not failed,
        explains=_named(rows, RowStatus.EXPLAINS),
        unexplained=_unexplained(rows),
        excluded_by=_named(rows, RowStatus.EXCLUDED),
        tension=_named(rows, RowStatus.TENSION),
        not_computed=_not_computed(vintage, prediction),
        by_set={s: _answer(_judge(vintage, comparisons, failed, only=s)) for s in sets},
        scenario=dict(vintage.scenario or {}),
        rows=rows,
        chi2=_finite(_chi2(vintage, comparisons, failed)),
        vintage=vintage.name,
    )


def compare_batch(
    prediction: Prediction,
    vintage: Vintage | str | Path,
    scenario: Mapping[str, str] | None = None,
    xp: ModuleType = np,
) -> BatchVerdict:
    """The same for a batch, in arrays.

    Args:
        prediction: of n points.
        vintage: a name, a file, or a loaded vintage.
        scenario: other choices than the vintage's own.
        xp: numpy, or jax.numpy inside a compiled program, to which the vintage is static. There
            chi2 has derivatives with respect to every prediction.
    """
    vintage = _choose(vintage, scenario)
    comparisons = [compare_record(record, prediction, xp) for record in vintage.records]
    failed = point_failed(prediction, xp)
    whole = _judge(vintage, comparisons, failed)
    return BatchVerdict(
        allowed=whole.allowed,
        excluded=whole.excluded,
        theory_ok=_judge(vintage, comparisons, failed, theory=True).allowed,
        chi2=_chi2(vintage, comparisons, failed, xp),
        status={r.name: c.status for r, c in zip(vintage.records, comparisons, strict=True)},
    )


def _choose(vintage: Vintage | str | Path, scenario: Mapping[str, str] | None) -> Vintage:
    if not isinstance(vintage, Vintage):
        vintage = load_vintage(vintage)
    return vintage.choose(scenario) if scenario else vintage


def _judge(
    vintage: Vintage,
    comparisons: Iterable[Comparison],
    failed: Bools,
    *,
    theory: bool = False,
    only: str | None = None,
) -> _Judgement:
    """Deciding rows (theory rows apart) as one: a failed row leaves the point undecided."""
    undecided, excluded, speaks = failed, failed & False, failed & False
    for record, comparison, decides in zip(
        vintage.records, comparisons, vintage.decides, strict=True
    ):
        if not decides or (record.role == "theory") != theory or only not in (None, record.set):
            continue
        status = comparison.status
        undecided = undecided | (status == RowStatus.FAILED)
        excluded = excluded | (status == (RowStatus.VIOLATED if theory else RowStatus.EXCLUDED))
        speaks = speaks | (status != RowStatus.NOT_APPLICABLE) & (status != RowStatus.CLOSED)
    return _Judgement(
        allowed=speaks & ~excluded & ~undecided, excluded=excluded & ~undecided, speaks=speaks
    )


def _answer(judgement: _Judgement) -> bool | None:
    return True if judgement.allowed else False if judgement.excluded else None


def _chi2(
    vintage: Vintage, comparisons: Iterable[Comparison], failed: Bools, xp: ModuleType = np
) -> Floats:
    total = xp.where(failed, np.nan, 0.0)
    for record, comparison, decides in zip(
        vintage.records, comparisons, vintage.decides, strict=True
    ):
        if decides and record.role != "theory":
            total = total + comparison.chi2
    return total


def _named(rows: Iterable[Row], *statuses: RowStatus) -> tuple[str, ...]:
    names = {status.name.lower() for status in statuses}
    return tuple(row.record for row in rows if row.decides and row.status in names)


def _unexplained(rows: tuple[Row, ...]) -> tuple[str, ...]:
    closed = {r.record for r in rows if r.role == "anomaly" and r.status == "closed" and r.decides}
    missed = {*closed, *_named(rows, RowStatus.UNEXPLAINED)}
    return tuple(row.record for row in rows if row.record in missed)


def _not_computed(vintage: Vintage, prediction: Prediction) -> tuple[str, ...]:
    """Constraints without a record that concern this model, and records without a prediction."""
    listed = [
        f"{m.id}: {m.about}"
        for m in vintage.not_computed
        if m.needs not in prediction.not_applicable
    ]
    for record in vintage.records:
        unknown = _absent(record, prediction, known_to_be=False)
        listed += [f"{record.name}: there is no prediction {', '.join(unknown)}"] * bool(unknown)
    return tuple(listed)


def _absent(record: Record, prediction: Prediction, *, known_to_be: bool) -> list[str]:
    """Ids without a value: those that the model lacks, or those that nobody computed."""
    return [
        id
        for id in record.ids
        if id not in prediction.values and (id in prediction.not_applicable) == known_to_be
    ]


def _row(record: Record, c: Comparison, prediction: Prediction, decides: bool) -> Row:
    data, spread = record.quantity, (record.quantity.up, record.quantity.down)
    return Row(
        id=data.id,
        compared=record.compared,
        prediction=_finite(c.prediction),
        theory_uncertainty=_finite(c.theory_uncertainty),
        record=record.name,
        role=record.role,
        set=record.set,
        kind=record.kind,
        value=_value(record, c),
        uncertainty=_spread(*spread),
        limit=_finite(c.limit) if record.kind == "curve" else _finite(record.limit),
        cl=record.cl,
        pull=_finite(c.pull),
        pull_sm=_finite(c.pull_sm),
        delta_chi2=_finite(c.delta_chi2),
        ratio=_finite(c.ratio),
        status=RowStatus(int(c.status)).name.lower(),
        decides=decides,
        source=record.source,
        verified=record.verified,
        standard_model=record.standard_model.name if record.standard_model else None,
        reason=_reason(record, c, prediction),
        mass=_mass(record, c),
    )


def _value(record: Record, c: Comparison) -> float | list[Any] | None:
    if record.kind == "range":
        return list(record.range)
    if record.kind == "windows":
        return [list(window) for window in record.windows]
    if record.kind == "band":
        return None if np.isnan(c.limit) else [float(c.limit), float(c.edge)]
    return _finite(record.quantity.value)


def _mass(record: Record, c: Comparison) -> dict[str, Any] | None:
    if record.mass is None:
        return None
    return {
        "id": record.mass.id,
        "prediction": _finite(c.mass),
        "value": record.mass.value,
        "uncertainty": _spread(record.mass.up, record.mass.down),
    }


def _reason(record: Record, c: Comparison, prediction: Prediction) -> str | None:
    """Why a row says nothing of the point."""
    if c.status == RowStatus.FAILED:
        if point_failed(prediction):
            return "there is no spectrum: the point failed"
        bad = [id for id in record.ids if not np.isfinite(prediction.values[id])]
        return f"{', '.join(bad) or record.quantity.id} is not finite"
    if c.status == RowStatus.CLOSED:
        return "kinematically closed"
    if c.status != RowStatus.NOT_APPLICABLE:
        return None
    if unknown := _absent(record, prediction, known_to_be=False):
        return f"there is no prediction {', '.join(unknown)}"
    if lacking := _absent(record, prediction, known_to_be=True):
        return f"the model has no {', '.join(lacking)}"
    outside = [
        f"{id} outside {low:g} to {high:g}"
        for id, (low, high) in record.ranges.items()
        if not low <= float(prediction.values[id]) <= high
    ]
    return ", ".join(outside)


def _finite(x: Any) -> float | None:
    return float(x) if math.isfinite(x) else None


def _spread(up: float, down: float) -> float | list[float] | None:
    return _finite(up) if up == down or math.isnan(up) else [up, down]


@dataclass(frozen=True)
class Judge:
    """`compare_batch` inside a compiled program; equal vintages share one program.

    Attributes:
        vintage: the records, and which of them decide.
    """

    vintage: Vintage

    def __call__(self, prediction: Prediction) -> BatchVerdict:
        import jax.numpy as jnp  # only here: one point is compared without JAX

        return compare_batch(prediction, self.vintage, xp=jnp)

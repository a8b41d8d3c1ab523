"""One record: a number from an experiment or a paper, and where it stands.

A record is a TOML file. Numbers are in the unit of the prediction they are compared with
(GeV, or 1); limits act on the absolute value of the prediction, windows on the signed value.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

import numpy as np

from recette.errors import RecordError
from recette.measurements.fields import (
    Check,
    Wanted,
    check_fields,
    curve,
    flag,
    fraction,
    interval,
    intervals,
    matching,
    number,
    one_of,
    parse_toml,
    positive,
    table,
    text,
    texts,
)

GAUSSIAN, UPPER, LOWER, RANGE = "gaussian", "upper", "lower", "range"
CURVE, BAND, WINDOWS = "curve", "band", "windows"
STANDARD_MODEL = "standard-model"
MEMORY = "memory"

_LEVEL = {"cl", "sided"}  # theory conditions have no confidence level
_OF_KIND: dict[str, tuple[set[str], set[str]]] = {  # kind: (needed, optional) fields
    GAUSSIAN: ({"value", "uncertainty"}, {"theory_uncertainty", "cl", "shift"}),
    UPPER: ({"limit"} | _LEVEL, {"reading_error"}),
    LOWER: ({"limit"} | _LEVEL, {"reading_error", "allowed_below"}),
    RANGE: ({"range"}, set()),
    CURVE: ({"curve"} | _LEVEL, {"against", "reading_error"}),
    BAND: ({"curve"} | _LEVEL, {"against", "reading_error", "edge_times"}),
    WINDOWS: ({"windows"} | _LEVEL, {"shift"}),
}
_OF_ROLE: dict[str, set[str]] = {  # role: the kinds it may have
    "bound": {UPPER, LOWER, CURVE, BAND, WINDOWS},
    "measurement": {GAUSSIAN},
    "anomaly": {GAUSSIAN},
    "theory": {UPPER, LOWER},
    "info": set(_OF_KIND),
    STANDARD_MODEL: {GAUSSIAN},
}
_NEEDED = ("observable", "role", "kind", "unit", "where")


@dataclass(frozen=True)
class Quantity:
    """What is compared: a prediction, or the sum of several ("eps_p + eps_n").

    Attributes:
        terms: ids of the predictions, summed.
        unit: "GeV", "1", ...: that of the predictions.
        value: measured value; NaN for a limit.
        up: one standard deviation towards larger values; NaN for a limit.
        down: the same towards smaller values, positive.
    """

    terms: tuple[str, ...]
    unit: str
    value: float = math.nan
    up: float = math.nan
    down: float = math.nan

    @property
    def id(self) -> str:
        return " + ".join(self.terms)


@dataclass(frozen=True)
class Record:
    """A measurement, an anomaly, a bound, a theory condition or a remark (`info`).

    Attributes:
        name: path below the data folder without suffix ("delta_a_mu/talk-2020").
        quantity: what is compared, with its value where there is one.
        role: bound, measurement, anomaly, theory, info or standard-model.
        kind: gaussian; upper, lower, range, curve (an upper limit against a mass) and band (an
            excluded band against a mass), which act on the absolute value; or windows.
        where: table, figure, slide or equation in the source.
        mass: the mass of a new boson that belongs to the quantity (a composite anomaly: a peak
            at this mass with this rate). The Standard Model has the rate only, and it is zero.
        set: name under which verdicts are grouped ("talk").
        limit: of the upper or lower limit; NaN for the other kinds.
        range: of the kind range.
        curve: of the kind curve rows (mass, limit), of the kind band rows (mass, lower edge,
            upper edge); between rows straight lines in the logarithms, outside no statement.
        against: prediction in the first column of the curve.
        edge_times: powers of predictions that replace `times` at the upper edge of a band. A
            displaced search sees what is produced and decays late enough: the lower edge is a
            number of events, the upper edge a lifetime.
        windows: allowed intervals of the signed quantity; outside all of them is excluded.
        shift: the observable is a total; the prediction of this id is its shift from the
            Standard Model value, which a record of role standard-model holds.
        standard_model: the record that was subtracted from a total.
        allowed_below: a lower limit does not hold where the quantity itself (without `times`) is
            at most this: nothing is produced that could be seen.
        times: the quantity is multiplied by these predictions to these powers before it is
            compared (a branching ratio, a probability to decay inside the apparatus).
        valid: the record speaks only where these predictions lie in these intervals.
        scenario: choices under which the record decides ({"alpha": "Cs"}).
        cl: confidence level of a limit.
        sided: 1 or 2, how a limit at this level translates into standard deviations.
        reading_error: relative error of a limit read off a curve.
        theory_uncertainty: add the uncertainty of the prediction in quadrature. Off unless the
            record says so: the talk, for one, neglects it. It is shown in the row in any case.
        dataset: records with the same data; only the newest decides.
        supersedes: names of the records that this one replaces.
        quotes: arXiv numbers or DOIs of the work behind a number that the source only quotes.
        obtained: read (in the source), quoted (in a work that cites it), digitised (off a
            figure), computed (the note says how) or memory; the last never decides.
        verified: whether the number itself, or the numbers that it was computed from, were seen
            there.
    """

    name: str
    quantity: Quantity
    role: str
    kind: str
    where: str
    mass: Quantity | None = None
    set: str = "user"
    limit: float = math.nan
    range: tuple[float, float] = (math.nan, math.nan)
    allowed_below: float = 0.0
    curve: tuple[tuple[float, ...], ...] = ()
    against: str = "m_X"
    edge_times: Mapping[str, float] = field(default_factory=dict)
    windows: tuple[tuple[float, float], ...] = ()
    shift: str = ""
    standard_model: "Record | None" = None
    times: Mapping[str, float] = field(default_factory=dict)
    valid: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    scenario: Mapping[str, str] = field(default_factory=dict)
    cl: float | None = None
    sided: int | None = None
    reading_error: float = 0.0
    theory_uncertainty: bool = False
    dataset: str = ""
    supersedes: tuple[str, ...] = ()
    experiment: str = ""
    title: str = ""
    arxiv: str = ""
    doi: str = ""
    bib: str = ""
    quotes: tuple[str, ...] = ()
    obtained: str = "quoted"
    verified: bool = False
    note: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """Every prediction that the record reads, each once."""
        mass = self.mass.terms if self.mass else ()
        needed = (*self.quantity.terms, *mass, *self.times, *self.edge_times, *self.ranges)
        return tuple(dict.fromkeys(needed))

    @property
    def ranges(self) -> dict[str, tuple[float, float]]:
        """Where the record speaks: `valid`, and the length of the curve."""
        if not self.curve:
            return dict(self.valid)
        first, last = self.curve[0][0], self.curve[-1][0]
        low, high = self.valid.get(self.against, (first, last))
        return {**self.valid, self.against: (max(low, first), min(high, last))}

    def at(self, x: Any, xp: ModuleType = np) -> list[Any]:
        """Each column of the curve at x, interpolated in the logarithms."""
        first, *columns = np.log(np.array(self.curve).T)
        log = xp.log(xp.where(xp.abs(x) < 1e-300, 1e-300, x))  # with a finite derivative at 0
        return [xp.exp(xp.interp(log, first, column)) for column in columns]

    @property
    def compared(self) -> str:
        """What is compared, as an expression of prediction ids: "eps_p sqrt(BR_X_ee)"."""
        return " ".join([self.quantity.id, *(_factor(*x) for x in self.times.items())])

    @property
    def place(self) -> str:
        """The arXiv number, the DOI or the title."""
        return (
            f"arXiv:{self.arxiv}" if self.arxiv else f"doi:{self.doi}" if self.doi else self.title
        )

    @property
    def source(self) -> str:
        """One line: where the number can be checked, and whether it was."""
        line = ", ".join(part for part in (self.experiment, self.place, self.where) if part)
        if self.standard_model:
            line += f"; Standard Model: {self.standard_model.source}"
        return line if self.verified or self.standard_model else f"{line} (unverified)"

    @property
    def year(self) -> int:
        """The year at the end of the name, 0 without one."""
        found = re.search(r"-(\d{4})$", self.listed_as)
        return int(found[1]) if found else 0

    @property
    def listed_as(self) -> str:
        """The name in the list of a vintage: without the Standard Model value subtracted."""
        if self.standard_model is None:
            return self.name
        return self.name.removesuffix("+" + self.standard_model.name.rpartition("/")[2])

    def minus(self, standard: "Record") -> "Record":
        """The shift that a measured total leaves for New Physics, uncertainties in quadrature.

        Windows move by the Standard Model value, whose uncertainty is then neglected.
        """
        total, known = self.quantity, standard.quantity
        return replace(
            self,
            name=f"{self.name}+{standard.name.rpartition('/')[2]}",
            quantity=Quantity(
                (self.shift,),
                total.unit,
                total.value - known.value,
                math.hypot(total.up, known.down),
                math.hypot(total.down, known.up),
            ),
            windows=tuple((low - known.value, high - known.value) for low, high in self.windows),
            shift="",
            scenario={**self.scenario, **standard.scenario},
            verified=self.verified and standard.verified,
            standard_model=standard,
        )


def _factor(id: str, power: float) -> str:
    name = {0.5: f"sqrt({id})", 1.0: id}.get(abs(power), f"{id}^{abs(power):g}")
    return f"/ {name}" if power < 0 else name


def _ids(x: Any) -> tuple[str, ...]:
    terms = tuple(term.strip() for term in text(x).split("+"))
    if not all(re.fullmatch(r"[A-Za-z]\w*", term) for term in terms):
        raise Wanted("a prediction id, or ids with + between them")
    return terms


def _spread(x: Any) -> tuple[float, float]:
    """One standard deviation up and down, from a number or [up, down]."""
    if isinstance(x, list):
        if len(x) != 2:
            raise Wanted("a number or [up, down]")
        return positive(x[0]), positive(x[1])
    return positive(x), positive(x)


def _pair(of: Check) -> Callable[[Any], tuple[Any, Any]]:
    """[mass, rate] of a composite anomaly."""

    def check(x: Any) -> tuple[Any, Any]:
        if not isinstance(x, list) or len(x) != 2:
            raise Wanted("a list of two entries, [mass, rate], as in observable")
        return of(x[0]), of(x[1])

    return check


_ARXIV = r"(\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7})(v\d+)?"
_FIELDS: dict[str, Check] = {  # what does not depend on being composite
    "role": one_of(*_OF_ROLE),
    "kind": one_of(*_OF_KIND),
    "set": text,
    "limit": positive,
    "range": interval,
    "allowed_below": positive,
    "curve": curve,
    "against": matching(r"[A-Za-z]\w*", "a prediction id"),
    "edge_times": table(number),
    "windows": intervals,
    "shift": matching(r"[A-Za-z]\w*", "a prediction id"),
    "times": table(number),
    "valid": table(interval),
    "scenario": table(text),
    "cl": one_of(0.68, 0.90, 0.95),
    "sided": one_of(1, 2),
    "reading_error": fraction,
    "theory_uncertainty": flag,
    "dataset": text,
    "supersedes": texts,
    "experiment": text,
    "title": text,
    "arxiv": matching(_ARXIV, "an arXiv number like 2005.00028 or hep-ex/0107015"),
    "doi": matching(r"10\.\d{4,}/\S+", "a DOI like 10.1007/JHEP07(2020)235"),
    "bib": text,
    "quotes": texts,
    "where": text,
    "obtained": one_of("read", "digitised", "computed", "quoted", MEMORY),
    "verified": flag,
    "note": text,
}
_COMPARED: dict[str, Check] = {  # a list [mass, rate] in a composite anomaly
    "observable": _ids,
    "value": number,
    "uncertainty": _spread,
    "unit": text,
}


def parse_record(data: bytes, *, name: str, file: str) -> Record:
    """The record in a TOML file, checked. Every mistake is a RecordError of one sentence."""
    raw = parse_toml(data, file)
    composite = isinstance(raw.get("observable"), list)
    compared = {key: _pair(check) for key, check in _COMPARED.items()} if composite else _COMPARED
    fields = check_fields(raw, {**compared, **_FIELDS}, file)
    _check_complete(fields, composite, file)
    if fields["kind"] == GAUSSIAN:
        fields.setdefault("cl", 0.68)
    columns = [fields.pop(key, None) for key in _COMPARED]
    if not composite:
        return Record(name=name, quantity=_quantity(*columns), **fields)
    mass, rate = (_quantity(*entries) for entries in zip(*columns, strict=True))
    return Record(name=name, quantity=rate, mass=mass, **fields)


def _quantity(
    terms: tuple[str, ...], value: float | None, spread: tuple[float, float] | None, unit: str
) -> Quantity:
    if value is None or spread is None:
        return Quantity(terms, unit)
    return Quantity(terms, unit, value, *spread)


def _check_complete(fields: Mapping[str, Any], composite: bool, file: str) -> None:
    """The right fields for the kind and the role, and a source."""
    for key in _NEEDED:
        if key not in fields:
            raise RecordError(f"{file}: the field {key} is missing; a record needs it.")
    if not any(key in fields for key in ("arxiv", "doi", "title")):
        raise RecordError(
            f"{file}: no source: give arxiv, doi or title, so that the number can be checked."
        )
    kind, role = fields["kind"], fields["role"]
    if kind not in _OF_ROLE[role]:
        kinds = " or ".join(sorted(_OF_ROLE[role]))
        raise RecordError(f"{file}: kind = {kind!r} with role = {role!r}; expected kind {kinds}.")
    needed, optional = _OF_KIND[kind]
    for key in sorted(needed - fields.keys() - (_LEVEL if role == "theory" else set())):
        raise RecordError(f"{file}: the field {key} is missing; kind = {kind!r} needs it.")
    foreign = set().union(*(n | o for n, o in _OF_KIND.values())) - needed - optional
    for key in sorted(foreign & fields.keys()):
        raise RecordError(
            f"{file}: the field {key} does not go with kind = {kind!r}, which has "
            f"{', '.join(sorted(needed))}; remove it or change the kind."
        )
    if kind == GAUSSIAN and fields.get("cl", 0.68) != 0.68:
        raise RecordError(
            f"{file}: cl = {fields['cl']} with kind = 'gaussian'; give the uncertainty as one "
            "standard deviation (cl = 0.68)."
        )
    if fields.get("allowed_below", 0.0) > fields.get("limit", math.inf):
        raise RecordError(f"{file}: allowed_below lies above limit; expected it below.")
    for row in fields.get("curve", ()):
        if len(row) != (3 if kind == BAND else 2):
            columns = "[mass, lower edge, upper edge]" if kind == BAND else "[mass, limit]"
            raise RecordError(
                f"{file}: curve has the row {list(row)}; kind = {kind!r} wants {columns}."
            )
    if role == STANDARD_MODEL and "shift" in fields:
        raise RecordError(
            f"{file}: shift with role = {role!r}; it belongs to the measured total, remove it."
        )
    if fields.get("obtained") == MEMORY and fields.get("verified"):
        raise RecordError(f"{file}: obtained = {MEMORY!r} and verified = true; one is wrong.")
    if composite:
        _check_composite(fields, file)


def _check_composite(fields: Mapping[str, Any], file: str) -> None:
    masses = [is_mass(terms) for terms in fields["observable"]]
    peak = fields["kind"] == GAUSSIAN and masses == [True, False] and "shift" not in fields
    if not peak or fields["value"][1] <= 0:
        raise RecordError(
            f"{file}: a list as observable means [mass, rate] of a peak, as in "
            '["m_X", "R_8Be_18p15"], with kind = "gaussian" and a rate above 0.'
        )


def is_mass(terms: tuple[str, ...]) -> bool:
    """Whether a quantity is a mass: the Standard Model has no such boson, hence no value."""
    return len(terms) == 1 and terms[0].startswith("m_")

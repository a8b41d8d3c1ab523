"""What `recette data` prints."""

import math
import os
from collections.abc import Collection, Iterable, Mapping

from rich.console import RenderableType
from rich.text import Text

from recette.measurements import (
    Quantity,
    Record,
    Vintage,
    load_record,
    load_vintage,
    record_names,
    vintage_names,
)
from recette.measurements.record import STANDARD_MODEL
from recette.report import number, render, table

X17 = 0.017  # GeV, where the limit of a curve is quoted


def listing(vintage: str = "", *, width: int | None = None, colour: bool = False) -> str:
    """All shipped records, or the rows of one vintage."""
    if vintage:
        return render(_vintage(load_vintage(vintage)), width=width, colour=colour)
    made = table("Records", "record", "compares", "role", "set", "number", "source", "")
    for r in map(load_record, record_names()):
        cells = (r.name, _compares(r), r.role, r.set, value(r), _place(r), _mark(r))
        made.add_row(*map(Text, cells))
    hint = Text("'recette data show NAME' says where a number stands.")
    return render([made, hint], width=width, colour=colour)


def one(name: str, *, width: int | None = None, colour: bool = False) -> str:
    """Everything about one record."""
    r = load_record(name if os.path.isfile(name) else name.partition("+")[0])
    made = table(r.name, "field", "entry")
    for key, entry in _fields(r).items():
        made.add_row(Text(key), Text(entry))
    return render([made], width=width, colour=colour)


def difference(old: str, new: str, *, width: int | None = None, colour: bool = False) -> str:
    """Two vintages, observable by observable."""
    a, b = load_vintage(old), load_vintage(new)
    before, after = _by_observable(a), _by_observable(b)
    changed = table(f"Changed from {a.name} to {b.name}", "observable", a.name, b.name)
    added = table(f"Only in {b.name}", "observable", b.name)
    gone = table(f"Only in {a.name}", "observable", a.name)
    same = []
    for id in dict.fromkeys((*before, *after)):
        was, now = before.get(id, {}), after.get(id, {})
        kept = {row for row in was if was[row] == now.get(row)}
        cells = [Text(_cell(rows, kept)) for rows in (was, now)]
        if not now:
            gone.add_row(Text(id), cells[0])
        elif not was:
            added.add_row(Text(id), cells[1])
        elif was == now:
            same.append(id)
        else:
            changed.add_row(Text(id), *cells)
    tables = [t for t in (changed, added, gone) if t.row_count]
    return render([*tables, *_plain_lines(a, b, same)], width=width, colour=colour)


def value(r: Record) -> str:
    """The number of a record, with as many digits as its uncertainty deserves."""
    level = f" ({100 * r.cl:g} % CL)" if r.cl and r.kind != "gaussian" else ""
    if r.kind == "gaussian":
        said = _measured(r.quantity)
        return f"{said} at m = {_measured(r.mass)} {r.mass.unit}" if r.mass else said
    if r.kind in ("curve", "band"):
        return _on_curve(r) + level
    if r.kind == "windows":
        return " or ".join(f"[{number(x)}, {number(y)}]" for x, y in r.windows) + level
    if r.kind == "range":
        return f"[{number(r.range[0])}, {number(r.range[1])}]"
    return f"{'>' if r.kind == 'lower' else '<'} {number(r.limit)}{level}"


def _on_curve(r: Record) -> str:
    """The limit at the mass that this package is about, and the length of the curve."""
    low, high = r.curve[0][0], r.curve[-1][0]
    length = f"{r.against} {number(low)} to {number(high)}"
    if not low <= X17 <= high:
        return f"{r.kind}, {length}"
    limits = [number(x, 3) for x in r.at(X17)]
    there = f"not [{', '.join(limits)}]" if r.kind == "band" else f"< {limits[0]}"
    return f"{there} at {X17:g} GeV, {length}"


def _measured(q: Quantity) -> str:
    # 3 to 17 digits, also where numbers at the ends of the range of a double give 0, inf or nan.
    ratio = min(max(0.1, abs(q.value) / min(q.up, q.down)), 1e13)
    digits = math.floor(math.log10(ratio)) + 4 if q.value else 1
    said = number(q.value, digits)
    if q.up == q.down:
        return f"{said} +- {number(q.up, 3)}"
    return f"{said} +{number(q.up, 3)} -{number(q.down, 3)}"


def standing(r: Record, vintage: Vintage, decides: bool) -> str:
    """Why a row decides or does not."""
    if decides:
        return "decides"
    if r.role == "info":
        return "a remark"
    chosen = vintage.scenario or {}
    if other := {k: v for k, v in r.scenario.items() if chosen.get(k) != v}:
        return "if " + ", ".join(f"{k} = {v}" for k, v in other.items())
    if not r.verified:
        return "shown, unverified"
    return "shown" if r.listed_as in vintage.shown else "shown, newer data decide"


def _vintage(vintage: Vintage) -> list[RenderableType]:
    made = table(f"Vintage {vintage.name}", "record", "compares", "number", "set", "", "source")
    for r, decides in _rows(vintage):
        said = standing(r, vintage, decides) + ("" if r.verified or not decides else ", unverified")
        cells = (r.name, r.compared, value(r), r.set, said, _place(r))
        made.add_row(*map(Text, cells), style="" if decides else "dim")
    choices = [f"{k} = {_options(vintage, k)}" for k in vintage.scenario or {}]
    missing = [f"{m.id}: {m.about}" for m in vintage.not_computed]
    return [
        *([Text(vintage.about, style="bold")] if vintage.about else []),
        made,
        *_titled("Scenario", choices),
        *_titled("Known, without a record", missing),
    ]


def _titled(title: str, lines: list[str]) -> list[Text]:
    return [Text(f"\n{title}", style="bold"), *(Text(f"  {line}") for line in lines or ["none"])]


def _options(vintage: Vintage, key: str) -> str:
    chosen = (vintage.scenario or {})[key]
    others = [option for option in vintage.options(key) if option != chosen]
    return chosen + (f" (or {', '.join(others)})" if others else "")


def _rows(vintage: Vintage) -> Iterable[tuple[Record, bool]]:
    return zip(vintage.records, vintage.decides, strict=True)


def _fields(r: Record) -> dict[str, str]:
    lines = {
        "compares": _compares(r),
        "number": f"{value(r)} [{r.quantity.unit}]",
        "role, set": f"{r.role}, {r.set}",
        "holds for": "; ".join(f"{k} from {x:g} to {y:g}" for k, (x, y) in r.ranges.items()),
        "at the upper edge": " ".join(f"{k}^{v:g}" for k, v in r.edge_times.items()),
        "only if": ", ".join(f"{k} = {v}" for k, v in r.scenario.items()),
        "data": r.dataset,
        "supersedes": ", ".join(r.supersedes),
        "reading error": f"{100 * r.reading_error:g} %" if r.reading_error else "",
        "experiment": r.experiment,
        "title": r.title,
        "arXiv": r.arxiv,
        "DOI": r.doi,
        "BibTeX key": r.bib,
        "quotes": ", ".join(r.quotes),
        "where": r.where,
        "obtained": r.obtained,
        "verified": "yes" if r.verified else "NO: the number was not seen in its source",
        "note": r.note,
        "used in": "; ".join(_uses(r)),
        "curve": "\n".join(", ".join(map(number, row)) for row in r.curve),
    }
    return {key: entry for key, entry in lines.items() if entry}


def _uses(r: Record) -> Iterable[str]:
    for name in vintage_names():
        vintage = load_vintage(name)
        if r.role == STANDARD_MODEL and r in vintage.listed:
            yield f"{name} (Standard Model value)"
        said = [standing(x, vintage, d) for x, d in _rows(vintage) if x.listed_as == r.name]
        if said:
            yield f"{name} ({'decides' if 'decides' in said else said[0]})"


def _compares(r: Record) -> str:
    """A total is compared through its shift, plus the Standard Model value."""
    if r.role == STANDARD_MODEL:
        return f"{r.quantity.id} of the Standard Model"
    return f"{r.quantity.id} with {r.shift} + Standard Model" if r.shift else r.compared


def _place(r: Record) -> str:
    return f"{r.place} minus {r.standard_model.place}" if r.standard_model else r.place


def _mark(r: Record) -> str:
    return "" if r.verified else "unverified"


def _by_observable(vintage: Vintage) -> dict[str, dict[str, str]]:
    """Observable -> row -> its number and standing, what decides first."""
    found: dict[str, dict[str, str]] = {r.quantity.id: {} for r in vintage.records}
    for r, decides in sorted(_rows(vintage), key=lambda row: not row[1]):
        factors = f" for {r.compared}" if r.compared != r.quantity.id else ""
        line = f"{value(r)}{factors}: {standing(r, vintage, decides)}"
        found[r.quantity.id][f"{r.name}, {_place(r)}"] = line
    return found


def _cell(rows: Mapping[str, str], kept: Collection[str]) -> str:
    """Numbers with their sources, without those that both vintages have alike."""
    lines = [f"{line}\n    {row}" for row, line in rows.items() if row not in kept]
    return "\n".join([*lines, *([f"and {len(kept)} as in the other"] if kept else [])])


def _plain_lines(a: Vintage, b: Vintage, same: list[str]) -> list[Text]:
    lines = []
    if same:
        lines.append(Text(f"\nThe same in both: {', '.join(same)}."))
    for key in dict.fromkeys((*(a.scenario or {}), *(b.scenario or {}))):
        x, y = ((v.scenario or {}).get(key, "none") for v in (a, b))
        if x != y:
            lines.append(Text(f"Scenario {key}: {x} -> {y}."))
    missing = [{m.id for m in v.not_computed} for v in (a, b)]
    for name, ids in ((a.name, missing[0] - missing[1]), (b.name, missing[1] - missing[0])):
        if ids:
            lines.append(Text(f"Known without a record in {name} only: {', '.join(sorted(ids))}."))
    if not lines:
        lines.append(Text("No difference."))
    return lines

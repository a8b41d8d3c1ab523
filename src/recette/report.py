"""Results as tables and as JSON. Everything here reads the JSON document, no physics.

The document is that of `CheckResult.to_dict()` and `PredictResult.to_dict()` (the latter has no
"verdict").
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

Document = Mapping[str, Any]

WIDTH = 260  # where no terminal says otherwise: one line a row
NARROW = 110  # below this, lines are left to the terminal to wrap: no number is cut in two
WIDE = 0.1  # Gamma/m above which narrow-width formulas fail
_STYLE = {
    "failed": "bold red",
    "excluded": "bold red",
    "violated": "red",
    "tension": "yellow",
    "borderline": "yellow",
    "unexplained": "yellow",
    "explains": "green",
    "improves": "green",
    "allowed": "green",
    "satisfied": "green",
    "closed": "dim",
    "not_applicable": "dim",
}
_WHO = {"hX": "h_X", "heavy": "heavy leptons"}
# What `check` shows of the predictions; `predict` shows all.
_KEY = (
    "delta_a_e",
    "delta_a_mu",
    "delta_a_tau",
    "R_8Be_18p15_isospin",
    "R_8Be_18p15",
    "ctau_X",
    "BR_X_ee",
    "BR_X_nunu",
    "Gamma_hX",
)


def to_json(document: Document) -> str:
    """The document as JSON: null for what is not finite, complex numbers as [re, im]."""
    return json.dumps(plain({"schema": 1, **document}), indent=2, allow_nan=False)


def plain(value: Any) -> Any:
    """Arrays, complex and non-finite numbers as JSON can hold them."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if hasattr(value, "tolist"):  # arrays and array scalars
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, complex):
        return [plain(value.real), plain(value.imag)]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def text(
    document: Document, *, width: int | None = None, colour: bool = False, full: bool = False
) -> str:
    """The document as readable tables.

    Args:
        document: of a check or a prediction.
        width: of the terminal in columns; wide enough for one line a row when not given.
        colour: write the escape sequences of a colour terminal.
        full: every prediction, not only the key ones (always so without a verdict).
    """
    document = _marked(plain(document))
    judged = document.get("verdict")
    parts: list[RenderableType] = [
        _header(document),
        *_warnings(document),
        _spectrum(document.get("spectrum", {})),
        _couplings(document.get("couplings", {})),
        *_predictions(document.get("predictions", {}), full or judged is None),
    ]
    if (heavy := document.get("heavy_leptons")) and (full or judged is None):
        parts.append(_heavy_leptons(heavy))
    if judged is not None:
        rows = judged.get("rows", [])
        parts += [_rows(rows), *_sources(rows), Text(), *_closing(judged)]
        parts += _not_computed(judged.get("not_computed", []))
    return render(parts, width=width, colour=colour)


def bench(found: Document, *, width: int | None = None, colour: bool = False) -> str:
    """What `recette bench` measured, as tables."""
    rates = table("Points per CPU-second, every prediction and the verdict", "vintage", "n", "rate")
    for vintage, by_n in found["points_per_cpu_second"].items():
        for n, rate in by_n.items():
            rates.add_row(vintage, str(n), number(rate, 3))
    stages = table("CPU time a point", "stage", "microseconds", numbers=(1,))
    for name, spent in found["stages_us"].items():
        stages.add_row(name, number(spent, 3))
    bad, of = found["not_ok"]
    lines = [
        f"chi2 with its gradient over all predictions and the verdict: "
        f"{number(found['gradient_over_value'], 3)}",
        f"one check of a point, warm: {number(found['single_ms'], 3)} ms of CPU time",
        f"first call: {number(found['first_call_s'], 3)} CPU-seconds",
        f"largest memory: {number(found['memory_MiB'], 4)} MiB",
        f"points that are not ok: {bad} of {of}",
        f"recette {found['recette']}, JAX {found['jax']}, Python {found['python']}, "
        f"{found['processor']}, one core",
    ]
    return render([rates, stages, Text(), *map(Text, lines)], width=width, colour=colour)


def verdict(document: Document, title: str) -> list[RenderableType]:
    """The rows and the answer alone, without sources and without what is not computed."""
    judged = _marked(plain(document))["verdict"]
    return [_rows(judged.get("rows", []), title), Text(), *_closing(judged)]


def _marked(document: dict[str, Any]) -> dict[str, Any]:
    """Two kinds of mixing never share a table unmarked: Delta a is always from the exact one."""
    if document.get("mixing") != "published":
        return document

    def mark(name: str) -> str:
        return f"{name} (exact mixing)" if name.startswith("delta_a_") else name

    predictions = {mark(k): v for k, v in document.get("predictions", {}).items()}
    marked = {**document, "predictions": predictions}
    if judged := document.get("verdict"):
        rows = [
            {**row, "compared": mark(str(row.get("compared") or row.get("id")))}
            for row in judged.get("rows", [])
        ]
        marked["verdict"] = {**judged, "rows": rows}
    return marked


def render(
    parts: Iterable[RenderableType], *, width: int | None = None, colour: bool = False
) -> str:
    """Anything that rich prints, as text without trailing blanks."""
    console = Console(
        file=StringIO(),
        width=max(width or WIDTH, NARROW),
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        legacy_windows=False,
    )
    with console.capture() as capture:
        console.print(Group(*(piece for part in parts for piece in _with_title(part))))
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def _with_title(part: RenderableType) -> list[RenderableType]:
    """A table's title as a line of its own: as a title it would wrap at the table's width."""
    if not isinstance(part, Table) or part.title is None:
        return [part]
    title, part.title = part.title, None
    return [Text(f"\n{title}", style="bold"), part]


def table(title: str, *columns: str, numbers: Sequence[int] = ()) -> Table:
    """An empty table in the one style used here; `numbers` are right-aligned columns."""
    made = Table(
        title=title,
        box=box.SIMPLE_HEAD,
        header_style="",
        pad_edge=False,
        show_edge=False,
    )
    for i, column in enumerate(columns):
        is_number = i in numbers
        made.add_column(
            Text(column),
            justify="right" if is_number else "left",
            no_wrap=is_number,
            overflow="fold",
        )
    return made


def number(x: Any, digits: int = 4) -> str:
    """A number to a few digits; "-" where there is none."""
    if x is None:
        return "-"
    if isinstance(x, bool):
        return "yes" if x else "no"
    if isinstance(x, int | float):
        return f"{x:.{digits}g}"
    if isinstance(x, list):
        return ", ".join(number(v, digits) for v in x)
    return str(x)


def _header(document: Document) -> Text:
    said = [f"mixing {document.get('mixing', '-')}"]
    if vintage := document.get("vintage"):
        said.append(f"vintage {vintage}")
    scenario = document.get("verdict", {}).get("scenario", {})
    if scenario:
        said.append(", ".join(f"{k} = {v}" for k, v in scenario.items()))
    said.append(f"recette {document.get('recette', '-')}")
    return Text(str(document.get("model", "-")), style="bold") + Text(" | " + " | ".join(said))


def _warnings(document: Document) -> list[Text]:
    said = []
    if document.get("mixing") == "published":
        said.append(
            "mixing = published: couplings of the Z' from the leading-order formulas of the paper, "
            "which do not hold for large mixing; masses and Delta a are from exact mixing"
        )
    predictions = document.get("predictions", {})
    for name, entry in predictions.items():
        ratio = _largest(entry.get("value"))
        if name.startswith("Gamma_") and name.endswith("_over_m") and ratio > WIDE:
            who = name.removeprefix("Gamma_").removesuffix("_over_m")
            said.append(
                f"{_WHO.get(who, who)}: Gamma/m = {number(ratio, 2)} is above {WIDE}, so "
                "narrow-width formulas are only estimates"
            )
    vague = [k for k, v in predictions.items() if _is_vague(v.get("value"), v.get("uncertainty"))]
    if vague:
        said.append(f"{_list(vague)}: the theory error exceeds the value")
    status = document.get("spectrum", {}).get("status", "ok")
    if status != "ok":
        said.append(f"the spectrum could not be computed ({status})")
    return [Text(f"Warning: {line}.", style="yellow") for line in said]


def _is_vague(value: Any, error: Any) -> bool:
    return isinstance(value, float) and isinstance(error, float) and error > abs(value)


def _largest(value: Any) -> float:
    values = value if isinstance(value, list) else [value]
    return max((v for v in values if isinstance(v, int | float)), default=0.0)


def _spectrum(spectrum: Document) -> Table:
    made = table("Spectrum", "mass", "GeV")
    for name, value in spectrum.items():
        if name != "status" and value is not None:
            made.add_row(
                Text(name.replace("_", " ") if isinstance(value, list) else name),
                Text(number(value, 5)),
            )
    return made


def _couplings(couplings: Document) -> Table:
    """Rows eps_V, eps_A, g_L; the neutrinos stand below their charged leptons."""
    columns = ("e", "mu", "tau", "u", "d", "p", "n")
    made = table("Couplings of the light boson in units of e", "", *columns, numbers=range(1, 8))
    for name, entries in couplings.items():
        by_column = {key.removeprefix("nu_"): x for key, x in entries.items()}
        label = f"{name} (neutrinos)" if any(k.startswith("nu_") for k in entries) else name
        cells = [Text(number(by_column[c]) if c in by_column else "") for c in columns]
        made.add_row(Text(label), *cells)
    return made


def _predictions(predictions: Document, full: bool) -> list[Table]:
    shown = {k: v for k, v in predictions.items() if full or k.partition(" ")[0] in _KEY}
    made = table("Predictions", "", "value", "theory error", "unit", "status", numbers=(1, 2))
    for name, entry in shown.items():
        error = entry.get("uncertainty")
        made.add_row(
            Text(name),
            Text(number(entry.get("value"))),
            Text("" if error is None else f"+- {number(error, 2)}"),
            Text("" if entry.get("unit") in (None, "1") else str(entry["unit"])),
            Text("" if entry.get("status") in (None, "ok") else str(entry["status"])),
        )
    tables = [made]
    with_parts = {k: v["parts"] for k, v in shown.items() if v.get("parts")}
    if with_parts:
        tables.append(_parts(with_parts, predictions))
    states = {k: v["states"] for k, v in shown.items() if v.get("states")}
    tables += [_states(name, by_boson) for name, by_boson in states.items()]
    return tables


def _parts(parts: Mapping[str, Document], predictions: Document) -> Table:
    bosons = list(dict.fromkeys(boson for entry in parts.values() for boson in entry))
    made = table("Parts by boson", "", *bosons, "sum", numbers=range(1, len(bosons) + 2))
    for name, entry in parts.items():
        cells = [number(entry.get(boson)) for boson in bosons]
        made.add_row(Text(name), *map(Text, cells), Text(number(predictions[name].get("value"))))
    return made


def _states(name: str, by_boson: Document) -> Table:
    """Parts by the fermion in the loop, {"Zprime": [lightest, ...], ...}."""
    title = f"{name} by the fermion in the loop, lightest first"
    made = table(title, "", *by_boson, numbers=range(1, len(by_boson) + 1))
    for i in range(max(map(len, by_boson.values()), default=0)):
        cells = [number(part[i]) if i < len(part) else "" for part in by_boson.values()]
        made.add_row(Text(str(i + 1)), *map(Text, cells))
    return made


def _heavy_leptons(heavy: Sequence[Document]) -> Table:
    channels = list(dict.fromkeys(channel for one in heavy for channel in one.get("BR", {})))
    columns = ("generation", "m [GeV]", "Gamma [GeV]", *(f"BR {c}" for c in channels))
    made = table("Heavy charged leptons", *columns, numbers=range(1, len(columns)))
    for one in heavy:
        ratios = [number(one.get("BR", {}).get(c), 3) for c in channels]
        cells = [number(one.get("m"), 5), number(one.get("Gamma")), *ratios]
        made.add_row(Text(str(one.get("generation"))), *map(Text, cells))
    return made


def _rows(rows: Sequence[Document], title: str = "Verdict") -> Table:
    columns = ("status", "observable", "prediction", "data or limit", "pull or ratio", "decides")
    made = table(title, *columns, "source", numbers=(2,))
    for row in rows:
        status, decides = str(row.get("status", "-")), bool(row.get("decides"))
        if row.get("role") == "info":  # a remark: neither allowed nor excluded
            status = "info"
        made.add_row(
            Text(status, style=_STYLE.get(status, "") if decides else "dim"),
            Text(str(row.get("compared") or row.get("id", "-"))),
            Text(_with_error(row.get("prediction"), row.get("theory_uncertainty"))),
            Text(_data(row)),
            Text(_distance(row)),
            Text(("yes" if decides else "no") + _unseen(row)),
            Text(str(row.get("record", "-"))),
        )
    return made


def _unseen(row: Document) -> str:
    """A mark on a number that nobody saw in its source."""
    return ", unverified" if row.get("verified") is False else ""


def _sources(rows: Sequence[Document]) -> list[Text]:
    """Where the numbers stand, below the table: the words are too long for a column."""
    by_record = {str(r.get("record")): r["source"] for r in rows if r.get("source")}
    lines = [Text(f"  {record}: {source}") for record, source in by_record.items()]
    return [Text("\nSources", style="bold"), *lines] if lines else []


def _with_error(value: Any, error: Any) -> str:
    if isinstance(error, list):
        return f"{number(value)} +{number(error[0], 2)} -{number(error[1], 2)}"
    return number(value) + (f" +- {number(error, 2)}" if error else "")


def _data(row: Document) -> str:
    value, limit, cl = row.get("value"), row.get("limit"), row.get("cl")
    if limit is not None:
        said = f"{'>' if row.get('kind') == 'lower' else '<'} {number(limit)}"
    elif isinstance(value, list):
        said = _intervals(value) if row.get("kind") != "band" else f"not {_intervals(value)}"
    else:
        said = _with_error(value, row.get("uncertainty"))
        said += (
            f", {mass['id']} {_with_error(mass['value'], mass['uncertainty'])}"
            if (mass := row.get("mass"))
            else ""
        )
        return said
    return f"{said} ({number(100 * cl)} % CL)" if cl else said


def _intervals(value: Sequence[Any]) -> str:
    """[low, high], or several of them."""
    if all(isinstance(x, list) for x in value):
        return " or ".join(map(_intervals, value))
    return f"[{number(value)}]"


def _distance(row: Document) -> str:
    """The pull, with that of the Standard Model, or prediction/limit, or why there is neither."""
    if reason := row.get("reason"):
        return str(reason)
    if (pull := row.get("pull")) is not None:
        said = f"{_fixed(pull)} sigma"
        if (standard := row.get("pull_sm")) is not None:
            said += f" (SM {_fixed(standard)})"
        change = row.get("delta_chi2")
        if change is not None and row.get("status") in ("unexplained", "improves"):
            said += f", D = {number(change, 3)}"
        return said
    ratio = row.get("ratio")
    return "-" if ratio is None else f"ratio {number(ratio, 3)}"


def _fixed(pull: float) -> str:
    return f"{round(pull, 2) + 0.0:+.2f}" if abs(pull) < 1000 else number(pull, 3)


def _closing(judged: Document) -> list[Text]:
    allowed = judged.get("allowed")
    style = {None: "bold yellow", True: "bold green", False: "bold red"}[allowed]
    said = [Text(f"{_answer(judged)}.", style=style)]
    if judged.get("theory_ok") is False:
        said.append(Text(f"Theory: violates {_ids(judged, 'violated')}.", style="red"))
    if judged.get("tension"):
        said.append(Text(f"Tension: {_list(judged['tension'])}.", style="yellow"))
    said.append(Text(f"Explains: {_list(judged.get('explains', []))}."))
    said.append(Text(f"Unexplained: {_list(judged.get('unexplained', []))}."))
    if by_set := judged.get("by_set"):
        word = {None: "undecided", True: "allowed", False: "excluded"}
        said.append(Text(f"By set: {', '.join(f'{k} {word[v]}' for k, v in by_set.items())}."))
    return said


def _not_computed(names: Sequence[str]) -> list[Text]:
    return [Text("Known but not computed:"), *(Text(f"  {n}") for n in names)] if names else []


def _answer(judged: Document) -> str:
    if judged.get("allowed"):
        missing = len(judged.get("not_computed", []))
        but = f"; known but not computed: {missing}" if missing else ""
        return f"Allowed by the constraints computed here{but}"
    if judged.get("allowed") is False:
        return f"Excluded by {_list(judged.get('excluded_by', []))}"
    if judged.get("unconstrained"):
        return "Unconstrained: no record that decides speaks about this point"
    return f"Undecided: could not compute {_ids(judged, 'failed')}"


def _ids(judged: Document, status: str) -> str:
    rows = [r for r in judged.get("rows", []) if r.get("decides", True)]
    return _list([row.get("id") for row in rows if row.get("status") == status])


def _list(names: Sequence[Any]) -> str:
    return ", ".join(dict.fromkeys(map(str, names))) or "nothing"

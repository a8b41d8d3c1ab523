"""The shipped records and vintages, and those in a user's own files.

A vintage is a list of record names: what "2020" says today it says in ten years.
"""

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from recette import _toml
from recette.errors import RecordError, StoreError, one_line
from recette.measurements.fields import (
    Wanted,
    check_fields,
    nearest,
    parse_toml,
    table,
    text,
    texts,
)
from recette.measurements.record import MEMORY, STANDARD_MODEL, Record, parse_record

_ALL = "'recette data list' shows them all."


@dataclass(frozen=True)
class Missing:
    """A known constraint that no record covers yet.

    Attributes:
        id: short name.
        about: what it is and how large the effect is where that is known.
        needs: a prediction id; where the model lacks it, the constraint does not arise.
    """

    id: str
    about: str
    needs: str = ""


@dataclass(frozen=True, eq=False)
class Vintage:
    """The records that a verdict uses, and the choices among them.

    Attributes:
        name: "2020", or the path of a user's file.
        records: in the order of the rows. A measured total is there once for every Standard
            Model value, with that value subtracted.
        shown: names of records that are shown and never decide.
        scenario: choices where measurements disagree: one value decides, never an average.
        not_computed: known constraints without a record.
        decides: for each record, whether it counts in the verdict.
        listed: the records as the file lists them, Standard Model values included.
        about: what the vintage is.
    """

    name: str
    records: tuple[Record, ...]
    shown: frozenset[str] = frozenset()
    scenario: Mapping[str, str] | None = None
    not_computed: tuple[Missing, ...] = ()
    decides: tuple[bool, ...] = ()
    listed: tuple[Record, ...] = ()
    about: str = ""

    # A compiled comparison has the records built in and is reused for an equal vintage, so that
    # equal means what it reads: records and which of them decide. They are compared as text,
    # because records hold dictionaries, which do not hash, and NaN, which equals nothing.
    @cached_property
    def _content(self) -> str:
        return repr((self.records, self.decides))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Vintage):
            return NotImplemented
        return self is other or self._content == other._content

    def __hash__(self) -> int:
        return hash(self._content)

    def choose(self, scenario: Mapping[str, str] | None = None) -> "Vintage":
        """The same vintage with other choices, for instance {"alpha": "Rb"}."""
        known = self.scenario or {}
        if not isinstance(scenario, Mapping | None):
            raise RecordError(
                f"scenario is {scenario!r}, expected choices as in {{'alpha': 'Rb'}}."
            )
        for key in scenario or {}:
            if key not in known:
                raise RecordError(
                    f"vintage {self.name} has no scenario {key}; "
                    + (nearest(str(key), tuple(known)) if known else "it has none.")
                )
        chosen = {**known, **(scenario or {})}
        for key, choice in chosen.items():
            options = self.options(key)
            if choice not in options:
                raise RecordError(
                    f"vintage {self.name} has no record for {key} = {choice}; "
                    f"it has {', '.join(options) or 'none'}."
                )
        return replace(self, scenario=chosen, decides=_deciding(self, chosen))

    def options(self, key: str) -> tuple[str, ...]:
        """The choices for one key of the scenario."""
        return tuple(sorted({r.scenario[key] for r in self.records if key in r.scenario}))


def _deciding(vintage: Vintage, scenario: Mapping[str, str]) -> tuple[bool, ...]:
    """Which records decide: not only shown, of this scenario, the newest of their data."""
    candidates = [
        r
        for r in vintage.records
        if r.role != "info"
        and not _names(r) & vintage.shown
        and not any(part.obtained == MEMORY for part in (r, r.standard_model) if part)
        and all(scenario.get(key) == choice for key, choice in r.scenario.items())
    ]
    replaced = {name for r in candidates for name in r.supersedes}
    candidates = [r for r in candidates if r.listed_as not in replaced]
    newest: dict[str, Record] = {}
    for i, r in enumerate(candidates):
        if other := next((c for c in candidates[:i] if c.listed_as == r.listed_as), None):
            raise RecordError(
                f"vintage {vintage.name}: {other.name} and {r.name} both decide; give the "
                "Standard Model values different choices of one scenario key."
            )
        other = newest.get(r.dataset)
        if r.dataset and other and other.year == r.year:
            raise RecordError(
                f"vintage {vintage.name}: {other.name} and {r.name} both decide on the data "
                f"{r.dataset!r}; move one to shown, or let it supersede the other."
            )
        if r.dataset and (other is None or other.year < r.year):
            newest[r.dataset] = r
    names = {r.name for r in candidates if not r.dataset or newest[r.dataset] is r}
    return tuple(r.name in names for r in vintage.records)


def _names(r: Record) -> set[str]:
    return {r.listed_as, r.standard_model.name} if r.standard_model else {r.name}


def _rows(listed: Iterable[Record], file: str) -> tuple[Record, ...]:
    """What is compared: a total once for every Standard Model value of it, the rest as it is."""
    listed = tuple(listed)
    rows: list[Record] = []
    for r in listed:
        if r.role == STANDARD_MODEL:
            continue
        if not r.shift:
            rows.append(r)
            continue
        known = [
            s
            for s in listed
            if s.role == STANDARD_MODEL
            and s.quantity.id == r.quantity.id
            and all(s.scenario.get(key, choice) == choice for key, choice in r.scenario.items())
        ]
        if not known:
            raise RecordError(
                f"{file}: {r.name} is a total of {r.quantity.id} and no record of role "
                f"{STANDARD_MODEL} holds that; list one beside it."
            )
        rows += [r.minus(s) for s in known]
    return tuple(rows)


def _folder(kind: str) -> Traversable:
    return files("recette") / "data" / kind


def record_names() -> tuple[str, ...]:
    """Names of the shipped records."""
    return tuple(sorted(_walk(_folder("measurements"), "")))


def _walk(folder: Traversable, prefix: str) -> Iterable[str]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".toml"):
            yield prefix + entry.name.removesuffix(".toml")


def vintage_names() -> tuple[str, ...]:
    """Names of the shipped vintages."""
    return tuple(sorted(_walk(_folder("vintages"), "")))


def load_record(name_or_path: str | Path) -> Record:
    """A shipped record by its name ("delta_a_mu/talk-2020"), or one in a file of yours."""
    name = str(name_or_path)
    if name in record_names():
        return _shipped_record(name)
    if not _is_path(name_or_path):
        raise RecordError(
            f"no record {name}; {nearest(name, record_names(), _ALL)} "
            "A file of yours is given by its path, ending in .toml."
        )
    stem = name.removesuffix(".toml")
    return parse_record(_read(Path(name_or_path), "record"), name=one_line(stem), file=name)


@cache
def _shipped_record(name: str) -> Record:
    file = f"{name}.toml"
    return parse_record((_folder("measurements") / file).read_bytes(), name=name, file=file)


def load_vintage(name_or_path: str | Path) -> Vintage:
    """A shipped vintage by its name ("2020"), or one in a file of yours.

    A file lists `records`, `shown` (rows that do not decide), `scenario` and `not_computed`.
    Records are shipped names, or paths from the folder of the file.
    """
    name = str(name_or_path)
    if name in vintage_names():
        return _shipped_vintage(name)
    if not _is_path(name_or_path):
        raise RecordError(
            f"no vintage {name}; available are {', '.join(vintage_names())}. "
            "A file of yours is given by its path, ending in .toml."
        )
    path = Path(name_or_path)
    return _parse_vintage(_read(path, "vintage"), one_line(name), name, path.parent)


@cache
def _shipped_vintage(name: str) -> Vintage:
    file = f"{name}.toml"
    return _parse_vintage((_folder("vintages") / file).read_bytes(), name, file, Path())


def _is_path(name_or_path: str | Path) -> bool:
    name = str(name_or_path)
    return isinstance(name_or_path, Path) or name.endswith(".toml") or os.path.isfile(name)


def _read(path: Path, what: str) -> bytes:
    try:
        return _toml.read(path)
    except PermissionError:
        raise StoreError(f"{path}: the {what} may not be read; change its permissions.") from None
    except (OSError, ValueError) as error:  # ValueError: too long, or a zero byte in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise RecordError(f"{path}: cannot read the {what} file: {reason}.") from None


def _missing(x: Any) -> tuple[Missing, ...]:
    wanted = Wanted("tables [[not_computed]] with id and about, and needs where it applies")
    if not isinstance(x, list):
        raise wanted
    entries = [table(text)(entry) for entry in x]
    if any(not {"id", "about"} <= e.keys() <= {"id", "about", "needs"} for e in entries):
        raise wanted
    return tuple(Missing(**entry) for entry in entries)


_FIELDS = {
    "records": texts,
    "shown": texts,
    "scenario": table(text),
    "not_computed": _missing,
    "about": text,
}


def _parse_vintage(data: bytes, name: str, file: str, folder: Path) -> Vintage:
    fields = check_fields(parse_toml(data, file), _FIELDS, file)
    if not fields.get("records"):
        raise RecordError(f"{file}: the field records is missing or empty; list the records.")
    shown = fields.get("shown", ())
    names = (*fields["records"], *shown)
    if twice := sorted(n for n, times in Counter(names).items() if times > 1):
        raise RecordError(f"{file}: {', '.join(twice)} listed twice; list each record once.")
    listed = tuple(load_record(folder / n if n.endswith(".toml") else n) for n in names)
    vintage = Vintage(
        name=name,
        records=_rows(listed, file),
        shown=frozenset(r.name for r in listed[len(fields["records"]) :]),
        scenario=fields.get("scenario", {}),
        not_computed=fields.get("not_computed", ()),
        listed=listed,
        about=fields.get("about", ""),
    )
    return vintage.choose()

"""What `recette cite` prints: a BibTeX file whose comments name what has no entry."""

import re
from collections.abc import Collection, Iterable
from importlib.resources import files

from recette.measurements import Record, load_vintage
from recette.observables import OBSERVABLES

_ENTRY = re.compile(r"^@\w+\{([^,\s]+),.*?^\}", re.MULTILINE | re.DOTALL)


def text(vintage: str, rows: Collection[str], predictions: Collection[str]) -> str:
    """Entries of the observables and records used, then the records without an entry.

    Args:
        vintage: name or file.
        rows: names of the rows that speak about the point.
        predictions: ids that were computed.
    """
    records = tuple(r for r in load_vintage(vintage).records if r.name in rows)
    keys = [key for o in OBSERVABLES if set(o.ids) & set(predictions) for key in o.cite]
    keys += [part.bib for r in records for part in _parts(r) if part.bib]
    entries = bibliography()
    chosen = [entries[key] for key in dict.fromkeys(keys) if key in entries]
    rest = dict.fromkeys(line for r in records for line in _lines(r))
    comments = ["% Without an entry above; please look these up:", *rest] if rest else []
    return "\n\n".join([*chosen, "\n".join(comments)]).strip() + "\n"


def bibliography() -> dict[str, str]:
    """Key -> entry of references.bib."""
    bib = (files("recette") / "references.bib").read_text(encoding="utf-8")
    return {found[1]: found[0] for found in _ENTRY.finditer(bib)}


def _parts(r: Record) -> tuple[Record, ...]:
    return (r, r.standard_model) if r.standard_model else (r,)


def _lines(r: Record) -> Iterable[str]:
    for part in _parts(r):
        if not part.bib:
            ids = [f"arXiv:{part.arxiv}"] * bool(part.arxiv) + [f"doi:{part.doi}"] * bool(part.doi)
            name = r.listed_as if part is r else part.name
            yield f"% {name}: {', '.join(ids) or part.title} ({part.experiment or 'no experiment'})"
        for quoted in part.quotes:
            name = r.listed_as if part is r else part.name
            yield f"% {name}, quotes: {'doi' if quoted.startswith('10.') else 'arXiv'}:{quoted}"

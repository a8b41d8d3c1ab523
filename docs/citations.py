"""Turn [@Key] of a page into a link to the paper that references.bib names so."""

import re
from pathlib import Path
from typing import Any

BIB = Path(__file__).parents[1] / "src" / "recette" / "references.bib"
ENTRY = re.compile(r"^@\w+\{(\S+),\n(.*?)^\}", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r"^\s*(\w+) = \{(.*)\},$", re.MULTILINE)


def links() -> dict[str, str]:
    """Key -> the paper as Markdown: who and when, linked to arXiv or to the journal."""
    papers = {}
    for key, body in ENTRY.findall(BIB.read_text(encoding="utf-8")):
        fields = dict(FIELD.findall(body))
        names = [author.split(",")[0] for author in fields["author"].split(" and ")]
        who = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
        label = f"{who}, {fields.get('journal') or 'arXiv:' + fields['eprint']}"
        if "eprint" in fields:
            papers[key] = f"[{label}](https://arxiv.org/abs/{fields['eprint']})"
        else:
            papers[key] = label
    return papers


def on_page_markdown(markdown: str, **_: Any) -> str:
    papers = links()
    return re.sub(
        r"\[(@[^\]]+)\]",
        lambda cited: "; ".join(papers[key] for key in re.findall(r"@([^\s;,]+)", cited[1])),
        markdown,
    )

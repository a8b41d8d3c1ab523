"""Every cited key stands in references.bib, once, with what is needed to find the paper."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BIB = ROOT / "src" / "recette" / "references.bib"

KEY = r"[A-Za-z][\w-]*:\d{4}[a-z]{2,3}"  # Author:YEARxyz
CITED_BY_PYTHON = re.compile(r"\bcite\s*=\s*(\([^()]*\)|\"[^\"]*\")")
CITED_BY_TOML = re.compile(r"^\s*bib\s*=\s*(.*)$", re.MULTILINE)
CITED_BY_DOCS = re.compile(r"\[(@[^\]\s]+(?:\s*[;,]\s*@[^\]\s]+)*)\]")


def parse(text: str) -> list[tuple[str, dict[str, str]]]:
    """Entries as (key, fields). Raises ValueError at whatever is neither entry nor comment."""
    entries = []
    text = re.sub(r"^%.*$", "", text, flags=re.MULTILINE)
    head = re.compile(r"\s*@(\w+)\{([^,\s]+),\s*")
    field = re.compile(r"(\w+)\s*=\s*\{")
    at = 0
    while text[at:].strip():
        if not (match := head.match(text, at)):
            raise ValueError(f"no entry at {text[at : at + 40].strip()!r}")
        key, fields, at = match[2], {}, match.end()
        while text[at : at + 1] != "}":
            if not (match := field.match(text, at)):
                raise ValueError(f"{key}: no field at {text[at : at + 40]!r}")
            end = closing_brace(text, match.end())
            if match[1] in fields:
                raise ValueError(f"{key}: {match[1]} twice")
            fields[match[1]] = text[match.end() : end]
            at = re.compile(r"\s*,?\s*").match(text, end + 1).end()
        entries.append((key, fields))
        at += 1
    return entries


def closing_brace(text: str, start: int) -> int:
    """Position of the brace that closes the group whose content begins at `start`."""
    depth = 1
    for brace in re.finditer(r"[{}]", text[start:]):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return start + brace.start()
    raise ValueError(f"brace never closed: {text[start : start + 40]!r}")


def cited() -> dict[str, str]:
    """Each cited key with a file that cites it."""
    keys = {}
    for folder, pattern, expression in (
        ("src", "*.py", CITED_BY_PYTHON),
        ("src", "*.toml", CITED_BY_TOML),
        ("docs", "*.md", CITED_BY_DOCS),
    ):
        for path in (ROOT / folder).rglob(pattern):
            for found in expression.findall(path.read_text(encoding="utf-8")):
                names = re.findall(r"@([^\s;,@]+)" if pattern == "*.md" else r"\"([^\"]+)\"", found)
                keys |= dict.fromkeys(names, str(path.relative_to(ROOT)))
    return keys


ENTRIES = parse(BIB.read_text(encoding="utf-8"))


def test_every_cited_key_exists():
    known = dict(ENTRIES)
    assert not {key: path for key, path in cited().items() if key not in known}


def test_citations_are_found_where_they_stand():
    assert "Hati:2020fzp" in cited()
    python = 'f(cite=("A:2020ab", "B:2021cd"))\ng(cite="C:2022ef")'
    assert re.findall(KEY, " ".join(CITED_BY_PYTHON.findall(python))) == [
        "A:2020ab",
        "B:2021cd",
        "C:2022ef",
    ]
    assert CITED_BY_TOML.findall('value = 1\nbib = "A:2020ab"\n') == ['"A:2020ab"']
    assert CITED_BY_DOCS.findall("as in [@A:2020ab; @B:2021cd], not [x@y]") == [
        "@A:2020ab; @B:2021cd"
    ]


def test_no_key_and_no_paper_twice():
    papers = [fields.get("eprint") or fields["journal"] for _, fields in ENTRIES]
    assert not [k for k, n in Counter(key for key, _ in ENTRIES).items() if n > 1]
    assert not [p for p, n in Counter(papers).items() if n > 1]


@pytest.mark.parametrize("key, fields", ENTRIES, ids=[key for key, _ in ENTRIES])
def test_entry_can_be_found_by_a_reader(key, fields):
    assert re.fullmatch(KEY, key)
    assert fields["author"] and fields["title"]
    assert "eprint" in fields or "journal" in fields
    if "eprint" in fields:
        assert fields["archivePrefix"] == "arXiv"
        assert re.fullmatch(r"\d{4}\.\d{4,5}|[a-z]+-[a-z]+/\d{7}", fields["eprint"])
    if "doi" in fields:
        assert fields["doi"].startswith("10.")


@pytest.mark.parametrize(
    "broken",
    [
        "stray",
        "@article{A:2020ab,\n title = x}",
        "@article{A:2020ab,\n title = {x",
        "@article{A:2020ab,\n title = {x}",
        "@article{A:2020ab,\n title = {x}, title = {y}}",
    ],
)
def test_a_broken_file_is_refused(broken):
    with pytest.raises(ValueError, match=r"A:2020ab|never closed|no entry"):
        parse(broken)

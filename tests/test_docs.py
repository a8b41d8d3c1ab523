"""The page on extending recette runs as it stands."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


def test_extending(tmp_path, monkeypatch):
    page = (DOCS / "extending.md").read_text(encoding="utf-8")
    files = re.findall(r'```toml title="([^"]+)"\n(.*?)```', page, flags=re.S)
    code = re.findall(r"```python\n(.*?)```", page, flags=re.S)
    assert len(files) == 2
    assert len(code) == 3
    assert all("assert " in block for block in code)
    for name, text in files:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in code:
        exec(compile(block, "docs/extending.md", "exec"), names)

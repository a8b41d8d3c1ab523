"""The pages with code run as they stand."""

import re
from pathlib import Path

from recette import bench

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


def test_batches():
    page = (DOCS / "batches.md").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", page, flags=re.S):
        assert "assert " in block
        exec(compile(block, "docs/batches.md", "exec"), names)


def test_the_box_of_the_benchmark():
    """The table of the page is the box that points are drawn from."""
    page = (DOCS / "batches.md").read_text(encoding="utf-8")
    rows = {
        name
        for line in re.findall(r"^\| (.*?) \|", page, flags=re.M)
        for name in re.findall(r"`(\w+)`", line)
    }
    assert {*bench.BOX, "delta_nu", "delta_A"} == rows
    points = bench.draw(1000)
    for name, (low, high) in bench.BOX.items():
        assert (abs(points[name]) >= low).all()
        assert (abs(points[name]) <= high).all()

"""What README prints is what the command prints."""

import re
from pathlib import Path

import recette as rc

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_verdict_is_as_printed():
    (block,) = re.findall(r"```text\n(.*?)```", README, flags=re.S)
    printed = str(rc.check("exact", vintage="2020")).splitlines()
    lines = [line for line in block.splitlines() if line]
    assert len(lines) > 10
    for line in lines:
        assert line in printed, line


def test_the_number_of_constraints_not_computed():
    (said,) = re.findall(r"the (\d+) known constraints", README.replace("\n", " "))
    assert int(said) == len(rc.check("exact", vintage="2020").verdict.not_computed)

"""Shipped records and vintages, and a user's own."""

import json
import math
from pathlib import Path

import pytest

from recette.errors import RecordError
from recette.measurements import load_record, load_vintage, record_names, vintage_names

RECORD = """
observable = "eps_p"
role = "bound"
kind = "upper"
limit = {limit}
unit = "1"
cl = 0.90
sided = 1
dataset = "{dataset}"
title = "A search"
where = "table 1"
{more}
"""


def write(folder, name, *, limit=1e-3, dataset="", more=""):
    text = RECORD.format(limit=limit, dataset=dataset, more=more)
    if not dataset:
        text = text.replace('dataset = ""\n', "")
    (folder / f"{name}.toml").write_text(text)


def vintage(folder, text):
    path = folder / "mine.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("name", record_names())
def test_every_shipped_record_loads(name):
    record = load_record(name)
    assert record.name == name
    assert record.where and record.source
    assert record.arxiv or record.doi
    assert record.experiment
    # The first folder says what the record is about.
    assert name.split("/")[0] in (*record.quantity.terms, record.quantity.id)
    numbers = (record.quantity.value, record.limit, record.range[0])
    assert sum(map(math.isfinite, numbers)) == 1


@pytest.mark.parametrize("name", vintage_names())
def test_every_shipped_vintage_loads(name):
    loaded = load_vintage(name)
    assert any(loaded.decides)
    assert len(loaded.decides) == len(loaded.records)
    ids = [m.id for m in loaded.not_computed]
    assert len(ids) == len(set(ids))


def test_every_shipped_record_is_in_a_vintage():
    used = {r.name for name in vintage_names() for r in load_vintage(name).records}
    assert used == set(record_names())


def test_the_talk():
    talk = load_vintage("2020")
    numbers = {r.name: r for r in talk.records}
    muon = numbers["delta_a_mu/talk-2020"].quantity
    assert (muon.value, muon.up) == (279e-11, 76e-11)
    electron = numbers["delta_a_e/talk-2020"].quantity
    assert (electron.value, electron.up) == (-0.88e-12, 0.36e-12)
    na64 = numbers["eps_e/na64-talk-2020"]
    assert na64.allowed_below**2 == pytest.approx(1.1e-16, rel=1e-15)
    assert na64.times == {"BR_X_ee": -0.5}
    assert numbers["g_nu_mu/charm2-talk-2020"].limit == 8.4e-5
    assert talk.scenario == {"alpha": "Cs", "a_mu_SM": "WP20"}
    deciding = {r.name for r, d in zip(talk.records, talk.decides, strict=True) if d}
    assert "R_8Be_18p15_isospin/atomki-2019" in deciding
    assert "R_8Be_18p15/atomki-2019" not in deciding
    assert "eps_p/talk-8Be-2020" not in deciding  # info: a range explains nothing
    assert all(r.verified and r.set == "talk" for r in talk.records)


def test_an_unknown_vintage_lists_those_there_are():
    with pytest.raises(RecordError, match=r"no vintage 2021; available are 2020\b"):
        load_vintage("2021")


def test_an_unknown_record_gets_the_nearest_name():
    with pytest.raises(RecordError, match=r"did you mean delta_a_mu/talk-2020\?"):
        load_record("delta_a_mu/talk-2021")


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(RecordError, match="No such file"):
        load_vintage(tmp_path / "none.toml")
    with pytest.raises(RecordError, match="Is a directory"):
        load_record(tmp_path)
    with pytest.raises(RecordError, match="no vintage x"):
        load_vintage("x" * 5000)


def test_a_scenario_must_exist():
    talk = load_vintage("2020")
    assert talk.choose({"alpha": "Cs"}).decides == talk.decides
    with pytest.raises(RecordError, match="no scenario alfa; did you mean alpha"):
        talk.choose({"alfa": "Cs"})
    with pytest.raises(RecordError, match="no record for alpha = Rb; it has Cs"):
        talk.choose({"alpha": "Rb"})


def test_the_scenario_chooses_the_record_that_decides(tmp_path):
    write(tmp_path, "cs", more='scenario = { alpha = "Cs" }')
    write(tmp_path, "rb", more='scenario = { alpha = "Rb" }')
    path = vintage(tmp_path, 'records = ["cs.toml", "rb.toml"]\n[scenario]\nalpha = "Cs"\n')
    mine = load_vintage(path)
    assert mine.decides == (True, False)
    other = mine.choose({"alpha": "Rb"})
    assert other.decides == (False, True)
    assert other.scenario == {"alpha": "Rb"}
    assert other.choose({"alpha": "Cs"}).decides == (True, False)


def test_only_the_newest_of_one_dataset_decides(tmp_path):
    write(tmp_path, "lab-2015", dataset="run 1")
    write(tmp_path, "lab-2019", dataset="run 1")
    write(tmp_path, "other-2010", dataset="run 2")
    path = vintage(tmp_path, 'records = ["lab-2015.toml", "other-2010.toml", "lab-2019.toml"]\n')
    assert load_vintage(path).decides == (False, True, True)


def test_a_superseded_record_does_not_decide(tmp_path):
    write(tmp_path, "old")
    write(tmp_path, "new", more=f"supersedes = [{json.dumps(str(tmp_path / 'old'))}]")
    path = vintage(tmp_path, 'records = ["old.toml", "new.toml"]\n')
    assert load_vintage(path).decides == (False, True)


def test_two_records_of_one_year_on_one_dataset_are_refused(tmp_path):
    write(tmp_path, "a-2019", dataset="run 1")
    write(tmp_path, "b-2019", dataset="run 1")
    path = vintage(tmp_path, 'records = ["a-2019.toml", "b-2019.toml"]\n')
    with pytest.raises(RecordError, match="both decide on the data 'run 1'"):
        load_vintage(path)
    path = vintage(tmp_path, 'records = ["a-2019.toml"]\nshown = ["b-2019.toml"]\n')
    assert load_vintage(path).decides == (True, False)


def test_a_vintage_mixes_shipped_records_and_files(tmp_path):
    write(tmp_path, "mine-2024")
    path = vintage(tmp_path, 'records = ["delta_a_mu/talk-2020", "mine-2024.toml"]\n')
    names = [r.name for r in load_vintage(str(path)).records]
    assert names[0] == "delta_a_mu/talk-2020"
    assert Path(names[1]).name == "mine-2024"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "the field records is missing or empty"),
        ("records = []", "the field records is missing or empty"),
        ('records = "delta_a_mu/talk-2020"', "expected a list of texts"),
        ('recrods = ["delta_a_mu/talk-2020"]', "unknown field recrods; did you mean records"),
        ('records = ["delta_a_mu/talk"]', "no record delta_a_mu/talk; did you mean"),
        ('records = ["none.toml"]', "cannot read the record file"),
        ('records = ["delta_a_mu/talk-2020", "delta_a_mu/talk-2020"]', "listed twice"),
        ("records = [", "not valid TOML"),
        ('not_computed = ["LEP"]', "expected a table"),
        ('[[not_computed]]\nid = "LEP"\n', "id and about"),
        ("[scenario]\nalpha = 1\n", "expected a text"),
    ],
)
def test_mistakes_in_a_vintage(tmp_path, text, found):
    with pytest.raises(RecordError, match=found) as caught:
        load_vintage(vintage(tmp_path, text))
    assert "\n" not in str(caught.value)

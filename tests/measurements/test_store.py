"""Shipped records and vintages, and a user's own."""

import itertools
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

import recette
from recette.errors import RecordError
from recette.measurements import load_record, load_vintage, record_names, vintage_names

DATA = Path(recette.__file__).parent / "data" / "measurements"
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
    assert record.arxiv or record.doi or record.title
    assert record.experiment
    # The first folder says what the record is about.
    assert name.split("/")[0] in (*record.quantity.terms, record.quantity.id)
    numbers = (record.quantity.value, record.limit, record.range[0])
    held = (*map(math.isfinite, numbers), bool(record.curve), bool(record.windows))
    assert sum(held) == 1
    assert record.verified == (record.obtained != "memory")
    assert record.note or record.obtained != "computed"  # which says how


@pytest.mark.parametrize("name", vintage_names())
def test_every_shipped_vintage_loads(name):
    loaded = load_vintage(name)
    assert any(loaded.decides)
    assert len(loaded.decides) == len(loaded.records)
    ids = [m.id for m in loaded.not_computed]
    assert len(ids) == len(set(ids))


def test_every_shipped_record_is_in_a_vintage():
    used = {r.name for name in vintage_names() for r in load_vintage(name).listed}
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
    assert talk.scenario == {"alpha": "Cs", "a_mu_SM": "WP20", "QW_Cs": "Porsev"}
    deciding = {r.name for r, d in zip(talk.records, talk.decides, strict=True) if d}
    assert "R_8Be_18p15_isospin/atomki-2019" in deciding
    assert "R_8Be_18p15/atomki-2019" not in deciding
    assert "eps_p/talk-8Be-2020" not in deciding  # info: a range explains nothing
    assert sum(r.set == "talk" for r in talk.records) == 15
    # Where the talk has a number from the same data, that one decides and the recast is shown.
    recasts = {"eps_p/na48-2015", "eps_e/na64-2019", "eps_e/kloe-2015", "nu_e_product/texono-2010"}
    assert recasts < numbers.keys() and not recasts & deciding
    assert {"eps_e/na64-invisible-2019", "BR_mu_e_gamma/meg-2016"} < deciding


def every_scenario(vintage):
    """The vintage under every combination of choices."""
    keys = list(vintage.scenario)
    for choices in itertools.product(*(vintage.options(key) for key in keys)):
        yield vintage.choose(dict(zip(keys, choices, strict=True)))


@pytest.mark.parametrize("name", vintage_names())
def test_no_number_from_memory_decides(name):
    vintage = load_vintage(name)
    assert not all(r.verified for r in vintage.records)  # there are some to be told apart
    for chosen in every_scenario(vintage):
        deciding = [r for r, d in zip(chosen.records, chosen.decides, strict=True) if d]
        assert all(r.verified and r.obtained != "memory" for r in deciding)


@pytest.mark.parametrize("name", vintage_names())
def test_one_record_decides_on_one_dataset_and_none_that_is_superseded(name):
    for chosen in every_scenario(load_vintage(name)):
        deciding = [r for r, d in zip(chosen.records, chosen.decides, strict=True) if d]
        data = [r.dataset for r in deciding if r.dataset]
        assert len(data) == len(set(data))
        replaced = {old for r in deciding for old in r.supersedes}
        assert not replaced & {r.listed_as for r in deciding}
        for r in chosen.records:
            apt = all(chosen.scenario[key] == choice for key, choice in r.scenario.items())
            if r.dataset and apt and r.listed_as not in chosen.shown:
                assert all(d.year >= r.year for d in deciding if d.dataset == r.dataset)
        # One choice decides for each total, the others are there.
        totals = [r.listed_as for r in deciding if r.standard_model]
        assert len(totals) == len(set(totals))


def test_the_newest_data():
    latest = load_vintage("latest")
    assert latest.scenario == {"alpha": "Rb", "a_mu_SM": "WP25", "QW_Cs": "PDG"}
    rows = {r.name: r.quantity for r in latest.records}
    # The shifts that measurements and Standard Model values of the literature leave.
    for sm, value, error in [
        ("wp-2025", 38.5, 63.7),
        ("wp-2020", 261.5, 45.4),
        ("bmw-2020", 117.5, 59),
    ]:
        shift = rows[f"a_mu/world-average-2025+{sm}"]
        assert shift.value / 1e-11 == pytest.approx(value, abs=0.01)
        assert shift.up / 1e-11 == pytest.approx(error, abs=0.3)
    for sm, value, error in [("rb-2024", 0.393, 0.160), ("cs-2024", -0.959, 0.263)]:
        shift = rows[f"a_e/northwestern-2023+{sm}"]
        assert shift.value / 1e-12 == pytest.approx(value, abs=5e-4)
        assert shift.up / 1e-12 == pytest.approx(error, abs=1e-3)
    assert latest.options("a_mu_SM") == ("BMW20", "BMWDMZ24", "WP20", "WP25")


def test_the_standard_model_value_of_a_e():
    """The tenth-order series, with the mass-dependent terms of arXiv:1712.06060."""

    def a_e(inverse_alpha, tenth):
        x = 1 / (inverse_alpha * math.pi)
        A = (
            0.5,
            -0.328478965579193 + 5.197386e-7 + 1.83798e-9,
            1.181241456587 - 7.37394155e-6 - 6.583e-8,
            -1.912245764926 + 9.161970703e-4 + 7.42924e-6 + 7.4687e-7,
            tenth - 0.00382,
        )
        return sum(c * x ** (n + 1) for n, c in enumerate(A)) + 1.693e-12 + 0.03053e-12

    # It gives what was published for Cs with the older tenth-order coefficient.
    assert a_e(137.035999046, 6.737) * 1e12 == pytest.approx(1159652181.606, abs=1e-3)
    for name, inverse_alpha in (("cs", 137.035999046), ("rb", 137.035999206)):
        stated = load_record(f"a_e/{name}-2024").quantity.value
        assert stated == pytest.approx(a_e(inverse_alpha, 5.891), abs=1e-15)


def test_limits_of_photon_like_pairs_are_all_of_qed():
    """e+e- -> gamma gamma in |cos theta| < 0.9, identical photons, over the part that passes."""
    alpha, c = 1 / 137.036, 0.9
    for E, passes in ((91.19, 1 / 500), (189, 1 / 25), (207, 1 / 25)):
        pb = 2 * math.pi * alpha**2 / E**2 * (math.log((1 + c) / (1 - c)) - c) * 3.8938e8
        id = f"sigma_Zprime_Zprime_{int(E)}"
        limits = [load_record(n).limit for n in record_names() if n.startswith(f"{id}/")]
        assert limits == [pytest.approx(pb / passes, rel=5e-3)]


def test_totals_need_a_standard_model_value(tmp_path):
    path = vintage(tmp_path, 'records = ["a_mu/world-average-2025"]\n')
    with pytest.raises(RecordError, match=r"is a total of a_mu and no record of role standard-mod"):
        load_vintage(path)
    both = 'records = ["a_mu/world-average-2025", "a_mu/wp-2025", "a_mu/wp-2020"]\n'
    assert load_vintage(vintage(tmp_path, both)).decides == (False, False)  # no choice made
    chosen = load_vintage(vintage(tmp_path, both + '[scenario]\na_mu_SM = "WP20"\n'))
    assert chosen.decides == (False, True)
    assert chosen.choose({"a_mu_SM": "WP25"}).decides == (True, False)
    with pytest.raises(RecordError, match="no record for a_mu_SM = WP30; it has WP20, WP25"):
        load_vintage(vintage(tmp_path, both + '[scenario]\na_mu_SM = "WP30"\n'))


def test_two_standard_model_values_that_both_apply_are_refused(tmp_path):
    for name in ("a_mu/wp-2025", "a_mu/wp-2020"):
        record = (DATA / f"{name}.toml").read_text()
        kept = [line for line in record.splitlines() if not line.startswith("scenario")]
        (tmp_path / f"{name.rpartition('/')[2]}.toml").write_text("\n".join(kept))
    text = 'records = ["a_mu/world-average-2025", "wp-2025.toml", "wp-2020.toml"]\n'
    with pytest.raises(RecordError, match="both decide; give the Standard Model values different"):
        load_vintage(vintage(tmp_path, text))


def test_a_record_from_memory_is_shown_only(tmp_path):
    write(tmp_path, "mine-2024", more='obtained = "memory"')
    write(tmp_path, "seen-2020")
    path = vintage(tmp_path, 'records = ["mine-2024.toml", "seen-2020.toml"]\n')
    assert load_vintage(path).decides == (False, True)


def test_an_unknown_vintage_lists_those_there_are():
    with pytest.raises(RecordError, match=r"no vintage 2021; available are 2020, latest\."):
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
        ("records = [", "TOML syntax error in line 1"),
        ('not_computed = ["LEP"]', "expected a table"),
        ('[[not_computed]]\nid = "LEP"\n', "id and about"),
        ("[scenario]\nalpha = 1\n", "expected a text"),
    ],
)
def test_mistakes_in_a_vintage(tmp_path, text, found):
    with pytest.raises(RecordError, match=found) as caught:
        load_vintage(vintage(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_a_shipped_vintage_is_read_once_and_a_file_each_time(tmp_path):
    assert load_vintage("latest") is load_vintage("latest")
    write(tmp_path, "a", limit=1e-3)
    path = vintage(tmp_path, 'records = ["a.toml"]\n')
    first, again = load_vintage(path), load_vintage(path)
    assert first is not again
    assert first == again and hash(first) == hash(again)
    write(tmp_path, "a", limit=2e-3)
    changed = load_vintage(path)
    assert changed.records[0].limit == 2e-3
    assert changed != first


@pytest.mark.parametrize("name", vintage_names())
def test_vintages_are_equal_by_content(name):
    loaded = load_vintage(name)
    assert any(math.isnan(r.limit) for r in loaded.records)  # NaN must not make them differ
    same = replace(loaded, records=tuple(replace(r) for r in loaded.records)).choose()
    assert same == loaded and hash(same) == hash(loaded)
    assert loaded != name
    # Every choice decides differently, and is the same when made again.
    first, again = (list(every_scenario(loaded)) for _ in range(2))
    assert [hash(v) for v in first] == [hash(v) for v in again]
    assert first == again
    assert len(set(first)) == len(first)
    assert loaded in first
    assert replace(loaded, records=loaded.records[1:], decides=loaded.decides[1:]) != loaded

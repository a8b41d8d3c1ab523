"""`recette data` and `recette cite`: what they print, and one line for what is wrong."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

import recette
from recette.cli import citations, run
from recette.cli.records import value
from recette.measurements import load_record, load_vintage, record_names


@pytest.fixture
def printed(capsys):
    def go(*args):
        assert run(args) == 0
        out, err = capsys.readouterr()
        assert err == "" and "\x1b" not in out
        return out

    return go


@pytest.fixture
def refused(capsys):
    def go(*args):
        assert run(args) == 2
        out, err = capsys.readouterr()
        assert out == "" and err.count("\n") == 1 and "Traceback" not in err
        return err

    return go


def line(out, *words):
    return next(x for x in out.splitlines() if all(word in x for word in words))


def test_the_list_of_all_records(printed):
    out = printed("data", "list")
    assert all(name in out for name in record_names())
    assert line(out, "eps_n/lead-1975").endswith("unverified")
    assert not line(out, "eps_p/na48-2015").endswith("unverified")
    assert "delta_a_mu + Standard Model" in line(out, "a_mu/world-average-2025")


def test_the_list_of_a_vintage(printed):
    out = printed("data", "list", "--vintage", "latest")
    assert "decides" in line(out, "a_mu/world-average-2025+wp-2025")
    assert "if a_mu_SM = WP20" in line(out, "a_mu/world-average-2025+wp-2020")
    assert "shown, unverified" in line(out, "nu_mu_product/charm2-1994")
    assert "a remark" in line(out, "m_X/hanoi-2024")
    assert "alpha = Rb (or Cs)" in out
    assert "  edm: electric dipole moments" in out
    assert "shown, newer data decide" in line(
        printed("data", "list", "--vintage", "2020"), "eps_p/na48-2015"
    )


def test_a_vintage_of_ones_own(printed, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('records = ["delta_a_mu/talk-2020", "a_tau/sm-2007"]\n')
    out = printed("data", "list", "--vintage", str(path))
    assert "2.79e-09 +- 7.6e-10" in out
    assert "Scenario\n  none" in out


def test_one_record(printed):
    out = printed("data", "show", "eps_e/na64-2019")
    for words in ("1912.11389", "fig. 5", "digitised", "BR_X_ee^-0.5", "0.017, 0.000119, 0.000643"):
        assert words in out
    assert "2020 (shown, newer data decide); latest (decides)" in out
    memory = printed("data", "show", "eps_V_e/e158-2016")
    assert "NO: the number was not seen in its source" in memory
    standard = printed("data", "show", "a_mu/wp-2025")
    assert "latest (Standard Model value)" in standard and "a_mu_SM = WP25" in standard
    # The name of a row leads to the measurement.
    row = printed("data", "show", "a_mu/world-average-2025+wp-2025")
    assert row == printed("data", "show", "a_mu/world-average-2025")
    assert "0.001165920715 +- 1.45e-10" in row


def test_a_record_of_ones_own(printed, tmp_path):
    path = tmp_path / "mine-2027.toml"
    path.write_text(
        'observable = "eps_p"\nrole = "bound"\nkind = "upper"\nlimit = 1e-3\nunit = "e"\n'
        'cl = 0.90\nsided = 1\ntitle = "A search"\nwhere = "table 1"\n'
    )
    assert "< 0.001 (90 % CL) [e]" in printed("data", "show", str(path))


def test_what_changed(printed):
    out = printed("data", "diff", "2020", "latest")
    muon = line(out, "delta_a_mu ")
    assert "2.79e-09 +- 7.6e-10: decides" in muon and "3.85e-10 +- 6.37e-10: decides" in muon
    assert "arXiv:2506.03069 minus arXiv:2505.21476" in out
    assert "-9.59e-13 +- 2.63e-13: if alpha = Cs" in out
    assert "< 4.2e-13" in line(out, "BR_mu_e_gamma") and "< 1.5e-13" in line(out, "BR_mu_e_gamma")
    assert out.index("Changed from 2020") < out.index("Only in latest") < out.index("Only in 2020")
    assert "R_8Be_17p64" in out[out.index("Only in latest") : out.index("Only in 2020")]
    assert "Scenario alpha: Cs -> Rb." in out
    assert "a0_yukawa" in line(out, "The same in both")
    assert "Known without a record in latest only: R_12C, cevns, padme." in out


def test_no_change(printed):
    out = printed("data", "diff", "2020", "2020")
    assert "Changed" not in out and "Only in" not in out and "->" not in out
    assert "The same in both" in out


def test_numbers_have_the_digits_that_they_deserve():
    assert value(load_record("delta_a_mu/talk-2020")) == "2.79e-09 +- 7.6e-10"
    assert value(load_record("a_mu/world-average-2025")) == "0.001165920715 +- 1.45e-10"
    assert value(load_record("a_tau/cms-2024")) == "0.0009 +0.0032 -0.0031"
    assert value(load_record("a_tau/atlas-2025")) == "[-0.0024, 0.0047] (95 % CL)"
    assert value(load_record("eps_p/talk-8Be-2020")) == "[0.002, 0.015]"
    assert value(load_record("a0_yukawa/unitarity-1977")) == "< 0.5"
    peak = "6e-06 +- 1e-06 at m = 0.01701 +- 0.00016 GeV"
    assert value(load_record("R_8Be_18p15/atomki-2018")) == peak
    band = "not [0.000119, 0.000643] at 0.017 GeV, m_X 0.002 to 0.022 (90 % CL)"
    assert value(load_record("eps_e/na64-2019")) == band
    rows = {r.name: value(r) for r in load_vintage("latest").records}
    assert rows["QW_Cs/pdg-2024+sm-2021"] == "0.41 +- 0.42"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ("data list --vintage lates", "no vintage lates; available are 2020, latest"),
        ("data show eps_p/na48", "did you mean eps_p/na48-"),
        ("data show nowhere.toml", "cannot read the record file"),
        ("data show", "Missing argument 'NAME'"),
        ("data diff 2020", "Missing argument 'NEW'"),
        ("data diff 2020 2021", "no vintage 2021"),
        ("data diff 2019 2020", "no vintage 2019"),
        ("data lst", "No such command 'lst'"),
        ("cite", "Missing argument 'POINT'"),
        ("cite exat", "did you mean the preset exact?"),
    ],
)
def test_bad_command_lines(refused, args, words):
    assert words in refused(*args.split())


def test_bad_records_are_named(refused, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("observable = 3\n")
    assert f"{path}: observable = 3; expected a text" in refused("data", "show", str(path))
    path.write_text('records = ["a_mu/world-average-2025"]\n')
    assert "is a total of a_mu" in refused("data", "list", "--vintage", str(path))


def test_data_alone_shows_what_there_is(printed):
    out = printed("data")
    assert all(name in out for name in ("list", "show", "diff"))
    assert "data" in printed("--help") and "cite" in printed("--help")


def test_help_and_lists_load_no_jax():
    code = (
        "import sys; from recette.cli import run\n"
        "assert run(sys.argv[1:]) == 0\n"
        "assert 'jax' not in sys.modules\n"
    )
    for args in (["data", "--help"], ["data", "list"], ["data", "diff", "2020", "latest"]):
        done = subprocess.run([sys.executable, "-c", code, *args], capture_output=True)
        assert done.returncode == 0, done.stderr


# Citations


def test_every_entry_of_the_bibliography_is_found_whole():
    entries = citations.bibliography()
    assert "Hati:2020fzp" in entries
    for key, entry in entries.items():
        assert entry.startswith("@") and entry.endswith("}") and entry.count("\n@") == 0
        assert f"{{{key}," in entry


def test_citations_of_observables_and_rows():
    rows = {"delta_a_mu/talk-2020", "eps_e/na64-2019"}
    out = citations.text("2020", rows, {"delta_a_e", "delta_a_mu", "delta_a_tau"})
    assert out.count("@article{Hati:2020fzp,") == 1
    assert "@article{Leveille:1977rc," in out
    assert "Feng:2016ysn" not in out  # of nuclear transitions, not computed here
    assert "% eps_e/na64-2019: arXiv:1912.11389 (NA64" in out
    assert "% delta_a_mu/talk-2020, quotes: arXiv:2006.04822" in out
    assert "na48" not in out
    # A BibTeX file: entries, and comments after them.
    assert all(x.startswith("%") for x in out[out.index("\n% ") :].strip().splitlines())


def test_a_total_cites_its_standard_model_value():
    out = citations.text("latest", {"a_mu/world-average-2025+wp-2025"}, set())
    assert "% a_mu/world-average-2025: arXiv:2506.03069, doi:10.1103/7clf-sm2v" in out
    assert "% a_mu/wp-2025: arXiv:2505.21476" in out


def test_nothing_to_cite():
    assert citations.text("2020", set(), set()) == "\n"


def test_cite_asks_for_the_rows_that_speak(monkeypatch, printed):
    rows = [
        SimpleNamespace(record="eps_p/na48-2015", status="excluded"),
        SimpleNamespace(record="eps_e/kloe-2015", status="not_applicable"),
    ]
    result = SimpleNamespace(
        verdict=SimpleNamespace(rows=rows), prediction=SimpleNamespace(values={"delta_a_e": 0.0})
    )
    stub = SimpleNamespace(check=lambda point, vintage: result)
    monkeypatch.setitem(sys.modules, "recette.api", stub)
    monkeypatch.setattr(recette, "api", stub, raising=False)
    out = printed("cite", "exact", "--vintage", "latest")
    assert "na48-2015" in out and "kloe" not in out and "@article{Leveille:1977rc," in out

"""Tables and JSON from a document, with the hard values: nothing, infinity, closed, undecided."""

import json

import numpy as np
import pytest

from recette import report

ROW = {
    "id": "eps_p",
    "prediction": 1.2e-3,
    "theory_uncertainty": None,
    "record": "eps_p/na48-talk-2020",
    "role": "bound",
    "set": "talk",
    "kind": "upper",
    "value": None,
    "uncertainty": None,
    "limit": 1.2e-3,
    "cl": 0.9,
    "pull": None,
    "pull_sm": None,
    "delta_chi2": None,
    "ratio": 1.0,
    "status": "allowed",
    "decides": True,
    "source": "NA48/2 [bold]arXiv[/bold]",
}
MEASURED = {"limit": None, "cl": None, "ratio": None, "value": 2.0, "uncertainty": 0.5}


def verdict(*rows, **changes):
    whole = {
        "allowed": True,
        "theory_ok": None,
        "unconstrained": False,
        "explains": [],
        "unexplained": [],
        "excluded_by": [],
        "tension": [],
        "not_computed": [],
        "by_set": {"talk": True},
        "scenario": {"alpha": "Cs"},
        "rows": list(rows),
    }
    return {**whole, **changes}


def document(**changes):
    whole = {
        "recette": "0.1.0",
        "model": "bl-vll",
        "mixing": "exact",
        "vintage": "2020",
        "spectrum": {"m_Zprime": 0.017, "v_X": 14.03464, "m_hX": None, "status": "ok"},
        "couplings": {
            "eps_V": dict.fromkeys(("e", "mu", "tau", "u", "d", "p", "n"), -8.9462825e-12),
            "g_L": {"nu_e": 1e-11, "nu_mu": 2e-11, "nu_tau": 3e-11},
        },
        "predictions": {
            "delta_a_e": {"value": -8.8e-13, "unit": "1", "parts": {"Zprime": 1e-7, "hX": -1e-7}},
            "ctau_X": {"value": 7.46e-4, "unit": "cm", "status": "ok"},
            "m_heavy": {"value": 127.3, "unit": "GeV"},
        },
    }
    return {**whole, **changes}


def lines_with(word, shown):
    return [line for line in shown.splitlines() if word in line]


def test_json_holds_every_kind_of_number():
    given = {
        "complex": 1 - 2j,
        "none": [float("nan"), np.inf],
        "arrays": np.array([[1.0, np.nan]]),
        "scalars": (np.float64(0.5), np.int8(3), np.bool_(True)),
    }
    assert json.loads(report.to_json(given)) == {
        "schema": 1,
        "complex": [1.0, -2.0],
        "none": [None, None],
        "arrays": [[1.0, None]],
        "scalars": [0.5, 3, True],
    }


def test_the_head_says_what_was_compared():
    head = report.text(document(verdict=verdict())).splitlines()[0]
    assert head == "bl-vll | mixing exact | vintage 2020 | alpha = Cs | recette 0.1.0"


def test_units_and_key_predictions():
    checked = report.text(document(verdict=verdict()))
    assert lines_with("ctau_X", checked)[0].split() == ["ctau_X", "0.000746", "cm"]
    assert "m_heavy" not in checked and "Verdict" in checked
    predicted = report.text(document())
    assert lines_with("m_heavy", predicted)[0].split() == ["m_heavy", "127.3", "GeV"]
    assert "Verdict" not in predicted


def test_one_line_a_row_where_nobody_looks():
    shown = report.text(document(verdict=verdict(ROW)))
    (line,) = lines_with("ratio 1 ", shown)
    cells = "allowed eps_p 0.0012 < 0.0012 (90 % CL) ratio 1 yes eps_p/na48-talk-2020"
    assert " ".join(line.split()) == cells
    assert "NA48/2 [bold]arXiv[/bold]" in shown  # not taken for a style
    assert "\x1b" not in shown


@pytest.mark.parametrize("width", [1, 40, 80, 110, 300])
def test_no_number_is_cut_in_two(width):
    shown = report.text(document(verdict=verdict(ROW)), width=width)
    assert lines_with("eps_V ", shown)[0].split()[1:] == ["-8.946e-12"] * 7


def test_colour_only_when_asked():
    excluded = {**ROW, "status": "excluded"}
    assert "\x1b[1;31mexcluded" in report.text(document(verdict=verdict(excluded)), colour=True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "< 0.0012 (90 % CL)"),
        ({"kind": "lower"}, "> 0.0012 (90 % CL)"),
        ({**MEASURED, "pull": -0.001, "pull_sm": 4.0}, "2 +- 0.5"),
        ({**MEASURED, "pull": -0.001, "pull_sm": 4.0}, "+0.00 sigma (SM +4.00)"),
        ({**MEASURED, "uncertainty": [0.5, 0.25]}, "2 +0.5 -0.25"),
        ({"limit": None, "kind": "range", "value": [0.002, 0.015]}, "[0.002, 0.015] (90 % CL)"),
        ({**MEASURED, "pull": -6.0, "delta_chi2": -0.1, "status": "unexplained"}, "D = -0.1"),
        ({"status": "failed", "reason": "eps_p is not finite", "prediction": None}, "not finite"),
    ],
)
def test_rows(changes, words):
    assert words in report.text(document(verdict=verdict({**ROW, **changes})))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Allowed by the constraints computed here.\nExplains: nothing."),
        (
            {"not_computed": ["lep: e+e- -> h_X Z'", "edm: moments"]},
            "Allowed by the constraints computed here; known but not computed: 2.",
        ),
        ({"not_computed": ["lep: e+e-"]}, "Known but not computed:\n  lep: e+e-\n"),
        ({"allowed": False, "excluded_by": ["a/b", "c/d"]}, "Excluded by a/b, c/d."),
        ({"allowed": None, "unconstrained": True}, "Unconstrained: no record that decides"),
        (
            {"allowed": None, "rows": [{**ROW, "status": "failed"}]},
            "Undecided: could not compute eps_p.",
        ),
        ({"explains": ["a"], "unexplained": ["b"]}, "Explains: a.\nUnexplained: b."),
        (
            {"theory_ok": False, "rows": [{**ROW, "id": "width", "status": "violated"}]},
            "Theory: violates width.",
        ),
        ({"by_set": {"talk": False, "lep": None}}, "By set: talk excluded, lep undecided."),
        ({"tension": ["a_tau/x"]}, "Tension: a_tau/x."),
    ],
)
def test_closing_sentences(changes, words):
    assert words in report.text(document(verdict=verdict(**changes)))


def test_warnings():
    wide = {"Gamma_hX_over_m": {"value": 0.25}, "Gamma_heavy_over_m": {"value": [0.01, 0.5]}}
    vague = {"delta_a_mu": {"value": 2.8e-9, "uncertainty": 4e-8}}
    shown = report.text(document(predictions={**wide, **vague}))
    assert "Warning: h_X: Gamma/m = 0.25 is above 0.1" in shown
    assert "Warning: heavy leptons: Gamma/m = 0.5 is above 0.1" in shown
    assert "Warning: delta_a_mu: the theory error exceeds the value." in shown
    assert "Warning" not in report.text(document(predictions={"Gamma_hX_over_m": {"value": None}}))
    broken = document(spectrum={"status": "not_converged"})
    assert "the spectrum could not be computed (not_converged)" in report.text(broken)


def test_published_mixing_is_marked():
    row = {**ROW, "id": "delta_a_e", "status": "explains"}
    shown = report.text(document(mixing="published", verdict=verdict(row)))
    assert "Warning: mixing = published" in shown
    named = lines_with("delta_a_e", shown)
    assert len(named) == 3 and all("delta_a_e (exact mixing)" in line for line in named)


def test_states_and_heavy_leptons():
    entry = {"value": 1.0, "states": {"Zprime": [1.0, -2.0, 3.0], "W": [4.0]}}
    heavy = [{"generation": "e", "m": 127.3, "Gamma": 38.7, "BR": {"lZ": 0.25}}]
    shown = report.text(document(predictions={"delta_a_e": entry}, heavy_leptons=heavy))
    first, second, third = shown.split("lightest first\n")[1].splitlines()[2:5]
    assert (first.split(), second.split()) == (["1", "1", "4"], ["2", "-2"])
    assert third.split() == ["3", "3"]
    assert lines_with("127.3", shown)[0].split() == ["e", "127.3", "38.7", "0.25"]


def test_an_almost_empty_document_is_no_crash():
    assert report.text({}).startswith("- | mixing - | recette -")


def test_the_verdict_alone():
    judged = verdict(ROW, not_computed=["lep: e+e-"])
    shown = report.render(report.verdict(document(verdict=judged), "Verdict"))
    assert "eps_p/na48-talk-2020" in shown and "known but not computed: 1" in shown
    assert "Couplings" not in shown and "Sources" not in shown and "lep: e+e-" not in shown

"""The ladder and the table "the talk says / we find / why"."""

import pytest

from recette import api
from recette.reproduce import COLUMNS
from recette.reproduce.talk import LADDER, remarks


@pytest.fixture(scope="module")
def table():
    results = {name: api.predict(point, mixing=mixing) for name, (point, mixing) in COLUMNS.items()}
    return {remark.about: remark for remark in remarks(results)}


@pytest.mark.parametrize(
    ("rung", "killers"),
    [
        ("dark-photon", {"eps_p/na48-talk-2020", "eps_V_e/kloe-talk-2020"}),
        ("bl", {"g_nu_e/texono-talk-2020", "g_nu_mu/charm2-talk-2020"}),
        ("bl-l", {"eps_A_e/apv-talk-2020"}),
    ],
)
def test_each_rung_fails_where_the_talk_says(rung, killers):
    verdict = api.check(LADDER[rung], vintage="2020").verdict
    assert verdict.by_set["talk"] is False
    assert killers <= set(verdict.excluded_by)


def test_the_last_rung_passes_the_rows_of_the_talk():
    assert api.check(LADDER["bl-vll"], vintage="2020").verdict.by_set["talk"] is True


def test_the_dark_photon_of_the_ladder_has_the_rate():
    assert api.predict(LADDER["dark-photon"])["R_8Be_18p15_isospin"] == pytest.approx(
        6e-6, rel=5e-3
    )


@pytest.mark.parametrize(
    ("about", "found"),
    [
        ("v_X", "14.0346"),
        ("lambda v_X/M", "sqrt2"),
        ("BR(Z' -> ee)", "0.02597"),
        ("masses of the heavy", "110.2 GeV, 127.3 GeV"),
        ("flight", "1.06 cm"),
        ("the same with isospin", "a factor 29"),
    ],
)
def test_lines_of_the_table(table, about, found):
    (remark,) = [r for name, r in table.items() if name.startswith(about)]
    assert found in remark.found
    assert remark.why

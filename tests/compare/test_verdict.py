"""All records of a vintage together."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from recette import report
from recette.compare import RowStatus, compare, compare_batch
from recette.errors import RecordError
from recette.measurements import load_record, load_vintage
from recette.types import Status

TALK = load_vintage("2020")
LATEST = load_vintage("latest")
ONLY_TALK = replace(
    TALK,
    records=tuple(r for r in TALK.records if r.set == "talk"),
    scenario={"alpha": "Cs", "a_mu_SM": "WP20"},
).choose()


def row(verdict, record):
    return next(r for r in verdict.rows if r.record == record)


def test_a_point_that_passes_the_talk(fake, exact):
    verdict = compare(fake(exact, {"delta_a_mu": 4e-8}), "2020")
    assert verdict.allowed is True
    assert verdict.explains == ("delta_a_e/talk-2020", "delta_a_mu/talk-2020")
    assert verdict.unexplained == ("R_8Be_18p15_isospin/atomki-2019",)
    assert verdict.excluded_by == ()
    assert verdict.by_set == {"talk": True, "low-energy": True, "lep": None}
    assert verdict.scenario == {"alpha": "Cs", "a_mu_SM": "WP20", "QW_Cs": "Porsev"}
    assert not verdict.unconstrained
    assert verdict.theory_ok is None  # no theory prediction here, so nothing is claimed
    beryllium = row(verdict, "R_8Be_18p15_isospin/atomki-2019")
    assert beryllium.id == "R_8Be_18p15_isospin"
    assert beryllium.prediction == 4.4e-7
    assert beryllium.pull == pytest.approx(-5.56)
    assert beryllium.mass["prediction"] == 0.017
    muon = row(verdict, "delta_a_mu/talk-2020")
    assert muon.theory_uncertainty == 4e-8  # shown, not used
    assert muon.pull == 0
    assert muon.pull_sm == pytest.approx(-279 / 76)
    assert row(verdict, "eps_p/na48-talk-2020").status == "allowed"
    assert not row(verdict, "R_8Be_18p15/atomki-2019").decides


@pytest.mark.parametrize(
    ("changes", "record"),
    [  # how each rung of the ladder fails
        ({"eps_p": 1.3e-3}, "eps_p/na48-talk-2020"),
        ({"g_nu_e": -2e-3}, "g_nu_e/texono-talk-2020"),
        ({"g_nu_mu": 2e-3}, "g_nu_mu/charm2-talk-2020"),
        ({"eps_A_e": 1e-3}, "eps_A_e/apv-talk-2020"),
        ({"eps_V_e": 2.1e-3}, "eps_V_e/kloe-talk-2020"),
        ({"eps_e": 6.7e-4}, "eps_e/na64-talk-2020"),
        ({"delta_a_e": 3e-12}, "delta_a_e/talk-2020"),
    ],
)
def test_one_record_excludes(fake, exact, changes, record):
    verdict = compare(fake(exact | changes), "2020")
    assert verdict.allowed is False
    assert verdict.excluded_by == (record,)
    assert verdict.by_set["talk"] is False


def test_shown_rows_and_information_do_not_decide(fake, exact):
    changes = {"g_nu_e": 5e-6, "R_8Be_18p15": 6e-6, "eps_n": 0.5}
    verdict = compare(fake(exact | changes), "2020")
    assert verdict.allowed is True
    assert "R_8Be_18p15/atomki-2019" not in verdict.explains
    assert row(verdict, "R_8Be_18p15/atomki-2019").status == "explains"
    wide = row(verdict, "eps_p/talk-8Be-2020")
    assert (wide.status, wide.value) == ("allowed", [2e-3, 15e-3])
    assert wide.ratio == pytest.approx(0.5012 / 15e-3)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_needed_number_that_is_none_leaves_the_point_undecided(fake, exact, bad):
    verdict = compare(fake(exact | {"delta_a_mu": bad}), "2020")
    assert verdict.allowed is None
    assert verdict.by_set["talk"] is None
    assert verdict.chi2 is None
    failed = row(verdict, "delta_a_mu/talk-2020")
    assert (failed.status, failed.reason) == ("failed", "delta_a_mu is not finite")
    assert failed.prediction is None
    # A number that only a shown row needs does no harm.
    assert compare(fake(exact | {"R_8Be_18p15": bad}), "2020").allowed is True


def test_a_failed_spectrum_is_undecided(fake, exact):
    verdict = compare(fake(exact, status=np.int32(1)), "2020")
    assert verdict.allowed is None
    assert verdict.theory_ok is None
    assert {r.status for r in verdict.rows} == {"failed"}
    assert not verdict.unconstrained
    assert verdict.rows[0].reason == "there is no spectrum: the point failed"


def test_a_number_that_no_row_needs_may_fail(fake, exact):
    prediction = fake(exact | {"Gamma_hX": math.nan}, status=Status.NOT_FINITE)
    assert compare(prediction, "2020").allowed is True
    needed = fake(exact | {"eps_p": math.nan}, status=Status.NOT_FINITE)
    assert compare(needed, "2020").allowed is None


def test_a_closed_channel_leaves_its_anomaly_unexplained(fake, exact):
    closed = {"R_8Be_18p15": True, "R_8Be_18p15_isospin": True}
    changes = {"m_X": 0.0185, "R_8Be_18p15": 0.0, "R_8Be_18p15_isospin": 0.0}
    verdict = compare(fake(exact | changes, closed=closed), "2020")
    beryllium = row(verdict, "R_8Be_18p15_isospin/atomki-2019")
    assert (beryllium.status, beryllium.reason) == ("closed", "kinematically closed")
    assert verdict.unexplained == ("R_8Be_18p15_isospin/atomki-2019",)
    assert verdict.allowed is True
    na48 = row(verdict, "eps_p/na48-talk-2020")
    assert (na48.status, na48.reason) == ("not_applicable", "m_X outside 0.016 to 0.018")


def test_a_point_about_which_nothing_speaks_is_unconstrained(fake):
    lacking = tuple({id for record in TALK.records for id in record.ids})
    verdict = compare(fake({}, not_applicable=lacking), "2020")
    assert verdict.unconstrained
    assert verdict.allowed is None
    assert verdict.by_set["talk"] is None
    assert verdict.rows[0].reason == "the model has no delta_a_e"
    # Those that the model lacks are no omission of ours.
    assert all("no prediction" not in words for words in verdict.not_computed)


def test_what_is_not_computed_is_said(fake, exact):
    del exact["eps_A_e"]
    verdict = compare(fake(exact), "2020")
    assert verdict.allowed is True
    assert row(verdict, "eps_A_e/apv-talk-2020").reason == "there is no prediction eps_A_e"
    assert "eps_A_e/apv-talk-2020: there is no prediction eps_A_e" in verdict.not_computed
    missing = "a0_yukawa"
    assert f"{missing}/unitarity-1977: there is no prediction {missing}" in verdict.not_computed
    for constraint in ("B_K_Zprime", "heavy_leptons_lhc", "edm", "sindrum"):
        assert any(words.startswith(f"{constraint}: ") for words in verdict.not_computed)
    without = compare(fake(exact, not_applicable=("Gamma_hX", "m_heavy")), "2020")
    assert not any("h_X" in words for words in without.not_computed)


def test_theory_rows_have_a_verdict_of_their_own(fake, exact):
    unitarity = replace(
        load_record("eps_V_e/kloe-talk-2020"),
        name="unitarity",
        role="theory",
        set="theory",
        dataset="",
        limit=1e-3,
    )
    vintage = replace(TALK, records=(*TALK.records, unitarity)).choose()
    good, bad = (compare(fake(exact | {"eps_V_e": x}), vintage) for x in (8e-4, 1.5e-3))
    assert (good.theory_ok, good.allowed) == (True, True)
    assert (bad.theory_ok, bad.allowed) == (False, True)
    assert row(bad, "unitarity").status == "violated"
    assert bad.excluded_by == ()
    undecided = compare(fake(exact | {"eps_V_e": math.nan}), vintage)
    assert undecided.theory_ok is None
    assert good.chi2 == compare(fake(exact), "2020").chi2


def test_chi2_is_that_of_the_deciding_rows(fake, exact):
    verdict = compare(fake(exact | {"eps_p": 0.6e-3}), ONLY_TALK)
    bounds = [
        (1.2816**2, 0.6 / 1.2),  # NA48/2, one-sided 90 %
        (1.2816**2, 6.8 / 8),  # NA64
        (1.2816**2, 0.8 / 2),  # KLOE
    ]
    beryllium = row(verdict, "R_8Be_18p15_isospin/atomki-2019")
    expected = sum(z2 * q**2 for z2, q in bounds) + beryllium.delta_chi2 + 36
    assert verdict.chi2 == pytest.approx(expected, rel=1e-4)


def test_totals_are_compared_with_the_standard_model_that_the_scenario_names(fake, exact):
    verdict = compare(fake(exact), LATEST)
    muon = [r for r in verdict.rows if r.id == "delta_a_mu"]
    assert [r.standard_model for r in muon if r.decides] == ["a_mu/wp-2025"]
    assert len(muon) == 4
    decides = next(r for r in muon if r.decides)
    assert "2506.03069" in decides.source and "2505.21476" in decides.source
    assert decides.pull == pytest.approx((279 - 38.5) / math.hypot(14.5, 62))
    assert decides.pull_sm == pytest.approx(-38.5 / math.hypot(14.5, 62))
    assert decides.status == "excluded"
    other = compare(fake(exact), LATEST, {"a_mu_SM": "WP20", "alpha": "Cs"})
    assert {
        "a_mu/world-average-2025+wp-2020",
        "a_e/northwestern-2023+cs-2024",
    } == set(other.explains)


def test_latest_sees_what_the_talk_does_not(fake, exact):
    verdict = compare(fake(exact), LATEST)
    assert "eps_p/na48-2015" in verdict.excluded_by  # 1.2e-3 where the curve has 8.7e-4
    assert "R_8Be_18p15/atomki-2018" in verdict.unexplained
    na48, na64 = (row(verdict, r) for r in ("eps_p/na48-2015", "eps_e/na64-2019"))
    assert na48.limit == pytest.approx(8.71e-4)
    assert na64.value == pytest.approx([1.19e-4, 6.43e-4])
    assert na64.limit is None
    texono = row(verdict, "nu_e_product/texono-2010")
    assert texono.value == [[-6.5e-9, 7.2e-9], [-5.9e-8, -4.5e-8]]


def test_the_talk_with_exact_mixing(fake, exact):
    """Invisible decays exclude what the visible search cannot see any more."""
    changes = {
        "eps_V_e": 1.333e-4, "eps_e": 1.333e-4, "BR_X_ee": 0.026, "BR_X_nunu": 0.974,
        "eps_p": 1.2e-3, "nu_e_product": -8.9e-8, "nu_mu_product": -8.9e-8,
    }  # fmt: skip
    for vintage in (TALK, LATEST):
        verdict = compare(fake(exact | changes), vintage)
        assert row(verdict, "eps_e/na64-2019").status == "allowed"
        assert row(verdict, "eps_e/na64-invisible-2019").status == "excluded"
        assert "eps_e/na64-invisible-2019" in verdict.excluded_by
        assert row(verdict, "nu_e_product/texono-2010").status == "excluded"
        assert row(verdict, "nu_e_product/texono-2010").prediction == -8.9e-8
    inside = exact | {"nu_e_product": -5e-8}  # the second window
    assert row(compare(fake(inside), LATEST), "nu_e_product/texono-2010").status == "allowed"


def test_an_unverified_record_is_marked_and_does_not_decide(fake, exact):
    point = fake(exact | {"eps_n": 0.5, "nu_mu_product": 5e-8})
    verdict = compare(point, LATEST)
    for name in ("eps_n/lead-1975", "nu_mu_product/charm2-1994"):
        marked = row(verdict, name)
        assert (marked.status, marked.decides, marked.verified) == ("excluded", False, False)
        assert marked.source.endswith("(unverified)")
        assert name not in verdict.excluded_by
    assert row(verdict, "eps_p/na48-2015").verified
    shown = report.render(report.verdict({"verdict": verdict.to_dict()}, "Verdict"))
    lead = next(line for line in shown.splitlines() if "eps_n/lead-1975" in line)
    assert "no, unverified" in lead
    assert shown.count("unverified") == sum(not r.verified for r in verdict.rows)


def test_lep_and_theory_rows(fake, exact):
    lep = {
        "ctau_X": 7e-4,
        "BR_hX_ZprimeZprime": 1.0,
        "sigma_hX_Zprime_189": 2.79e4,
        "sigma_Zprime_Zprime_189": 1207.0,
        "a0_yukawa": 14.7,
        "landau_pole_over_M": 1.1,
    }
    verdict = compare(fake(exact | lep), TALK)
    assert verdict.by_set == {"talk": True, "low-energy": True, "lep": False}
    assert verdict.excluded_by == (
        "sigma_hX_Zprime_189/lep-1998",
        "sigma_Zprime_Zprime_189/opal-2003",
    )
    assert verdict.theory_ok is False
    assert row(verdict, "a0_yukawa/unitarity-1977").status == "violated"
    assert row(verdict, "landau_pole_over_M/decade").ratio == pytest.approx(10 / 1.1)
    assert row(verdict, "a0_yukawa/unitarity-1977").cl is None
    for elsewhere in (1.0, math.inf):  # decays outside the detector
        late = compare(fake(exact | lep | {"ctau_X": elsewhere}), TALK)
        assert row(late, "sigma_Zprime_Zprime_189/opal-2003").status == "not_applicable"
        assert late.allowed is True


def test_json_is_plain_and_finite(fake, exact):
    for prediction in (fake(exact), fake(exact | {"m_X": math.inf}), fake({})):
        plain = compare(prediction, "2020").to_dict()
        text = json.dumps(plain, allow_nan=False)
        assert json.loads(text) == plain
    keys = {
        "id", "prediction", "theory_uncertainty", "record", "role", "set", "kind", "value",
        "uncertainty", "limit", "cl", "pull", "pull_sm", "delta_chi2", "ratio", "status",
        "decides", "source", "verified", "standard_model",
    }  # fmt: skip
    assert keys <= plain["rows"][0].keys()
    wanted = {
        "allowed", "theory_ok", "explains", "unexplained", "excluded_by", "not_computed",
        "by_set", "scenario", "rows",
    }  # fmt: skip
    assert wanted <= plain.keys()


@pytest.mark.parametrize("vintage", [ONLY_TALK, TALK, LATEST], ids=["talk", "2020", "latest"])
def test_a_batch_equals_its_points(fake, exact, vintage):
    rng = np.random.default_rng(7)
    n = 100
    values = {key: x * rng.lognormal(0, 0.5, n) for key, x in exact.items()}
    values["m_X"] = rng.uniform(0.0158, 0.0184, n)
    values["delta_a_mu"][::17] = np.nan
    values["BR_X_ee"] = np.asarray(1.0)
    code = np.where(np.arange(n) % 23 == 0, 1, 0)
    batch = compare_batch(fake(values, status=code), vintage)
    for i in range(n):
        one = {key: a if a.ndim == 0 else a[i] for key, a in values.items()}
        single = compare(fake(one, status=code[i]), vintage)
        assert (single.allowed is True) == batch.allowed[i]
        assert (single.allowed is False) == batch.excluded[i]
        assert (single.theory_ok is True) == batch.theory_ok[i]
        for r in single.rows:
            assert RowStatus(batch.status[r.record][i]).name.lower() == r.status
        assert (single.chi2 is None) == np.isnan(batch.chi2[i])
        if single.chi2 is not None:
            assert single.chi2 == pytest.approx(batch.chi2[i], rel=1e-14)
    assert batch.excluded.any()
    assert vintage is LATEST or batch.allowed.any()
    assert not (batch.allowed | batch.excluded).all()


def test_a_batch_where_the_same_number_fails_everywhere(fake, exact):
    n = 3
    values = {key: np.full(n, x) for key, x in exact.items()} | {"eps_p": np.full(n, np.nan)}
    batch = compare_batch(fake(values), "2020")
    assert not batch.allowed.any()
    assert not batch.excluded.any()
    assert np.isnan(batch.chi2).all()


def test_the_scenario_is_checked(fake, exact):
    assert compare(fake(exact), "2020", {"alpha": "Cs"}).allowed is True
    with pytest.raises(RecordError, match="no record for alpha = Rb"):
        compare(fake(exact), "2020", {"alpha": "Rb"})
    with pytest.raises(RecordError, match="no vintage 1999"):
        compare(fake(exact), "1999")


def test_one_verdict_is_for_one_point(fake, exact):
    with pytest.raises(ValueError, match="compare_batch"):
        compare(fake({key: np.full(2, x) for key, x in exact.items()}), "2020")

"""Record files: what a right one gives, and one clear sentence for every mistake."""

import math
from dataclasses import replace

import pytest

from recette.errors import RecordError
from recette.measurements.record import parse_record

GAUSSIAN = {
    "observable": '"delta_a_mu"',
    "role": '"anomaly"',
    "kind": '"gaussian"',
    "value": "279e-11",
    "uncertainty": "76e-11",
    "unit": '"1"',
    "arxiv": '"2005.00028"',
    "where": '"slide 5"',
}
LIMIT = {
    "observable": '"eps_p"',
    "role": '"bound"',
    "kind": '"upper"',
    "limit": "1.2e-3",
    "unit": '"1"',
    "cl": "0.90",
    "sided": "1",
    "arxiv": '"1504.00607"',
    "where": '"table 1"',
}
PEAK = GAUSSIAN | {
    "observable": '["m_X", "R_8Be_18p15"]',
    "value": "[0.01701, 6e-6]",
    "uncertainty": "[0.00016, [1e-6, 2e-6]]",
    "unit": '["GeV", "1"]',
}
CURVE = {key: entry for key, entry in LIMIT.items() if key != "limit"} | {
    "kind": '"curve"',
    "curve": "[[0.01, 1e-3], [0.1, 1e-5]]",
}
BAND = CURVE | {
    "kind": '"band"',
    "curve": "[[0.01, 1e-5, 1e-3], [0.1, 1e-5, 1e-4]]",
    "times": "{ BR_X_ee = 0.5 }",
    "edge_times": "{ BR_X_ee = -0.5 }",
}
WINDOWS = {key: entry for key, entry in LIMIT.items() if key != "limit"} | {
    "kind": '"windows"',
    "windows": "[[-1.0, 2.0], [5.0, 6.0]]",
}
TOTAL = GAUSSIAN | {"observable": '"a_mu"', "shift": '"delta_a_mu"', "value": "1.0"}
STANDARD = GAUSSIAN | {"observable": '"a_mu"', "role": '"standard-model"', "value": "0.75"}


def read(fields):
    text = "\n".join(f"{key} = {entry}" for key, entry in fields.items() if entry is not None)
    return parse_record(text.encode(), name="mine", file="mine.toml")


def mistake(fields):
    with pytest.raises(RecordError) as caught:
        read(fields)
    sentence = str(caught.value)
    assert sentence.startswith("mine.toml: ")
    assert "\n" not in sentence
    assert "Traceback" not in sentence
    return sentence


def test_a_measurement():
    record = read(GAUSSIAN)
    assert record.quantity.terms == ("delta_a_mu",)
    assert (record.quantity.value, record.quantity.up, record.quantity.down) == (
        279e-11,
        76e-11,
        76e-11,
    )
    assert math.isnan(record.limit)
    assert record.set == "user"
    assert not record.verified
    assert not record.theory_uncertainty
    assert record.source == "arXiv:2005.00028, slide 5 (unverified)"
    assert read(GAUSSIAN | {"verified": "true"}).source == "arXiv:2005.00028, slide 5"


def test_asymmetric_uncertainty_is_up_then_down():
    quantity = read(GAUSSIAN | {"uncertainty": "[2e-9, 1e-9]"}).quantity
    assert (quantity.up, quantity.down) == (2e-9, 1e-9)


def test_a_limit_with_factors():
    record = read(LIMIT | {"times": "{ BR_X_ee = 0.5 }", "valid": "{ m_X = [0.01, 0.02] }"})
    assert record.limit == 1.2e-3
    assert math.isnan(record.quantity.value)
    assert record.ids == ("eps_p", "BR_X_ee", "m_X")


def test_a_sum_of_predictions():
    assert read(LIMIT | {"observable": '"eps_p + eps_n"'}).quantity.terms == ("eps_p", "eps_n")


def test_a_peak_has_a_mass_and_a_rate():
    record = read(PEAK)
    assert record.mass.id == "m_X"
    assert (record.mass.value, record.mass.up, record.mass.unit) == (0.01701, 0.00016, "GeV")
    assert (record.quantity.id, record.quantity.up, record.quantity.down) == (
        "R_8Be_18p15",
        1e-6,
        2e-6,
    )


def test_a_curve_is_interpolated_in_the_logarithms():
    record = read(CURVE)
    assert record.at(0.01)[0] == pytest.approx(1e-3)
    assert record.at(10**-1.5)[0] == pytest.approx(1e-4)
    assert record.ranges == {"m_X": (0.01, 0.1)}
    assert record.ids == ("eps_p", "m_X")
    narrow = read(CURVE | {"valid": "{ m_X = [0.02, 0.5], ctau_X = [0.0, 1.0] }"})
    assert narrow.ranges == {"m_X": (0.02, 0.1), "ctau_X": (0.0, 1.0)}
    assert read(CURVE | {"against": '"m_heavy"'}).ranges == {"m_heavy": (0.01, 0.1)}


def test_a_band_has_two_edges_and_powers_for_each():
    record = read(BAND)
    assert [float(x) for x in record.at(0.01)] == pytest.approx([1e-5, 1e-3])
    assert record.times == {"BR_X_ee": 0.5}
    assert record.edge_times == {"BR_X_ee": -0.5}
    assert record.ids == ("eps_p", "BR_X_ee", "m_X")


def test_windows_are_signed():
    assert read(WINDOWS).windows == ((-1.0, 2.0), (5.0, 6.0))


def test_theory_conditions_need_no_confidence_level():
    assert read(LIMIT | {"role": '"theory"', "cl": None, "sided": None}).cl is None


def test_a_total_less_the_standard_model():
    total = replace(read(TOTAL | {"verified": "true"}), name="a_mu/lab-2025")
    standard = replace(read(STANDARD | {"scenario": '{ who = "us" }'}), name="a_mu/us-2020")
    shift = total.minus(standard)
    assert shift.name == "a_mu/lab-2025+us-2020"
    assert (shift.listed_as, shift.year) == ("a_mu/lab-2025", 2025)
    assert shift.quantity.terms == ("delta_a_mu",)
    assert shift.quantity.value == 0.25
    assert shift.quantity.up == pytest.approx(math.sqrt(2) * 76e-11)
    assert shift.scenario == {"who": "us"}
    assert not shift.verified  # one of the two was not seen
    assert shift.source == f"{total.source}; Standard Model: {standard.source}"
    assert shift.standard_model is standard


def test_uncertainties_of_a_total_cross_over():
    total = read(TOTAL | {"uncertainty": "[3.0, 5.0]"})
    known = read(STANDARD | {"uncertainty": "[12.0, 4.0]"})
    shift = total.minus(known).quantity
    assert (shift.up, shift.down) == (5.0, 13.0)  # a larger Standard Model value: a smaller shift


def test_windows_of_a_total_move_with_the_standard_model():
    total = read(WINDOWS | {"observable": '"a_tau"', "shift": '"delta_a_tau"'})
    shift = total.minus(read(STANDARD | {"observable": '"a_tau"'}))
    assert shift.windows == ((-1.75, 1.25), (4.25, 5.25))
    assert shift.quantity.id == "delta_a_tau"


@pytest.mark.parametrize("key", ["observable", "role", "kind", "unit", "where"])
def test_a_missing_field_is_named(key):
    assert f"the field {key} is missing" in mistake(GAUSSIAN | {key: None})


def test_a_number_without_source_is_refused():
    assert "no source" in mistake(GAUSSIAN | {"arxiv": None})
    assert read(GAUSSIAN | {"arxiv": None, "title": '"A talk"'}).place == "A talk"


@pytest.mark.parametrize("key", ["value", "uncertainty"])
def test_a_measurement_needs_its_number(key):
    assert f"the field {key} is missing" in mistake(GAUSSIAN | {key: None})


@pytest.mark.parametrize("key", ["limit", "cl", "sided"])
def test_a_limit_needs_its_level(key):
    assert f"the field {key} is missing" in mistake(LIMIT | {key: None})


@pytest.mark.parametrize(
    ("base", "key", "entry", "expected"),
    [
        (GAUSSIAN, "value", "nan", "a finite number"),
        (GAUSSIAN, "value", "inf", "a finite number"),
        (GAUSSIAN, "value", "1" + "0" * 400, "a finite number"),
        (GAUSSIAN, "value", '"279e-11"', "a finite number"),
        (GAUSSIAN, "value", "true", "a finite number"),
        (GAUSSIAN, "value", "[1.0, 2.0]", "a finite number"),
        (GAUSSIAN, "uncertainty", "-1e-11", "above 0"),
        (GAUSSIAN, "uncertainty", "0.0", "above 0"),
        (GAUSSIAN, "uncertainty", "[1e-11, -1e-11]", "above 0"),
        (GAUSSIAN, "uncertainty", "[1e-11]", "[up, down]"),
        (GAUSSIAN, "uncertainty", "{ stat = 1.0 }", "a finite number"),
        (GAUSSIAN, "observable", '"delta-a"', "prediction id"),
        (GAUSSIAN, "observable", '""', "a text"),
        (GAUSSIAN, "observable", "3", "a text"),
        (GAUSSIAN, "role", '"anomalie"', "bound, measurement, anomaly"),
        (GAUSSIAN, "kind", '"gauss"', "gaussian, upper, lower"),
        (GAUSSIAN, "unit", "1", "a text"),
        (GAUSSIAN, "arxiv", '"arXiv:2005.00028"', "an arXiv number"),
        (GAUSSIAN, "doi", '"doi.org/10.1/x"', "a DOI"),
        (GAUSSIAN, "verified", '"yes"', "true or false"),
        (GAUSSIAN, "theory_uncertainty", "1", "true or false"),
        (GAUSSIAN, "obtained", '"seen"', "read, digitised"),
        (CURVE, "curve", "[[0.01, 1e-3]]", "two or more rows"),
        (CURVE, "curve", "[[0.1, 1e-3], [0.01, 1e-3]]", "masses increasing"),
        (CURVE, "curve", "[[0.1, 1e-3], [0.1, 1e-3]]", "masses increasing"),
        (CURVE, "curve", "[[0.1, 1e-3], [0.2, 0.0]]", "above 0"),
        (CURVE, "curve", "[[0.1], [0.2]]", "two or more rows"),
        (CURVE, "curve", "[[], []]", "two or more rows"),
        (CURVE, "curve", "[0.1, 0.2]", "two or more rows"),
        (CURVE, "curve", '"limit.csv"', "two or more rows"),
        (CURVE, "against", '"m X"', "a prediction id"),
        (BAND, "curve", "[[0.1, 2.0, 1.0], [0.2, 1.0, 2.0]]", "lower edge below the upper"),
        (BAND, "edge_times", "{ BR = true }", "a finite number"),
        (WINDOWS, "windows", "[]", "a list of intervals"),
        (WINDOWS, "windows", "[[2.0, 1.0]]", "low < high"),
        (WINDOWS, "windows", "[1.0, 2.0]", "low < high"),
        (TOTAL, "shift", '"delta-a"', "a prediction id"),
        (GAUSSIAN, "supersedes", '"a/b-2004"', "a list of texts"),
        (GAUSSIAN, "valid", "{ m_X = [2.0, 1.0] }", "low < high"),
        (GAUSSIAN, "valid", "{ m_X = 1.0 }", "low < high"),
        (GAUSSIAN, "times", "[1.0]", "a table"),
        (GAUSSIAN, "times", '{ BR_X_ee = "one" }', "a finite number"),
        (GAUSSIAN, "scenario", "{ alpha = 1 }", "a text"),
        (LIMIT, "limit", "-1e-3", "above 0"),
        (LIMIT, "cl", "90", "0.68, 0.9, 0.95"),
        (LIMIT, "sided", "true", "one of 1, 2"),
        (LIMIT, "reading_error", "30.0", "relative error"),
        (PEAK, "value", "6e-6", "two entries"),
        (PEAK, "uncertainty", "[1e-4, 1e-6, 1e-6]", "two entries"),
        (PEAK, "unit", '"1"', "two entries"),
    ],
)
def test_a_wrong_entry_is_shown_with_what_was_expected(base, key, entry, expected):
    sentence = mistake(base | {key: entry})
    assert sentence.startswith(f"mine.toml: {key} = ")
    assert expected in sentence


def test_an_unknown_field_gets_the_nearest_name():
    assert "unknown field uncertanty; did you mean uncertainty?" in mistake(
        GAUSSIAN | {"uncertanty": "1.0"}
    )


def test_both_limit_and_value():
    sentence = mistake(GAUSSIAN | {"limit": "1.0"})
    assert "the field limit does not go with kind = 'gaussian'" in sentence
    assert "the field value does not go" in mistake(LIMIT | {"value": "1.0"})
    assert "allowed_below does not go" in mistake(LIMIT | {"allowed_below": "1e-9"})


def test_kind_and_role_belong_together():
    assert "expected kind band or curve or lower or upper or windows" in mistake(
        GAUSSIAN | {"role": '"bound"'}
    )
    assert "expected kind gaussian" in mistake(LIMIT | {"role": '"anomaly"'})
    window = {"kind": '"range"', "range": "[1.0, 2.0]", "limit": None, "cl": None, "sided": None}
    assert "expected kind" in mistake(LIMIT | window)
    assert read(LIMIT | window | {"role": '"info"'}).range == (1.0, 2.0)


def test_other_mistakes():
    assert "one standard deviation" in mistake(GAUSSIAN | {"cl": "0.95"})
    assert "allowed_below lies above limit" in mistake(
        LIMIT | {"kind": '"lower"', "allowed_below": "1.0"}
    )
    assert "[mass, rate]" in mistake(PEAK | {"observable": '["R_8Be_18p15", "m_X"]'})
    assert "[mass, rate]" in mistake(PEAK | {"value": "[0.017, -6e-6]"})


def test_mistakes_in_the_new_kinds():
    assert "the field curve is missing" in mistake(CURVE | {"curve": None})
    assert "wants [mass, limit]" in mistake(CURVE | {"curve": BAND["curve"]})
    assert "wants [mass, lower edge, upper edge]" in mistake(BAND | {"curve": CURVE["curve"]})
    assert "edge_times does not go" in mistake(CURVE | {"edge_times": "{ BR = 1 }"})
    assert "the field limit does not go" in mistake(WINDOWS | {"limit": "1.0"})
    assert "the field shift does not go" in mistake(LIMIT | {"shift": '"delta_a_mu"'})
    assert "expected kind gaussian" in mistake(LIMIT | {"role": '"standard-model"'})
    assert "belongs to the measured total" in mistake(STANDARD | {"shift": '"delta_a_mu"'})
    assert "[mass, rate]" in mistake(PEAK | {"shift": '"delta_a_mu"'})
    memory = {"obtained": '"memory"', "verified": "true"}
    assert "one is wrong" in mistake(GAUSSIAN | memory)


def test_files_that_are_no_records():
    for data, found in [
        (b"", "the field observable is missing"),
        (b"value = 1\nrole == 2\n", "line 2"),
        (b"\xff\xfe\x00binary", "found binary data"),
        (b"value = 1\nvalue = 2\n", "line 2, .*this key stands twice"),
    ]:
        with pytest.raises(RecordError, match=found):
            parse_record(data, name="mine", file="mine.toml")

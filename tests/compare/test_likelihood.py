"""One record at a time: the status table, its boundaries, and the likelihood."""

import math
from statistics import NormalDist

import numpy as np
import pytest

from recette.compare import RowStatus, compare_record, row_status
from recette.measurements import Quantity, Record

ANOMALY = Record(
    name="anomaly",
    quantity=Quantity(("x",), "1", value=4.0, up=1.0, down=1.0),
    role="anomaly",
    kind="gaussian",
    where="here",
)
UPPER = Record(
    name="upper",
    quantity=Quantity(("x",), "1"),
    role="bound",
    kind="upper",
    where="here",
    limit=1.2e-3,
    cl=0.90,
    sided=2,
)


def variant(record, **changes):
    return Record(**{**record.__dict__, **changes})


def status(record, prediction):
    return RowStatus(int(compare_record(record, prediction).status))


def test_the_first_match_wins_in_the_order_of_the_table():
    # Every condition at once, then one less each time.
    given = {
        "failed": True,
        "not_applicable": True,
        "closed": True,
        "ratio": 1.01,
        "reading_error": 0.05,
    }
    for key, expected in [
        (None, RowStatus.FAILED),
        ("failed", RowStatus.NOT_APPLICABLE),
        ("not_applicable", RowStatus.CLOSED),
        ("closed", RowStatus.BORDERLINE),
        ("reading_error", RowStatus.EXCLUDED),
    ]:
        given |= {key: 0.0 if key == "reading_error" else False} if key else {}
        assert row_status("bound", **given) == expected
    assert row_status("theory", failed=False, ratio=1.01, reading_error=0.05) == RowStatus.VIOLATED
    assert row_status("theory", failed=False, ratio=0.99) == RowStatus.SATISFIED
    order = "FAILED NOT_APPLICABLE CLOSED VIOLATED SATISFIED BORDERLINE EXCLUDED TENSION"
    order += " EXPLAINS UNEXPLAINED IMPROVES ALLOWED"
    assert " ".join(s.name for s in RowStatus) == order


@pytest.mark.parametrize(
    ("x", "expected"),
    [  # 4(1), so p0 = -4 and D = (x - 4)^2 - 16
        (9.0, RowStatus.EXCLUDED),  # D = 9 exactly
        (8.999, RowStatus.TENSION),
        (8.4722, RowStatus.TENSION),  # D = 4.0005
        (8.47, RowStatus.UNEXPLAINED),  # D = 3.98
        (8.0, RowStatus.UNEXPLAINED),
        (6.001, RowStatus.UNEXPLAINED),
        (6.0, RowStatus.IMPROVES),  # p = 2 exactly is not beyond 2
        (5.001, RowStatus.IMPROVES),
        (5.0, RowStatus.EXPLAINS),  # p = 1 exactly is within 1
        (4.0, RowStatus.EXPLAINS),
        (3.0, RowStatus.EXPLAINS),
        (2.999, RowStatus.IMPROVES),
        (1.9, RowStatus.UNEXPLAINED),  # however large the improvement
        (0.0, RowStatus.UNEXPLAINED),
        (-0.13, RowStatus.UNEXPLAINED),
        (-1.0, RowStatus.EXCLUDED),
    ],
)
def test_an_anomaly(fake, x, expected):
    assert status(ANOMALY, fake({"x": x})) == expected
    assert status(variant(ANOMALY, role="measurement"), fake({"x": x})) == expected


def test_a_measurement_that_agrees_with_the_standard_model(fake):
    agrees = variant(ANOMALY, quantity=Quantity(("x",), "1", value=1.0, up=1.0, down=1.0))
    assert status(agrees, fake({"x": 1.0})) == RowStatus.IMPROVES  # D = -1 exactly
    assert status(agrees, fake({"x": 0.1})) == RowStatus.ALLOWED  # p0 = 1: nothing to explain
    assert status(agrees, fake({"x": 3.1})) == RowStatus.UNEXPLAINED  # p = 2.1, D = 3.41
    assert status(agrees, fake({"x": 3.3})) == RowStatus.TENSION  # D = 4.29


def test_information_never_excludes_nor_explains(fake):
    for x in (-10.0, 0.0, 4.0, 40.0):
        row = status(variant(ANOMALY, role="info"), fake({"x": x}))
        assert row == RowStatus.ALLOWED
    assert status(variant(UPPER, role="info"), fake({"x": 1.0})) == RowStatus.ALLOWED


def test_a_sum_in_floating_point_is_not_beyond_the_limit(fake):
    x = -8e-4 + 2e-3
    assert x == 0.0012000000000000001 > 1.2e-3
    assert status(UPPER, fake({"x": x})) == RowStatus.ALLOWED
    assert status(UPPER, fake({"x": -x})) == RowStatus.ALLOWED
    assert status(UPPER, fake({"x": 1.2e-3 * (1 + 2e-9)})) == RowStatus.EXCLUDED
    assert status(UPPER, fake({"x": -1.3e-3})) == RowStatus.EXCLUDED
    lower = variant(UPPER, kind="lower", limit=x)
    assert status(lower, fake({"x": 1.2e-3})) == RowStatus.ALLOWED
    assert status(lower, fake({"x": 1.1e-3})) == RowStatus.EXCLUDED


def test_a_curve_leaves_a_border(fake):
    curve = variant(UPPER, reading_error=0.05)
    assert status(curve, fake({"x": 1.2e-3 * math.exp(0.0499)})) == RowStatus.BORDERLINE
    assert status(curve, fake({"x": 1.2e-3 * math.exp(-0.0499)})) == RowStatus.BORDERLINE
    assert status(curve, fake({"x": 1.2e-3 * math.exp(0.0501)})) == RowStatus.EXCLUDED
    assert status(curve, fake({"x": 1.2e-3 * math.exp(-0.0501)})) == RowStatus.ALLOWED
    assert status(curve, fake({"x": 0.0})) == RowStatus.ALLOWED


def test_a_lower_limit_holds_only_where_something_is_produced(fake):
    edge = variant(UPPER, kind="lower", limit=6.8e-4, allowed_below=1.0488e-8, times={"BR": -0.5})
    assert status(edge, fake({"x": 8e-4, "BR": 1.0})) == RowStatus.ALLOWED
    assert status(edge, fake({"x": 5e-4, "BR": 1.0})) == RowStatus.EXCLUDED
    # Gamma = Gamma_ee/BR: at BR = 2.6 % the decay is faster, the edge moves to 1.1e-4.
    assert status(edge, fake({"x": 1.333e-4, "BR": 0.026})) == RowStatus.ALLOWED
    assert status(edge, fake({"x": 1.0e-4, "BR": 0.026})) == RowStatus.EXCLUDED
    # Production does not know the branching ratio.
    assert status(edge, fake({"x": 1.0e-8, "BR": 0.026})) == RowStatus.ALLOWED
    assert status(edge, fake({"x": 1.1e-8, "BR": 1.0})) == RowStatus.EXCLUDED
    assert status(edge, fake({"x": 0.0, "BR": 1.0})) == RowStatus.ALLOWED
    assert status(edge, fake({"x": 0.0, "BR": 0.0})) == RowStatus.ALLOWED
    nothing = compare_record(variant(edge, allowed_below=0.0), fake({"x": 1e-300, "BR": 1.0}))
    assert nothing.status == RowStatus.EXCLUDED


def test_factors_multiply_the_prediction_and_its_uncertainty(fake):
    record = variant(ANOMALY, times={"BR": 1.0, "P": 2.0})
    c = compare_record(record, fake({"x": 8.0, "BR": 0.5, "P": -1.0}, uncertainty={"x": 0.2}))
    assert c.prediction == pytest.approx(4.0)
    assert c.theory_uncertainty == pytest.approx(0.1)
    assert c.status == RowStatus.EXPLAINS
    root = compare_record(variant(UPPER, times={"BR": 0.5}), fake({"x": -2e-3, "BR": 0.25}))
    assert root.prediction == pytest.approx(-1e-3)
    assert root.ratio == pytest.approx(1e-3 / 1.2e-3)


def test_a_sum_of_predictions(fake):
    record = variant(UPPER, quantity=Quantity(("x", "y"), "1"))
    assert compare_record(record, fake({"x": 1e-3, "y": -4e-4})).prediction == pytest.approx(6e-4)
    assert status(record, fake({"x": 1e-3})) == RowStatus.NOT_APPLICABLE


def test_asymmetric_uncertainty(fake):
    record = variant(ANOMALY, quantity=Quantity(("x",), "1", value=4.0, up=2.0, down=1.0))
    assert compare_record(record, fake({"x": 6.0})).pull == 1.0  # above: up
    assert compare_record(record, fake({"x": 2.0})).pull == -2.0  # below: down
    assert compare_record(record, fake({"x": 2.0})).pull_sm == -4.0
    negative = variant(ANOMALY, quantity=Quantity(("x",), "1", value=-4.0, up=2.0, down=1.0))
    assert compare_record(negative, fake({"x": 0.0})).pull_sm == 2.0


def test_a_theory_uncertainty_is_used_only_where_the_record_says_so(fake):
    prediction = fake({"x": 8.0}, uncertainty={"x": math.sqrt(3)})
    shown = compare_record(ANOMALY, prediction)
    assert (shown.pull, shown.theory_uncertainty) == (4.0, pytest.approx(math.sqrt(3)))
    used = compare_record(variant(ANOMALY, theory_uncertainty=True), prediction)
    assert used.pull == pytest.approx(2.0)
    assert used.pull_sm == -4.0
    without = compare_record(variant(ANOMALY, theory_uncertainty=True), fake({"x": 8.0}))
    assert without.pull == 4.0
    assert np.isnan(without.theory_uncertainty)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_fails(fake, bad):
    for record in (ANOMALY, UPPER, variant(UPPER, kind="lower"), variant(UPPER, role="theory")):
        c = compare_record(record, fake({"x": bad}))
        assert c.status == RowStatus.FAILED
        assert np.isnan(c.chi2)
        factor = variant(record, times={"BR": 1.0})
        assert status(factor, fake({"x": 0.0, "BR": bad})) == RowStatus.FAILED
        # A stable particle flies infinitely far: out of range, not a failure.
        window = variant(record, valid={"m": (0.0, 1.0)})
        outside = RowStatus.FAILED if math.isnan(bad) else RowStatus.NOT_APPLICABLE
        assert status(window, fake({"x": 0.0, "m": bad})) == outside


def test_a_spectrum_that_did_not_converge_fails(fake):
    assert status(ANOMALY, fake({"x": 4.0}, status=np.asarray(1))) == RowStatus.FAILED
    assert status(ANOMALY, fake({}, not_applicable=("x",), status=2)) == RowStatus.FAILED


def test_outside_its_validity_a_record_says_nothing(fake):
    record = variant(UPPER, valid={"m": (0.016, 0.018)})
    assert status(record, fake({"x": 1.0, "m": 0.018})) == RowStatus.EXCLUDED  # edges belong
    assert status(record, fake({"x": 1.0, "m": 0.0181})) == RowStatus.NOT_APPLICABLE
    c = compare_record(record, fake({"x": 1.0, "m": 0.001}))
    assert c.status == RowStatus.NOT_APPLICABLE
    assert c.chi2 == 0
    assert np.isnan(c.ratio)
    assert c.prediction == 1.0


def test_what_the_model_lacks_is_not_applicable(fake):
    assert status(ANOMALY, fake({}, not_applicable=("x",))) == RowStatus.NOT_APPLICABLE
    assert status(ANOMALY, fake({"y": 1.0})) == RowStatus.NOT_APPLICABLE


def test_a_closed_channel_is_the_standard_model(fake):
    c = compare_record(ANOMALY, fake({"x": 0.0}, closed={"x": True}))
    assert c.status == RowStatus.CLOSED
    assert c.chi2 == 16
    factor = variant(UPPER, times={"BR": 1.0})
    assert status(factor, fake({"x": 1.0, "BR": 0.0}, closed={"BR": True})) == RowStatus.CLOSED


@pytest.mark.parametrize(("cl", "sided"), [(0.90, 1), (0.90, 2), (0.95, 1), (0.95, 2)])
def test_a_limit_in_the_likelihood(fake, cl, sided):
    record = variant(UPPER, cl=cl, sided=sided)
    c = compare_record(record, fake({"x": 1.2e-3}))
    # At the limit the tails of a normal distribution hold what the level leaves over.
    tail = 1 - NormalDist().cdf(math.sqrt(c.chi2))
    assert tail * sided == pytest.approx(1 - cl, rel=1e-9)
    assert compare_record(record, fake({"x": 2.4e-3})).chi2 == pytest.approx(4 * c.chi2)
    assert compare_record(record, fake({"x": 0.0})).chi2 == 0


CURVE = variant(
    UPPER, kind="curve", limit=math.nan, curve=((0.01, 1e-3), (0.1, 1e-5)), times={"BR": 0.5}
)
BAND = variant(
    CURVE,
    kind="band",
    curve=((0.01, 1e-4, 6e-4), (0.1, 1e-4, 6e-4)),
    edge_times={"BR": -0.5},
)
WINDOWS = variant(UPPER, kind="windows", limit=math.nan, windows=((-6.0, 8.0), (20.0, 30.0)))


def test_a_limit_that_depends_on_the_mass(fake):
    def at(m_X, x, BR=1.0):
        return compare_record(CURVE, fake({"x": x, "BR": BR, "m_X": m_X}))

    middle = at(10**-1.5, 2e-4)
    assert middle.limit == pytest.approx(1e-4)  # a straight line in the logarithms
    assert middle.ratio == pytest.approx(2)
    assert middle.status == RowStatus.EXCLUDED
    assert at(10**-1.5, -0.5e-4).status == RowStatus.ALLOWED
    assert at(10**-1.5, 2e-4, BR=0.2).status == RowStatus.ALLOWED
    assert at(0.01, 1.01e-3).status == RowStatus.EXCLUDED  # the end belongs to the curve
    for m_X in (0.0099, 0.1001, 0.0):
        outside = at(m_X, 1.0)
        assert outside.status == RowStatus.NOT_APPLICABLE
        assert np.isnan(outside.limit)
        assert outside.chi2 == 0


@pytest.mark.parametrize(
    ("x", "BR", "expected", "ratio"),
    [
        (3e-4, 1.0, RowStatus.EXCLUDED, 2.0),  # inside; the nearer edge is 6e-4
        (1.01e-4, 1.0, RowStatus.EXCLUDED, 1.01),
        (0.99e-4, 1.0, RowStatus.ALLOWED, 0.99),  # too few produced
        (6.1e-4, 1.0, RowStatus.ALLOWED, 6 / 6.1),  # decays in the dump
        (3e-4, 0.2, RowStatus.ALLOWED, 0.8944),  # a shorter life: 3e-4/sqrt(0.2) = 6.7e-4
        (3e-4, 0.3, RowStatus.EXCLUDED, 1.0954),
        (1.2e-4, 0.5, RowStatus.ALLOWED, 0.8485),  # too few seen: 1.2e-4 sqrt(0.5) = 0.85e-4
        (0.0, 1.0, RowStatus.ALLOWED, 0.0),
        (3e-4, 0.0, RowStatus.ALLOWED, 0.0),  # nothing decays to what is seen
        (0.0, 0.0, RowStatus.ALLOWED, 0.0),
    ],
)
def test_a_band_excludes_between_production_and_lifetime(fake, x, BR, expected, ratio):
    c = compare_record(BAND, fake({"x": x, "BR": BR, "m_X": 0.02}))
    assert c.status == expected
    assert c.ratio == pytest.approx(ratio, rel=1e-3)
    assert (c.limit, c.edge) == (pytest.approx(1e-4), pytest.approx(6e-4))


def test_the_edges_of_a_band_are_border(fake):
    record = variant(BAND, reading_error=0.05)
    for x in (0.98e-4, 1.02e-4, 5.9e-4, 6.1e-4):
        assert status(record, fake({"x": x, "BR": 1.0, "m_X": 0.02})) == RowStatus.BORDERLINE
    assert status(record, fake({"x": 3e-4, "BR": 1.0, "m_X": 0.02})) == RowStatus.EXCLUDED


@pytest.mark.parametrize(
    ("x", "ratio"),
    [(1.0, 0.0), (8.0, 1.0), (-6.0, 1.0), (10.0, 9 / 7), (-8.0, 9 / 7), (25.0, 0), (20.0, 1.0)],
)
def test_windows_of_the_signed_value(fake, x, ratio):
    c = compare_record(WINDOWS, fake({"x": x}))
    assert c.ratio == pytest.approx(ratio)
    assert c.status == (RowStatus.EXCLUDED if ratio > 1 else RowStatus.ALLOWED)
    assert c.chi2 == pytest.approx((NormalDist().inv_cdf(0.95) * ratio) ** 2)
    assert compare_record(WINDOWS, fake({"x": -10.0})).status == RowStatus.EXCLUDED


def test_new_kinds_fail_on_a_number_that_is_none(fake):
    for record in (CURVE, BAND, WINDOWS):
        for bad in (math.nan, math.inf):
            assert status(record, fake({"x": bad, "BR": 1.0, "m_X": 0.02})) == RowStatus.FAILED
        if record is not WINDOWS:
            prediction = fake({"x": 1e-3, "BR": 1.0, "m_X": math.nan})
            assert status(record, prediction) == RowStatus.FAILED


def test_a_total_pulls_as_its_shift(fake):
    total = variant(
        ANOMALY, quantity=Quantity(("a",), "1", value=10.0, up=3.0, down=3.0), shift="x"
    )
    standard = variant(
        ANOMALY, quantity=Quantity(("a",), "1", value=4.0, up=4.0, down=4.0), name="a/sm-2020"
    )
    c = compare_record(total.minus(standard), fake({"x": 2.0}))
    assert c.pull == pytest.approx((4.0 + 2.0 - 10.0) / 5.0)
    assert c.pull_sm == pytest.approx((4.0 - 10.0) / 5.0)


def test_the_standard_model_has_no_value_for_a_mass(fake):
    mass = variant(ANOMALY, role="info", quantity=Quantity(("m_X",), "GeV", 0.017, 1e-3, 1e-3))
    c = compare_record(mass, fake({"m_X": 0.018}))
    assert c.pull == pytest.approx(1.0)
    assert np.isnan(c.pull_sm)
    assert c.delta_chi2 == pytest.approx(1.0)


PEAK = variant(
    ANOMALY,
    quantity=Quantity(("R",), "1", value=6e-6, up=1e-6, down=1e-6),
    mass=Quantity(("m_X",), "GeV", value=0.01701, up=0.00016, down=0.00016),
)


def test_a_peak_is_explained_by_mass_and_rate_both(fake):
    assert status(PEAK, fake({"R": 6e-6, "m_X": 0.0170})) == RowStatus.EXPLAINS
    assert status(PEAK, fake({"R": 4.9e-6, "m_X": 0.0170})) == RowStatus.IMPROVES
    assert status(PEAK, fake({"R": 6e-6, "m_X": 0.0168})) == RowStatus.IMPROVES
    assert status(PEAK, fake({"R": 6e-6, "m_X": 0.0165})) == RowStatus.UNEXPLAINED
    assert status(PEAK, fake({"R": 4.4e-7, "m_X": 0.0170})) == RowStatus.UNEXPLAINED


def test_the_pull_of_a_peak_is_the_larger_one_with_its_sign(fake):
    c = compare_record(PEAK, fake({"R": 5.5e-6, "m_X": 0.01701 - 2 * 0.00016}))
    assert c.pull == pytest.approx(-2.0)
    assert c.pull_sm == pytest.approx(-6.0)
    assert c.mass == 0.01701 - 2 * 0.00016
    c = compare_record(PEAK, fake({"R": 4.4e-7, "m_X": 0.0170}))
    assert c.pull == pytest.approx(-5.56)


def test_near_the_best_fit_a_peak_is_a_sum_of_squares(fake):
    for rate, deviations in [(6.0e-6, 0.1), (6.05e-6, -0.1), (6.0e-6, 0.5)]:
        c = compare_record(PEAK, fake({"R": rate, "m_X": 0.01701 + deviations * 0.00016}))
        p = (rate - 6e-6) / 1e-6
        # Corrections: p_m^4/(2 * 36), and p_m^2 p/6.
        assert c.chi2 == pytest.approx(p**2 + deviations**2, abs=0.002)


def test_a_boson_that_is_not_produced_is_not_excluded_by_its_mass(fake):
    c = compare_record(PEAK, fake({"R": 1e-12, "m_X": 0.005}))
    assert c.delta_chi2 == pytest.approx(0, abs=1e-4)
    assert c.status == RowStatus.UNEXPLAINED
    # As large a peak as the one seen, but elsewhere: excluded.
    assert status(PEAK, fake({"R": 6e-6, "m_X": 0.010})) == RowStatus.EXCLUDED
    assert compare_record(PEAK, fake({"R": 6e-6, "m_X": 0.010})).chi2 == pytest.approx(72)


def test_a_batch_equals_its_points(fake):
    rng = np.random.default_rng(20)
    n = 400
    values = {
        "x": rng.normal(0, 6, n) * 10.0 ** rng.integers(-4, 1, n),
        "R": rng.uniform(0, 9e-6, n),
        "m_X": rng.uniform(0.0165, 0.0175, n),
        "BR": rng.choice([0.0, 0.3, 1.0, np.nan], n, p=[0.1, 0.4, 0.4, 0.1]),
        "m": np.asarray(0.017),  # 0-d among arrays: broadcast
    }
    closed = {"R": rng.random(n) < 0.1}
    uncertainty = {"x": rng.random(n)}
    code = rng.choice([0, 1], n, p=[0.9, 0.1])
    prediction = fake(values, uncertainty, closed, status=code)
    records = [
        ANOMALY,
        PEAK,
        variant(ANOMALY, theory_uncertainty=True, times={"BR": 1.0}),
        variant(UPPER, reading_error=0.3, times={"BR": 0.5}),
        variant(UPPER, kind="lower", allowed_below=1e-4, times={"BR": -0.5}),
        variant(UPPER, role="theory", valid={"m_X": (0.0168, 0.0173)}),
        variant(UPPER, quantity=Quantity(("none",), "1")),
        variant(CURVE, curve=((0.0166, 1e-3), (0.0174, 1.0))),
        variant(BAND, curve=((0.0164, 1e-3, 0.5), (0.0176, 1e-2, 4.0)), reading_error=0.1),
        WINDOWS,
    ]
    seen = set()
    for record in records:
        batch = compare_record(record, prediction)
        assert all(np.shape(a) == (n,) for a in batch.__dict__.values())
        seen |= set(batch.status.tolist())
        for i in range(n):
            one = fake(
                {key: a if a.ndim == 0 else a[i] for key, a in values.items()},
                {"x": uncertainty["x"][i]},
                {"R": closed["R"][i]},
                status=code[i],
            )
            for key, single in compare_record(record, one).__dict__.items():
                # Vector instructions round exp and powers differently in the last digits.
                other = getattr(batch, key)[i]
                assert np.allclose(single, other, rtol=1e-13, atol=0, equal_nan=True), key
    assert seen == set(RowStatus)  # the sample meets every status

"""The comparison inside a compiled program, and the derivatives of chi2."""

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import recette._precision  # noqa: F401  (64 bit)
from recette.compare import BatchVerdict, RowStatus, compare_batch, compare_record, row_status
from recette.measurements import Quantity, Record, load_vintage

VINTAGES = ["2020", "latest"]
N = 400  # one size, so that what is compiled serves several tests
CLOSABLE = ("R_8Be_18p15", "R_8Be_17p64")
# Nothing, almost nothing, far too much, of either sign; where a curve or a range begins and ends.
HARD = [0.0, 1e-30, -1e-30, 1e30, -1e30]
MASSES = [0.0, 1e-4, 0.002, 0.01, 0.016, 0.1, 10.0, 1e200]
INFINITE = ("ctau_X", "landau_pole_over_M")  # legal infinities


@jax.tree_util.register_dataclass
@dataclass
class Prediction:
    values: dict
    uncertainty: dict = field(default_factory=dict)
    closed: dict = field(default_factory=dict)
    status: object = 0
    not_applicable: tuple = field(default=(), metadata={"static": True})


def typical(vintage):
    """A size for every prediction at which its records are near a change of status."""
    sizes = {"m_X": 0.017}
    for r in sorted(vintage.records, key=lambda r: len(r.times)):
        numbers = [r.limit, max(abs(r.quantity.value), r.quantity.up), r.range[1]]
        numbers += [row[1] for row in (*r.curve, *r.windows)]
        size = next(x for x in numbers if np.isfinite(x))
        sizes = dict.fromkeys(r.quantity.terms, size) | sizes
    for r in vintage.records:
        sizes = {id: (low * high) ** 0.5 for id, (low, high) in r.valid.items()} | sizes
        sizes = dict.fromkeys((*r.times, *r.edge_times), 0.5) | sizes
    return sizes


def random_points(vintage, n=N):
    rng = np.random.default_rng(3)
    values = {id: size * rng.normal(1, 1.5, n) for id, size in typical(vintage).items()}
    for id in values:
        if id.startswith(("BR_X", "BR_hX", "P_")):
            values[id] = rng.uniform(0, 1, n)
    half = rng.random(n) < 0.5
    values["m_X"] = np.where(half, rng.uniform(0.0158, 0.0184, n), 10 ** rng.uniform(-3, -0.5, n))
    uncertainty = {"delta_a_mu": np.full(n, 1e-10)}
    closed = {id: rng.random(n) < 0.2 for id in CLOSABLE}
    code = rng.choice([0, 3, 1], n, p=[0.8, 0.1, 0.1]).astype(np.int32)
    return Prediction(values, uncertainty, closed, code)


def hard_points(vintage):
    """Every prediction in turn at every hard value, the others at their typical size."""
    sizes = typical(vintage)
    cases = [(id, x) for id in sizes for x in (MASSES if id == "m_X" else HARD)]
    cases += [(id, np.inf) for id in INFINITE if id in sizes]
    values = {id: np.full(N, size) for id, size in sizes.items()}
    for i, (id, x) in enumerate(cases):
        values[id][i] = x
    closed = {id: np.zeros(N, bool) for id in CLOSABLE}
    return Prediction(values, {"delta_a_mu": np.zeros(N)}, closed, np.zeros(N, np.int32))


def broken(vintage):
    """The same, and NaN or infinity in every prediction in turn from the end."""
    p = hard_points(vintage)
    for k, id in enumerate(p.values):
        p.values[id][[-2 * k - 1, -2 * k - 2]] = np.nan, np.inf
    return p


@pytest.mark.parametrize("points", [random_points, broken], ids=["random", "hard"])
@pytest.mark.parametrize("name", VINTAGES)
def test_numpy_and_jax_agree(name, points):
    vintage = load_vintage(name)
    prediction = points(vintage)

    @jax.jit
    def compiled(p):
        return [vars(compare_record(r, p, jnp)) for r in vintage.records]

    seen = Counter()
    for record, other in zip(vintage.records, compiled(prediction), strict=True):
        here = vars(compare_record(record, prediction))
        np.testing.assert_array_equal(here["status"], other["status"], record.name)
        assert other["status"].dtype == here["status"].dtype == np.int8
        seen.update(RowStatus(code) for code in here["status"])
        # Both round at 1e-16. Pull and delta_chi2 are differences: of numbers in units of sigma.
        scale = np.nan_to_num(here["pull_sm"]).max() ** 2 + 1
        for key, numbers in here.items():
            atol = 1e-13 * scale if key in ("pull", "delta_chi2", "chi2") else 0
            np.testing.assert_allclose(
                other[key], numbers, rtol=1e-12, atol=atol, err_msg=f"{record.name} {key}"
            )
    assert {RowStatus.FAILED, RowStatus.NOT_APPLICABLE, RowStatus.EXCLUDED} < seen.keys()
    assert points is broken or len(seen) == len(RowStatus)  # the random ones meet every status


@pytest.mark.parametrize("name", VINTAGES)
def test_a_compiled_verdict_is_the_verdict(name):
    vintage = load_vintage(name)
    prediction = random_points(vintage)
    here = compare_batch(prediction, vintage)
    there = jax.jit(lambda p: compare_batch(p, vintage, xp=jnp))(prediction)
    assert isinstance(there, BatchVerdict)
    assert there.status.keys() == here.status.keys()
    for key in ("allowed", "excluded", "theory_ok"):
        np.testing.assert_array_equal(getattr(there, key), getattr(here, key))
    np.testing.assert_allclose(there.chi2, here.chi2, rtol=1e-12)  # NaN where it failed
    assert here.theory_ok.any() and here.excluded.any() and np.isnan(here.chi2).any()


def test_the_table_is_the_same_for_every_role():
    x = np.concatenate([np.linspace(-12, 12, 97), [0.95, 1.05, np.nan, np.inf]])
    for role in ("bound", "measurement", "anomaly", "theory", "info"):
        given = {"ratio": np.abs(x), "pull": x, "pull_sm": -3.0, "delta_chi2": x**2 - 9}
        given |= {"failed": x > 11, "closed": x < -11, "reading_error": 0.1}
        here, there = (row_status(role, **given, xp=xp) for xp in (np, jnp))
        np.testing.assert_array_equal(here, there)


@partial(jax.jit, static_argnames="vintage")
def derivatives(prediction, vintage):
    """chi2, its slope with every prediction, and the sum of the slopes by forward mode."""

    def chi2(values):
        return compare_batch(replace(prediction, values=values), vintage, xp=jnp).chi2

    total, back = jax.vjp(chi2, prediction.values)
    ones = jax.tree.map(jnp.ones_like, prediction.values)
    forward = jax.jvp(chi2, (prediction.values,), (ones,))[1]
    return total, back(jnp.ones_like(total))[0], forward


@pytest.mark.parametrize("name", VINTAGES)
def test_derivatives_are_finite_on_hard_values(name):
    vintage = load_vintage(name)
    total, slopes, forward = derivatives(hard_points(vintage), vintage)
    assert np.isfinite(total).all()
    for id, slope in slopes.items():
        assert np.isfinite(slope).all(), id
    assert np.isfinite(forward).all()  # none cancels in the sum: a NaN or an infinity is seen


@pytest.mark.parametrize("name", VINTAGES)
def test_the_gradient_against_finite_differences(name):
    vintage = load_vintage(name)
    points, step = random_points(vintage), 1e-6
    total, slopes, forward = derivatives(points, vintage)
    failed = np.isnan(total)
    assert (failed == (points.status == 1)).all()
    assert np.median(total[~failed]) < 1e4  # else one term hides the others
    assert (slopes["R_8Be_18p15"][points.closed["R_8Be_18p15"]] == 0).all()
    # Rounding of a sum of forty terms of either sign, each of a few dozen operations.
    size = sum(np.abs(slope) for slope in slopes.values())
    assert np.all((np.abs(forward - sum(slopes.values())) <= 1e-12 * size)[~failed])
    for id, x in points.values.items():
        moved = [points.values | {id: x * (1 + s)} for s in (step, -step)]
        up, down = (compare_batch(replace(points, values=m), vintage).chi2 for m in moved)
        # Truncation leaves step^2 = 1e-12 of the slope, rounding 1e-16/step = 1e-10 of chi2;
        # curves and exponentials have third derivatives of up to 1e3: 8e-10 is met.
        error = np.abs((up - down) / (2 * step) - x * slopes[id])
        assert np.all((error <= 1e-8 * (np.abs(x * slopes[id]) + total))[~failed]), id


UPPER = Record("upper", Quantity(("x",), "1"), "bound", "upper", "here", limit=2.0, cl=0.9, sided=2)


def test_the_slope_at_the_end_of_a_range():
    """The likelihood is linear in a branching ratio whose root multiplies the coupling."""
    record = replace(UPPER, times={"BR": 0.5})

    def at(BR, x=1.0, record=record):
        return compare_record(record, Prediction({"x": x, "BR": BR}), jnp).chi2

    assert jax.grad(at)(0.0) == pytest.approx(float(at(1.0)), rel=1e-15)
    assert jax.grad(lambda x: at(1.0, x))(0.0) == 0
    root = replace(record, kind="windows", windows=((1.0, 3.0),))  # no finite slope exists
    assert jax.grad(partial(at, record=root))(0.0) == 0
    lower = replace(UPPER, kind="lower", times={"BR": -0.5}, allowed_below=1e-8)
    assert jax.grad(partial(at, record=lower))(0.0) == pytest.approx(float(at(1.0, 1.0, lower)))
    assert jax.grad(lambda x: at(1.0, x, lower))(1e-9) == 0


def test_a_curve_is_the_same_in_both_modules():
    curves = [r for r in load_vintage("latest").records if r.curve]
    nodes = [row[0] for record in curves for row in record.curve]
    x = np.array([*nodes, *np.geomspace(1e-4, 1, 501), 0.0, 1e-320, np.inf, np.nan])
    compiled = jax.jit(lambda x: [record.at(x, jnp) for record in curves])
    for r, there in zip(curves, compiled(x), strict=True):
        # Logarithms of numbers down to 1e-8: 18 times the rounding, in each of a few operations.
        np.testing.assert_allclose(there, r.at(x), rtol=1e-13)
        mass, *columns = np.array(r.curve).T
        np.testing.assert_allclose(r.at(mass), columns, rtol=1e-14)


def test_equal_vintages_compile_once():
    traced = []

    @partial(jax.jit, static_argnames="vintage")
    def run(prediction, vintage):
        traced.append(vintage)
        return compare_batch(prediction, vintage, xp=jnp)

    latest = load_vintage("latest")
    points = random_points(latest)
    for vintage in (latest, load_vintage("latest"), replace(latest), latest.choose({})):
        run(points, vintage=vintage)
    assert len(traced) == 1
    first, second = (run(points, vintage=latest.choose({"alpha": "Cs"})).chi2 for _ in range(2))
    assert len(traced) == 2
    np.testing.assert_array_equal(first, second)
    assert np.nansum(first) != np.nansum(run(points, vintage=latest).chi2)

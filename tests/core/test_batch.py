"""Batches and their derivatives: size of the programs, slopes against mpmath, users' functions."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from mpmath import mp, mpf

import recette as rc
from oracles.hard import ODD
from oracles.oracle import INPUTS, solve
from recette.core import batch
from recette.core.arrays import complete_inputs
from recette.core.model import Model
from recette.core.observable import observable
from recette.core.point import ChargedLeptons
from recette.models.ladder import BL_VLL
from recette.types import Status

PRESET = {
    "m_Zprime": 0.017,
    "eps": -8e-4,
    "eps_BL": 2e-3,
    "m_hX": 70.0,
    "M_L": [90.0] * 3,
    "M_E": [90.0] * 3,
    "delta_nu": [0.0] * 3,
    "delta_A": [0.0] * 3,
    "h": [-1.6520e-6, -1.5483e-3, 0.0],
    "k": [1e-7, 1e-7, 0.0],
    "y_nu": [1e-7] * 3,
    "y_M": [1.0077] * 3,
}
EDGE = {**PRESET, "delta_nu": [1.0, 1.0, -0.999], "h": [0.0] * 3, "k": [0.0] * 3, "y_nu": [0.0] * 3}
POINTS = (ODD, PRESET, EDGE)
TOGETHER = {name: np.array([p[name] for p in POINTS]) for name in PRESET}


@pytest.fixture(scope="module")
def slopes():
    return rc.gradient_batch("bl-vll", TOGETHER, of=("chi2", "delta_a_mu"), vintage="latest")


def exact_slope(point, name):
    """Central difference of the oracle's Delta a_mu, 60 digits: its error is 1e-30 of the slope."""
    x = point[name][1] if isinstance(point[name], list) else point[name]
    step = mpf(max(abs(x), 1e-3)) * mpf("1e-15")

    def at(value):
        old = point[name]
        given = [old[0], value, old[2]] if isinstance(old, list) else value
        found = solve({**point, name: given}, INPUTS, only=(1,))
        return found["generations"][1]["delta_a"]["total"]

    with mp.workdps(60):
        return float((at(mpf(x) + step) - at(mpf(x) - step)) / (2 * step)), x


@pytest.mark.parametrize("row", [0, 1], ids=["hard", "preset"])
@pytest.mark.parametrize("name", ["m_hX", "M_L", "M_E", "delta_nu", "h", "k", "eps_BL"])
def test_slope_of_the_muon_moment_against_mpmath(slopes, row, name):
    expected, x = exact_slope(POINTS[row], name)
    found = slopes["delta_a_mu"][name][row]
    found = found[1] if np.ndim(found) else found
    # Parts of single states are 1e-3 and cancel: x times the slope is known to 1e-13 of those; to
    # relative 1e-7 where the slope is steep.
    assert found == pytest.approx(expected, rel=1e-7, abs=1e-16 / abs(x or 1))


def test_every_slope_is_finite_also_at_the_edges(slopes):
    assert (slopes["status"] == Status.OK).all()
    for id in ("chi2", "delta_a_mu"):
        for name, slope in slopes[id].items():
            assert np.isfinite(slope).all(), (id, name)


def test_chi2_falls_along_its_gradient(slopes):
    """A step in h of the muon, so short that the second order is 1e-4 of the first."""
    value, slope = slopes["chi2"]["value"][1], slopes["chi2"]["h"][1, 1]
    step = 1e-8
    points = {name: x[1:2].copy() for name, x in TOGETHER.items()}
    points["h"] = points["h"] + np.array([[0.0, step, 0.0]])
    after = rc.predict_batch("bl-vll", points, vintage="latest")["chi2"][0]
    assert (after - value) / step == pytest.approx(slope, rel=1e-3)


def test_bad_rows_have_no_slope_and_spoil_no_other(slopes):
    spoilt = {name: x.copy() for name, x in TOGETHER.items()}
    spoilt["m_hX"][0] = -1.0
    found = rc.gradient_batch("bl-vll", spoilt, of=("chi2", "delta_a_mu"), vintage="latest")
    assert found["status"].tolist() == [Status.INVALID_INPUT, Status.OK, Status.OK]
    assert np.isnan(found["chi2"]["M_L"][0]).all()
    np.testing.assert_array_equal(found["chi2"]["M_L"][1:], slopes["chi2"]["M_L"][1:])


def equations(jaxpr):
    """Of a program, those of its inner programs counted as often as they stand there."""
    inner = [v for e in jaxpr.eqns for v in jax.tree.leaves(list(e.params.values()), is_leaf=_is)]
    return len(jaxpr.eqns) + sum(equations(getattr(v, "jaxpr", v)) for v in inner if _is(v))


def _is(x):
    return hasattr(x, "eqns") or hasattr(x, "jaxpr")


def test_programs_stay_small():
    """Time to trace and compile grows with the number of equations; 15 000 trace in a second."""
    given = {name: np.asarray(x) for name, x in PRESET.items()}
    static = {"model": BL_VLL, "mixing": "exact", "observables": rc.OBSERVABLES, "states": False}
    traced = batch.one.trace(given, complete_inputs(None), **static)
    assert 1000 < equations(traced.jaxpr.jaxpr) < 15_000


def test_functions_of_a_user_are_mapped_over_a_batch():
    """Written for one point, with sums over everything: right for each point of a batch."""

    @observable("heavy_sum", unit="GeV", needs=(ChargedLeptons,))
    def heavy_sum(p):
        return jnp.sum(p[ChargedLeptons].m)

    def solve_one(parameters, inputs, mixing):
        assert jnp.ndim(parameters["m_hX"]) == 0
        return BL_VLL.solve({**parameters, "k": jnp.zeros(3)}, inputs, mixing)

    model = Model("without-k", "bl-vll without k", BL_VLL.lagrangian, BL_VLL.parameters, solve_one)
    given = {**TOGETHER, "k": 0.0}
    ours = rc.predict_batch(model, given, observables=(heavy_sum,))
    assert ours["heavy_sum"].shape == (3,)
    light = sum(float(INPUTS[f"m_{l}"]) for l in ("e", "mu", "tau"))
    assert ours["heavy_sum"][1] == pytest.approx(6 * 90 * np.sqrt(2) + light, rel=1e-4)  # h splits

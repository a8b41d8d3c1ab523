"""Arrays for predict_batch: refused in one sentence, or a result with a status for each row."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recette as rc
from hostile.contract import FEW, one_sentence
from recette.errors import PointError, RecetteError
from recette.types import Status

MASSES = np.linspace(0.01, 0.04, 4)  # GeV; every batch here is of the one model that compiles fast
INFINITE = {"ctau_X"}  # of a stable particle; the dark photon has no Landau pole


def outcome(model, parameters, **options):
    try:
        result = rc.predict_batch(model, parameters, **options)
    except RecetteError as error:
        one_sentence(str(error))
        return str(error)
    ok = result["status"] == Status.OK
    assert result["status"].shape == (len(ok),)
    for id, array in result.items():
        assert array.shape == ok.shape, id
        if array.dtype.kind == "f":
            numbers = ~np.isnan(array) if id in INFINITE else np.isfinite(array)
            assert (numbers == ok).all(), id
    return result


def dark(m_Zprime=MASSES, eps=1e-3, **more):
    return outcome("dark-photon", {"m_Zprime": m_Zprime, "eps": eps, **more})


class Unreadable:
    """As a column of another library, on a device that is gone."""

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("lost\nthe device")


ODD_NUMBERS = st.sampled_from([0.0, -0.0, -0.017, 5e-324, 1e-310, 1e308, 0.279, 0.28]) | st.floats()


@FEW
@given(st.lists(ODD_NUMBERS, min_size=1, max_size=5), ODD_NUMBERS | st.integers())
def test_every_row_has_numbers_or_a_status(masses, eps):
    result = dark(masses, eps)
    if isinstance(result, str):
        assert isinstance(eps, int) and abs(eps) > 1e308
        return
    m = np.array(masses)
    wrong = ~((m > 0) & (m <= 0.279)) | ~np.isfinite(float(eps))
    assert (result["status"][wrong] == Status.INVALID_INPUT).all()
    again = dark(masses, eps)
    assert all(array.tobytes() == again[id].tobytes() for id, array in result.items())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([], "empty"),
        (np.zeros((0, 3)), "empty"),
        (np.ones(3), "differ in length"),
        (np.ones((4, 3)), "shape (4, 3) does not fit"),
        (np.ones((2, 2, 2)), "does not fit"),
        (None, "expected numbers"),
        ("1e-3", "expected numbers"),
        (b"1", "expected numbers"),
        ({}, "expected numbers"),
        ({0.01}, "expected numbers"),
        (iter([0.01]), "expected numbers"),
        (object(), "expected numbers"),
        (["a", "b", "c", "d"], "expected numbers"),
        ([None, 1.0, 1.0, 1.0], "expected numbers"),
        (10**400, "eps is too large"),
        ([10**400, 1.0, 1.0, 1.0], "expected numbers"),
        ([10**400] * 4, "expected numbers"),
        (np.array([True, False, True, False]), "expected numbers"),
        (np.full(4, 0.01, dtype=object), "expected numbers"),
        (np.full(4, "2020-01-01", dtype="M8[D]"), "expected numbers"),
        (np.array([(1.0, 2)] * 4, dtype=[("a", float), ("b", int)]), "expected numbers"),
        (True, "found true"),
        ([[1.0], [1.0, 2.0]], "eps: rows of different lengths; expected a number or (n,)"),
        (1e-3 + 1e-3j, "eps is complex"),
        (np.full(4, 1e-3 + 1e-3j), "eps is complex"),
        (np.full(4, complex(1e-3, np.nan)), "eps is complex"),
        (np.ma.array(np.full(4, 1e-3), mask=[0, 1, 0, 0]), "eps has masked entries"),
        (np.ma.masked, "eps has masked entries"),
        ([1e-3, np.ma.masked, 1e-3, 1e-3], "eps has masked entries"),
        (Unreadable(), "eps is a Unreadable, which cannot be read as an array"),
        ([Unreadable()] * 4, "eps is a list of 4, which cannot be read as an array"),
    ],
)
def test_arrays_refused(given, words):
    message = dark(eps=given)
    # Alone an empty array is empty; beside others it is too short.
    assert words in message or (words == "empty" and "differ in length" in message)


def test_array_likes_of_any_number_type():
    class Series:
        """As pandas has them."""

        def __array__(self, dtype=None, copy=None):
            return np.full(4, 1e-3, dtype=dtype)

    wanted = dark(eps=np.full(4, 1e-3))["delta_a_e"]
    same = (Series(), [1e-3] * 4, (1e-3,) * 4, np.full(4, 1e-3, order="F"), 1e-3, 1e-3 + 0j)
    more = (np.ma.array(np.full(4, 1e-3)), np.ma.array(np.full(4, 1e-3), mask=[0] * 4))
    wide = [np.full(4, 1e-3).astype(dtype) for dtype in (np.longdouble, complex, np.clongdouble)]
    for eps in (*same, *more, *wide):
        assert (dark(eps=eps)["delta_a_e"] == wanted).all()


@pytest.mark.parametrize("dtype", ["e", "f", "b", "B", "h", "H", "i", "I", "q", "Q"])
def test_numbers_that_a_double_holds(dtype):
    found, wanted = dark(eps=np.arange(4, dtype=dtype)), dark(eps=np.arange(4.0))
    assert (found["status"] == Status.OK).all()
    assert all(array.tobytes() == wanted[id].tobytes() for id, array in found.items())


def test_a_long_double_beyond_a_double_spoils_its_row():
    eps = np.array([1, 10**300, 1, 1], np.longdouble) ** 2
    wanted = [Status.OK, Status.INVALID_INPUT, Status.OK, Status.OK]
    assert dark(eps=eps)["status"].tolist() == wanted


VLL = {"m_Zprime": 0.017, "eps": 1e-3, "eps_BL": 2e-3, "m_hX": 70.0, "M_L": 90.0, "M_E": 90.0}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "no lambda_L or delta_nu"),
        ({"delta_nu": 0.0}, "no lambda_E or delta_A"),
        ({"delta_nu": 0.0, "lambda_L": 1.0}, "both lambda_L and delta_nu"),
        ({"delta_nu": np.ones((2, 3)), "delta_A": np.zeros((3, 3))}, "differ in length"),
        ({"delta_nu": np.ones(2), "delta_A": np.zeros((2, 3, 3))}, "does not fit"),
        (
            {"M_L": np.ones((4, 3, 3)), "delta_nu": 0.0, "delta_A": 0.0},
            "shape (4, 3, 3) does not fit; expected a number or (1, 3); generations that mix",
        ),
        ({"h": [[1, 2, 3], [1, 2]]}, "h: rows of different lengths; expected a number or (n,) or"),
        ({"delta_nu": 0.1 + 0.5j, "delta_A": 0.0}, "delta_nu is complex"),
        ({"m_hX": 70 + 1j}, "m_hX is complex"),
        ({"M l": 1.0}, "no such parameter"),
        ({"\x1b[31m": 1.0}, r"\x1b[31m: model bl-vll has no such parameter"),
        ({"x" * 10**5: 1.0}, "no such parameter"),
    ],
    ids=lambda x: str(x)[:30],
)
def test_parameters_refused_before_the_numerics(changes, words):
    assert words in outcome("bl-vll", VLL | changes)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([], "parameters is a list of 0, expected {name: array}"),
        (None, "parameters is None"),
        (3, "parameters is the number 3"),
        ("eps", "parameters is the text 'eps'"),
        (np.ones(2), "parameters is a ndarray"),
        ({}, "no m_Zprime: model dark-photon needs it"),
        ({1: 2}, "1: model dark-photon has no such parameter"),
    ],
    ids=str,
)
def test_parameters_that_are_none(given, words):
    assert words in outcome("dark-photon", given)


DARK = {"m_Zprime": MASSES, "eps": 1e-3}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mixing": "most"}, "expected exact or published"),
        ({"mixing": ["exact"]}, "expected exact or published"),
        ({"mixing": 3}, "mixing is the number 3"),
        ({"mixing": np.array(["exact", "published"])}, "expected exact or published"),
        ({"inputs": {"m_Zed": 91.0}}, "unknown key m_Zed in inputs; did you mean m_Z?"),
        ({"inputs": {1: 2}}, "unknown key 1 in inputs"),
        ({"inputs": 3}, "inputs is the number 3, expected {name: number}"),
        ({"inputs": []}, "inputs is a list of 0"),
        ({"vintage": "2021"}, "no vintage 2021"),
        ({"vintage": ["2020"]}, "no vintage"),
        ({"vintage": 3}, "no vintage 3"),
        ({"vintage": "a\0.toml"}, "null byte"),
        ({"observables": 3}, "observables has the number 3"),
        ({"observables": [3]}, "observables has the number 3"),
        ({"observables": "delta_a"}, "observables has the text 'delta_a'"),
        ({"observables": np.array(3)}, "observables has a ndarray"),
        ({"parts": []}, "parts is a list of 0, expected True or False"),
    ],
    ids=str,
)
def test_options_refused(options, words):
    assert words in outcome("dark-photon", DARK, **options)


@pytest.mark.parametrize(
    "model", [None, 3, "", "dark", ["bl"], b"bl", "x" * 10**5, np.ones(2)], ids=lambda x: str(x)[:9]
)
def test_models_refused(model):
    found = outcome(model, {"eps": 1e-3})
    assert "unknown model" in found or "expected a name or a Model" in found


INPUTS = [None, [1.0], np.ones(2), 1j, 10**400, "x", "1", True, -1, 0, 0.0, np.nan, {}, np.float64]


@pytest.mark.parametrize("value", INPUTS, ids=lambda x: str(x)[:9])
def test_inputs_are_numbers_above_0(value):
    found = outcome("dark-photon", DARK, inputs={"m_e": value})
    assert found.startswith("m_e in inputs is ") and "expected a number above 0" in found


@pytest.mark.parametrize("value", [1 / 137, np.float32(1 / 137), np.array(1 / 137), 1 / 137 + 0j])
def test_inputs_of_any_number_type(value):
    assert (outcome("dark-photon", DARK, inputs={"alpha": value})["status"] == Status.OK).all()


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (3, "of has the number 3"),
        ([], "of is empty"),
        (None, "of has None"),
        (["chi2", 5], "of has the number 5"),
        ("nope", "of has the text 'nope'"),
        (b"chi2", "of has the number 99"),
        (np.array([1, 2]), "of has a int64"),
        ("chi2", "needs data"),
        (["delta_a_e", "chi2"], "needs data"),
    ],
)
def test_gradients_of_what_is_no_prediction(of, words):
    with pytest.raises(PointError, match=words) as caught:
        rc.gradient_batch("dark-photon", DARK, of)
    one_sentence(str(caught.value))


def test_gradients_of_what_a_model_lacks():
    with pytest.raises(PointError, match="'landau_pole_over_M', which dark-photon does not"):
        rc.gradient_batch("dark-photon", DARK, ["delta_a_e", "landau_pole_over_M"])


@pytest.mark.parametrize(
    "change",
    [
        {"model": "dark"},
        {"parameters": {}},
        {"parameters": {**DARK, "eps": 1j}},
        {"inputs": {"m_e": -1.0}},
        {"mixing": 3},
        {"vintage": 3},
        {"observables": 3},
    ],
    ids=str,
)
def test_gradients_read_their_arguments_as_predictions_do(change):
    arguments = {"model": "dark-photon", "parameters": DARK} | change
    with pytest.raises(RecetteError) as caught:
        rc.gradient_batch(of="delta_a_e", **arguments)
    assert str(caught.value) == outcome(**arguments)


def test_the_angle_of_the_right_handed_states_is_the_same_rule_as_in_a_file():
    """cos(2 theta_R) = delta_nu - 2 delta_A is in (-1, 1]: of a bad row it is no numerics."""
    delta_A = np.zeros((7, 3))
    delta_A[:6, 1] = -0.5, 0.0, 0.5, -0.6, np.nan, 1e308  # cos(2 theta_R) = 1, 0, -1, 1.2, ...
    result = outcome("bl-vll", {**VLL, "delta_nu": 0.0, "delta_A": delta_A})
    bad = [False, False, True, True, True, True, False]
    assert ((result["status"] == Status.INVALID_INPUT) == bad).all()
    assert (result["status"][~np.array(bad)] == Status.OK).all()


def test_phases_of_masses_and_couplings():
    """Complex entries of what may have a phase; a number without one is judged as a real one."""
    M_L = [[90 + 1j, 90, 90], [-90 + 1j, 90, 90], [-90, 90 + 1j, 90], [0, 90, 90]]
    given = {**VLL, "delta_nu": 0.0, "delta_A": 0.0, "h": 1e-6j, "M_L": M_L}
    status = outcome("bl-vll", given)["status"]
    assert status.tolist() == [Status.OK, Status.OK, Status.INVALID_INPUT, Status.INVALID_INPUT]

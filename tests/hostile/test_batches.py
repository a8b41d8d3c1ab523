"""Arrays for predict_batch: refused in one sentence, or a result with a status for each row."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recette as rc
from hostile.contract import FEW, one_sentence
from recette.errors import RecetteError
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


ODD_NUMBERS = st.sampled_from([0.0, -0.0, -0.017, 5e-324, 1e-310, 1e308, 0.279, 0.28]) | st.floats()


@FEW
@given(st.lists(ODD_NUMBERS, min_size=1, max_size=5), ODD_NUMBERS | st.integers())
def test_every_row_has_numbers_or_a_status(masses, eps):
    result = dark(masses, eps)
    if isinstance(result, str):
        assert isinstance(eps, int) and abs(eps) >= 2**63  # which numpy holds as an object
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
        ([10**400] * 4, "expected numbers"),
        (np.array([True, False, True, False]), "expected numbers"),
        (np.full(4, 0.01, dtype=object), "expected numbers"),
        (np.full(4, "2020-01-01", dtype="M8[D]"), "expected numbers"),
        (np.array([(1.0, 2)] * 4, dtype=[("a", float), ("b", int)]), "expected numbers"),
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
    for eps in (Series(), [1e-3] * 4, (1e-3,) * 4, np.full(4, 1e-3, order="F"), 1e-3):
        assert (dark(eps=eps)["delta_a_e"] == wanted).all()
    assert (dark(eps=np.arange(4, dtype=np.uint8))["status"] == Status.OK).all()


VLL = {"m_Zprime": 0.017, "eps": 1e-3, "eps_BL": 2e-3, "m_hX": 70.0, "M_L": 90.0, "M_E": 90.0}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "no lambda_L or delta_nu"),
        ({"delta_nu": 0.0}, "no lambda_E or delta_A"),
        ({"delta_nu": 0.0, "lambda_L": 1.0}, "both lambda_L and delta_nu"),
        ({"delta_nu": np.ones((2, 3)), "delta_A": np.zeros((3, 3))}, "differ in length"),
        ({"delta_nu": np.ones(2), "delta_A": np.zeros((2, 3, 3))}, "does not fit"),
        ({"M l": 1.0}, "no such parameter"),
        ({"\x1b[31m": 1.0}, r"\x1b[31m: model bl-vll has no such parameter"),
        ({"x" * 10**5: 1.0}, "no such parameter"),
    ],
    ids=lambda x: str(x)[:30],
)
def test_parameters_refused_before_the_numerics(changes, words):
    assert words in outcome("bl-vll", VLL | changes)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mixing": "most"}, "expected exact or published"),
        ({"mixing": ["exact"]}, "expected exact or published"),
        ({"inputs": {"m_Zed": 91.0}}, "inputs: unknown m_Zed"),
        ({"vintage": "2021"}, "no vintage 2021"),
        ({"vintage": ["2020"]}, "no vintage"),
        ({"vintage": "a\0.toml"}, "null byte"),
    ],
)
def test_options_refused(options, words):
    assert words in outcome("dark-photon", {"m_Zprime": MASSES, "eps": 1e-3}, **options)


@pytest.mark.parametrize("model", [None, 3, "", "dark", ["bl"], b"bl", "x" * 10**5])
def test_models_refused(model):
    assert "unknown model" in outcome(model, {"eps": 1e-3})


# What still ends otherwise; each should be one sentence that names the argument.
KNOWN = {
    "ragged": {"eps": [[1.0], [1.0, 2.0]]},
    "complex": {"eps": np.full(4, 1e-3 + 1e-3j)},
    "long double": {"eps": np.full(4, 1e-3, dtype=np.longdouble)},
    "masked": {"eps": np.ma.array(np.full(4, 1e-3), mask=[0, 1, 0, 0])},
}


@pytest.mark.parametrize("name", KNOWN)
@pytest.mark.xfail(strict=True, reason="core/batch.py takes the array as it comes")
def test_arrays_to_be_refused(name):
    assert "eps" in dark(**KNOWN[name])


@pytest.mark.parametrize("given", [[], None, 3, {1: 2}])
@pytest.mark.xfail(strict=True, reason="core/batch.py expects a mapping of names")
def test_parameters_and_inputs_that_are_none(given):
    if given != {1: 2}:
        assert "parameters" in outcome("dark-photon", given)
    assert "inputs" in outcome("dark-photon", {"m_Zprime": 0.01, "eps": 1e-3}, inputs=given or 3)


@pytest.mark.parametrize(
    "value", ["x", "1", None, [1.0], 1j, True, 10**400, -1.0, 0, np.nan], ids=lambda x: str(x)[:9]
)
@pytest.mark.xfail(strict=True, reason="core/batch.py does not check the inputs as a point file's")
def test_inputs_are_numbers_above_0(value):
    found = outcome("dark-photon", {"m_Zprime": MASSES, "eps": 1e-3}, inputs={"m_e": value})
    assert "m_e in inputs" in found

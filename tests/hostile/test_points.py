"""Point files that are wrong in every way, and right ones at the ends of the range."""

import json
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hostile import strategies
from hostile.contract import FEW, MANY, command, one_sentence, refused
from recette.errors import PointError
from recette.models.ladder import MODELS
from recette.pointfile import read_point


def outcome(source):
    """The parameters, or the sentence of the refusal."""
    try:
        read = read_point(source, MODELS)
    except PointError as error:
        one_sentence(str(error))
        return str(error)
    for x in [*read.parameters.values(), *read.inputs.values()]:
        assert np.isfinite(x).all() and np.shape(x) in ((), (3,))
    return {name: np.asarray(x).tobytes() for name, x in read.parameters.items()}


@MANY
@given(strategies.POINTS)
@example(b"a = " + b"[" * 5000)
@example(b"a = 0x" + b"f" * 5000)
@example(b'model = "bl"\n[parameters]\neps = 0x' + b"f" * 5000)
@example(b'model = "bl"\n[parameters]\neps = ' + b"[" * 200 + b"]" * 200)
@example(b".".join([b"a"] * 400_000) + b" = 1")  # hours, for a parser in no hurry
@example(b"[" + b" . ".join([b'"a"'] * 100_000) + b"]\n")
def test_every_file_is_read_or_refused(scratch, data):
    file = scratch / "mine.toml"
    file.write_bytes(data)
    assert outcome("mine.toml") == outcome("mine.toml")


@FEW
@given(strategies.PYTHON)
def test_every_object_is_read_or_refused(source):
    assert outcome(source) == outcome(source)


@MANY
@given(
    model=st.sampled_from([m.name for m in MODELS]) | strategies.PYTHON,
    parameters=st.dictionaries(st.sampled_from(strategies.KEYS), strategies.PYTHON),
    inputs=st.dictionaries(st.sampled_from(["m_e", "alpha", "m_Zed"]), strategies.PYTHON),
)
def test_every_mapping_is_read_or_refused(model, parameters, inputs):
    document = {"model": model, "parameters": parameters, "inputs": inputs}
    assert outcome(document) == outcome(document)


def test_a_list_that_holds_itself():
    h = [0.0, 0.0]
    h.append(h)
    document = {"model": "bl-vll", "parameters": {**SANE, "h": h}}
    assert "nested too deeply" in outcome(document)


@FEW
@given(strategies.POINTS, st.booleans())
def test_a_refused_file_ends_with_one_line(scratch, data, from_standard_input):
    (scratch / "mine.toml").write_bytes(data)
    if not isinstance(outcome("mine.toml"), str):
        return  # right after all
    if not from_standard_input:
        refused("check", "mine.toml")
        return
    with pytest.MonkeyPatch.context() as patch, open("mine.toml", "rb") as file:
        patch.setattr(sys, "stdin", SimpleNamespace(buffer=file))
        code, out, err = command("predict", "-")
    assert code == 2 and out == ""
    one_sentence(err.removesuffix("\n"))


SANE = {
    "m_Zprime": 0.017,
    "eps": -8e-4,
    "eps_BL": 2e-3,
    "m_hX": 70.0,
    "M_L": 90.0,
    "M_E": 90.0,
    "delta_nu": 0.0,
    "delta_A": 0.0,
    "h": 1e-6,
    "k": 1e-7,
    "y_nu": 1e-7,
    "y_M": 1.0,
}
ENDS = {
    "nothing": {},
    "massless": {"m_Zprime": 5e-324},
    "heaviest": {"m_Zprime": 0.279},
    "no B-L": {"eps_BL": 1e-320},
    "strong": {"eps": 1e308, "eps_BL": 1e308},
    "no scalar": {"m_hX": 1e308},
    "light scalar": {"m_hX": 5e-324},
    "decoupled": {"M_L": 1e200, "M_E": 1e200},
    "light leptons": {"M_L": 5e-324, "M_E": 1e-300},
    "aligned": {"delta_nu": 1.0, "delta_A": 0.0},
    "nearly -1": {"delta_nu": -0.9999999999999999},
    "Yukawas": {"h": 1e308, "k": -1e308},
    "neutrinos": {"y_nu": 1e300, "y_M": -0.0},
    "zeros": {"eps": 0.0, "h": 0.0, "k": -0.0, "y_nu": 0.0, "y_M": 0.0},
    "alpha": {"inputs": {"alpha": 1e308}},
    "electrons": {"inputs": {"m_e": 5e-324, "m_mu": 1e300}},
}


@pytest.mark.parametrize("name", ENDS)
def test_the_ends_of_the_range_have_a_verdict_or_a_reason(scratch, name):
    """One set of keys and types, so that the numerics compile once."""
    changes = dict(ENDS[name])
    inputs = changes.pop("inputs", {})
    lines = [f"{key} = {x!r}" for key, x in (SANE | changes).items()]
    lines += ["[inputs]", *(f"{key} = {x!r}" for key, x in inputs.items())]
    text = "\n".join(['model = "bl-vll"', "[parameters]", *lines])
    (scratch / "mine.toml").write_text(text)
    answer = code, out, err = command("check", "mine.toml", "--vintage", "2020", "--json")
    assert code in (0, 1, 3) and err == ""
    document = json.loads(out, parse_constant=pytest.fail)
    assert document["verdict"]["allowed"] is {0: True, 1: False, 3: None}[code]
    for id, entry in document["predictions"].items():
        # A stable particle, or no Landau pole: the two numbers that may be infinite.
        known = entry["value"] is not None or id in ("ctau_X", "landau_pole_over_M")
        assert known or entry["status"] != "ok", id
    rows = document["verdict"]["rows"]
    reasons = [r["reason"] for r in rows if r["decides"] and r["status"] == "failed"]
    assert code != 3 or document["verdict"]["unconstrained"] or (reasons and all(reasons))
    assert command("check", "mine.toml", "--vintage", "2020", "--json") == answer

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recette.core.charges import absent_operators, anomalies, check, parse
from recette.core.lagrangian import Field, Lagrangian, Operator
from recette.errors import ModelError
from recette.models.fields import BL, BL_L, BL_VLL, DARK_PHOTON

half = Fraction(1, 2)
LADDER = {"dark-photon": DARK_PHOTON, "bl": BL, "bl-l": BL_L, "bl-vll": BL_VLL}
ladder = pytest.mark.parametrize("lagrangian", LADDER.values(), ids=LADDER.keys())


def without(lagrangian, *names):
    return replace(lagrangian, fields=tuple(f for f in lagrangian.fields if f.name not in names))


def without_terms(lagrangian, *couplings):
    kept = tuple(op for op in lagrangian.operators if op.coupling not in couplings)
    return replace(lagrangian, operators=kept)


def with_field(lagrangian, which, **changes):
    fields = tuple(replace(f, **changes) if f.name == which else f for f in lagrangian.fields)
    return replace(lagrangian, fields=fields)


def with_text(lagrangian, coupling, text):
    operators = tuple(
        replace(op, text=text) if op.coupling == coupling else op for op in lagrangian.operators
    )
    return replace(lagrangian, operators=operators)


def with_more(lagrangian, *more):
    return Lagrangian(
        lagrangian.fields + tuple(x for x in more if isinstance(x, Field)),
        lagrangian.operators + tuple(x for x in more if isinstance(x, Operator)),
    )


@ladder
def test_the_ladder_is_consistent(lagrangian):
    check(lagrangian)
    assert set(anomalies(lagrangian.fields).values()) == {0}


SINGLET_TERMS = ("lambda_E", "M_E", "h", "k")
MUTANTS = {
    # wrong conjugation
    "talk's h_X": (
        with_text(BL_VLL, "lambda_L", "lbar_L h_X L_R"),
        "operator lambda_L, 'lbar_L h_X L_R', is not invariant under U(1)_B-L",
        "1 + 2 + 1 = 4",
        "with h_X^* in place of h_X",
    ),
    "h_X^* in lambda_E": (
        with_text(BL_VLL, "lambda_E", "Ebar_L h_X^* e_R"),
        "lambda_E",
        "'Ebar_L h_X^* e_R'",
        "-1 - 2 - 1 = -4",
        "with h_X in place of h_X^*",
    ),
    "h for h~": (
        with_text(BL_VLL, "k", "Ebar_L h L_R"),
        "operator k",
        "U(1)_Y",
        "with h~ in place of h ",
    ),
    "h~ for h": (with_text(BL, "y", "lbar_L h~ e_R"), "operator y,", "U(1)_Y", "with h in place"),
    "conjugate Majorana": (with_text(BL, "y_M", "Nbar_R^c h_X^* N_R"), "y_M", "with h_X in place"),
    # wrong charge
    "Q_BL of E_R": (with_field(BL_VLL, "E_R", Q_BL=Fraction(-1)), "operator M_E", "U(1)_B-L"),
    "Q_BL of h_X": (with_field(BL, "h_X", Q_BL=Fraction(1)), "operator y_M", "= -1, not 0"),
    "Y of Q_L": (with_field(BL, "Q_L", Y=Fraction(1, 3)), "operator y_u", "U(1)_Y"),
    # operators the symmetries forbid
    "l h E_R": (
        with_more(BL_VLL, Operator("z", "lbar_L h E_R")),
        "operator z, 'lbar_L h E_R'",
        "U(1)_B-L",
    ),
    "L h e_R": (with_more(BL_VLL, Operator("z", "Lbar_L h e_R")), "operator z", "U(1)_B-L"),
    "odd doublets": (
        with_field(BL_VLL, "E_R", su2=2),
        "operator M_E",
        "SU(2)",
        "1 of its doublets",
    ),
    "no antitriplet": (with_field(BL, "u_R", su3=1), "operator y_u", "SU(3)", "1 antitriplets"),
    "same chirality": (
        with_text(BL_VLL, "M_L", "lbar_L Lbar_R"),
        "operator M_L",
        "not Lorentz invariant",
    ),
    "left with left": (with_text(BL_VLL, "M_E", "Ebar_L E_L"), "operator M_E", "chirality"),
    "bare Majorana": (with_text(BL, "y_M", "Nbar_R^c N_R"), "operator y_M", "-1 - 1 = -2"),
    "missing ^c": (with_text(BL, "y_M", "Nbar_R h_X N_R"), "operator y_M", "not Lorentz invariant"),
    "lepton bilinear, three scalars": (
        with_more(BL, Operator("c_5", "lbar_L h~ |h|^2 N_R")),
        "operator c_5",
        "dimension 6",
    ),
    "one fermion": (with_more(BL, Operator("z", "h_X N_R")), "operator z", "Lorentz"),
    "|h|^6": (with_more(BL, Operator("z", "|h|^2 |h|^2 |h|^2")), "operator z", "dimension 6"),
    "twice, as its conjugate": (
        with_more(BL, Operator("y2", "ebar_R h~ l_L")),
        "operator y2",
        "operator y,",
    ),
    # missing field or misspelt factor
    "no L_R": (without(BL_VLL, "L_R"), "operator lambda_L", "factor L_R", "nearest field is L_L"),
    "no N_R": (without(BL, "N_R"), "operator y_nu", "factor N_R"),
    "no h_X": (without(BL_VLL, "h_X"), "operator y_M", "factor h_X", "nearest field is h"),
    "misspelt": (with_text(BL_VLL, "M_L", "Lbar_L LR"), "operator M_L", "factor LR", "L_"),
    "bar at the end": (with_text(BL, "y", "l_Lbar h e_R"), "factor l_Lbar", "nearest field is l_L"),
    "empty": (with_text(BL, "y", " "), "operator y", "empty"),
    # anomalous content
    "B-L without N_R": (
        without_terms(without(BL, "N_R"), "y_nu", "y_M"),
        "BL^3 = -3",
        "grav^2 BL = -3",
    ),
    "L_L without L_R": (
        without_terms(without(BL_VLL, "L_R"), "lambda_L", "M_L", "k"),
        "SU(2)^2 U(1)_B-L = 3/2",
        "SU(2) Witten = 1",
        "without L_L they would",
    ),
    "E_L without E_R": (
        without_terms(without(BL_VLL, "E_R"), "M_E", "h"),
        "Y^3 = -3",
        "grav^2 Y = -3",
        "without E_L they would",
    ),
    "two N_R": (with_field(BL, "N_R", generations=2), "BL^3 = -1"),
    "no d_R": (without_terms(without(BL, "d_R"), "y_d"), "SU(3)^3 = 3", "SU(3)^2 U(1)_Y"),
    "free lepton of wrong charge": (
        with_more(BL, Field("x_R", "right", 1, 1, Fraction(0), Fraction(1, 3))),
        "BL^3 = -1/9",
        "without x_R",
    ),
    # fields that make no sense
    "duplicate": (with_more(BL, BL.fields[3]), "field l_L is listed twice"),
    "octet": (with_field(BL, "u_R", su3=8), "field u_R has su3 = 8", "1 or 3"),
    "triplet": (with_field(BL, "h", su2=3), "field h has su2 = 3"),
    "spin": (with_field(BL, "e_R", spin="vector"), "field e_R has spin = 'vector'"),
    "float charge": (with_field(BL, "e_R", Y=-1.0), "field e_R has Y = -1.0", "Fraction"),
    "no generation": (with_field(BL, "e_R", generations=0), "field e_R has generations = 0"),
    "name with a blank": (with_field(BL, "e_R", name="e R"), "field 'e R'"),
    "ambiguous": (
        with_more(BL, Field("lbar_L", "left", 1, 1, Fraction(0), Fraction(0))),
        "fields l_L and lbar_L are both written 'lbar_L'",
    ),
}


@pytest.mark.parametrize("mutant, named", [(m, n) for m, *n in MUTANTS.values()], ids=MUTANTS)
def test_a_mutant_is_refused_by_name(mutant, named):
    with pytest.raises(ModelError) as error:
        check(mutant)
    message = str(error.value)
    assert [part for part in named if part not in message] == [], message
    assert "\n" not in message and message.endswith(".")


@settings(deadline=None)
@given(st.sampled_from([f.name for f in BL_VLL.fields]), st.sampled_from(["Y", "Q_BL"]), st.data())
def test_no_charge_of_a_single_field_can_shift(name, charge, data):
    shift = data.draw(st.fractions(-5, 5, max_denominator=12).filter(bool))
    old = next(getattr(f, charge) for f in BL_VLL.fields if f.name == name)
    with pytest.raises(ModelError):
        check(with_field(BL_VLL, name, **{charge: old + shift}))


@settings(deadline=None, max_examples=20)
@given(st.fractions(-5, 5, max_denominator=12), st.fractions(-5, 5, max_denominator=12))
def test_every_mixture_of_Y_and_BL_is_as_good_as_BL(a, b):
    fields = tuple(replace(f, Q_BL=a * f.Q_BL + b * f.Y) for f in BL_VLL.fields)
    mixed = replace(BL_VLL, fields=fields)
    check(mixed)
    if a:
        assert absent_operators(mixed) == absent_operators(BL_VLL)


def test_anomalies_of_one_generation_by_hand():
    # e_R alone is minus one right-handed state of Y = Q_BL = -1; Q_L has six states.
    e_R = anomalies([replace(f, generations=1) for f in BL.fields if f.name == "e_R"])
    assert e_R["Y^3"] == e_R["Y BL^2"] == e_R["BL^3"] == e_R["grav^2 Y"] == 1
    Q_L = anomalies([replace(f, generations=1) for f in BL.fields if f.name == "Q_L"])
    assert Q_L["SU(3)^3"] == 2
    assert Q_L["SU(3)^2 U(1)_Y"] == Fraction(1, 6)
    assert Q_L["SU(3)^2 U(1)_B-L"] == Fraction(1, 3)
    assert Q_L["SU(2)^2 U(1)_Y"] == Fraction(1, 4)
    assert Q_L["SU(2)^2 U(1)_B-L"] == half
    assert Q_L["Y^2 BL"] == 6 * Fraction(1, 36) / 3
    assert Q_L["grav^2 BL"] == 2
    assert Q_L["SU(2) Witten"] == 1


def test_factors_know_their_conjugation():
    factors = parse(Operator("y_M", "Nbar_R^c h_X^* N_R^c |h|^2"), BL.fields)
    assert [f.text for f in factors] == ["Nbar_R^c", "h_X^*", "N_R^c", "h~", "h"]
    assert [f.conjugated for f in factors] == [False, True, True, True, False]
    assert [f.Q_BL for f in factors] == [-1, -2, 1, 0, 0]


def test_absent_operators_of_the_ladder():
    assert absent_operators(DARK_PHOTON) == ()
    assert absent_operators(BL) == ("|h_X|^2 |h|^2",)
    vector_like = {"Lbar_R h~ N_R^c", "|h_X|^2 |h|^2"}
    for lagrangian in (BL_L, BL_VLL):
        assert set(absent_operators(lagrangian)) == vector_like
        assert len(absent_operators(lagrangian)) == 2


def test_absent_operators_are_allowed_and_complete_the_list():
    absent = absent_operators(BL_VLL)
    full = with_more(BL_VLL, *(Operator(f"c_{i}", text) for i, text in enumerate(absent)))
    check(full)
    assert absent_operators(full) == ()


@pytest.mark.parametrize("op", BL_VLL.operators, ids=lambda op: op.coupling)
def test_a_dropped_operator_is_absent_in_its_own_notation(op):
    dropped = without_terms(BL_VLL, op.coupling)
    assert set(absent_operators(dropped)) - set(absent_operators(BL_VLL)) == {op.text}


def test_a_neutral_N_R_may_have_a_bare_mass():
    neutral = with_more(DARK_PHOTON, Field("N_R", "right", 1, 1, Fraction(0), Fraction(0)))
    assert set(absent_operators(neutral)) == {"Nbar_R^c N_R", "lbar_L h~ N_R"}


def test_a_singlet_scalar_has_every_power():
    phi = Field("phi", "scalar", 1, 1, Fraction(0), Fraction(0), generations=1)
    only = Lagrangian((phi,), ())
    assert set(absent_operators(only)) == {
        *("phi", "phi phi", "|phi|^2", "phi phi phi", "phi |phi|^2"),
        *("phi phi phi phi", "phi phi |phi|^2", "|phi|^2 |phi|^2"),
    }


def test_contractions_that_vanish():
    # A doublet without charges: h h is antisymmetric, unless there are two copies of h.
    bare = Field("h", "scalar", 1, 2, Fraction(0), Fraction(0), generations=1)
    assert set(absent_operators(Lagrangian((bare,), ()))) == {"|h|^2", "|h|^2 |h|^2"}
    with pytest.raises(ModelError, match="operator z, 'h h', vanishes"):
        check(Lagrangian((bare,), (Operator("z", "h h"),)))
    check(Lagrangian((replace(bare, generations=2),), (Operator("z", "h h"),)))


def test_colour_contractions():
    # A diquark couples u_R^T u_R by epsilon: antisymmetric in colour, so in generations.
    S = Field("S", "scalar", 3, 1, Fraction(-4, 3), Fraction(-2, 3), generations=1)
    diquark = with_more(BL, S)
    assert "ubar_R^c S u_R" in absent_operators(diquark)
    one = replace(diquark, fields=tuple(replace(f, generations=1) for f in diquark.fields))
    assert "ubar_R^c S u_R" not in absent_operators(one)

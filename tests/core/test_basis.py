from dataclasses import replace
from fractions import Fraction

import pytest

from recette.core.basis import MassTerm, charge_vector, charged_current, lepton_basis, mass_terms
from recette.core.charges import check
from recette.core.lagrangian import Field, Lagrangian, Operator
from recette.errors import ModelError
from recette.models.fields import BL, BL_L, BL_VLL, DARK_PHOTON

# The matrices of PHYSICS, section 2: (row, column) -> coupling, vev, transposed.
CHARGED = {
    (0, 0): ("y", "h", False),
    (0, 1): ("lambda_L", "h_X", False),
    (1, 1): ("M_L", None, False),
    (1, 2): ("h", "h", False),
    (2, 0): ("lambda_E", "h_X", False),
    (2, 1): ("k", "h", False),
    (2, 2): ("M_E", None, False),
}
NEUTRAL = {
    (0, 1): ("y_nu", "h", False),
    (1, 0): ("y_nu", "h", True),
    (1, 1): ("y_M", "h_X", False),
    (0, 3): ("lambda_L", "h_X", False),
    (3, 0): ("lambda_L", "h_X", True),
    (2, 3): ("M_L", None, False),
    (3, 2): ("M_L", None, True),
}
RUNGS = {"dark-photon": (DARK_PHOTON, 1, 1), "bl": (BL, 1, 2), "bl-l": (BL_L, 2, 4)}
RUNGS["bl-vll"] = (BL_VLL, 3, 4)
rungs = pytest.mark.parametrize("lagrangian, n, m", RUNGS.values(), ids=RUNGS.keys())


def entries(lagrangian, sector):
    terms = [t for t in mass_terms(lagrangian) if t.sector == sector]
    found = {(t.row, t.column): (t.coupling, t.vev, t.transposed) for t in terms}
    assert len(found) == len(terms)
    assert not any(t.conjugated for t in terms)
    return found


def upper_left(entries, n):
    """Each rung is the block of the full matrices that its fields span."""
    return {ij: entry for ij, entry in entries.items() if max(ij) < n}


@rungs
def test_mass_matrices_of_the_ladder(lagrangian, n, m):
    assert entries(lagrangian, "charged") == upper_left(CHARGED, n)
    assert entries(lagrangian, "neutral") == upper_left(NEUTRAL, m)


@rungs
def test_bases_of_the_ladder(lagrangian, n, m):
    basis = lepton_basis(lagrangian)
    assert [c.field for c in basis.charged_left] == ["l_L", "L_L", "E_L"][:n]
    assert [c.field for c in basis.charged_right] == ["e_R", "L_R", "E_R"][:n]
    neutral = [("l_L", False), ("N_R", True), ("L_L", False), ("L_R", True)]
    assert [(c.field, c.conjugated) for c in basis.neutral] == neutral[:m]
    assert not any(c.conjugated for c in basis.charged_left + basis.charged_right)


def test_charge_matrices():
    basis = lepton_basis(BL_VLL)
    assert charge_vector(basis.charged_left, "T3") == (-0.5, -0.5, 0.0)
    assert charge_vector(basis.charged_right, "T3") == (0.0, -0.5, 0.0)
    assert charge_vector(basis.neutral, "T3") == (0.5, 0.0, 0.5, -0.5)
    assert charge_vector(basis.charged_left, "Q_BL") == (-1.0, 1.0, 1.0)
    assert charge_vector(basis.charged_right, "Q_BL") == (-1.0, 1.0, 1.0)
    assert charge_vector(basis.neutral, "Q_BL") == (-1.0, 1.0, 1.0, -1.0)
    assert charge_vector(basis.charged_left, "Q") == (-1.0, -1.0, -1.0)
    assert charge_vector(basis.charged_right, "Q") == (-1.0, -1.0, -1.0)
    assert charge_vector(basis.neutral, "Q") == (0.0, 0.0, 0.0, 0.0)
    for c in basis.charged_left + basis.charged_right + basis.neutral:
        assert c.Q == c.T3 + c.Y


def test_charged_current():
    assert charged_current(DARK_PHOTON).left == charged_current(BL).left == ((0, 0),)
    assert charged_current(DARK_PHOTON).right == charged_current(BL).right == ()
    for lagrangian in (BL_L, BL_VLL):
        assert charged_current(lagrangian).left == ((0, 0), (2, 1))
        assert charged_current(lagrangian).right == ((3, 1),)


def test_mass_terms_conserve_charge():
    """Each entry shifts B-L by what its scalar carries: the Ward identity before rotation."""
    basis = lepton_basis(BL_VLL)
    for t in mass_terms(BL_VLL):
        if t.sector == "charged":
            shift = basis.charged_left[t.row].Q_BL - basis.charged_right[t.column].Q_BL
        else:
            shift = basis.neutral[t.row].Q_BL + basis.neutral[t.column].Q_BL
        assert abs(shift) == (2 if t.vev == "h_X" else 0)


def test_the_absent_operator_enters_as_a_conjugate_block():
    # Lbar_R h~ N_R^c is bar-right: M_nu, in the bar-left basis, holds the conjugate coupling.
    more = replace(BL_VLL, operators=(*BL_VLL.operators, Operator("z", "Lbar_R h~ N_R^c")))
    check(more)
    assert [t for t in mass_terms(more) if t.coupling == "z"] == [
        MassTerm("neutral", 1, 3, "z", "h", transposed=True, conjugated=True),
        MassTerm("neutral", 3, 1, "z", "h", transposed=False, conjugated=True),
    ]


@pytest.mark.parametrize(
    "text, transposed, conjugated",
    [
        ("lbar_L h e_R", False, False),
        ("ebar_R h~ l_L", True, True),
        ("ebar_R^c h l_L^c", True, False),
        ("lbar_L^c h~ e_R^c", False, True),
    ],
)
def test_one_operator_written_in_four_ways(text, transposed, conjugated):
    operators = tuple(replace(op, text=text) if op.coupling == "y" else op for op in BL.operators)
    lagrangian = replace(BL, operators=operators)
    check(lagrangian)
    assert [t for t in mass_terms(lagrangian) if t.coupling == "y"] == [
        MassTerm("charged", 0, 0, "y", "h", transposed, conjugated)
    ]


def test_leptons_named_by_their_conjugates():
    """With every right-handed lepton written as its left-handed conjugate, nothing moves."""
    conjugates = {"e_R": "f_L", "N_R": "n_L", "L_R": "K_L", "E_R": "F_L"}
    fields = tuple(
        replace(f, name=conjugates[f.name], spin="left", Y=-f.Y, Q_BL=-f.Q_BL)
        if f.name in conjugates
        else f
        for f in BL_VLL.fields
    )

    def rewritten(text):
        for old, new in conjugates.items():
            bar_c = old.replace("_", "bar_") + "^c"
            text = text.replace(bar_c, new.replace("_", "bar_")).replace(old, f"{new}^c")
        return text

    operators = tuple(replace(op, text=rewritten(op.text)) for op in BL_VLL.operators)
    lagrangian = Lagrangian(fields, operators)
    check(lagrangian)
    assert mass_terms(lagrangian) == mass_terms(BL_VLL)
    assert charged_current(lagrangian) == charged_current(BL_VLL)
    ours, theirs = lepton_basis(BL_VLL), lepton_basis(lagrangian)
    for basis in ("charged_left", "charged_right", "neutral"):
        for charge in ("T3", "Q", "Q_BL"):
            assert charge_vector(getattr(ours, basis), charge) == charge_vector(
                getattr(theirs, basis), charge
            )


def test_a_charged_singlet_scalar_gives_no_mass():
    # lbar_L^c S l_L connects nu with e, not nu with nu.
    S = Field("S", "scalar", 1, 1, Fraction(1), Fraction(2), generations=1)
    zee = Lagrangian((*BL.fields, S), (*BL.operators, Operator("f", "lbar_L^c S l_L")))
    check(zee)
    assert mass_terms(zee) == mass_terms(BL)


def test_unequal_numbers_of_charged_leptons_are_refused():
    with pytest.raises(ModelError, match=r"3 left-handed .* and 2 right-handed \(e_R, L_R\)"):
        lepton_basis(replace(BL_VLL, fields=tuple(f for f in BL_VLL.fields if f.name != "E_R")))


def test_unequal_generations_are_refused():
    fields = tuple(replace(f, generations=2) if f.name == "N_R" else f for f in BL.fields)
    with pytest.raises(ModelError, match="N_R 2"):
        lepton_basis(replace(BL, fields=fields))


def test_exotic_electric_charges_are_refused():
    exotic = Field("x_L", "left", 1, 2, Fraction(-3, 2), Fraction(0))
    with pytest.raises(ModelError, match=r"field x_L .* electric charge 2"):
        lepton_basis(replace(BL, fields=(*BL.fields, exotic)))

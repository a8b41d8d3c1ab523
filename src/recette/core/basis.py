"""The lepton mass bases of a Lagrangian: components, mass terms, charged current."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from recette.core.charges import parse
from recette.core.lagrangian import Field, Lagrangian
from recette.errors import ModelError


@dataclass(frozen=True)
class Component:
    """A member of a lepton multiplet, as a field of the chirality of its basis.

    Attributes:
        field: name of the multiplet.
        conjugated: stands for the charge conjugate (N^c of N_R); the charges are then its own.
        T3, Y, Q, Q_BL: weak isospin, hypercharge, Q = T3 + Y, charge under the new U(1).
    """

    field: str
    conjugated: bool
    T3: Fraction
    Y: Fraction
    Q: Fraction
    Q_BL: Fraction


@dataclass(frozen=True)
class LeptonBasis:
    """Bases of the lepton mass matrices, fields in the order of the Lagrangian.

    Each component stands for a block of generations.

    Attributes:
        charged_left: left-handed, Q = -1: (e_L, L_L^-, E_L), rows of M_l.
        charged_right: right-handed, Q = -1: (e_R, L_R^-, E_R), columns of M_l.
        neutral: left-handed, Q = 0: (nu, N^c, L0, L0^c), rows and columns of M_nu.
    """

    charged_left: tuple[Component, ...]
    charged_right: tuple[Component, ...]
    neutral: tuple[Component, ...]


@dataclass(frozen=True)
class MassTerm:
    """A block of a mass matrix: coupling times the vev [GeV], or a mass parameter alone.

    M_l is written as -lbar_left M_l l_right and M_nu as -1/2 nbar M_nu n^c (PHYSICS, section 2).

    Attributes:
        sector: "charged" (M_l) or "neutral" (M_nu).
        row, column: indices in the bases.
        coupling: name of the parameter.
        vev: name of the scalar whose vev/sqrt2 multiplies the coupling, None for a mass.
        transposed: the block is the transpose of the coupling in generation space.
        conjugated: the block is the complex conjugate, the operator being written bar-right.
    """

    sector: Literal["charged", "neutral"]
    row: int
    column: int
    coupling: str
    vev: str | None
    transposed: bool = False
    conjugated: bool = False


@dataclass(frozen=True)
class ChargedCurrent:
    """(neutral, charged) indices of the members of each SU(2) doublet of leptons.

    A neutral index of `right` means the conjugate of that left-handed component (L0_R of L0^c).
    """

    left: tuple[tuple[int, int], ...]
    right: tuple[tuple[int, int], ...]


def charge_vector(
    components: tuple[Component, ...], charge: Literal["T3", "Y", "Q", "Q_BL"]
) -> tuple[float, ...]:
    """One charge of each component, the diagonal of its charge matrix."""
    return tuple(float(getattr(c, charge)) for c in components)


def lepton_basis(lagrangian: Lagrangian) -> LeptonBasis:
    """Bases of the colourless fermions."""
    leptons = [f for f in lagrangian.fields if f.spin != "scalar" and f.su3 == 1]
    if len({f.generations for f in leptons}) > 1:
        counts = ", ".join(f"{f.name} {f.generations}" for f in leptons)
        raise ModelError(
            f"the leptons differ in their number of generations ({counts}); the mass matrices "
            "need one number for all."
        )
    left = [c for f in leptons for c in _members(f, "left")]
    for c in left:
        if c.Q not in (-1, 0, 1):
            raise ModelError(
                f"field {c.field} has a colourless fermion of electric charge {abs(c.Q)}; the "
                "lepton mass matrices hold charges 0 and 1 only."
            )
    charged_left = tuple(c for c in left if c.Q == -1)
    # The left-handed Q = +1 components are the conjugates of the right-handed Q = -1 ones.
    charged_right = tuple(_conjugate(c) for c in left if c.Q == 1)
    if len(charged_left) != len(charged_right):
        raise ModelError(
            f"there are {len(charged_left)} left-handed charged leptons "
            f"({', '.join(c.field for c in charged_left)}) and {len(charged_right)} right-handed "
            f"({', '.join(c.field for c in charged_right)}); as many of each are needed, or one "
            "stays massless."
        )
    return LeptonBasis(charged_left, charged_right, tuple(c for c in left if c.Q == 0))


def mass_terms(lagrangian: Lagrangian) -> tuple[MassTerm, ...]:
    """Blocks of M_l and M_nu, from the operators with two leptons and at most one scalar.

    All signs are +; conjugate doublets are contracted such that this holds.
    """
    basis = lepton_basis(lagrangian)
    terms: list[MassTerm] = []
    for operator in lagrangian.operators:
        factors = parse(operator, lagrangian.fields)
        leptons = [f for f in factors if f.fermion and f.field.su3 == 1]
        if len(leptons) != 2:
            continue
        scalar = next((f.field for f in factors if not f.fermion), None)
        row, column = sorted(leptons, key=lambda f: not f.bar)
        bar_right = not row.right_handed  # then its hermitian conjugate is the mass term
        if bar_right:
            row, column = column, row
        vev = scalar.name if scalar else None
        for left in _members(row.field, "left"):
            for right in _members(column.field, "right"):
                same_member = left.T3 == right.T3 or (scalar is not None and scalar.su2 == 2)
                if left.Q == right.Q and same_member:
                    terms += (
                        MassTerm(sector, i, j, operator.coupling, vev, t != bar_right, bar_right)
                        for sector, i, j, t in _blocks(basis, left, right)
                    )
    return tuple(terms)


def charged_current(lagrangian: Lagrangian) -> ChargedCurrent:
    """Which components the W connects, with g/sqrt2 each."""
    basis = lepton_basis(lagrangian)
    doublets = {f.name for f in lagrangian.fields if f.su2 == 2}
    neutral = {c.field: i for i, c in enumerate(basis.neutral) if c.field in doublets}

    def pairs(charged: tuple[Component, ...]) -> tuple[tuple[int, int], ...]:
        return tuple((neutral[c.field], i) for i, c in enumerate(charged) if c.field in neutral)

    return ChargedCurrent(pairs(basis.charged_left), pairs(basis.charged_right))


def _blocks(
    basis: LeptonBasis, left: Component, right: Component
) -> list[tuple[Literal["charged", "neutral"], int, int, bool]]:
    """(sector, row, column, transposed) of the bilinear bar(left) right."""
    if left.Q == -1:
        row, column = basis.charged_left.index(left), basis.charged_right.index(right)
        return [("charged", row, column, False)]
    if left.Q == 1:  # bar(a) b = bar(b^c) a^c
        row = basis.charged_left.index(_conjugate(right))
        column = basis.charged_right.index(_conjugate(left))
        return [("charged", row, column, True)]
    row, column = basis.neutral.index(left), basis.neutral.index(_conjugate(right))
    if row == column:
        return [("neutral", row, row, False)]
    return [("neutral", row, column, False), ("neutral", column, row, True)]


def _members(field: Field, chirality: Literal["left", "right"]) -> list[Component]:
    """Components of a fermion, or of its charge conjugate, that have this chirality."""
    isospins = (Fraction(1, 2), Fraction(-1, 2)) if field.su2 == 2 else (Fraction(0),)
    members = [
        Component(field.name, False, T3, field.Y, T3 + field.Y, field.Q_BL) for T3 in isospins
    ]
    return members if field.spin == chirality else [_conjugate(c) for c in members]


def _conjugate(c: Component) -> Component:
    return replace(c, conjugated=not c.conjugated, T3=-c.T3, Y=-c.Y, Q=-c.Q, Q_BL=-c.Q_BL)

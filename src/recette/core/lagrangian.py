"""Fields, their charges and the operators of a Lagrangian, as data."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal


@dataclass(frozen=True)
class Field:
    """A multiplet of SU(3)_c x SU(2)_L x U(1)_Y x U(1)_B-L.

    Attributes:
        name: as operators write it, chirality behind an underscore ("l_L", "e_R"; "h", "h_X").
        spin: "left" or "right" for a Weyl fermion of that chirality, "scalar".
        su3: dimension of the colour representation, 1 or 3.
        su2: dimension of the weak representation, 1 or 2.
        Y: hypercharge, Q = T3 + Y.
        Q_BL: charge under the new U(1).
        generations: number of copies.
    """

    name: str
    spin: Literal["left", "right", "scalar"]
    su3: int
    su2: int
    Y: Fraction
    Q_BL: Fraction
    generations: int = 3


@dataclass(frozen=True)
class Operator:
    """A term of the Lagrangian, written as physicists write it.

    The text is a product of factors: `l_L` a field, `lbar_L` its Dirac bar, `N_R^c` the charge
    conjugate, `Nbar_R^c` the bar of the charge conjugate, `h_X^*` a conjugate scalar, `h~` the
    conjugate doublet i sigma_2 h^*, `|h|^2` = h^* h. Contractions are the unique gauge invariant.

    Attributes:
        coupling: name of the coupling or mass parameter ("lambda_L", "M_L", "y").
        text: the operator ("lbar_L h_X^* L_R").
    """

    coupling: str
    text: str


@dataclass(frozen=True)
class Lagrangian:
    """Fields and operators. The order of the fields fixes the bases of the mass matrices."""

    fields: tuple[Field, ...]
    operators: tuple[Operator, ...]

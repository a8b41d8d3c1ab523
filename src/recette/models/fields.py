"""The multiplets and operators of the ladder dark-photon, bl, bl-l, bl-vll (arXiv:2005.00028)."""

from fractions import Fraction

from recette.core.lagrangian import Field, Lagrangian, Operator

third, sixth, half = Fraction(1, 3), Fraction(1, 6), Fraction(1, 2)
zero, one, two = Fraction(0), Fraction(1), Fraction(2)

STANDARD_MODEL = (
    Field("Q_L", "left", 3, 2, sixth, third),
    Field("u_R", "right", 3, 1, 2 * third, third),
    Field("d_R", "right", 3, 1, -third, third),
    Field("l_L", "left", 1, 2, -half, -one),
    Field("e_R", "right", 1, 1, -one, -one),
    Field("h", "scalar", 1, 2, half, zero, generations=1),
)
RIGHT_NEUTRINOS = (Field("N_R", "right", 1, 1, zero, -one),)
SINGLET_SCALAR = (Field("h_X", "scalar", 1, 1, zero, two, generations=1),)
DOUBLETS = (
    Field("L_L", "left", 1, 2, -half, one),
    Field("L_R", "right", 1, 2, -half, one),
)
SINGLETS = (
    Field("E_L", "left", 1, 1, -one, one),
    Field("E_R", "right", 1, 1, -one, one),
)

YUKAWAS = (
    Operator("y_u", "Qbar_L h~ u_R"),
    Operator("y_d", "Qbar_L h d_R"),
    Operator("y", "lbar_L h e_R"),
    Operator("mu_h^2", "|h|^2"),
    Operator("lambda_h", "|h|^2 |h|^2"),
)
SEESAW = (
    Operator("y_nu", "lbar_L h~ N_R"),
    Operator("y_M", "Nbar_R^c h_X N_R"),
    Operator("mu_X^2", "|h_X|^2"),
    Operator("lambda_X", "|h_X|^2 |h_X|^2"),
)
# The talk writes h_X in lambda_L; only h_X^* is gauge invariant: -Q(l_L) + Q(L_R) = 2.
DOUBLET_TERMS = (
    Operator("lambda_L", "lbar_L h_X^* L_R"),
    Operator("M_L", "Lbar_L L_R"),
)
SINGLET_TERMS = (
    Operator("lambda_E", "Ebar_L h_X e_R"),
    Operator("M_E", "Ebar_L E_R"),
    Operator("h", "Lbar_L h E_R"),
    Operator("k", "Ebar_L h~ L_R"),
)


def _uncharged(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    return tuple(Field(f.name, f.spin, f.su3, f.su2, f.Y, zero, f.generations) for f in fields)


# The dark photon couples through kinetic mixing alone; its mass is a parameter of its own.
DARK_PHOTON = Lagrangian(_uncharged(STANDARD_MODEL), YUKAWAS)
BL = Lagrangian(STANDARD_MODEL + RIGHT_NEUTRINOS + SINGLET_SCALAR, YUKAWAS + SEESAW)
BL_L = Lagrangian(BL.fields + DOUBLETS, BL.operators + DOUBLET_TERMS)
BL_VLL = Lagrangian(BL_L.fields + SINGLETS, BL_L.operators + SINGLET_TERMS)

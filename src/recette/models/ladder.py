"""The ladder of models of the talk: each adds the fields that the one before lacks."""

from collections.abc import Callable
from functools import partial

from recette.core.lagrangian import Lagrangian
from recette.core.model import Limit, Model, Parameter
from recette.core.point import Point
from recette.models import fields
from recette.models.bl_vectorlike import STAGES, solve

_LIGHT_VECTOR = (
    Parameter(
        "m_Zprime",
        "GeV",
        interval=(0.0, 0.279),
        about="mass of the light vector, below 2 m_pi: hadronic widths are not computed",
    ),
    Parameter("eps", "1", about="kinetic mixing with the photon, in units of e"),
)
_BL = (
    *_LIGHT_VECTOR,
    Parameter("eps_BL", "1", nonzero=True, about="B-L gauge coupling in units of e"),
    Parameter("m_hX", "GeV", positive=True, about="mass of the scalar that breaks B-L"),
    Parameter("y_nu", "1", "flavour", default=1e-7, about="neutrino Yukawa coupling"),
    Parameter("y_M", "1", "flavour", default=1.0077, about="Majorana Yukawa coupling of N_R"),
)
_MIXED_Y = Parameter(
    "y", "1", "flavour", optional=True, about="charged Yukawa; solved for when absent"
)
_DOUBLETS = (
    Parameter("M_L", "GeV", "flavour", positive=True, about="mass term of the doublets L"),
    Parameter("lambda_L", "1", "flavour", about="l_L - L_R coupling to h_X"),
    Parameter(
        "delta_nu",
        "1",
        "flavour",
        instead_of="lambda_L",
        interval=(-1.0, 1.0),
        about="cos(2 theta_L): 0 decouples the neutrinos",
    ),
)
_SINGLETS = (
    Parameter("M_E", "GeV", "flavour", positive=True, about="mass term of the singlets E"),
    Parameter("lambda_E", "1", "flavour", about="E_L - e_R coupling to h_X"),
    Parameter(
        "delta_A",
        "1",
        "flavour",
        instead_of="lambda_E",
        interval=(-1.0, 1.0),
        about="(cos 2theta_L - cos 2theta_R)/2: 0 removes the axial coupling",
    ),
    Parameter("h", "1", "flavour", default=0.0, about="L_L - E_R coupling to the SM Higgs"),
    Parameter("k", "1", "flavour", default=0.0, about="E_L - L_R coupling to the SM Higgs"),
)

_ANGLE_R = Limit(
    (("delta_nu", 1.0), ("delta_A", -2.0)),
    interval=(-1.0, 1.0),
    about="delta_nu - 2 delta_A = cos(2 theta_R)",
)


def _stages(lagrangian: Lagrangian) -> tuple[Callable[..., Point], ...]:
    return tuple(partial(stage, lagrangian) for stage in STAGES)


DARK_PHOTON = Model(
    "dark-photon",
    "a vector that mixes kinetically with the photon, nothing else",
    fields.DARK_PHOTON,
    _LIGHT_VECTOR,
    partial(solve, fields.DARK_PHOTON),
    stages=_stages(fields.DARK_PHOTON),
)
BL = Model(
    "bl",
    "gauged B-L: right-handed neutrinos and the scalar h_X",
    fields.BL,
    _BL,
    partial(solve, fields.BL),
    stages=_stages(fields.BL),
)
BL_L = Model(
    "bl-l",
    "B-L with vector-like lepton doublets L",
    fields.BL_L,
    (*_BL, *_DOUBLETS, _MIXED_Y),
    partial(solve, fields.BL_L),
    stages=_stages(fields.BL_L),
)
BL_VLL = Model(
    "bl-vll",
    "B-L with vector-like doublets L and singlets E: the prototype of arXiv:2005.00028",
    fields.BL_VLL,
    (*_BL, *_DOUBLETS, _MIXED_Y, *_SINGLETS),
    partial(solve, fields.BL_VLL),
    stages=_stages(fields.BL_VLL),
    limits=(_ANGLE_R,),
)

MODELS = (DARK_PHOTON, BL, BL_L, BL_VLL)

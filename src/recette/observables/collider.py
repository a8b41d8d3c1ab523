"""Electron-positron colliders: production of the light vector at the energies of LEP."""

import jax.numpy as jnp
import numpy as np
from jax import lax

from recette.core import pair_production
from recette.core.gauge import Electroweak
from recette.core.observable import observable
from recette.core.pair_production import ElectronVertices
from recette.core.point import ChargedLeptons, HiggsX, Point
from recette.core.rows import rows
from recette.types import Array

# The Z peak, the largest sample of LEP2 and its highest energy with data [GeV].
ENERGIES = np.array([91.19, 189.0, 207.0])
PICOBARN = 0.3893793721e9  # GeV^2 pb
GAMMA_Z = 2.4955  # GeV, arXiv:1912.02067

_NEEDS = (Electroweak, ChargedLeptons, HiggsX)


def _electron(p: Point) -> ElectronVertices:
    charged, e = p[ChargedLeptons], p[Electroweak].e
    Y = charged.Y["hX"][:, :, 0]
    return ElectronVertices(
        m=charged.m[:, 0],
        g_L=e * charged.g_L["Zprime"][:, 0, 0],
        g_R=e * charged.g_R["Zprime"][:, 0, 0],
        Y_L=Y[0, :],
        Y_R=Y[:, 0],
    )


def _s(p: Point) -> Array:
    """s of the three energies [GeV^2], with axes for the batch."""
    return jnp.asarray(ENERGIES**2).reshape(-1, *[1] * p.status.ndim)


def _vertex(p: Point) -> Array:
    """h_X Z' Z' vertex, 2 m_Z'^2/v_X [GeV]; only the B' part of the Z' couples to h_X."""
    electroweak = p[Electroweak]
    return 2 * (electroweak.m_Bprime * electroweak.cos_theta) ** 2 / p[HiggsX].v_X


def _from_neutral_vectors(p: Point) -> tuple[Array, Array]:
    """e+e- -> Z', Z -> h_X Z': the Z through its admixture of B' [GeV^-1]."""
    electroweak, charged = p[Electroweak], p[ChargedLeptons]
    s, m_Z = _s(p), electroweak.m_Z_shifted
    Zprime = _vertex(p) * electroweak.e / (s - electroweak.m_Zprime**2)
    off, width = s - m_Z**2, m_Z * GAMMA_Z
    Z = -_vertex(p) * electroweak.tan_theta * electroweak.g_Z / (off**2 + width**2)

    def on_electron(g: dict[str, Array]) -> Array:
        from_Zprime, from_Z = Zprime * g["Zprime"][0, 0, 0].real, Z * g["Z"][0, 0, 0].real
        return lax.complex(from_Zprime + from_Z * off, -from_Z * width)

    return on_electron(charged.g_L), on_electron(charged.g_R)


def _hX_Zprime_closed(p: Point) -> Array:
    return rows(p, *(p[HiggsX].m + p[Electroweak].m_Zprime >= E for E in ENERGIES))


def _Zprime_Zprime_closed(p: Point) -> Array:
    return rows(p, *(2 * p[Electroweak].m_Zprime >= E for E in ENERGIES))


@observable(
    "sigma_hX_Zprime_91",
    "sigma_hX_Zprime_189",
    "sigma_hX_Zprime_207",
    unit="pb",
    needs=_NEEDS,
    cite=("Hati:2020fzp",),
    closed=_hX_Zprime_closed,
    batched=True,
)
def hX_Zprime(p: Point) -> Array:
    """Cross-section of e+e- -> h_X Z' at 91.19, 189, 207 GeV, tree level, h_X of mass m_hX."""
    return PICOBARN * pair_production.scalar_vector(
        _s(p), p[Electroweak].m_Zprime, p[HiggsX].m, _electron(p), _from_neutral_vectors(p)
    )


@observable(
    "sigma_Zprime_Zprime_91",
    "sigma_Zprime_Zprime_189",
    "sigma_Zprime_Zprime_207",
    unit="pb",
    needs=_NEEDS,
    cite=("Hati:2020fzp",),
    closed=_Zprime_Zprime_closed,
    batched=True,
)
def Zprime_Zprime(p: Point) -> Array:
    """Cross-section of e+e- -> Z' Z' at 91.19, 189, 207 GeV, tree level, all angles."""
    scalar = p[HiggsX].m, p[HiggsX].Gamma, _vertex(p)
    return PICOBARN * pair_production.vector_pair(
        _s(p), p[Electroweak].m_Zprime, _electron(p), scalar
    )

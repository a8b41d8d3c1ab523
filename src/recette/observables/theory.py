"""Where perturbation theory ends: partial waves, the Landau pole, and no-go lines."""

import jax.numpy as jnp
import numpy as np
from jax import lax

from recette.constants import E_8BE_18P15
from recette.core.observable import observable
from recette.core.point import ChargedLeptons, HeavyLeptons, HiggsX, NeutralLeptons, Point
from recette.core.rows import rows
from recette.numerics.matrices import outer, squared, total
from recette.types import Array, Float

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2
# exp of more is no float.
_LARGEST_LOGARITHM = 700.0


@observable("a0_hX_quartic", unit="1", needs=(HiggsX,), cite=("Hati:2020fzp",), batched=True)
def quartic(p: Point) -> Array:
    """Largest J = 0 partial wave of h_X h_X, G G, h_X G at high energy: lambda_X/(4 pi).

    m_hX^2 = 2 lambda_X v_X^2. The talk asks for |a_0| <= 1; |Re a_0| <= 1/2 is the usual bound.
    """
    h_X = p[HiggsX]
    return rows(p, h_X.m**2 / (8 * jnp.pi * h_X.v_X**2))


@observable("a0_yukawa", unit="1", needs=(ChargedLeptons, NeutralLeptons, HiggsX), batched=True)
def yukawa(p: Point) -> Array:
    """J = 0 partial wave of fermion pairs through h_X at high energy; unitarity: at most 1/2.

    [2 tr lambda_L^+ lambda_L + tr lambda_E^+ lambda_E + tr y_M^+ y_M/2]/(16 pi), which is
    [2 tr Y^+ Y of charged leptons + tr Y^+ Y of Majorana leptons]/(16 pi) in any basis.
    """
    charged, neutral = p[ChargedLeptons].Y["hX"], p[NeutralLeptons].Y["hX"]
    size = 2 * total(squared(charged), axes=3) + total(squared(neutral), axes=3)
    return rows(p, size / (16 * jnp.pi))


@observable(
    "landau_pole_over_M",
    unit="1",
    needs=(ChargedLeptons, NeutralLeptons, HeavyLeptons),
    batched=True,
)
def landau_pole(p: Point) -> Array:
    """Scale over the lightest heavy mass at which the couplings to h_X diverge; infinite if none.

    One loop, couplings at the heavy mass; gauge couplings and those to h_SM are left out.
    """
    charged, neutral = p[ChargedLeptons], p[NeutralLeptons]
    # Back to the gauge basis: e_L stands in the lambda_L entry alone, e_R in that of lambda_E.
    Y, N = charged.Y["hX"], jnp.conj(neutral.U[1])
    left = total(charged.U_L[0][:, None] * Y)
    right = total(jnp.swapaxes(jnp.conj(charged.U_R[0])[None] * Y, 0, 1))
    majorana = total(outer(N, N) * neutral.Y["hX"], axes=2)
    t = landau_logarithm(2 * total(squared(left)), 2 * total(squared(right)), 2 * squared(majorana))
    pole = jnp.exp(jnp.minimum(t, _LARGEST_LOGARITHM))
    return rows(p, jnp.where(t < _LARGEST_LOGARITHM, pole, jnp.inf))


def landau_logarithm(
    lambda_L2: Float[Array, "3 ..."], lambda_E2: Float[Array, "3 ..."], y_M2: Float[Array, "3 ..."]
) -> Array:
    """ln(mu_pole/mu) of the one-loop equations, from squared singular values at mu.

    With t = ln mu and T = 2 tr lambda_L^+ lambda_L + tr lambda_E^+ lambda_E + tr y_M^+ y_M/2

        16 pi^2 dlambda/dt = lambda T + lambda lambda^+ lambda

    for each of lambda_L, lambda_E, y_M. The field h_X gives T, each external fermion half of the
    cubic term (l_L and L_R run component by component: the doublets bring no factor), and vertices
    vanish because every operator with the same two charges has the same one of h_X, h_X^*.
    Singular vectors do not run. Dividing all squares x by one common E(t) with
    d ln E = 2 T dt/(16 pi^2) leaves x/(1 - x theta) with d theta = 2 E dt/(16 pi^2), so that E is a
    product, theta ends at 1/max(x), and

        ln(mu_pole/mu) = 8 pi^2 Int dtheta (1 - x_L theta)^2 (1 - x_E theta) (1 - x_M theta)^(1/2),

    the factors multiplied over generations. Where all are zero the result is infinite.
    """
    largest = jnp.max(jnp.maximum(jnp.maximum(lambda_L2, lambda_E2), y_M2), axis=0)
    safe = jnp.where(largest > 0, largest, 1.0)
    squares = [x / safe for x in (lambda_L2, lambda_E2, y_M2)]

    def add(t: Array, node: tuple[Array, Array]) -> tuple[Array, None]:
        # theta max(x) = 1 - q^2 makes the square root of the largest factor a polynomial.
        q, weight = node
        L, E, M = (jnp.prod(1 - x * (1 - q**2), axis=0) for x in squares)
        return t + 2 * weight * q * L**2 * E * jnp.sqrt(M), None

    # A loop: unrolled, all of it would be one kernel that computes the squares anew at each node.
    t, _ = lax.scan(add, jnp.zeros_like(safe), (jnp.asarray(_NODES), jnp.asarray(_WEIGHTS)))
    return jnp.where(largest > 0, 8 * jnp.pi**2 / safe * t, jnp.inf)


def largest_R_8Be(m_X: float, eps_p_limit: float = 1.2e-3, eps_e_limit: float = 2e-3) -> float:
    """Largest Gamma_X/Gamma_gamma of 8Be (18.15 MeV), isospin limit, with decoupled neutrinos.

    Neutrinos decouple where cos(2 theta_L) = 0; then eps_V(e) = -eps, and
    eps_p + eps_n = 2 (eps + eps_BL) - eps <= 2 |eps_p| + |eps_V(e)|.

    Args:
        m_X: mass [GeV].
        eps_p_limit: NA48/2 on |eps_p| = |eps + eps_BL|.
        eps_e_limit: KLOE on |eps_V(e)|.
    """
    beta2 = max(1 - (m_X / E_8BE_18P15) ** 2, 0.0)
    return float((2 * eps_p_limit + eps_e_limit) ** 2 * beta2**1.5)


def lambda_L_needed(M_phys: float, v_X: float) -> float:
    """lambda_L of a heavy lepton of mass M_phys [GeV] that decouples the neutrino.

    At 45 degrees M_L = lambda_L v_X/sqrt2, and M_phys = sqrt2 M_L.
    """
    return M_phys / v_X

"""Widths and branching ratios of the light vector, the scalar h_X and the heavy leptons."""

from collections.abc import Callable
from functools import partial

import jax.numpy as jnp

from recette.core import widths
from recette.core.gauge import Electroweak
from recette.types import Array, Scalar


def over_pairs(width: Callable[..., Array], m: Array, *couplings: Array) -> Array:
    """Apply width(m_i, m_j, couplings[i, j]...) to all pairs of states: (B, n, n)."""
    return width(m[:, :, None], m[:, None, :], *couplings)


def fractions(partial_widths: dict[str, Array]) -> tuple[Array, dict[str, Array]]:
    """Total width and branching ratios; all ratios 0 for a stable particle."""
    total = sum(partial_widths.values(), jnp.zeros(()))
    safe = jnp.where(total > 0, total, 1.0)
    return total, {channel: width / safe for channel, width in partial_widths.items()}


def light_neutral(m: Array) -> Array:
    """Which neutral states (B, k) are neutrinos: the lightest, and any other below 1 MeV.

    The others are the partners of Dirac or nearly Dirac neutrinos; no experiment that counts
    neutrinos of MeV energies tells them apart.
    """
    return (m < 1e-3).at[:, 0].set(True)


def vector_decays(
    m: Scalar, e: Scalar, charged: tuple[Array, Array, Array], neutral: tuple[Array, Array]
) -> tuple[Scalar, dict[str, Scalar]]:
    """Width [GeV] and BRs of the light vector to leptons.

    Args:
        charged: masses (B, n), g_L and g_R (B, n, n) [e].
        neutral: masses (B, k) and g (B, k, k) [e] of Majorana states.
    """
    m_l, g_L, g_R = charged
    to_leptons = over_pairs(partial(widths.vector_to_fermions, m), m_l, e * g_L, e * g_R)
    m_n, g = neutral
    all_pairs = over_pairs(partial(widths.vector_to_fermions, m), m_n, e * g, -e * jnp.conj(g))
    to_neutral = widths.majorana_pairs(all_pairs)
    light = light_neutral(m_n)
    neutrinos = light[:, :, None] & light[:, None, :]
    light_pairs = to_leptons[:, 0, 0]
    return fractions(
        {
            "ee": light_pairs[0],
            "mumu": light_pairs[1],
            "tautau": light_pairs[2],
            "nunu": jnp.sum(jnp.where(neutrinos, to_neutral, 0.0)),
            "NN": jnp.sum(jnp.where(neutrinos, 0.0, to_neutral)),
            "heavy": jnp.sum(to_leptons[:, 1:, :]) + jnp.sum(to_leptons[:, 0, 1:]),
        }
    )


def scalar_decays(
    m: Scalar,
    v_X: Scalar,
    m_Zprime: Scalar,
    charged: tuple[Array, Array],
    neutral: tuple[Array, Array],
) -> tuple[Scalar, dict[str, Scalar]]:
    """Width [GeV] and BRs of h_X; charged and neutral are (masses, Yukawa matrices)."""
    m_l, Y = charged
    Y_dag = jnp.conj(jnp.swapaxes(Y, -1, -2))
    to_leptons = over_pairs(partial(widths.scalar_to_fermions, m), m_l, Y, Y_dag)
    m_n, Y_n = neutral
    to_neutral = widths.majorana_pairs(
        over_pairs(partial(widths.scalar_to_fermions, m), m_n, Y_n, jnp.conj(Y_n))
    )
    return fractions(
        {
            "ZprimeZprime": widths.scalar_to_vectors(m, m_Zprime, v_X),
            "ll": jnp.sum(to_leptons[:, 0, 0]),
            "lightheavy": jnp.sum(to_leptons[:, 0, 1:]) + jnp.sum(to_leptons[:, 1:, 0]),
            "heavyheavy": jnp.sum(to_leptons[:, 1:, 1:]),
            "neutral": jnp.sum(to_neutral),
        }
    )


def _to_lighter(
    width: Callable[..., Array], m_initial: Array, m_final: Array, *couplings: Array
) -> Array:
    """Sum over final states f of width(m_i, m_f, couplings[f, i]): (B, initial states)."""
    return jnp.sum(width(m_initial[:, None, :], m_final[:, :, None], *couplings), axis=1)


def _emitting_vector(mass: Scalar) -> Callable[..., Array]:
    return lambda M, m_F, *g: widths.fermion_to_vector(M, m_F, mass, *g)


def _emitting_scalar(mass: Scalar) -> Callable[..., Array]:
    return lambda M, m_F, *y: widths.fermion_to_scalar(M, m_F, mass, *y)


def charged_decays(
    electroweak: Electroweak,
    m: Array,
    g_L: dict[str, Array],
    g_R: dict[str, Array],
    Y: dict[str, Array],
    neutral: tuple[Array, Array, Array],
    m_hX: Scalar | None,
) -> tuple[Array, dict[str, Array]]:
    """Widths [GeV] and BRs of the charged leptons, (B, n); neutral is (masses, W_L, W_R)."""

    def by_vector(name: str, unit: Scalar, mass: Scalar) -> Array:
        g = unit * g_L[name], unit * g_R[name]
        return _to_lighter(_emitting_vector(mass), m, m, *g)

    def by_scalar(name: str, mass: Scalar) -> Array:
        Y_dag = jnp.conj(jnp.swapaxes(Y[name], -1, -2))
        return _to_lighter(_emitting_scalar(mass), m, m, Y[name], Y_dag)

    m_n, W_L, W_R = neutral
    g_W = electroweak.g / jnp.sqrt(2.0)
    partial_widths = {
        "lZprime": by_vector("Zprime", electroweak.e, electroweak.m_Zprime),
        "lZ": by_vector("Z", electroweak.g_Z, electroweak.m_Z_shifted),
        "lh": by_scalar("h", electroweak.m_h),
        "nuW": _to_lighter(_emitting_vector(electroweak.m_W), m, m_n, g_W * W_L, g_W * W_R),
    }
    if m_hX is not None:
        partial_widths["lhX"] = by_scalar("hX", m_hX)
    return fractions(partial_widths)


def neutral_width(
    electroweak: Electroweak,
    m: Array,
    g: dict[str, Array],
    Y: dict[str, Array],
    charged: tuple[Array, Array, Array],
    m_hX: Scalar | None,
) -> Array:
    """Two-body widths [GeV] of the neutral leptons, (B, k); charged is (masses, W_L, W_R).

    A Majorana state decays to both charges, hence the factor 2 in front of the W channel.
    """

    def by_vector(name: str, unit: Scalar, mass: Scalar) -> Array:
        left = unit * g[name]
        return _to_lighter(_emitting_vector(mass), m, m, left, -jnp.conj(left))

    def by_scalar(name: str, mass: Scalar) -> Array:
        return _to_lighter(_emitting_scalar(mass), m, m, Y[name], jnp.conj(Y[name]))

    m_l, W_L, W_R = charged
    g_W = electroweak.g / jnp.sqrt(2.0)
    W_L, W_R = (g_W * jnp.swapaxes(W, -1, -2) for W in (W_L, W_R))
    total = (
        by_vector("Zprime", electroweak.e, electroweak.m_Zprime)
        + by_vector("Z", electroweak.g_Z, electroweak.m_Z_shifted)
        + by_scalar("h", electroweak.m_h)
        + 2 * _to_lighter(_emitting_vector(electroweak.m_W), m, m_l, W_L, W_R)
    )
    return total if m_hX is None else total + by_scalar("hX", m_hX)

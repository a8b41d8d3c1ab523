"""Widths and branching ratios of the light vector, the scalar h_X and the heavy leptons."""

from collections.abc import Callable

import jax.numpy as jnp

from recette.core import widths
from recette.core.gauge import Electroweak
from recette.numerics.matrices import dagger, total
from recette.types import Array, Scalar


def over_pairs(width: Callable[..., Array], M: Scalar, m: Array, *couplings: Array) -> Array:
    """width(M, m_i, m_j, couplings[i, j]...) for all pairs of states: (n, n, B, *batch).

    Masses are spread over the pairs here, once: the derivative then sums over the pairs once.
    """
    return width(*jnp.broadcast_arrays(M, m[:, None], m[None]), *couplings)


def fractions(partial_widths: dict[str, Array]) -> tuple[Array, dict[str, Array]]:
    """Total width and branching ratios; all ratios 0 for a stable particle."""
    whole = total(partial_widths.values())
    safe = jnp.where(whole > 0, whole, 1.0)
    return whole, {channel: width / safe for channel, width in partial_widths.items()}


def light_neutral(m: Array) -> Array:
    """Which neutral states (k, B, *batch) are neutrinos: the lightest, and any other below 1 MeV.

    The others are the partners of Dirac or nearly Dirac neutrinos; no experiment that counts
    neutrinos of MeV energies tells them apart.
    """
    return jnp.concatenate([jnp.ones_like(m[:1], dtype=bool), m[1:] < 1e-3])


def vector_decays(
    m: Scalar, e: Scalar, charged: tuple[Array, Array, Array], neutral: tuple[Array, Array]
) -> tuple[Scalar, dict[str, Scalar]]:
    """Width [GeV] and BRs of the light vector to leptons.

    Args:
        charged: masses (n, B, *batch), g_L and g_R (n, n, B, *batch) [e].
        neutral: masses (k, B, *batch) and g (k, k, B, *batch) [e] of Majorana states.
    """
    m_l, g_L, g_R = charged
    to_leptons = over_pairs(widths.vector_to_fermions, m, m_l, e * g_L, e * g_R)
    m_n, g = neutral
    all_pairs = over_pairs(widths.vector_to_fermions, m, m_n, e * g, -e * jnp.conj(g))
    to_neutral = widths.majorana_pairs(all_pairs)
    light = light_neutral(m_n)
    neutrinos = light[:, None] & light[None]
    light_pairs = to_leptons[0, 0]
    return fractions(
        {
            "ee": light_pairs[0],
            "mumu": light_pairs[1],
            "tautau": light_pairs[2],
            "nunu": total(jnp.where(neutrinos, to_neutral, 0.0), axes=3),
            "NN": total(jnp.where(neutrinos, 0.0, to_neutral), axes=3),
            "heavy": total(to_leptons[1:], axes=3) + total(to_leptons[0, 1:], axes=2),
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
    to_leptons = over_pairs(widths.scalar_to_fermions, m, m_l, Y, dagger(Y))
    m_n, Y_n = neutral
    to_neutral = widths.majorana_pairs(
        over_pairs(widths.scalar_to_fermions, m, m_n, Y_n, jnp.conj(Y_n))
    )
    return fractions(
        {
            "ZprimeZprime": widths.scalar_to_vectors(m, m_Zprime, v_X),
            "ll": total(to_leptons[0, 0]),
            "lightheavy": total(to_leptons[0, 1:], axes=2) + total(to_leptons[1:, 0], axes=2),
            "heavyheavy": total(to_leptons[1:, 1:], axes=3),
            "neutral": total(to_neutral, axes=3),
        }
    )


def _to_lighter(
    width: Callable[..., Array],
    m_boson: Scalar,
    m_initial: Array,
    m_final: Array,
    *couplings: Array,
) -> Array:
    """Sum over final fermions f of width(m_i, m_f, m_boson, couplings[f, i]...): (i, B, *batch)."""
    masses = jnp.broadcast_arrays(m_initial[None], m_final[:, None], m_boson)
    return total(width(*masses, *couplings))


def charged_decays(
    electroweak: Electroweak,
    m: Array,
    g_L: dict[str, Array],
    g_R: dict[str, Array],
    Y: dict[str, Array],
    neutral: tuple[Array, Array, Array],
    m_hX: Scalar | None,
) -> tuple[Array, dict[str, Array]]:
    """Widths [GeV] and BRs of the charged leptons (n, B, *batch); neutral: masses, W_L, W_R."""

    def by_vector(name: str, unit: Scalar, mass: Scalar) -> Array:
        g = unit * g_L[name], unit * g_R[name]
        return _to_lighter(widths.fermion_to_vector, mass, m, m, *g)

    def by_scalar(name: str, mass: Scalar) -> Array:
        return _to_lighter(widths.fermion_to_scalar, mass, m, m, Y[name], dagger(Y[name]))

    m_n, W_L, W_R = neutral
    g_W = electroweak.g / jnp.sqrt(2.0)
    partial_widths = {
        "lZprime": by_vector("Zprime", electroweak.e, electroweak.m_Zprime),
        "lZ": by_vector("Z", electroweak.g_Z, electroweak.m_Z_shifted),
        "lh": by_scalar("h", electroweak.m_h),
        "nuW": _to_lighter(widths.fermion_to_vector, electroweak.m_W, m, m_n, g_W * W_L, g_W * W_R),
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
    """Two-body widths [GeV] of the neutral leptons, (k, B, *batch); charged is (masses, W_L, W_R).

    A Majorana state decays to both charges, hence the factor 2 in front of the W channel.
    """

    def by_vector(name: str, unit: Scalar, mass: Scalar) -> Array:
        left = unit * g[name]
        return _to_lighter(widths.fermion_to_vector, mass, m, m, left, -jnp.conj(left))

    def by_scalar(name: str, mass: Scalar) -> Array:
        return _to_lighter(widths.fermion_to_scalar, mass, m, m, Y[name], jnp.conj(Y[name]))

    m_l, W_L, W_R = charged
    g_W = electroweak.g / jnp.sqrt(2.0)
    W_L, W_R = (g_W * jnp.swapaxes(W, 0, 1) for W in (W_L, W_R))
    total = (
        by_vector("Zprime", electroweak.e, electroweak.m_Zprime)
        + by_vector("Z", electroweak.g_Z, electroweak.m_Z_shifted)
        + by_scalar("h", electroweak.m_h)
        + 2 * _to_lighter(widths.fermion_to_vector, electroweak.m_W, m, m_l, W_L, W_R)
    )
    return total if m_hX is None else total + by_scalar("hX", m_hX)

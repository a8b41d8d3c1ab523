"""Dipole coefficients of e, mu, tau from every boson and every internal state.

c_R and Delta a are two words for one number: Delta a = -(4 m/e) Re c_R (PHYSICS, section 3).
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp

from recette.core.gauge import Electroweak
from recette.core.point import ChargedLeptons, Dipoles, HiggsX, NeutralLeptons
from recette.loops import dipole
from recette.loops.barr_zee import barr_zee
from recette.types import Array, Scalar


def _by_state(
    loop: Callable[..., dipole.Loop],
    m: Array,
    internal: Array,
    boson: Scalar,
    g_L: Array,
    g_R: Array,
) -> Array:
    """Complex Delta a of each generation (rows) and internal state (columns)."""

    def one(m: Scalar, M_F: Scalar, g_L: Scalar, g_R: Scalar) -> Array:
        return dipole.delta_a(m, loop(m, M_F, boson), g_L, g_R)

    over_states = jax.vmap(one, in_axes=(None, 0, 0, 0))
    return jax.vmap(over_states)(m, internal, g_L, g_R)


def dipoles(
    electroweak: Electroweak,
    charged: ChargedLeptons,
    neutral: NeutralLeptons,
    higgs_x: HiggsX | None,
) -> Dipoles:
    """All one-loop dipoles of a flavour-diagonal point, Standard Model part subtracted.

    The flip conj(g_L) g_R M_F turns an incoming right-handed lepton into an outgoing left-handed
    one, which is the P_R structure of c_R.
    """
    m = charged.m[:, 0]
    states = charged.m
    g_Z, g_W = electroweak.g_Z, electroweak.g / jnp.sqrt(2.0)

    def vector(name: str, unit: Scalar, mass: Scalar) -> Array:
        g_L, g_R = (unit * jnp.conj(g[name][:, 0, :]) for g in (charged.g_L, charged.g_R))
        return _by_state(dipole.neutral_vector, m, states, mass, g_L, g_R)

    def scalar(name: str, mass: Scalar) -> Array:
        outgoing, incoming = charged.Y[name][:, 0, :], charged.Y[name][:, :, 0]
        return _by_state(dipole.neutral_scalar, m, states, mass, jnp.conj(outgoing), incoming)

    by_state = {
        "Zprime": vector("Zprime", electroweak.e, electroweak.m_Zprime),
        "Z": vector("Z", g_Z, electroweak.m_Z_shifted),
        "W": _by_state(
            dipole.charged_vector,
            m,
            neutral.m,
            electroweak.m_W,
            g_W * neutral.W_L[:, :, 0],
            g_W * neutral.W_R[:, :, 0],
        ),
        "h": scalar("h", electroweak.m_h),
    }
    if higgs_x is not None:
        by_state["hX"] = scalar("hX", higgs_x.m)
    SM = standard_model(electroweak, m)
    to_c_R = -electroweak.e / (4 * m)
    c_R = {
        boson: to_c_R * (jnp.sum(part, axis=-1) - SM.get(boson, 0.0))
        for boson, part in by_state.items()
    }
    two_loop = jnp.zeros(3)
    if higgs_x is not None:
        Y = jnp.diagonal(charged.Y["hX"], axis1=-2, axis2=-1).real
        two_loop = barr_zee(electroweak.alpha, m, Y[:, 0], charged.m, Y, higgs_x.m)
    return Dipoles(
        c_R={boson: part.astype(complex) for boson, part in c_R.items()},
        by_state={b: (to_c_R[:, None] * part).astype(complex) for b, part in by_state.items()},
        SM={boson: to_c_R * part for boson, part in SM.items()},
        barr_zee=two_loop,
    )


def standard_model(electroweak: Electroweak, m: Array) -> dict[str, Array]:
    """One-loop electroweak Delta a of the Standard Model with massless neutrinos, per boson."""
    s2, v = electroweak.sin2_theta_W, electroweak.v
    g_Z, g_W = electroweak.g_Z, electroweak.g / jnp.sqrt(2.0)

    def one(m: Scalar) -> dict[str, Array]:
        Z = dipole.neutral_vector(m, m, electroweak.m_Z)
        W = dipole.charged_vector(m, jnp.zeros_like(m), electroweak.m_W)
        h = dipole.neutral_scalar(m, m, electroweak.m_h)
        return {
            "Z": dipole.delta_a(m, Z, g_Z * (s2 - 0.5), g_Z * s2),
            "W": dipole.delta_a(m, W, g_W, jnp.zeros_like(g_W)),
            "h": dipole.delta_a(m, h, m / v, m / v),
        }

    return jax.vmap(one)(m)

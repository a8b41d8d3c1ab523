"""Dipole coefficients of e, mu, tau from every boson and every internal state.

c_R and Delta a are two words for one number: Delta a = -(4 m/e) Re c_R (PHYSICS, section 3).
"""

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from recette.core.gauge import Electroweak
from recette.core.point import ChargedLeptons, Dipoles, HiggsX, NeutralLeptons
from recette.loops import dipole
from recette.loops.barr_zee import barr_zee
from recette.loops.moments import general, moments
from recette.numerics.matrices import diagonal, total
from recette.types import Array, Float, Inexact, Scalar


class Exchange(NamedTuple):
    """One boson in the loop, with every internal fermion, of e, mu, tau.

    Attributes:
        loop: the loop function.
        fermions: internal masses [GeV].
        boson: its mass [GeV].
        g_L, g_R: couplings such that conj(g_L) g_R turns an incoming right-handed lepton into an
            outgoing left-handed one, which is the P_R structure of c_R.
    """

    loop: Callable[..., dipole.Loop]
    fermions: Float[Array, "n 3 *batch"]
    boson: Scalar
    g_L: Inexact[Array, "n 3 *batch"]
    g_R: Inexact[Array, "n 3 *batch"]

    def rows(self, part: slice) -> "Exchange":
        """The same with some of the internal fermions, the boson's mass beside each."""
        fermions = self.fermions[part]
        boson = jnp.broadcast_to(self.boson, fermions.shape)
        return Exchange(self.loop, fermions, boson, self.g_L[part], self.g_R[part])


def dipoles(
    electroweak: Electroweak,
    charged: ChargedLeptons,
    neutral: NeutralLeptons,
    higgs_x: HiggsX | None,
) -> Dipoles:
    """All one-loop dipoles of a flavour-diagonal point, Standard Model part subtracted."""
    m = charged.m[0]
    to_c_R = -electroweak.e / (4 * m)
    exchanges = _exchanges(electroweak, charged, neutral, higgs_x)
    standard = _standard_model(electroweak, m)
    by_state = {name: to_c_R * part for name, part in _delta_a(m, exchanges | standard).items()}
    SM = {boson: by_state.pop(f"SM {boson}")[0] for boson in ("Z", "W", "h")}
    two_loop = jnp.zeros_like(m)
    if higgs_x is not None:
        Y = diagonal(charged.Y["hX"]).real
        two_loop = barr_zee(electroweak.alpha, m, Y[0], charged.m, Y, higgs_x.m)
    return Dipoles(
        c_R={
            boson: (total(part) - SM.get(boson, 0.0)).astype(complex)
            for boson, part in by_state.items()
        },
        by_state={boson: part.astype(complex) for boson, part in by_state.items()},
        SM={boson: part.real for boson, part in SM.items()},
        barr_zee=two_loop,
    )


def _delta_a(
    m: Float[Array, "3 *batch"], exchanges: dict[str, Exchange]
) -> dict[str, Inexact[Array, "n 3 *batch"]]:
    """Complex Delta a by internal state and lepton, the moments of many loops in one go.

    The lepton itself beside a light boson needs moments for any masses; the others do not, unless
    a parameter is unusual.
    """
    pieces = [
        (name, x.rows(part), part == _ITSELF and name in _LIGHT)
        for name, x in exchanges.items()
        for part in (_ITSELF, _OTHERS)
        if len(x.fermions[part])
    ]
    found: dict[str, list[Array]] = {name: [] for name in exchanges}
    for any_masses, integrals in ((True, general), (False, moments)):
        chosen = [(name, x) for name, x, light in pieces if light == any_masses]
        ends = [_ends(x) for _, x in chosen]
        M0, M1 = (jnp.concatenate(masses) for masses in zip(*ends, strict=True))
        cuts = np.cumsum([len(x.fermions) for _, x in chosen])[:-1]
        J = integrals(jnp.broadcast_to(m, M0.shape), M0, M1)
        for (name, x), *J_x in zip(chosen, *(jnp.split(J_n, cuts) for J_n in J), strict=True):
            external = jnp.broadcast_to(m, x.fermions.shape)
            loop = x.loop(external, x.fermions, x.boson, J_x)
            found[name].append(dipole.delta_a(external, loop, x.g_L, x.g_R))
    return {name: jnp.concatenate(parts) for name, parts in found.items()}


_LIGHT = ("Zprime", "hX")
_ITSELF, _OTHERS = slice(0, 1), slice(1, None)


def _ends(x: Exchange) -> tuple[Array, Array]:
    """D(x) of `moments` runs from the mass that does not carry the charge to the one that does."""
    charged_boson = x.loop is dipole.charged_vector
    return (x.fermions, x.boson) if charged_boson else (x.boson, x.fermions)


def _exchanges(
    electroweak: Electroweak,
    charged: ChargedLeptons,
    neutral: NeutralLeptons,
    higgs_x: HiggsX | None,
) -> dict[str, Exchange]:
    def vector(name: str, unit: Scalar, mass: Scalar) -> Exchange:
        g_L, g_R = (unit * jnp.conj(g[name][0]) for g in (charged.g_L, charged.g_R))
        return Exchange(dipole.neutral_vector, charged.m, mass, g_L, g_R)

    def scalar(name: str, mass: Scalar) -> Exchange:
        outgoing, incoming = charged.Y[name][0], charged.Y[name][:, 0]
        return Exchange(dipole.neutral_scalar, charged.m, mass, jnp.conj(outgoing), incoming)

    g_W = electroweak.g / jnp.sqrt(2.0)
    W_L, W_R = g_W * neutral.W_L[:, 0], g_W * neutral.W_R[:, 0]
    exchanges = {
        "Zprime": vector("Zprime", electroweak.e, electroweak.m_Zprime),
        "Z": vector("Z", electroweak.g_Z, electroweak.m_Z_shifted),
        "W": Exchange(dipole.charged_vector, neutral.m, electroweak.m_W, W_L, W_R),
        "h": scalar("h", electroweak.m_h),
    }
    if higgs_x is not None:
        exchanges["hX"] = scalar("hX", higgs_x.m)
    return exchanges


def _standard_model(electroweak: Electroweak, m: Array) -> dict[str, Exchange]:
    """One-loop electroweak exchanges of the Standard Model with massless neutrinos."""
    same = m[None]
    s2, one = electroweak.sin2_theta_W, jnp.ones_like(same)
    g_Z, g_W = electroweak.g_Z, electroweak.g / jnp.sqrt(2.0)
    y = same / electroweak.v
    return {
        "SM Z": Exchange(
            dipole.neutral_vector, same, electroweak.m_Z, g_Z * (s2 - 0.5) * one, g_Z * s2 * one
        ),
        "SM W": Exchange(dipole.charged_vector, 0 * same, electroweak.m_W, g_W * one, 0 * one),
        "SM h": Exchange(dipole.neutral_scalar, same, electroweak.m_h, y, y),
    }

"""Magnetic moments of e, mu, tau."""

import jax.numpy as jnp

from recette.core.gauge import Electroweak
from recette.core.observable import observable
from recette.core.point import ChargedLeptons, Dipoles, Point
from recette.types import Array

_NEEDS = (Electroweak, ChargedLeptons, Dipoles)


def _to_delta_a(p: Point, c_R: Array) -> Array:
    """Delta a = -(4 m/e) Re c_R, for c_R of shape (..., 3, *batch)."""
    return -4 * p[ChargedLeptons].m[0] / p[Electroweak].e * c_R.real


def _parts(p: Point) -> dict[str, Array]:
    return {boson: _to_delta_a(p, c_R) for boson, c_R in p[Dipoles].c_R.items()}


def _states(p: Point) -> dict[str, Array]:
    return {
        boson: jnp.moveaxis(_to_delta_a(p, c_R), 0, 1) for boson, c_R in p[Dipoles].by_state.items()
    }


def _barr_zee(p: Point) -> Array:
    return p[Dipoles].barr_zee


@observable(
    "delta_a_e",
    "delta_a_mu",
    "delta_a_tau",
    unit="1",
    needs=_NEEDS,
    cite=("Leveille:1977rc", "Jegerlehner:2009ry", "Hati:2020fzp"),
    parts=_parts,
    states=_states,
    uncertainty=_barr_zee,
    batched=True,
)
def delta_a(p: Point) -> Array:
    """Shift of (g-2)/2 by New Physics at one loop.

    All bosons and internal states, Standard Model part subtracted; the uncertainty is the size of
    the two-loop Barr-Zee contribution of h_X.
    """
    return sum(_parts(p).values(), jnp.zeros(()))


def naive_scaling(delta_a_e: float, m_e: float, m_mu: float) -> dict[str, float]:
    """Delta a_mu that universal couplings would imply for a given Delta a_e.

    Slide "Minimal scenarios" of the talk: the ratio is (m_mu/m_e)^2 where the loop keeps
    chirality, m_mu/m_e where a heavy fermion flips it.
    """
    ratio = m_mu / m_e
    return {"quadratic": delta_a_e * ratio**2, "linear": delta_a_e * ratio}

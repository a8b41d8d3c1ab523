"""The heavy charged leptons: the lightest mass and the largest width over mass."""

import jax.numpy as jnp

from recette.core.observable import observable
from recette.core.point import HeavyLeptons, Point
from recette.core.rows import rows
from recette.types import Array


@observable("m_heavy", unit="GeV", needs=(HeavyLeptons,), batched=True)
def lightest(p: Point) -> Array:
    """Mass of the lightest heavy charged lepton."""
    return rows(p, jnp.min(p[HeavyLeptons].m, axis=(0, 1)))


@observable("Gamma_heavy_over_m", unit="1", needs=(HeavyLeptons,), batched=True)
def broadest(p: Point) -> Array:
    """Largest width over mass of the heavy charged leptons; above 0.1 they are not narrow."""
    heavy = p[HeavyLeptons]
    return rows(p, jnp.max(heavy.Gamma / heavy.m, axis=(0, 1)))

"""Charged-lepton flavour violation: at flavour-diagonal points only what Dirac neutrinos give."""

import tomllib
from functools import lru_cache
from importlib.resources import files

import jax.numpy as jnp
import numpy as np

from recette.core.gauge import Electroweak
from recette.core.observable import observable
from recette.core.point import Point
from recette.core.rows import rows
from recette.types import Array


@lru_cache
def oscillation_sum(name: str = "oscillations-nufit-5.0") -> float:
    """|Sum_i U*_mu,i U_e,i m_i^2| [GeV^2], in which unitarity leaves mass differences alone."""
    text = files("recette").joinpath("data", "inputs", f"{name}.toml").read_text(encoding="utf-8")
    x = tomllib.loads(text)
    s12, s13, s23 = (np.sqrt(x[f"sin2_theta_{i}"]) for i in ("12", "13", "23"))
    c12, c13, c23 = (np.sqrt(1 - s * s) for s in (s12, s13, s23))
    phase = np.exp(1j * np.radians(x["delta_CP_deg"]))
    U_e2, U_e3 = s12 * c13, s13 / phase
    U_mu2, U_mu3 = c12 * c23 - s12 * s23 * s13 * phase, s23 * c13
    differences = x["Dm2_21_eV2"] * 1e-18, x["Dm2_31_eV2"] * 1e-18
    return float(
        abs(np.conj(U_mu2) * U_e2 * differences[0] + np.conj(U_mu3) * U_e3 * differences[1])
    )


@observable(
    "BR_mu_e_gamma",
    unit="1",
    needs=(Electroweak,),
    cite=("Petcov:1976ff", "Marciano:1977wx"),
    batched=True,
)
def mu_e_gamma(p: Point) -> Array:
    """BR(mu -> e gamma) from Dirac neutrinos and the W alone, 3 alpha/(32 pi) |Sum|^2/M_W^4.

    Flavour-diagonal New Physics adds nothing; the oscillation data are those of NuFIT 5.0.
    """
    electroweak = p[Electroweak]
    mass2 = oscillation_sum() / electroweak.m_W**2
    return rows(p, 3 * electroweak.alpha / (32 * jnp.pi) * mass2**2)

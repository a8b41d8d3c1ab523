"""From fields and couplings to mass matrices, and from mixing to couplings in the mass basis.

Every coupling is a diagonal charge matrix, or the derivative of a mass matrix, rotated: nothing
here knows which model it works for.
"""

from dataclasses import dataclass
from functools import lru_cache

import jax
import jax.numpy as jnp

from recette.core import basis, spectrum
from recette.core.gauge import Electroweak
from recette.core.lagrangian import Lagrangian
from recette.types import Array, Inexact, Scalar

_lepton_basis = lru_cache(basis.lepton_basis)
_mass_terms = lru_cache(basis.mass_terms)
_charged_current = lru_cache(basis.charged_current)


@dataclass(frozen=True)
class MassMatrix:
    """M = bare + v/sqrt2 by_vev["h"] + v_X/sqrt2 by_vev["h_X"], one block a generation."""

    bare: Array
    by_vev: dict[str, Array]

    def at(self, vevs: dict[str, Scalar]) -> Inexact[Array, "B n n"]:
        """The matrix [GeV] at <scalar> = vev/sqrt2."""
        return self.bare + sum(
            (vevs[s] / jnp.sqrt(2.0) * M for s, M in self.by_vev.items()), jnp.zeros_like(self.bare)
        )


def mass_matrix(
    lagrangian: Lagrangian, sector: str, couplings: dict[str, Inexact[Array, "3"]]
) -> MassMatrix:
    """Place flavour-diagonal couplings into the mass matrix of a sector; absent ones are zero."""
    states = _lepton_basis(lagrangian)
    n = len(states.charged_left if sector == "charged" else states.neutral)
    dtype = jnp.result_type(float, *couplings.values())
    matrices = {vev: [[jnp.zeros(3, dtype)] * n for _ in range(n)] for vev in (None, "h", "h_X")}
    for term in _mass_terms(lagrangian):
        if term.sector == sector and term.coupling in couplings:
            value = couplings[term.coupling]
            entry = jnp.conj(value) if term.conjugated else value
            row = matrices[term.vev][term.row]
            row[term.column] = row[term.column] + entry
    stacked = {
        vev: jnp.stack([jnp.stack(row, axis=-1) for row in rows], axis=-2)
        for vev, rows in matrices.items()
    }
    return MassMatrix(stacked.pop(None), {str(vev): M for vev, M in stacked.items()})


def _dagger(U: Array) -> Array:
    return jnp.conj(jnp.swapaxes(U, -1, -2))


def rotate_charges(U: Inexact[Array, "B n n"], charges: Array) -> Inexact[Array, "B n n"]:
    """U^dagger diag(charges) U."""
    return jnp.einsum("...ai,a,...aj->...ij", jnp.conj(U), charges, U)


def gauge_couplings(
    electroweak: Electroweak, components: tuple[basis.Component, ...], U: Array, eps_BL: Scalar
) -> dict[str, Array]:
    """Couplings of the mass eigenstates to the Z' [e] and the Z [g/cos(theta_W)]."""
    T3, Q, Q_BL = (
        jnp.asarray(basis.charge_vector(components, charge)) for charge in ("T3", "Q", "Q_BL")
    )
    dark = eps_BL * Q_BL
    return {
        "Zprime": rotate_charges(U, electroweak.charge_Zprime(T3, Q, dark)),
        "Z": rotate_charges(U, electroweak.charge_Z(T3, Q, dark)),
    }


def yukawas(M: MassMatrix, left: Array, right: Array) -> dict[str, Array]:
    """Derivatives of the mass matrix with respect to v and v_X between left^dagger and right."""
    names = {"h": "h", "h_X": "hX"}
    return {
        names[scalar]: _dagger(left) @ (dM / jnp.sqrt(2.0)) @ right
        for scalar, dM in M.by_vev.items()
    }


def charged_current(
    lagrangian: Lagrangian, U: Array, U_L: Array, U_R: Array
) -> tuple[Array, Array]:
    """W couplings of nbar_i gamma P_L,R e_j [g/sqrt2], from the SU(2) doublets.

    Left-handed neutral fields are conj(U) n; a right-handed one (L0_R) is the charge conjugate of a
    left-handed one (L0^c), hence U n.
    """
    pairs = _charged_current(lagrangian)

    def sum_over(doublets: tuple[tuple[int, int], ...], neutral: Array, charged: Array) -> Array:
        start = jnp.zeros((len(neutral), neutral.shape[-1], charged.shape[-1]), neutral.dtype)
        return sum(
            (neutral[..., i, :, None] * charged[..., j, None, :] for i, j in doublets), start
        )

    return sum_over(pairs.left, U, U_L), sum_over(pairs.right, jnp.conj(U), U_R)


def solve_charged(
    lagrangian: Lagrangian, couplings: dict[str, Array], vevs: dict[str, Scalar], masses: Array
) -> tuple[spectrum.Charged, MassMatrix, Array]:
    """Charged spectrum; y is solved for from the physical masses unless it is among the couplings.

    Args:
        masses: m_e, m_mu, m_tau [GeV], shape (3,).

    Returns: spectrum, mass matrix, y.
    """
    given = "y" in couplings
    M = mass_matrix(lagrangian, "charged", couplings)
    if given:
        solved = jax.vmap(lambda block: spectrum.charged(block, None))(M.at(vevs))
        return solved, M, couplings["y"]
    y = jax.vmap(spectrum.solve_y)(M.at(vevs), masses) * jnp.sqrt(2.0) / vevs["h"]
    M.by_vev["h"] = M.by_vev["h"].at[:, 0, 0].set(y)
    return jax.vmap(spectrum.charged)(M.at(vevs), masses), M, y


def quark_charges(
    electroweak: Electroweak, lagrangian: Lagrangian, eps_BL: Scalar
) -> dict[str, tuple[Array, Array]]:
    """(eps_V, eps_A) of u and d with the Z' [e], from the fields Q_L, u_R, d_R."""
    fields = {f.name: f for f in lagrangian.fields}
    result = {}
    for quark, right, T3 in (("u", "u_R", 0.5), ("d", "d_R", -0.5)):
        Q = T3 + float(fields["Q_L"].Y)
        g_L, g_R = (
            electroweak.charge_Zprime(isospin, Q, eps_BL * float(fields[name].Q_BL))
            for name, isospin in (("Q_L", T3), (right, 0.0))
        )
        result[quark] = ((g_L + g_R) / 2, (g_R - g_L) / 2)
    return result

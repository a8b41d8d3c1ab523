"""From fields and couplings to mass matrices, and from mixing to couplings in the mass basis.

Every coupling is a diagonal charge matrix, or the derivative of a mass matrix, rotated: nothing
here knows which model it works for. Matrices have the indices of their states first, behind them
the blocks (the generations) and any batch.
"""

from dataclasses import dataclass
from functools import lru_cache

import jax.numpy as jnp

from recette.core import basis, spectrum
from recette.core.gauge import Electroweak
from recette.core.lagrangian import Lagrangian
from recette.numerics.matrices import outer, stack, total, unstack
from recette.types import Array, Float, Inexact, Scalar

_lepton_basis = lru_cache(basis.lepton_basis)
_mass_terms = lru_cache(basis.mass_terms)
_charged_current = lru_cache(basis.charged_current)


@dataclass(frozen=True)
class MassMatrix:
    """The mass matrix of a sector, entry by entry.

    Attributes:
        n: number of states of a block.
        terms: where the couplings stand, and with which vev/sqrt2.
        values: the couplings, 1 or GeV, shape (3, *batch).
    """

    n: int
    terms: tuple[basis.MassTerm, ...]
    values: tuple[Inexact[Array, "3 *batch"], ...]

    def at(self, vevs: dict[str, Scalar]) -> Inexact[Array, "n n 3 *batch"]:
        """The matrix [GeV] at <scalar> = vev/sqrt2."""
        entries = [
            value if term.vev is None else vevs[term.vev] / jnp.sqrt(2.0) * value
            for term, value in zip(self.terms, self.values, strict=True)
        ]
        batch = jnp.shape(vevs["h_X"])
        nothing = jnp.zeros((3, *batch), jnp.result_type(float, *entries))
        rows = [[nothing] * self.n for _ in range(self.n)]
        for term, entry in zip(self.terms, entries, strict=True):
            rows[term.row][term.column] = rows[term.row][term.column] + entry
        return stack(rows)

    def derivative(self, scalar: str, left: Array, right: Array) -> Inexact[Array, "n n 3 *batch"]:
        """left^dagger dM/d(scalar) right, the coupling of the scalar between mass eigenstates."""
        rows, columns = unstack(jnp.conj(left)), unstack(right)
        pieces = [
            outer(value / jnp.sqrt(2.0) * rows[term.row], columns[term.column])
            for term, value in zip(self.terms, self.values, strict=True)
            if term.vev == scalar
        ]
        return total(pieces) if pieces else jnp.zeros_like(outer(rows[0], columns[0]))


def mass_matrix(
    lagrangian: Lagrangian, sector: str, couplings: dict[str, Inexact[Array, "3 *batch"]]
) -> MassMatrix:
    """Place flavour-diagonal couplings into the mass matrix of a sector; absent ones are zero."""
    states = _lepton_basis(lagrangian)
    n = len(states.charged_left if sector == "charged" else states.neutral)
    dtype = jnp.result_type(float, *couplings.values())
    terms = tuple(
        term
        for term in _mass_terms(lagrangian)
        if term.sector == sector and term.coupling in couplings
    )
    values = (couplings[term.coupling].astype(dtype) for term in terms)
    conjugated = (
        jnp.conj(value) if term.conjugated else value
        for term, value in zip(terms, values, strict=True)
    )
    return MassMatrix(n, terms, tuple(conjugated))


def rotate_charges(
    U: Inexact[Array, "n n 3 *batch"], charges: list[Array]
) -> Inexact[Array, "n n 3 *batch"]:
    """U^dagger diag(charges) U."""
    return total(
        outer(charge * bra, ket)
        for charge, bra, ket in zip(charges, unstack(jnp.conj(U)), unstack(U), strict=True)
    )


def gauge_couplings(
    electroweak: Electroweak, components: tuple[basis.Component, ...], U: Array, eps_BL: Scalar
) -> dict[str, Array]:
    """Couplings of the mass eigenstates to the Z' [e] and the Z [g/cos(theta_W)]."""
    charges = [(float(c.T3), float(c.Q), eps_BL * float(c.Q_BL)) for c in components]
    return {
        "Zprime": rotate_charges(U, [electroweak.charge_Zprime(*c) for c in charges]),
        "Z": rotate_charges(U, [electroweak.charge_Z(*c) for c in charges]),
    }


def yukawas(M: MassMatrix, left: Array, right: Array) -> dict[str, Array]:
    """Derivatives of the mass matrix with respect to v and v_X between left^dagger and right."""
    return {name: M.derivative(scalar, left, right) for scalar, name in _SCALARS.items()}


_SCALARS = {"h": "h", "h_X": "hX"}  # as in the Lagrangian, as in predictions


def charged_current(
    lagrangian: Lagrangian, U: Array, U_L: Array, U_R: Array
) -> tuple[Array, Array]:
    """W couplings of nbar_i gamma P_L,R e_j [g/sqrt2], from the SU(2) doublets.

    Left-handed neutral fields are conj(U) n; a right-handed one (L0_R) is the charge conjugate of a
    left-handed one (L0^c), hence U n.
    """
    pairs = _charged_current(lagrangian)

    def sum_over(doublets: tuple[tuple[int, int], ...], neutral: Array, charged: Array) -> Array:
        rows, columns = unstack(neutral), unstack(charged)
        pieces = [outer(rows[i], columns[j]) for i, j in doublets]
        return total(pieces) if pieces else jnp.zeros_like(outer(rows[0], columns[0]))

    return sum_over(pairs.left, U, U_L), sum_over(pairs.right, jnp.conj(U), U_R)


def solve_charged(
    lagrangian: Lagrangian,
    couplings: dict[str, Array],
    vevs: dict[str, Scalar],
    masses: Float[Array, "3 *batch"],
) -> tuple[spectrum.Charged, MassMatrix, Array]:
    """Charged spectrum; y is solved for from the physical masses unless it is among the couplings.

    Args:
        masses: m_e, m_mu, m_tau [GeV].

    Returns: spectrum, mass matrix, y.
    """
    if "y" in couplings:
        M = mass_matrix(lagrangian, "charged", couplings)
        return spectrum.charged(M.at(vevs), None), M, couplings["y"]
    # Whatever stands for y here is not read; it fixes the shape where there is no other coupling.
    without = mass_matrix(lagrangian, "charged", {"y": masses, **couplings})
    y = spectrum.solve_y(without.at(vevs), masses) * jnp.sqrt(2.0) / vevs["h"]
    M = mass_matrix(lagrangian, "charged", {**couplings, "y": y})
    return spectrum.charged(M.at(vevs), masses), M, y


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

"""Masses and mixing of charged and neutral leptons, one generation at a time.

Conventions of PHYSICS, section 2 (arXiv:2005.00028, Backup-II and III, there to leading order):
-L = ebar_L M_l e_R + h.c. with diag = U_L^dagger M_l U_R, and -L = nbar M_nu n^c/2 + h.c., bar-left
too, in the left-handed Weyl basis (nu, N^c, L0, L0^c) with U^T M_nu U = diag >= 0, n_L = conj(U) n.

A matrix has the indices of its states first; behind them stand any number of independent blocks.
"""

import equinox as eqx
import jax.numpy as jnp

from recette.numerics import jacobi
from recette.numerics.matrices import (
    dagger,
    entries,
    identity,
    largest,
    product,
    squared,
    stack,
    total,
)
from recette.types import Array, Complex, Float, Inexact, Int, Status

# Far above rounding (1e-15), far below what any observable resolves.
_ORTHOGONAL = 1e-11
_LIGHT_MASS = 1e-9


class Charged(eqx.Module):
    """Singular value decomposition of the charged mass matrices of blocks of states."""

    m: Float[Array, "n *blocks"]  # ascending [GeV]
    U_L: Inexact[Array, "n n *blocks"]
    U_R: Inexact[Array, "n n *blocks"]
    status: Int[Array, "*blocks"]


class Neutral(eqx.Module):
    """Takagi decomposition of the neutral mass matrices of blocks of states."""

    m: Float[Array, "n *blocks"]  # ascending [GeV]
    U: Complex[Array, "n n *blocks"]
    status: Int[Array, "*blocks"]


def _inverse(H: Inexact[Array, "n n *blocks"]) -> Inexact[Array, "n n *blocks"]:
    """Inverse of 1x1 or 2x2 matrices, elementwise so that batches stay fast."""
    if H.shape[0] == 1:
        return 1 / H
    (a, b), (c, d) = H
    return stack([[d, -b], [-c, a]]) / (a * d - b * c)


def solve_y(M: Inexact[Array, "n n *blocks"], m_light: Float[Array, "*blocks"]) -> Array:
    """The light-light entry y v/sqrt2 [GeV] that makes the lightest mass m_light.

    Eliminating the heavy block H at energy m leaves |Y + beta|^2 = m^2 (1 + B G B^+)(1 + C^+ G' C)
    with G = (H^+ H - m^2)^-1, G' = (H H^+ - m^2)^-1, beta = -B G H^+ C: exact, and quadratic in Y.
    Of its two roots the one continuous to B, C -> 0 with Y > 0 has det M > 0. For complex entries
    the light block after removing the heavy states, Y - B H^-1 C, is real and positive.

    Args:
        M: mass matrix with light state first; its entry [0, 0] is not read.
        m_light: mass wanted [GeV].

    Returns: Y; NaN when no such root exists.
    """
    B, C, H = M[:1, 1:], M[1:, :1], M[1:, 1:]
    if not len(H):
        return jnp.broadcast_to(m_light, M.shape[2:]).astype(M.dtype)
    H_dag = dagger(H)
    shift = m_light**2 * identity(len(H), H)
    G, G_prime = _inverse(product(H_dag, H) - shift), _inverse(product(H, H_dag) - shift)
    B_G = product(B, G)
    stretch_L = 1 + product(B_G, dagger(B))[0, 0].real
    stretch_R = 1 + product(dagger(C), product(G_prime, C))[0, 0].real
    beta = -product(B_G, product(H_dag, C))[0, 0]
    beta_0 = -product(B, product(_inverse(H), C))[0, 0]
    drift = beta - beta_0
    square = m_light**2 * stretch_L * stretch_R - drift.imag**2
    light_block = jnp.sqrt(jnp.where(square > 0, square, 1.0)) - drift.real
    exists = (square > 0) & (light_block > 0)
    return jnp.where(exists, light_block, jnp.nan) - beta_0


def _not_unitary(U: Inexact[Array, "n n *blocks"]) -> Float[Array, "*blocks"]:
    """Largest entry of |U^dagger U - 1|^2."""
    return largest(map(squared, entries(product(dagger(U), U) - identity(len(U), U))))


def _finite(M: Array) -> Array:
    return jnp.isfinite(total(map(jnp.abs, entries(M))))


def charged(M: Inexact[Array, "n n *blocks"], m_light: Array | None) -> Charged:
    """Masses and mixing of charged blocks.

    Args:
        M: mass matrix [GeV], light state first, complete.
        m_light: the light mass that M was solved for, to be verified; None when y was given.
    """
    U_L, m, U_R = jacobi.svd(M)
    good = _not_unitary(U_L) < _ORTHOGONAL**2
    if m_light is not None:
        good &= jnp.abs(m[0] - m_light) < _LIGHT_MASS * m_light
    status = jnp.where(good, Status.OK, Status.NOT_CONVERGED)
    return Charged(m, U_L, U_R, jnp.where(_finite(M), status, Status.NO_SOLUTION))


def _rephase(M: Inexact[Array, "n n *blocks"]) -> Complex[Array, "n *blocks"]:
    """Phases p with p_i p_j M_ij >= 0 for the entries of a one-generation matrix.

    Four fields, four entries: every phase can be absorbed, so one generation is always real.
    """

    def unit(z: Array) -> Array:
        return jnp.where(z == 0, 1.0, z / jnp.where(z == 0, 1.0, jnp.abs(z))).astype(complex)

    N = 1 / jnp.sqrt(unit(M[1, 1]))
    nu = 1 / (unit(M[0, 1]) * N)
    if len(M) == 2:
        return jnp.stack([nu, N])
    L0c = 1 / (unit(M[0, 3]) * nu)
    L0 = 1 / (unit(M[2, 3]) * L0c)
    return jnp.stack([nu, N, L0, L0c])


def _heavy_pair(M: Float[Array, "4 4 *blocks"]) -> tuple[Array, Array, Array]:
    """Rotate (nu, L0) such that nu decouples from L0^c, then (L0, L0^c) to +-M.

    Returns the matrix in the basis (nu', L+, L-, N), where nu' and N meet first in the Jacobi
    rotations, the rotation, and the heavy Dirac mass. The zeros are exact: that is what keeps a
    light mass of 1e-12 GeV accurate beside 100 GeV.
    """
    a, C, b, D = M[0, 1], M[1, 1], M[0, 3], M[2, 3]
    heavy = jnp.hypot(b, D)
    s, c = b / heavy, D / heavy
    o, one, h = jnp.zeros_like(a), jnp.ones_like(a), jnp.full_like(a, jnp.sqrt(0.5))
    light, cross = a * c, a * s * h
    A = [[o, o, o, light], [o, heavy, o, cross], [o, o, -heavy, cross], [light, cross, cross, C]]
    R = [[c, s * h, s * h, o], [o, o, o, one], [-s, c * h, c * h, o], [o, h, -h, o]]
    return stack(A), stack(R), heavy


def neutral(M: Inexact[Array, "n n *blocks"]) -> Neutral:
    """Masses and mixing of neutral blocks: (nu), (nu, N^c) or (nu, N^c, L0, L0^c).

    The signed eigenvalues of the rotated real matrix keep a Dirac pair (+M, -M) apart, where a
    singular value decomposition sees two equal masses. The light mass comes from the determinant.
    """
    n, blocks = len(M), M.shape[2:]
    if n == 1:  # no N_R: massless
        fine = jnp.full(blocks, int(Status.OK))
        return Neutral(jnp.zeros((1, *blocks)), jnp.ones((1, 1, *blocks), complex), fine)
    phases = _rephase(M)
    positive = jnp.abs(M)
    if n == 2:
        A, R, heavy = positive, identity(2, positive), jnp.ones(blocks)
        light = positive[0, 1]
    else:
        A, R, heavy = _heavy_pair(positive)
        light = A[0, 3]
    w, V = jacobi.eigh(A)
    m = jnp.abs(w)
    others = m[1] if n == 2 else m[1] * (m[2] / heavy) * (m[3] / heavy)
    lightest = jnp.where(others > 0, light**2 / jnp.where(others > 0, others, 1.0), 0.0)
    m = jnp.concatenate([lightest[None], m[1:]])
    U = phases[:, None] * (product(R, V) * jnp.where(w < 0, 1j, 1.0))
    residual = largest(map(squared, entries(product(A, V) - V * w)))
    scale = _ORTHOGONAL * largest(m)
    good = (residual <= scale**2) & (_not_unitary(V) < _ORTHOGONAL**2)
    status = jnp.where(good, Status.OK, Status.NOT_CONVERGED)
    return Neutral(m, U, jnp.where(_finite(M), status, Status.NO_SOLUTION))

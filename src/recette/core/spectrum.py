"""Masses and mixing of charged and neutral leptons, one generation at a time.

Conventions of PHYSICS, section 2 (arXiv:2005.00028, Backup-II and III, there to leading order):
-L = ebar_L M_l e_R + h.c. with diag = U_L^dagger M_l U_R, and -L = nbar M_nu n^c/2 + h.c., bar-left
too, in the left-handed Weyl basis (nu, N^c, L0, L0^c) with U^T M_nu U = diag >= 0, n_L = conj(U) n.
"""

import equinox as eqx
import jax.numpy as jnp

from recette.numerics import jacobi
from recette.types import Array, Complex, Float, Inexact, Int, Scalar, Status

# Far above rounding (1e-15), far below what any observable resolves.
_ORTHOGONAL = 1e-11
_LIGHT_MASS = 1e-9


class Charged(eqx.Module):
    """Singular value decomposition of the charged mass matrix of one block of states."""

    m: Float[Array, " n"]  # ascending [GeV]
    U_L: Inexact[Array, "n n"]
    U_R: Inexact[Array, "n n"]
    status: Int[Array, ""]


class Neutral(eqx.Module):
    """Takagi decomposition of the neutral mass matrix of one block of states."""

    m: Float[Array, " n"]  # ascending [GeV]
    U: Complex[Array, "n n"]
    status: Int[Array, ""]


def _inverse(H: Inexact[Array, "n n"]) -> Inexact[Array, "n n"]:
    """Inverse of a 1x1 or 2x2 matrix, elementwise so that batches stay fast."""
    if H.shape[0] == 1:
        return 1 / H
    (a, b), (c, d) = H
    return jnp.stack([jnp.stack([d, -b]), jnp.stack([-c, a])]) / (a * d - b * c)


def solve_y(M: Inexact[Array, "n n"], m_light: Scalar) -> Array:
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
    B, C, H = M[0, 1:], M[1:, 0], M[1:, 1:]
    if not H.size:
        return m_light.astype(M.dtype)
    H_dag = H.conj().T
    shift = m_light**2 * jnp.eye(H.shape[0])
    G, G_prime = _inverse(H_dag @ H - shift), _inverse(H @ H_dag - shift)
    stretch_L = 1 + (B @ G @ B.conj()).real
    stretch_R = 1 + (C.conj() @ G_prime @ C).real
    beta = -B @ G @ H_dag @ C
    beta_0 = -B @ _inverse(H) @ C
    drift = beta - beta_0
    root = jnp.sqrt(m_light**2 * stretch_L * stretch_R - drift.imag**2)
    light_block = root - drift.real
    return jnp.where(light_block > 0, light_block, jnp.nan) - beta_0


def charged(M: Inexact[Array, "n n"], m_light: Scalar | None) -> Charged:
    """Masses and mixing of one charged block.

    Args:
        M: mass matrix [GeV], light state first, complete.
        m_light: the light mass that M was solved for, to be verified; None when y was given.
    """
    U_L, m, U_R = jacobi.svd(M)
    defect = jnp.max(jnp.abs(U_L.conj().T @ U_L - jnp.eye(M.shape[0])))
    good = defect < _ORTHOGONAL
    if m_light is not None:
        good &= jnp.abs(m[0] - m_light) < _LIGHT_MASS * m_light
    status = jnp.where(good, Status.OK, Status.NOT_CONVERGED)
    solvable = jnp.all(jnp.isfinite(M))
    return Charged(m, U_L, U_R, jnp.where(solvable, status, Status.NO_SOLUTION))


def _rephase(M: Inexact[Array, "n n"]) -> Complex[Array, " n"]:
    """Phases p with p_i p_j M_ij >= 0 for the entries of a one-generation matrix.

    Four fields, four entries: every phase can be absorbed, so one generation is always real.
    """

    def unit(z: Array) -> Array:
        return jnp.where(z == 0, 1.0, z / jnp.where(z == 0, 1.0, jnp.abs(z))).astype(complex)

    N = 1 / jnp.sqrt(unit(M[1, 1]))
    nu = 1 / (unit(M[0, 1]) * N)
    if M.shape[0] == 2:
        return jnp.stack([nu, N])
    L0c = 1 / (unit(M[0, 3]) * nu)
    L0 = 1 / (unit(M[2, 3]) * L0c)
    return jnp.stack([nu, N, L0, L0c])


def _heavy_pair(M: Float[Array, "4 4"]) -> tuple[Array, Array, Array]:
    """Rotate (nu, L0) such that nu decouples from L0^c, then (L0, L0^c) to +-M.

    Returns the matrix in the basis (nu', L+, L-, N), where nu' and N meet first in the Jacobi
    rotations, the rotation, and the heavy Dirac mass. The zeros are exact: that is what keeps a
    light mass of 1e-12 GeV accurate beside 100 GeV.
    """
    a, C, b, D = M[0, 1], M[1, 1], M[0, 3], M[2, 3]
    heavy = jnp.hypot(b, D)
    s, c = b / heavy, D / heavy
    o, h = jnp.zeros_like(a), jnp.sqrt(jnp.full_like(a, 0.5))
    light, cross = a * c, a * s * h
    A = [[o, o, o, light], [o, heavy, o, cross], [o, o, -heavy, cross], [light, cross, cross, C]]
    one = jnp.ones_like(a)
    R = [[c, s * h, s * h, o], [o, o, o, one], [-s, c * h, c * h, o], [o, h, -h, o]]
    return _stack(A), _stack(R), heavy


def _stack(rows: list[list[Array]]) -> Array:
    return jnp.stack([jnp.stack(row) for row in rows])


def neutral(M: Inexact[Array, "n n"]) -> Neutral:
    """Masses and mixing of one neutral block: (nu), (nu, N^c) or (nu, N^c, L0, L0^c).

    The signed eigenvalues of the rotated real matrix keep a Dirac pair (+M, -M) apart, where a
    singular value decomposition sees two equal masses. The light mass comes from the determinant.
    """
    n = M.shape[0]
    if n == 1:  # no N_R: massless
        return Neutral(jnp.zeros(1), jnp.ones((1, 1), complex), jnp.array(int(Status.OK)))
    phases = _rephase(M)
    positive = jnp.abs(M)
    if n == 2:
        A, R, heavy = positive, jnp.eye(2), jnp.ones(())
        light = positive[0, 1]
    else:
        A, R, heavy = _heavy_pair(positive)
        light = A[0, 3]
    w, V = jacobi.eigh(A)
    m = jnp.abs(w)
    others = jnp.prod(m[1:]) if n == 2 else m[1] * (m[2] / heavy) * (m[3] / heavy)
    lightest = jnp.where(others > 0, light**2 / jnp.where(others > 0, others, 1.0), 0.0)
    m = m.at[0].set(lightest)
    U = phases[:, None] * (R @ V) * jnp.where(w < 0, 1j, 1.0)
    residual = jnp.max(jnp.abs(A @ V - V * w))
    defect = jnp.max(jnp.abs(V.T @ V - jnp.eye(n)))
    good = (residual <= _ORTHOGONAL * jnp.max(m)) & (defect < _ORTHOGONAL)
    status = jnp.where(good, Status.OK, Status.NOT_CONVERGED)
    return Neutral(m, U, jnp.where(jnp.all(jnp.isfinite(M)), status, Status.NO_SOLUTION))

"""Two-body decay widths at tree level [GeV], zero where kinematically closed.

Narrow-width formulas: PHYSICS, section 5; where Gamma/m is large the caller must say so.
"""

import jax.numpy as jnp
import numpy as np

import recette._precision  # noqa: F401  (64 bit)
from recette.numerics.matrices import squared
from recette.types import Array


def _massive(M: Array) -> Array:
    """M, or 1 GeV for a massless particle: nothing is open to it, whatever stands here."""
    return jnp.where(M > 0, M, 1.0)


def _momentum(M: Array, m1: Array, m2: Array) -> Array:
    """lambda^(1/2)(1, m1^2/M^2, m2^2/M^2), 0 below threshold."""
    product = (M - m1 - m2) * (M + m1 + m2) * (M - m1 + m2) * (M + m1 - m2)
    is_open = m1 + m2 < M
    return jnp.where(is_open, jnp.sqrt(jnp.where(is_open, product, 1.0)) / _massive(M) ** 2, 0.0)


def vector_to_fermions(m: Array, m1: Array, m2: Array, g_L: Array, g_R: Array) -> Array:
    """V -> F1bar F2 for distinct fermions, L = V_mu F1bar gamma^mu (g_L P_L + g_R P_R) F2.

    For m1 = m2 it is e^2 m/(12 pi) sqrt(1-4x) [eps_V^2 (1+2x) + eps_A^2 (1-4x)]. The width printed
    in the talk lacks e^2 and a factor 2.
    """
    r1, r2 = m1 / m, m2 / m
    x1, x2 = r1**2, r2**2
    size = squared(g_L) + squared(g_R)
    kept = size * (1 - (x1 + x2) / 2 - (x1 - x2) ** 2 / 2)
    flipped = 6 * (g_L * jnp.conj(g_R)).real * r1 * r2
    return m / (24 * jnp.pi) * _momentum(m, m1, m2) * (kept + flipped)


def scalar_to_fermions(m: Array, m1: Array, m2: Array, y_R: Array, y_L: Array) -> Array:
    """S -> F1bar F2 for distinct fermions, -L = S F1bar (y_R P_R + y_L P_L) F2."""
    r1, r2 = m1 / m, m2 / m
    x1, x2 = r1**2, r2**2
    size = squared(y_R) + squared(y_L)
    flipped = 4 * (y_L * jnp.conj(y_R)).real * r1 * r2
    return m / (16 * jnp.pi) * _momentum(m, m1, m2) * (size * (1 - x1 - x2) - flipped)


def majorana_pairs(width: Array) -> Array:
    """Widths (n, n, ...) to unordered Majorana pairs from `..._to_fermions` for all (i, j).

    The Majorana couplings are g_R = -g_L^* (vector) and y_L = y_R^* (scalar); the formula for
    distinct fermions then holds for i < j, and with a factor 1/2 for identical ones.
    """
    n = len(width)
    weights = np.triu(np.ones((n, n)), 1) + 0.5 * np.eye(n)
    return width * weights.reshape(n, n, *[1] * (width.ndim - 2))


def scalar_to_vectors(m: Array, m_V: Array, vev: Array) -> Array:
    """S -> V V where the charge-2 scalar with <S> = vev/sqrt2 gives V its mass."""
    y = (m_V / m) ** 2
    return m**3 / (32 * jnp.pi * vev**2) * _momentum(m, m_V, m_V) * (1 - 4 * y + 12 * y * y)


def fermion_to_vector(M: Array, m_F: Array, m_V: Array, g_L: Array, g_R: Array) -> Array:
    """F1 -> F2 V with L = V_mu F2bar gamma^mu (g_L P_L + g_R P_R) F1."""
    r = m_F / _massive(M)
    x, y = r**2, (m_V / _massive(M)) ** 2
    size = squared(g_L) + squared(g_R)
    kept = size * (1 + x - 2 * y + (1 - x) ** 2 / y)
    flipped = 12 * (g_L * jnp.conj(g_R)).real * r
    return M / (32 * jnp.pi) * _momentum(M, m_F, m_V) * (kept - flipped)


def fermion_to_scalar(M: Array, m_F: Array, m_S: Array, y_R: Array, y_L: Array) -> Array:
    """F1 -> F2 S with -L = S F2bar (y_R P_R + y_L P_L) F1."""
    r = m_F / _massive(M)
    x, y = r**2, (m_S / _massive(M)) ** 2
    size = squared(y_R) + squared(y_L)
    flipped = 4 * (y_L * jnp.conj(y_R)).real * r
    return M / (32 * jnp.pi) * _momentum(M, m_F, m_S) * (size * (1 + x - y) + flipped)

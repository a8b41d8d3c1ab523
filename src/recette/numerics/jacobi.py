"""Singular values and eigenvalues of small matrices by Jacobi rotations.

LAPACK is accurate relative to the largest entry; with 1e-11 GeV beside 100 GeV that is not enough.
One-sided Jacobi keeps the small singular values of the graded matrices met here to full relative
accuracy (Demmel and Veselic, SIAM J. Matrix Anal. Appl. 13 (1992) 1204).

Matrices have their two indices first; whatever stands behind is a batch. A matrix is kept as a list
of columns, so that everything is plain elementwise arithmetic on the batch, and every step of the
loop makes one round of disjoint rotations: unrolled rotations make XLA repeat the earlier ones.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp

import recette._precision  # noqa: F401  (64 bit)
from recette.numerics.matrices import (
    dagger,
    diagonal,
    identity,
    product,
    squared,
    total,
    unstack,
)
from recette.types import Array, Float, Inexact

# Convergence is quadratic: where no pair of a sweep was further than this from orthogonal (relative
# to the pair, as graded matrices need), the sweep has left 1e-18.
_ALMOST = 1e-9
_MAX_SWEEPS = 15  # 3x3 takes 3 to 5, 4x4 up to 7

Columns = list[list[Array]]
State = tuple[Columns, Columns]
Triple = tuple[Array, Array, Array]


def _round_robin(n: int) -> tuple[list[tuple[int, int]], list[int], int]:
    """Disjoint pairs of one round, the reshuffle after it, and the rounds in a sweep.

    For odd n one column rests; after a whole sweep every column is back in its place.
    """
    if n % 2:
        pairs = [(i, n - 2 - i) for i in range(n // 2)]
        return pairs, [n - 1, *range(n - 1)], n
    pairs = [(i, n - 1 - i) for i in range(n // 2)]
    return pairs, [0, n - 1, *range(1, n - 1)], n - 1


def _split(A: Array) -> Columns:
    """Columns of A as lists of entries."""
    return [unstack(column) for column in unstack(A, 1)]


def _join(columns: Columns) -> Array:
    return jnp.stack([jnp.stack(column) for column in columns], axis=1)


def _until_converged(
    one_round: Callable[[State, Array], tuple[State, Array]], start: State, rounds: int
) -> State:
    """Sweeps of rounds of rotations, until no matrix of the batch was rotated by much."""

    def sweep(carry: tuple[State, Array, Array]) -> tuple[State, Array, Array]:
        state, _, count = carry
        resting = jnp.zeros_like(start[0][0][0], dtype=bool)
        state, busy = jax.lax.fori_loop(0, rounds, lambda _, x: one_round(*x), (state, resting))
        return state, jnp.any(busy), count + 1

    def go_on(carry: tuple[State, Array, Array]) -> Array:
        _, busy, count = carry
        return busy & (count < _MAX_SWEEPS)

    return jax.lax.while_loop(go_on, sweep, (start, jnp.array(True), jnp.array(0)))[0]


def _tangent(difference: Array, gamma: Array) -> Array:
    """tan of the angle that diagonalises [[0, gamma], [gamma, difference]], |angle| <= 45 deg."""
    zero = gamma == 0
    zeta = difference / jnp.where(zero, 1.0, 2 * gamma)
    t = jnp.where(zeta >= 0, 1.0, -1.0) / (jnp.abs(zeta) + jnp.hypot(1.0, zeta))
    return jnp.where(zero, 0.0, t)


def _rotate(
    x: list[Array], y: list[Array], c: Array, s: Array, phase: Array | float = 1.0
) -> tuple[list[Array], list[Array]]:
    """The plane rotation (x, y) -> (c x - s conj(phase) y, s phase x + c y)."""
    s_x, s_y = s * phase, s * jnp.conj(phase)
    return (
        [c * a - s_y * b for a, b in zip(x, y, strict=True)],
        [s_x * a + c * b for a, b in zip(x, y, strict=True)],
    )


def _orthogonalise(A: Columns, V: Columns, i: int, j: int) -> Array:
    """Rotate columns i and j of A (and of V) until they are orthogonal; whether they were not."""
    alpha, beta = total(map(squared, A[i])), total(map(squared, A[j]))
    inner = total(jnp.conj(a) * b for a, b in zip(A[i], A[j], strict=True))
    gamma = jnp.abs(inner)
    phase = jnp.where(gamma == 0, 1.0, inner / jnp.where(gamma == 0, 1.0, gamma))
    t = _tangent(beta - alpha, gamma)
    c = 1 / jnp.sqrt(1 + t * t)
    A[i], A[j] = _rotate(A[i], A[j], c, c * t, phase)
    V[i], V[j] = _rotate(V[i], V[j], c, c * t, phase)
    return gamma * gamma > _ALMOST**2 * alpha * beta


def _sort(keys: list[Array], *groups: Columns) -> None:
    """Sort keys ascending in place and every group of columns with them (a sorting network)."""
    n = len(keys)
    for end in range(n - 1, 0, -1):
        for i in range(end):
            swap = keys[i] > keys[i + 1]
            keys[i], keys[i + 1] = (
                jnp.where(swap, keys[i + 1], keys[i]),
                jnp.where(swap, keys[i], keys[i + 1]),
            )
            for group in groups:
                pairs = list(zip(group[i], group[i + 1], strict=True))
                group[i] = [jnp.where(swap, b, a) for a, b in pairs]
                group[i + 1] = [jnp.where(swap, a, b) for a, b in pairs]


@jax.custom_jvp
def svd(
    M: Inexact[Array, "n n *batch"],
) -> tuple[Inexact[Array, "n n *batch"], Float[Array, "n *batch"], Inexact[Array, "n n *batch"]]:
    """Singular value decomposition M = U diag(s) V^dagger, s ascending.

    Args:
        M: square, real or complex, not singular (a zero singular value has no left vector here).

    Returns:
        U, s, V. In the complex case the common phase of each pair of columns is free.

    Errors: smallest of 0.5 MeV beside 100 GeV to 3e-14 relative, vectors to 1e-15, save inside
    nearly equal singular values, where only invariants are defined.
    """
    n = M.shape[0]
    pairs, shuffle, rounds = _round_robin(n)

    def one_round(state: State, busy: Array) -> tuple[State, Array]:
        A, V = (list(columns) for columns in state)
        for i, j in pairs:
            busy = busy | _orthogonalise(A, V, i, j)
        return ([A[k] for k in shuffle], [V[k] for k in shuffle]), busy

    A, V = _until_converged(one_round, (_split(M), _split(identity(n, M))), rounds)
    s = [jnp.sqrt(total(map(squared, column))) for column in A]
    U = [[a / norm for a in column] for column, norm in zip(A, s, strict=True)]
    _sort(s, U, V)
    return _join(U), jnp.stack(s), _join(V)


def _inverse_gap(difference: Array) -> Array:
    """1/difference off the diagonal; 0 where two values agree.

    The derivative is then finite, but lacks what mixes exactly equal values.
    """
    equal = difference == 0
    return jnp.where(equal, 0.0, 1 / jnp.where(equal, 1.0, difference))


@svd.defjvp
def _svd_jvp(primals: tuple[Array], tangents: tuple[Array]) -> tuple[Triple, Triple]:
    (M,), (dM,) = primals, tangents
    U, s, V = svd(M)
    P = product(dagger(U), product(dM, V))
    column, row = s[:, None], s[None]
    gap = _inverse_gap((row - column) * (row + column))
    P_h = dagger(P)
    turn_U = gap * (P * row + column * P_h)
    turn_V = gap * (column * P + P_h * row)
    if jnp.iscomplexobj(M):  # the free phase, shared equally between U and V
        phase = 0.5j * diagonal(P).imag / s * identity(len(s), P)
        turn_U, turn_V = turn_U + phase, turn_V - phase
    return (U, s, V), (product(U, turn_U), diagonal(P).real, product(V, turn_V))


@jax.custom_jvp
def eigh(
    A: Float[Array, "n n *batch"],
) -> tuple[Float[Array, "n *batch"], Float[Array, "n n *batch"]]:
    """Eigenvalues and vectors of a real symmetric matrix, A = V diag(w) V^T, |w| ascending.

    Two-sided Jacobi. The first rotations join neighbours from the outside in, so a matrix whose
    small entries meet first keeps its small eigenvalues accurate.
    """
    n = A.shape[0]
    pairs, shuffle, rounds = _round_robin(n)

    def one_round(state: State, busy: Array) -> tuple[State, Array]:
        S, V = ([list(column) for column in columns] for columns in state)
        turns = []
        for i, j in pairs:
            busy = busy | (S[i][j] ** 2 > _ALMOST**2 * jnp.abs(S[i][i] * S[j][j]))
            t = _tangent(S[j][j] - S[i][i], S[i][j])
            c = 1 / jnp.sqrt(1 + t * t)
            turns.append((i, j, c, c * t))
            V[i], V[j] = _rotate(V[i], V[j], c, c * t)
            shift = t * S[i][j]
            diagonal = S[i][i] - shift, S[j][j] + shift
            S[i], S[j] = _rotate(S[i], S[j], c, c * t)
            S[i][i], S[j][j] = diagonal
            S[i][j] = S[j][i] = jnp.zeros_like(shift)
        for i, j, c, s in turns:  # the rows; the pair's own block is done
            for k in range(n):
                if k not in (i, j):
                    S[k][i], S[k][j] = c * S[k][i] - s * S[k][j], s * S[k][i] + c * S[k][j]
        return ([[S[a][b] for b in shuffle] for a in shuffle], [V[a] for a in shuffle]), busy

    S, V = _until_converged(one_round, (_split(A), _split(identity(n, A))), rounds)
    w = [S[i][i] for i in range(n)]
    size = [jnp.abs(x) for x in w]
    values = [[x] for x in w]
    _sort(size, values, V)
    return jnp.stack([x for (x,) in values]), _join(V)


@eigh.defjvp
def _eigh_jvp(
    primals: tuple[Array], tangents: tuple[Array]
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    (A,), (dA,) = primals, tangents
    w, V = eigh(A)
    P = product(dagger(V), product(dA, V))
    return (w, V), (diagonal(P), product(V, _inverse_gap(w[None] - w[:, None]) * P))

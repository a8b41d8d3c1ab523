"""Singular values and eigenvalues of small matrices by Jacobi rotations.

LAPACK is accurate relative to the largest entry; with 1e-11 GeV beside 100 GeV that is not enough.
One-sided Jacobi keeps the small singular values of the graded matrices met here to full relative
accuracy (Demmel and Veselic, SIAM J. Matrix Anal. Appl. 13 (1992) 1204).

A matrix is kept as scalars, so that a batch becomes plain elementwise arithmetic, and every step of
the loop makes one round of disjoint rotations: unrolled rotations make XLA repeat the earlier ones.
"""

import jax
import jax.numpy as jnp

import recette._precision  # noqa: F401  (64 bit)
from recette.types import Array, Float, Inexact

SWEEPS = 8  # quadratic convergence: 5 suffice for 3x3, two more cost little and 4x4 needs 7

Columns = list[list[Array]]
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
    """Columns of A as lists of scalars."""
    return [[A[i, j] for i in range(A.shape[0])] for j in range(A.shape[1])]


def _join(columns: Columns) -> Array:
    return jnp.stack([jnp.stack(column) for column in columns], axis=1)


def _sum(terms: list[Array]) -> Array:
    return sum(terms[1:], terms[0])


def _square(z: Array) -> Array:
    return z.real**2 + z.imag**2 if jnp.iscomplexobj(z) else z * z


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


def _orthogonalise(A: Columns, V: Columns, i: int, j: int) -> None:
    """Rotate columns i and j of A (and of V) until they are orthogonal."""
    alpha, beta = _sum([_square(a) for a in A[i]]), _sum([_square(b) for b in A[j]])
    inner = _sum([jnp.conj(a) * b for a, b in zip(A[i], A[j], strict=True)])
    gamma = jnp.abs(inner)
    phase = jnp.where(gamma == 0, 1.0, inner / jnp.where(gamma == 0, 1.0, gamma))
    t = _tangent(beta - alpha, gamma)
    c = 1 / jnp.sqrt(1 + t * t)
    A[i], A[j] = _rotate(A[i], A[j], c, c * t, phase)
    V[i], V[j] = _rotate(V[i], V[j], c, c * t, phase)


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
    M: Inexact[Array, "n n"],
) -> tuple[Inexact[Array, "n n"], Float[Array, " n"], Inexact[Array, "n n"]]:
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

    def step(_: int, state: tuple[Columns, Columns]) -> tuple[Columns, Columns]:
        A, V = (list(columns) for columns in state)
        for i, j in pairs:
            _orthogonalise(A, V, i, j)
        return [A[k] for k in shuffle], [V[k] for k in shuffle]

    start = (_split(M), _split(jnp.eye(n, dtype=M.dtype)))
    A, V = jax.lax.fori_loop(0, SWEEPS * rounds, step, start)
    s = [jnp.sqrt(_sum([_square(a) for a in column])) for column in A]
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
    P = U.conj().T @ dM @ V
    gap = _inverse_gap((s[None, :] - s[:, None]) * (s[None, :] + s[:, None]))
    P_h = P.conj().T
    turn_U = gap * (P * s[None, :] + s[:, None] * P_h)
    turn_V = gap * (s[:, None] * P + P_h * s[None, :])
    if jnp.iscomplexobj(M):  # the free phase, shared equally between U and V
        phase = 0.5j * jnp.diagonal(P).imag / s
        turn_U, turn_V = turn_U + jnp.diag(phase), turn_V - jnp.diag(phase)
    return (U, s, V), (U @ turn_U, jnp.diagonal(P).real, V @ turn_V)


@jax.custom_jvp
def eigh(A: Float[Array, "n n"]) -> tuple[Float[Array, " n"], Float[Array, "n n"]]:
    """Eigenvalues and vectors of a real symmetric matrix, A = V diag(w) V^T, |w| ascending.

    Two-sided Jacobi. The first rotations join neighbours from the outside in, so a matrix whose
    small entries meet first keeps its small eigenvalues accurate.
    """
    n = A.shape[0]
    pairs, shuffle, rounds = _round_robin(n)

    def step(_: int, state: tuple[Columns, Columns]) -> tuple[Columns, Columns]:
        S, V = ([list(column) for column in columns] for columns in state)
        turns = []
        for i, j in pairs:
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
        return [[S[a][b] for b in shuffle] for a in shuffle], [V[a] for a in shuffle]

    start = (_split(A), _split(jnp.eye(n)))
    S, V = jax.lax.fori_loop(0, SWEEPS * rounds, step, start)
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
    P = V.T @ dA @ V
    return (w, V), (jnp.diagonal(P), V @ (_inverse_gap(w[None, :] - w[:, None]) * P))

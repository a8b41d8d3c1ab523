"""Small matrices with their indices first and any batch behind: shapes (n, k, ...).

Sums over an index are written out: XLA turns products and sums of slices into one vectorised loop
over the batch, where a reduction or a contraction of 3x3 matrices runs some ten times slower.
"""

from collections.abc import Iterable
from functools import reduce

import jax.numpy as jnp

from recette.types import Array


def total(terms: Iterable[Array]) -> Array:
    """Sum over the first axis of an array, or over a list that is not empty."""
    first, *rest = terms
    return sum(rest, first)


def largest(terms: Iterable[Array]) -> Array:
    """Maximum over the first axis of an array, or over a list that is not empty."""
    return reduce(jnp.maximum, terms)


def entries(A: Array) -> list[Array]:
    """All entries of a matrix."""
    return [entry for row in A for entry in row]


def stack(rows: list[list[Array]]) -> Array:
    """A matrix from its rows."""
    return jnp.stack([jnp.stack(row) for row in rows])


def identity(n: int, like: Array) -> Array:
    """The unit matrix with the dtype and the batch (all but two axes) of a matrix."""
    unit = jnp.eye(n, dtype=like.dtype)
    return jnp.broadcast_to(unit.reshape(n, n, *[1] * (like.ndim - 2)), (n, n, *like.shape[2:]))


def dagger(A: Array) -> Array:
    """The Hermitian conjugate."""
    return jnp.conj(jnp.swapaxes(A, 0, 1))


def outer(a: Array, b: Array) -> Array:
    """a_i b_j."""
    return a[:, None] * b[None]


def product(A: Array, B: Array) -> Array:
    """The matrix product A B."""
    return total(outer(A[:, k], B[k]) for k in range(A.shape[1]))


def diagonal(A: Array) -> Array:
    """A_ii."""
    return jnp.stack([A[i, i] for i in range(A.shape[0])])


def squared(z: Array) -> Array:
    """|z|^2 without a square root."""
    return z.real**2 + z.imag**2 if jnp.iscomplexobj(z) else z * z

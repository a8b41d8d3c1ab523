"""Small matrices with their indices first and any batch behind: shapes (n, k, ...).

Sums over an index are written out: XLA turns products and sums of slices into one vectorised loop
over the batch, where a reduction or a contraction of 3x3 matrices runs some ten times slower.
"""

from collections.abc import Iterable
from functools import reduce

import jax
import jax.numpy as jnp
import numpy as np

from recette.types import Array


def unstack(A: Array | np.ndarray, axis: int = 0) -> list[Array]:
    """The slices along an axis, in one operation: its derivative puts them together again in one,
    where that of every index is an array of zeros with one slice filled.
    """
    slices = jax.lax.split(A, [1] * A.shape[axis], axis)
    return [jnp.squeeze(piece, axis) for piece in slices]


def total(terms: Array | Iterable[Array], axes: int = 1) -> Array:
    """Sum over the first axes of an array, or over a list that is not empty."""
    if isinstance(terms, jax.Array | np.ndarray):
        return _sum_over_first(terms.reshape(-1, *terms.shape[axes:]))
    first, *rest = terms
    return sum(rest, first)


@jax.custom_jvp
def _sum_over_first(A: Array) -> Array:
    return total(unstack(A)) if len(A) else jnp.sum(A, axis=0)


@_sum_over_first.defjvp
def _(at: tuple[Array], along: tuple[Array]) -> tuple[Array, Array]:
    """A sum in one operation, which turns into a broadcast in reverse mode, not a concatenation."""
    return _sum_over_first(*at), jnp.sum(*along, axis=0)


def largest(terms: Array | Iterable[Array]) -> Array:
    """Maximum over the first axis of an array, or over terms of which there is at least one."""
    return reduce(
        jnp.maximum, unstack(terms) if isinstance(terms, jax.Array | np.ndarray) else terms
    )


def entries(A: Array) -> list[Array]:
    """All entries of a matrix."""
    return [entry for row in unstack(A) for entry in unstack(row)]


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
    return total(map(outer, unstack(A, 1), unstack(B)))


def diagonal(A: Array) -> Array:
    """A_ii."""
    n = A.shape[0]
    return jnp.stack(entries(A)[:: n + 1])


def squared(z: Array) -> Array:
    """|z|^2 without a square root."""
    return z.real**2 + z.imag**2 if jnp.iscomplexobj(z) else z * z

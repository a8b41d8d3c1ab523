"""The shape in which observables return their values."""

import jax.numpy as jnp

from recette.core.point import Point
from recette.types import Array


def rows(p: Point, *values: Array) -> Array:
    """One row for each id, (ids, *batch), also of values that do not depend on the point."""
    return jnp.stack([jnp.broadcast_to(value, p.status.shape) for value in values])

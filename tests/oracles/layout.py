"""The package has states first and generations last; matrix algebra in numpy wants the reverse."""

import jax
import numpy as np


def generation_first(tree, at=0):
    """Arrays (..., 3) of one point as numpy's (3, ...); with `at` = 1 behind one axis of points."""

    def move(x):
        x = np.asarray(x)
        return np.moveaxis(x, -1, at) if x.ndim > at else x

    return jax.tree.map(move, tree)


def generation_last(tree):
    """The reverse, for what is handed to the package."""
    return jax.tree.map(lambda x: np.moveaxis(x, 0, -1) if np.ndim(x) else x, tree)

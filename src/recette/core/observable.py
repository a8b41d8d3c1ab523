"""An observable: a function of one point, with the ids, the unit and the parts it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp

from recette.core.point import Point
from recette.types import Array

T = TypeVar("T")


@dataclass(frozen=True)
class Observable:
    """A labelled function; calling it gives the values, in the order of `ids`.

    Attributes:
        ids: names of the predictions, stable, ASCII, without dots.
        unit: of all of them, "1" or as text.
        needs: parts of the point that the function reads.
        cite: keys of references.bib.
        function: Point -> array (ids,) or a scalar for one id.
        parts: Point -> {boson: array (ids,)}, what the values are made of; optional.
        states: Point -> {boson: array (ids, internal states)}; optional.
        uncertainty: Point -> array (ids,), theory uncertainty, absolute; optional.
        closed: Point -> boolean array (ids,), kinematically closed; optional.
        batched: all of these also take points whose arrays have a trailing batch axis, and give
            (ids, ..., *batch). Without it they are mapped over the batch, point by point.
    """

    ids: tuple[str, ...]
    unit: str
    needs: tuple[type[eqx.Module], ...]
    cite: tuple[str, ...]
    function: Callable[[Point], Array]
    parts: Callable[[Point], dict[str, Array]] | None = None
    states: Callable[[Point], dict[str, Array]] | None = None
    uncertainty: Callable[[Point], Array] | None = None
    closed: Callable[[Point], Array] | None = None
    batched: bool = False

    def __call__(self, p: Point) -> Array:
        """The values, ids first."""
        return self.ids_first(self.function, p)

    def ids_first(self, function: Callable[[Point], Array], p: Point) -> Array:
        """A function of this observable that gives one array, with the axis of the ids."""
        array = self.on(function, p)
        return array[None] if len(self.ids) == 1 and array.ndim <= p.status.ndim else array

    def on(self, function: Callable[[Point], T], p: Point) -> T:
        """A function of this observable at a point, or at all points of a batch."""
        if self.batched or p.status.ndim == 0:
            return function(p)
        # Only Standard Model inputs, and what follows from them alone, are without a batch.
        axes = jax.tree.map(lambda x: -1 if jnp.ndim(x) else None, p)
        return jax.vmap(function, in_axes=(axes,), out_axes=-1)(p)

    @property
    def about(self) -> str:
        """First line of the function's docstring."""
        return (self.function.__doc__ or "").strip().split("\n")[0]


def observable(
    *ids: str,
    unit: str,
    needs: tuple[type[eqx.Module], ...],
    cite: tuple[str, ...] = (),
    parts: Callable[[Point], dict[str, Array]] | None = None,
    states: Callable[[Point], dict[str, Array]] | None = None,
    uncertainty: Callable[[Point], Array] | None = None,
    closed: Callable[[Point], Array] | None = None,
    batched: bool = False,
) -> Callable[[Callable[[Point], Array]], Observable]:
    """Label a function of one point; registers nothing."""

    def label(function: Callable[[Point], Array]) -> Observable:
        return Observable(
            ids, unit, needs, cite, function, parts, states, uncertainty, closed, batched
        )

    return label

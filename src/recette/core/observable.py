"""An observable: a function of one point, with the ids, the unit and the parts it needs."""

from collections.abc import Callable
from dataclasses import dataclass

import equinox as eqx
import jax.numpy as jnp

from recette.core.point import Point
from recette.types import Array


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
        batched: the functions take points with trailing batch axes, and return (ids, *batch).
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
        return jnp.atleast_1d(self.function(p))

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

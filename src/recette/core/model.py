"""A model: a name, a Lagrangian, its parameters, and the function that solves a point."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import jax
import numpy as np
from numpy.typing import NDArray

from recette.core.lagrangian import Lagrangian
from recette.core.point import Point
from recette.types import Array

Kind = Literal["scalar", "flavour"]


@dataclass(frozen=True)
class Parameter:
    """One parameter of a model.

    Attributes:
        name: key in point files.
        unit: "GeV" or "1".
        kind: "scalar" (one number) or "flavour" (one number, three numbers, or 3x3).
        default: value when not given.
        optional: may be left out although it has no default (the model then solves for it).
        instead_of: name of the parameter that this one replaces (delta_nu for lambda_L).
        positive: refuse values <= 0 (given as a number or three numbers).
        nonzero: refuse 0.
        interval: allowed values (low, high]; None for any finite number.
        about: one line for `recette models`.
    """

    name: str
    unit: str
    kind: Kind = "scalar"
    default: float | None = None
    optional: bool = False
    instead_of: str | None = None
    positive: bool = False
    nonzero: bool = False
    interval: tuple[float, float] | None = None
    about: str = ""


@dataclass(frozen=True)
class Limit:
    """A sum of parameters that must lie in an interval, wherever all of them are given.

    Attributes:
        terms: names of real parameters and their factors; the last is the one to change.
        interval: allowed values (low, high].
        about: the sum, and what it is.
    """

    terms: tuple[tuple[str, float], ...]
    interval: tuple[float, float]
    about: str

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for name, _ in self.terms)

    def sum(self, parameters: Mapping[str, Any]) -> Any:
        """The sum, in the shape of the parameters; NaN or infinite where one of them is."""
        with np.errstate(invalid="ignore", over="ignore"):
            return sum(factor * np.asarray(parameters[name]) for name, factor in self.terms)

    def holds(self, parameters: Mapping[str, Any]) -> NDArray[np.bool_]:
        """Where the sum is in the interval; NaN is not."""
        low, high = self.interval
        x = self.sum(parameters)
        return np.asarray((x > low) & (x <= high))


@dataclass(frozen=True)
class Model:
    """What `recette` needs to know of a model.

    Attributes:
        name: as in point files ("bl-vll").
        about: one line.
        lagrangian: fields and operators, checked when the model is loaded.
        parameters: what a point file may hold under [parameters].
        solve: (parameters, inputs, mixing) -> Point; pure, traceable by JAX. Scalars are 0-d
            arrays, flavour parameters have shape (3,); exactly one of a parameter and its
            `instead_of` alternative is present.
        stages: the same in steps, for a batch: (parameters, inputs, mixing) -> Point, and then
            (parameters, inputs, mixing, point so far) -> Point with further parts, where every
            parameter and every array of the point has a trailing batch axis. Each step is a
            program of its own. Without them `solve` is mapped over the batch.
        limits: what parameters must satisfy together.
    """

    name: str
    about: str
    lagrangian: Lagrangian
    parameters: tuple[Parameter, ...]
    solve: Callable[..., Point]
    stages: tuple[Callable[..., Point], ...] = ()
    limits: tuple[Limit, ...] = ()

    @property
    def steps(self) -> tuple[Callable[..., Point], ...]:
        """The stages of a batch, or `solve` mapped over it as the only one."""
        return self.stages or (partial(_mapped, self.solve),)


def _mapped(
    solve: Callable[..., Point], parameters: Mapping[str, Array], inputs: Any, mixing: str
) -> Point:
    return jax.vmap(lambda one: solve(one, inputs, mixing), in_axes=-1, out_axes=-1)(parameters)

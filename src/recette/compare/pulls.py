"""What one record makes of predictions: pull or ratio, and chi2.

In a compiled program chi2 has finite derivatives wherever it is a number: also a branch that is
not taken must not divide by 0 or take the root of 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from math import isnan, nan
from operator import add, mul
from statistics import NormalDist
from types import ModuleType
from typing import Any

import numpy as np

from recette.measurements import Quantity, Record
from recette.measurements.record import is_mass

Floats = Any  # arrays of numpy or of jax.numpy

_TINY = 1e-90  # far below any prediction; its inverse cube is still a number


@dataclass(frozen=True)
class Numbers:
    """As in `Comparison`, without regard to where the record speaks."""

    chi2: Floats
    standard: float = 0.0  # chi2 of the Standard Model, which a closed channel is
    pull: Any = nan
    pull_sm: float = nan
    delta_chi2: Any = nan
    ratio: Any = nan
    limit: Any = nan
    edge: Any = nan


def total(quantity: Quantity, values: Mapping[str, Floats]) -> Floats:
    return reduce(add, [values[term] for term in quantity.terms])


def compared(
    record: Record, values: Mapping[str, Floats], uncertainty: Mapping[str, Any], xp: ModuleType
) -> tuple[Floats, Floats]:
    """The number compared and its theory uncertainty, with the factors of `times`."""
    x = total(record.quantity, values)
    factor = _factor(record.times, values, xp)
    known = [xp.abs(uncertainty[id]) for id in record.quantity.terms if id in uncertainty]
    size = reduce(add, known, xp.zeros_like(x)) if known else np.full(np.shape(x), nan)
    return x * factor, size * abs(factor)


def _factor(
    times: Mapping[str, float], values: Mapping[str, Floats], xp: ModuleType, power: int = 1
) -> Floats:
    """The factors of a record, or all to one power more."""
    return reduce(mul, [_power(values[id], p, power, xp) for id, p in times.items()], 1.0)


def _power(base: Floats, p: float, power: int, xp: ModuleType) -> Floats:
    """(base^p)^power, of the modulus where p is no integer; a root has derivative 0 at 0."""
    exponent = float(p * power)
    if not float(p).is_integer():
        base = xp.abs(base)
    if exponent.is_integer():
        return base ** int(exponent)
    root = xp.where(base == 0, 0.0, xp.sqrt(xp.where(base == 0, 1.0, base)))
    double = 2 * exponent
    return root ** (int(double) if double.is_integer() else double)


def gaussian(
    record: Record, values: Mapping[str, Floats], x: Floats, theory: Floats, xp: ModuleType
) -> Numbers:
    """Pulls and chi2 of a number with an uncertainty.

    A peak of rate x at the mass m, where one of rate v at m0 was seen: with pulls p (rate) and
    p_m (mass), templates of overlap rho = exp(-p_m^2 sigma^2/2 v^2) give

        chi2 = (x^2 - 2 rho x v + v^2)/sigma^2 = p^2 + 2 x v (1 - rho)/sigma^2 .

    It is p^2 + p_m^2 near the best fit. Far from m0 the peak explains nothing, and counts
    against the point by its rate alone: a boson that is not produced is not excluded by the
    mass that it does not have.
    """
    data = record.quantity
    sigma = _spread(data, x, xp)
    if record.theory_uncertainty:
        sigma = xp.sqrt(sigma**2 + xp.nan_to_num(theory) ** 2)
    pull = (x - data.value) / sigma
    pull_sm = -data.value / (data.down if data.value > 0 else data.up)
    if is_mass(data.terms):  # of a boson that the Standard Model does not have
        pull_sm = nan
    standard = 0.0 if isnan(pull_sm) else pull_sm * pull_sm  # infinite, where ** raises
    chi2 = pull**2
    if record.mass:
        mass = total(record.mass, values)
        pull_m = (mass - record.mass.value) / _spread(record.mass, mass, xp)
        far = -xp.expm1(-((pull_m * sigma / data.value) ** 2) / 2)  # 1 - rho
        rate = xp.where(x < 0, 0.0, x)  # with the slope from above at 0
        chi2 = chi2 + 2 * rate * data.value * far / sigma**2
        pull = xp.where(xp.abs(pull_m) > xp.abs(pull), pull_m, pull)
    return Numbers(chi2, standard, pull, pull_sm, delta_chi2=chi2 - standard)


def _spread(data: Quantity, x: Floats, xp: ModuleType) -> Any:
    """One standard deviation on the side of x."""
    return data.up if data.up == data.down else xp.where(x > data.value, data.up, data.down)


def limited(record: Record, values: Mapping[str, Floats], x: Floats, xp: ModuleType) -> Numbers:
    """Ratio and chi2 of everything else; a theory uncertainty has no place there."""
    limit, edge = record.limit, nan
    if record.curve:
        limit, *edges = record.at(values[record.against], xp)
        edge = edges[0] if edges else nan
    if record.kind in ("windows", "range"):
        ratio = _distance(record, x, xp)
        square = ratio**2
    else:
        ratio, square = (_ratio(record, values, limit, edge, xp, power) for power in (1, 2))
    return Numbers(_deviations(record) ** 2 * square, ratio=ratio, limit=limit, edge=edge)


def _ratio(
    record: Record, values: Mapping[str, Floats], limit: Any, edge: Any, xp: ModuleType, power: int
) -> Floats:
    """How far beyond a limit: above 1 is outside; 0 where nothing could be seen.

    To the power 2 for the likelihood, which has a derivative where the ratio is a root of 0.
    """
    bare = xp.abs(total(record.quantity, values))
    if record.kind == "lower":
        nothing = bare <= record.allowed_below
        seen = (limit / xp.where(nothing, 1.0, bare)) ** power
        return xp.where(nothing, 0.0, seen * abs(_factor(record.times, values, xp, -power)))
    beyond = (bare / limit) ** power * abs(_factor(record.times, values, xp, power))
    if record.kind != "band":
        return beyond
    late = (edge / xp.maximum(bare, _TINY)) ** power
    before = late * abs(_factor(record.edge_times, values, xp, -power))
    return xp.where(bare == 0, 0.0, xp.minimum(beyond, before))  # inside where both are above 1


def _distance(record: Record, x: Floats, xp: ModuleType) -> Floats:
    """The same for the nearest of several windows, from its middle in half widths, or a range."""
    if record.kind == "range":
        return xp.maximum(xp.abs(x) / record.range[1], record.range[0] / xp.abs(x))
    halves = [((low + high) / 2, (high - low) / 2) for low, high in record.windows]
    return reduce(xp.minimum, [xp.abs(x - middle) / half for middle, half in halves])


def _deviations(record: Record) -> float:
    """Standard deviations that the confidence level of a limit stands for; 0 for a mere range."""
    if record.cl is None:
        return 0.0
    return NormalDist().inv_cdf((1 + record.cl) / 2 if record.sided == 2 else record.cl)

"""Dark-photon limits for another vector, in the manner of arXiv:1801.04847, one mass at a time.

An implementation of the published method, not of the program that its authors wrote. A search
that excludes eps of a dark photon excludes the coupling g of another vector where

    sigma_X BR_X eff(tau_X) > sigma_A' BR_A' eff(tau_A')  at the published limit:

production and branching scale with the charges, and the efficiency with the lifetime. Of a band
both edges see as many events; that fixes the one unknown of a displaced search, the time of
flight to its decay volume. Couplings in units of e, masses in GeV, times in 1/GeV.
"""

from bisect import bisect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, expm1, inf, log, sqrt

from scipy.optimize import brentq

ALPHA = 1 / 137.035999084
M_E = 0.51099895e-3
CM = 1 / 1.973269804e-14  # 1/GeV

Charges = Mapping[str, float]  # of e, nu, u, d, s: the coupling is g times the charge
DARK_PHOTON: Charges = {"e": -1, "nu": 0, "u": 2 / 3, "d": -1 / 3, "s": -1 / 3}
B_L: Charges = {"e": -1, "nu": -1, "u": 1 / 3, "d": 1 / 3, "s": 1 / 3}

# Amplitudes of production; only their ratio to the dark photon's counts. At tens of MeV the
# vector mesons, by which 1801.04847 weighs the quarks, are far off shell and drop out.
PRODUCTION: dict[str, Callable[[Charges], float]] = {
    "electron": lambda x: x["e"],
    "pi0": lambda x: 2 * x["u"] + x["d"],  # Tr(T_pi Q Q_X)
    "eta": lambda x: 2 * x["u"] - x["d"] + x["s"],  # the same, T = diag(1, 1, -1)
    "phi": lambda x: x["s"],  # phi -> eta X by its s quarks
    "proton": lambda x: 2 * x["u"] + x["d"],
}


@dataclass(frozen=True)
class Search:
    """A published limit.

    Attributes:
        production: key of PRODUCTION.
        curve: rows (mass, limit) or (mass, lower edge, upper edge) of eps of a dark photon; of
            an invisible search with BR = 1 to what is not seen.
        geometry: decay volume over shield of a displaced search.
        flight: longest decay length [cm] and energy [GeV] of a prompt one; none: always seen.
        invisible: looks for X -> neutrinos, else for X -> e+e-.
    """

    production: str
    curve: tuple[tuple[float, ...], ...]
    geometry: float | None = None
    flight: tuple[float, float] | None = None
    invisible: bool = False

    def limits(self, m: float) -> list[float] | None:
        """Limit, or both edges, at the mass; None where the search has no say."""
        i = bisect(self.curve, (m, inf))
        if i == 0 or (i == len(self.curve) and m > self.curve[-1][0]):
            return None
        i = min(i, len(self.curve) - 1)
        (m0, *a), (m1, *b) = self.curve[i - 1], self.curve[i]
        t = log(m / m0) / log(m1 / m0)
        return [y0 * (y1 / y0) ** t for y0, y1 in zip(a, b, strict=True)]


def widths(m: float, x: Charges) -> tuple[float, float]:
    """Widths to e+e- and to neutrinos at g = 1 [GeV]; lighter than two muons it has no others."""
    r = (M_E / m) ** 2
    unit = ALPHA * m / 3
    to_electrons = unit * x["e"] ** 2 * (1 + 2 * r) * sqrt(1 - 4 * r)
    return to_electrons, 3 * unit * x["nu"] ** 2 / 2


def log_efficiency(u: float, geometry: float | None) -> float:
    """Log of the probability to be seen, u = t/tau.

    Displaced: a decay between the times t and t (1 + geometry). Prompt: one before t.
    """
    return log(-expm1(-u)) if geometry is None else -u + log(-expm1(-geometry * u))


def time_to_volume(low: float, high: float, geometry: float, width: float) -> float:
    """Time t [1/GeV] for which both edges of a dark photon's band give as many events."""

    def difference(log_u: float) -> float:
        u = exp(log_u)  # at the upper edge
        lower = 2 * log(low / high) + log_efficiency(u * (low / high) ** 2, geometry)
        return lower - log_efficiency(u, geometry)

    return exp(brentq(difference, -12, 9)) / (high**2 * width)


@cache
def best_u(geometry: float) -> float:
    """u of the most events: the top of 2 log g + log_efficiency(u ~ g^2)."""

    def slope(u: float) -> float:
        return 1 - u + geometry * u / expm1(geometry * u)

    return brentq(slope, 1e-9, 2 + 1e-9)


@dataclass(frozen=True)
class Recast:
    """One search seen by one vector at one mass.

    Attributes:
        gain: events per g^2 before the efficiency, over those of a dark photon.
        width: of the vector at g = 1 [GeV].
        time: of flight to the decay volume, or through the apparatus of a prompt search [1/GeV].
        seen: log of the events at the published limit, over those of a dark photon at eps = 1.
        limit: the published one, or the lower edge.
        geometry: of the search.
    """

    gain: float
    width: float
    time: float
    seen: float
    limit: float
    geometry: float | None

    def excess(self, log_g: float) -> float:
        """Log of the events over those at the limit: positive where excluded."""
        u = self.time * self.width * exp(2 * log_g)
        return log(self.gain) + 2 * log_g + log_efficiency(u, self.geometry) - self.seen

    def excludes(self, g: float) -> bool:
        """Whether one coupling [e] is excluded."""
        return self.excess(log(g)) > 0

    def interval(self) -> tuple[float, float] | None:
        """The excluded couplings [e], None where there are none.

        The coupling with the most events is known, so that no window is too narrow to be found.
        """
        if self.geometry is None:
            guess = log(self.limit / sqrt(self.gain))
            return exp(brentq(self.excess, guess - 8, guess + 8)), inf
        top = log(best_u(self.geometry) / (self.time * self.width)) / 2
        if self.excess(top) <= 0:
            return None
        return exp(brentq(self.excess, top - 12, top)), exp(brentq(self.excess, top, top + 3))


def recast(search: Search, m: float, x: Charges) -> Recast | None:
    """The search for a vector of these charges; None where the search cannot speak about it."""
    limits = search.limits(m)
    amplitude = PRODUCTION[search.production]
    ee, nunu = widths(m, x)
    BR = (nunu if search.invisible else ee) / (ee + nunu)
    gain = BR * (amplitude(x) / amplitude(DARK_PHOTON)) ** 2
    if limits is None or gain == 0:
        return None
    width = sum(widths(m, DARK_PHOTON))
    if search.geometry:
        time = time_to_volume(*limits, search.geometry, width)
    else:
        length, energy = search.flight or (inf, 1.0)
        time = length * CM * m / energy
    u = time * width * limits[0] ** 2
    seen = 2 * log(limits[0]) + log_efficiency(u, search.geometry)
    return Recast(gain, ee + nunu, time, seen, limits[0], search.geometry)

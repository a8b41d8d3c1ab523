"""Planes of couplings with every bound that speaks in them, and the largest rate of 8Be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib
import matplotlib.patches
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

Curve = NDArray[np.float64]

_BLUE, _ORANGE, _GREEN, _PINK = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
_STYLE: Any = {"font.size": 10, "axes.linewidth": 0.8}


@dataclass(frozen=True)
class Dot:
    """A point of the plane. label: its name; offset: of the label, in points."""

    label: str
    x: float
    y: float
    offset: tuple[float, float] = (6, 6)


def _dots(ax: Axes, dots: Sequence[Dot]) -> None:
    for dot in dots:
        ax.plot(dot.x, dot.y, "o", color="black", ms=5, zorder=5)
        ax.annotate(
            dot.label,
            (dot.x, dot.y),
            dot.offset,
            textcoords="offset points",
            fontsize=9,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.8},
            zorder=6,
        )


def nucleon_plane(
    na48: Mapping[str, float],
    strength: tuple[float, float],
    mixed: tuple[float, float, float],
    wide: tuple[float, float],
    dots: Sequence[Dot],
) -> Figure:
    """eps_p against eps_n for BR(X -> ee) = 1.

    Args:
        na48: label -> upper limit of |eps_p|.
        strength: |eps_p + eps_n| at the best fit of the rate in the isospin limit, low and high.
        mixed: weight of eps_p + eps_n with isospin mixing and breaking, and the amplitude's low
            and high end.
        wide: the talk's conservative range of |eps_p + eps_n|.
    """
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(8.2, 6.2), layout="constrained")
        ax = figure.subplots()
        x = np.linspace(-0.017, 0.017, 3)
        for sign in (1, -1):
            low, high = sorted(sign * s for s in wide)
            ax.fill_between(x, low - x, high - x, color=_BLUE, alpha=0.10, lw=0, zorder=0)
            low, high = sorted(sign * s for s in strength)
            ax.fill_between(x, low - x, high - x, color=_BLUE, alpha=0.45, lw=0, zorder=1)
            # w (p + n) + (1 - w)(p - n) = A  =>  p = A + (1 - 2w) n
            w = mixed[0]
            low, high = sorted(sign * s for s in mixed[1:])
            ax.fill_between(
                x, low + (1 - 2 * w) * x, high + (1 - 2 * w) * x, color=_ORANGE, alpha=0.45, lw=0
            )
        for (label, limit), style, side in zip(na48.items(), ("-", "--"), (1, -1), strict=False):
            for sign in (1, -1):
                ax.axhline(sign * limit, color=_GREEN, ls=style, lw=1.4)
            ax.text(
                -0.0167,
                limit if side > 0 else -max(na48.values()),
                f"{label}: beyond is excluded",
                fontsize=8,
                color=_GREEN,
                va="bottom" if side > 0 else "top",
            )
        ax.axvline(0.0, color="0.3", lw=1.0, ls=":")
        ax.text(0.0002, 0.0015, "dark photon", fontsize=8, color="0.3", rotation=90, va="bottom")
        _dots(ax, dots)
        ax.set(xlim=(-0.017, 0.017), ylim=(-0.015, 0.015))
        ax.set_xlabel(r"$\varepsilon_n$")
        ax.set_ylabel(r"$\varepsilon_p$")
        handles = [
            matplotlib.patches.Patch(color=_BLUE, alpha=0.45, label="8Be best fit, isospin limit"),
            matplotlib.patches.Patch(
                color=_ORANGE, alpha=0.45, label="8Be best fit, isospin mixing and breaking"
            ),
            matplotlib.patches.Patch(
                color=_BLUE, alpha=0.12, label="the talk's range for the isospin limit"
            ),
        ]
        ax.legend(handles=handles, loc="upper right", fontsize=8, framealpha=0.9)
        ax.set_title("Nucleon couplings of a 17 MeV vector, BR(X -> ee) = 1", fontsize=11)
    return figure


def lepton_plane(
    edges: Mapping[str, tuple[float, float]],
    products: Mapping[str, Sequence[tuple[float, float]]],
    dots: Sequence[Dot],
) -> Figure:
    """|g_nu| against |eps_V(e)| for both signs of their product.

    Args:
        edges: label -> band of |eps_V(e)| that is excluded.
        products: label -> allowed intervals of the signed product g_nu eps_V(e).
    """
    x = np.logspace(-4, -2, 400)
    y = np.logspace(-7, -2, 500)
    colours = (_ORANGE, _BLUE)
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(10.5, 5.4), layout="constrained")
        axes = figure.subplots(1, 2, sharey=True)
        for ax, sign in zip(axes, (-1, 1), strict=True):
            grid = sign * x[None, :] * y[:, None]
            for windows, colour in zip(products.values(), colours, strict=False):
                allowed = np.zeros(grid.shape, bool)
                for low, high in windows:
                    allowed |= (grid >= low) & (grid <= high)
                ax.contourf(x, y, ~allowed, levels=[0.5, 1.5], colors=[colour], alpha=0.25)
                ax.contour(x, y, ~allowed, levels=[0.5], colors=[colour], linewidths=1.2)
            for (label, (low, high)), hatch in zip(edges.items(), ("///", "\\\\\\"), strict=False):
                ax.axvspan(low, high, facecolor="none", edgecolor="0.5", hatch=hatch, lw=0)
                middle = np.sqrt(max(low, x[0]) * min(high, x[-1]))
                ax.text(
                    middle,
                    1.3e-7,
                    label,
                    rotation=90,
                    fontsize=8,
                    ha="center",
                    va="bottom",
                    bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
                )
            _dots(ax, _moduli([d for d in dots if np.sign(d.y * d.x) == sign]))
            ax.set(xscale="log", yscale="log", xlim=(x[0], x[-1]), ylim=(y[0], y[-1]))
            ax.set_xlabel(r"$|\varepsilon_{ee}^V|$")
            ax.set_title(
                rf"$g_\nu\,\varepsilon_{{ee}}^V$ {'<' if sign < 0 else '>'} 0", fontsize=10
            )
        axes[0].set_ylabel(r"$|g_\nu|$")
        handles = [
            matplotlib.patches.Patch(color=colour, alpha=0.35, label=f"{label}: excluded")
            for label, colour in zip(products, colours, strict=False)
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=2, frameon=False)
        figure.suptitle("Lepton couplings of a 17 MeV vector, BR(X -> ee) = 1", fontsize=11)
    return figure


def _moduli(dots: Sequence[Dot]) -> list[Dot]:
    return [Dot(d.label, abs(d.x), abs(d.y), d.offset) for d in dots]


def largest_rate(
    m: Curve,
    rates: Mapping[str, Sequence[float]],
    measured: Sequence[tuple[str, float, float, float, float]],
) -> Figure:
    """The largest Gamma_X/Gamma_gamma of 8Be (18.15 MeV) against m_X.

    Args:
        m: masses [MeV].
        rates: label -> largest rate at these masses.
        measured: (label, mass, its error [MeV], rate, its error).
    """
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(7.6, 5.2), layout="constrained")
        ax = figure.subplots()
        for (label, rate), colour, style in zip(
            rates.items(), (_BLUE, _GREEN, _PINK), ("-", "--", "-."), strict=False
        ):
            ax.semilogy(m, rate, style, color=colour, lw=1.8, label=label)
            ax.fill_between(m, rate, 1e-4, color=colour, alpha=0.05, lw=0)
        for label, mass, d_mass, seen, d_seen in measured:
            ax.errorbar(mass, seen, d_seen or None, d_mass or None, fmt="o", color="black", ms=4)
            ax.annotate(label, (mass, seen), (7, 5), textcoords="offset points", fontsize=8)
        ax.set(xlim=(m[0], m[-1]), ylim=(1e-8, 3e-5))
        ax.set_xlabel(r"$m_X$ [MeV]")
        ax.set_ylabel(r"$\Gamma_X/\Gamma_\gamma$ of $^8$Be*(18.15)")
        ax.grid(alpha=0.25, lw=0.5)
        ax.legend(fontsize=8, loc="lower left")
        ax.set_title("The largest rate with decoupled neutrinos, isospin limit", fontsize=11)
    return figure

"""Delta a_e and Delta a_mu against h: every boson's part, the sum, and what is measured."""

from collections.abc import Mapping
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

Curve = NDArray[np.float64]

_COLOURS = {"sum": "black", "Zprime": "#0072b2", "hX": "#d55e00", "Z": "#009e73", "h": "#cc79a7"}
_LABELS = {"sum": "sum", "Zprime": r"$Z'$", "hX": r"$h_X$", "Z": "$Z$", "W": "$W$", "h": "$h$"}
_COLOURS["W"] = "#e69f00"


@dataclass(frozen=True)
class Band:
    """A measured Delta a, its uncertainty and where it comes from."""

    value: float
    uncertainty: float
    label: str


@dataclass(frozen=True)
class Panel:
    """Curves of one lepton.

    Attributes:
        lepton: "e" or "mu".
        parts: boson -> Delta a at every h; "sum" is the total.
        bands: what was measured, one for each vintage.
    """

    lepton: str
    parts: Mapping[str, Curve]
    bands: tuple[Band, ...]


def delta_a_against_h(h: Curve, panels: tuple[Panel, ...], title: str) -> Figure:
    """Log-log curves of |Delta a|, solid where positive and dashed where negative.

    Args:
        h: both signs, ascending, without zero; left half and right half become two columns.
        panels: one row each.
        title: what was computed.
    """
    with matplotlib.rc_context({"font.size": 10, "axes.linewidth": 0.8}):
        figure = Figure(figsize=(9.5, 3.9 * len(panels)), layout="constrained")
        axes = figure.subplots(len(panels), 2, sharey="row", squeeze=False)
        for row, panel in zip(axes, panels, strict=True):
            for ax, side in zip(row, (h < 0, h > 0), strict=True):
                _draw(ax, h[side], {k: v[side] for k, v in panel.parts.items()}, panel)
            row[0].invert_xaxis()
            row[0].set_ylabel(rf"$|\Delta a_{{{_tex(panel.lepton)}}}|$")
            _limits(row, panel)
        for ax, sign in zip(axes[-1], ("-", ""), strict=True):
            ax.set_xlabel(f"${sign}h$")
        _legend(figure, axes[0][1])
        figure.suptitle(title, fontsize=11)
    return figure


def _tex(lepton: str) -> str:
    return {"e": "e", "mu": r"\mu", "tau": r"\tau"}[lepton]


def _draw(ax: Axes, h: Curve, parts: Mapping[str, Curve], panel: Panel) -> None:
    for boson in (b for b in _LABELS if b in parts):
        curve = parts[boson]
        width = 2.0 if boson == "sum" else 1.1
        for positive, style in ((curve > 0, "-"), (curve < 0, "--")):
            shown = np.where(positive, np.abs(curve), np.nan)
            ax.loglog(np.abs(h), shown, style, color=_COLOURS[boson], lw=width)
    bottom = abs(panel.bands[0].value) / 1e3
    for band, shade in zip(panel.bands, ("0.80", "#cfe6d8"), strict=False):
        _draw_band(ax, band, shade, bottom, right=bool(h[0] > 0))
    ax.set_xlim(np.min(np.abs(h)), np.max(np.abs(h)))
    ax.grid(alpha=0.25, lw=0.5)


def _draw_band(ax: Axes, band: Band, shade: str, bottom: float, right: bool) -> None:
    """One standard deviation of |Delta a|; down to the axis where zero is inside."""
    ends = band.value - band.uncertainty, band.value + band.uncertainty
    holds_zero = ends[0] < 0 < ends[1]
    low, high = sorted(map(abs, ends))
    ax.axhspan(bottom if holds_zero else low, high, color=shade, alpha=0.8, lw=0, zorder=0)
    sign = "" if holds_zero else " (negative)" if band.value < 0 else " (positive)"
    ax.text(
        0.97 if right else 0.03,
        high,
        band.label + sign,
        transform=ax.get_yaxis_transform(),
        ha="right" if right else "left",
        va="bottom",
        fontsize=7,
        color="0.25",
        zorder=1,  # below the curves
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.0},
    )


def _limits(row: NDArray[np.object_], panel: Panel) -> None:
    """From two decades below the smallest thing worth seeing to the largest part."""
    largest = max(float(np.max(np.abs(curve))) for curve in panel.parts.values())
    row[0].set_ylim(abs(panel.bands[0].value) / 1e3, largest * 3)


def _legend(figure: Figure, ax: Axes) -> None:
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], color=_COLOURS[b], label=_LABELS[b]) for b in _LABELS]
    handles += [
        Line2D([], [], color="0.4", ls="-", label="positive"),
        Line2D([], [], color="0.4", ls="--", label="negative"),
    ]
    figure.legend(handles=handles, ncols=len(handles), loc="outside lower center", frameon=False)

"""The scalar h_X: width and branching ratios at tree level."""

from recette.core.observable import observable
from recette.core.point import HiggsX, Point
from recette.core.rows import rows
from recette.types import Array


@observable(
    "v_X", "m_hX", "Gamma_hX", unit="GeV", needs=(HiggsX,), cite=("Hati:2020fzp",), batched=True
)
def scales(p: Point) -> Array:
    """Vacuum expectation value, mass and width of h_X."""
    h_X = p[HiggsX]
    return rows(p, h_X.v_X, h_X.m, h_X.Gamma)


@observable(
    "Gamma_hX_over_m",
    "BR_hX_ZprimeZprime",
    "BR_hX_ll",
    "BR_hX_lightheavy",
    "BR_hX_heavyheavy",
    "BR_hX_neutral",
    unit="1",
    needs=(HiggsX,),
    batched=True,
)
def ratios(p: Point) -> Array:
    """Width over mass (narrow-width formulas fail above 0.1) and branching ratios of h_X."""
    h_X = p[HiggsX]
    channels = ("ZprimeZprime", "ll", "lightheavy", "heavyheavy", "neutral")
    return rows(p, h_X.Gamma / h_X.m, *(h_X.BR[channel] for channel in channels))

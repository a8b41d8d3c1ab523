"""The figures of the main job: what is drawn, and the numbers behind it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recette import api
from recette.constants import E_8BE_18P15
from recette.measurements import Record, Vintage, load_record
from recette.observables.nuclear import ISOSCALAR_18P15
from recette.observables.theory import largest_R_8Be
from recette.pointfile import read_point
from recette.reproduce.files import write_figure, write_table

LEPTONS = ("e", "mu")
Curves = Mapping[str, Any]


def measured(vintage: Vintage, lepton: str) -> Record:
    """The deciding record of Delta a of this lepton."""
    return next(
        record
        for record, decides in zip(vintage.records, vintage.decides, strict=True)
        if decides and record.quantity.id == f"delta_a_{lepton}"
    )


def batch(preset: str, h: Any) -> dict[str, Any]:
    """Delta a and its parts at every h (n,), the same h for all generations."""
    point = read_point(preset)
    parameters: dict[str, Any] = dict(point.parameters)
    parameters = {
        name: np.repeat(np.asarray(value)[None], len(h), axis=0)
        for name, value in parameters.items()
    }
    parameters["h"] = np.repeat(np.asarray(h)[:, None], 3, axis=1)
    return api.predict_batch(point.model, parameters, parts=True)


def curves(preset: str) -> dict[str, Any]:
    """Delta a against h of both signs, 1e-8 to 0.1."""
    size = np.logspace(-8, -1, 351)
    h = np.concatenate([-size[::-1], size])
    return {"h": h, **batch(preset, h)}


def crossing(preset: str, lepton: str, known: Curves, target: float) -> float:
    """The h of smallest size at which Delta a meets the target, refined by nested grids.

    Every refinement is one batch of the one compiled shape. NaN where the target is not met.
    """
    h, a = known["h"], known[f"delta_a_{lepton}"]
    crossed = np.flatnonzero(((a[:-1] - target) * (a[1:] - target) <= 0) & (h[:-1] * h[1:] > 0))
    if not len(crossed):
        return float("nan")
    best = crossed[np.argmin(np.abs(h[crossed]))]
    low, high = h[best], h[best + 1]
    for _ in range(4):
        grid = np.linspace(low, high, 201)
        a = batch(preset, grid)[f"delta_a_{lepton}"]
        i = int(np.flatnonzero((a[:-1] - target) * (a[1:] - target) <= 0)[0])
        low, high = grid[i], grid[i + 1]
    return float((low + high) / 2)


def _parts(known: Curves, lepton: str) -> dict[str, Any]:
    id = f"delta_a_{lepton}"
    bosons = [key.split(":")[1] for key in known if key.startswith(f"{id}:")]
    return {"sum": known[id], **{boson: known[f"{id}:{boson}"] for boson in bosons}}


def delta_a_against_h(
    out: Path, preset: str, known: Curves, vintages: Mapping[str, Vintage]
) -> list[Path]:
    """The talk's figure: each boson's part and the sum, with the bands of the vintages."""
    from recette.plot.delta_a import Band, Panel, delta_a_against_h

    name = out / f"delta_a_against_h_{preset}"
    columns = {"h": known["h"]}
    panels = []
    for lepton in LEPTONS:
        parts = _parts(known, lepton)
        columns |= {f"delta_a_{lepton} {boson}": curve for boson, curve in parts.items()}
        bands = []
        for year, vintage in vintages.items():
            record = measured(vintage, lepton)
            spread = max(record.quantity.up, record.quantity.down)
            bands.append(Band(record.quantity.value, spread, f"measured, {year}"))
        panels.append(Panel(lepton, parts, tuple(bands)))
    theta = {"exact": r"$\lambda v_X = \sqrt{2} M$", "talk": r"$\lambda v_X = M$"}[preset]
    title = (
        rf"preset {preset}: {theta}, $M_L = M_E = 90$ GeV, $m_{{h_X}} = 70$ GeV, $k = 10^{{-7}}$, "
        "exact mixing"
    )
    figure = delta_a_against_h(known["h"], tuple(panels), title)
    return [write_table(name.with_suffix(".csv"), columns), *write_figure(name, figure)]


def coupling_planes(out: Path, results: Mapping[str, api.PredictResult]) -> list[Path]:
    """The planes (eps_n, eps_p) and (eps_ee, g_nu) at 17 MeV with every bound that speaks there."""
    from recette.plot.planes import Dot, lepton_plane, nucleon_plane

    rate = load_record("R_8Be_18p15_isospin/atomki-2019").quantity
    space = (1 - (17e-3 / E_8BE_18P15) ** 2) ** 1.5
    strength = tuple(np.sqrt((rate.value + s * rate.up) / space) for s in (-1, 1))
    na48 = {
        "NA48/2, as the talk has it": load_record("eps_p/na48-talk-2020").limit,
        "NA48/2 at 17 MeV": float(interpolate(load_record("eps_p/na48-2015"), 17e-3)[0]),
    }
    wide = load_record("eps_p/talk-8Be-2020").range
    dots = [(name, r["eps_n"], r["eps_p"]) for name, r in results.items()]
    figure = nucleon_plane(
        na48,
        (strength[0], strength[1]),
        (ISOSCALAR_18P15, strength[0], strength[1]),
        wide,
        [Dot(*dot) for dot in _merged(dots)],
    )
    name = out / "plane_eps_n_eps_p"
    drawn = {f"|eps_p| allowed by {label}": (0.0, limit) for label, limit in na48.items()}
    drawn |= {
        "|eps_p + eps_n| at the best fit, isospin limit": (strength[0], strength[1]),
        "amplitude at the best fit, mixing and breaking": (strength[0], strength[1]),
        "|eps_p + eps_n|, the talk's range": wide,
    }
    table = _bounds_and_points(drawn, "eps_n", "eps_p", dots)
    files = [write_table(name.with_suffix(".csv"), table), *write_figure(name, figure)]

    products = {
        "TEXONO": _intervals(load_record("nu_e_product/texono-2010")),
        "CHARM-II": _intervals(load_record("nu_mu_product/charm2-hati-2020")),
    }
    _, na64 = interpolate(load_record("eps_e/na64-2019"), 17e-3)
    kloe = float(interpolate(load_record("eps_e/kloe-2015"), 17e-3)[0])
    edges = {"NA64 visible": (1e-4, float(na64)), "KLOE": (kloe, 1e-2)}
    lepton_dots = [Dot(n, r["eps_V_e"], r["g_nu_e"]) for n, r in results.items()]
    shown = [d for d in lepton_dots if abs(d.y) > 1e-7 and abs(d.x) > 1e-4]
    name = out / "plane_eps_ee_g_nu"
    drawn = {f"|eps_V_e| excluded by {label}": band for label, band in edges.items()}
    for label, intervals in products.items():
        for i, interval in enumerate(intervals, 1):
            drawn[f"g_nu eps_V_e allowed by {label}, interval {i}"] = interval
    table = _bounds_and_points(
        drawn, "eps_V_e", "g_nu_e", [(d.label, d.x, d.y) for d in lepton_dots]
    )
    figure = lepton_plane(edges, products, shown)
    return [*files, write_table(name.with_suffix(".csv"), table), *write_figure(name, figure)]


def _bounds_and_points(
    bounds: Mapping[str, tuple[float, float]],
    x: str,
    y: str,
    dots: list[tuple[str, float, float]],
) -> dict[str, list[Any]]:
    """What a plane shows, one line each: an interval, or the two coordinates of a point."""
    points = {f"{name}: {x}, {y}": (a, b) for name, a, b in dots}
    lines = {**bounds, **points}
    return {
        "what": list(lines),
        "low, or x": [low for low, _ in lines.values()],
        "high, or y": [high for _, high in lines.values()],
    }


def _intervals(record: Record) -> tuple[tuple[float, float], ...]:
    """Allowed intervals of the signed quantity."""
    return record.windows or ((-record.limit, record.limit),)


def _merged(dots: list[tuple[str, float, float]]) -> list[tuple[str, float, float]]:
    """One dot for points that coincide."""
    names: dict[tuple[float, float], list[str]] = {}
    for name, x, y in dots:
        names.setdefault((float(f"{x:.3g}"), float(f"{y:.3g}")), []).append(name)
    return [(", ".join(who), x, y) for (x, y), who in names.items()]


def interpolate(record: Record, m: Any) -> NDArray[np.float64]:
    """Limits of a curve record at masses m [GeV], log-log: one row for each column of the curve."""
    table = np.log(np.asarray(record.curve))
    return np.exp([np.interp(np.log(m), table[:, 0], column) for column in table[:, 1:].T])


def largest_rate_of_beryllium(out: Path) -> list[Path]:
    """The no-go line: the largest 8Be rate under KLOE and NA48/2, against m_X, and the data.

    Neutrinos are decoupled; see `recette.observables.theory.largest_R_8Be`.
    """
    from recette.plot.planes import largest_rate

    m = np.linspace(16.2e-3, 17.9e-3, 171)
    na48, kloe = load_record("eps_p/na48-2015"), load_record("eps_e/kloe-2015")
    printed = load_record("eps_p/na48-talk-2020").limit, load_record("eps_V_e/kloe-talk-2020").limit
    curves = zip(m, interpolate(na48, m)[0], interpolate(kloe, m)[0], strict=True)
    rates = {
        "limits as the talk quotes them": [largest_R_8Be(x, *printed) for x in m],
        "published curves": [largest_R_8Be(*limits) for limits in curves],
    }
    best = load_record("R_8Be_18p15_isospin/atomki-2019")
    assert best.mass is not None
    points = [
        (
            "ATOMKI, best fit of the talk",
            best.mass.value * 1e3,
            best.mass.up * 1e3,
            best.quantity.value,
            best.quantity.up,
        ),
        ("as low as, in the talk", 17.5, 0.0, 0.5e-6, 0.0),
    ]
    name = out / "largest_R_8Be"
    columns: dict[str, Any] = {"m_X [GeV]": m, **rates}
    figure = largest_rate(m * 1e3, rates, points)
    return [write_table(name.with_suffix(".csv"), columns), *write_figure(name, figure)]

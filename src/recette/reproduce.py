"""The main job: the talk's benchmark from its Lagrangian, its verdict and its figure."""

import csv
import io
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.text import Text

from recette import api, report
from recette.constants import CHARGED_LEPTONS
from recette.errors import ConfigError, StoreError
from recette.measurements import Record, Vintage, load_vintage
from recette.observables.magnetic import naive_scaling
from recette.pointfile import read_point

# The presets and the mixing of each column; published mixing is marked wherever it is shown.
COLUMNS = {
    "exact": ("exact", "exact"),
    "talk": ("talk", "exact"),
    "talk, published mixing": ("talk", "published"),
}
_SHOWN = (
    ("v_X", "GeV"),
    ("m_heavy", "GeV"),
    ("eps_V_e", "e"),
    ("eps_A_e", "e"),
    ("g_nu_e", "e"),
    ("eps_p", "e"),
    ("eps_n", "e"),
    ("BR_X_ee", ""),
    ("ctau_X", "cm"),
    ("Gamma_hX", "GeV"),
    ("Gamma_hX_over_m", ""),
    ("Gamma_heavy_over_m", ""),
    ("delta_a_e", ""),
    ("delta_a_mu", ""),
    ("R_8Be_18p15_isospin", ""),
    ("R_8Be_18p15", ""),
)


@dataclass(frozen=True)
class Reproduction:
    """What `recette reproduce` computed and wrote.

    Attributes:
        results: one check for each of `COLUMNS`.
        h: the h that gives the measured Delta a, by preset and lepton.
        scaling: Delta a_mu that universal couplings would imply, against the data.
        files: what was written.
        notes: what could not be done.
    """

    results: Mapping[str, api.CheckResult]
    h: Mapping[str, Mapping[str, float]]
    scaling: Mapping[str, float]
    files: tuple[Path, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The document of reproduce.json; file names and notes are left out."""
        return {
            "schema": 1,
            "checks": {name: result.to_dict() for name, result in self.results.items()},
            "h_for_measured_delta_a": self.h,
            "naive_scaling": self.scaling,
        }

    def to_text(self, *, width: int | None = None, colour: bool = False) -> str:
        """Tables: the presets side by side, each verdict, the naive scaling, the files."""
        parts: list[Any] = [self._side_by_side(), self._explaining_h(), self._naive_scaling()]
        for name, result in self.results.items():
            document = result.to_dict()
            parts += report.verdict(document, f"Verdict on {name}")
        parts.append(Text(f"\nNot computed yet, of what is known: {self._not_computed()}."))
        parts += [Text(f"Wrote {path}") for path in self.files]
        parts += [Text(note, style="yellow") for note in self.notes]
        return report.render(parts, width=width, colour=colour)

    def _side_by_side(self) -> Any:
        made = report.table(
            "The talk's benchmark from its Lagrangian; exact mixing, save the marked column",
            "",
            *self.results,
            "unit",
            numbers=range(1, len(self.results) + 1),
        )
        for id, unit in _SHOWN:
            cells = [report.number(result[id], 5) for result in self.results.values()]
            made.add_row(id, *cells, unit)
        words = {True: "allowed", False: "excluded", None: "undecided"}
        made.add_row(
            "rows of the talk",
            *(words[r.verdict.by_set["talk"]] for r in self.results.values()),
            "",
        )
        return made

    def _explaining_h(self) -> Any:
        made = report.table(
            "h that gives the measured Delta a (k = 1e-7, exact mixing)",
            "preset",
            *(f"h_{lepton}" for lepton in CHARGED_LEPTONS[:2]),
            numbers=(1, 2),
        )
        for preset, by_lepton in self.h.items():
            made.add_row(preset, *(report.number(x, 6) for x in by_lepton.values()))
        return made

    def _naive_scaling(self) -> Any:
        made = report.table(
            "Universal couplings cannot: Delta a_mu implied by the measured Delta a_e",
            "scaling",
            "Delta a_mu",
            numbers=(1,),
        )
        for name, value in self.scaling.items():
            made.add_row(name, report.number(value, 3))
        return made

    def _not_computed(self) -> str:
        names = next(iter(self.results.values())).verdict.not_computed
        return ", ".join(name.split(":")[0] for name in names)


def reproduce(out: Path, progress: Callable[[str], None] = lambda _: None) -> Reproduction:
    """Compute the presets and the curves, and write reproduce.json and the figures.

    Args:
        out: folder, made when missing.
        progress: called with a line before each step that takes seconds.

    Raises:
        StoreError: the folder cannot be written.
    """
    _make_folder(out)
    vintage = load_vintage("2020")
    progress("checking the presets")
    results = {
        name: api.check(preset, vintage=vintage, mixing=mixing)
        for name, (preset, mixing) in COLUMNS.items()
    }
    e, mu = (_measured(vintage, lepton) for lepton in ("e", "mu"))
    inputs = results["exact"].inputs
    scaling = {
        f"{name} ({power})": value
        for (name, value), power in zip(
            naive_scaling(e.quantity.value, inputs["m_e"], inputs["m_mu"]).items(),
            ("(m_mu/m_e)^2", "m_mu/m_e"),
            strict=True,
        )
    } | {"measured": mu.quantity.value}
    files, notes = [out / "reproduce.json"], []
    h = {}
    for preset in ("exact", "talk"):
        progress(f"Delta a against h for {preset}")
        curves = _curves(preset)
        h[preset] = {
            lepton: _crossing(preset, lepton, curves, record.quantity.value)
            for lepton, record in (("e", e), ("mu", mu))
        }
        name = out / f"delta_a_against_h_{preset}"
        _write(name.with_suffix(".csv"), _csv(curves).encode())
        files.append(name.with_suffix(".csv"))
        try:
            files += _figure(name, preset, curves, e, mu)
        except ModuleNotFoundError as error:
            notes = [f"No figure: {error.name} is not installed; pip install 'recette[plot]'."]
    made = Reproduction(results, h, scaling, tuple(files), tuple(notes))
    _write(files[0], (report.to_json(made.to_dict()) + "\n").encode())
    return made


def _measured(vintage: Vintage, lepton: str) -> Record:
    """The deciding record of Delta a of this lepton."""
    return next(
        record
        for record, decides in zip(vintage.records, vintage.decides, strict=True)
        if decides and record.quantity.id == f"delta_a_{lepton}"
    )


def _batch(preset: str, h: Any) -> dict[str, Any]:
    """Delta a and its parts at every h (n,), the same h for all generations."""
    point = read_point(preset)
    parameters = {name: np.asarray(value)[None] for name, value in point.parameters.items()}
    parameters["h"] = np.repeat(np.asarray(h)[:, None], 3, axis=1)
    for name, value in parameters.items():
        if len(value) == 1:
            parameters[name] = np.repeat(value, len(h), axis=0)
    return api.predict_batch(point.model, parameters, parts=True)


def _curves(preset: str) -> dict[str, Any]:
    size = np.logspace(-8, -1, 351)
    h = np.concatenate([-size[::-1], size])
    return {"h": h, **_batch(preset, h)}


def _crossing(preset: str, lepton: str, curves: Mapping[str, Any], target: float) -> float:
    """The h of smallest size at which Delta a meets the target, refined by nested grids.

    Every refinement is one batch of the one compiled shape.
    """
    h, a = curves["h"], curves[f"delta_a_{lepton}"]
    crossed = np.flatnonzero(((a[:-1] - target) * (a[1:] - target) <= 0) & (h[:-1] * h[1:] > 0))
    if not len(crossed):
        return float("nan")
    best = crossed[np.argmin(np.abs(h[crossed]))]
    low, high = h[best], h[best + 1]
    for _ in range(4):
        grid = np.linspace(low, high, 201)
        a = _batch(preset, grid)[f"delta_a_{lepton}"]
        i = int(np.flatnonzero((a[:-1] - target) * (a[1:] - target) <= 0)[0])
        low, high = grid[i], grid[i + 1]
    return float((low + high) / 2)


def _parts(curves: Mapping[str, Any], lepton: str) -> dict[str, Any]:
    id = f"delta_a_{lepton}"
    bosons = [key.split(":")[1] for key in curves if key.startswith(f"{id}:")]
    return {"sum": curves[id], **{boson: curves[f"{id}:{boson}"] for boson in bosons}}


def _csv(curves: Mapping[str, Any]) -> str:
    """The data behind the figure."""
    columns = {"h": curves["h"]}
    for lepton in ("e", "mu"):
        for boson, curve in _parts(curves, lepton).items():
            columns[f"delta_a_{lepton} {boson}"] = curve
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*(map(repr, map(float, c)) for c in columns.values()), strict=True))
    return text.getvalue()


def _figure(
    name: Path, preset: str, curves: Mapping[str, Any], e: Record, mu: Record
) -> list[Path]:
    from recette.plot.delta_a import Panel, delta_a_against_h

    panels = tuple(
        Panel(
            lepton,
            _parts(curves, lepton),
            record.quantity.value,
            record.quantity.up,
            f"measured{' (negative)' if record.quantity.value < 0 else ''}, 1 sigma",
        )
        for lepton, record in (("e", e), ("mu", mu))
    )
    theta = {"exact": r"$\lambda v_X = \sqrt{2} M$", "talk": r"$\lambda v_X = M$"}[preset]
    title = (
        rf"preset {preset}: {theta}, $M_L = M_E = 90$ GeV, $m_{{h_X}} = 70$ GeV, $k = 10^{{-7}}$, "
        "exact mixing; data of 2020"
    )
    figure = delta_a_against_h(curves["h"], panels, title)
    paths = []
    for kind in ("png", "pdf"):
        image = io.BytesIO()
        # No date in the file: the same input gives the same bytes.
        figure.savefig(image, format=kind, dpi=160, metadata=_UNDATED[kind])
        paths.append(name.with_suffix(f".{kind}"))
        _write(paths[-1], image.getvalue())
    return paths


_UNDATED: dict[str, dict[str, None]] = {"png": {}, "pdf": {"CreationDate": None}}


def _make_folder(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise ConfigError(
            f"{out}: this is no folder, expected one to write into; give another --out."
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{out}: cannot make this folder ({error.strerror}); give another one with --out."
        ) from error


def _write(path: Path, content: bytes) -> None:
    """Write a whole file or none."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StoreError(
            f"{path}: cannot be written ({error.strerror}); give another folder with --out."
        ) from error

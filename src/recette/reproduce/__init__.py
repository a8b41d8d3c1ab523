"""The main job: the talk's model from its Lagrangian, its verdicts, its story, its figures."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.text import Text

from recette import api, report
from recette.measurements import Vintage, load_vintage
from recette.observables.magnetic import naive_scaling
from recette.reproduce import figures
from recette.reproduce.files import make_folder, write
from recette.reproduce.talk import LADDER, Remark, remarks

# The presets and the mixing of each column; published mixing is marked wherever it is shown.
COLUMNS = {
    "exact": ("exact", "exact"),
    "talk": ("talk", "exact"),
    "talk, published mixing": ("talk", "published"),
}
VINTAGES = ("2020", "latest")
_SHOWN = (
    "v_X",
    "m_heavy",
    "eps_V_e",
    "eps_A_e",
    "g_nu_e",
    "eps_p",
    "eps_n",
    "BR_X_ee",
    "ctau_X",
    "Gamma_hX",
    "Gamma_hX_over_m",
    "Gamma_heavy_over_m",
    "delta_a_e",
    "delta_a_mu",
    "R_8Be_18p15_isospin",
    "R_8Be_18p15",
)
_WORDS = {True: "allowed", False: "excluded", None: "undecided"}


@dataclass(frozen=True)
class Reproduction:
    """What `recette reproduce` computed and wrote.

    Attributes:
        results: by vintage, one check for each of `COLUMNS`.
        ladder: by vintage, one check for each rung.
        h: the h that gives the measured Delta a of 2020, by preset and lepton.
        scaling: Delta a_mu that universal couplings would imply, against the data.
        remarks: the talk says, we find, why.
        files: what was written.
        notes: what could not be done.
    """

    results: Mapping[str, Mapping[str, api.CheckResult]]
    ladder: Mapping[str, Mapping[str, api.CheckResult]]
    h: Mapping[str, Mapping[str, float]]
    scaling: Mapping[str, float]
    remarks: tuple[Remark, ...]
    files: tuple[Path, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The document of reproduce.json; file names and notes are left out."""

        def documents(by_vintage: Mapping[str, Mapping[str, api.CheckResult]]) -> dict[str, Any]:
            return {
                vintage: {name: result.to_dict() for name, result in results.items()}
                for vintage, results in by_vintage.items()
            }

        return {
            "schema": 1,
            "checks": documents(self.results),
            "ladder": documents(self.ladder),
            "h_for_measured_delta_a": self.h,
            "naive_scaling": self.scaling,
            "remarks": [asdict(remark) for remark in self.remarks],
        }

    def to_text(self, *, width: int | None = None, colour: bool = False) -> str:
        """Tables: presets side by side, the talk's numbers, ladder, verdicts, files."""
        parts: list[Any] = [
            self._side_by_side(),
            self._explaining_h(),
            self._naive_scaling(),
            self._remarks(),
            self._ladder(),
        ]
        for vintage, results in self.results.items():
            for name, result in results.items():
                title = f"Verdict on {name}, data of {vintage}"
                parts += report.verdict(result.to_dict(), title)
        parts.append(Text(f"\nNot computed yet, of what is known: {self._not_computed()}."))
        parts += [Text(f"Wrote {path}") for path in self.files]
        parts += [Text(note, style="yellow") for note in self.notes]
        return report.render(parts, width=width, colour=colour)

    def _side_by_side(self) -> Any:
        results = self.results["2020"]
        made = report.table(
            "The talk's benchmark from its Lagrangian; exact mixing, save the marked column",
            "",
            *results,
            "unit",
            numbers=range(1, len(results) + 1),
        )
        units = next(iter(results.values())).units
        for id in _SHOWN:
            unit = "" if units[id] == "1" else units[id]
            made.add_row(id, *(report.number(r[id], 5) for r in results.values()), unit)
        for vintage, checks in self.results.items():
            made.add_row(f"data of {vintage}", *(_WORDS[r.allowed] for r in checks.values()), "")
        talk = (_WORDS[r.verdict.by_set["talk"]] for r in results.values())
        made.add_row("rows of the talk alone", *talk, "")
        return made

    def _explaining_h(self) -> Any:
        made = report.table(
            "h that gives the measured Delta a of 2020 (k = 1e-7, exact mixing)",
            "preset",
            *(f"h_{lepton}" for lepton in figures.LEPTONS),
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

    def _remarks(self) -> Any:
        made = report.table(
            "The talk says, we find, why", "quantity", "the talk says", "we find", "why"
        )
        for remark in self.remarks:
            made.add_row(remark.about, remark.said, remark.found, remark.why)
        return made

    def _ladder(self) -> Any:
        made = report.table(
            "The ladder: each model adds the fields that the one before lacks",
            *("model", "data", "verdict", "excluded by"),
        )
        for model in LADDER:
            for vintage, checks in self.ladder.items():
                result = checks[model]
                by = ", ".join(result.verdict.excluded_by) or "-"
                made.add_row(model, vintage, _WORDS[result.allowed], by)
        return made

    def _not_computed(self) -> str:
        names = [n for r in self.results.values() for n in r["exact"].verdict.not_computed]
        return ", ".join(dict.fromkeys(name.split(":")[0] for name in names))


def reproduce(out: Path, progress: Callable[[str], None] = lambda _: None) -> Reproduction:
    """Compute presets, ladder and curves, and write reproduce.json and the figures.

    Args:
        out: folder, made when missing.
        progress: called with a line before each step that takes seconds.

    Raises:
        ConfigError: `out` is a file.
        StoreError: the folder cannot be written.
    """
    make_folder(out)
    vintages = {name: load_vintage(name) for name in VINTAGES}
    progress("checking the presets")
    results = {
        year: {
            name: api.check(preset, vintage=vintage, mixing=mixing)
            for name, (preset, mixing) in COLUMNS.items()
        }
        for year, vintage in vintages.items()
    }
    progress("climbing the ladder")
    ladder = {
        year: {model: api.check(point, vintage=vintage) for model, point in LADDER.items()}
        for year, vintage in vintages.items()
    }
    h: dict[str, dict[str, float]] = {}
    files: list[Path] = [out / "reproduce.json"]
    notes: list[str] = []
    for preset in ("exact", "talk"):
        progress(f"Delta a against h for {preset}")
        known = figures.curves(preset)
        h[preset] = {
            lepton: figures.crossing(
                preset, lepton, known, figures.measured(vintages["2020"], lepton).quantity.value
            )
            for lepton in figures.LEPTONS
        }
        files += _drawn(notes, figures.delta_a_against_h, out, preset, known, vintages)
    progress("planes of couplings")
    rungs = {f"rung {model}": ladder["2020"][model] for model in ("dark-photon", "bl")}
    dots = {"exact": results["2020"]["exact"], "talk": results["2020"]["talk"], **rungs}
    files += _drawn(notes, figures.coupling_planes, out, dots)
    files += _drawn(notes, figures.largest_rate_of_beryllium, out)
    made = Reproduction(
        results,
        ladder,
        h,
        _scaling(vintages["2020"], results["2020"]["exact"].inputs),
        remarks(results["2020"]),
        tuple(files),
        tuple(dict.fromkeys(notes)),
    )
    write(files[0], (report.to_json(made.to_dict()) + "\n").encode())
    return made


def _drawn(notes: list[str], draw: Callable[..., list[Path]], *args: Any) -> list[Path]:
    """The files of a figure, or a note where matplotlib is missing."""
    try:
        return draw(*args)
    except ModuleNotFoundError as error:
        notes.append(f"No figures: {error.name} is not installed; pip install 'recette[plot]'.")
        return []


def _scaling(vintage: Vintage, inputs: Mapping[str, float]) -> dict[str, float]:
    e, mu = (figures.measured(vintage, lepton).quantity.value for lepton in ("e", "mu"))
    implied = naive_scaling(e, inputs["m_e"], inputs["m_mu"])
    return {
        "(m_mu/m_e)^2": implied["quadratic"],
        "m_mu/m_e": implied["linear"],
        "measured": mu,
    }

"""The Python interface: check, predict, predict_batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from recette import report
from recette.compare import Judge, Verdict, compare
from recette.constants import CHARGED_LEPTONS, NEUTRINOS
from recette.core import arrays, batch, charges, programs
from recette.core.lagrangian import Lagrangian
from recette.core.model import Model
from recette.core.observable import Observable
from recette.core.point import (
    ChargedLeptons,
    HeavyLeptons,
    HiggsX,
    LightBoson,
    NeutralLeptons,
    Point,
)
from recette.core.predict import Prediction
from recette.errors import PointError, kind
from recette.measurements import Vintage, load_vintage
from recette.models.ladder import MODELS
from recette.observables import OBSERVABLES
from recette.pointfile import PointInput, choose_model, read_inputs, read_point
from recette.types import Status

MIXINGS = ("exact", "published")
PointLike = str | Path | Mapping[str, Any] | PointInput


@dataclass(frozen=True)
class PredictResult:
    """A solved point and its predictions; prints as tables.

    Attributes:
        given: the point as read, defaults filled in.
        mixing: "exact" or "published".
        inputs: the Standard Model inputs used [GeV, GeV^-2].
        point: spectrum, couplings, widths, dipoles.
        prediction: values, parts, uncertainties by id.
        units: unit of every id.
    """

    given: PointInput
    mixing: str
    inputs: dict[str, float]
    point: Point
    prediction: Prediction
    units: dict[str, str]

    def __getitem__(self, id: str) -> float:
        """The value of one prediction."""
        return float(self.prediction.values[id])

    def to_dict(self) -> dict[str, Any]:
        """The JSON document."""
        document = {
            "schema": 1,
            "recette": version("recette"),
            "model": self.given.model,
            "mixing": self.mixing,
            "parameters": self.given.parameters,
            "inputs": self.inputs,
            "spectrum": _spectrum(self.point, self.prediction),
            "couplings": _couplings(self.point),
            "predictions": {
                id: self._entry(id) for id in self.units if id in self.prediction.values
            },
        }
        heavy = _heavy_leptons(self.point)
        if heavy:
            document["heavy_leptons"] = heavy
        return report.plain(document)

    def _entry(self, id: str) -> dict[str, Any]:
        p = self.prediction
        closed = bool(p.closed.get(id, False))
        ok = int(p.status) == Status.OK
        entry: dict[str, Any] = {
            "value": p.values[id],
            "unit": self.units[id],
            "status": "failed" if not ok else "closed" if closed else "ok",
        }
        if id in p.parts:
            entry["parts"] = _ordered(p.parts[id])
        if id in p.uncertainty:
            entry["uncertainty"] = p.uncertainty[id]
        if id in p.states:
            entry["states"] = _ordered(p.states[id])
        return entry

    def to_json(self) -> str:
        """The document as JSON text."""
        return report.to_json(self.to_dict())

    def __str__(self) -> str:
        return report.text(self.to_dict())


@dataclass(frozen=True)
class CheckResult(PredictResult):
    """A solved point, its predictions and the verdict of data."""

    verdict: Verdict

    @property
    def allowed(self) -> bool | None:
        """Allowed, excluded, or None where that could not be decided."""
        return self.verdict.allowed

    def to_dict(self) -> dict[str, Any]:
        """The JSON document with the verdict."""
        document = super().to_dict()
        verdict = report.plain(self.verdict.to_dict())
        return {**document, "vintage": verdict.pop("vintage"), "verdict": verdict}


def predict(
    point: PointLike,
    *,
    mixing: str = "exact",
    states: bool = False,
    models: Sequence[Model] = MODELS,
    observables: Sequence[Observable] = OBSERVABLES,
) -> PredictResult:
    """Spectrum, couplings and every prediction of one point.

    Args:
        point: name of a preset, path of a TOML file, "-", or a mapping with the keys of one.
        mixing: "exact", or "published" for the talk's truncated formulas of the couplings.
        states: also keep the parts of Delta a from every internal fermion, in order of mass.
        models: models that the point may name; add your own.
        observables: add your own as (*OBSERVABLES, mine).
    """
    return PredictResult(*_solve(point, mixing, states, models, observables))


def check(
    point: PointLike,
    *,
    vintage: str | Path | Vintage = "latest",
    scenario: Mapping[str, str] | None = None,
    mixing: str = "exact",
    states: bool = False,
    models: Sequence[Model] = MODELS,
    observables: Sequence[Observable] = OBSERVABLES,
) -> CheckResult:
    """Compare one point with data; point, mixing, states, models, observables as for `predict`.

    Args:
        vintage: name or path of a list of records.
        scenario: choices between data that disagree, {"alpha": "Cs"}.
    """
    if not isinstance(vintage, Vintage):
        vintage = load_vintage(vintage)  # before the numerics: a wrong name costs no wait
    if scenario is not None:
        vintage = vintage.choose(scenario)
    solved = _solve(point, mixing, states, models, observables)
    return CheckResult(*solved, verdict=compare(solved[4], vintage))


def predict_batch(
    model: str | Model,
    parameters: Mapping[str, Any],
    *,
    inputs: Mapping[str, float] | None = None,
    mixing: str = "exact",
    vintage: str | Path | Vintage | None = None,
    observables: Sequence[Observable] | None = None,
    parts: bool = False,
) -> dict[str, NDArray[Any]]:
    """Predictions of many points.

    Args:
        model: name or model.
        parameters: arrays (n,), for flavour parameters (n, 3); plain numbers broadcast. Flavour
            parameters without an interval may be complex: a mass then carries a phase.
        inputs: Standard Model inputs other than the defaults.
        vintage: also compare with these data.
        parts: also the part of each boson, as "delta_a_e:Zprime".

    Returns:
        Arrays (n,): every prediction id, `status` (codes of recette.types.Status), and with a
        vintage `chi2`, `allowed`, `excluded` and for every record, by its name, the codes of
        recette.compare.RowStatus. Points that are not ok have NaN and a status.
    """
    question, complete, values = _question(
        model, parameters, inputs, mixing, vintage, observables, parts
    )
    answer = batch.answers(question, complete, values)
    prediction, verdict = answer.prediction, answer.verdict
    result: dict[str, Any] = {**prediction.values, "status": prediction.status}
    result |= {
        f"{id}:{boson}": array
        for id, by_boson in prediction.parts.items()
        for boson, array in by_boson.items()
    }
    if verdict is not None:
        result |= {"chi2": verdict.chi2, "allowed": verdict.allowed, "excluded": verdict.excluded}
        result |= verdict.status
    return result


def gradient_batch(
    model: str | Model,
    parameters: Mapping[str, Any],
    of: str | Sequence[str] = "chi2",
    *,
    inputs: Mapping[str, float] | None = None,
    mixing: str = "exact",
    vintage: str | Path | Vintage | None = None,
    observables: Sequence[Observable] | None = None,
) -> dict[str, Any]:
    """Derivatives of predictions, or of chi2, by every parameter; arguments as for `predict_batch`.

    Args:
        of: prediction ids, or "chi2", which needs a vintage.

    Returns:
        `status` (n,), and for each id of `of` a dict: `value` (n,) and, by the name of every
        parameter (given or default), the derivative, (n,) or (n, 3), in the unit of the id over
        that of the parameter; for complex parameters d/dRe + i d/dIm. Points that are not ok
        have NaN. At lambda = 0, where predictions linear in lambda have an infinite slope by
        delta_nu or delta_A, that slope is left out.
    """
    question, complete, values = _question(
        model, parameters, inputs, mixing, vintage, observables, False
    )
    wanted = _wanted(of, question)
    try:
        status, numbers, slopes = batch.gradients(question, complete, values, wanted)
    except KeyError as error:  # only solving the model shows which parts its points have
        if str(error) not in map(repr, wanted):
            raise
        raise PointError(f"of has {error}, which {question.model.name} does not predict.") from None
    return {
        "status": status,
        **{
            id: {"value": numbers[id], **{k: np.moveaxis(x, -1, 0) for k, x in slopes[id].items()}}
            for id in wanted
        },
    }


def _question(
    model: str | Model,
    parameters: Mapping[str, Any],
    inputs: Mapping[str, float] | None,
    mixing: str,
    vintage: str | Path | Vintage | None,
    observables: Sequence[Observable] | None,
    parts: bool,
) -> tuple[batch.Question, arrays.Values, arrays.Values]:
    """What to compute, with complete parameters and inputs."""
    _check_mixing(mixing)
    if not isinstance(parts, bool):
        raise PointError(f"parts is {kind(parts)}, expected True or False.")
    chosen = _model(model)
    _check_lagrangian(chosen.lagrangian)
    if not isinstance(parameters, Mapping):
        raise PointError(f"parameters is {kind(parameters)}, expected {{name: array}}.")
    if vintage is not None and not isinstance(vintage, Vintage):
        vintage = load_vintage(vintage)
    listed = OBSERVABLES if observables is None else _observables(observables)
    judge = None if vintage is None else Judge(vintage)
    question = batch.Question(chosen, mixing, listed, judge, parts)
    complete = arrays.complete_parameters(chosen, parameters)
    return question, complete, _inputs(inputs)


def _model(given: object) -> Model:
    if isinstance(given, str):
        return choose_model(given, MODELS)
    if not isinstance(given, Model):
        raise PointError(f"model is {kind(given)}, expected a name or a Model.")
    return given


def _inputs(given: object) -> dict[str, jax.Array]:
    if not isinstance(given, Mapping | None):
        raise PointError(f"inputs is {kind(given)}, expected {{name: number}}.")
    return arrays.complete_inputs(read_inputs(given or {}, "inputs"))


def _observables(given: object) -> tuple[Observable, ...]:
    listed = _listed(given)
    if wrong := [one for one in listed if not isinstance(one, Observable)]:
        raise PointError(f"observables has {kind(wrong[0])}, expected some as in OBSERVABLES.")
    return listed


def _wanted(of: object, question: batch.Question) -> tuple[str, ...]:
    """The ids of `of`, each once."""
    known = {"chi2"}.union(*(one.ids for one in question.observables))
    ids = _listed(of)
    wrong = [id for id in ids if not isinstance(id, str) or id not in known]
    if wrong or not ids:
        found = f"has {kind(wrong[0])}" if wrong else "is empty"
        raise PointError(f"of {found}, expected 'chi2' or ids that 'recette predict' lists.")
    if "chi2" in ids and question.judge is None:
        raise PointError("of has 'chi2', which needs data: give a vintage.")
    return tuple(dict.fromkeys(ids))


def _listed(given: Any) -> tuple[Any, ...]:
    """Its entries, or itself where it has none."""
    try:
        return (given,) if isinstance(given, str) else tuple(given)
    except TypeError:
        return (given,)


def _check_mixing(mixing: object) -> None:
    if not isinstance(mixing, str) or mixing not in MIXINGS:
        raise PointError(f"mixing is {kind(mixing)}, expected {' or '.join(MIXINGS)}.")


def _solve(
    point: PointLike,
    mixing: str,
    states: bool,
    models: Sequence[Model],
    observables: Sequence[Observable],
) -> tuple[PointInput, str, dict[str, float], Point, Prediction, dict[str, str]]:
    _check_mixing(mixing)
    observables = _observables(observables)
    given = read_point(point, models)
    model = next(m for m in models if m.name == given.model)
    _check_lagrangian(model.lagrangian)
    inputs = arrays.complete_inputs(given.inputs)
    parameters = {name: np.asarray(value) for name, value in given.parameters.items()}
    static = {"model": model, "mixing": mixing, "observables": observables, "states": states}
    if model in MODELS and observables == OBSERVABLES:
        name = f"{model.name} {mixing} {states}"
        program = programs.load_or_compile(batch.one, (parameters, inputs), static, name)
        solved, prediction = program(parameters, inputs)
    else:  # of a user: nothing says whether they are what they were
        solved, prediction = batch.one(parameters, inputs, **static)
    solved, prediction = jax.tree.map(np.asarray, (solved, prediction))
    units = {id: one.unit for one in observables for id in one.ids}
    return given, mixing, {k: float(v) for k, v in inputs.items()}, solved, prediction, units


@lru_cache
def _check_lagrangian(lagrangian: Lagrangian) -> None:
    """Once for each: it takes longer than to solve a point."""
    charges.check(lagrangian)


_BOSONS = ("Zprime", "hX", "Z", "W", "h")


def _ordered(by_boson: Mapping[str, Any]) -> dict[str, Any]:
    return {boson: by_boson[boson] for boson in _BOSONS if boson in by_boson}


def _spectrum(point: Point, prediction: Prediction) -> dict[str, Any]:
    higgs_x = point[HiggsX] if HiggsX in point else None
    return {
        "m_Zprime": point[LightBoson].m,
        "v_X": higgs_x.v_X if higgs_x else None,
        "m_hX": higgs_x.m if higgs_x else None,
        "charged_leptons": np.sort(point[ChargedLeptons].m, axis=None),
        "neutral_leptons": np.sort(point[NeutralLeptons].m, axis=None),
        "status": Status(int(prediction.status)).name.lower(),
    }


def _couplings(point: Point) -> dict[str, Any]:
    X = point[LightBoson]
    return {
        "eps_V": X.eps_V,
        "eps_A": {f: X.eps_A[f] for f in CHARGED_LEPTONS},
        "g_L": dict(zip(NEUTRINOS, X.g_nu, strict=True)),
    }


def _heavy_leptons(point: Point) -> list[dict[str, Any]]:
    """Mass, width [GeV] and branching ratios of every heavy charged lepton."""
    if HeavyLeptons not in point:
        return []
    heavy = point[HeavyLeptons]
    return [
        {
            "generation": CHARGED_LEPTONS[g],
            "m": heavy.m[i, g],
            "Gamma": heavy.Gamma[i, g],
            "BR": {channel: ratio[i, g] for channel, ratio in heavy.BR.items()},
        }
        for g, i in np.ndindex(heavy.m.T.shape)
    ]

"""Parameter points as people give them: a preset, a TOML file, standard input or a mapping.

A point is read in three steps: its text, its tables, and the values that the model asks for.
Models, and JAX with them, are imported only before the third.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from recette.errors import PointError, StoreError, bare, kind, quoted
from recette.pointfile.text import load, presets
from recette.pointfile.values import Value, parameter, plain, real
from recette.pointfile.words import hint, nearest

if TYPE_CHECKING:
    from recette.core.model import Limit, Model

__all__ = ["INPUTS", "PointInput", "choose_model", "presets", "read_inputs", "read_point"]

INPUTS = ("alpha", "G_F", "m_Z", "m_W", "m_h", "m_e", "m_mu", "m_tau")
_TOP = ("model", "parameters", "inputs")


@dataclass(frozen=True)
class PointInput:
    """A point that is complete and makes sense: what `Model.solve` is called with.

    Attributes:
        model: name of the model.
        parameters: a float, or an array of shape (3,) (real or complex) for flavour parameters,
            in the units of the model's table, defaults filled in. Of a parameter and the one
            that stands `instead_of` it, exactly one is here.
        inputs: Standard Model inputs that replace the package's own (GeV, G_F in GeV^-2).
        source: the preset or path, "standard input", or "point" for a mapping.
        given: the point as written, without defaults.
    """

    model: str
    parameters: dict[str, Value]
    inputs: dict[str, float]
    source: str
    given: dict[str, Any]


def read_point(
    source: "str | Path | Mapping[str, Any] | PointInput",
    models: "Sequence[Model] | None" = None,
) -> PointInput:
    """Read and check a point.

    Args:
        source: name of a preset, path of a TOML file, "-" for standard input, a mapping with the
            keys of such a file, or a point already read.
        models: models to choose from; the ladder of the package when not given.

    Raises:
        PointError: the point cannot be read or makes no sense.
        StoreError: the file exists, but may not be read.
    """
    if isinstance(source, PointInput):
        return source
    name = _name(source)
    shown = name if len(name) < 200 else f"...{name[-200:]}"
    try:
        document = _document(source)
        _check_tables(document)
        if models is None:
            from recette.models.ladder import MODELS

            models = MODELS
        model = choose_model(document["model"], models)
        return PointInput(
            model=model.name,
            parameters=_parameters(document["parameters"], model),
            inputs=read_inputs(document.get("inputs", {})),
            source=name,
            given=_as_written(document),
        )
    except (PointError, StoreError) as error:
        raise type(error)(f"{shown}: {error}") from None
    except RecursionError:  # a list within a list, and so on
        raise PointError(f"{shown}: lists are nested too deeply, expected 3x3 at most") from None


def _name(source: object) -> str:
    if isinstance(source, Mapping):
        return "point"
    if not isinstance(source, str | Path):
        return kind(source)
    return "standard input" if source == "-" else str(source) or "''"


def _document(source: object) -> dict[str, Any]:
    if isinstance(source, Mapping):
        return dict(source)
    if isinstance(source, str | Path):
        return load(source)
    raise PointError(
        f"this is no point, expected a preset ({', '.join(presets())}), the path of a TOML file, "
        "'-' or a mapping"
    )


def _as_written(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: {k: plain(v) for k, v in value.items()} if isinstance(value, Mapping) else value
        for key, value in document.items()
    }


def _check_tables(document: Mapping[str, Any]) -> None:
    """Everything that can be checked without knowing the models."""
    if not document:
        raise PointError('it is empty, expected model = "..." and a table [parameters]')
    for key, value in document.items():
        if key not in _TOP:
            raise PointError(_unknown_key(key, value))
        if key != "model" and not isinstance(value, Mapping):
            raise PointError(f"{key} is {kind(value)}, expected a table [{key}]")
    if "model" not in document:
        inside = "model" in document.get("parameters", {})
        todo = "move it above [parameters]" if inside else "'recette models' lists the models"
        raise PointError(f'no model = "..." at the top; {todo}')
    if not isinstance(document["model"], str):
        raise PointError(f"model is {kind(document['model'])}, expected a name in quotes")
    if "parameters" not in document:
        raise PointError(
            "no table [parameters], expected one with the parameters of the model; "
            "'recette models' lists them"
        )


def _unknown_key(key: object, value: object) -> str:
    what = f"table [{bare(key)}]" if isinstance(value, Mapping) else f"key {bare(key)} at the top"
    near = nearest(str(key), _TOP)
    if near:
        return f"unknown {what}; did you mean {near}?"
    return (
        f"unknown {what}, expected model, [parameters] or [inputs]; parameters of the model belong "
        "under [parameters]"
    )


def choose_model(name: str, models: "Sequence[Model]") -> "Model":
    """The model of that name."""
    for model in models:
        if model.name == name:
            return model
    names = [m.name for m in models]
    near = nearest(name, names)
    suggestion = f"; did you mean {near}?" if near else ""
    raise PointError(f"unknown model {quoted(name)}, expected {_either(names)}{suggestion}")


def _either(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else "".join(names)


def _parameters(table: Mapping[str, Any], model: "Model") -> dict[str, Value]:
    names = {p.name for p in model.parameters}
    for key, value in table.items():
        if key not in names:
            raise PointError(_unknown_parameter(key, value, model))
    replaced = {p.instead_of: p.name for p in model.parameters if p.instead_of}
    for name, other in replaced.items():
        if name in table and other in table:
            raise PointError(
                f"both {name} and {other} are given, but each fixes the other; drop one of them"
            )
        if name not in table and other not in table:
            raise PointError(f"neither {name} nor {other} is given; {model.name} needs one of them")
    missing = [
        p.name
        for p in model.parameters
        if p.name not in table
        and p.default is None
        and not (p.optional or p.instead_of or p.name in replaced)
    ]
    if missing:
        raise PointError(
            f"no {', '.join(missing)} under [parameters], which {model.name} needs; "
            f"'recette models {model.name}' gives the units"
        )
    values = {
        p.name: parameter(p, table.get(p.name, p.default))
        for p in model.parameters
        if p.name in table or p.default is not None
    }
    for limit in model.limits:
        _check_limit(limit, values)
    return values


def _unknown_parameter(key: object, value: object, model: "Model") -> str:
    names = [p.name for p in model.parameters]
    if key == "neutrinos" and "y_nu" in names:
        return (
            "the table [parameters.neutrinos] (y_nu from masses and mixing angles) is not "
            "available yet; give y_nu"
        )
    if key == "model":
        return "model stands under [parameters]; move it above that line"
    if key in INPUTS:
        return f"{key} is a Standard Model input, not a parameter; move it under [inputs]"
    what = "table" if isinstance(value, Mapping) else "parameter"
    return f"unknown {what} {bare(key)} of model {model.name}; {hint(str(key), names)}"


def read_inputs(table: Mapping[str, Any], name: str = "[inputs]") -> dict[str, float]:
    """Standard Model inputs, checked; `name` is what messages call the table."""
    for key in table:
        if key not in INPUTS:
            raise PointError(f"unknown key {bare(key)} in {name}; {hint(str(key), INPUTS)}")
    wanted = "a number above 0"
    values = {key: real(f"{key} in {name}", given, wanted) for key, given in table.items()}
    for key, x in values.items():
        if x <= 0:
            raise PointError(f"{key} in {name} is {x!r}, expected {wanted}")
    return values


def _check_limit(limit: "Limit", values: Mapping[str, Value]) -> None:
    if limit.names <= values.keys() and not limit.holds(values).all():
        low, high = limit.interval
        for generation, x in enumerate(np.broadcast_to(limit.sum(values), 3).tolist(), 1):
            if not low < x <= high:
                raise PointError(
                    f"{limit.about} is {x!r} for generation {generation}, "
                    f"expected a number in ({low:g}, {high:g}]; change {limit.terms[-1][0]}"
                )

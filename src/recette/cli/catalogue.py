"""What `recette models` prints."""

from difflib import get_close_matches

from rich.console import RenderableType
from rich.text import Text

from recette.core.charges import absent_operators
from recette.core.model import Model, Parameter
from recette.errors import ModelError
from recette.models.ladder import MODELS
from recette.report import render, table


def text(name: str = "", *, width: int | None = None, colour: bool = False) -> str:
    """All models in short, or one in full."""
    if not name:
        parts = [_overview(), Text("'recette models NAME' shows parameters, fields and operators.")]
        return render(parts, width=width, colour=colour)
    by_name = {m.name: m for m in MODELS}
    if name not in by_name:
        near = get_close_matches(name, by_name, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ModelError(f"unknown model {name!r}, expected one of {', '.join(by_name)}{hint}")
    return render(_model(by_name[name]), width=width, colour=colour)


def _overview() -> RenderableType:
    made = table("Models", "model", "what it is", "parameters without a default")
    for model in MODELS:
        needed = [_with_alternative(p, model) for p in model.parameters if _required(p)]
        made.add_row(Text(model.name), Text(model.about), Text(", ".join(needed)))
    return made


def _model(model: Model) -> list[RenderableType]:
    absent = ", ".join(absent_operators(model.lagrangian))
    return [
        Text(f"{model.name}: {model.about}", style="bold"),
        _parameters(model),
        _fields(model),
        _operators(model),
        Text(f"\nAllowed but absent (set to zero by hand): {absent or 'nothing'}"),
    ]


def _parameters(model: Model) -> RenderableType:
    made = table("Parameters", "name", "unit", "shape", "default", "meaning")
    for p in model.parameters:
        made.add_row(
            Text(p.name),
            Text(p.unit),
            Text("number" if p.kind == "scalar" else "number, 3 or 3x3"),
            Text(_default(p, model)),
            Text(p.about + _range(p)),
        )
    return made


def _fields(model: Model) -> RenderableType:
    columns = ("field", "spin", "SU(3)", "SU(2)", "Y", "Q_BL", "generations")
    made = table("Fields", *columns, numbers=range(2, 7))
    for f in model.lagrangian.fields:
        numbers = (f.su3, f.su2, f.Y, f.Q_BL, f.generations)
        made.add_row(Text(f.name), Text(f.spin), *(Text(str(x)) for x in numbers))
    return made


def _operators(model: Model) -> RenderableType:
    made = table("Operators", "coupling", "operator")
    for operator in model.lagrangian.operators:
        made.add_row(Text(operator.coupling), Text(operator.text))
    return made


def _required(p: Parameter) -> bool:
    return p.default is None and not p.optional and p.instead_of is None


def _with_alternative(p: Parameter, model: Model) -> str:
    others = [q.name for q in model.parameters if q.instead_of == p.name]
    return " or ".join([p.name, *others])


def _default(p: Parameter, model: Model) -> str:
    if p.instead_of:
        return f"or {p.instead_of}"
    if p.default is not None:
        return f"{p.default:g}"
    if p.optional:
        return "none"
    return _with_alternative(p, model).replace(p.name, "required")


def _range(p: Parameter) -> str:
    if p.interval:
        return f"; in ({p.interval[0]:g}, {p.interval[1]:g}]"
    return "; above 0" if p.positive else "; not 0" if p.nonzero else ""

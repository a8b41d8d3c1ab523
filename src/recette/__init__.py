"""recette: light new bosons, the ATOMKI anomalies and the lepton magnetic moments.

    import recette as rc
    print(rc.check("exact"))

Importing reads no file and loads no numerics; the functions load them when first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recette.api import check, gradient_batch, predict, predict_batch
    from recette.models.ladder import MODELS
    from recette.observables import OBSERVABLES

__all__ = ["MODELS", "OBSERVABLES", "check", "gradient_batch", "predict", "predict_batch"]

_HOME = {
    "check": "recette.api",
    "gradient_batch": "recette.api",
    "predict": "recette.api",
    "predict_batch": "recette.api",
    "MODELS": "recette.models.ladder",
    "OBSERVABLES": "recette.observables",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("recette")
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'recette' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])

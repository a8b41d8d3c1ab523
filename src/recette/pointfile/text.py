"""From a preset, a file or standard input to the tables that it holds."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from recette import _toml
from recette.errors import PointError, StoreError
from recette.pointfile.words import nearest

_PRESETS = files("recette") / "data" / "presets"


def presets() -> tuple[str, ...]:
    """Names of the points that come with the package."""
    return tuple(sorted(f.name[:-5] for f in _PRESETS.iterdir() if f.name.endswith(".toml")))


def load(source: str | Path) -> dict[str, Any]:
    """Read TOML; the name of a preset goes before a file of that name (write `./exact` for it)."""
    try:
        return _toml.parse(_read(source))
    except _toml.NoTomlError as error:
        raise PointError(str(error)) from None


def _read(source: str | Path) -> bytes:
    if source in presets():
        return (_PRESETS / f"{source}.toml").read_bytes()
    try:
        return _toml.read_standard_input() if source == "-" else _toml.read(source)
    except FileNotFoundError:
        near = nearest(str(source), presets())
        known = f"did you mean the preset {near}?" if near else f"presets: {', '.join(presets())}"
        raise PointError(f"no such file and no preset of that name; {known}") from None
    except IsADirectoryError:
        raise PointError("it is a folder, expected the path of a TOML file") from None
    except PermissionError:
        raise StoreError("it may not be read; change its permissions") from None
    except _toml.NoTomlError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise PointError(f"it cannot be read ({reason}), expected a TOML file") from None

"""From a preset, a file or standard input to the tables that it holds."""

import re
import sys
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from recette.errors import PointError, StoreError
from recette.pointfile.words import nearest, short

MAX_BYTES = 1_000_000
_PRESETS = files("recette") / "data" / "presets"


def presets() -> tuple[str, ...]:
    """Names of the points that come with the package."""
    return tuple(sorted(f.name[:-5] for f in _PRESETS.iterdir() if f.name.endswith(".toml")))


def load(source: str | Path) -> dict[str, Any]:
    """Read TOML; the name of a preset goes before a file of that name (write `./exact` for it)."""
    return _parse(_decode(_read(source)))


def _read(source: str | Path) -> bytes:
    if source in presets():
        return (_PRESETS / f"{source}.toml").read_bytes()
    try:
        if source == "-":
            if sys.stdin is None:
                raise PointError("it is closed, expected a point in TOML")
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with open(source, "rb") as file:  # pipes too: recette check <(...)
                data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        near = nearest(str(source), presets())
        known = f"did you mean the preset {near}?" if near else f"presets: {', '.join(presets())}"
        raise PointError(f"no such file and no preset of that name; {known}") from None
    except IsADirectoryError:
        raise PointError("it is a folder, expected the path of a TOML file") from None
    except PermissionError:
        raise StoreError("it may not be read; change its permissions") from None
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise PointError(f"it cannot be read ({reason}), expected a TOML file") from None
    if len(data) > MAX_BYTES:
        raise PointError(f"more than {MAX_BYTES} bytes, expected a point file of a few lines")
    return data


def _decode(data: bytes) -> str:
    if b"\0" in data:
        raise PointError("found binary data, expected a TOML file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PointError(
            f"line {line} holds the byte 0x{error.object[error.start]:02x}, which is not UTF-8 "
            "text; save the file as UTF-8"
        ) from None


def _parse(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what, _, where = str(error).partition(" (at ")
        found = re.match(r"line (\d+)", where)
        line = int(found[1]) if found else text.rstrip().count("\n") + 1
        written = text.split("\n")[line - 1].strip()
        reason = {"Cannot overwrite a value": "this key stands twice"}.get(what, what)
        raise PointError(f"TOML syntax error in line {line}, {short(written)}: {reason}") from None
    except ValueError:  # Python reads no integer of more than 4300 digits
        raise PointError("an integer has too many digits; write it as 1e10") from None
    except RecursionError:
        raise PointError("lists are nested too deeply, expected 3x3 at most") from None

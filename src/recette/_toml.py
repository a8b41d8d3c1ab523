"""TOML as people give it: read to a bounded size, decoded, parsed, or one clear reason why not."""

import os
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

from recette.errors import quoted

MAX_BYTES = 1_000_000

_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+"""
# tomllib takes the square of the number of parts, hours for a megabyte.
_LONG_KEY = re.compile(rf"(?<![\w\-\"'.])(?:{_PART}){{30}}")


class NoTomlError(ValueError):
    """Why some bytes are no TOML file; whoever reads them knows the name of the file."""


def read(path: str | Path) -> bytes:
    """The bytes of a file or pipe, of `recette check <(...)` for instance.

    Raises:
        OSError, ValueError: it cannot be opened or read (a zero byte in the name: ValueError).
        NoTomlError: it is too long; nothing beyond the limit is read, not even of /dev/zero.
    """
    with open(path, "rb", opener=_open_at_once) as file:
        os.set_blocking(file.fileno(), True)
        return _whole(file.read(MAX_BYTES + 1))


def read_standard_input() -> bytes:
    """The same from standard input."""
    if sys.stdin is None:
        raise NoTomlError("it is closed, expected a point in TOML")
    return _whole(sys.stdin.buffer.read(MAX_BYTES + 1))


def parse(data: bytes) -> dict[str, Any]:
    """The tables in the bytes of a file, with or without a byte order mark."""
    text = _decode(data)
    if _LONG_KEY.search(text):
        raise NoTomlError("a key has more than 30 parts (a.b.c...), expected two at most")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NoTomlError(_syntax(text, str(error))) from None
    except ValueError:  # Python reads no integer of more than 4300 digits
        raise NoTomlError("an integer has too many digits; write it as 1e10") from None
    except RecursionError:
        raise NoTomlError("lists are nested too deeply, expected 3x3 at most") from None


def _open_at_once(path: str, flags: int) -> int:
    """Without waiting for somebody to write into a named pipe: without a writer it is empty."""
    return os.open(path, flags | os.O_NONBLOCK)


def _whole(data: bytes | None) -> bytes:
    if data is not None and len(data) > MAX_BYTES:
        raise NoTomlError(f"more than {MAX_BYTES} bytes, expected a TOML file of a few lines")
    return data or b""


def _decode(data: bytes) -> str:
    if b"\0" in data:
        raise NoTomlError("found binary data, expected a TOML file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NoTomlError(
            f"line {line} holds the byte 0x{error.object[error.start]:02x}, which is not UTF-8 "
            "text; save the file as UTF-8"
        ) from None


def _syntax(text: str, message: str) -> str:
    what, _, where = message.partition(" (at ")
    found = re.match(r"line (\d+)", where)
    line = int(found[1]) if found else text.rstrip().count("\n") + 1
    written = text.split("\n")[line - 1].strip()
    reason = {"Cannot overwrite a value": "this key stands twice"}.get(what, what)
    return f"TOML syntax error in line {line}, {quoted(written)}: {reason}"

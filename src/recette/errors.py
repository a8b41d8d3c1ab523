"""Errors that people meet: what was found, what was expected, what to do next."""

from collections.abc import Mapping

MAX_LENGTH = 2000  # characters of a message: names and values from a file may be longer


class RecetteError(Exception):
    """Base of every error that recette raises on purpose; its text is one clear sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


def one_line(text: str) -> str:
    """Control characters, as names of files and keys may hold them, escaped; the middle cut."""
    if len(text) > MAX_LENGTH:
        text = f"{text[: MAX_LENGTH // 2]} ... {text[-MAX_LENGTH // 2 :]}"
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def quoted(text: str, length: int = 40) -> str:
    """Quoted, on one line, cut when long."""
    return repr(text if len(text) <= length else text[: length - 3] + "...")


def bare(key: object) -> str:
    """A key without quotes, on one line, cut when long."""
    return quoted(str(key))[1:-1] or "''"


def kind(value: object) -> str:
    """A value that is not what was expected: "true", "a list of 2", "the text 'abc'"."""
    if value is None:
        return "None"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, int | float | complex):
        return f"the number {number(value)}"
    return f"the text {quoted(value)}" if isinstance(value, str) else f"a {type(value).__name__}"


def number(x: float | complex) -> str:
    """As it would be written in a point file."""
    try:
        text = repr(x).strip("()")
    except ValueError:  # Python prints no integer of more than 4300 digits
        return "with too many digits"
    return text if len(text) < 60 else f"{text[:20]}..."


class PointError(RecetteError):
    """A parameter point that cannot be read or makes no sense."""


class ModelError(RecetteError):
    """A model that is inconsistent (a charge, an anomaly, an operator) or unknown."""


class RecordError(RecetteError):
    """A measurement record or a vintage that cannot be read or is incomplete."""


class ConfigError(RecetteError):
    """An option of a command or a configuration that makes no sense."""


class StoreError(RecetteError):
    """A file or folder that may not be read or cannot be written."""


class NumericsError(RecetteError):
    """An environment in which the numerics would be wrong (for instance 32-bit floats)."""

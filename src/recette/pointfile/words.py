"""How error messages show what was found."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from recette.errors import quoted


def hint(word: str, options: Iterable[str]) -> str:
    """The nearest option, or all of them."""
    near = nearest(word, options)
    return f"did you mean {near}?" if near else f"expected one of {', '.join(options)}"


def nearest(word: str, options: Iterable[str]) -> str | None:
    by_lower = {o.lower(): o for o in options}
    near = get_close_matches(word.lower(), by_lower, 1)
    return by_lower[near[0]] if near else None


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

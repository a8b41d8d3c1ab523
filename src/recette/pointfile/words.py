"""What was perhaps meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def hint(word: str, options: Iterable[str]) -> str:
    """The nearest option, or all of them."""
    near = nearest(word, options)
    return f"did you mean {near}?" if near else f"expected one of {', '.join(options)}"


def nearest(word: str, options: Iterable[str]) -> str | None:
    by_lower = {o.lower(): o for o in options}
    near = get_close_matches(word.lower(), by_lower, 1)
    return by_lower[near[0]] if near else None

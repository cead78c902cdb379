"""Readers of raw JSON values: each takes anything and returns what it means, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

_MISSING = frozenset({"", "none", "null", "nan", "n/a", "undefined", "nil"})
_LONGEST_MISSING = max(map(len, _MISSING))
_NAME_KEYS = ("name", "title", "term", "label", "value", "literal", "text", "@value", "code", "rendered", "$oid")
_URL_KEYS = ("url", "href", "contentUrl", "src", "link", "@id")
_SPLIT = re.compile(r"[;|,،؛]")
_SPLIT_NAMES = re.compile(r"[;|]")
_WEB = re.compile(r"https?:|//|[^\W_][\w-]*(?:\.[\w-]+)+(?:[/:?]|$)", re.IGNORECASE)
_MAX_ITEMS = 200
_MAX_DEPTH = 4
_EXACT = 2.0**53
"""Beyond it a float is not the number that the producer wrote."""


def missing(value: Any) -> bool:
    """Say whether a value is nothing: null, empty, or a word that producers write for null."""
    if value is None:
        return True
    if isinstance(value, str):
        return (
            not value
            or (len(value) <= _LONGEST_MISSING + 4 and value.strip().casefold() in _MISSING)
            or value.isspace()
        )
    return isinstance(value, (list, dict)) and not value


def string(value: Any, depth: int = 0) -> str | None:
    """Return a string: of a string, a number, an object with a name, or the first of a list."""
    if missing(value) or isinstance(value, bool) or depth > _MAX_DEPTH:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return str(value) if isinstance(value, int) or abs(value) < _EXACT else None
    if isinstance(value, list):
        return next((found for item in value[:_MAX_ITEMS] if (found := string(item, depth + 1))), None)
    return next((found for key in _NAME_KEYS if (found := string(value.get(key), depth + 1))), None)


def wording(value: Any) -> str | None:
    """Return a string as :func:`string`; a bare number is somebody's key, no words."""
    return None if isinstance(value, (int, float)) else string(value)


def prose(value: Any) -> str | None:
    """Return a text: a list of strings is a list of paragraphs."""
    if isinstance(value, list):
        return "\n\n".join(part for item in value if (part := string(item))) or None
    return string(value)


def address(value: Any, depth: int = 0) -> str | None:
    """Return a URL: of a string, an object with one, or the first of a list."""
    if isinstance(value, dict):
        return next((found for key in _URL_KEYS if (found := address(value.get(key), depth + 1))), None)
    if isinstance(value, list) and depth <= _MAX_DEPTH:
        return next((found for item in value[:_MAX_ITEMS] if (found := address(item, depth + 1))), None)
    return value.strip() if isinstance(value, str) and not missing(value) else None


def web_address(value: Any) -> str | None:
    """Return a URL as :func:`address` where it may be one of the web: no path of a site, no URN."""
    found = address(value)
    return found if found and _WEB.match(found) else None


def names(value: Any) -> list[str]:
    """Return people's or things' names, in order, without repeats; ``;`` and ``|`` separate names in one string."""
    return _distinct(part for item in _items(value) for part in _SPLIT_NAMES.split(item))


def words(value: Any) -> list[str]:
    """Return labels such as tags, in order, without repeats; a lone string is split at commas too."""
    if isinstance(value, str):
        return _distinct(_SPLIT.split(value))
    return _distinct(_items(value))


def pictures(value: Any) -> list[tuple[str, str | None]]:
    """Return images as (URL, caption)."""
    found: dict[str, str | None] = {}
    for item in value[:_MAX_ITEMS] if isinstance(value, list) else [value]:
        url = address(item)
        if url and url.startswith(("http://", "https://", "//")):
            about = item if isinstance(item, dict) else {}
            caption = next(
                (text for key in ("caption", "description", "alt") if (text := string(about.get(key)))), None
            )
            found.setdefault(url, caption)
    return list(found.items())


def flag(value: Any) -> bool | None:
    """Return a yes or no, None if it is neither."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(
            value.strip().casefold()
        )
    return None


def whole(value: Any) -> int | None:
    """Return a small whole number, None if it is none."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 10:  # noqa: PLR2004
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9 else None


def moment(value: Any) -> Any:
    """Return what may state a time: a string, a number, a ``struct_time`` list, or the one of these in ``$date``."""
    if isinstance(value, dict):
        value = value.get("$date")  # MongoDB's Extended JSON
        value = value.get("$numberLong") if isinstance(value, dict) else value
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, bool) or missing(value):
        return None
    numbers = isinstance(value, list) and all(isinstance(number, int) for number in value)
    return value if numbers or isinstance(value, (str, int, float)) else None


def embargo(value: Any) -> Any:
    """Return what states the end of an embargo; what cannot be read as a time is there all the same, as itself."""
    return value if moment(value) is None else moment(value)


def _items(value: Any) -> Iterator[str]:
    """Yield the strings that a value holds."""
    for item in value[:_MAX_ITEMS] if isinstance(value, list) else [value]:
        if found := wording(item):
            yield found


def _distinct(found: Iterator[str] | list[str]) -> list[str]:
    """Return the strings without white space around, missing ones and repeats."""
    return list(dict.fromkeys(text.strip() for text in found if not missing(text)))


READERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("url", "canonical"), web_address),
    **dict.fromkeys(("authors", "site_names", "titles"), names),
    **dict.fromkeys(("categories", "tags"), words),
    **dict.fromkeys(("published", "modified"), moment),
    **dict.fromkeys(("byline", "section", "agency", "place"), wording),
    "embargoed": embargo,
    "text": prose,
    "images": pictures,
    "is_paid": flag,
    "urgency": whole,
}
"""How the value of each attribute of Draft is read; :func:`string` where nothing stands here."""

LISTS = frozenset({"published", "titles", "site_names"})
"""Attributes that collect what all their paths hold; the others take the first path that holds something."""

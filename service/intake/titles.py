"""Headlines: the site's name and the section off, by what the record itself says and a small list of outlets.

A colon is never a separator of a site: in ``Trump: we will not allow it`` the speaker stays.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from service.intake.data import load_toml
from service.lang.fold import line_words, words

_SEPARATOR = re.compile(r" (?:[-‐‑‒–—―~·»«›‹/]|::) | ?[|¦｜│‖•●] ?")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_DOTS = ("...", "…", "[…]", "[...]")
_LONGEST_NAME = 8
"""Words; a longer part of a title is a sentence, not a site's name."""
_SHORTEST_INITIALS = 3
_LONGEST_AFFIX = 4


class Site:
    """The names under which a record's source may stand in a title."""

    __slots__ = ("_labels", "_names")

    def __init__(self, names: Iterable[str | None], domain: str | None, host: str | None) -> None:
        tokens = [_name(name) for name in names if name]
        self._names = {name for name in tokens if name}
        self._labels: set[str] = set()
        for address in (domain, host):
            if address:
                self._names.add(line_words(address))
                self._labels.add(address.removeprefix("www.").split(".")[0])
                self._labels.add(address)

    def named_by(self, part: str) -> bool:
        """Say whether ``part`` of a title is this site's name or a well-known outlet's."""
        tokens = line_words(part)
        if not tokens or len(tokens) > _LONGEST_NAME:
            return False
        core = _core(tokens)
        if core in self._names or tokens in _lists().outlets or core in _lists().outlet_cores:
            return True
        return self._is_label(core, part) or self._extends(core) or _has_outlet_head(tokens)

    def is_name(self, title: str) -> bool:
        """Say whether a whole title is nothing but the name or address that the record gives for its source."""
        tokens = line_words(title)
        return _core(tokens) in self._names or tokens in self._names

    def _is_label(self, core: tuple[str, ...], part: str) -> bool:
        """Compare Latin names with the domain: "BBC News" and bbc.co.uk, "New York Times" and nyt.com."""
        joined = "".join(core)
        if part.strip().lower().removeprefix("www.") in self._labels:
            return True
        if not joined.isascii() or not joined:
            return False
        plain = {label.replace("-", "") for label in self._labels}
        initials = "".join(token[0] for token in core)
        return joined in plain or (len(initials) >= _SHORTEST_INITIALS and initials in plain)

    def _extends(self, core: tuple[str, ...]) -> bool:
        """Say whether a known name is there with one more word: an edition or a desk."""
        return any(len(core) == len(name) + 1 and core[: len(name)] == name for name in self._names if len(name) > 1)


class _Lists(NamedTuple):
    outlet_words: frozenset[str]
    outlets: frozenset[tuple[str, ...]]
    outlet_cores: frozenset[tuple[str, ...]]
    sections: frozenset[tuple[str, ...]]
    heads: frozenset[tuple[str, ...]]


@functools.cache
def _lists() -> _Lists:
    data: dict[str, Any] = load_toml("titles.toml")
    outlet_words = frozenset(word for name in data["outlet_words"] for word in words(name))
    outlets = frozenset(tuple(words(name)) for name in data["outlets"])
    cores = (tuple(token for token in name if token not in outlet_words) for name in outlets)
    return _Lists(
        outlet_words,
        outlets,
        frozenset(core for core in cores if len(core) > 1),
        frozenset(tuple(words(name)) for name in data["sections"]),
        frozenset(tuple(words(name)) for name in data["outlet_heads"]),
    )


def _core(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Return a name without the words that outlets add or leave out; the name itself if nothing else is in it."""
    core = tuple(token for token in tokens if token not in _lists().outlet_words)
    return core or tokens


def _name(name: str) -> tuple[str, ...]:
    return _core(line_words(name))


def _has_outlet_head(tokens: tuple[str, ...]) -> bool:
    """Say whether the words open like a newspaper's or a channel's name and are no sentence."""
    most = 5
    return 1 < len(tokens) <= most and any(
        tokens[: len(head)] == head for head in _lists().heads if len(tokens) > len(head)
    )


def clean_title(text: str, site: Site, section: str | None = None) -> str:
    """Return a headline without site name and section; "" if there is nothing but the site's name or an address.

    ``text`` is one line. Inner separators stay as written.
    """
    parts = _split(text)
    own = line_words(section) if section else ()
    first, last = 0, len(parts) - 1
    while last > first and site.named_by(text[slice(*parts[last])]):
        last -= 1
    while last > first and site.named_by(text[slice(*parts[first])]):
        first += 1
    while last > first and _is_section(text[slice(*parts[first])], own):
        first += 1
    if last < len(parts) - 1:  # behind the headline a section stands only in front of a site's name
        while last > first and _is_section(text[slice(*parts[last])], own):
            last -= 1
    title = text[parts[first][0] : parts[last][1]].strip()
    head, colon, rest = title.partition(":")
    if colon and own and rest.strip() and line_words(head) == own:
        title = rest.strip()
    return title if line_words(title) and not site.is_name(title) and not _ADDRESS.fullmatch(title) else ""


def best_title(candidates: list[str], site: Site, section: str | None = None) -> str | None:
    """Return the cleaned form of the first usable candidate; a fuller form replaces one that was cut with dots."""
    cleaned = [title for text in candidates if (title := clean_title(text, site, section))]
    if not cleaned:
        return None
    title = _agreed(cleaned[0], cleaned[1:])
    if title.endswith(_DOTS):
        stem = title.rstrip(".…[] ")
        title = next((other for other in cleaned[1:] if other.startswith(stem) and not other.endswith(_DOTS)), title)
    return title


def _agreed(title: str, others: list[str]) -> str:
    """Return the headline on which the forms agree: where another form is a part of ``title``, the rest is an affix.

    Affixes are as short as names; a longer rest is a part of the headline that the other form leaves out.
    """
    if not others:
        return title
    parts = [title[slice(*bounds)].strip() for bounds in _split(title)]
    if len(parts) > 1:
        for other in others:
            rest = [part for part in parts if part != other]
            if len(rest) < len(parts) and all(len(line_words(part)) <= _LONGEST_AFFIX for part in rest):
                return other
    return title


def has_parts(text: str) -> bool:
    """Say whether a separator stands in a title."""
    return _SEPARATOR.search(text) is not None


def split_title(text: str) -> list[str]:
    """Return the parts of a title between separators."""
    return [text[start:end].strip() for start, end in _split(text)]


def _is_section(part: str, own: tuple[str, ...]) -> bool:
    tokens = line_words(part)
    return bool(tokens) and (tokens == own or tokens in _lists().sections)


def _split(text: str) -> list[tuple[int, int]]:
    """Return the bounds of the parts between separators, empty ones left out."""
    bounds = []
    start = 0
    for found in _SEPARATOR.finditer(text):
        if text[start : found.start()].strip():
            bounds.append((start, found.start()))
        start = found.end()
    if text[start:].strip():
        bounds.append((start, len(text)))
    return bounds or [(0, len(text))]

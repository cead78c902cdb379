"""Pages that are no articles: errors, checks for robots, requests for consent."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any, NamedTuple

from service.intake.data import load_toml
from service.intake.titles import split_title
from service.lang.fold import line_words, words

_LONGEST_PAGE = 250
"""Words; a longer text is an article, whatever its title or its words are."""
_LONGEST_WALL = 80
_LONGEST_UNDER_TITLE = 150
_LONGEST_UNDER_WORD = 25
"""The same for a title of one word, which may be a book's or a film's."""
_CONSENTS = 3
_CONSENTS_UNDER_HEADLINE = 5
"""Different phrases about consent that make a page; an article about cookies has one or two, under a headline."""
_HEADLINE = 4


class _Lists(NamedTuple):
    titles: frozenset[tuple[str, ...]]
    consent: tuple[str, ...]
    walls: tuple[str, ...]


@functools.cache
def _lists() -> _Lists:
    data: dict[str, Any] = load_toml("refusals.toml")
    consent, walls = (tuple(f" {' '.join(words(phrase))} " for phrase in data[name]) for name in ("consent", "walls"))
    return _Lists(frozenset(tuple(words(title)) for title in data["titles"]), consent, walls)


def find_refusal(titles: Iterable[str], text: str | None) -> str | None:
    """Return why a page is no article, None where nothing says so. ``titles`` are the forms of its title."""
    text = text or ""
    count = text.count(" ") + text.count("\n")
    if count > _LONGEST_PAGE:
        return None
    parts = [(part, line_words(part)) for title in titles for part in split_title(title)]
    for part, tokens in parts:
        longest = _LONGEST_UNDER_TITLE if len(tokens) > 1 else _LONGEST_UNDER_WORD
        if tokens in _lists().titles and count <= longest:
            return f"the page is no article but says {part!r}"
    folded = f" {' '.join(words(text))} "
    if count <= _LONGEST_WALL and any(phrase in folded for phrase in _lists().walls):
        return "the page is an error page or a check for robots"
    headline = any(len(tokens) >= _HEADLINE for _, tokens in parts)
    asked = sum(phrase in folded for phrase in _lists().consent)
    if asked >= (_CONSENTS_UNDER_HEADLINE if headline else _CONSENTS):
        return "the page asks for consent"
    return None

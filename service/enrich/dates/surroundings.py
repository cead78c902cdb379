"""The words of a text as the rules about their surroundings see them."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, Protocol

from service.enrich.dates.languages.base import Language
from service.enrich.dates.tokens import split

REMEMBERED = 1 << 13
"""How many words or gaps the rules of surroundings remember their answers for."""
_WIDTH = 8
"""How many characters are looked at first for a word that a side is to have: most often enough, and quickly cut."""
_DECIMAL = frozenset({".", ":"})
_ENDS = frozenset(".!?؟؛;\n")


class Side(NamedTuple):
    """Words to one side of an expression with the nearest of its own, and what stands before each of them."""

    words: list[str]
    gaps: list[str]


class Words(Protocol):
    """The words of a text, where they start and end, and what stands between them."""

    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    gaps: list[str]
    """What stands before each word, and after the last."""


def before(page: Words, first: int, count: int) -> Side:
    """Return the word ``first`` of a page and at least so many of the text before it, or all that there are."""
    text, end = page.text, page.ends[first]
    start = page.starts[first] - _WIDTH * count
    while start > 0:
        parts = split(text[start:end])
        if len(parts) // 2 > count + 1:  # at an edge inside the text a word may be cut off: it is left out
            return Side(parts[3::2], parts[2:-1:2])
        start -= 2 * (end - start)
    parts = split(text[:end])
    return Side(parts[1::2], parts[:-1:2])


def behind(page: Words, last: int, count: int) -> Side:
    """Return the word ``last`` of a page and at least so many of the text behind it, or all that there are."""
    text, start = page.text, page.starts[last]
    end = page.ends[last] + _WIDTH * count
    while end < len(text):
        parts = split(text[start:end])
        if len(parts) // 2 > count + 1:
            return Side(parts[1:-2:2], parts[:-3:2])
        end += 2 * (end - start)
    parts = split(text[start:])
    return Side(parts[1::2], parts[:-1:2])


def ends_sentence(page: Side | Words, at: int) -> bool:
    """Say whether a sentence ends between the word ``at`` and the one before it; neither in 37.63 nor behind a.m."""
    return may_end(page.gaps[at]) and (at == 0 or len(page.words[at - 1]) > 1)


@lru_cache(maxsize=REMEMBERED)
def may_end(between: str) -> bool:
    """Say whether what stands between two words has a mark that ends sentences."""
    return not _ENDS.isdisjoint(between) and between not in _DECIMAL


def among(language: Language, word: str, words: frozenset[str]) -> bool:
    """Say whether a folded word, with or without clitics, is one of these."""
    return word in words or any(rest in words for _, _, rest in language.cuts(word))

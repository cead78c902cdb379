"""The words of a text as the rules about their surroundings see them."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Protocol

from service.enrich.dates.languages.base import Language
from service.enrich.dates.tokens import split

REMEMBERED = 1 << 13
"""How many words or gaps the rules of surroundings remember their answers for."""
_WIDTH = 8
"""How many characters an excerpt takes first for a word that it is to have: most often enough, and quickly cut."""
_DECIMAL = frozenset({".", ":"})
_ENDS = frozenset(".!?؟؛;\n")


class Words(Protocol):
    """The words of a text, where they start and end, and what stands between them."""

    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    gaps: list[str]
    """What stands before each word, and after the last."""


@dataclass(slots=True)
class Excerpt:
    """A part of a text as :class:`Words`; its offsets are those of the text."""

    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    gaps: list[str]


def excerpt(text: str, start: int, end: int, *, back: int, on: int) -> Excerpt:
    """Return text[start:end] with at least so many words before and behind it, or all that there are."""
    first, last = start - _WIDTH * back, end + _WIDTH * on
    while True:
        first, last = max(first, 0), min(last, len(text))
        parts = split(text[first:last])
        # At an edge inside the text a word may be cut off: it is left out.
        cut_first, cut_last = first > 0, last < len(text)
        offsets = [*accumulate(map(len, parts), initial=first)]
        starts = offsets[1 + 2 * cut_first : len(offsets) - 1 - 2 * cut_last : 2]
        enough_before = not cut_first or bisect_left(starts, start) >= back
        enough_behind = not cut_last or len(starts) - bisect_left(starts, end) >= on
        if enough_before and enough_behind:
            parts = parts[2 * cut_first : len(parts) - 2 * cut_last]
            ends = offsets[2 + 2 * cut_first : len(offsets) - 2 * cut_last : 2]
            return Excerpt(text, parts[1::2], starts, ends, parts[0::2])
        first -= 0 if enough_before else 2 * (start - first)
        last += 0 if enough_behind else 2 * (last - end)


def ends_sentence(page: Words, at: int) -> bool:
    """Say whether a sentence ends between the word ``at`` and the one before it; neither in 37.63 nor behind a.m."""
    return may_end(page.gaps[at]) and (at == 0 or len(page.words[at - 1]) > 1)


@lru_cache(maxsize=REMEMBERED)
def may_end(between: str) -> bool:
    """Say whether what stands between two words has a mark that ends sentences."""
    return not _ENDS.isdisjoint(between) and between not in _DECIMAL


def among(language: Language, word: str, words: frozenset[str]) -> bool:
    """Say whether a folded word, with or without clitics, is one of these."""
    return word in words or any(rest in words for _, _, rest in language.cuts(word))

"""The words of a text as the rules about their surroundings see them."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from service.enrich.dates.languages.base import Language

REMEMBERED = 1 << 13
"""How many words or gaps the rules of surroundings remember their answers for."""
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

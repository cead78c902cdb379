"""An Arabic text under analysis: its words, and the listed names of several words in it."""

from __future__ import annotations

from typing import Final, NamedTuple

from service.enrich.entities.arabic_words import Word, words
from service.enrich.entities.lexicon import BARE_HEAD, Known, Lexicon, lexicon
from service.enrich.entities.tokens import Gap, Tokens
from service.wire.closed import EntityType

PER: Final = EntityType.PER
ORG: Final = EntityType.ORG
LOC: Final = EntityType.LOC
MISC: Final = EntityType.MISC

NO_NAME = (
    Known.GRAMMAR | Known.TITLE | Known.OFFICE | Known.SPEECH | Known.PLACE_BEFORE | Known.BODY_HEAD | Known.NAMED_HEAD
)
"""Words that steer the rules: no part of a name by themselves."""
HEADS = BARE_HEAD | Known.PLACE_HEAD | Known.PLACE_CLASS | Known.MISC_HEAD
_QUOTES: Final = frozenset("\"'”’»“")


class Found(NamedTuple):
    """A mention by words: from ``first`` (``cut`` characters of it outside) up to, not with, ``after``."""

    first: int
    cut: int
    after: int
    type: EntityType


class Text:
    """One text under analysis; positions are numbers of words."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.words: list[Word] = [*map(words().__getitem__, tokens.words)]
        self.gaps = tokens.gaps
        self.size = len(self.words)
        self.lexicon: Lexicon = lexicon("ar")

    def joined(self, at: int) -> bool:
        """Tell whether a word exists at a position and a name may run on into it."""
        return at < self.size and Gap.BREAK < self.gaps[at] < Gap.QUOTE

    def phrase(self, at: int) -> Found | None:
        """Return the longest listed name of several words that begins at a position."""
        if not self.joined(at + 1):
            return None
        gaps, phrases, openings = self.gaps, self.lexicon.phrases, self.lexicon.openings
        second = self.words[at + 1].whole
        for cut, key, longest in self.words[at].phrases:
            if f"{key} {second}" not in openings:
                continue
            last = at + 1
            while last < self.size and last - at < longest and Gap.BREAK < gaps[last] < Gap.QUOTE:
                last += 1
            parts = [key, *(word.whole for word in self.words[at + 1 : last])]
            for count in range(len(parts), 1, -1):
                kind = phrases.get(" ".join(parts[:count]))
                if kind:
                    return Found(at, cut, at + count, kind)
        return None

    def behind_preposition(self, at: int) -> bool:
        """Tell whether a preposition or class word of places stands before a word (في مالي)."""
        return at > 0 and self.joined(at) and bool(self.words[at - 1].known & Known.PLACE_BEFORE)

    def quoted_after(self, at: int) -> int:
        """Return the position behind a quotation of at most four words whose first word stands at ``at``."""
        text, ends, starts = self.tokens.text, self.tokens.ends, self.tokens.starts
        for last in range(at, min(at + 4, self.size)):
            following = text[ends[last] : starts[last + 1] if last + 1 < self.size else ends[last] + 2]
            if following[:1] and following.lstrip()[:1] in _QUOTES:
                return last + 1
            if not self.joined(last + 1):
                break
        return at

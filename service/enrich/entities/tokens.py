"""Words of a text with exact offsets, and what stands between two words. Linear in the text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from service.enrich.places.fold import MARKS
from service.wire.closed import EntityType


class EntityMention(NamedTuple):
    """One mention: ``text`` is the tagged text's slice ``[start:end]``, in code points."""

    start: int
    end: int
    text: str
    type: EntityType


class Gap:
    """What stands before a word: plain ints in an order, because a name runs on where BREAK < gap < QUOTE.

    START, COMMA and COLON are breaks told apart: a sentence or line begins, a comma, a colon.
    """

    BREAK: Final = 0
    SPACE: Final = 1
    HYPHEN: Final = 2
    INITIAL: Final = 3
    QUOTE: Final = 4
    BRACKET: Final = 5
    START: Final = 6
    COMMA: Final = 7
    COLON: Final = 8


_GAPS: dict[str, int] = {
    " ": Gap.SPACE,
    "\u00a0": Gap.SPACE,
    "  ": Gap.SPACE,
    "-": Gap.HYPHEN,
    "\u2010": Gap.HYPHEN,
    "–": Gap.HYPHEN,
}
_GAPS |= {f" {quote}": Gap.QUOTE for quote in "\"'“”‘«„`"} | {' ""': Gap.QUOTE, " ''": Gap.QUOTE, ' " ': Gap.QUOTE}
_GAPS |= {" (": Gap.BRACKET, "(": Gap.BRACKET, " ( ": Gap.BRACKET}
_GAPS |= dict.fromkeys((". ", ".", " . "), Gap.INITIAL)
_COARSE = [gap if gap < Gap.START else Gap.BREAK for gap in range(Gap.COLON + 1)]
JOINED: Final = tuple(Gap.BREAK < gap < Gap.QUOTE for gap in range(Gap.COLON + 1))
"""Whether a name may run on over a kind of gap."""
_ARABIC = re.compile(rf"(\w[\w{MARKS}]*)")
_LATIN = re.compile(r"((?:[^\W\d_]\.){2,}|\w+(?:['’&.]\w+)*|&)")
_BETWEEN: Final = 8
"""What is longer than this between two words is more than a comma."""
_SENTENCE_ENDS = frozenset("\n.!?؟…")


class Tokens(NamedTuple):
    """The words of a text, position by position.

    ``gaps`` tells what stands before a word as :class:`Gap`, ``breaks`` the same with the kinds of break told apart.
    """

    text: str
    starts: list[int]
    ends: list[int]
    words: list[str]
    gaps: list[int]
    breaks: list[int]


class _Breaks(dict[str, int]):
    """What stands between two words, by the characters there; kept, since a text has few different ones."""

    def __missing__(self, between: str) -> int:
        gap = _GAPS.get(between, Gap.BREAK)
        if gap == Gap.BREAK:
            if len(between) > _BETWEEN or not _SENTENCE_ENDS.isdisjoint(between):
                gap = Gap.START
            elif ":" in between:
                gap = Gap.COLON
            elif "," in between or "،" in between:
                gap = Gap.COMMA
        if len(between) <= _BETWEEN:
            if len(self) >= _KEPT:
                self.clear()
            self[between] = gap
        return gap


_KEPT: Final = 4_000
_breaks = _Breaks()


def tokenise(text: str, *, latin: bool = False) -> Tokens:
    """Split a text into words. ``latin`` keeps apostrophes and points inside words (``O'Neill``, ``U.N.``)."""
    parts = (_LATIN if latin else _ARABIC).split(text)
    places = [*itertools.accumulate(map(len, parts))]
    words = parts[1::2]
    if not words:
        return Tokens(text, [], [], [], [], [])
    breaks = [*map(_breaks.__getitem__, parts[:-1:2])]
    breaks[0] = Gap.START
    for at in _all(breaks, Gap.INITIAL):
        if len(words[at - 1]) > 2:  # noqa: PLR2004 - no initial
            breaks[at] = Gap.START
    return Tokens(text, places[:-1:2], places[1::2], words, [*map(_COARSE.__getitem__, breaks)], breaks)


def _all(breaks: list[int], kind: int) -> Iterator[int]:
    """Yield the positions of a kind of break, which may be changed meanwhile."""
    at = -1
    for _ in range(breaks.count(kind)):
        at = breaks.index(kind, at + 1)
        yield at

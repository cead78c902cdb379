"""Words of a text with exact offsets, and what stands between two words. Linear in the text."""

from __future__ import annotations

import re
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
    """What stands before a word: plain ints in an order, because a name runs on where BREAK < gap < QUOTE."""

    BREAK: Final = 0
    SPACE: Final = 1
    HYPHEN: Final = 2
    INITIAL: Final = 3
    QUOTE: Final = 4
    BRACKET: Final = 5


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
_INITIAL_GAPS = frozenset({". ", ".", " . "})
_ARABIC = re.compile(rf"\w[\w{MARKS}]*")
_LATIN = re.compile(r"(?:[^\W\d_]\.){2,}|\w+(?:['’&.]\w+)*|&")


class Tokens(NamedTuple):
    """The words of a text, position by position."""

    text: str
    starts: list[int]
    ends: list[int]
    words: list[str]
    gaps: list[int]


def tokenise(text: str, *, latin: bool = False) -> Tokens:
    """Split a text into words. ``latin`` keeps apostrophes and points inside words (``O'Neill``, ``U.N.``)."""
    starts: list[int] = []
    ends: list[int] = []
    words: list[str] = []
    gaps: list[int] = []
    end = 0
    get = _GAPS.get
    for match in (_LATIN if latin else _ARABIC).finditer(text):
        start, stop = match.span()
        word = match.group()
        gap = Gap.BREAK
        if start - end <= 3 and words:  # noqa: PLR2004 - no known gap is longer
            between = text[end:start]
            gap = get(between, Gap.BREAK)
            if not gap and between in _INITIAL_GAPS and len(words[-1]) <= 2:  # noqa: PLR2004 - an initial
                gap = Gap.INITIAL
        starts.append(start)
        ends.append(stop)
        words.append(word)
        gaps.append(gap)
        end = stop
    return Tokens(text, starts, ends, words, gaps)

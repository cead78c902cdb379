"""What the statistical tagger sees of a text, the same in training and in use.

Every feature is of one word type (:mod:`service.enrich.entities.word_features`), or of the gap, the rules' tag or the
coarse class of neighbouring positions. That is what lets :mod:`service.enrich.entities.model` keep a word's scores and
add them up by table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from service.enrich.entities.tokens import Gap
from service.enrich.entities.word_features import Seen
from service.wire.closed import EntityType

TYPES: Final = (EntityType.PER, EntityType.ORG, EntityType.LOC, EntityType.MISC)
LABELS: Final = ("O", *(f"{part}-{kind.value}" for kind in TYPES for part in "BI"))
"""The tags of the tagger: outside, and begin and inside of each type. Begin is odd, inside the even number after it."""

GAPS: Final = Gap.COLON + 1
"""How many kinds of :class:`Gap` there are."""


class Span(NamedTuple):
    """A name by words: from ``first`` up to, not with, ``after``."""

    first: int
    after: int
    type: EntityType


class Reading(NamedTuple):
    """A text for the model, word by word.

    ``words`` are the keys of its word types, ``gaps`` what stands before each word (:class:`Gap`), ``joined``
    whether a name may run on into the word, ``tags`` what the rules found (numbers of :data:`LABELS`), ``chains`` what
    a head noun before the word and the words between make of it (empty where nothing is). ``sport`` tells whether the
    text is about sport, where names of cities are often those of clubs.
    """

    words: Sequence[str]
    gaps: Sequence[int]
    joined: Sequence[bool]
    tags: Sequence[int]
    chains: Sequence[str]
    sport: bool


@dataclass(frozen=True, slots=True)
class Analysis:
    """A text as a language's rules leave it for the model.

    ``see`` gives the features of word types, ``cut`` how many characters of the word at a position are clitics
    outside a name that begins there, ``settle`` the names as the guidelines bound them where rules are surer than the
    model; ``starts`` and ``ends`` are the words' offsets in ``text``.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    reading: Reading
    see: Callable[[Sequence[str]], Seen]
    cut: Callable[[int], int]
    settle: Callable[[list[Span]], list[Span]]


_LEAST_HITS = 3
_LEAST_SHARE = 100


def about(topic: frozenset[str], words: Sequence[str]) -> bool:
    """Tell whether a text of folded words is about a topic: three of its words, and one in a hundred of all."""
    hits = sum(map(topic.__contains__, words))
    return hits >= _LEAST_HITS and hits * _LEAST_SHARE >= len(words)


_BEGIN = {kind: 1 + 2 * at for at, kind in enumerate(TYPES)}


def rule_tags(spans: Sequence[tuple[int, int, EntityType]], size: int) -> list[int]:
    """Return the rules' findings as numbers of :data:`LABELS`, word by word."""
    tags = [0] * size
    for first, after, kind in spans:
        begin = _BEGIN[kind]
        tags[first] = begin
        if after > first + 1:
            tags[first + 1 : after] = [begin + 1] * (after - first - 1)
    return tags

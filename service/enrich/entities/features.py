"""What the statistical tagger sees of a word: plain strings, the same in training and in use.

Every feature is of one word type, or of the gap, the rules' tag or the coarse class of neighbouring positions. That is
what lets :mod:`service.enrich.entities.model` keep a word's scores and add them up by table.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, NamedTuple

from service.enrich.entities.arabic_words import Word
from service.enrich.entities.clusters import Clusters, clusters
from service.enrich.entities.lexicon import Known
from service.enrich.entities.spelling import Spelled, Spelling, spelling
from service.enrich.entities.tokens import Gap
from service.wire.closed import EntityType

TYPES: Final = (EntityType.PER, EntityType.ORG, EntityType.LOC, EntityType.MISC)
LABELS: Final = ("O", *(f"{part}-{kind.value}" for kind in TYPES for part in "BI"))
"""The tags of the tagger: outside, and begin and inside of each type. Begin is odd, inside the even number after it."""

GAPS: Final = Gap.COLON + 1
"""How many kinds of :class:`Gap` there are."""


class Seen(NamedTuple):
    """Features of a word type: at its own place, one word away, two words away; its coarse class and its stem.

    ``body`` tells whether the lists have it as the name of a body, perhaps among other things.

    What counts away from the word counts at its own place too: ``here`` holds ``beside``, which holds ``near``.
    """

    here: list[str]
    beside: list[str]
    near: list[str]
    kind: str
    stem: str
    body: bool


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
    see: Callable[[Sequence[str]], list[Seen]]
    cut: Callable[[int], int]
    settle: Callable[[list[Span]], list[Span]]


_COMBINATIONS = 4_000
"""More combinations of what lists know of a word than there are in ours."""
_BITS = [(1 << bit, str(bit)) for bit in range(31)]
_KINDS = (
    (Known.TITLE, "t"),
    (Known.OFFICE, "o"),
    (Known.SPEECH, "s"),
    (Known.NISBA_HEAD | Known.ADJECTIVE_HEAD, "a"),
    (Known.BODY_HEAD | Known.PARTY_HEAD | Known.NAMED_HEAD, "b"),
    (Known.PLACE_HEAD, "h"),
    (Known.PLACE_CLASS, "c"),
    (Known.MISC_HEAD, "m"),
    (Known.LINK, "l"),
    (Known.GRAMMAR, "g"),
    (Known.NISBA, "n"),
    (Known.COUNTRY, "C"),
    (Known.PLACE | Known.LISTED, "L"),
    (Known.BODY, "O"),
    (Known.MISC, "M"),
    (Known.WORD, "w"),
    (Known.GIVEN, "P"),
    (Known.FAMOUS | Known.PERSON, "F"),
    (Known.SURNAME, "S"),
    (Known.GIVEN_RARE | Known.SURNAME_RARE, "r"),
    (Known.PLACE_RARE, "q"),
)


@functools.lru_cache(_COMBINATIONS)
def _flags(known: int) -> list[str]:
    return [f"g{name}" for bit, name in _BITS if known & bit] + [f"G{known}"]


@functools.lru_cache(_COMBINATIONS)
def _kind(known: int) -> str:
    return next((kind for bits, kind in _KINDS if known & bits), "")


_BODIES = Known.BODY | Known.SHORT
_CLITIC_LETTERS = frozenset("وفبلك")


@functools.cache
def _common(language: str) -> frozenset[str]:
    return frozenset(
        files("service.enrich.entities").joinpath(f"data/{language}/common.txt").read_text(encoding="utf-8").split()
    )


def is_common(language: str, key: str) -> bool:
    """Tell whether a folded word is an ordinary one by the list of them."""
    return key in _common(language)


def _spelled_kind(spelled: Spelled) -> str:
    """Return the likeliest class of a word that no list knows, and whether it is sure."""
    return spelled.likeliest.lower() + ("+" if spelled.sure else "-")


class _Features(dict[str, tuple[str, ...]]):
    """Features of the first or last letters of words, made when they are asked for and kept.

    Words share them: the same strings again are found faster in the model's table than equal new ones.
    """

    def __init__(self, make: Callable[[str], tuple[str, ...]]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, letters: str) -> tuple[str, ...]:
        if len(self) >= _KEPT:
            self.clear()
        made = self[letters] = self._make(letters)
        return made


_KEPT = 50_000
_LENGTHS = [f"l{size}" for size in range(9)]
_BEGINNINGS = _Features(lambda letters: (f"p{letters[:2]}", f"P{letters}"))
_ARABIC_ENDS = _Features(lambda letters: (f"X{letters}", f"y{letters[-1:]}"))
_ARABIC_OPENINGS = _Features(lambda letters: (f"f{letters[:1]}", f"F{letters}"))
_ENGLISH_ENDS = _Features(lambda letters: (f"X{letters[-2:]}", f"y{letters}"))
_ORDINARY = frozenset("wg")
"""Coarse classes of ordinary words and words of grammar: there the word's largest cluster says more."""
_NO_KIN = ("",)
_NO_LETTERS = Seen(["d"], ["d"], ["d"], "d", "0", body=False)


def arabic_words(found: Sequence[Word]) -> list[Seen]:
    """Return the features of Arabic word types."""
    judged = spelling("ar")
    judged.learn([*(word.key for word in found), *(word.whole[1:] for word in found if _may_have_clitic(word))])
    common, alike = _common("ar"), clusters("ar")
    return [_arabic_word(word, judged, common, alike) for word in found]


def _may_have_clitic(word: Word) -> bool:
    """Tell whether an unknown word may be a clitic and a name."""
    return not word.known and word.whole[:1] in _CLITIC_LETTERS and len(word.whole) > 4  # noqa: PLR2004


@functools.lru_cache(_COMBINATIONS)
def _marked(mark: str, features: tuple[str, ...]) -> list[str]:
    """Return what letters say with a mark of which letters: the word's (s), or those behind its first (z)."""
    return [mark + name for name in features]


def _arabic_word(word: Word, judged: Spelling, common: frozenset[str], alike_of: Clusters) -> Seen:
    whole, key, known = word.whole, word.key, word.known
    if not known and not whole[:1].isalpha():
        return _NO_LETTERS
    bare = key[2:] if word.definite else key
    clitic = whole[: len(whole) - len(key)] if word.cut else ""
    shape = "x" if whole.isascii() else "f" if word.foreign else "D" if word.definite else "a"
    flags, spelled = _flags(known), judged[key]
    kind = _kind(known) or (shape + _spelled_kind(spelled) if shape != "x" else shape)
    letters = _marked("s", spelled.features)
    if _may_have_clitic(word):
        letters = [*letters, *_marked("z", judged[whole[1:]].features)]
    if whole in common or key in common:
        letters = [*letters, "o"]
    kin, *alike = alike_of(key) or alike_of(whole) or alike_of(bare) or _NO_KIN
    if kin and (kind in _ORDINARY or (not known and letters[-1] == "o")):
        kind = kin
    beside = [f"w{whole}", f"k{bare}", f"c{clitic}", f"h{shape}", f"x{bare[-2:]}", *flags, *letters, *alike[:2]]
    here = [
        *beside,
        *alike[2:],
        *_ARABIC_ENDS[bare[-3:]],
        *_BEGINNINGS[bare[:3]],
        _LENGTHS[min(len(bare), 8)],
        *_ARABIC_OPENINGS[whole[:2]],
    ]
    return Seen(here, beside, [f"k{bare}", flags[-1], *alike[:1]], kind, bare, bool(known & _BODIES))


def english_words(found: Sequence[tuple[str, str, int]]) -> list[Seen]:
    """Return the features of English word types: as written without 's, folded, and what the lists know of it."""
    judged = spelling("en")
    judged.learn(key for _, key, _ in found)
    common, alike = _common("en"), clusters("en")
    return [_english_word(*word, judged, common, alike) for word in found]


def _english_word(
    bare: str, key: str, known: int, judged: Spelling, common: frozenset[str], alike_of: Clusters
) -> Seen:
    if not known and not bare[:1].isalpha():
        return _NO_LETTERS._replace(kind="&") if bare == "&" else _NO_LETTERS
    capital = "X" if bare[:1].isupper() else "x"
    if len(bare) > 1 and bare.isupper():
        capital = "A"
    elif capital == "X" and not bare[1:].islower() and len(bare) > 1:
        capital = "M"
    spelled = judged[key]
    kind = capital + (_kind(known) or _spelled_kind(spelled))
    letters = _marked("s", spelled.features)
    if key in common:
        letters = [*letters, "o"]
    alike = alike_of(key)[1:]
    beside = [f"k{key}", f"h{capital}", f"x{key[-3:]}", *_flags(known), f"H{kind}", *letters, *alike[:2]]
    here = [
        *beside,
        *alike[2:],
        f"w{bare}",
        *_ENGLISH_ENDS[key[-4:]],
        *_BEGINNINGS[key[:3]],
        _LENGTHS[min(len(key), 8)],
    ]
    return Seen(here, beside, [f"k{key}", f"H{kind}", *alike[:1]], kind, key, bool(known & _BODIES))


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

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
from service.enrich.entities.lexicon import Known
from service.enrich.entities.spelling import spelling
from service.enrich.entities.tokens import Gap, Tokens
from service.wire.closed import EntityType

TYPES: Final = (EntityType.PER, EntityType.ORG, EntityType.LOC, EntityType.MISC)
LABELS: Final = ("O", *(f"{part}-{kind.value}" for kind in TYPES for part in "BI"))
"""The tags of the tagger: outside, and begin and inside of each type. Begin is odd, inside the even number after it."""

START: Final = 6
COMMA: Final = 7
COLON: Final = 8
GAPS: Final = 9
"""What stands before a word: :class:`Gap`, and three kinds of break."""

_SENTENCE_ENDS = frozenset("\n.!?؟…")


class Seen(NamedTuple):
    """Features of a word type: at its own place, one word away, two words away; its coarse class and its stem."""

    here: list[str]
    beside: list[str]
    near: list[str]
    kind: str
    stem: str


class Span(NamedTuple):
    """A name by words: from ``first`` up to, not with, ``after``."""

    first: int
    after: int
    type: EntityType


class Reading(NamedTuple):
    """A text for the model, word by word.

    ``words`` are the keys of its word types, ``gaps`` what stands before each word (:func:`gaps_before`), ``joined``
    whether a name may run on into the word, ``tags`` what the rules found (numbers of :data:`LABELS`), ``chains`` what
    a head noun before the word and the words between make of it (empty where nothing is).
    """

    words: Sequence[str]
    gaps: Sequence[int]
    joined: Sequence[bool]
    tags: Sequence[int]
    chains: Sequence[str]


@dataclass(frozen=True, slots=True)
class Analysis:
    """A text as a language's rules leave it for the model.

    ``see`` gives the features of a word type, ``cut`` how many characters of the word at a position are clitics
    outside a name that begins there; ``starts`` and ``ends`` are the words' offsets in ``text``.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    reading: Reading
    see: Callable[[str], Seen]
    cut: Callable[[int], int]


_BITS = [(1 << bit, str(bit)) for bit in range(30)]
_FLAGS: dict[int, list[str]] = {}
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


def _flags(known: int) -> list[str]:
    flags = _FLAGS.get(known)
    if flags is None:
        flags = _FLAGS[known] = [f"g{name}" for bit, name in _BITS if known & bit] + [f"G{known}"]
    return flags


def _kind(known: int) -> str:
    return next((kind for bits, kind in _KINDS if known & bits), "")


_CLITIC_LETTERS = frozenset("وفبلك")
_LIKELY = 0.8


def _spelled(language: str, word: str, mark: str) -> list[str]:
    return [mark + name for name in spelling(language).features(word)]


@functools.cache
def _common(language: str) -> frozenset[str]:
    return frozenset(
        files("service.enrich.entities").joinpath(f"data/{language}/common.txt").read_text(encoding="utf-8").split()
    )


def _spelled_kind(language: str, word: str) -> str:
    """Return the likeliest class of a word that no list knows, and whether it is sure."""
    shares = spelling(language).shares(word)
    best = max(shares)
    return "PLW"[shares.index(best)].lower() + ("+" if best > _LIKELY else "-")


def arabic_word(word: Word) -> Seen:
    """Return the features of an Arabic word type."""
    whole, key, known = word.whole, word.key, word.known
    if not known and not whole[:1].isalpha():
        return Seen(["d"], ["d"], ["d"], "d", "0")
    bare = key[2:] if word.definite else key
    clitic = whole[: len(whole) - len(key)] if word.cut else ""
    shape = "x" if whole.isascii() else "f" if word.foreign else "D" if word.definite else "a"
    kind = _kind(known) or (shape + _spelled_kind("ar", key) if shape != "x" else shape)
    flags = _flags(known)
    letters = _spelled("ar", key, "s")
    if not known and whole[:1] in _CLITIC_LETTERS and len(whole) > 4:  # noqa: PLR2004 - a clitic and a name
        letters += _spelled("ar", whole[1:], "z")
    if whole in _common("ar") or key in _common("ar"):
        letters.append("o")
    beside = [f"w{whole}", f"k{bare}", f"c{clitic}", f"h{shape}", f"x{bare[-2:]}", *flags, *letters]
    here = [
        *beside,
        f"X{bare[-3:]}",
        f"y{bare[-1:]}",
        f"p{bare[:2]}",
        f"P{bare[:3]}",
        f"l{min(len(bare), 8)}",
        f"f{whole[:1]}",
        f"F{whole[:2]}",
    ]
    return Seen(here, beside, [f"k{bare}", flags[-1]], kind, bare)


def english_word(bare: str, key: str, known: int) -> Seen:
    """Return the features of an English word type: ``bare`` as written without 's, ``key`` folded."""
    if not known and not bare[:1].isalpha():
        return Seen(["d"], ["d"], ["d"], "&" if bare == "&" else "d", "0")
    capital = "X" if bare[:1].isupper() else "x"
    if len(bare) > 1 and bare.isupper():
        capital = "A"
    elif capital == "X" and not bare[1:].islower() and len(bare) > 1:
        capital = "M"
    kind = capital + (_kind(known) or _spelled_kind("en", key))
    flags = _flags(known)
    letters = _spelled("en", key, "s")
    if key in _common("en"):
        letters.append("o")
    beside = [f"k{key}", f"h{capital}", f"x{key[-3:]}", *flags, f"H{kind}", *letters]
    here = [
        *beside,
        f"w{bare}",
        f"X{key[-2:]}",
        f"y{key[-4:]}",
        f"p{key[:2]}",
        f"P{key[:3]}",
        f"l{min(len(key), 8)}",
    ]
    return Seen(here, beside, [f"k{key}", f"H{kind}"], kind, key)


def gaps_before(tokens: Tokens) -> list[int]:
    """Return what stands before each word, breaks told apart (START, COMMA, COLON)."""
    text, ends, starts = tokens.text, tokens.ends, tokens.starts
    found = list(tokens.gaps)
    for at, gap in enumerate(found):
        if gap == Gap.BREAK:
            between = text[ends[at - 1] : starts[at]] if at else "\n"
            if len(between) > 8 or not _SENTENCE_ENDS.isdisjoint(between):  # noqa: PLR2004 - more is no comma
                found[at] = START
            elif ":" in between:
                found[at] = COLON
            elif "," in between or "،" in between:
                found[at] = COMMA
    return found


def rule_tags(spans: Sequence[tuple[int, int, EntityType]], size: int) -> list[int]:
    """Return the rules' findings as numbers of :data:`LABELS`, word by word."""
    tags = [0] * size
    for first, after, kind in spans:
        begin = 1 + 2 * TYPES.index(kind)
        tags[first] = begin
        tags[first + 1 : after] = [begin + 1] * (after - first - 1)
    return tags

"""What the statistical tagger sees of a word, in columns: training spells it out, the model sums it up by value."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Final, NamedTuple

from service.enrich.entities.arabic_words import Word
from service.enrich.entities.clusters import NOT_MET, Usage, usage
from service.enrich.entities.lexicon import Known
from service.enrich.entities.spelling import COMBINED, Spelling, spelling

HERE: Final = 0
BESIDE: Final = 1
NEAR: Final = 2
"""How far a feature counts: at its own word, to one word away, to two words away."""


class Column(NamedTuple):
    """One thing that is seen of every word: ``of`` gives the features of a value, each with how far it counts.

    ``prefix`` is set where the only feature is a prefix of one letter and the value itself.
    """

    of: Callable[[Any], Sequence[tuple[int, str]]]
    prefix: str = ""


class Seen(NamedTuple):
    """A word type: its value in each column (None: no feature of it), its coarse class and its stem.

    ``body`` tells whether the lists have it as the name of a body, perhaps among other things.
    """

    values: tuple[Hashable, ...]
    kind: str
    stem: str
    body: bool


def spelled_out(columns: Sequence[Column], seen: Seen, reach: int) -> list[str]:
    """Return the features of a word that count at least so far away."""
    return [
        name
        for column, value in zip(columns, seen.values, strict=True)
        if value is not None
        for far, name in column.of(value)
        if far >= reach
    ]


def _text(prefix: str, reach: int = HERE) -> Column:
    """Return a column whose values are the features' own texts."""
    return Column(lambda value: [(reach, prefix + value)], prefix)


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


def _known(reach: int) -> Column:
    """Return the column of what the lists know: each of it, and (``reach``) all together."""
    return Column(lambda known: [(BESIDE, f"g{bit}") for flag, bit in _BITS if known & flag] + [(reach, f"G{known}")])


@functools.lru_cache(_COMBINATIONS)
def _kind(known: int) -> str:
    return next((kind for bits, kind in _KINDS if known & bits), "")


_BODIES = Known.BODY | Known.SHORT
_CLITIC_LETTERS = frozenset("وفبلك")
_LENGTHS = [*map(str, range(9))]
_ORDINARY = frozenset("wg")
"""Coarse classes of ordinary words and words of grammar: there the word's largest cluster says more."""


def _letters(mark: str) -> Column:
    """Return the column of what letters say, with a mark of which: the word's (s), or those behind its first (z)."""
    return Column(lambda steps: [(BESIDE, mark + name) for name in COMBINED[steps]])


_LETTERS = _letters("s")
_BEHIND_CLITIC = _letters("z")
_ALIKE = Column(lambda alike: [*zip((NEAR, BESIDE, HERE), alike[1:], strict=False)])
"""Words in the same clusters, but for the largest, which may be the coarse class."""
_NO_LETTERS = "d"
_SORT = Column(lambda sort: [(NEAR if sort == _NO_LETTERS else BESIDE, sort)])
"""Common words (o), and what has no letters."""


def is_common(language: str, key: str) -> bool:
    """Tell whether a folded word is an ordinary one by the list of them."""
    return usage(language).get(key, NOT_MET).common


_ARABIC: Final = (
    _text("w", BESIDE),
    _text("k", NEAR),
    _text("c", BESIDE),
    _text("h", BESIDE),
    _text("x", BESIDE),
    _known(NEAR),
    _LETTERS,
    _BEHIND_CLITIC,
    _SORT,
    _ALIKE,
    *map(_text, "XypPlfF"),
)
_ENGLISH: Final = (
    _text("k", NEAR),
    _text("h", BESIDE),
    _text("x", BESIDE),
    _known(BESIDE),
    _text("H", NEAR),
    _LETTERS,
    _SORT,
    _ALIKE,
    *map(_text, "wXypPl"),
)
COLUMNS: Final = {"ar": _ARABIC, "en": _ENGLISH}
"""The columns of each language, in the order of :attr:`Seen.values`."""


def _without_letters(columns: Sequence[Column], kind: str) -> Seen:
    """Return what is seen of numbers and signs."""
    return Seen(tuple(_NO_LETTERS if column is _SORT else None for column in columns), kind, "0", body=False)


_ARABIC_SIGN = _without_letters(_ARABIC, "d")
_ENGLISH_SIGN = _without_letters(_ENGLISH, "d")
_AMPERSAND = _ENGLISH_SIGN._replace(kind="&")


def arabic_words(found: Sequence[Word]) -> list[Seen]:
    """Return the features of Arabic word types."""
    judged = spelling("ar")
    behind = ["" if word.known else _behind_clitic(word.whole) for word in found]
    judged.learn([*(word.key for word in found), *filter(None, behind)])
    used = usage("ar").get
    return [_arabic_word(word, rest, judged, used) for word, rest in zip(found, behind, strict=True)]


def _behind_clitic(whole: str) -> str:
    """Return the name that an unknown word may be behind a clitic; empty if it can be none."""
    return whole[1:] if whole[:1] in _CLITIC_LETTERS and len(whole) > 4 else ""  # noqa: PLR2004


def _arabic_word(word: Word, behind: str, judged: Spelling, used: Callable[[str, Usage], Usage]) -> Seen:
    whole, key, known, definite = word.whole, word.key, word.known, word.definite
    if not known and not whole[:1].isalpha():
        return _ARABIC_SIGN
    spelled = judged[key]
    alike, common = used(key, NOT_MET)
    bare, clitic = key, ""
    if word.cut:
        clitic = whole[: len(whole) - len(key)]
        with_clitic = used(whole, NOT_MET)
        alike, common = alike or with_clitic.alike, common or with_clitic.common
    if definite:
        bare = key[2:]
        alike = alike or used(bare, NOT_MET).alike
    shape = "x" if whole.isascii() else "f" if word.foreign else "D" if definite else "a"
    kind = _kind(known) or (shape + spelled.mark if shape != "x" else shape)
    if alike and (kind in _ORDINARY or (common and not known)):
        kind = alike[0]
    values = (
        whole,
        bare,
        clitic,
        shape,
        bare[-2:],
        known,
        spelled.steps,
        judged[behind].steps if behind else None,
        "o" if common else None,
        alike,
        bare[-3:],
        bare[-1:],
        bare[:2],
        bare[:3],
        _LENGTHS[min(len(bare), 8)],
        whole[:1],
        whole[:2],
    )
    return Seen(values, kind, bare, bool(known & _BODIES))


def english_words(found: Sequence[tuple[str, str, int]]) -> list[Seen]:
    """Return the features of English word types: as written without 's, folded, and what the lists know of it."""
    judged = spelling("en")
    judged.learn(key for _, key, _ in found)
    used = usage("en").get
    return [_english_word(*word, judged, used) for word in found]


def _english_word(bare: str, key: str, known: int, judged: Spelling, used: Callable[[str, Usage], Usage]) -> Seen:
    if not known and not bare[:1].isalpha():
        return _AMPERSAND if bare == "&" else _ENGLISH_SIGN
    capital = "X" if bare[:1].isupper() else "x"
    if len(bare) > 1 and bare.isupper():
        capital = "A"
    elif capital == "X" and not bare[1:].islower() and len(bare) > 1:
        capital = "M"
    spelled = judged[key]
    kind = capital + (_kind(known) or spelled.mark)
    alike, common = used(key, NOT_MET)
    values = (
        key,
        capital,
        key[-3:],
        known,
        kind,
        spelled.steps,
        "o" if common else None,
        alike,
        bare,
        key[-2:],
        key[-4:],
        key[:2],
        key[:3],
        _LENGTHS[min(len(key), 8)],
    )
    return Seen(values, kind, key, bool(known & _BODIES))

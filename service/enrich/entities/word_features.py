"""What the statistical tagger sees of a word, in columns: training spells it out, the model sums it up by value."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

from service.enrich.entities.arabic_words import Word
from service.enrich.entities.clusters import NOT_MET, Usage, usage
from service.enrich.entities.lexicon import BARE_HEAD, DESCRIBED_HEAD, Known
from service.enrich.entities.spelling import COMBINED, spelling

HERE: Final = 0
BESIDE: Final = 1
NEAR: Final = 2
"""How far a feature counts: at its own word, to one word away, to two words away."""


class Column(NamedTuple):
    """One thing that is seen of every word: ``of`` gives the features of a value, each with how far it counts.

    ``parts`` is set where values are texts and every feature is a prefix of one letter and a part of the text: of so
    many first letters, or last ones if that is negative, of all if it is 0.
    """

    of: Callable[[Any], Sequence[tuple[int, str]]]
    parts: tuple[tuple[str, int], ...] = ()


NOTHING: Final = "\x01"
"""The value of a column of texts that has no feature of a word."""


class Seen(NamedTuple):
    """What is seen of some word types: ``values`` has a sequence a column.

    Where a word has no feature of a column the value is None, in columns of texts :data:`NOTHING`. ``kinds`` are the
    words' coarse classes, ``stems`` what the same word written otherwise has too, ``bodies`` tells whether the lists
    have a word as the name of a body, perhaps among other things.
    """

    values: tuple[list[Any], ...]
    kinds: list[str]
    stems: list[str]
    bodies: list[bool]


def spelled_out(columns: Sequence[Column], seen: Seen, at: int, reach: int) -> list[str]:
    """Return the features of one of the words that count at least so far away."""
    return [
        name
        for column, values in zip(columns, seen.values, strict=True)
        if values[at] is not None and values[at] != NOTHING
        for far, name in column.of(values[at])
        if far >= reach
    ]


def _text(*parts: tuple[str, int, int]) -> Column:
    """Return a column of texts whose parts are features: prefix, how many letters, how far it counts."""

    def of(value: str) -> list[tuple[int, str]]:
        return [
            (reach, prefix + (value[letters:] if letters <= 0 else value[:letters])) for prefix, letters, reach in parts
        ]

    return Column(of, tuple((prefix, letters) for prefix, letters, _ in parts))


def _few(prefix: str, reach: int) -> Column:
    """Return a column of texts of which there are few: each is a feature."""
    return Column(lambda value: [(reach, prefix + value)])


_COMBINATIONS = 4_000
"""More combinations of what lists know of a word than there are in ours."""
_BITS = [(1 << bit, str(bit)) for bit in range(31)]
_KINDS = (
    (Known.TITLE, "t"),
    (Known.OFFICE, "o"),
    (Known.SPEECH, "s"),
    (DESCRIBED_HEAD, "a"),
    (BARE_HEAD, "b"),
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


_ENDS: Final = (("p", 2, HERE), ("P", 3, HERE))
_LENGTH: Final = _few("l", HERE)
_ARABIC: Final = (
    _text(("w", 0, BESIDE), ("f", 1, HERE), ("F", 2, HERE)),
    _text(("k", 0, NEAR), ("x", -2, BESIDE), ("X", -3, HERE), ("y", -1, HERE), *_ENDS),
    _few("c", BESIDE),
    _few("h", BESIDE),
    _LENGTH,
    _known(NEAR),
    _LETTERS,
    _BEHIND_CLITIC,
    _SORT,
    _ALIKE,
)
_ENGLISH: Final = (
    _text(("w", 0, HERE)),
    _text(("k", 0, NEAR), ("x", -3, BESIDE), ("X", -2, HERE), ("y", -4, HERE), *_ENDS),
    _few("h", BESIDE),
    _few("H", NEAR),
    _LENGTH,
    _known(BESIDE),
    _LETTERS,
    _SORT,
    _ALIKE,
)
COLUMNS: Final = {"ar": _ARABIC, "en": _ENGLISH}
"""The columns of each language, in the order of :attr:`Seen.values`."""


def _signs_apart(seen: Seen, columns: Sequence[Column], signs: Iterable[int]) -> Seen:
    """Return what is seen with what was read from letters taken away from numbers and signs."""
    for at in signs:
        for values, column in zip(seen.values, columns, strict=True):
            values[at] = NOTHING if column.parts else _NO_LETTERS if column is _SORT else None
        seen.kinds[at], seen.stems[at] = _NO_LETTERS, "0"
    return seen


def arabic_words(found: Sequence[Word]) -> Seen:
    """Return what is seen of Arabic word types."""
    wholes, keys, known = [word.whole for word in found], [word.key for word in found], [word.known for word in found]
    behind = ["" if word.known else _behind_clitic(word.whole) for word in found]
    judged = spelling("ar")
    judged.learn([*keys, *filter(None, behind)])
    spelled = [*map(judged.__getitem__, keys)]
    bare = [word.key[2:] if word.definite else word.key for word in found]
    used = [*map(usage("ar").get, keys, itertools.repeat(NOT_MET))]
    for at, word in enumerate(found):
        if word.cut or word.definite:
            used[at] = _usage(word, bare[at], used[at])
    shapes = ["x" if word.whole.isascii() else "f" if word.foreign else "D" if word.definite else "a" for word in found]
    kinds = [
        of_lists or (shape + letters.mark if shape != "x" else shape)
        for of_lists, shape, letters in zip(map(_kind, known), shapes, spelled, strict=True)
    ]
    for at, use in enumerate(used):
        if use.alike and (kinds[at] in _ORDINARY or (use.common and not known[at])):
            kinds[at] = use.alike[0]
    values: tuple[list[Any], ...] = (
        wholes,
        bare,
        [word.whole[: len(word.whole) - len(word.key)] if word.cut else "" for word in found],
        shapes,
        [_LENGTHS[min(len(word), 8)] for word in bare],
        known,
        [letters.steps for letters in spelled],
        [judged[rest].steps if rest else None for rest in behind],
        ["o" if use.common else None for use in used],
        [use.alike for use in used],
    )
    seen = Seen(values, kinds, [*bare], [flags & _BODIES > 0 for flags in known])
    return _signs_apart(
        seen, _ARABIC, [at for at, word in enumerate(found) if not word.known and not word.whole[:1].isalpha()]
    )


def _behind_clitic(whole: str) -> str:
    """Return the name that an unknown word may be behind a clitic; empty if it can be none."""
    return whole[1:] if whole[:1] in _CLITIC_LETTERS and len(whole) > 4 else ""  # noqa: PLR2004


def _usage(word: Word, bare: str, of_key: Usage) -> Usage:
    """Return the usage of a word with clitics or article: the word's without clitics, else with them or bare."""
    alike, common = of_key
    get = usage("ar").get
    if word.cut:
        with_clitic = get(word.whole, NOT_MET)
        alike, common = alike or with_clitic.alike, common or with_clitic.common
    return Usage(alike or get(bare, NOT_MET).alike, common)


def english_words(found: Sequence[tuple[str, str, int]]) -> Seen:
    """Return what is seen of English word types: as written without 's, folded, and what the lists know of it."""
    written, keys, known = [word for word, _, _ in found], [key for _, key, _ in found], [flags for *_, flags in found]
    judged = spelling("en")
    judged.learn(keys)
    spelled = [*map(judged.__getitem__, keys)]
    used = [*map(usage("en").get, keys, itertools.repeat(NOT_MET))]
    capitals = [*map(_capital, written)]
    kinds = [
        capital + (of_lists or letters.mark)
        for capital, of_lists, letters in zip(capitals, map(_kind, known), spelled, strict=True)
    ]
    values: tuple[list[Any], ...] = (
        written,
        keys,
        capitals,
        [*kinds],
        [_LENGTHS[min(len(key), 8)] for key in keys],
        known,
        [letters.steps for letters in spelled],
        ["o" if use.common else None for use in used],
        [use.alike for use in used],
    )
    seen = Seen(values, kinds, [*keys], [flags & _BODIES > 0 for flags in known])
    signs = [at for at, (word, _, flags) in enumerate(found) if not flags and not word[:1].isalpha()]
    seen = _signs_apart(seen, _ENGLISH, signs)
    for at in signs:
        if found[at][0] == "&":
            kinds[at] = "&"
    return seen


def _capital(word: str) -> str:
    """Return how a word is written: A in capitals, x without one at its head, X with this one only, M with more."""
    if len(word) > 1 and word.isupper():
        return "A"
    if not word[:1].isupper():
        return "x"
    return "X" if len(word) == 1 or word[1:].islower() else "M"

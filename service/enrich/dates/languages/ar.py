"""Arabic: clitics are glued to words, and one name is spelt in many ways."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from service.enrich.dates.languages.base import Language
from service.enrich.dates.tokens import MARKS

_FOLD = (
    ("أ", "ا"), ("إ", "ا"), ("آ", "ا"), ("ٱ", "ا"), ("ى", "ي"),
    ("ة", "ه"), ("ی", "ي"), ("ک", "ك"), ("ھ", "ه"), ("ـ", ""),
)  # fmt: skip
_MARKS = re.compile(f"[{MARKS}]+")
_CLITICS = {"و": "and", "ف": "and", "ب": "in", "ل": "in", "ك": "in"}
_PREPOSITIONS = frozenset("بلك")
_CONJUNCTIONS = _CLITICS.keys() - _PREPOSITIONS
_DEFINITE = frozenset({"ord", "eleventh", "card", "decade", "few"})
_PARTS = frozenset(
    {
        "الثلث",
        "النصف",
        "الربع",
        "الجزء",
        "القسم",
        "المرحله",
        "الجوله",
        "الدوره",
        "النسخه",
        "الطبعه",
        "الحلقه",
        "الدفعه",
        "الفتره",
        "الاسبوع",
    }
)
_FUTURE = re.compile("[وف]?س(?:ي|ت|ن|أ)[ء-ي]{2,}")
_NOT_FUTURE = re.compile(
    "[وف]?س(?:يا|يد|ينا|يطر|ير|يف|يول|يلا|يم|ته|تين|تر|تار|تي|تال|توك|نه|نوا|نوي|نت|نغ|ند|نار|نا)",
)


def fold(word: str) -> str:
    """Return the word without vowel signs and tatweel, hamza seats and final forms made one."""
    # A word without marks is letters only: most are, and the test is far cheaper than the substitution. Replacing
    # ten letters that are hardly ever there is cheaper than asking of every letter what it becomes.
    if not word.isalpha():
        word = _MARKS.sub("", word)
    for letter, plain in _FOLD:
        if letter in word:
            word = word.replace(letter, plain)
    return word


def _cuts(word: str) -> Iterable[tuple[int, str, str]]:
    """Cut و ف ب ل ك and their pairs; in للعام the article's alif is restored and its lam stays in the span."""
    # Shorter words are a clitic alone or no known word behind one.
    return _cut(word) if word[:1] in _CLITICS and len(word) >= 3 else ()  # noqa: PLR2004


def _cut(word: str) -> Iterator[tuple[int, str, str]]:
    letter, kind = word[0], _CLITICS[word[0]]
    rest = fold(word[1:])
    if letter == "ل" and rest.startswith("ل"):
        yield 1, kind, "ا" + rest
    yield 1, kind, rest
    if kind == "and" and word[1] in _PREPOSITIONS and len(word) > 3:  # noqa: PLR2004
        if word[1:3] == "لل":
            yield 2, "in", "ا" + fold(word[2:])
        yield 2, "in", fold(word[2:])


def _glued(rest: str) -> Iterator[str]:
    """Give a folded word with each clitic and each pair of them, and with its article behind ل as that is written."""
    for clitic in _CLITICS.keys() | {first + second for first in _CONJUNCTIONS for second in _PREPOSITIONS}:
        yield clitic + rest
    if rest.startswith("ال"):
        for before in ("", *_CONJUNCTIONS):
            yield before + "لل" + rest[2:]


def _spellings(kind: str, form: str) -> Iterable[str]:
    """Give the definite form beside the indefinite one where both occur."""
    yield form
    if kind in _DEFINITE and not form.startswith("ال"):
        yield "ال" + form


_WEAK_HIJRI = frozenset({"محرم", "صفر", "رجب", "شعبان"})


def _names(kind: str, form: str) -> Iterable[tuple[str, str]]:
    """Month names that are everyday words or first names are weak; آب is a month only with its madda."""
    if form == "آب":
        yield kind, "=آب"
    elif form in _WEAK_HIJRI:
        yield "weak_hijri", form
    else:
        yield kind, form


def _is_future(word: str) -> bool:
    """Say whether a word is a verb with the future prefix (سيعقد, وستبدأ)."""
    return _FUTURE.fullmatch(word) is not None and _NOT_FUTURE.match(word) is None


def _qualifies(word: str, before: str) -> bool:
    """Say whether an ordinal counts parts of a period (الثلث الأول من رمضان) and names no day."""
    return word.startswith("ال") and fold(before) in _PARTS


_THAT = frozenset({"أن", "ان"})
_IMPERFECT = re.compile("[يتن]")


def _foretells(before: str, word: str, behind: str) -> bool:
    """Say whether a clause of agreed things to come opens here: على أن and a verb in the imperfect."""
    del word
    return fold(before) == "علي" and _IMPERFECT.match(behind) is not None


LANGUAGE = Language(
    code="ar",
    locales=("ar", "ar_SY", "ar_DZ", "ar_MA", "ar_MR"),
    fold=fold,
    cuts=_cuts,
    spellings=_spellings,
    names=_names,
    is_future=_is_future,
    is_past=lambda _: False,
    qualifies=_qualifies,
    openers=_THAT,
    foretells=_foretells,
    joins=lambda word: word.startswith("و"),
    glued=_glued,
    padding="ـ",
)

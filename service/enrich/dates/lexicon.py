"""The words of a language: data files, CLDR month and day names, and a cached look-up of single words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module, resources
from itertools import chain
from typing import Literal, NamedTuple, cast

from service.enrich.dates.languages.base import Language

LANGUAGES = ("ar", "en")
"""Languages with a folder of data and a module of their own."""

_INSIDE = re.compile(r"[\s'’-]+")
"""What parts the words of an entry: in the text other such signs may stand there."""
_LONGEST_NUMBER = 4
_LONGEST_WORD = 24
_CACHED_WORDS = 1 << 16
_TRIGGERS = frozenset(
    {
        "month",
        "weak_month",
        "cap_month",
        "hijri_month",
        "weak_hijri",
        "weekday",
        "weak_weekday",
        "year",
        "today",
        "relative_day",
        "tonight",
        "decade",
        "weekend",
        "turn",
        "coming",
        "from_now",
        "start_unit",
        "this",
        "next_but_one",
        "ago",
        "hence",
        "season",
        "edge",
        "units",
        "hour_units",
        "hour_part",
        "weekdays",
        "tens",
        "thousands",
        "fiscal",
        "edge_unit",
        "fiscal_year",
        "week_unit",
        "month_unit",
        "year_unit",
        "quarter_unit",
        "weekend_unit",
        "century_unit",
        "ad",
        "born",
        "hours",
    }
)
_LATE_TRIGGERS = frozenset({"told_day", "of_it", "day_unit", "part"})
_UNIT_TRIGGER = ("the_", "dual", "pair")

Value = int | str


class Word(NamedTuple):
    """A lexicon entry: its class as one character, its value, and where it holds.

    ``exact`` is empty (any spelling), a spelling, or ``^`` (with a capital only).
    """

    kind: str
    value: Value
    exact: str = ""


Phrases = dict[str, list[tuple[tuple[str, ...], Word]]]
"""Entries of several words behind a first one: by the second word, the rest of each, longest first."""


class Reading(NamedTuple):
    """What one word of the text may be.

    ``cut`` characters of clitics stand before it, the last of them of class ``clitic``. ``word`` is its own
    entry, ``phrases`` are the entries of several words that it may open. ``trigger`` says that
    an expression may be built around it, ``late`` that it may be so behind a date only, ``figure`` that it is
    written in digits, ``short`` in one or two of them.
    """

    cut: int
    clitic: str
    word: Word | None
    phrases: Phrases
    trigger: bool
    short: bool = False
    figure: bool = False
    late: bool = False


Dull = Literal[False]
"""What a word is that means nothing here."""

_codes: dict[str, str] = {}
_names: dict[str, str] = {}


def code(kind: str) -> str:
    """Return the one character that stands for a class of items in the rules' regular expressions."""
    found = _codes.get(kind)
    if found is None:
        found = _codes[kind] = chr(0x4E00 + len(_codes))
        _names[found] = kind
    return found


def name(code_: str) -> str:
    """Return the class that a character of :func:`code` stands for."""
    return _names[code_]


class Lexicon:
    """The words of one language; what words were read as is remembered."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._words: dict[str, list[Word]] = {}
        self._phrases: dict[str, Phrases] = {}
        self._triggers: set[str] = set()
        self._late: set[str] = set()
        self._inside: set[str] = set()
        for kind, value, form in _entries(language):
            self._add(kind, value, form)
        self._readings: dict[str, Reading | Dull] = {}
        self._known = frozenset(chain(self._words, self._phrases, self._inside))

    def read(self, words: Sequence[str]) -> list[Reading | Dull]:
        """Return what each of the words may be, False for those that mean nothing here."""
        known = self._readings
        found = [*map(known.get, words)]
        if None in found:
            if len(known) + len(words) > _CACHED_WORDS:
                known.clear()
            for word in words:
                if word not in known:
                    known[word] = self.look_at(word) or False
            found = [*map(known.get, words)]
        return cast("list[Reading | Dull]", found)

    def forms(self) -> Iterator[tuple[str, bool, bool]]:
        """Give every folded word that is read, with or without clitics, and whether it is a trigger or a late one."""
        for form in self._known:
            yield form, form in self._triggers, form in self._late
        for form in {*self._words, *self._phrases}:
            for glued in self.language.glued(form):
                yield glued, form in self._triggers, form in self._late

    def classes(self, form: str) -> set[tuple[str, str]]:
        """Return the classes of clitic and word that a folded word may have, however it is spelt and cut."""
        ways = [("", form), *((code(clitic), rest) for _, clitic, rest in self.language.cuts(form))]
        return {(clitic, word.kind) for clitic, rest in ways for word in self._words.get(rest, ())}

    def _add(self, kind: str, value: Value, form: str) -> None:
        exact = form[1:] if form.startswith("=") else "^" if form.startswith("^") else ""
        parts = [self.language.fold(part) for part in _INSIDE.split(form.lstrip("=^"))]
        word = Word(code(kind), value, exact)
        if kind in _TRIGGERS or kind.startswith(_UNIT_TRIGGER):
            self._triggers.add(max(parts, key=len))
        elif kind in _LATE_TRIGGERS:
            self._late.add(max(parts, key=len))
        if len(parts) > 1:
            second = self._phrases.setdefault(parts[0], {}).setdefault(parts[1], [])
            second.append((tuple(parts[1:]), word))
            second.sort(key=lambda phrase: -len(phrase[0]))
            self._inside.update(parts[1:])
        else:
            words = self._words.setdefault(parts[0], [])
            words.insert(0 if exact else len(words), word)  # a spelling of its own goes before any spelling

    def look_at(self, word: str) -> Reading | None:
        """Return what one word may be, found the long way."""
        if word.isdecimal():
            return _number(word)
        if len(word) > _LONGEST_WORD:
            return None
        folded = self.language.fold(word)
        found = self._look_up(folded, word, 0, "")
        if found is not None:
            return found
        for cut, clitic, rest in self.language.cuts(word):
            found = self._look_up(rest, word[cut:], cut, clitic)
            if found is not None:
                return found
        return self._reading(folded, 0, "", None, {}) if folded in self._inside else None

    def _look_up(self, folded: str, surface: str, cut: int, clitic: str) -> Reading | None:
        phrases = self._phrases.get(folded, {})
        words = self._words.get(folded, ())
        word = next((word for word in words if _holds(word.exact, surface)), None)
        if word is None and not phrases:
            return None
        while surface[:1] in self.language.padding and surface:
            surface, cut = surface[1:], cut + 1
        return self._reading(folded, cut, code(clitic) if clitic else "", word, phrases)

    def _reading(self, folded: str, cut: int, clitic: str, word: Word | None, phrases: Phrases) -> Reading:
        return Reading(cut, clitic, word, phrases, folded in self._triggers, late=folded in self._late)


def _holds(exact: str, surface: str) -> bool:
    return not exact or exact == surface or (exact == "^" and surface[:1].isupper())


def _number(digits: str) -> Reading | None:
    """Class a run of digits: day (1-31), small (two digits), year (1000-2999), or another number."""
    if len(digits) > _LONGEST_NUMBER:
        return None
    value = int(digits)
    if len(digits) <= 2:  # noqa: PLR2004 - two digits make a day, a month, an hour or a short year
        kind = "day" if 1 <= value <= 31 else "small"  # noqa: PLR2004
    else:
        kind = "year" if 1000 <= value < 3000 else "number"  # noqa: PLR2004
    return Reading(0, "", Word(code(kind), value), {}, kind == "year", len(digits) <= 2, figure=True)  # noqa: PLR2004


def _entries(language: Language) -> Iterator[tuple[str, Value, str]]:
    text = resources.files(__package__).joinpath("data", language.code, "lexicon.toml").read_text("utf-8")
    for kind, values in tomllib.loads(text).items():
        for key, forms in values.items():
            value = int(key) if key.lstrip("-").isdecimal() else key
            for form in forms:
                for spelling in language.spellings(kind, form):
                    yield kind, value, spelling
    yield from _cldr_names(language)


def _cldr_names(language: Language) -> Iterable[tuple[str, Value, str]]:
    """Give month and weekday names of the CLDR locales, and the Islamic months' names of hijridate."""
    from babel import Locale  # noqa: PLC0415 - only a process that tags dates needs it
    from hijridate import Hijri  # noqa: PLC0415

    widths = ("wide", "abbreviated") if language.abbreviated else ("wide",)
    for name in language.locales:
        locale = Locale.parse(name)
        for width in widths:
            for month, form in locale.months["format"][width].items():
                yield from ((kind, month, name) for kind, name in language.names("month", form))
            for day, form in locale.days["format"][width].items():
                yield from ((kind, day, name) for kind, name in language.names("weekday", form))
    for month in range(1, 13):
        form = Hijri(1440, month, 1).month_name("ar" if language.code == "ar" else "en")
        yield from ((kind, month, name) for kind, name in language.names("hijri_month", form))


@cache
def lexicon(code_: str) -> Lexicon:
    """Return the lexicon of a language of ``LANGUAGES``, built on first use."""
    module = import_module(f"service.enrich.dates.languages.{code_}")
    return Lexicon(module.LANGUAGE)

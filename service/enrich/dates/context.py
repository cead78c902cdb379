"""What the words around an expression say: that it is a name and no date, or that the sentence looks ahead."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Protocol

from service.enrich.dates.expressions import (
    Calendar,
    Edge,
    Expression,
    Fraction,
    Moment,
    Nth,
    Offset,
    Open,
    Piece,
    Range,
    Shift,
)
from service.enrich.dates.languages.base import Language
from service.enrich.dates.tokens import gap
from service.wire.closed import Grain

_TODAY = Shift(Grain.DAY, 0)
_LOOK_BACK = 14
_LOOK_ON = 4
_REMEMBERED = 1 << 13
_ENDS = frozenset(".!?؟؛;\n")
_BEFORE_FIGURES = frozenset("$€£¥#@.,٬٫%+")
_AFTER_FIGURES = frozenset("%٪$€£¥°")


class Words(Protocol):
    """The words of a text, where they start and end, and what stands between them."""

    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    gaps: list[str]
    """What stands before each word, and after the last."""


@dataclass(frozen=True, slots=True)
class Context:
    """Word lists of one language (its ``context.toml``), folded."""

    language: Language
    heads: frozenset[str]
    tails: frozenset[str]
    counted: frozenset[str]
    tense: Callable[[str], bool | None]
    unabbreviated: frozenset[str]
    named_days: frozenset[str]
    strict_next: bool
    passive: frozenset[str]
    fulfilled: frozenset[str]
    planned: Callable[[str], bool]
    present: frozenset[str]
    modals: frozenset[str]
    not_ahead: frozenset[str]
    years_of: frozenset[str]
    day_tails: frozenset[str]
    forecast_is_told: bool

    def is_name(self, page: Words, first: int, last: int, what: Expression, *, bare: bool) -> bool:
        """Say whether the neighbours of an expression make it no date.

        It is a name (the March 14 alliance, Black Friday), a part of another phrase (الثلث الأول من رمضان), or
        a count (``bare`` is a year without any word for it). ``first`` and ``last`` are its words.
        """
        before = page.words[first - 1] if first and gap(page.gaps[first]).name == "" else ""
        if what == _TODAY or (isinstance(what, Calendar) and what.weekday is not None and what.month is None):
            return self._plain(before) in self.named_days or self._is_title(page, last)
        if not isinstance(what, Calendar):
            return bare and self._is_count(page, first, last)
        if what.turn is not None or what.weekday is not None:
            return False
        if bare:
            word = self._plain(before)
            named = self._among(word, self.heads) and not self._among(word, self.years_of)
            return named or self._is_count(page, first, last)
        part = what.day is not None and self.language.qualifies(page.words[first], before)
        without_year = what.year is None and what.month is not None
        return part or (without_year and self._between_names(page, before, last))

    def _between_names(self, page: Words, before: str, last: int) -> bool:
        return self._among(self._plain(before), self.heads) or self._behind(page, last) in self.tails

    def _is_title(self, page: Words, last: int) -> bool:
        """Say whether a day's name goes on as the name of a newspaper or a show: the Sunday Times."""
        behind = self._behind(page, last)
        return behind in self.day_tails and page.words[last + 1][0] == page.words[last + 1][0].title()

    def _behind(self, page: Words, last: int) -> str:
        behind = last + 1
        if behind < len(page.words) and gap(page.gaps[behind]).name in {"", "dash"}:
            return self._plain(page.words[behind])
        return ""

    def _is_count(self, page: Words, first: int, last: int) -> bool:
        start, end = page.starts[first], page.ends[last]
        if page.text[start - 1 : start] in _BEFORE_FIGURES and start:
            return True
        if page.text[end : end + 1] in _AFTER_FIGURES and end < len(page.text):
            return True
        if page.text[end : end + 1] in {",", ".", "٬", "٫"} and page.text[end + 1 : end + 2].isdecimal():
            return True
        behind = last + 1
        if behind >= len(page.words) or gap(page.gaps[behind]).name != "":
            return False
        return self._plain(page.words[behind]) in self.counted

    def looks_ahead(self, page: Words, first: int, last: int) -> bool | None:
        """Say whether the nearest verb of the sentence, before the expression or just behind it, is of the future.

        None where no verb of either tense is known.
        """
        before = self._tense_before(page, first)
        return self._tense_behind(page, last) if before is None else before

    def _tense_before(self, page: Words, first: int) -> bool | None:
        words, gaps, tense_of = page.words, page.gaps, self.tense
        for at in range(first - 1, max(first - 1 - _LOOK_BACK, -1), -1):
            if _ends(gaps[at + 1]):
                break
            tense = tense_of(words[at])
            if tense is None:
                if self._is_planned(words, at):
                    return True
                if self.present and words[at] in self.present:
                    break
            elif tense:
                return not (at and self._plain(words[at - 1]) in self.fulfilled)
            elif not (at and self._plain(words[at - 1]) in self.passive):
                return at > 0 and self._plain(words[at - 1]) in self.modals  # could hit: its past has this form too
        return None

    def _tense_behind(self, page: Words, last: int) -> bool | None:
        for at in range(last + 1, min(last + 1 + _LOOK_ON, len(page.words))):
            between = page.gaps[at]
            if _ends(between) or (self.language.joins(page.words[at]) and not between.isspace()):
                break
            tense = self.tense(page.words[at])
            if tense is not None:
                return tense
        return None

    def _is_planned(self, words: list[str], at: int) -> bool:
        """Say whether a verb of the present, in news of programmes and fixtures, tells what is to come."""
        if self.planned(words[at]):
            return not (at and self._plain(words[at - 1]) in self.not_ahead)
        return at > 0 and self.language.foretells(words[at - 1], words[at], words[at + 1])

    def _plain(self, word: str) -> str:
        return self.language.fold(word)

    def _among(self, word: str, words: frozenset[str]) -> bool:
        return _among(self.language, word, words)


@lru_cache(maxsize=_REMEMBERED)
def _ends(between: str) -> bool:
    """Say whether what stands between two words ends a sentence."""
    return not _ENDS.isdisjoint(between)


def _among(language: Language, word: str, words: frozenset[str]) -> bool:
    return word in words or any(rest in words for _, _, rest in language.cuts(word))


def needs_tense(what: Expression) -> bool:
    """Say whether the sentence's tense may decide the meaning: a bare weekday, or a date without year or turn."""
    if isinstance(what, (Calendar, Fraction)):
        return what.turn is None and what.year is None
    if isinstance(what, Moment):
        return needs_tense(what.day)
    if isinstance(what, Shift):
        return what.forecast or what.near or what.sequel
    if isinstance(what, (Edge, Nth, Open, Offset, Piece)):
        return needs_tense(what.of)
    return isinstance(what, Range) and (needs_tense(what.first) or needs_tense(what.last))


def ends_openly(what: Expression) -> bool:
    """Say whether an expression is the end of something that goes on, placed by a bare weekday: until Wednesday."""
    return isinstance(what, Open) and what.turn < 0 and _is_weekday(what.of)


def _is_weekday(what: Expression) -> bool:
    if isinstance(what, Moment):
        return _is_weekday(what.day)
    return isinstance(what, Calendar) and what.weekday is not None and what.month is None and what.turn is None


def looks_back(what: Expression, ahead: bool | None) -> bool:  # noqa: FBT001 - what the sentence says
    """Say whether an expression lies behind the anchor: in a sentence of the past a month, and a quarter unless ahead.

    A day of a month is the nearest one whatever the tense (research: 94 of 100): news of the past announces days.
    """
    if isinstance(what, Fraction):
        return not ahead
    if isinstance(what, Edge):
        return looks_back(what.of, ahead)
    return ahead is False and isinstance(what, Calendar) and what.day is None and what.weekday is None


def is_bare(what: Expression) -> bool:
    """Say whether an expression is made of years only: its figures may also count things."""
    if isinstance(what, Range):
        return is_bare(what.first) and is_bare(what.last)
    if isinstance(what, Open):
        return is_bare(what.of)
    return isinstance(what, Calendar) and what == Calendar(year=what.year)


def fits_tense(what: Expression, ahead: bool | None, *, alone: bool, told: bool) -> bool:  # noqa: FBT001 - as the sentence
    """Say whether an expression is a date in a sentence of this tense.

    "In two days" is a duration where the sentence looks back, and with ``told`` where nothing says that it looks
    ahead; "the following week" follows some event unless it looks ahead.
    """
    if isinstance(what, Edge):
        return fits_tense(what.of, ahead, alone=alone, told=told)
    if isinstance(what, Range):
        return fits_tense(what.last, ahead, alone=alone, told=told)
    if not isinstance(what, Shift):
        return True
    forecast = bool(ahead) or alone if told else ahead is not False
    return (not what.forecast or forecast) and (not what.sequel or bool(ahead) or alone)


def is_programme(what: Expression) -> bool:
    """Say whether an expression that stands alone is an entry of a programme.

    Such are a weekday with its clock time, a stretch of days, and the first Tuesday of a month.
    """
    if isinstance(what, (Range, Nth)):
        return needs_tense(what)
    return isinstance(what, Moment) and what.clock is not None and needs_tense(what.day)


def _among_these(language: Language, words: frozenset[str]) -> Callable[[str], bool]:
    """Return a function that says of a word whether it is one of these, with or without clitics."""

    @lru_cache(maxsize=_REMEMBERED)
    def among(word: str) -> bool:
        return _among(language, language.fold(word), words)

    return among


def _tense(language: Language, future: frozenset[str], past: frozenset[str]) -> Callable[[str], bool | None]:
    """Return a function that says of a word whether it looks ahead, or back, or neither (None)."""

    @lru_cache(maxsize=_REMEMBERED)
    def tense(word: str) -> bool | None:
        plain = language.fold(word)
        if _among(language, plain, future) or language.is_future(word):
            return True
        return False if _among(language, plain, past) or language.is_past(word) else None

    return tense


def context(language: Language) -> Context:
    """Return the context rules of a language, from its data."""
    text = resources.files(__package__).joinpath("data", language.code, "context.toml").read_text("utf-8")
    data = tomllib.loads(text)

    def words(key: str) -> frozenset[str]:
        return frozenset(language.fold(word) for word in data[key])

    return Context(
        language,
        words("heads"),
        words("tails"),
        words("counted"),
        _tense(language, words("future"), words("past")),
        words("unabbreviated"),
        words("named_days"),
        data["strict_next"],
        words("passive"),
        words("fulfilled"),
        _among_these(language, words("planned")),
        words("present"),
        words("modals"),
        words("not_ahead"),
        words("years_of"),
        words("day_tails"),
        data["forecast_is_told"],
    )

"""Whether the words around an expression make it a name, a part of another phrase or a count, and no date."""

from __future__ import annotations

from dataclasses import dataclass

from service.enrich.dates.expressions import Calendar, Expression, Moment, Open, Range, Shift
from service.enrich.dates.languages.base import Language
from service.enrich.dates.surroundings import Words, among, ends_sentence
from service.enrich.dates.tokens import gap
from service.wire.closed import Grain

_TODAY = Shift(Grain.DAY, 0)
_QUOTES = frozenset("\"“”„«»‘’'")
_ENCLOSED = frozenset({'""', "“”", "„“", "«»", "()", "‘’"})
_LONG = 3
"""A plural is longer: was, has, its."""
_BEFORE_FIGURES = frozenset("$€£¥#@.,٬٫%+")
_AFTER_FIGURES = frozenset("%٪$€£¥°")


@dataclass(frozen=True, slots=True)
class Names:
    """Lists of one language (of its ``context.toml``), folded.

    ``heads`` stand before a date that is part of a name, ``tails`` behind it, ``years_of`` are heads that a bare year
    dates. ``counted`` stand behind figures that count. ``named_days`` stand before and ``day_tails`` behind the name
    of a day that is another name's part. Behind ``weak_before`` a plural makes a figure a count; behind
    ``steady_before`` a month is a month whatever follows.
    """

    language: Language
    heads: frozenset[str]
    tails: frozenset[str]
    years_of: frozenset[str]
    counted: frozenset[str]
    named_days: frozenset[str]
    day_tails: frozenset[str]
    weak_before: frozenset[str]
    steady_before: frozenset[str]

    def holds(self, page: Words, first: int, last: int, what: Expression, *, bare: bool) -> bool:
        """Say whether the neighbours of an expression make it no date.

        It is a name (the March 14 alliance, Black Friday), a part of another phrase (الثلث الأول من رمضان), or
        a count (``bare`` is a year without any word for it). ``first`` and ``last`` are its words.
        """
        before = page.words[first - 1] if first and gap(page.gaps[first]).name == "" else ""
        day = what.day if isinstance(what, Moment) else what
        if _is_title(page, first, last, what):
            return True
        if day == _TODAY or (isinstance(what, Calendar) and what.weekday is not None and what.month is None):
            return self._plain(before) in self.named_days or self._is_paper(page, last)
        if bare:
            return self._is_no_year(page, before, first, last)
        if not isinstance(what, Calendar) or what.turn is not None or what.weekday is not None:
            return False
        if what.day is not None and self.language.qualifies(page.words[first], before):
            return True
        return what.year is None and what.month is not None and self._is_part(page, before, first, last, what)

    def _is_no_year(self, page: Words, before: str, first: int, last: int) -> bool:
        word = self._plain(before)
        named = self._among(word, self.heads) and not self._among(word, self.years_of)
        return named or self._is_count(page, first, last)

    def _is_part(self, page: Words, before: str, first: int, last: int, what: Calendar) -> bool:
        """Say whether a date without a year is part of a name."""
        return (what.day is None and self._is_person(page, before, first, last)) or self._between_names(
            page, before, last
        )

    def _between_names(self, page: Words, before: str, last: int) -> bool:
        return self._among(self._plain(before), self.heads) or self._behind(page, last) in self.tails

    def _is_person(self, page: Words, before: str, first: int, last: int) -> bool:
        """Say whether a month's name goes on as a person's or a place's: Jan Novak, Mar-a-Lago.

        Where a word before it sets a time (in August), what follows opens something else.
        """
        if last + 1 >= len(page.words) or first != last or self._plain(before) in self.steady_before:
            return False
        between = gap(page.gaps[last + 1])
        behind = page.words[last + 1]
        return (not between.name and behind[0].isupper()) or (between.name == "dash" and behind == "a")

    def _is_paper(self, page: Words, last: int) -> bool:
        """Say whether a day's name goes on as the name of a newspaper or a show: the Sunday Times."""
        behind = self._behind(page, last)
        return behind in self.day_tails and page.words[last + 1][0].isupper()

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
        word = page.words[behind]
        before = self._plain(page.words[first - 1]) if first else ""
        plural = before in self.weak_before and word.islower() and word.endswith("s") and len(word) > _LONG
        return plural or self._plain(word) in self.counted

    def _plain(self, word: str) -> str:
        return self.language.fold(word)

    def _among(self, word: str, words: frozenset[str]) -> bool:
        return among(self.language, word, words)


def _is_title(page: Words, first: int, last: int, what: Expression) -> bool:
    """Say whether capitals, or what encloses it, make an expression a title: told the Today programme, صحيفة «اليوم».

    So it is where a small word stands before a capitalised relative day in the same sentence, and where quotation marks
    enclose it. Names of months and weekdays have their capitals anyway.
    """
    if isinstance(what, Moment) and what.weekday is not None:
        return False
    day = what.day if isinstance(what, Moment) else what
    if not (isinstance(day, Shift) and day.unit is Grain.DAY and first):
        return False
    between = page.gaps[first]
    if page.words[last].lower() == page.words[last].upper():
        return first == last and (between[-1:] + page.gaps[last + 1][:1]) in _ENCLOSED
    if not page.words[last][0].isupper():
        return False
    if not _QUOTES.isdisjoint(between):
        return not _QUOTES.isdisjoint(page.text[page.ends[last] : page.ends[last] + 2])
    return page.words[first - 1][0].islower() and not ends_sentence(page, first)


def is_bare(what: Expression) -> bool:
    """Say whether an expression is made of years only: its figures may also count things."""
    if isinstance(what, Range):
        return is_bare(what.first) and is_bare(what.last)
    if isinstance(what, Open):
        return is_bare(what.of)
    return isinstance(what, Calendar) and what == Calendar(year=what.year)

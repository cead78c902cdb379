"""Makers of dates whose parts the text names: days, months, years and their lists."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from service.enrich.dates.expressions import (
    Calendar,
    Range,
    Shift,
)
from service.enrich.dates.grammar import DEAD, Item, Made, Several
from service.enrich.dates.lexicon import code, name
from service.enrich.dates.makers.common import (
    COUNTS,
    DAYS,
    LATEST,
    MONTHS,
    OLDEST,
    TURNS,
    WEEKDAYS,
    Items,
    is_year,
    named,
    pick,
)
from service.enrich.dates.numbers import month_length, read_number, short_year
from service.wire.closed import Grain

_FIGURES = 4
"""The longest ordinal in figures: 23rd."""
_ROUND = 100
_NUMERALS = frozenset({"ord", "card", "two", "eleventh"})
_ORDINALS = frozenset({"ord", "eleventh"})
_BETWEEN = frozenset({"of", "comma", "slash"})


def number(items: Items, rest: Items) -> Made | Several | None:
    """Read a number in words, or several that stand side by side: twenty-one two thousand and eighteen.

    From 1000 on it is a year when more than one word says it.
    """
    del rest
    whole = _number(items)
    if whole is not None:
        return Made(*whole)
    made: list[Item] = []
    left = list(items)
    while left:
        if name(left[0].kind) not in _NUMERALS:
            made.append(left.pop(0))
            continue
        found, end = None, len(left) + 1
        while found is None and end > 1:
            end -= 1
            found = _number(left[:end]) if name(left[end - 1].kind) in _NUMERALS else None
        part, left = left[:end], left[end:]
        made.append(part[0] if found is None else Item(code(found[0]), part[0].start, part[-1].end, found[1]))
    return Several(made)


def _number(items: Items) -> tuple[str, int] | None:
    """Return the class and the value of what is one number, or None."""
    places = [n for n, item in enumerate(items) if name(item.kind) in _NUMERALS]
    words = [items[n] for n in places]
    linked = [n > 0 and name(items[n - 1].kind) == "and" for n in places]
    value = read_number([item.value for item in words], linked=linked)
    first = words[0].value == 1 and name(words[0].kind) == "ord"
    if value is None or (first and value > 1) or [name(item.kind) for item in words] == ["eleventh"]:
        return None
    kind = "ord" if _ORDINALS & {name(words[0].kind), name(words[-1].kind)} else "card"
    if value >= 1000 and len(words) > 1:  # noqa: PLR2004 - years of four figures only
        return None if name(words[0].kind) in _ORDINALS else ("year", value)
    return kind, value


def ordinal(items: Items, rest: Items) -> object:
    """Read an ordinal in figures: 16th."""
    del rest
    return items[0].value


def spelt_year(items: Items, rest: Items) -> object:
    """Read a year of the first decade of a century as it is spoken: nineteen oh one."""
    del rest
    century, year = items[0].value, items[-1].value
    return Made("year", 100 * century + year) if 10 <= century <= 20 and 1 <= year <= 9 else None  # noqa: PLR2004


def quoted_year(items: Items, rest: Items) -> object:
    """Read a date whose year has an apostrophe for its century: Sept '18, 17 May '24."""
    figure = items[-1]
    made = calendar([item for item in items[:-1] if name(item.kind) != "comma"], rest)
    if not isinstance(made, Calendar) or figure.end - figure.start != 2:  # noqa: PLR2004
        return None
    return replace(made, year=short_year(figure.value))


def fiscal_year(items: Items, rest: Items) -> object:
    """Read a fiscal year by its two last figures: FY19."""
    del rest
    figure = items[-1]
    return Calendar(year=short_year(figure.value)) if figure.end - figure.start == 2 else None  # noqa: PLR2004


def calendar(items: Items, rest: Items) -> object:
    """Read a date of the calendar: any of weekday, day, month, year, turn, in any order."""
    found = named(items)
    months = {item.value for item in items if name(item.kind) in MONTHS}
    if len(months) > 1:
        return None
    month = months.pop() if months else None
    turn = pick(found, TURNS)
    year: int | Shift | None = found.get("year", found.get("number"))
    if year is None and "small" in found:
        year = short_year(found["small"])
    if "period" in found:
        year = found["period"]
        if not is_year(year):
            return None
    hijri = bool({"hijri_month", "weak_hijri", "hijri_era"} & found.keys())
    if isinstance(year, int) and hijri and month is None and "hijri_era" not in found:
        return None
    day = pick(found, DAYS)
    if "weak_month" in found and _is_no_month(items, rest, found):
        return None
    if day is not None and month is not None and not 1 <= day <= month_length(month, year, hijri=hijri):
        return DEAD
    today = {"today", "its_day"} & found.keys() and turn is None
    return Calendar(year, month, day, pick(found, WEEKDAYS), turn, hijri=hijri, today=bool(today))


def _is_no_month(items: Items, rest: Items, found: dict[str, Any]) -> bool:
    """Say of a word that is only sometimes a month that it is none: five may, they march 12 miles."""
    if "card" in found and "of" not in found and name(items[0].kind) == "card":
        return True
    first = bool(items) and name(items[0].kind) == "weak_month"
    goes_on = bool(rest) and name(rest[0].kind) == "word"
    return first and goes_on and pick(found, DAYS) is not None and "year" not in found


def month_number(items: Items, rest: Items) -> object:
    """Read a date whose month is a number: the first count is the day where two are given."""
    del rest
    counts = [item.value for item in items if name(item.kind) in COUNTS | DAYS]
    month = counts[-1]
    if len(counts) == 1 and month == 1 and name(items[-1].kind) == "card":
        return None  # شهر واحد: one month
    day = counts[0] if len(counts) > 1 else None
    found = named(items)
    if "period" in found and not is_year(found["period"]):
        return None
    year = found.get("year", found.get("period"))
    if not 1 <= month <= 12 or (day is not None and not 1 <= day <= month_length(month, year)):  # noqa: PLR2004
        return None
    return Calendar(year, month, day, turn=found.get("turn"))


def listed(items: Items, rest: Items) -> object:
    """Read a member of a list that shares what stands behind the last one: in "3 and 5 March" the 3."""
    named_already = any(name(item.kind) in MONTHS for item in items)
    wanted = {"year"} if named_already else MONTHS
    cut = next((n for n, item in enumerate(rest) if name(item.kind) in wanted), None)
    if cut is None:
        return None
    shared: list[Item] = []
    for item in rest[cut:]:
        if name(item.kind) not in MONTHS | TURNS | _BETWEEN | {"year", "year_unit", "hijri_era"}:
            break
        shared.append(item)
    while shared and name(shared[-1].kind) in _BETWEEN:
        shared.pop()
    return calendar([*items, *shared], ())


def attributive(items: Items, rest: Items) -> object:
    """Read a month that is a first name too before a word without a capital: the May vote, but the April Jones case."""
    return None if rest[0].value else calendar(items, ())


def other_year(items: Items, rest: Items) -> object:
    """Read a date of a year that another sentence names: July of that year. The year stays unknown."""
    made = calendar([item for item in items if name(item.kind) in MONTHS | DAYS], rest)
    return replace(made, year_elsewhere=True) if isinstance(made, Calendar) else made


def year_twice(items: Items, rest: Items) -> object:
    """Read a year that is counted from the anchor and named too: العام السابق 2014."""
    del rest
    return calendar([item for item in items if name(item.kind) != "period"], ()) if is_year(items[0].value) else None


def day_of_month(items: Items, rest: Items) -> object:
    """Read a day of a month that is counted from the anchor: the 20th of next month."""
    del rest
    found = named(items)
    month = found["period"]
    if not isinstance(month, Shift) or month.unit is not Grain.MONTH:
        return None
    return Calendar(day=pick(found, DAYS), month=month)


def day_alone(items: Items, rest: Items) -> object:
    """Read a day of the month without its month, in figures: on the 18th. Ordinals in words rank things."""
    del rest
    day = items[-1]
    return Calendar(day=day.value) if day.end - day.start <= _FIGURES and 1 <= day.value <= 31 else None  # noqa: PLR2004


def weekday_and_late_day(items: Items, rest: Items) -> object:
    """Read a weekday with an ordinal that counts no weekdays of a month, for it has no sixth: السبت السادس عشر."""
    return calendar(items, rest) if items[-1].value > 5 else None  # noqa: PLR2004


def weekday_and_day(items: Items, rest: Items) -> object:
    """Read a weekday with a bare figure that can be no hour: Friday 23."""
    return calendar(items, rest) if items[-1].value > 12 else None  # noqa: PLR2004


def coming_weekday(items: Items, rest: Items) -> object:
    """Read a weekday that is the nearest to come: this coming Saturday."""
    del rest
    return Calendar(weekday=items[-1].value, turn=1, coming=True)


def day_range(items: Items, rest: Items) -> object:
    """Read two days of one month: from 15 to 20 March 2026."""
    days = [n for n, item in enumerate(items) if name(item.kind) in DAYS]
    if len(days) < 2:  # noqa: PLR2004 - a range has two ends
        return None
    first_day, last_day = days[0], days[1]
    shared = [item for n, item in enumerate(items) if n not in days[:2]]
    kinds = {name(item.kind) for item in shared}
    make = calendar if kinds & MONTHS else month_number if kinds & {"the_month", "month_unit"} else day_of_month
    first, last = make([items[first_day], *shared], rest), make([items[last_day], *shared], rest)
    if not isinstance(first, Calendar) or not isinstance(last, Calendar):
        return DEAD
    return _ordered(first, last)


def _ordered(first: Calendar, last: Calendar) -> Range | None:
    return Range(first, last) if (last.day or 0) > (first.day or 0) else None


def month_and_days(items: Items, rest: Items) -> object:
    """Read days that follow one month's name, each as a date of its own: March 3, 5 and 7, 2024."""
    del rest
    days = [item for item in items if name(item.kind) in DAYS]
    shared = [item for item in items if name(item.kind) in MONTHS | {"year"}]
    made = [calendar([*shared, day], ()) for day in days]
    if not all(isinstance(each, Calendar) for each in made):
        return None
    starts = [items[0].start, *[day.start for day in days[1:]]]
    ends = [*[day.end for day in days[:-1]], items[-1].end]
    return Several([Item(code("date"), *each) for each in zip(starts, ends, made, strict=True)])


def days_in_a_row(items: Items, rest: Items) -> object:
    """Read the days that one word counts up as one stretch: أيام 10 و11 و12 ديسمبر."""
    days = [item for item in items if name(item.kind) in DAYS]
    shared = [item for item in items if name(item.kind) not in DAYS | {"units", "and", "comma"}]
    if any(after.value != before.value + 1 for before, after in pairwise(days)):
        return None
    first, last = calendar([days[0], *shared], rest), calendar([days[-1], *shared], rest)
    return Range(first, last) if isinstance(first, Calendar) and isinstance(last, Calendar) else None


def era_year(items: Items, rest: Items) -> object:
    """Read a year with its era and no word before it; round figures with م are metres: the 1500 م."""
    return None if "common_era" in named(items) and items[0].value % _ROUND == 0 else calendar(items, rest)


def likely_year(items: Items, rest: Items) -> object:
    """Read a figure in brackets as a year, where news could mean one: (2004)."""
    del rest
    return Calendar(items[0].value) if OLDEST <= items[0].value <= LATEST else None


def day_pair(items: Items, rest: Items) -> object:
    """Read two days that follow each other as one stretch; any others are two dates."""
    made = day_range(items, rest)
    if isinstance(made, Range) and isinstance(made.first, Calendar) and isinstance(made.last, Calendar):
        return made if (made.last.day or 0) == (made.first.day or 0) + 1 else None
    return None

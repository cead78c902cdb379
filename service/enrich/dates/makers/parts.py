"""Makers of stretches that begin or end with a period, or of which one word is said elsewhere."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from service.enrich.dates.expressions import Calendar, Edge, Nth, Piece, Range, Shift
from service.enrich.dates.grammar import Item, Several
from service.enrich.dates.lexicon import code, name
from service.enrich.dates.makers.common import COUNTS, GRAINS, Items, is_year, named, only_weekday, pick, unit_of
from service.enrich.dates.makers.stretches import fraction
from service.wire.closed import Grain

_FIRST = 3
"""The letters of أول without its article."""
_PAST_HOUR: dict[object, str] = {15: "quarter", 30: "half"}
_COUNTED = COUNTS | {"dual"}
_LASTING = frozenset({Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.YEAR})


def outer(items: Items, rest: Items) -> object:
    """Read the start or the end of a month or a year: أول العام, آخر الشهر. With an article أول ranks a noun."""
    del rest
    first = name(items[0].kind) == "ord"
    if first and (items[0].value != 1 or items[0].end - items[0].start > _FIRST):
        return None
    of = items[-1].value
    of = Shift(GRAINS[of], 0) if isinstance(of, str) else of
    long = isinstance(of, Shift) and of.unit in {Grain.WEEK, Grain.MONTH, Grain.YEAR} and not of.counted
    return Edge(-1 if first else 1, of) if long else None


def listed_season(items: Items, rest: Items) -> object:
    """Read a season that shares the year behind the next one: the spring and early summer of 1943."""
    year = next((item for item in rest if name(item.kind) == "year"), None)
    return None if year is None else fraction([*items, year], ())


def fraction_behind_and(items: Items, rest: Items) -> Several | None:
    """Read والربع الثالث من عام 2014, whose first word says a quarter past elsewhere. Its و stays out of the span."""
    unit = _PAST_HOUR.get(items[0].value)
    if unit is None:
        return None
    start = items[0].start + 1
    made = fraction([Item(code("the_" + unit), start, items[0].end, unit), *items[1:]], rest)
    if made is None:
        return None
    return Several([Item(code("and"), start - 1, start, None), Item(code("period"), start, items[-1].end, made)])


def night_between(items: Items, rest: Items) -> object:
    """Read the night between two days that stand side by side: ليل الخميس الجمعة."""
    del rest
    part, first, last = items
    days = (first.value, last.value)
    follows = all(isinstance(day, Calendar) and only_weekday(day) for day in days)
    if part.value != "night" or not follows or (last.value.weekday - first.value.weekday) % 7 != 1:
        return None
    return Range(first.value, last.value)


def week_number(items: Items, rest: Items) -> object:
    """Read a numbered week: week 27 of last year. Without a year it is of the anchor's own."""
    del rest
    found = named(items)
    of = items[-1].value if name(items[-1].kind) in {"year", "period"} else Shift(Grain.YEAR, 0)
    of = Calendar(year=of) if isinstance(of, int) else of
    number = pick(found, frozenset({"day", "small"}))
    return Nth(number, Grain.WEEK, of) if is_year(of) or isinstance(of, Calendar) else None


def lasting(items: Items, rest: Items) -> object:
    """Read a stretch that starts with a day: three days starting Monday, from May 3 for two weeks."""
    del rest
    count = next((2 if name(item.kind) == "dual" else item.value for item in items if name(item.kind) in _COUNTED), 1)
    unit = unit_of(items)
    day: Any = next(item.value for item in items if name(item.kind) in {"date", "weekday_date"})
    one_day = isinstance(day, Calendar) or (isinstance(day, Shift) and day.unit is Grain.DAY)
    if "from" in named(items) and isinstance(day, Calendar) and only_weekday(day) and day.turn is None:
        day = replace(day, turn=0)  # what is said to begin has not begun yet
    return Piece(unit, count, day, after=True) if unit in _LASTING and one_day else None

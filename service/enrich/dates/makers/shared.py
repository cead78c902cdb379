"""Makers of what shares a word with its neighbours, or is made of several parts that only together say when."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from service.enrich.dates.expressions import (
    Calendar,
    Era,
    Moment,
    Nth,
    Offset,
    Range,
    Shift,
)
from service.enrich.dates.lexicon import name
from service.enrich.dates.makers.common import COUNTS, GRAINS, TURNS, Items, named, only_weekday, pick
from service.enrich.dates.makers.days import calendar
from service.enrich.dates.makers.stretches import since
from service.wire.closed import Grain

_FINER = {Grain.YEAR: (Grain.MONTH, 12), Grain.MONTH: (Grain.DAY, 30), Grain.HOUR: (Grain.MINUTE, 60)}
_HOUR = 60
_HALF = 15
_STEPS = frozenset({Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.YEAR})
_CLOCK = frozenset({Grain.HOUR, Grain.MINUTE})


def steps(items: Items, rest: Items) -> object:
    """Read a sign and several counts behind it: قبل سنة وثلاثة أشهر, منذ سنتين ونصف. A bare unit counts one."""
    del rest
    sign: int = next(item.value for item in items if name(item.kind) in {"ago", "ago_since", "after"})
    made: list[tuple[Grain, int]] = []
    count = 1
    for item in items:
        kind = name(item.kind)
        if kind in COUNTS:
            count = item.value
        elif kind == "half_past":
            half = _half_of(made[-1][0], item.value) if made else None
            if half is None:
                return None
            made.append(half)
        elif isinstance(item.value, str) and item.value in GRAINS and not kind.startswith("the_"):
            made.append((GRAINS[item.value], 2 if kind == "dual" else count))
            count = 1
    if {unit for unit, _ in made} - _STEPS - _CLOCK or any(n < 1 for _, n in made):
        return None
    return Offset(Shift(Grain.DAY, 0, forecast=sign > 0), tuple((unit, sign * n) for unit, n in made))


def _half_of(unit: Grain, sixtieths: int) -> tuple[Grain, int] | None:
    """Return the fraction of a unit, in sixtieths, in the next finer one: half a year is six months."""
    if unit not in _FINER:
        return None
    finer, size = _FINER[unit]
    return finer, size * sixtieths // _HOUR


def counted_from(items: Items, rest: Items) -> object:
    """Read a count before or after a day that the text names: بعد أسبوعين من الاثنين."""
    del rest
    day: Any = items[-1].value
    unit = next(GRAINS[item.value] for item in items if isinstance(item.value, str) and item.value in GRAINS)
    found = named(items)
    count = 2 if "dual" in found else pick(found, COUNTS) or 1
    one_day = isinstance(day, (Calendar, Moment)) or (isinstance(day, Shift) and day.unit is Grain.DAY)
    return Offset(day, ((unit, items[0].value * count),)) if one_day and unit in _STEPS else None


def year_word(items: Items, rest: Items) -> object:
    """Read a year that one word says, where only a year can stand: عام ألفين."""
    del rest
    value = items[0].value
    return value if 1000 <= value < 2200 else None  # noqa: PLR2004


def short_year_word(items: Items, rest: Items) -> object:
    """Read a year of the last century by its two last figures in words: عام ستة وثمانين."""
    del rest
    value = items[-1].value
    return Calendar(year=1900 + value) if 40 <= value <= 99 else None  # noqa: PLR2004 - below, hijri years and counts


def within(items: Items, rest: Items) -> object:
    """Read the time from the anchor on that a count spans: خلال أسبوعين.

    It is a duration unless something is to come.
    """
    del rest
    found = named(items)
    unit = next((GRAINS[item.value] for item in items if isinstance(item.value, str) and item.value in GRAINS), None)
    count = 2 if "dual" in found else pick(found, COUNTS) or 1
    if unit not in {Grain.DAY, Grain.WEEK} or count < 1:  # months and years have no exact last day here
        return None
    today = Shift(Grain.DAY, 0)
    return Range(today, Shift(unit, count, counted=True, sequel=True))


def listed_weekday(items: Items, rest: Items) -> object:
    """Read a weekday that shares the word behind the last of its list: السبت والأحد المقبلين."""
    made = calendar(items, ())
    turn = next((item.value for item in rest if name(item.kind) in TURNS), None)
    return replace(made, turn=turn) if isinstance(made, Calendar) else None


def day_of_turn(items: Items, rest: Items) -> object:
    """Read a day of the current or the coming month, with no word for the month: يوم 6 الجاري."""
    del rest
    found = named(items)
    turn = found["turn"]
    day = next(item.value for item in items if name(item.kind) in {"day", "ord"})
    if turn < 0 or day > 31:  # noqa: PLR2004
        return None
    return Calendar(day=day, month=Shift(Grain.MONTH, turn), weekday=found.get("weekday"))


def weekday_of_month(items: Items, rest: Items) -> object:
    """Read a weekday with an ordinal and a month: the date where the weekday agrees, else the nth such weekday."""
    found = named(items)
    n = found["ord"]
    if not 1 <= n <= 5:  # noqa: PLR2004 - a month has no sixth Sunday
        return None
    of = calendar([item for item in items if name(item.kind) not in {"ord", "weekday"}], rest)
    return Nth(n, Grain.DAY, of, found["weekday"], or_date=True) if isinstance(of, Calendar) else None


def week_stretch(items: Items, rest: Items) -> object:
    """Read a stretch of weekdays of a week counted from the anchor: next week, from Tuesday to Thursday."""
    del rest
    week = next((item.value for item in items if name(item.kind) == "period"), None)
    days: Any = next((item.value for item in items if name(item.kind) == "range"), None)
    if not (isinstance(week, Shift) and week.unit is Grain.WEEK and isinstance(days, Range)):
        return None
    ends = [
        replace(end, turn=week.n, of_week=True) if isinstance(end, Calendar) and only_weekday(end) else None
        for end in (days.first, days.last)
    ]
    first, last = ends
    return None if first is None or last is None else Range(first, last)


def zoned(items: Items, rest: Items) -> object:
    """Read the zone of a clock time that stands behind its day: الثامنة من مساء الجمعة بتوقيت دمشق."""
    del rest
    moment, zone = items[0].value, items[-1].value
    if not isinstance(moment, Moment) or moment.clock is None or moment.clock.zone is not None:
        return None
    until = None if moment.until is None else replace(moment.until, zone=zone)
    return replace(moment, clock=replace(moment.clock, zone=zone), until=until)


def half_of_month(items: Items, rest: Items) -> object:
    """Read half a month: النصف الأول من أيار is its days 1 to 15."""
    del rest
    of: Any = Calendar(month=items[-1].value) if isinstance(items[-1].value, int) else items[-1].value
    found = named(items)
    second = "ord" not in found or found["ord"] == 2  # noqa: PLR2004
    month = isinstance(of, Calendar) and isinstance(of.month, int) and of.day is None
    if not (month or (isinstance(of, Shift) and of.unit is Grain.MONTH)) or found.get("ord", 1) > 2:  # noqa: PLR2004
        return None
    ends = (_HALF + 1, -1) if second else (1, _HALF)
    return Range(Nth(ends[0], Grain.DAY, of), Nth(ends[1], Grain.DAY, of))


def since_point(items: Items, rest: Items) -> object:
    """Read a period that is said to begin, but with no decade or century, whose own days are meant."""
    return None if any(isinstance(item.value, Era) for item in items) else since(items, rest)

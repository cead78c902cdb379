"""Makers of clock times, parts of the day, and what stands beside a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from service.enrich.dates.expressions import (
    Calendar,
    Clock,
    Moment,
    Open,
    Range,
    Shift,
)
from service.enrich.dates.grammar import DEAD, Item
from service.enrich.dates.lexicon import code, name
from service.enrich.dates.makers.common import (
    PARTS,
    Items,
    named,
    only_weekday,
)
from service.wire.closed import Grain, PartOfDay

_QUARTER = 15
_MINUTE_WIDTH = 2
_FIGURE_WIDTH = 4
_EVENING = range(5, 12)
_TERMS = frozenset({"before", "past_of", "ago", "after"})
_MINUTES_FROM = frozenset({"turn", "past_of", "to", "after", "ago"})
_NOON_CLOCK = Clock(12, afternoon=True)


def moment(items: Items, rest: Items) -> object:
    """Put a weekday, a part of the day and a clock time beside a day."""
    del rest
    days = [item.value for item in items if name(item.kind) in {"date", "weekday_date"}]
    clocks = [item.value for item in items if name(item.kind) == "clock"]
    for item in items:
        if name(item.kind) == "clocks":
            clocks += [item.value.first.clock, item.value.last.clock]
    if len(days) > 1 and any(isinstance(day, Shift) and day.counted and day.unit is not Grain.DAY for day in days):
        return None  # a count of days may have its weekday beside it
    part = next((PARTS[item.value] for item in items if name(item.kind) == "part"), None)
    merged = _merged(days)
    if merged is None:
        return None
    day, weekday = merged
    if isinstance(day, Moment):
        if part and day.part and part is not day.part:
            return None
        part, weekday = part or day.part, day.weekday if weekday is None else weekday
        clocks = clocks or ([day.clock] if day.clock else [])
        day = day.day
    if isinstance(day, (Range, Open)):
        return None
    return Moment(day, weekday, part, clocks[0] if clocks else None, clocks[1] if len(clocks) > 1 else None)


def _merged(days: Sequence[Any]) -> tuple[Any, int | None] | None:
    """Return the fullest of the days side by side, and the weekday that another names; None if they differ."""
    day = days[0] if days else Shift(Grain.DAY, 0)
    weekday: int | None = None
    for other in days[1:]:
        poorer, fuller = day, other
        if not ((isinstance(day, Calendar) and only_weekday(day)) or (isinstance(day, Shift) and _says_a_day(other))):
            poorer, fuller = other, day
        day = fuller
        if isinstance(poorer, Shift) and poorer.unit is Grain.DAY and _says_a_day(fuller):
            continue  # yesterday, May 14
        if not (isinstance(poorer, Calendar) and only_weekday(poorer)):
            return None
        weekday = poorer.weekday
    return day, weekday


def _says_a_day(what: object) -> bool:
    return isinstance(what, Calendar) and what.day is not None and what.month is not None


def clock(items: Items, rest: Items) -> object:
    """Read a clock time."""
    del rest
    said = [item for item in items if name(item.kind) in {"day", "small", "ord", "card"}]
    if any(item.end - item.start < _MINUTE_WIDTH for item in said[1:]):
        return None
    figures = [item.value for item in said]
    found = named(items)
    past = found.get("half_past")
    hour, minute, second = [*figures, None, None][:3]
    if past is not None:
        hour, minute = (hour, past) if past > 0 else (hour - 1, 60 + past)
    afternoon = found.get("meridiem")
    part = found.get("part")
    if afternoon is None and part is not None:
        afternoon = int(part in {"noon", "afternoon", "evening", "night"})
        if part == "night" and hour < 6:  # noqa: PLR2004 - the small hours
            afternoon = 0
    if hour is None or not 0 <= hour <= 24 or (minute or 0) > 59 or (second or 0) > 59:  # noqa: PLR2004
        return DEAD
    return Clock(hour, minute, second, None if afternoon is None else bool(afternoon), found.get("zone"))


def clock_figure(items: Items, rest: Items) -> object:
    """Read a clock time in four figures, which its zone tells from a year: 0900 GMT."""
    del rest
    figure, zone = items
    hour, minute = divmod(figure.value, 100)
    if figure.end - figure.start != _FIGURE_WIDTH or hour > 24 or minute > 59:  # noqa: PLR2004
        return None
    return Clock(hour, minute, zone=zone.value)


def clock_letter(items: Items, rest: Items) -> object:
    """Read an hour with one letter of a.m. or p.m. glued to it: 9a, 10p."""
    del rest
    hour_, letter = items
    if hour_.end != letter.start or letter.end - letter.start != 1 or not 1 <= hour_.value <= 12:  # noqa: PLR2004
        return None
    return Clock(hour_.value, afternoon=name(letter.kind) == "p")


def hours(items: Items, rest: Items) -> object:
    """Read two bare hours in front of a day as one stretch: between 3 and 8 yesterday."""
    day = [item for item in items if name(item.kind) in {"date", "weekday_date"}]
    stretch = clock_range([item for item in items if name(item.kind) in {"day", "card"}], rest)
    return None if stretch is None else moment([Item(code("clocks"), 0, 0, stretch), *day], rest)


def moment_of_year(items: Items, rest: Items) -> object:
    """Read a date whose year stands behind the clock time: Wed Oct 26 15:50:06 2016."""
    made = moment(items, rest)
    if not isinstance(made, Moment) or not isinstance(made.day, Calendar) or made.day.year is not None:
        return None
    return replace(made, day=replace(made.day, year=items[-1].value))


def until_clock(items: Items, rest: Items) -> object:
    """Read a day with a clock time at which something ends or begins: Thursday before 5 pm."""
    made = moment([item for item in items if name(item.kind) not in _TERMS | {"by"}], rest)
    turn = 1 if {"past_of", "after"} & named(items).keys() else -1
    return Open(made, turn) if isinstance(made, Moment) else None


def to_hour(items: Items, rest: Items) -> object:
    """Read minutes before or after an hour: a quarter past noon, 20 minutes to 2 pm, عشر دقائق بعد الخامسة."""
    del rest
    split = next(n for n, item in enumerate(items) if name(item.kind) in _MINUTES_FROM)
    if name(items[split].kind) == "turn" and items[split].value != -1:
        return None
    before, behind = items[:split], items[split + 1 :]
    kinds = {name(item.kind) for item in before}
    minutes = _QUARTER if "quarter_unit" in kinds else 2 * _QUARTER if "half_unit" in kinds else before[0].value
    said = clock(behind, ()) if name(behind[0].kind) != "part" else _NOON_CLOCK if behind[0].value == "noon" else None
    if not isinstance(said, Clock) or said.minute or not 0 < minutes < 60:  # noqa: PLR2004
        return None
    if name(items[split].kind) in {"to", "ago"}:
        return replace(said, hour=said.hour - 1, minute=60 - minutes) if said.hour else None
    return replace(said, minute=minutes)


def clock_range(items: Items, rest: Items) -> object:
    """Read two clock times as one stretch: from 3 to 5 pm."""
    del rest
    ends: list[Clock] = []
    for item in items:
        kind = name(item.kind)
        if kind == "clock":
            ends.append(item.value)
        elif kind in {"day", "card", "ord"}:
            if not 1 <= item.value <= 24:  # noqa: PLR2004
                return None
            ends.append(Clock(item.value))
    first, last = ends
    if first.afternoon is None and last.afternoon is not None and first.hour <= 12:  # noqa: PLR2004
        morning = last.afternoon and first.hour % 12 > last.hour % 12
        first = replace(first, afternoon=last.afternoon and not morning)
    later = (last.hour, last.minute or 0) > (first.hour, first.minute or 0)
    if first.afternoon is None and last.afternoon is None and not later and last.hour < _NOON_CLOCK.hour:
        last = replace(last, afternoon=True)  # from 11 to 4
    return Range(Moment(Shift(Grain.DAY, 0), clock=first), Moment(Shift(Grain.DAY, 0), clock=last))


def hour(items: Items, rest: Items) -> object:
    """Read a bare hour beside a day: tomorrow at 9."""
    hours = [item.value for item in items if name(item.kind) in {"day", "card", "ord"}]
    if len(hours) != 1 or not 1 <= hours[0] <= 24:  # noqa: PLR2004
        return None
    clock_item = Item(code("clock"), 0, 0, Clock(hours[0]))
    return moment([*[item for item in items if name(item.kind) in {"date", "weekday_date", "part"}], clock_item], rest)


def spoken_clock(items: Items, rest: Items) -> object:
    """Read an hour and its minutes in words beside a day: five-thirty tomorrow evening."""
    hours, minutes = (item.value for item in items if name(item.kind) == "card")
    if not (1 <= hours <= 12 and 10 <= minutes <= 59):  # noqa: PLR2004
        return None
    day = [item for item in items if name(item.kind) in {"date", "weekday_date"}]
    return moment([*day, Item(code("clock"), 0, 0, Clock(hours, minutes))], rest)


def hour_of_part(items: Items, rest: Items) -> object:
    """Read an hour, with its minutes if any, in front of a part of a day: الرابعة من فجر اليوم."""
    day = items[-1].value
    if not (isinstance(day, Moment) and day.part and day.clock is None):
        return None
    minutes = [item.value for item in items[1:] if name(item.kind) in {"card", "day"}]
    if not minutes:
        return hour(items, rest)
    if not 1 <= items[0].value <= 12 or minutes[0] > 59:  # noqa: PLR2004
        return None
    return moment([items[-1], Item(code("clock"), 0, 0, Clock(items[0].value, minutes[0]))], rest)


def hour_ahead(items: Items, rest: Items) -> object:
    """Read a bare hour in front of tomorrow or tonight: 9 tomorrow evening. Elsewhere a figure counts people."""
    day = items[-1].value
    if isinstance(day, Moment):
        tonight = day.part in {PartOfDay.EVENING, PartOfDay.NIGHT} and day.clock is None
        if tonight and day.day == Shift(Grain.DAY, 0) and items[0].value in _EVENING:
            return hour(items, rest)
        day = day.day
    return hour(items, rest) if isinstance(day, Shift) and day.unit is Grain.DAY and day.n == 1 else None

"""Makers: how the items that a rule matched become one expression.

Every maker takes the matched items and the items behind them and returns a value, None (the rule does not
hold here) or DEAD (this only looks like a date). Rules name them by their function's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from service.enrich.dates.expressions import (
    Calendar,
    Clock,
    Edge,
    Era,
    Expression,
    Fraction,
    Moment,
    Nth,
    Open,
    Range,
    Run,
    Shift,
)
from service.enrich.dates.grammar import DEAD, Item, Made, Maker
from service.enrich.dates.lexicon import code, name
from service.enrich.dates.numbers import month_length, read_number, short_year
from service.wire.closed import Grain, PartOfDay

Items = Sequence[Item]

_UNITS = frozenset(Grain)
_DAYS = frozenset({"day", "ord", "card", "first_day"})
_COUNTS = frozenset({"day", "small", "number", "card", "ord"})
_MONTHS = frozenset({"month", "weak_month", "cap_month", "hijri_month", "weak_hijri"})
_TURNS = frozenset({"turn", "this", "next_but_one", "after_next", "last", "following"})
_NODES = frozenset({"date", "period", "range", "weekday_date", "weekend", "bare_month", "bare_year"})
_SEASONS = {"spring": 1, "summer": 2, "autumn": 3, "winter": 4}
_EDGES = {"early": -1, "middle": 0, "late": 1, "first_third": -1, "second_third": 0, "last_third": 1, "rest": 2}


def _named(items: Items) -> dict[str, Any]:
    """Return the values of the items by class; of a repeated class the last."""
    return {name(item.kind): item.value for item in items}


def _first(found: dict[str, Any], names: frozenset[str]) -> Any:
    return next((found[each] for each in found if each in names), None)


def number(items: Items, rest: Items) -> Made | None:
    """Read a number in words; from 1000 on it is a year when more than one word says it."""
    del rest
    words = [item for item in items if name(item.kind) in {"ord", "card"}]
    value = read_number([item.value for item in words])
    if value is None:
        return None
    kind = "ord" if "ord" in (name(words[0].kind), name(words[-1].kind)) else "card"
    if value >= 1000 and len(words) > 1:  # noqa: PLR2004 - years of four figures only
        kind = "year"
    return Made(kind, value)


def ordinal(items: Items, rest: Items) -> object:
    """Read an ordinal in figures: 16th."""
    del rest
    return items[0].value


def week_of(items: Items, rest: Items) -> object:
    """Read the week in which a day lies."""
    del rest
    day = items[-1].value
    return Nth(0, Grain.WEEK, day) if isinstance(day, Calendar) else None


def calendar(items: Items, rest: Items) -> object:
    """Read a date of the calendar: any of weekday, day, month, year, turn, in any order."""
    del rest
    found = _named(items)
    months = {item.value for item in items if name(item.kind) in _MONTHS}
    if len(months) > 1:
        return None
    month = months.pop() if months else None
    turn = _first(found, _TURNS)
    year: int | Shift | None = found.get("year", found.get("number"))
    if year is None and "small" in found:
        year = short_year(found["small"])
    if "period" in found:
        year = found["period"]
        if not _is_year(year):
            return None
    hijri = bool({"hijri_month", "weak_hijri", "hijri_era"} & found.keys())
    if isinstance(year, int) and hijri and month is None and "hijri_era" not in found:
        return None
    day = _first(found, _DAYS)
    if day is not None and month is not None and not 1 <= day <= month_length(month, year, hijri=hijri):
        return DEAD
    return Calendar(year, month, day, found.get("weekday", found.get("weak_weekday")), turn, hijri=hijri)


def month_number(items: Items, rest: Items) -> object:
    """Read a date whose month is a number: the first count is the day where two are given."""
    del rest
    counts = [item.value for item in items if name(item.kind) in _COUNTS | _DAYS]
    month = counts[-1]
    day = counts[0] if len(counts) > 1 else None
    found = _named(items)
    year = found.get("year", found.get("period"))
    if isinstance(year, (Shift, Calendar)) and not _is_year(year):
        return None
    if not 1 <= month <= 12 or (day is not None and not 1 <= day <= month_length(month, year)):  # noqa: PLR2004
        return None
    return Calendar(year, month, day)


def listed(items: Items, rest: Items) -> object:
    """Read the first day of a list that shares its month: in "3 and 5 March" the 3."""
    cut = next((n for n, item in enumerate(rest) if name(item.kind) in _MONTHS), None)
    if cut is None:
        return None
    shared: list[Item] = []
    for item in rest[cut:]:
        if name(item.kind) not in _MONTHS | _TURNS | {"year", "of", "comma", "year_unit", "slash", "hijri_era"}:
            break
        shared.append(item)
    while shared and name(shared[-1].kind) in {"comma", "of"}:
        shared.pop()
    return calendar([*items, *shared], ())


def day_of_month(items: Items, rest: Items) -> object:
    """Read a day of a month that is counted from the anchor: the 20th of next month."""
    del rest
    found = _named(items)
    month = found["period"]
    if not isinstance(month, Shift) or month.unit is not Grain.MONTH:
        return None
    return Calendar(day=_first(found, _DAYS), month=month)


def day_range(items: Items, rest: Items) -> object:
    """Read two days of one month: from 15 to 20 March 2026."""
    days = [n for n, item in enumerate(items) if name(item.kind) in _DAYS]
    if len(days) < 2:  # noqa: PLR2004 - a range has two ends
        return None
    first_day, last_day = days[0], days[1]
    shared = [item for n, item in enumerate(items) if n not in days[:2]]
    make = calendar if any(name(item.kind) in _MONTHS for item in shared) else day_of_month
    first, last = make([*shared, items[first_day]], rest), make([*shared, items[last_day]], rest)
    if not isinstance(first, Calendar) or not isinstance(last, Calendar):
        return DEAD
    return _ordered(first, last)


def _ordered(first: Calendar, last: Calendar) -> Range | None:
    return Range(first, last) if (last.day or 0) > (first.day or 0) else None


def day_pair(items: Items, rest: Items) -> object:
    """Read two days that follow each other as one stretch; any others are two dates."""
    made = day_range(items, rest)
    if isinstance(made, Range) and isinstance(made.first, Calendar) and isinstance(made.last, Calendar):
        return made if (made.last.day or 0) == (made.first.day or 0) + 1 else None
    return None


def shift(items: Items, rest: Items) -> object:
    """Read a whole unit seen from the anchor: last week, this year, the day after tomorrow."""
    del rest
    n = 0
    unit: Grain | None = None
    for item in items:
        kind = name(item.kind)
        if kind in _TURNS or kind in {"today", "relative_day", "tonight"}:
            n = item.value
        if kind in {"today", "relative_day", "tonight"}:
            unit = Grain.DAY
        elif isinstance(item.value, str) and item.value in _UNITS:
            unit = Grain(item.value)
        elif kind == "weekend":
            unit = Grain.WEEKEND
    if unit in {Grain.DECADE, Grain.CENTURY}:
        return Era(unit, shift=n)
    return None if unit is None else Shift(unit, n)


def night(items: Items, rest: Items) -> object:
    """Read a part of a day seen from the anchor: tonight, last night, this morning."""
    del rest
    found = _named(items)
    return Moment(Shift(Grain.DAY, _first(found, _TURNS) or 0), part=PartOfDay(found.get("part", "night")))


def ago(items: Items, rest: Items) -> object:
    """Read a count of units before or after the anchor: three weeks ago, in two days."""
    del rest
    found = _named(items)
    sign = _first(found, frozenset({"ago", "hence", "from_now"}))
    if sign is None:
        sign = found.get("after")
    count = _first(found, _COUNTS)
    if count is None:
        count = 2 if "dual" in found else 1
    unit = next(Grain(item.value) for item in items if isinstance(item.value, str) and item.value in _UNITS)
    if unit in {Grain.DECADE, Grain.CENTURY}:
        count, unit = count * (10 if unit is Grain.DECADE else 100), Grain.YEAR
    if sign is None or count < 1 or unit in {Grain.HOUR, Grain.MINUTE}:
        return None
    return Shift(unit, sign * count, counted=True)


def weekdays_ago(items: Items, rest: Items) -> object:
    """Read a count of weekdays: two Thursdays ago."""
    del rest
    found = _named(items)
    sign = _first(found, frozenset({"ago", "hence", "from_now"}))
    return Nth(sign * _first(found, _COUNTS), Grain.DAY, Shift(Grain.DAY, 0), found["weekday"])


def run(items: Items, rest: Items) -> object:
    """Read a run of whole units: the last three weeks, the two coming years."""
    del rest
    found = _named(items)
    count = _first(found, _COUNTS)
    if count is None:
        count = 2
    unit = next(Grain(item.value) for item in items if isinstance(item.value, str) and item.value in _UNITS)
    turn = _first(found, _TURNS)
    if not turn or not 1 <= count < 1000 or unit in {Grain.HOUR, Grain.MINUTE}:  # noqa: PLR2004
        return DEAD
    if unit is Grain.DECADE:
        unit, count = Grain.YEAR, count * 10
    return Run(unit, count, 1 if turn > 0 else -1)


def nth(items: Items, rest: Items) -> object:
    """Read the nth weekday or unit of a period: the last Sunday of March 2014, the third week of 2018."""
    del rest
    found = _named(items)
    of = items[-1].value
    ordinal = next((item.value for item in items if name(item.kind) in {"ord", "card", "day"}), None)
    backwards = "last" in found or "final" in found or found.get("turn") == -1
    if found.get("turn", -1) != -1:
        return None
    n = -(ordinal or 1) if backwards else ordinal or 1
    if isinstance(of, str):
        of = Shift(Grain(of), 0)
    if isinstance(of, int):
        of = Calendar(year=of)
    weekday = found.get("weekday")
    units = [Grain(item.value) for item in items[:-1] if isinstance(item.value, str) and item.value in _UNITS]
    unit = units[0] if units else Grain.DAY
    return Nth(n, Grain.DAY if weekday is not None else unit, of, weekday)


def fraction(items: Items, rest: Items) -> object:
    """Read a quarter, a half or a season, with or without its year."""
    del rest
    found = _named(items)
    year: Any = next((item.value for item in items if name(item.kind) in {"year", "period"}), None)
    turn = _first(found, frozenset({"turn", "this", "following"}))
    if isinstance(year, Calendar):
        year = year.year
    if year is not None and not isinstance(year, int) and not _is_year(year):
        return None
    season = found.get("season", found.get("weak_season"))
    if season is not None:
        return Fraction(Grain.SEASON, _SEASONS[season], year, turn)
    unit = next(Grain(item.value) for item in items if isinstance(item.value, str) and item.value in _UNITS)
    n = -1 if "last" in found else _first(found, frozenset({"ord", "card", "day", "nth_quarter", "nth_half"}))
    limit = 4 if unit is Grain.QUARTER else 2
    if unit not in {Grain.QUARTER, Grain.HALF} or n is None or not -1 <= n <= limit:
        return None
    return Fraction(unit, n, year, turn)


def era(items: Items, rest: Items) -> object:
    """Read a decade or a century, named or counted from the anchor."""
    del rest
    found = _named(items)
    turn = _first(found, _TURNS)
    ordinal = found.get("ord")
    if "decade" in found:
        tens = found["decade"]
        century = 1900 if ordinal is None else (ordinal - 1) * 100
        return Era(Grain.DECADE, tens if tens >= 1000 else century + tens)  # noqa: PLR2004
    figure = found.get("year", found.get("small"))
    if figure is not None:
        figure += 1900 if figure < 100 else 0  # noqa: PLR2004 - the nineties
        return Era(Grain.DECADE, figure) if figure % 10 == 0 else None
    if ordinal is not None:
        return Era(Grain.CENTURY, (ordinal - 1) * 100) if 2 < ordinal < 30 else None  # noqa: PLR2004
    return None if turn is None else Era(Grain.CENTURY, shift=turn)


def edge(items: Items, rest: Items) -> object:
    """Read the start, middle or end of a period; thirds of months where the word means one."""
    del rest
    word = next(item.value for item in items if name(item.kind) == "edge")
    of = items[-1].value
    if isinstance(of, str):
        of = Shift(Grain(of), 0)
        if of.unit is Grain.WEEK and word == "late":
            return Shift(Grain.WEEKEND, 0)
    if isinstance(of, int):
        of = Calendar(year=of)
    if isinstance(of, Shift) and of.unit is Grain.DAY:
        return of
    return Edge(_EDGES[word], of, narrow=word.endswith("third"))


def moment(items: Items, rest: Items) -> object:
    """Put a weekday, a part of the day and a clock time beside a day."""
    del rest
    days = [item.value for item in items if name(item.kind) in {"date", "weekday_date"}]
    clocks = [item.value for item in items if name(item.kind) == "clock"]
    for item in items:
        if name(item.kind) == "clocks":
            clocks += [item.value.first.clock, item.value.last.clock]
    day = days[0] if days else Shift(Grain.DAY, 0)
    weekday: int | None = None
    part = next((PartOfDay(item.value) for item in items if name(item.kind) == "part"), None)
    for other in days[1:]:
        if isinstance(day, Calendar) and _only_weekday(day):
            day, other = other, day  # noqa: PLW2901 - the weekday is the poorer of the two
        if not (isinstance(other, Calendar) and _only_weekday(other)):
            return None
        weekday = other.weekday
    if isinstance(day, Moment):
        part, weekday = part or day.part, day.weekday if weekday is None else weekday
        clocks = clocks or ([day.clock] if day.clock else [])
        day = day.day
    if isinstance(day, (Range, Open)):
        return None
    return Moment(day, weekday, part, clocks[0] if clocks else None, clocks[1] if len(clocks) > 1 else None)


def _is_year(what: object) -> bool:
    return isinstance(what, Shift) and what.unit is Grain.YEAR and not what.counted


def _only_weekday(day: Calendar) -> bool:
    return day.weekday is not None and (day.year, day.month, day.day) == (None, None, None)


def in_week(items: Items, rest: Items) -> object:
    """Read a weekday of a week that is counted from the anchor: Sunday of last week."""
    del rest
    week = next((item.value for item in items if name(item.kind) == "period"), None)
    day = next((item.value for item in items if name(item.kind) == "weekday_date"), None)
    if not (isinstance(week, Shift) and week.unit is Grain.WEEK and isinstance(day, Calendar)):
        return None
    return Calendar(weekday=day.weekday, turn=week.n, of_week=True)


def with_year(items: Items, rest: Items) -> object:
    """Give a date without a year the year that stands beside it: June next year."""
    del rest
    day = items[0].value
    year = items[-1].value
    if isinstance(year, Calendar) and (year.month, year.day) == (None, None):
        year = year.year
    if not isinstance(day, Calendar) or day.year is not None or day.month is None or day.turn is not None:
        return None
    if not (isinstance(year, int) or (isinstance(year, Shift) and year.unit is Grain.YEAR)):
        return None
    return Calendar(year, day.month, day.day, day.weekday, hijri=day.hijri)


def numeric(items: Items, rest: Items) -> object:
    """Read a date in figures, month first where both readings are possible."""
    del rest
    return _numeric(items, month_first=True)


def numeric_day_first(items: Items, rest: Items) -> object:
    """Read a date in figures, day first where both readings are possible."""
    del rest
    return _numeric(items, month_first=False)


def _numeric(items: Items, *, month_first: bool) -> object:
    parts = [item for item in items if name(item.kind) in {"day", "small", "year", "number"}]
    figures = [part.value for part in parts]
    widths = [part.end - part.start for part in parts]
    separator = next(name(item.kind) for item in items if item not in parts)
    era_ = any(name(item.kind) == "hijri_era" for item in items)
    if len(parts) > 3:  # noqa: PLR2004 - an address, a version, a telephone number
        return DEAD
    if len(parts) == 3:  # noqa: PLR2004
        return _full(figures, widths, month_first=month_first, era_=era_, separator=separator)
    if 4 in widths:  # noqa: PLR2004 - month and year
        return _month_and_year(figures, widths, separator)
    if separator != "slash":
        return None
    made = _day_and_month(figures, month_first=month_first)
    sure = made is not None and (max(figures) > 12 or 2 in widths)  # noqa: PLR2004
    if sure and tuple(figures) != (24, 7):
        return Made("date", made)
    return DEAD if made is None else Made("short_date", made)


def _full(figures: list[int], widths: list[int], *, month_first: bool, era_: bool, separator: str) -> object:
    if widths[0] == 4:  # noqa: PLR2004
        year, pair = figures[0], (figures[1], figures[2])
        month_first = True
    elif widths[2] == 4:  # noqa: PLR2004
        year, pair = figures[2], (figures[0], figures[1])
    elif separator == "slash" or widths == [2, 2, 2]:
        year, pair = short_year(figures[2]), (figures[0], figures[1])
    else:
        return DEAD
    hijri = era_ or 1300 < year < 1500  # noqa: PLR2004 - no news of the Middle Ages in figures
    made = _day_and_month(list(pair), month_first=month_first, year=year, hijri=hijri)
    if made is None or 4 < max(widths) or year < 1:  # noqa: PLR2004
        return DEAD
    also = None if widths[0] == 4 else made.also  # noqa: PLR2004
    return Calendar(year, made.month, made.day, hijri=hijri, also=also)


def _month_and_year(figures: list[int], widths: list[int], separator: str) -> object:
    if widths == [4, 4]:
        return None
    year, month = figures if widths[0] == 4 else figures[::-1]  # noqa: PLR2004
    if not 1 <= month <= 12 or not 1900 <= year < 2200:  # noqa: PLR2004
        return None if separator == "dash" else DEAD
    if separator == "slash" and widths[0] == 4 and month == (year + 1) % 100:  # noqa: PLR2004 - a season, 2011/12
        return DEAD
    if separator == "dot" and widths[0] != 4:  # noqa: PLR2004
        return DEAD
    return Made("period", Calendar(year, month))


def _day_and_month(
    figures: list[int],
    *,
    month_first: bool,
    year: int | None = None,
    hijri: bool = False,
) -> Calendar | None:
    readings = [(month, day) for month, day in (figures, figures[::-1]) if _valid(month, day, year, hijri=hijri)]
    if not readings:
        return None
    if len(readings) == 1 or figures[0] == figures[1]:
        return Calendar(year, *readings[0], hijri=hijri)
    usual, other = readings if month_first else readings[::-1]
    return Calendar(year, *usual, hijri=hijri, also=other)


def _valid(month: int, day: int, year: int | None, *, hijri: bool) -> bool:
    return 1 <= month <= 12 and 1 <= day <= month_length(month, year, hijri=hijri)  # noqa: PLR2004


def clock(items: Items, rest: Items) -> object:
    """Read a clock time."""
    del rest
    figures = [item.value for item in items if name(item.kind) in {"day", "small", "ord", "card"}]
    found = _named(items)
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
    return Range(Moment(Shift(Grain.DAY, 0), clock=first), Moment(Shift(Grain.DAY, 0), clock=last))


def hour(items: Items, rest: Items) -> object:
    """Read a bare hour beside a day: tomorrow at 9."""
    hours = [item.value for item in items if name(item.kind) in {"day", "card", "ord"}]
    if len(hours) != 1 or not 1 <= hours[0] <= 24:  # noqa: PLR2004
        return None
    clock_item = Item(code("clock"), 0, 0, Clock(hours[0]))
    return moment([*[item for item in items if name(item.kind) in {"date", "weekday_date", "part"}], clock_item], rest)


def between(items: Items, rest: Items) -> object:
    """Read a stretch from one expression to another."""
    del rest
    ends = [item.value for item in items if name(item.kind) in _NODES | {"year", "short_date", "month", "weak_month"}]
    kinds = [name(item.kind) for item in items]
    if len(ends) != 2:  # noqa: PLR2004
        return None
    ends = [Calendar(year=end) if kind == "year" else end for end, kind in zip(ends, _end_kinds(kinds), strict=True)]
    ends = [
        Calendar(month=end) if kind in {"month", "weak_month"} else end
        for end, kind in zip(ends, _end_kinds(kinds), strict=True)
    ]
    if any(isinstance(end, (Range, Open)) for end in ends):
        return None
    return Range(ends[0], ends[1])


def _end_kinds(kinds: list[str]) -> list[str]:
    return [kind for kind in kinds if kind in _NODES | {"year", "short_date", "month", "weak_month"}]


def open_end(items: Items, rest: Items) -> object:
    """Read a period without an end: 2012 and later."""
    del rest
    of = next(item for item in items if name(item.kind) in _NODES | {"year"})
    value: Expression = Calendar(year=of.value) if name(of.kind) == "year" else of.value
    return Open(value, next(item.value for item in items if name(item.kind) == "onwards"))


def dead(items: Items, rest: Items) -> object:
    """Kill what only looks like a date: a duration, a frequency, an age."""
    del items, rest
    return DEAD


def keep(items: Items, rest: Items) -> object:
    """Take the one finished part among the items; its neighbours join its span."""
    del rest
    return next(item.value for item in items if name(item.kind) in _NODES)


MAKERS: dict[str, Maker] = {
    made.__name__: made
    for made in (
        number, ordinal, week_of, calendar, month_number, listed, day_of_month, day_range, day_pair, shift, night, ago, weekdays_ago,
        run, nth, clock_range, hour, fraction, era, edge, moment, in_week, with_year, numeric, numeric_day_first, clock, between,
        open_end, dead, keep,
    )
}  # fmt: skip

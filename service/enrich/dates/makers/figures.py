"""Makers of dates in figures: 14/2/2023, 2024-04-30, 03/04."""

from __future__ import annotations

from msgspec.structs import replace

from service.enrich.dates.expressions import (
    Calendar,
    Clock,
    Moment,
    Range,
)
from service.enrich.dates.grammar import DEAD, Made
from service.enrich.dates.lexicon import name
from service.enrich.dates.makers.common import (
    Items,
)
from service.enrich.dates.numbers import month_length, short_year


def numeric(items: Items, rest: Items) -> object:
    """Read a date in figures, month first where both readings are possible."""
    del rest
    return _numeric(items, month_first=True)


def numeric_day_first(items: Items, rest: Items) -> object:
    """Read a date in figures, day first where both readings are possible."""
    del rest
    return _numeric(items, month_first=False)


def numeric_range(items: Items, rest: Items) -> object:
    """Read two dates in figures with dashes inside and between: 10-1-2018-10-7-2018."""
    del rest
    parts = [item for item in items if name(item.kind) in {"day", "small", "year", "number"}]
    dashes = [item for item in items if name(item.kind) == "dash"]
    first = _numeric([*parts[:3], *dashes[:2]], month_first=True)
    last = _numeric([*parts[3:], *dashes[:2]], month_first=True)
    if not isinstance(first, Calendar) or not isinstance(last, Calendar):
        return None
    return Range(replace(first, also=None), replace(last, also=None))


def this_date(items: Items, rest: Items) -> object:
    """Read a date in figures that "this" or "next" places: this 5/12."""
    del rest
    day = items[-1].value
    return replace(day, turn=items[0].value) if isinstance(day, Calendar) and day.year is None else None


def iso_moment(items: Items, rest: Items) -> object:
    """Read a point in time as ISO 8601 writes it: 2024-05-14T21:30:00+03:00. Fractions of a second are cut."""
    del rest
    kinds = [name(item.kind) for item in items]
    figures = [item.value for item in items if name(item.kind) in {"day", "small", "year"}]
    zone = next((item.value for item in items if name(item.kind) == "zone"), None)
    if kinds[-4:-3] in (["plus"], ["dash"]) and len(figures) > 6:  # noqa: PLR2004 - figures of a date and a time
        zone = (60 * figures[-2] + figures[-1]) * (1 if kinds[-4] == "plus" else -1)
        figures = figures[:-2]
    year, month, day, hour, minute, *second = figures
    if not _valid(month, day, year, hijri=False) or hour > 24 or minute > 59 or any(each > 59 for each in second[:1]):  # noqa: PLR2004
        return DEAD
    clock = Clock(hour, minute, second[0] if second else None, zone=zone)
    return Moment(Calendar(year, month, day), clock=clock)


def _numeric(items: Items, *, month_first: bool) -> object:
    parts = [item for item in items if name(item.kind) in {"day", "small", "year", "number"}]
    figures = [part.value for part in parts]
    widths = [part.end - part.start for part in parts]
    separator = next((name(item.kind) for item in items if item not in parts), "")
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
    if not separator and sorted(widths) != [2, 2, 4]:
        return None
    if widths[0] == 4:  # noqa: PLR2004
        year, pair = figures[0], (figures[1], figures[2])
        month_first = True
    elif widths[2] == 4:  # noqa: PLR2004
        year, pair = figures[2], (figures[0], figures[1])
    elif separator == "slash" or (separator and widths == [2, 2, 2]):
        year, pair = short_year(figures[2]), (figures[0], figures[1])
    else:
        return DEAD
    hijri = era_ or _is_hijri(year)
    made = _day_and_month(list(pair), month_first=month_first, year=year, hijri=hijri)
    if made is None or max(widths) > 4 or year < 1:  # noqa: PLR2004
        return DEAD
    also = None if widths[0] == 4 else made.also  # noqa: PLR2004
    return Calendar(year, made.month, made.day, hijri=hijri, also=also)


def _is_hijri(year: int) -> bool:
    """Say of a year in figures beside others that it is of the Islamic calendar: no news of the Middle Ages there."""
    return 1300 < year < 1500  # noqa: PLR2004


def _month_and_year(figures: list[int], widths: list[int], separator: str) -> object:
    year, month = figures if widths[0] == 4 else figures[::-1]  # noqa: PLR2004
    last = _last_year(figures, widths, separator)
    if last is not None:
        hijri = _is_hijri(year)
        return Made("range", Range(Calendar(year, hijri=hijri), Calendar(last, hijri=hijri)))
    if widths == [4, 4]:
        return None
    if not 1 <= month <= 12 or not 1900 <= year < 2200:  # noqa: PLR2004
        return None if separator == "dash" else DEAD
    if separator == "slash" and widths[0] == 4 and month == (year + 1) % 100:  # noqa: PLR2004 - a season, 2011/12
        return DEAD
    if separator == "dot" and widths[0] != 4:  # noqa: PLR2004
        return DEAD
    return Made("period", Calendar(year, month))


def _last_year(figures: list[int], widths: list[int], separator: str) -> int | None:
    """Return the second of two years: 2016/2017, 2022/23, 1914-18; None where the figures say a year and a month."""
    first, last = figures
    if widths == [4, 4]:
        return last if separator == "slash" and last == first + 1 else None
    if widths != [4, 2]:
        return None
    season = separator == "slash" and last == (first + 1) % 100
    war = separator == "dash" and last > first % 100
    winter = separator == "dash" and last == first % 100 + 1  # 2007-08: two years, as prose writes them
    return first // 100 * 100 + last if winter or (last > 12 and (season or war)) else None  # noqa: PLR2004 - months end at 12


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

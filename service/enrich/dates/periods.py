"""Stretches of whole days, and how they are written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from service.enrich.dates.numbers import month_length
from service.wire.closed import Grain

_DAY = timedelta(days=1)
_MONDAY, _THURSDAY, _SATURDAY, _SUNDAY = 0, 3, 5, 6
CLOCK_UNITS = {Grain.HOUR: timedelta(hours=1), Grain.MINUTE: timedelta(minutes=1)}
"""Units shorter than a day, with their lengths."""

_MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.HALF: 6, Grain.YEAR: 12, Grain.SEASON: 12}


class Period(NamedTuple):
    """The first and the last day of a stretch."""

    first: date
    last: date


def shifted(day: date, unit: Grain, n: int) -> date:
    """Return the day ``n`` units on; in a shorter month its last day. Raises OverflowError beyond year 1-9999."""
    if unit is Grain.DAY:
        return day + timedelta(days=n)
    if unit in {Grain.WEEK, Grain.WEEKEND}:
        return day + timedelta(weeks=n)
    month = day.year * 12 + day.month - 1 + n * _MONTHS[unit]
    year, month = divmod(month, 12)
    if not 1 <= year <= 9999:  # noqa: PLR2004 - what datetime can hold
        raise OverflowError(year)
    return date(year, month + 1, min(day.day, month_length(month + 1, year)))


def period_of(unit: Grain, day: date) -> Period:
    """Return the whole unit (ISO week, calendar month ...) in which a day lies."""
    if unit is Grain.DAY:
        return Period(day, day)
    if unit in {Grain.WEEK, Grain.WEEKEND}:
        monday = day - day.weekday() * _DAY
        return Period(monday + (5 * _DAY if unit is Grain.WEEKEND else 0 * _DAY), monday + 6 * _DAY)
    if unit is Grain.SEASON:
        return nth_of(unit, day.year, ((day.month - 3) // 3) % 4 + 1)
    if unit not in _MONTHS:
        return Period(day, day)
    months = _MONTHS[unit]
    first = (day.month - 1) // months * months + 1
    last = first + months - 1
    return Period(date(day.year, first, 1), date(day.year, last, month_length(last, day.year)))


def nth_of(unit: Grain, year: int, n: int) -> Period:
    """Return the nth quarter, half or meteorological season (spring is the first, from March on) of a year."""
    months = 6 if unit is Grain.HALF else 3
    first = (n - 1) * months + (3 if unit is Grain.SEASON else 1)
    last = first + months - 1
    last_year, last_month = (year, last) if last <= 12 else (year + 1, last - 12)  # noqa: PLR2004
    return Period(date(year, first, 1), date(last_year, last_month, month_length(last_month, last_year)))


def first_of(
    of: Period,
    unit: Grain,
    n: int,
    weekday: int | None,
    *,
    by_thursday: bool = False,
) -> Period | None:
    """Return the nth unit, or nth weekday, that lies in a period; from its end for negative ``n``.

    The first week of a year is its ISO week 1. The first week of a month is the first whole week in it, or with
    ``by_thursday`` the first whose Thursday lies in it, which is how ISO 8601 counts the weeks of a year. A weekend
    is of the month of its Saturday.
    """
    if weekday is not None:
        start = of.first + ((weekday - of.first.weekday()) % 7) * _DAY
        end = of.last - ((of.last.weekday() - weekday) % 7) * _DAY
        day = start + (n - 1) * 7 * _DAY if n > 0 else end + (n + 1) * 7 * _DAY
        return Period(day, day) if of.first <= day <= of.last else None
    if unit in {Grain.WEEK, Grain.WEEKEND}:
        of_year = (of.last - of.first).days > 360  # noqa: PLR2004 - a year or longer
        first, last = (_THURSDAY, _THURSDAY) if of_year or by_thursday else (_MONDAY, _SUNDAY)
        pivot = _SATURDAY if unit is Grain.WEEKEND else first if n > 0 else last
        found = first_of(of, Grain.DAY, n, pivot)
        return None if found is None else period_of(unit, found.first)
    start = of.first if n > 0 else of.last
    found = period_of(unit, shifted(start, unit, n - 1 if n > 0 else n + 1))
    return found if of.first <= found.first and found.last <= of.last else None


_WRITTEN: dict[Grain, Callable[[date], str]] = {
    Grain.YEAR: lambda first: f"{first.year:04d}",
    Grain.MONTH: lambda first: f"{first.year:04d}-{first.month:02d}",
    Grain.WEEK: lambda first: "{:04d}-W{:02d}".format(*first.isocalendar()[:2]),
    Grain.QUARTER: lambda first: f"{first.year:04d}-{33 + first.month // 3}",
    Grain.HALF: lambda first: f"{first.year:04d}-{40 + first.month // 7}",
    Grain.SEASON: lambda first: f"{first.year:04d}-{20 + first.month // 3}",
    Grain.DECADE: lambda first: f"{first.year // 10:03d}X",
    Grain.CENTURY: lambda first: f"{first.year // 100:02d}XX",
}


def written(grain: Grain, period: Period) -> str:
    """Write a period: a day, a week, a month ... by its own form, anything else as an interval of days."""
    form = _WRITTEN.get(grain)
    if form is not None:
        return form(period.first)
    if period.first == period.last:
        return period.first.isoformat()
    return f"{period.first.isoformat()}/{period.last.isoformat()}"

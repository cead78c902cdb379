"""The Islamic calendar by Umm al-Qura, through hijridate: 1343 to 1500 AH, nothing outside."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from service.enrich.dates.expressions import Calendar, Shift
from service.enrich.dates.periods import Period

_LAST_MONTH = 12


class Found(NamedTuple):
    """A date of the Islamic calendar: how it is written there, and its Gregorian days where they are known."""

    written: str
    period: Period | None


@lru_cache(maxsize=1024)
def _gregorian(year: int, month: int, day: int) -> tuple[date, int] | None:
    """Return the Gregorian day and the length of the month, or None outside the calendar's range."""
    from hijridate import Hijri  # noqa: PLC0415 - few articles need it

    try:
        first = Hijri(year, month, 1)
        length = first.month_length()
        return (Hijri(year, month, day).to_gregorian(), length) if day <= length else None
    except (OverflowError, ValueError):
        return None


@lru_cache(maxsize=64)
def _hijri_year(day: date) -> int | None:
    from hijridate import Gregorian  # noqa: PLC0415

    try:
        return int(Gregorian(day.year, day.month, day.day).to_hijri().year)
    except (OverflowError, ValueError):
        return None


def resolve_hijri(what: Calendar, anchor: date | None) -> Found | None:
    """Return an Islamic date in both calendars; None where the day does not exist in its month."""
    if isinstance(what.month, Shift):
        return None
    if isinstance(what.year, int):
        return _in_gregorian_year(what, what.year) if what.year > 1600 else _known(what, what.year)  # noqa: PLR2004
    if what.month is None:
        return None
    this_year = None if anchor is None else _hijri_year(anchor)
    if anchor is None or this_year is None:
        return Found(f"--{what.month:02d}" + _day(what), None)
    if isinstance(what.year, Shift):
        return _known(what, this_year + what.year.n)
    return _nearest(what, this_year, anchor)


def _day(what: Calendar) -> str:
    return "" if what.day is None else f"-{what.day:02d}"


def _known(what: Calendar, year: int) -> Found | None:
    if not isinstance(what.month, int):
        first, last = _gregorian(year, 1, 1), _gregorian(year, _LAST_MONTH, 1)
        if first is None or last is None:
            return Found(f"{year:04d}", None)
        return Found(f"{year:04d}", Period(first[0], date.fromordinal(last[0].toordinal() + last[1] - 1)))
    written = f"{year:04d}-{what.month:02d}{_day(what)}"
    start = _gregorian(year, what.month, 1)
    if start is None:
        return Found(written, None)
    if what.day is None:
        return Found(written, Period(start[0], date.fromordinal(start[0].toordinal() + start[1] - 1)))
    found = _gregorian(year, what.month, what.day)
    return None if found is None else Found(written, Period(found[0], found[0]))


def _in_gregorian_year(what: Calendar, year: int) -> Found | None:
    """Find the Islamic month that starts in a Gregorian year: Ramadan 2024."""
    middle = _hijri_year(date(year, 7, 1)) if year <= 9999 else None  # noqa: PLR2004
    for candidate in () if middle is None else (middle, middle - 1, middle + 1):
        found = _known(what, candidate)
        if found is not None and found.period is not None and found.period.first.year == year:
            return found
    return None


def _nearest(what: Calendar, this_year: int, anchor: date) -> Found | None:
    """Take the year nearest the anchor, on the side that words such as last and next name."""
    candidates = []
    for year in (this_year - 1, this_year, this_year + 1):
        found = _known(what, year)
        if found is None or found.period is None:
            continue
        first, last = found.period
        wrong_side = ((what.turn or 0) < 0 and last >= anchor) or ((what.turn or 0) > 0 and first <= anchor)
        if not wrong_side:
            candidates.append((max((first - anchor).days, (anchor - last).days, 0), year, found))
    return min(candidates, key=lambda each: each[:2])[2] if candidates else None

"""Dates of the calendar: the year that is meant, the weekday that is meant."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec.structs import replace

from service.enrich.dates.expressions import (
    Calendar,
    Shift,
)
from service.enrich.dates.hijri import resolve_hijri
from service.enrich.dates.periods import Period, period_of, shifted, written
from service.enrich.dates.seen import Resolved, Seen, stretch
from service.wire.closed import Grain

_DAY = timedelta(days=1)
_WEEK = 7
_YEARS_TO_SEARCH = 1
"""A weekday that agrees only with a year further away is a slip of the pen, not news."""
_LEAP_YEARS = 8
_LEAP_DAY = (2, 29)
_MONTHS_TO_SEARCH = 12
_ANNOUNCED = timedelta(days=100)
"""News of the past announces days to come, but hardly further ahead."""


def resolve_calendar(what: Calendar, seen: Seen) -> Resolved | None:
    """Return the place in time of a date of the calendar, or None where there is no such day."""
    if what.hijri:
        return _hijri(what, seen)
    if what.month is None and what.day is None and what.year is None:
        return _weekday(what, seen)
    if isinstance(what.year, Shift) or isinstance(what.month, Shift):
        return _counted(what, seen)
    if what.year is None:
        return _without_year(what, seen)
    return _full(what, what.year, relative=False)


def _full(what: Calendar, year: int, *, relative: bool) -> Resolved | None:
    month, day = what.month, what.day
    if not 1 <= year <= 9999:  # noqa: PLR2004 - what ISO 8601 writes in four figures
        return None
    if month is None:
        return stretch(Grain.YEAR, period_of(Grain.YEAR, date(year, 1, 1)), relative=relative)
    if not isinstance(month, int):
        return None
    if day is None:
        return stretch(Grain.MONTH, period_of(Grain.MONTH, date(year, month, 1)), relative=relative)
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    conflict = what.weekday is not None and found.weekday() != what.weekday
    alternatives: tuple[str, ...] = ()
    if what.also is not None:
        other = date(year, *what.also)
        if what.weekday is None:
            alternatives = (found.isoformat(), other.isoformat())
        elif conflict and other.weekday() == what.weekday:
            found, conflict = other, False
    return stretch(
        Grain.DAY, Period(found, found), relative=relative, conflict=conflict, alternatives=alternatives,
    )  # fmt: skip


def _counted(what: Calendar, seen: Seen) -> Resolved | None:
    if seen.day is None:
        return _unanchored(what)
    if isinstance(what.month, Shift):
        month = shifted(seen.day, Grain.MONTH, what.month.n)
        return _full(replace(what, month=month.month), month.year, relative=True)
    if isinstance(what.year, Shift):
        return _full(what, seen.day.year + what.year.n, relative=True)
    return None


def _unanchored(what: Calendar) -> Resolved:
    grain = Grain.DAY if what.day is not None or what.month is None else Grain.MONTH
    if what.month is None or isinstance(what.month, Shift):
        return Resolved(grain, None, relative=True)
    value = f"--{what.month:02d}" + (f"-{what.day:02d}" if what.day is not None else "")
    return Resolved(grain, value, relative=True)


def _weekday(what: Calendar, seen: Seen) -> Resolved | None:
    if what.weekday is None:
        return None
    if seen.day is None:
        return Resolved(Grain.DAY, None, relative=True)
    behind = (seen.day.weekday() - what.weekday) % _WEEK
    before, after = seen.day - timedelta(behind), seen.day + timedelta((_WEEK - behind) % _WEEK)
    alternatives: tuple[str, ...] = ()
    if what.of_week:
        found = period_of(Grain.WEEK, shifted(seen.day, Grain.WEEK, what.turn or 0)).first + what.weekday * _DAY
    elif what.today:  # of an article that is read a day later, the weekday is right
        found = before if behind <= _WEEK // 2 else after
    elif what.turn is None:
        found = after if seen.ahead else before
    elif what.turn < 0:
        found = (before if behind else before - _WEEK * _DAY) + (what.turn + 1) * _WEEK * _DAY
    elif what.turn == 0:
        found = after
    else:
        found = (after if behind else after + _WEEK * _DAY) + (what.turn - 1) * _WEEK * _DAY
        of_next_week = period_of(Grain.WEEK, shifted(seen.day, Grain.WEEK, 1)).first + what.weekday * _DAY
        if seen.strict_next and what.turn == 1 and not what.coming and found != of_next_week:
            alternatives = (of_next_week.isoformat(), found.isoformat())
            found = of_next_week
    conflict = what.today and found != seen.day
    return stretch(Grain.DAY, Period(found, found), relative=True, alternatives=alternatives, conflict=conflict)


def _without_year(what: Calendar, seen: Seen) -> Resolved | None:
    """Take the year nearest the anchor that agrees with the weekday and with words such as last and next."""
    if seen.day is None or what.year_elsewhere:
        return _unanchored(what)
    if what.month is None:
        return _day_with_weekday(what, seen.day, ahead=seen.ahead)
    leap = (what.month, what.day) == _LEAP_DAY
    reach = _LEAP_YEARS if leap else _YEARS_TO_SEARCH if what.weekday is not None else max(what.turn or 0, 1)
    candidates = []
    for year in range(seen.day.year - reach, seen.day.year + reach + 1):
        found = _full(what, year, relative=True)
        if found is None or found.period is None or found.conflict or not _on_side(what, found.period, seen):
            continue
        first, last = found.period
        distance = max((first - seen.day).days, (seen.day - last).days, 0)
        candidates.append((distance, first > seen.day, year, found))
    candidates.sort(key=lambda each: each[:3])
    nth = max(what.turn or 0, 1)
    if len(candidates) >= nth:
        return candidates[nth - 1][3]
    if what.weekday is None:
        return None
    # The weekday is a slip of the pen, and so says nothing of the side on which the date lies.
    found = _without_year(replace(what, weekday=None), replace(seen, ahead=False, back=False))
    return None if found is None else replace(found, conflict=True)


def _on_side(what: Calendar, period: Period, seen: Seen) -> bool:
    """Say whether a date lies on the side of the anchor that words such as last and next name."""
    first, last = period
    if seen.day is None:
        return True
    if what.turn is None:
        return what.weekday is not None or not (
            (seen.ahead and last < seen.day - seen.grace)
            or (seen.back and first > seen.day + (_ANNOUNCED if what.day is not None else timedelta(0)))
        )
    if what.turn < 0:
        return first <= seen.day if what.day is not None else last < seen.day
    if what.turn == 0:
        return what.day is not None or first.year == seen.day.year  # this February
    return last > seen.day if what.day is not None else first > seen.day


def _day_with_weekday(what: Calendar, anchor: date, *, ahead: bool) -> Resolved | None:
    """Find the nearest month in which a day of the month falls on the weekday, if one is said: Friday the 13th."""
    if what.day is None:
        return None
    candidates = []
    for n in range(-_MONTHS_TO_SEARCH, _MONTHS_TO_SEARCH + 1):
        month = shifted(anchor, Grain.MONTH, n)
        try:
            found = date(month.year, month.month, what.day)
        except ValueError:
            continue
        if what.weekday in {None, found.weekday()} and not (ahead and found < anchor):
            candidates.append((abs((found - anchor).days), found))
    if not candidates:
        return None
    day = min(candidates)[1]
    return stretch(Grain.DAY, Period(day, day), relative=True)


def _hijri(what: Calendar, seen: Seen) -> Resolved | None:
    found = resolve_hijri(what, seen.day)
    if found is None:
        return None
    grain = Grain.DAY if what.day is not None else Grain.YEAR if what.month is None else Grain.MONTH
    relative = not isinstance(what.year, int)
    value = None
    if found.period is not None:
        value = written(Grain.DAY, found.period)
    conflict = bool(
        found.period and what.day and what.weekday is not None and found.period.first.weekday() != what.weekday,
    )
    return Resolved(
        grain, value, found.period, relative=relative, conflict=conflict, hijri=found.written, is_hijri=True,
    )  # fmt: skip

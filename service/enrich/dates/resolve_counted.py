"""Quarters, seasons, runs of units, working days, decades: what needs nothing but the anchor to be placed in time."""

from __future__ import annotations

from datetime import date, timedelta

from service.enrich.dates.clocks import clock_run
from service.enrich.dates.expressions import ERAS, Era, Fraction, Run, Shift, Workdays
from service.enrich.dates.periods import CLOCK_UNITS, Period, nth_of, period_of, shifted, written
from service.enrich.dates.seen import Resolved, Seen, duration, stretch
from service.wire.closed import Grain

_DAY = timedelta(days=1)
_SATURDAY = 5


def resolve_fraction(what: Fraction, seen: Seen) -> Resolved | None:
    """Return the place in time of a quarter, a half or a season of a year."""
    count = {Grain.QUARTER: 4, Grain.HALF: 2, Grain.SEASON: 4}[what.unit]
    n = what.n if what.n > 0 else count
    relative = not isinstance(what.year, int)
    if isinstance(what.year, int):
        year = what.year
    elif seen.day is None:
        return Resolved(what.unit, None, relative=True)
    elif isinstance(what.year, Shift):
        year = seen.day.year + what.year.n
    else:
        year = _nearest_year(what, n, seen)
    if not 1 <= year <= 9998:  # noqa: PLR2004 - a winter ends in the next year
        return None
    code = {Grain.QUARTER: 32, Grain.HALF: 39, Grain.SEASON: 20}[what.unit] + n
    return Resolved(what.unit, f"{year:04d}-{code}", nth_of(what.unit, year, n), relative=relative)


def _nearest_year(what: Fraction, n: int, seen: Seen) -> int:
    """Take the anchor's year, or where words or the tense say so the one before or behind."""
    anchor = seen.day or date.min
    year = anchor.year
    period = nth_of(what.unit, year, n)
    if what.turn is not None and what.turn < 0 and period.last >= anchor:
        return year - 1
    if what.turn is not None and what.turn > 0 and period.first <= anchor:
        return year + 1
    if what.turn is None and seen.ahead and period.last < anchor:
        return year + 1
    if what.turn is None and seen.back and period.first > anchor:
        return year - 1
    return year


def resolve_run(what: Run, seen: Seen) -> Resolved | None:
    """Return the whole units before or after the anchor's own."""
    if what.count is None:
        return Resolved(what.unit, None, relative=True)
    if what.unit in CLOCK_UNITS:
        return clock_run(what.unit, what.turn * what.count, seen)
    if seen.day is None:
        return Resolved(what.unit, None, offset=duration(what.unit, what.turn * what.count), relative=True)
    near = period_of(what.unit, shifted(seen.day, what.unit, what.turn))
    far = period_of(what.unit, shifted(seen.day, what.unit, what.turn * what.count))
    period = Period(min(near.first, far.first), max(near.last, far.last))
    first, last = (written(what.unit, each) for each in ((far, near) if what.turn < 0 else (near, far)))
    plain = what.count > 1 and what.unit in {Grain.DAY, Grain.MONTH, Grain.YEAR}
    value = f"{first}/{last}" if plain else written(Grain.DAY, period)
    offset = duration(what.unit, what.turn * what.count)
    return Resolved(what.unit, value, period, offset=offset, relative=True)


def resolve_workdays(what: Workdays, seen: Seen) -> Resolved:
    """Return the working day counted from the anchor, or all the days up to it."""
    if seen.day is None:
        return Resolved(Grain.DAY, None, relative=True)
    step = _DAY if what.n > 0 else -_DAY
    days: list[date] = []
    day = seen.day
    while len(days) < abs(what.n):
        day += step
        if day.weekday() < _SATURDAY:
            days.append(day)
    first = days[0] if what.run else days[-1]
    return stretch(Grain.DAY, Period(min(first, days[-1]), max(first, days[-1])), relative=True)


def resolve_era(what: Era, seen: Seen) -> Resolved | None:
    """Return the place in time of a decade or a century, or None where the profile cannot write it."""
    length = ERAS[what.unit]
    if what.shift is None:
        first = what.year
    elif seen.day is None:
        return Resolved(what.unit, None, offset=duration(what.unit, what.shift), relative=True)
    else:
        first = seen.day.year // length * length + what.shift * length
    if not length <= first <= 9999 - length:
        return None
    period = Period(date(first, 1, 1), date(first + length - 1, 12, 31))
    return stretch(what.unit, period, relative=what.shift is not None)

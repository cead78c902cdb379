"""From what an expression says to calendar time, seen from an anchor.

Values are ISO 8601-1/-2 (EDTF) strings of the profile ``service.wire.event.DATE_VALUE``. Nothing is invented:
without an anchor a relative expression has no value and a date without a year stays ``--MM-DD``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from service.enrich.dates.clocks import clock_shift, moment_at
from service.enrich.dates.expressions import (
    Calendar,
    Edge,
    Era,
    Expression,
    Fraction,
    Moment,
    Nth,
    Offset,
    Open,
    Piece,
    Range,
    Run,
    Shift,
    Workdays,
)
from service.enrich.dates.periods import CLOCK_UNITS, Period, first_of, period_of, shifted, written
from service.enrich.dates.resolve_calendar import resolve_calendar
from service.enrich.dates.resolve_counted import resolve_era, resolve_fraction, resolve_run, resolve_workdays
from service.enrich.dates.seen import Resolved, Seen, duration, stretch
from service.wire.closed import Grain

_KEPT = 1 << 13
_ANYWHERE = Seen(None)
_DAY = timedelta(days=1)
_WEEK = 7
_NOON = 12
_REST = 2
_SATURDAY = 5


def as_needed(expression: Expression, seen: Seen, now: datetime | None) -> Seen:
    """Return as much of the place from which an expression is read as may count, so that articles share what it means.

    A date with its year is the same from everywhere, and most others are from anywhere in one day. ``now`` is the
    anchor's clock time, which ``seen`` is without.
    """
    if isinstance(expression, Calendar):
        whole = isinstance(expression.year, int) and not isinstance(expression.month, Shift) and not expression.hijri
        return _ANYWHERE if whole else seen
    if isinstance(expression, Shift) and expression.unit not in CLOCK_UNITS:
        return seen
    return seen if now is None else replace(seen, now=now)


@lru_cache(maxsize=_KEPT)
def resolve(expression: Expression, seen: Seen) -> Resolved | None:
    """Return where an expression lies in time, or None where it makes no sense (the 6th Friday of a month)."""
    try:
        return _resolve(expression, seen)
    except (OverflowError, ValueError):  # the years before 1 and behind 9999
        return None


def _resolve(expression: Expression, seen: Seen) -> Resolved | None:
    return _RESOLVERS[type(expression)](expression, seen)


def _shift(what: Shift, seen: Seen) -> Resolved:
    grain = Grain.DAY if what.counted and what.unit is Grain.WEEK else what.unit
    offset = duration(what.unit, what.n)
    if what.unit in CLOCK_UNITS:
        return clock_shift(what, seen)
    if seen.day is None:
        return Resolved(grain, None, offset=offset, relative=True)
    if what.near:
        back = 0 if seen.ahead or seen.day.weekday() >= _SATURDAY else -1
        return stretch(grain, period_of(grain, shifted(seen.day, what.unit, back)), relative=True)
    try:
        period = period_of(grain, shifted(seen.day, what.unit, what.n))
    except OverflowError:
        return Resolved(grain, None, offset=offset, relative=True)
    return stretch(grain, period, offset=offset, relative=True)


def _moment(what: Moment, seen: Seen) -> Resolved | None:
    day = what.day
    if what.weekday is not None and isinstance(day, Calendar) and day.weekday is None:
        day = replace(day, weekday=what.weekday)
    found = _resolve(day, seen)
    if found is None or found.grain is not Grain.DAY:
        return None
    conflict = found.conflict
    if what.weekday is not None and found.period is not None and found.period.first.weekday() != what.weekday:
        conflict = True
    if what.clock is None and not what.part:
        return found if conflict is found.conflict else replace(found, conflict=conflict)
    found = replace(found, part=what.part, conflict=conflict)
    if what.clock is None:
        return replace(found, grain=Grain.PART_OF_DAY)
    grain = Grain.HOUR if what.clock.minute is None else Grain.MINUTE
    if found.period is None or found.value is None or found.value.startswith("--"):
        return replace(found, grain=grain)
    value = moment_at(found.period.first, what.clock, what.part)
    if what.until is not None:
        value = f"{value}/{moment_at(found.period.first, what.until, what.part)}"
    alternatives = tuple(moment_at(date.fromisoformat(each), what.clock, what.part) for each in found.alternatives)
    return replace(found, grain=grain, value=value, alternatives=alternatives)


def _range(what: Range, seen: Seen) -> Resolved | None:
    first_said, last_said = _share(what.first, what.last)
    last = _resolve(last_said, seen)
    if last is not None and last.period is not None and _is_loose(first_said):
        first = _resolve(first_said, replace(seen, day=last.period.last, ahead=False, back=True))
    else:
        first = _resolve(first_said, seen)
    if first is None or last is None:
        return None
    grain = last.grain
    relative = first.relative or last.relative
    if first.period is None or last.period is None:
        known = first.value is not None and last.value is not None
        return Resolved(grain, f"{first.value}/{last.value}" if known else None, relative=relative)
    if first.period.first > last.period.last and _is_loose(last_said):
        last = _resolve(last_said, replace(seen, day=first.period.first, ahead=True))
    if last is None or last.period is None or first.period.first > last.period.last:
        return None
    period = Period(first.period.first, last.period.last)
    if "T" in (first.value or "") or "T" in (last.value or ""):
        value: str | None = f"{first.value}/{last.value}"
    elif first.grain is last.grain and first.value and last.value and "/" not in first.value + last.value:
        value = f"{first.value}/{last.value}"
    else:
        value = f"{period.first.isoformat()}/{period.last.isoformat()}"
    return Resolved(
        grain, value, period, relative=relative, conflict=first.conflict or last.conflict, part=first.part or last.part,
        is_hijri=first.is_hijri,
    )  # fmt: skip


def _is_loose(end: Expression) -> bool:
    """Say whether an end of a stretch is placed by its other end: a weekday, or a date without a year."""
    if isinstance(end, Moment):
        return _is_loose(end.day)
    placed = isinstance(end, Calendar) and (end.turn is not None or end.hijri or isinstance(end.month, Shift))
    return isinstance(end, Calendar) and end.year is None and not placed


def _share(first: Expression, last: Expression) -> tuple[Expression, Expression]:
    """Let the ends of a stretch share the year and the turn that only one of them states."""
    if (
        isinstance(first, Calendar)
        and isinstance(last, Calendar)
        and first.month is not None
        and last.month is not None
    ):
        if first.year is None and isinstance(last.year, int):
            year = last.year
            if isinstance(first.month, int) and isinstance(last.month, int) and first.month > last.month:
                year -= 1
            return replace(first, year=year), last
        if last.year is None and first.year is not None:
            return first, replace(last, year=first.year)
        if last.turn is not None and first.turn is None and first.month == last.month:
            return replace(first, turn=last.turn), last
    return first, last


def _edge(what: Edge, seen: Seen) -> Resolved | None:
    """Give the period itself, and for months and weeks the third that the words name.

    A month's thirds are the days 1-10, 11-20 and 21 to its end; its middle is the 15th. A week starts with
    Monday to Wednesday and ends with Friday to Sunday.
    """
    found = _resolve(what.of, seen)
    if found is None or found.period is None or found.is_hijri:
        return found
    first, last = found.period
    if what.edge == _REST:
        if seen.day is None or not first <= seen.day <= last:
            return None
        period = Period(seen.day, last)
        return replace(found, value=written(Grain.DAY, period), period=period)
    if found.grain is Grain.MONTH:
        narrow = (
            Period(first, first + 9 * _DAY) if what.edge < 0
            else Period(first + 20 * _DAY, last) if what.edge > 0
            else Period(first + 10 * _DAY, first + 19 * _DAY) if what.narrow
            else Period(first + 14 * _DAY, first + 14 * _DAY)
        )  # fmt: skip
    elif found.grain is Grain.WEEK:
        narrow = (
            Period(first, first + 2 * _DAY) if what.edge < 0
            else Period(last - 2 * _DAY, last) if what.edge > 0
            else Period(first + 2 * _DAY, first + 3 * _DAY)
        )  # fmt: skip
    else:
        return found
    return replace(found, value=written(Grain.DAY, narrow), period=narrow)


def _nth(what: Nth, seen: Seen) -> Resolved | None:
    if isinstance(what.of, Shift) and what.of.unit is Grain.DAY:
        return _weekdays_counted(what, seen)
    of = _resolve(what.of, seen)
    if of is None:
        return None
    grain = what.unit
    if of.period is None:
        return Resolved(grain, None, relative=True)
    if what.or_date and isinstance(what.of, Calendar):
        day = _resolve(replace(what.of, day=what.n), seen)
        if day is not None and day.period is not None and day.period.first.weekday() == what.weekday:
            return day
    found: Period | None
    if what.closest and what.weekday is not None:
        found = _closest(of.period.first, what.n, what.weekday)
    elif what.n == 0:
        found = period_of(grain, of.period.first)
    else:
        found = first_of(of.period, grain, what.n, what.weekday, by_thursday=seen.by_thursday)
    return None if found is None else stretch(grain, found, relative=of.relative)


def _closest(day: date, n: int, weekday: int) -> Period:
    """Return the nth of a weekday's days by distance from a day; of two as far, weeks on either side, the earlier."""
    first = day - (day.weekday() - weekday) % _WEEK * _DAY
    days = sorted((first + k * _WEEK * _DAY for k in range(-n, n + 1)), key=lambda each: abs(each - day))
    return Period(days[n - 1], days[n - 1])


def _weekdays_counted(what: Nth, seen: Seen) -> Resolved | None:
    if seen.day is None or what.weekday is None:
        return Resolved(Grain.DAY, None, relative=True)
    step = _DAY if what.n > 0 else -_DAY
    day = seen.day + step
    while day.weekday() != what.weekday:
        day += step
    day += (abs(what.n) - 1) * _WEEK * step
    return stretch(Grain.DAY, Period(day, day), relative=True)


def _offset(what: Offset, seen: Seen) -> Resolved | None:
    """Count one unit after the other; from the anchor's own day the finest unit is the grain."""
    units = {unit for unit, _ in what.steps}
    if not isinstance(what.of, Shift) or replace(what.of, forecast=False) != Shift(Grain.DAY, 0):
        grain, said = Grain.DAY, None
    else:
        finest = (Grain.MINUTE, Grain.HOUR, Grain.DAY, Grain.WEEK, Grain.MONTH)
        grain = next((unit for unit in finest if unit in units), Grain.YEAR)
        grain = Grain.DAY if grain is Grain.WEEK else grain
        said = duration(*what.steps[0]) + "".join(duration(*each).lstrip("-P") for each in what.steps[1:])
    base = _resolve(what.of, seen)
    if base is None or base.period is None or (units & CLOCK_UNITS.keys() and seen.now is None):
        return Resolved(grain, None, offset=said, relative=True)
    day = base.period.first
    for unit, n in what.steps:
        day = day if unit in CLOCK_UNITS else shifted(day, unit, n)
    if seen.now is None or not units & CLOCK_UNITS.keys():
        return stretch(grain, period_of(grain, day), offset=said, relative=base.relative)
    moment = datetime.combine(day, seen.now.time())
    moment += sum((n * CLOCK_UNITS[unit] for unit, n in what.steps if unit in CLOCK_UNITS), timedelta())
    period = Period(moment.date(), moment.date())
    return Resolved(grain, moment.isoformat(timespec="minutes"), period, offset=said, relative=True)


def _piece(what: Piece, seen: Seen) -> Resolved | None:
    base = _resolve(what.of, seen)
    if base is None or base.period is None:
        return None if base is None else Resolved(what.unit, None, relative=True)
    if what.unit is Grain.WEEK and base.grain is Grain.YEAR:
        ends = [first_of(base.period, Grain.WEEK, n, None) for n in (what.turn, what.turn * what.count)]
        near, far = ends
        if near is None or far is None:
            return None
        period = Period(min(near.first, far.first), max(near.last, far.last))
    elif what.turn < 0:
        last = base.period.last
        period = Period(shifted(last + _DAY, what.unit, -what.count), last)
    else:
        first = base.period.first
        period = Period(first, shifted(first, what.unit, what.count) - _DAY)
    outside = period.first < base.period.first or period.last > base.period.last
    if outside and not what.after and (what.unit is not Grain.WEEK or base.grain is not Grain.YEAR):
        return None
    return Resolved(what.unit, written(Grain.DAY, period), period, relative=base.relative)


def _open(what: Open, seen: Seen) -> Resolved | None:
    of = _resolve(what.of, replace(seen, ahead=False, back=True) if what.began else seen)
    if of is None or of.value is None:
        return of
    first, _, last = of.value.partition("/")
    value = f"{first}/.." if what.turn > 0 else f"../{last or first}"
    return replace(of, value=value, period=None, alternatives=())


_RESOLVERS: dict[type, Callable[[Any, Seen], Resolved | None]] = {
    Calendar: resolve_calendar,
    Shift: _shift,
    Moment: _moment,
    Range: _range,
    Fraction: resolve_fraction,
    Edge: _edge,
    Nth: _nth,
    Offset: _offset,
    Piece: _piece,
    Run: resolve_run,
    Workdays: resolve_workdays,
    Era: resolve_era,
    Open: _open,
}

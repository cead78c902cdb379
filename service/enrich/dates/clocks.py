"""Clock times: their place on a day, in a zone, and counted from the anchor's own."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from service.enrich.dates.expressions import Clock, Shift
from service.enrich.dates.periods import CLOCK_UNITS, Period
from service.enrich.dates.seen import Resolved, Seen, duration
from service.wire.closed import Grain, PartOfDay

_DAY = timedelta(days=1)
_NOON = 12


def clock_shift(what: Shift, seen: Seen) -> Resolved:
    """Count hours or minutes from the anchor's clock time; an anchor that is only a day gives no value."""
    offset = duration(what.unit, what.n)
    if seen.now is None:
        return Resolved(what.unit, None, offset=offset, relative=True)
    moment = seen.now + what.n * CLOCK_UNITS[what.unit]
    period = Period(moment.date(), moment.date())
    return Resolved(what.unit, moment.isoformat(timespec="minutes"), period, offset=offset, relative=True)


def clock_run(unit: Grain, n: int, seen: Seen) -> Resolved:
    """Give the last or the next ``n`` hours (negative: the last) as the stretch between two clock times."""
    offset = duration(unit, n)
    if seen.now is None:
        return Resolved(unit, None, offset=offset, relative=True)
    other = seen.now + n * CLOCK_UNITS[unit]
    first, last = min(seen.now, other), max(seen.now, other)
    value = "/".join(each.isoformat(timespec="minutes") for each in (first, last))
    return Resolved(unit, value, Period(first.date(), last.date()), offset=offset, relative=True)


def moment_at(day: date, clock: Clock, part: PartOfDay | None) -> str:
    """Write a clock time of a day as ISO 8601; the part of the day says which half an hour below 12 is of.

    Raises OverflowError for the end of the last day that a date can hold.
    """
    hour = clock.hour
    late = clock.afternoon
    if late is None and part is not None and hour < _NOON:
        late = part in {PartOfDay.AFTERNOON, PartOfDay.EVENING, PartOfDay.NIGHT} or (
            part is PartOfDay.NOON and hour < 6  # noqa: PLR2004 - one to five at noon are after it
        )
    if late and hour < _NOON:
        hour += _NOON
    elif late is False and hour == _NOON:
        hour = 0
    if hour == 24:  # noqa: PLR2004 - the end of the day is the next day's start
        day, hour = day + _DAY, 0
    second = f":{clock.second:02d}" if clock.second is not None else ""
    return f"{day.isoformat()}T{hour:02d}:{clock.minute or 0:02d}{second}{_zone(clock.zone, day, hour)}"


def _zone(zone: int | str | None, day: date, hour: int) -> str:
    """Write how far a zone is from UTC at an hour of a day: summer time counts."""
    if isinstance(zone, str):
        east = ZoneInfo(zone).utcoffset(datetime(day.year, day.month, day.day, hour)) if zone else None  # noqa: DTZ001 - local
        zone = None if east is None else int(east.total_seconds()) // 60
    if zone is None:
        return ""
    return f"{'-' if zone < 0 else '+'}{abs(zone) // 60:02d}:{abs(zone) % 60:02d}"

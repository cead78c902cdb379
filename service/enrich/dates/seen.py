"""From where an expression is read, and what it then comes to."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from msgspec import Struct

from service.enrich.dates.expressions import ERAS
from service.enrich.dates.periods import Period, written
from service.wire.closed import Grain, PartOfDay

_UNITS = {
    Grain.MINUTE: "T{}M",
    Grain.HOUR: "T{}H",
    Grain.DAY: "{}D",
    Grain.WEEK: "{}W",
    Grain.WEEKEND: "{}W",
    Grain.MONTH: "{}M",
    Grain.QUARTER: "{}M",
    Grain.HALF: "{}M",
    Grain.SEASON: "{}Y",
    Grain.YEAR: "{}Y",
    Grain.DECADE: "{}Y",
    Grain.CENTURY: "{}Y",
}
_TIMES = {**ERAS, Grain.QUARTER: 3, Grain.HALF: 6}


class Seen(Struct, frozen=True, gc=False):
    """From where an expression is read: the anchor's day, and whether its sentence looks ahead.

    ``back`` says that nothing behind the day is meant, ``strict_next`` that "next Friday" is the Friday of next
    week (English), not the nearest to come. ``now`` is the anchor's clock time, where it has one: hours and
    minutes are counted from it. ``by_thursday`` says that the weeks of a month are counted by their Thursdays.
    ``grace`` is how long ago a date may be for all that it looks ahead.
    """

    day: date | None
    ahead: bool = False
    strict_next: bool = False
    by_thursday: bool = False
    back: bool = False
    now: datetime | None = None
    grace: timedelta = timedelta(0)


class Resolved(Struct, frozen=True, gc=False):
    """An expression's place in time; ``period`` is None where it cannot be known."""

    grain: Grain
    value: str | None
    period: Period | None = None
    offset: str | None = None
    relative: bool = False
    part: PartOfDay | None = None
    alternatives: tuple[str, ...] = ()
    conflict: bool = False
    hijri: str | None = None
    is_hijri: bool = False


def stretch(
    grain: Grain,
    period: Period,
    *,
    offset: str | None = None,
    relative: bool = False,
    alternatives: tuple[str, ...] = (),
    conflict: bool = False,
) -> Resolved:
    """Return a known period with what is to be said about it."""
    value = written(grain, period)
    return Resolved(grain, value, period, offset, relative, None, alternatives, conflict)


@lru_cache(maxsize=1 << 10)
def duration(unit: Grain, n: int) -> str:
    """Write ``n`` units as an ISO 8601 duration; a negative one is before the anchor."""
    sign = "-" if n < 0 else ""
    return f"{sign}P" + _UNITS[unit].format(abs(n) * _TIMES.get(unit, 1))

"""Times of publication: what is stated, how exactly, and the instant only where the record says enough.

Nothing is invented: a time without a zone and a bare date give no instant.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service.intake.timewords import from_epoch, read_words
from service.wire.closed import Precision

_DAY_MS = 86_400_000
_FURTHEST_ZONE_MS = 14 * 3_600_000
"""No zone is further from UTC: a zone-less time may be this much earlier than it looks."""

_EARLIEST_YEAR = 1600
_STRUCT_TIME = range(6, 10)
_MAX_RAW = 200

_URL_DATE = re.compile(
    r"/(?:[a-z]{1,12}-?)?(199\d|20\d{2})"
    r"(?:([/-])(0[1-9]|1[0-2]|[1-9])\2(0[1-9]|[12]\d|3[01]|[1-9])|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))(?=[/._-]|$)"
)
_URL_TAIL_DATE = re.compile(r"[-_](20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[/._-]|$)")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


class Stated(NamedTuple):
    """A time as stated: ``local`` is a date or a date-time with its offset if stated; ``instant`` is in UTC."""

    local: str
    on: str
    instant: dt.datetime | None
    precision: Precision


def read_time(value: Any, *, zone: str | None = None) -> Stated | None:
    """Return what a raw value states, None if it cannot be read as a time in the Gregorian calendar.

    Strings (ISO 8601 and its relaxed forms, RFC 2822, written-out dates), ``struct_time`` lists (UTC), and epoch
    seconds or milliseconds. Times without a zone are in the IANA ``zone``; without that they stay local.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        moment = from_epoch(value)
        return _state(moment, has_time=True) if moment else None
    if isinstance(value, list):
        return _from_struct(value)
    if not isinstance(value, str) or len(value) > _MAX_RAW:
        return None
    text = value.strip().translate(_DIGITS)
    found = read_words(text)
    return _state(found[0], has_time=found[1], zone=zone) if found else None


def from_url(url: str, *, record_time: int) -> Stated | None:
    """Return the day that a URL's digits state, None where there is none or it is after the record."""
    found = _URL_DATE.search(url)
    if found:
        year, _, month, day, month2, day2 = found.groups()
        numbers = (int(year), int(month or month2), int(day or day2))
    else:
        found = _URL_TAIL_DATE.search(url)
        if not found:
            return None
        numbers = (int(found[1]), int(found[2]), int(found[3]))
    try:
        day_found = dt.datetime(*numbers)  # noqa: DTZ001 - a date has no zone
    except ValueError:
        return None
    stated = _state(day_found, has_time=False)
    return None if stated is None or _to_ms(day_found) > record_time + _DAY_MS else stated


def is_future(stated: Stated, *, record_time: int) -> bool:
    """Say whether a time is more than a day after ``record_time`` (ms since 1970), whatever its zone may be."""
    if stated.instant is not None:
        return _to_ms(stated.instant.replace(tzinfo=None)) > record_time + _DAY_MS
    local = dt.datetime.fromisoformat(stated.local)
    return _to_ms(local) - _FURTHEST_ZONE_MS > record_time + _DAY_MS


def to_ms(instant: dt.datetime) -> int:
    """Return an instant as ms since 1970."""
    return _to_ms(instant.astimezone(dt.UTC).replace(tzinfo=None))


def write_instant(instant: dt.datetime) -> str:
    """Return an instant as RFC 3339 in UTC, to the second."""
    return instant.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _to_ms(naive_utc: dt.datetime) -> int:
    return int((naive_utc - dt.datetime(1970, 1, 1)).total_seconds() * 1000)  # noqa: DTZ001 - both are UTC


def _from_struct(value: list[Any]) -> Stated | None:
    """Read a ``struct_time`` as JSON shows it: year, month, day, hour, minute, second ..., in UTC."""
    if len(value) not in _STRUCT_TIME or not all(isinstance(number, int) for number in value):
        return None
    try:
        year, month, day, hour, minute, second = value[:6]
        return _state(dt.datetime(year, month, day, hour, minute, second, tzinfo=dt.UTC), has_time=True)
    except (ValueError, OverflowError):
        return None


def is_zone(name: str) -> bool:
    """Say whether ``name`` is an IANA time zone."""
    return _zone(name) is not None


@functools.cache
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _state(moment: dt.datetime, *, has_time: bool, zone: str | None = None) -> Stated | None:
    """Return the statement of a moment; None for placeholders that stand for "no date"."""
    if moment.year < _EARLIEST_YEAR or (
        (moment.month, moment.day) == (1, 1) and moment.year in (1900, 1970) and not moment.hour
    ):
        return None
    day = moment.date().isoformat()
    if not has_time:
        return Stated(day, day, None, Precision.DAY)
    if moment.tzinfo is None:
        known = _zone(zone) if zone else None
        if known is None:
            return Stated(moment.isoformat(timespec="seconds"), day, None, Precision.ZONE_UNKNOWN)
        moment = moment.replace(tzinfo=known)
    try:
        instant = moment.astimezone(dt.UTC)
    except OverflowError:
        return None
    return Stated(moment.isoformat(timespec="seconds"), day, instant, Precision.FULL)

"""Times of publication: what is stated, how exactly, and the instant only where the record says enough.

Nothing is invented: a time without a zone and a bare date give no instant.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service.intake.monthnames import month_of
from service.wire.closed import Precision

_DAY_MS = 86_400_000
_FURTHEST_ZONE_MS = 14 * 3_600_000
"""No zone is further from UTC: a zone-less time may be this much earlier than it looks."""

_EARLIEST_YEAR = 1600
_EPOCH_SECONDS = range(10**8, 10**10)
_EPOCH_MS = range(10**11, 10**13)
_STRUCT_TIME = range(6, 10)
_MAX_RAW = 120

_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:(?:[T_]|\s{1,3})(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?"
    r"(?:\s{0,2}(Z|UTC|GMT|[+-]\d{2}:?\d{2}(?::\d{2})?|[+-]\d{2}))?)?\s*",
    re.IGNORECASE,
)
_COMPACT = re.compile(
    r"(\d{4})(\d{2})(\d{2})(?:[T_]?(\d{2}):?(\d{2})(?::?(\d{2}))?(Z|[+-]\d{2}:?\d{2})?)?", re.IGNORECASE
)
_JS_DATE = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT([+-]\d{4})(?: \([^()]{0,60}\))?"
)
_WORDED_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})\.?\s{1,3}(?:de\s|of\s)?([^\W\d_][^\d,،:]{1,30}?)\.?,?،?\s{1,3}(?:de\s)?(\d{4})(?!\d)"
)
_WORDED_MONTH_FIRST = re.compile(
    r"(?<![^\W\d_])([A-Za-z]{3,9})\.?\s{1,3}(\d{1,2})(?:st|nd|rd|th)?,?\s{1,3}(\d{4})(?!\d)"
)
_CLOCK = re.compile(
    r"(?<!\d)(\d{1,2}):(\d{2})(?::(\d{2}))?(?!\d)\s{0,2}([ap]\.?m\b\.?|ص\b|م\b|صباح|مساء)?", re.IGNORECASE
)
_ZONE = re.compile(r"(?:\b(?:UTC|GMT)|(?<=\d)\s{0,2})([+-]\d{1,2}:?(?:\d{2})?)\b|\b(UTC|GMT|Z)\b")
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
        return _from_epoch(value)
    if isinstance(value, list):
        return _from_struct(value)
    if not isinstance(value, str) or len(value) > _MAX_RAW:
        return None
    text = value.strip().translate(_DIGITS)
    found = _from_text(text)
    if found is None:
        return None
    moment, has_time = found
    return _state(moment, has_time=has_time, zone=zone)


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


def _from_text(text: str) -> tuple[dt.datetime, bool] | None:
    """Return the moment in ``text`` and whether it states a time of day."""
    try:
        return _from_iso(text) or _from_rfc2822(text) or _from_js(text) or _from_words(text) or _from_digits(text)
    except (ValueError, OverflowError):  # a month 13, a 30 February, an offset of 99 hours
        return None


def _from_iso(text: str) -> tuple[dt.datetime, bool] | None:
    found = _ISO.fullmatch(text) or _COMPACT.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    if hour is None:
        return dt.datetime(int(year), int(month), int(day)), False  # noqa: DTZ001 - a date has no zone
    if hour == "24":
        raise ValueError
    moment = dt.datetime(int(year), int(month), int(day), int(hour), int(minute), min(int(second or 0), 59))  # noqa: DTZ001
    return moment.replace(tzinfo=_offset(zone)) if zone else moment, True


def _from_rfc2822(text: str) -> tuple[dt.datetime, bool] | None:
    """Read the form of mail and RSS; ``-0000`` says that the zone of a UTC time is not known."""
    if ":" not in text or ("," not in text[:12] and not text[:1].isdigit()):
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if moment.tzinfo is None and text.endswith("-0000"):
        moment = moment.replace(tzinfo=dt.UTC)
    return moment, True


def _from_js(text: str) -> tuple[dt.datetime, bool] | None:
    found = _JS_DATE.fullmatch(text)
    month = month_of(found[1]) if found else None
    if not found or month is None:
        return None
    moment = dt.datetime(
        int(found[3]), month, int(found[2]), int(found[4]), int(found[5]), int(found[6]), tzinfo=_offset(found[7])
    )
    return moment, True


def _from_words(text: str) -> tuple[dt.datetime, bool] | None:
    """Read a written-out date such as "March 3, 2026 at 10:15 AM" or "الأحد 1 آذار 2026 - 10:05"."""
    found = _WORDED_DAY_FIRST.search(text)
    if found:
        day, month, year = int(found[1]), month_of(found[2]), int(found[3])
    else:
        found = _WORDED_MONTH_FIRST.search(text)
        if not found:
            return None
        month, day, year = month_of(found[1]), int(found[2]), int(found[3])
    if month is None:
        return None
    moment = dt.datetime(year, month, day)  # noqa: DTZ001 - the zone is stated or not, see below
    clock = _CLOCK.search(text[: found.start()] + " " + text[found.end() :])
    if not clock:
        return moment, False
    moment = moment.replace(hour=_hour(int(clock[1]), clock[4]), minute=int(clock[2]), second=int(clock[3] or 0))
    zone = _ZONE.search(text, found.end())
    return moment.replace(tzinfo=_offset(zone[1] or "Z")) if zone else moment, True


def _from_digits(text: str) -> tuple[dt.datetime, bool] | None:
    """Read an epoch written as a string."""
    if not (text.isascii() and text.isdigit()):
        return None
    stated = _from_epoch(int(text)) if len(text) in (10, 13) else None
    return (stated.instant, True) if stated and stated.instant else None


def _hour(hour: int, half: str | None) -> int:
    noon = 12
    if not half or hour > noon:
        return hour
    return hour % noon + (noon if half[0] in "pPم" else 0)


def _offset(zone: str) -> dt.timezone:
    """Return a stated offset; raises ValueError for one of a day or more."""
    if zone.upper() in ("Z", "UTC", "GMT"):
        return dt.UTC
    digits = zone[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")  # noqa: PLR2004
    offset = dt.timedelta(hours=int(hours), minutes=int(minutes[:2]))
    return dt.timezone(-offset if zone[0] == "-" else offset)


def _from_epoch(value: float) -> Stated | None:
    number = int(value) if value == value and abs(value) < 10**15 else 0  # noqa: PLR0124 - not NaN
    seconds = number if number in _EPOCH_SECONDS else number / 1000 if number in _EPOCH_MS else None
    if seconds is None:
        return None
    return _state(dt.datetime.fromtimestamp(seconds, dt.UTC), has_time=True)


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

"""Times in words and digits: every written form that producers are known to use, read as it stands.

A zone counts where it is stated so that only one can be meant. A date in digits alone counts where day and month
cannot be mistaken for each other.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service.intake.monthnames import month_of

Moment = tuple[dt.datetime, bool]
"""A time, naive where no zone is stated, and whether a time of day is."""

_EPOCHS = ((10**8, 10**10, 1), (10**11, 10**13, 10**3), (10**14, 10**16, 10**6), (10**17, 10**19, 10**9))
"""From, to, units a second: seconds, milliseconds, microseconds and nanoseconds since 1970."""

_EPOCH = re.compile(r"(?:/Date\()?(\d{9,19})(?:\.\d{1,9})?(?:\)/)?")
_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:(?:[T_]|\s{1,3})(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?"
    r"(?:\s{0,2}(Z|(?:UTC|GMT)?[+-]\d{2}:?\d{2}(?::\d{2})?|(?:UTC|GMT)?[+-]\d{1,2}|UTC|GMT)"
    r"(?:\s[A-Z+-][A-Z0-9+-]{0,5})?(?:\sm=[+-][\d.]{1,20})?)?(?:\s{0,2}\[([A-Za-z0-9_+/-]{1,40})\])?(?:\s{0,2}([A-Z]{2,5}|[صم]))?)?",
    re.IGNORECASE,
)
"""ISO 8601 and its relaxed forms; behind the offset a name of the zone (Go) or the zone itself (Java), or for want of
both the half of the day or an abbreviation, which may be any zone's."""

_COMPACT = re.compile(
    r"(\d{4})(\d{2})(\d{2})(?:[T_]?(\d{2}):?(\d{2})(?::?(\d{2}))?(Z|[+-]\d{2}:?\d{2})?)?", re.IGNORECASE
)
_STRUCT = re.compile(
    r"time\.struct_time\(tm_year=(\d{4}), tm_mon=(\d{1,2}), tm_mday=(\d{1,2}), tm_hour=(\d{1,2}), tm_min=(\d{1,2}), "
    r"tm_sec=(\d{1,2}),.{0,80}\)"
)
_MONTH_DAY_CLOCK = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{4} )?(\d{2}):(\d{2}):(\d{2})"
    r"(?: (?:GMT)?([+-]\d{4})|(?: (UTC|GMT)))?( \d{4})?(?: \([^()]{0,60}\))?"
)
"""The forms of JavaScript and of C's ctime."""

_NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[\s,]{1,3}(\d{1,2}:\d{2}.{0,20}))?")
_WORDED_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})\.?[\s-]{1,3}(?:de\s|of\s)?([^\W\d_][^\d,،:-]{1,30}?)\.?,?،?[\s-]{1,3}(?:de\s)?(\d{4})(?!\d)"
)
_WORDED_MONTH_FIRST = re.compile(
    r"(?<![^\W\d_])([A-Za-z]{3,9})\.?\s{1,3}(\d{1,2})(?:st|nd|rd|th)?,?\s{1,3}(\d{4})(?!\d)"
)
_CLOCK = re.compile(
    r"(?<!\d)(\d{1,2}):(\d{2})(?::(\d{2}))?(?!\d)\s{0,2}([ap]\.?m\b\.?|ص\b|م\b|صباح|مساء)?", re.IGNORECASE
)
_ZONE = re.compile(
    r"(?:\b(?:UTC|GMT)|(?<=\d)\s{0,2})([+-]\d{1,2}:?(?:\d{2})?)\b|\b(UTC|GMT|Z|غرينتش|غرينيتش|جرينتش|جرينيتش)\b"
)
_HALF = re.compile(r"\d\s{0,2}(?:[ap]\.?m\b|[صم]\b|صباح|مساء)", re.IGNORECASE)
_AMBIGUOUS_ZONE = re.compile(r"\b(?:AST|ADT)$")
"""Atlantic for mail, Arabia for half of the sources."""

_MONTHS = range(1, 13)


def read_words(text: str) -> Moment | None:
    """Return the moment that ``text`` (European digits) states, None if it cannot be read."""
    readers: tuple[Callable[[str], Moment | None], ...] = (
        _from_iso, _from_rfc2822, _from_program, _from_numbers, _from_words, _from_digits,
    )  # fmt: skip
    try:
        return next((found for reader in readers if (found := reader(text))), None)
    except (ValueError, OverflowError):  # a month 13, a 30 February, an offset of 99 hours
        return None


def from_epoch(value: float) -> dt.datetime | None:
    """Return the instant of a number since 1970 in seconds or a thousandth, millionth, billionth of them."""
    number = int(value) if abs(value) < 10**19 else 0  # no comparison holds for NaN
    for first, end, units in _EPOCHS:
        if first <= number < end:
            return dt.datetime.fromtimestamp(number / units, dt.UTC)
    return None


def _from_iso(text: str) -> Moment | None:
    found = _ISO.fullmatch(text)
    if found:
        year, month, day, hour, minute, second, zone, region, half = found.groups()
    elif found := _COMPACT.fullmatch(text):
        year, month, day, hour, minute, second, zone = found.groups()
        region = half = None
    else:
        return None
    if hour is None:
        return dt.datetime(int(year), int(month), int(day)), False  # noqa: DTZ001 - a date has no zone
    hours = _hour(int(hour), half if half and half.upper() in ("AM", "PM", "ص", "م") else None)
    moment = dt.datetime(int(year), int(month), int(day), hours, int(minute), min(int(second or 0), 59))  # noqa: DTZ001
    if zone:
        return moment.replace(tzinfo=_offset(zone)), True
    return moment.replace(tzinfo=_region(region)) if region else moment, True


def _from_rfc2822(text: str) -> Moment | None:
    """Read the form of mail and RSS; ``-0000`` says that the zone of a UTC time is not known."""
    if ":" not in text or ("," not in text[:12] and not text[:1].isdigit()):
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if moment.tzinfo is None and text.endswith("-0000"):
        moment = moment.replace(tzinfo=dt.UTC)
    if moment.tzinfo is None and (_ZONE.search(text) or _HALF.search(text)):
        return None  # it says more than this form has
    return moment.replace(tzinfo=None) if _AMBIGUOUS_ZONE.search(text) else moment, True


def _from_program(text: str) -> Moment | None:
    """Read what Python, JavaScript and C print."""
    if found := _STRUCT.fullmatch(text):
        year, month, day, hour, minute, second = map(int, found.groups())
        return dt.datetime(year, month, day, hour, minute, min(second, 59), tzinfo=dt.UTC), True
    found = _MONTH_DAY_CLOCK.fullmatch(text)
    number = month_of(found[1]) if found else None
    stated = (found[3] or found[9]) if found else None
    if not found or number is None or not stated:
        return None
    moment = dt.datetime(int(stated), number, int(found[2]), int(found[4]), int(found[5]), int(found[6]))  # noqa: DTZ001
    zone = found[7] or found[8]
    return moment.replace(tzinfo=_offset(zone)) if zone else moment, True


def _from_numbers(text: str) -> Moment | None:
    """Read a date in digits where it is plain which number is the month; between dots it is the second."""
    found = _NUMERIC.fullmatch(text)
    if not found:
        return None
    first, second = int(found[1]), int(found[2])
    if first in _MONTHS and second in _MONTHS and first != second and "." not in found[0][:3]:
        return None
    day, month = (second, first) if second not in _MONTHS else (first, second)
    return _with_clock(dt.datetime(int(found[3]), month, day), found[4] or "", 0)  # noqa: DTZ001 - see there


def _from_words(text: str) -> Moment | None:
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
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    return _with_clock(dt.datetime(year, month, day), rest, found.start())  # noqa: DTZ001 - the zone is stated or not


def _with_clock(moment: dt.datetime, rest: str, start: int) -> Moment:
    """Add the time of day and the zone that the rest of a text states; a zone stands behind ``start``."""
    clock = _CLOCK.search(rest)
    if not clock:
        return moment, False
    moment = moment.replace(hour=_hour(int(clock[1]), clock[4]), minute=int(clock[2]), second=int(clock[3] or 0))
    zone = _ZONE.search(rest, start)
    return moment.replace(tzinfo=_offset(zone[1] or "Z")) if zone else moment, True


def _from_digits(text: str) -> Moment | None:
    """Read an epoch written as a string."""
    found = _EPOCH.fullmatch(text)
    moment = from_epoch(int(found[1])) if found and len(found[1]) in (10, 13, 16, 19) else None
    return (moment, True) if moment else None


def _hour(hour: int, half: str | None) -> int:
    noon = 12
    if not half or hour > noon:
        return hour
    return hour % noon + (noon if half[0] in "pPم" else 0)


def _region(name: str) -> ZoneInfo | None:
    """Return an IANA zone, None for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _offset(zone: str) -> dt.timezone:
    """Return a stated offset; raises ValueError for one of a day or more."""
    zone = zone.upper().removeprefix("UTC").removeprefix("GMT")
    if zone in ("", "Z"):
        return dt.UTC
    digits = zone[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")  # noqa: PLR2004
    offset = dt.timedelta(hours=int(hours), minutes=int(minutes[:2]))
    return dt.timezone(-offset if zone[0] == "-" else offset)

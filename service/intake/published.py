"""The dates of a draft: publication, modification and embargo, as the event states them."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from service.intake.draft import Draft
from service.intake.times import Stated, from_url, is_future, read_time, to_ms, write_instant
from service.wire.closed import Precision, PublishedSource, Quality

_LATEST_ZONE = dt.timedelta(hours=12)
"""The westernmost zone: where an embargo names no zone, it has surely ended only when it has ended there."""


class Published(NamedTuple):
    """The fields of the event about publication, and the flags that they bring."""

    at: str | None
    local: str | None
    on: str | None
    precision: Precision
    source: PublishedSource | None
    raw: str | None
    quality: list[Quality]


class Embargo(NamedTuple):
    """An embargo: ``ends_ms`` (ms since 1970), the instant if one is known, and the words that stated it."""

    ends_ms: int
    until: str | None
    stated: str


def find_published(draft: Draft, url: str | None, record_time: int, zone: str | None) -> Published:
    """Return the publication: the first readable candidate, for want of one the URL's digits."""
    raw = draft.published_raw or next((value for value in draft.published if isinstance(value, str)), None)
    for value in draft.published:
        stated = read_time(value, zone=draft.zone or zone)
        if stated:
            flags = [Quality.FUTURE_DATE] if is_future(stated, record_time=record_time) else []
            said = value if isinstance(value, str) and not draft.published_raw else raw
            return _publish(stated, PublishedSource.DECLARED, said, flags)
    flags = [Quality.BAD_DATE] if draft.published else []
    stated = from_url(url, record_time=record_time) if url else None
    if stated:
        return _publish(stated, PublishedSource.URL, raw, [*flags, Quality.DATE_FROM_URL])
    if not draft.retracted:
        flags.append(Quality.MISSING_DATE)
    return Published(None, None, None, Precision.MISSING, None, raw, flags)


def find_modified(draft: Draft, zone: str | None) -> str | None:
    """Return the instant of the last change, None where the record does not say one exactly."""
    stated = read_time(draft.modified, zone=draft.zone or zone)
    return write_instant(stated.instant) if stated and stated.instant else None


def find_embargo(draft: Draft) -> Embargo | None:
    """Return the embargo that the record states, None without one. An unreadable one never ends by itself."""
    value: Any = draft.embargoed
    if value is None or value is False:
        return None
    stated = read_time(value)
    if stated is None:
        return Embargo(2**62, None, "a time that cannot be read")
    if stated.instant:
        return Embargo(to_ms(stated.instant), write_instant(stated.instant), stated.local)
    local = dt.datetime.fromisoformat(stated.local).replace(tzinfo=dt.UTC)
    return Embargo(to_ms(local + _LATEST_ZONE), None, stated.local)


def _publish(stated: Stated, source: PublishedSource, raw: str | None, flags: list[Quality]) -> Published:
    at = write_instant(stated.instant) if stated.instant else None
    return Published(at, stated.local, stated.on, stated.precision, source, raw, flags)

"""Kafka records as plain values: what the pure functions take and give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

Headers = Sequence[tuple[str, bytes]]


class Origin(NamedTuple):
    """Where a raw record lies; all accounting is by origin."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}:{self.partition}:{self.offset}"


class RawRecord(NamedTuple):
    """One record of ``news.raw`` as received. ``timestamp`` is Kafka's, in ms since 1970, or None."""

    origin: Origin
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp: int | None


class Record(NamedTuple):
    """One record to be written. ``timestamp`` is ms since 1970, or None for the producer's own."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    timestamp: int | None = None

    def header(self, name: str) -> bytes | None:
        """Return the last value of a header, or None."""
        return last_header(self.headers, name)

    def size(self) -> int:
        """Return the bytes of key, value and headers together."""
        return (
            len(self.key or b"")
            + len(self.value or b"")
            + sum(len(name) + len(value or b"") for name, value in self.headers)
        )


def last_header(headers: Headers, name: str) -> bytes | None:
    """Return the last value of a repeated header (as Kafka clients do), or None."""
    for key, value in reversed(headers):
        if key == name:
            return value
    return None


class Topics(NamedTuple):
    """Topic names; the defaults are design names and every one is a setting."""

    raw: str = "news.raw"
    clean: str = "khabar.clean"
    unique: str = "khabar.unique"
    articles: str = "news.articles"
    duplicates: str = "news.duplicates"
    entities: str = "news.entities"
    dates: str = "news.dates"
    deadletter: str = "news.deadletter"

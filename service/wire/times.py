"""Instants on the wire: milliseconds since 1970 inside, RFC 3339 in UTC outside."""

from __future__ import annotations

from datetime import UTC, datetime

MAX_MS = 253_402_300_799_999
"""The last millisecond of the year 9999, the end of what RFC 3339 can say."""


def rfc3339(milliseconds: int) -> str:
    """Return an instant given in ms since 1970 as RFC 3339 in UTC, with ms only where there are any.

    >>> rfc3339(1772323200000)
    '2026-03-01T00:00:00Z'
    """
    seconds, rest = divmod(min(max(milliseconds, 0), MAX_MS), 1000)
    stamp = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{stamp}.{rest:03d}Z" if rest else f"{stamp}Z"

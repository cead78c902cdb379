"""Points in time as they are typed on a command line."""

from __future__ import annotations

import datetime as dt
import re

from service.errors import Misconfigured

_AGO = re.compile(r"([0-9]{1,6})([smhd])")
_UNIT_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def moment(text: str | None, *, now: int) -> int | None:
    """Return a time in ms since 1970: an age (``90m``, ``3d``) before ``now``, or an RFC 3339 time or date (UTC).

    None stays None. Raises :class:`Misconfigured` for anything else.
    """
    if text is None:
        return None
    ago = _AGO.fullmatch(text)
    if ago:
        return now - int(ago[1]) * _UNIT_MS[ago[2]]
    try:
        when = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise Misconfigured(f"{text!r} is no time: write an age such as 90m or 3d, or 2026-03-01T09:30Z") from error
    return round((when if when.tzinfo else when.replace(tzinfo=dt.UTC)).timestamp() * 1000)


def spelt(ms: int | None) -> str:
    """Return a time for a person, in UTC and to the second."""
    if ms is None:
        return "-"
    return dt.datetime.fromtimestamp(ms / 1000, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

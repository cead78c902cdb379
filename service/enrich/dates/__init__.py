"""Date mentions: every expression that names a point or stretch of calendar time, with offsets and a value."""

from __future__ import annotations

from service.enrich.dates.finder import explain, find, supported
from service.enrich.dates.summary import summarise

__all__ = ["explain", "find", "summarise", "supported"]

"""Raw records for the tests of intake."""

from __future__ import annotations

import json
from typing import Any

from service.intake import IntakeOptions, accept
from service.wire.article import Article
from service.wire.record import Origin, RawRecord

RECORD_TIME = 1_772_625_600_000
"""2026-03-04T12:00:00Z."""


def take(value: bytes | str | dict[str, Any] | None, **options: Any) -> Article:
    """Run intake on a value as it lies on the topic."""
    data = (
        json.dumps(value).encode() if isinstance(value, dict) else value.encode() if isinstance(value, str) else value
    )
    raw = RawRecord(Origin("news.raw", 2, 41), None, data, (), RECORD_TIME)
    return accept(raw, record_time=RECORD_TIME, options=IntakeOptions(pipeline_version="test", **options))

"""The sample articles and what they must become, read into typed values for the tests that use them."""

from __future__ import annotations

import base64
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parents[2] / "service" / "cli" / "samples" / "articles.ndjson"
EXPECTED = HERE / "expected.toml"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One line of articles.ndjson: the record a producer would write. ``line`` counts from 1."""

    line: int
    id: str
    key: str
    headers: tuple[tuple[str, bytes], ...]
    timestamp: int
    payload: bytes
    envelope: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What one sample must become; see the head of expected.toml for the fields."""

    line: int
    id: str
    story: str
    form: str
    outcome: str
    of: str | None = None
    reasons: tuple[str, ...] = ()
    error: str | None = None
    language: str | None = None
    title: str | None = None
    removed: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    dates: tuple[tuple[str, str], ...] = ()
    entities: tuple[tuple[str, str], ...] = ()
    note: str | None = None


def payload(envelope: dict[str, Any]) -> bytes:
    """Return the bytes that lie on the topic for an envelope of the samples."""
    if "value_base64" in envelope:
        return base64.b64decode(envelope["value_base64"], validate=True)
    if "value_text" in envelope:
        return str(envelope["value_text"]).encode()
    return json.dumps(envelope["value"], ensure_ascii=False, separators=(",", ":")).encode()


def samples() -> list[Sample]:
    """Return every sample in the order of arrival."""
    envelopes = [json.loads(line) for line in SAMPLES.read_text(encoding="utf-8").splitlines()]
    return [
        Sample(
            line=number,
            id=envelope["headers"]["sample-id"],
            key=envelope["key"],
            headers=tuple((name, value.encode()) for name, value in envelope["headers"].items()),
            timestamp=envelope["timestamp"],
            payload=payload(envelope),
            envelope=envelope,
        )
        for number, envelope in enumerate(envelopes, 1)
    ]


def expected() -> list[Expected]:
    """Return what the samples must become, in the same order."""
    return [_expected(entry) for entry in tomllib.loads(EXPECTED.read_text(encoding="utf-8"))["sample"]]


def _expected(entry: dict[str, Any]) -> Expected:
    pairs = {
        "dates": tuple((date["text"], date["value"]) for date in entry.get("dates", ())),
        "entities": tuple((entity["text"], entity["type"]) for entity in entry.get("entities", ())),
    }
    lists = {name: tuple(entry.get(name, ())) for name in ("reasons", "removed", "absent")}
    return Expected(**{**entry, **lists, **pairs})

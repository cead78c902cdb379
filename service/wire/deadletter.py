"""Dead letters: the received bytes untouched, why and where from in the headers."""

from __future__ import annotations

import hashlib

import orjson

from service.errors import Refused
from service.wire.record import RawRecord, Record

OWN_PREFIX = "khabar-"
_HEADER_ROOM = 16 * 1024
_MESSAGE_CHARS = 500


def _text(value: object) -> bytes:
    """Return a header value: one line of UTF-8, whatever a message quotes."""
    return " ".join(str(value)[:_MESSAGE_CHARS].split()).encode("utf-8", "replace")


def dead_letter(raw: RawRecord, why: Refused, *, topic: str, version: str, max_bytes: int) -> Record:
    """Return the record that buries ``raw`` on ``topic``.

    Received headers are kept, except earlier ``khabar-`` ones, which describe an earlier burial;
    ``khabar-attempts`` counts burials. A null value is written as an empty one, and ``khabar-null-value`` says so. A record that does not fit into ``max_bytes`` (topic limit) is
    replaced by a JSON object with its coordinates, size and SHA-256.
    """
    attempts = 1
    kept: list[tuple[str, bytes]] = []
    for name, value in raw.headers:
        if name == "khabar-attempts" and value.isdigit() and len(value) < 6:  # noqa: PLR2004 - a counter, not a number of ours
            attempts = int(value) + 1
        if not name.startswith(OWN_PREFIX):
            kept.append((name, value))
    own = [
        ("khabar-error", why.reason.encode()),
        ("khabar-message", _text(why.detail)),
        ("khabar-topic", raw.origin.topic.encode()),
        ("khabar-partition", str(raw.origin.partition).encode()),
        ("khabar-offset", str(raw.origin.offset).encode()),
        ("khabar-timestamp", str(raw.timestamp if raw.timestamp is not None else "").encode()),
        ("khabar-attempts", str(attempts).encode()),
        ("khabar-version", version.encode()),
        ("khabar-retryable", b"true" if why.retryable else b"false"),
    ]
    if raw.value is None:
        # On our topics a null value means a take-down, and nothing else.
        own.append(("khabar-null-value", b"true"))
    letter = Record(topic, raw.key, raw.value or b"", [*kept, *own])
    if letter.size() + _HEADER_ROOM <= max_bytes:
        return letter
    value = raw.value or b""
    stand_in = {
        "topic": raw.origin.topic,
        "partition": raw.origin.partition,
        "offset": raw.origin.offset,
        "size": len(value),
        "sha256": hashlib.sha256(value).hexdigest(),
    }
    return Record(topic, None, orjson.dumps(stand_in), own)

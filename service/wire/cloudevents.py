"""CloudEvents 1.0 in Kafka binary content mode: the headers of every record of the event topics."""

from __future__ import annotations

import hashlib

from service.wire.closed import Status
from service.wire.event import SCHEMA_VERSION, Event
from service.wire.record import Origin
from service.wire.times import rfc3339

ENRICHMENT_REVISION = 1
"""Part of every ``ce_id``; raised only when events are to be issued anew."""

DATA_SCHEMA = f"urn:khabar:schema:article:{SCHEMA_VERSION}"
CONTENT_TYPE = "application/json; charset=utf-8"

_TYPES = {
    Status.NEW: b"news.article.published.v1",
    Status.UPDATED: b"news.article.updated.v1",
    Status.RETRACTED: b"news.article.retracted.v1",
    Status.DUPLICATE: b"news.article.duplicate.v1",
}


def event_id(origin: Origin, event_type: bytes) -> bytes:
    """Return the ``ce_id``: the same delivery of the same record gives the same id, always."""
    basis = f"{origin}|{event_type.decode()}|{ENRICHMENT_REVISION}"
    return hashlib.sha256(basis.encode()).hexdigest()[:32].encode()


def event_headers(event: Event, *, key: bytes, traceparent: bytes | None) -> list[tuple[str, bytes]]:
    """Return the headers for an event record; ``key`` is its Kafka key, ``traceparent`` is passed through."""
    provenance = event.provenance
    origin = provenance.origin
    event_type = _TYPES[event.status]
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", event_id(origin, event_type)),
        ("ce_source", f"urn:khabar:{origin.topic}".encode()),
        ("ce_type", event_type),
        ("ce_subject", event.article_id.encode()),
        ("ce_time", rfc3339(provenance.record_time).encode()),
        ("ce_dataschema", DATA_SCHEMA.encode()),
        ("ce_partitionkey", key),
        ("ce_sequence", str(event.revision).encode()),
        ("content-type", CONTENT_TYPE.encode()),
        ("khabar-status", event.status.encode()),
        ("khabar-language", event.language.encode()),
    ]
    if traceparent is not None:
        headers.append(("traceparent", traceparent))
    return headers

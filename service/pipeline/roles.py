"""The three roles as pure functions: one record in, the records to write out.

They raise nothing on purpose: a bad message is a dead letter, a failure of our own code is an ``internal_error``
dead letter (intake), a pass as new (dedupe) or null fields (enrich). Only broken internal values raise.
"""

from __future__ import annotations

import traceback
from typing import NamedTuple

from service.dedupe.decide import Decision, decide
from service.dedupe.draft import Store
from service.dedupe.failed import pass_on
from service.dedupe.signature import decode_signature, encode_signature, sign
from service.enrich import Enrichment, enrich
from service.errors import ErrorReason, Refused
from service.intake import accept
from service.pipeline.events import build_event, event_record
from service.pipeline.mentions import mention_records
from service.pipeline.options import Options
from service.wire.article import decode_article, encode_article
from service.wire.closed import Quality, Status
from service.wire.deadletter import dead_letter
from service.wire.event import Event
from service.wire.record import Headers, RawRecord, Record, last_header
from service.wire.verdict import Verdict, decode_verdict, encode_verdict

SIGNATURE_HEADER = "khabar-sig"
VERDICT_HEADER = "khabar-verdict"
TRACE_HEADER = "traceparent"
DEFAULT_SCOPE = "default"
_HEADROOM = 16 * 1024
_MAX_SCOPE = 200


class Taken(NamedTuple):
    """What intake made of one raw record: one record for ``khabar.clean`` or a dead letter, and why."""

    records: list[Record]
    refused: Refused | None
    failure: str | None = None


class Decided(NamedTuple):
    """What dedupe made of one clean record. ``writes`` change the claims, see :class:`Decision`."""

    records: list[Record]
    verdict: Verdict
    logged: list[tuple[bytes, bytes | None]]
    derived: list[tuple[bytes, bytes | None]]
    failure: str | None = None


class Published(NamedTuple):
    """What enrich made of one unique record: the event and the records to write."""

    records: list[Record]
    event: Event
    failure: str | None = None


def record_time(timestamp: int | None, now: int) -> int:
    """Return min(raw timestamp, now + 5 min), in ms since 1970; ``now`` where Kafka has no timestamp."""
    return now if timestamp is None or timestamp < 0 else min(timestamp, now + 300_000)


def take(raw: RawRecord, *, now: int, options: Options) -> Taken:
    """Intake: decode, recognise, clean, fold and sign one raw record. ``now`` is in ms since 1970."""
    try:
        scope = _scope(raw, options.scope_header)
        article = accept(raw, record_time=record_time(raw.timestamp, now), options=options.intake, scope=scope)
        value = encode_article(article)
        signature = encode_signature(sign(article))
        headers = [(SIGNATURE_HEADER, signature), *_trace(raw.headers)]
        record = Record(options.topics.clean, scope.encode(), value, headers, article.provenance.record_time)
        if record.size() + _HEADROOM > options.max_topic_bytes:
            reason = f"the cleaned article has {record.size()} bytes; the topics take {options.max_topic_bytes}"
            raise Refused(ErrorReason.TOO_LARGE, reason)  # noqa: TRY301 - one handler buries every refusal
    except Refused as refused:
        return Taken([_bury(raw, refused, options)], refused)
    except Exception as error:  # noqa: BLE001 - our own defect must bury one record, not stop the stream
        defect = Refused(ErrorReason.INTERNAL_ERROR, f"{type(error).__name__} in intake", retryable=True)
        return Taken([_bury(raw, defect, options)], defect, _where(error))
    return Taken([record], None)


def judge(clean: Record, store: Store, options: Options) -> Decided:
    """Dedupe: decide on one record of ``khabar.clean`` by its signature and the claims in ``store``."""
    signature = decode_signature(clean.header(SIGNATURE_HEADER) or b"")
    failure = None
    try:
        decision = decide(signature, store, options.policy)
    except Exception as error:  # noqa: BLE001 - a defect must cost a repeat, not an article
        failure = _where(error)
        decision = Decision(pass_on(signature, store), [], [])
    verdict = decision.verdict
    if verdict.status is Status.DUPLICATE:
        records = [_duplicate(clean, verdict, options)]
    else:
        headers = [(VERDICT_HEADER, encode_verdict(verdict)), *_trace(clean.headers)]
        key = verdict.article_id.encode()
        records = [Record(options.topics.unique, key, clean.value, headers, clean.timestamp)]
    return Decided(records, verdict, decision.logged, decision.derived, failure)


def publish(unique: Record, *, processed_at: int | None, options: Options) -> Published:
    """Enrich: tag one record of ``khabar.unique`` and make its event. ``processed_at`` is in ms since 1970."""
    article = decode_article(unique.value or b"")
    verdict = decode_verdict(unique.header(VERDICT_HEADER) or b"")
    failure = None
    enrichment: Enrichment | None = None
    if verdict.status is not Status.RETRACTED:
        try:
            enrichment = enrich(article, entity_backend=options.entity_backend)
        except Exception as error:  # noqa: BLE001 - a defect must cost the mentions, not the article
            failure = _where(error)
            enrichment = Enrichment(quality=[Quality.ENRICH_FAILED])
    event = build_event(article, verdict, enrichment, processed_at=processed_at)
    record, event = event_record(
        event,
        topic=options.topics.articles,
        key=event.article_id,
        traceparent=unique.header(TRACE_HEADER),
        max_bytes=options.max_event_bytes,
    )
    records = [record._replace(timestamp=unique.timestamp)]
    if options.mention_topics:
        records += mention_records(event, options.topics)
    return Published(records, event, failure)


def _duplicate(clean: Record, verdict: Verdict, options: Options) -> Record:
    """Return the event of a copy: without enrichment, keyed by what it copies."""
    article = decode_article(clean.value or b"")
    event = build_event(article, verdict, None, processed_at=None)
    record, _ = event_record(
        event,
        topic=options.topics.duplicates,
        key=verdict.dedupe.duplicate_of or verdict.article_id,
        traceparent=clean.header(TRACE_HEADER),
        max_bytes=options.max_event_bytes,
    )
    return record._replace(timestamp=clean.timestamp)


def _bury(raw: RawRecord, refused: Refused, options: Options) -> Record:
    return dead_letter(
        raw, refused, topic=options.topics.deadletter, version=options.version, max_bytes=options.max_topic_bytes
    )


def _scope(raw: RawRecord, header: str | None) -> str:
    """Return the scope that the configured header names, or the default one."""
    value = last_header(raw.headers, header) if header else None
    if not value:
        return DEFAULT_SCOPE
    return value[:_MAX_SCOPE].decode("utf-8", "replace")


def _trace(headers: Headers) -> list[tuple[str, bytes]]:
    value = last_header(headers, TRACE_HEADER)
    return [] if value is None else [(TRACE_HEADER, value)]


def _where(error: Exception) -> str:
    """Return where our own code failed, as file, line and type: never a message, which could quote an article."""
    frames = traceback.extract_tb(error.__traceback__)
    at = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} at {at}"

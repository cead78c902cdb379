"""From a cleaned article and its verdict to the event, and the event to records that fit."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from service.enrich import Enrichment
from service.wire.article import Article
from service.wire.closed import MentionField, Quality, Status
from service.wire.cloudevents import event_headers
from service.wire.event import Event, Removed, Source
from service.wire.record import Record
from service.wire.times import rfc3339
from service.wire.verdict import Verdict

_ARTICLE_FIELDS = tuple(
    name
    for name in Event.__struct_fields__
    if name in Article.__struct_fields__ and name not in {"quality", "provenance"}
)
_RETRACTED_KEEPS = ("source_id", "url", "canonical_url", "source", "language", "published_on")
_SHORT_CHARS = 1000
_MOST_ENTITIES = 200

_encoder = msgspec.json.Encoder()


def build_event(
    article: Article, verdict: Verdict, enrichment: Enrichment | None, *, processed_at: int | None
) -> Event:
    """Return the event of an article; ``enrichment`` is None where nothing was looked for (duplicates).

    A retracted event has identity and reason, no title, text or mentions. ``processed_at`` is in ms since 1970.
    """
    retracted = verdict.status is Status.RETRACTED
    carried = _RETRACTED_KEEPS if retracted else _ARTICLE_FIELDS
    fields = {name: getattr(article, name) for name in carried}
    quality = [*article.quality, *verdict.quality]
    if enrichment is not None and not retracted:
        quality += enrichment.quality
        fields |= {
            "entities": enrichment.entities,
            "locations": enrichment.locations,
            "dates": enrichment.dates,
            "date_span": enrichment.date_span,
            "main_dates": enrichment.main_dates,
        }
    provenance = article.provenance
    if enrichment is not None and enrichment.models:
        provenance = msgspec.structs.replace(provenance, models=enrichment.models)
    return Event(
        article_id=verdict.article_id,
        article_id_basis=verdict.article_id_basis,
        version=verdict.version,
        revision=verdict.revision,
        status=verdict.status,
        changed_fields=verdict.changed_fields,
        previous_title=verdict.previous_title,
        first_seen_at=rfc3339(verdict.first_seen),
        processed_at=None if processed_at is None else rfc3339(processed_at),
        dedupe=verdict.dedupe,
        quality=list(dict.fromkeys(quality)),
        provenance=provenance,
        **fields,
    )


def event_record(
    event: Event, *, topic: str, key: str, traceparent: bytes | None, max_bytes: int
) -> tuple[Record, Event]:
    """Return the record of an event, trimmed to ``max_bytes``, and the event as it was written."""
    event, value = _fit(event, max_bytes)
    raw_key = key.encode()
    return Record(topic, raw_key, value, event_headers(event, key=raw_key, traceparent=traceparent)), event


def _fit(event: Event, limit: int) -> tuple[Event, bytes]:
    """Trim in the fixed order until the JSON fits: removed texts, extra, mentions, text, then the headline."""
    value = _encoder.encode(event)
    for step in _TRIMS:
        if len(value) <= limit:
            break
        flagged = msgspec.structs.replace(event, quality=list(dict.fromkeys([*event.quality, Quality.TRUNCATED])))
        event = step(flagged, limit - len(value))
        value = _encoder.encode(event)
    return event, value


def _trim_removed(event: Event, _over: int) -> Event:
    return msgspec.structs.replace(event, removed=[Removed(kind=item.kind, count=item.count) for item in event.removed])


def _trim_extra(event: Event, _over: int) -> Event:
    return msgspec.structs.replace(event, extra={}, extra_dropped=sorted({*event.extra_dropped, *event.extra})[:100])


def _trim_mentions(event: Event, _over: int) -> Event:
    """Keep each entity with its first mention, and the first hundred dates."""
    entities = event.entities and [
        msgspec.structs.replace(entity, mentions=entity.mentions[:1]) for entity in event.entities
    ]
    return msgspec.structs.replace(event, entities=entities, dates=event.dates and event.dates[:100])


def _trim_text(event: Event, over: int) -> Event:
    """Cut the text, and with it every mention behind the cut."""
    if event.text is None:
        return event
    room = max(0, len(event.text.encode()) + over - _SHORT_CHARS)
    # A character takes at most twelve bytes of JSON (a \\uXXXX pair) where UTF-8 takes four: cut by thirds until sure.
    cut = event.text.encode()[:room].decode("utf-8", "ignore")
    while cut and len(_encoder.encode(cut)) > room:
        cut = cut[: len(cut) * 2 // 3]
    return _cut_mentions(msgspec.structs.replace(event, text=cut, text_complete=False), MentionField.TEXT, len(cut))


def _trim_strings(event: Event, _over: int) -> Event:
    """Last resort: shorten the headline and drop every list that a record may fill without bound."""
    title = event.title and event.title[:_SHORT_CHARS]
    event = msgspec.structs.replace(
        event,
        title=title,
        title_full=None,
        previous_title=event.previous_title and event.previous_title[:_SHORT_CHARS],
        description=event.description and event.description[:_SHORT_CHARS],
        byline=event.byline and event.byline[:_SHORT_CHARS],
        published_at_raw=event.published_at_raw and event.published_at_raw[:_SHORT_CHARS],
        url=_or_none(event.url),
        canonical_url=_or_none(event.canonical_url),
        source_id=_or_none(event.source_id),
        section=_or_none(event.section),
        source=Source(domain=_or_none(event.source.domain)),
        credit=None,
        dateline=None,
        rights=None,
        authors=[],
        categories=[],
        tags=[],
        images=[],
        extra_dropped=[],
        removed=[],
        entities=event.entities and event.entities[:_MOST_ENTITIES],
        locations=event.locations and [place for place in event.locations if place.entity < _MOST_ENTITIES],
    )
    return _cut_mentions(event, MentionField.TITLE, len(title or ""))


def _or_none(value: str | None) -> str | None:
    """Return an identifier, or None where it is too long to be one: half an identifier is a wrong one."""
    return value if value is not None and len(value) <= _SHORT_CHARS else None


def _cut_mentions(event: Event, field: MentionField, length: int) -> Event:
    """Drop the mentions that the cut of ``field`` at ``length`` left without text; entities keep their index."""
    dates = event.dates and [date for date in event.dates if date.field is not field or date.end <= length]
    entities = event.entities and [
        msgspec.structs.replace(
            entity,
            mentions=[mention for mention in entity.mentions if mention.field is not field or mention.end <= length],
        )
        for entity in event.entities
    ]
    return msgspec.structs.replace(event, dates=dates, entities=entities)


_TRIMS: tuple[Callable[[Event, int], Event], ...] = (
    _trim_removed,
    _trim_extra,
    _trim_mentions,
    _trim_text,
    _trim_strings,
)

"""The flat rows of ``news.entities`` and ``news.dates``: one record a mention."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from service.wire.event import Event
from service.wire.record import Record, Topics

_encoder = msgspec.json.Encoder()


def mention_records(event: Event, topics: Topics) -> list[Record]:
    """Return the rows of an event, keyed by ``article_id``.

    Each row carries ``article_id, version, revision, seq, of``: rows of a smaller revision are void, and a reader
    that has ``of`` rows of one revision has them all.
    """
    entity_rows = [
        {
            "entity": index,
            "type": entity.type,
            "name": entity.name,
            "key": entity.key,
            **msgspec.structs.asdict(mention),
        }
        for index, entity in enumerate(event.entities or ())
        for mention in entity.mentions
    ]
    date_rows = [msgspec.structs.asdict(date) for date in event.dates or ()]
    return [*_rows(event, topics.entities, entity_rows), *_rows(event, topics.dates, date_rows)]


def _rows(event: Event, topic: str, rows: Sequence[dict[str, Any]]) -> Iterator[Record]:
    key = event.article_id.encode()
    head = {"article_id": event.article_id, "version": event.version, "revision": event.revision, "of": len(rows)}
    for seq, row in enumerate(rows):
        yield Record(topic, key, _encoder.encode({**head, "seq": seq, **row}), [("content-type", b"application/json")])

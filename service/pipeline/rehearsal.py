"""A rehearsal before the first record: loads what is loaded lazily, and finds a broken installation at the start."""

from __future__ import annotations

import orjson

from service.enrich.entities import check
from service.errors import Misconfigured
from service.pipeline.offline import MemoryClaims
from service.pipeline.options import Options
from service.pipeline.roles import judge, publish, take
from service.wire.record import Origin, RawRecord

_MESSAGES = (
    {
        "url": "https://example.com/ar",
        "title": "افتتاح معرض الكتاب في العاصمة",
        "text": "افتتح وزير الثقافة أمس الأحد معرض الكتاب في بيروت بحضور عدد من الكتاب والناشرين.",
        "published": "2026-03-02T10:00:00Z",
    },
    {
        "url": "https://example.com/en",
        "title": "Book fair opens in the capital",
        "text": "The minister of culture opened the book fair in Beirut on Sunday before many writers.",
        "published": "2026-03-02T10:00:00Z",
    },
)
_TIME = 1_772_445_600_000


def rehearse(options: Options, *, enriching: bool = True) -> None:
    """Take one article of each language through intake and dedupe, and through enrich where the role is ``enriching``.

    The others need none of the lists and rules of enrichment, so they are not loaded there. Raises
    :class:`Misconfigured` where our own code fails on an article: a process that started all the same would bury every
    article or publish it without its fields. Also where the chosen entity models cannot be loaded.
    """
    if enriching:
        check(options.entity_backend)
    claims = MemoryClaims()
    for offset, message in enumerate(_MESSAGES):
        origin = Origin(options.topics.raw, 0, offset)
        taken = take(RawRecord(origin, None, orjson.dumps(message), (), _TIME), now=_TIME, options=options)
        if taken.refused is not None:
            raise _broken(taken.failure or str(taken.refused))
        decided = judge(taken.records[0], claims, options)
        claims.write([*decided.logged, *decided.derived])
        failure = decided.failure
        if enriching:
            failure = failure or publish(decided.records[0], processed_at=_TIME, options=options).failure
        if failure:
            raise _broken(failure)


def _broken(failure: str) -> Misconfigured:
    return Misconfigured(f"this installation is broken: {failure} on the first test article")

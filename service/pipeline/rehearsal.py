"""A rehearsal before the first record: loads what is loaded lazily, and finds a broken installation at the start."""

from __future__ import annotations

import orjson

from service.errors import Misconfigured
from service.pipeline.offline import Pipeline
from service.pipeline.options import Options
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


def rehearse(options: Options) -> None:
    """Take one article of each language through all roles.

    Raises :class:`Misconfigured` where our own code fails on it: a process that started all the same would bury every
    article or publish it without its fields.
    """
    pipeline = Pipeline(options, clock=lambda: _TIME)
    for offset, message in enumerate(_MESSAGES):
        _, taken, decided, published = pipeline.steps(
            RawRecord(Origin(options.topics.raw, 0, offset), None, orjson.dumps(message), (), _TIME), now=_TIME
        )
        failures = [step.failure for step in (taken, decided, published) if step is not None and step.failure]
        if failures:
            raise Misconfigured(f"this installation is broken: {failures[0]} on the first test article")

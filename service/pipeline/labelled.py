"""Labelled streams: raw messages of which somebody says what they are, put through intake and dedupe.

One JSON object a line: an envelope (``value``, and if wanted ``timestamp``, ``headers`` and so on) with ``cluster``
(any string), ``status`` (the right status, or a list of them), and if wanted ``kind`` and ``language``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from service.dedupe.policy import HOUR
from service.dedupe.score import REFUSED, Found, Label
from service.errors import Misconfigured
from service.pipeline.offline import MemoryClaims
from service.pipeline.options import Options
from service.pipeline.roles import judge, take
from service.wire.closed import Status
from service.wire.envelope import read_envelope
from service.wire.record import RawRecord

BEGIN = 1_735_689_600_000
"""Time of a first line that states none: the beginning of 2025, ms since 1970."""


class _Labels(msgspec.Struct, frozen=True):
    """The labels of one line."""

    cluster: str
    status: Status | list[Status]
    kind: str = ""
    language: str = ""


class Labelled(NamedTuple):
    """One record and what it is."""

    raw: RawRecord
    label: Label


def read_labelled(lines: Iterable[bytes]) -> Iterator[Labelled]:
    """Yield the labelled records; one without a timestamp comes an hour after the one before.

    Raises :class:`Misconfigured` with the line's number for a line that is no envelope or has no labels.
    """
    at = BEGIN - HOUR
    for number, line in enumerate(lines):
        try:
            labels = msgspec.json.decode(line, type=_Labels)
        except msgspec.MsgspecError as error:
            message = f"line {number + 1} has no labels: {error}"
            raise Misconfigured(message) from error
        raw = read_envelope(line, number=number, now=at + HOUR)
        at = raw.timestamp if raw.timestamp is not None else at + HOUR
        statuses = labels.status if isinstance(labels.status, list) else [labels.status]
        expected = tuple(status.value for status in statuses)
        yield Labelled(raw, Label(labels.cluster, expected, labels.kind, labels.language))


def tell(records: Iterable[RawRecord], options: Options) -> Iterator[tuple[Found, str]]:
    """Yield what intake and dedupe say about each record, with the evidence; each is received at its own time."""
    claims = MemoryClaims()
    for raw in records:
        taken = take(raw, now=raw.timestamp or 0, options=options)
        if taken.refused is not None:
            yield Found(REFUSED, ""), str(taken.refused)
            continue
        decided = judge(taken.records[0], claims, options)
        claims.write([*decided.logged, *decided.derived])
        yield Found(decided.verdict.status.value, decided.verdict.dedupe.cluster_id), decided.verdict.evidence

"""Feed articles and watch what becomes of them on the final topics."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer

from service.errors import KhabarError
from service.ops.settings import Settings
from service.pipeline.history import decode_event
from service.pipeline.letters import read_letter
from service.pipeline.offline import Balance
from service.stream.clients import connection, new_producer
from service.stream.reader import raw_record
from service.wire.event import Event
from service.wire.record import Origin, RawRecord


class End(NamedTuple):
    """Where one raw record ended: its event, or the reason and message of its dead letter."""

    origin: Origin
    event: Event | None
    reason: str = ""
    message: str = ""


async def feed(settings: Settings, records: Iterable[RawRecord], *, pause_s: float) -> set[Origin]:
    """Send raw records to partition 0 of the raw topic, in order and with a pause between; return where they lie."""
    producer = new_producer(settings)
    await producer.start()
    origins = set()
    try:
        for record in records:
            sent = await producer.send_and_wait(
                settings.topics.raw,
                record.value,
                key=record.key,
                partition=0,
                headers=list(record.headers),
                timestamp_ms=record.timestamp,
            )
            origins.add(Origin(sent.topic, sent.partition, sent.offset))
            await asyncio.sleep(pause_s)
    finally:
        await producer.stop()
    return origins


class Watcher:
    """Reads the topics in which raw records end. ``balance`` counts each origin once."""

    def __init__(self, settings: Settings, *, from_start: bool) -> None:
        topics = settings.topics
        self._dead = topics.deadletter
        self._consumer = AIOKafkaConsumer(
            topics.articles,
            topics.duplicates,
            topics.deadletter,
            **connection(settings),
            auto_offset_reset="earliest" if from_start else "latest",
            max_partition_fetch_bytes=settings.max_topic_bytes,
            metadata_max_age_ms=2_000,
        )
        self.seen: set[Origin] = set()
        self.balance = Balance()

    async def start(self) -> None:
        """Connect and find the partitions."""
        await self._consumer.start()
        for tp in self._consumer.assignment():
            await self._consumer.position(tp)

    async def stop(self) -> None:
        """Leave."""
        await self._consumer.stop()

    async def ends(self) -> AsyncIterator[End]:
        """Yield each end of a raw record as it comes, repeats left out."""
        async for message in self._consumer:
            end = self._end(message)
            if end is not None and end.origin not in self.seen:
                self.seen.add(end.origin)
                self.balance["read"] += 1
                self.balance["dead letter" if end.event is None else end.event.status] += 1
                yield end

    def _end(self, message: Any) -> End | None:
        record = raw_record(message)
        if message.topic == self._dead:
            letter = read_letter(record)
            return None if letter is None else End(letter.origin, None, letter.reason, letter.message)
        event = decode_event(record)
        return None if event is None else End(event.provenance.origin, event)


async def until_all(watcher: Watcher, feeding: asyncio.Future[set[Origin]], *, quiet_s: float) -> AsyncIterator[End]:
    """Yield ends until every record that ``feeding`` brings has one.

    Raises :class:`KhabarError` after ``quiet_s`` seconds in which no record ended.
    """
    ends = watcher.ends()
    coming = asyncio.ensure_future(anext(ends))
    try:
        while not feeding.done() or feeding.result() - watcher.seen:
            waiting: set[asyncio.Future[Any]] = {coming} if feeding.done() else {coming, feeding}
            done, _ = await asyncio.wait(waiting, timeout=quiet_s, return_when=asyncio.FIRST_COMPLETED)
            if not done:
                missing = f"{len(feeding.result() - watcher.seen)} records" if feeding.done() else "the last records"
                raise KhabarError(f"{missing} have no end after {quiet_s:g} s of silence")
            if coming in done:
                yield coming.result()
                coming = asyncio.ensure_future(anext(ends))
    finally:
        coming.cancel()

"""Topics read from a place to their present end, without a group and without a commit."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from service.errors import Misconfigured
from service.ops.settings import Settings
from service.pipeline.account import Positions, Report, Span
from service.pipeline.audit import Audit, reading_order
from service.stream.clients import admin_client, connection
from service.stream.roles import Role, app_id
from service.stream.topics import claims_changelog
from service.wire.record import Origin, RawRecord

_POLL_MS = 500
_POLL_S = 0.5


@asynccontextmanager
async def reading(settings: Settings, *topics: str, offset_reset: str = "earliest") -> AsyncIterator[Any]:
    """Give a consumer of all partitions of topics; raises :class:`Misconfigured` for a topic that does not exist."""
    consumer = AIOKafkaConsumer(
        *topics,
        **connection(settings),
        auto_offset_reset=offset_reset,
        enable_auto_commit=False,
        isolation_level="read_committed",
        max_partition_fetch_bytes=settings.max_topic_bytes,
    )
    try:
        await consumer.start()
        missing = set(topics) - {tp.topic for tp in consumer.assignment()}
        if missing:
            raise Misconfigured(f"topics are missing: {', '.join(sorted(missing))}")
        yield consumer
    finally:
        await consumer.stop()


async def read_to_end(
    settings: Settings, topic: str, *, since: int | None = None, starts: Mapping[int, int] | None = None
) -> AsyncGenerator[RawRecord, None]:
    """Yield what a topic holds now, the records of a partition in their order.

    ``since`` (ms since 1970) begins at the first record that is not older, ``starts`` at offsets by partition.
    """
    async with reading(settings, topic) as consumer:
        partitions = sorted(consumer.assignment())
        ends = await consumer.end_offsets(partitions)
        firsts = {TopicPartition(topic, partition): offset for partition, offset in (starts or {}).items()}
        if since is not None:
            found = await consumer.offsets_for_times(dict.fromkeys(partitions, since))
            firsts |= {tp: at.offset if at is not None else ends[tp] for tp, at in found.items()}
        for tp in partitions:
            if tp in firsts:
                consumer.seek(tp, firsts[tp])
        # A position passes the marks of transactions and the holes of compaction; a number of records does not.
        while any([await consumer.position(tp) < end for tp, end in ends.items()]):
            for tp, batch in (await consumer.getmany(timeout_ms=_POLL_MS)).items():
                for message in batch:
                    if message.offset < ends[tp]:
                        yield raw_record(message)


def raw_record(message: Any) -> RawRecord:
    """Return a message of aiokafka as a plain value."""
    origin = Origin(message.topic, message.partition, message.offset)
    timestamp = message.timestamp if message.timestamp is not None and message.timestamp >= 0 else None
    return RawRecord(origin, message.key, message.value, tuple(message.headers), timestamp)


async def commits(settings: Settings, roles: Iterable[Role] = Role) -> dict[tuple[str, int], int]:
    """Return what the groups of roles have committed, by topic and partition."""
    found: dict[tuple[str, int], int] = {}
    async with admin_client(settings) as client:
        for role in roles:
            offsets = await _offsets_of_group(client, app_id(role, settings.group), settings.start_timeout)
            found |= {(tp.topic, tp.partition): at.offset for tp, at in offsets.items() if at.offset >= 0}
    return found


async def _offsets_of_group(client: Any, group: str, patience: float) -> Any:
    """Return a group's offsets; the first question after a broker's start makes it create the topic for them."""
    async with asyncio.timeout(patience):
        while True:
            try:
                return await client.list_consumer_group_offsets(group)
            except KafkaError as error:
                if not error.retriable:
                    raise
                await asyncio.sleep(_POLL_S)


async def positions(settings: Settings, topics: Iterable[str]) -> Positions:
    """Return the spans of topics. The commits are asked for first: what they cover has been written by then."""
    done = await commits(settings)
    spans: dict[str, dict[int, Span]] = {}
    for topic in topics:
        async with reading(settings, topic) as consumer:
            partitions = sorted(consumer.assignment())
            starts = await consumer.beginning_offsets(partitions)
            ends = await consumer.end_offsets(partitions)
            spans[topic] = {
                tp.partition: Span(starts[tp], ends[tp], done.get((topic, tp.partition))) for tp in partitions
            }
    return Positions(spans)


async def wait_until_idle(settings: Settings, seconds: float) -> bool:
    """Return True once no role has a record before it, False after so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            while not await _idle(settings):  # noqa: ASYNC110 - the answer is with the brokers
                await asyncio.sleep(_POLL_S)
    except TimeoutError:
        return False
    return True


async def _idle(settings: Settings) -> bool:
    """Say whether no topic holds a record behind its reader's commit; marks of transactions are no records."""
    topics = (settings.topic_raw, settings.topic_clean, settings.topic_unique)
    for topic, spans in (await positions(settings, topics)).spans.items():
        starts = {partition: max(span.start, span.committed or 0) for partition, span in spans.items()}
        if all(starts[partition] >= span.end for partition, span in spans.items()):
            continue
        async with contextlib.aclosing(read_to_end(settings, topic, starts=starts)) as records:
            async for _record in records:
                return False
    return True


async def take_account(settings: Settings, *, now: int) -> tuple[Report, Audit]:
    """Read every topic and account for every raw record at ``now`` (ms since 1970)."""
    order = reading_order(settings.topics)
    audit = Audit(settings.topics, await positions(settings, order))
    for topic in order:
        async for record in read_to_end(settings, topic):
            audit.take(record)
    async for record in read_to_end(settings, claims_changelog(settings)):
        audit.take_claim(record.key or b"", record.value)
    report = audit.report(
        now=now, compaction_days=settings.retention_internal_days, identity_days=settings.identity_days
    )
    return report, audit

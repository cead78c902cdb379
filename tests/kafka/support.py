"""What tests do with a broker beside the code under test: make topics, feed them, read them to their end.

Every function opens a client of its own, closes it, and is bounded in time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Literal, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from service.wire.record import Origin, RawRecord, Record

LIMIT_S = 120.0
MESSAGE_BYTES = 6 * 1024 * 1024
T = TypeVar("T")


@asynccontextmanager
async def admin(bootstrap: str) -> AsyncIterator[Any]:
    """Give a started admin client."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await client.start()
    try:
        yield client
    finally:
        await client.close()


@asynccontextmanager
async def producer(bootstrap: str, **settings: Any) -> AsyncIterator[Any]:
    """Give a started idempotent producer."""
    defaults = {
        "enable_idempotence": True,
        "linger_ms": 5,
        "max_batch_size": 262_144,
        "max_request_size": MESSAGE_BYTES,
    }
    client = AIOKafkaProducer(bootstrap_servers=bootstrap, **(defaults | settings))
    await client.start()
    try:
        yield client
    finally:
        await client.stop()


@asynccontextmanager
async def consumer(bootstrap: str, **settings: Any) -> AsyncIterator[Any]:
    """Give a started consumer without a group that commits nothing."""
    defaults = {"enable_auto_commit": False, "max_partition_fetch_bytes": MESSAGE_BYTES}
    client = AIOKafkaConsumer(bootstrap_servers=bootstrap, **(defaults | settings))
    await client.start()
    try:
        yield client
    finally:
        await client.stop()


async def create_topic(
    bootstrap: str,
    topic: str,
    partitions: int = 1,
    *,
    configs: Mapping[str, str] | None = None,
    replication: int = 1,
) -> None:
    """Create a topic; returns when every partition has a leader. A topic that exists is an error."""
    new = NewTopic(topic, partitions, replication, topic_configs=dict(configs or {}))
    async with asyncio.timeout(LIMIT_S), admin(bootstrap) as client:
        response = await client.create_topics([new])
        for _, code, why in (tuple(error)[:3] for error in response.topic_errors):
            if code:
                raise RuntimeError(f"topic {topic} was not created: error {code}: {why}")
        while True:
            (found,) = await client.describe_topics([topic])
            if sum(partition["leader"] >= 0 for partition in found["partitions"]) == partitions:
                return
            await asyncio.sleep(0.05)


async def limit_record_size(bootstrap: str, topic: str, size: int) -> None:
    """Let the brokers refuse records of a topic that are larger; returns when they know."""
    resource, name = ConfigResource(ConfigResourceType.TOPIC, topic), "max.message.bytes"
    changed = ConfigResource(ConfigResourceType.TOPIC, topic, {name: str(size)})
    async with asyncio.timeout(LIMIT_S), admin(bootstrap) as client:
        await client.alter_configs([changed])

        async def known() -> bool:
            (answer,) = await client.describe_configs([resource])
            return any(entry[:2] == (name, str(size)) for entry in answer.resources[0][4])

        await eventually(known)


async def produce(bootstrap: str, records: Iterable[Record], *, partition: int | None = None) -> list[Origin]:
    """Write many records quickly; return where each lies, in their order, when the brokers have all."""
    async with asyncio.timeout(LIMIT_S), producer(bootstrap) as client:
        sent = [
            await client.send(
                record.topic,
                record.value,
                key=record.key,
                partition=partition,
                timestamp_ms=record.timestamp,
                headers=list(record.headers),
            )
            for record in records
        ]
        return [Origin(done.topic, done.partition, done.offset) for done in await asyncio.gather(*sent)]


async def end_offsets(
    bootstrap: str, topic: str, *, isolation: Literal["read_committed", "read_uncommitted"] = "read_committed"
) -> dict[int, int]:
    """Return the offset after the last record of each partition."""
    async with asyncio.timeout(LIMIT_S), consumer(bootstrap, isolation_level=isolation) as client:
        return {
            tp.partition: offset for tp, offset in (await client.end_offsets(await _partitions(client, topic))).items()
        }


async def read_topic(
    bootstrap: str, topic: str, *, isolation: Literal["read_committed", "read_uncommitted"] = "read_committed"
) -> list[RawRecord]:
    """Return all records that the topic holds now, by partition and offset."""
    found: list[RawRecord] = []
    settings = {"isolation_level": isolation, "auto_offset_reset": "earliest"}
    async with asyncio.timeout(LIMIT_S), consumer(bootstrap, **settings) as client:
        partitions = await _partitions(client, topic)
        client.assign(partitions)
        ends = await client.end_offsets(partitions)
        await client.seek_to_beginning(*partitions)
        # A position passes the marks of transactions and the holes of compaction; the number of records does not.
        while any([await client.position(tp) < end for tp, end in ends.items()]):
            for batch in (await client.getmany(timeout_ms=200)).values():
                found += [_raw(message) for message in batch]
    return sorted(found, key=lambda record: record.origin)


async def committed(bootstrap: str, group: str, topic: str) -> dict[int, int]:
    """Return the offsets that a group has committed; a partition without a commit is left out."""
    async with asyncio.timeout(LIMIT_S), admin(bootstrap) as client:
        offsets = None
        while offsets is None:
            try:
                offsets = await client.list_consumer_group_offsets(group)
            except KafkaError as error:
                if not error.retriable:  # the first question after a start makes the broker create its offsets topic
                    raise
                await asyncio.sleep(0.1)
    return {tp.partition: at.offset for tp, at in offsets.items() if tp.topic == topic and at.offset >= 0}


async def members(bootstrap: str, group: str) -> int:
    """Return how many members a group has."""
    async with asyncio.timeout(LIMIT_S), admin(bootstrap) as client:
        (answer,) = await client.describe_consumer_groups([group])
        ((_error, _group, _state, _kind, _protocol, found, *_rights),) = answer.groups
        return len(found)


async def lag(bootstrap: str, group: str, topic: str) -> int:
    """Return how many offsets of a topic lie behind a group's commits (all of them, where it has none)."""
    done = await committed(bootstrap, group, topic)
    return sum(end - done.get(partition, 0) for partition, end in (await end_offsets(bootstrap, topic)).items())


async def eventually(check: Callable[[], Awaitable[T]], *, within: float = 60.0) -> T:
    """Ask until the answer is truthy and return it; raise TimeoutError after ``within`` seconds."""
    async with asyncio.timeout(within):
        while not (answer := await check()):  # noqa: ASYNC110 - the answer is with the broker, it sets no event
            await asyncio.sleep(0.1)
        return answer


async def _partitions(client: Any, topic: str) -> list[TopicPartition]:
    numbers = (await client._client.fetch_all_metadata()).partitions_for_topic(topic)
    if not numbers:
        raise RuntimeError(f"there is no topic {topic}")
    return [TopicPartition(topic, number) for number in sorted(numbers)]


def _raw(message: Any) -> RawRecord:
    origin = Origin(message.topic, message.partition, message.offset)
    return RawRecord(origin, message.key, message.value, tuple(message.headers), message.timestamp)

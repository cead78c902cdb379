"""The agents: take a record, call the pure function, send, acknowledge. Nothing is decided here."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import faust
import structlog
from aiokafka import AIOKafkaProducer
from faust.types import TP

from service.ops.metrics import Metrics
from service.pipeline.offline import now_ms
from service.pipeline.options import Options
from service.pipeline.roles import judge, publish, take
from service.stream.claims import ClaimsTable
from service.stream.fatal import die
from service.stream.roles import Role
from service.stream.window import Window
from service.wire.record import Origin, RawRecord, Record

log = structlog.get_logger(__name__)

Sends = list["asyncio.Future[Any]"]
Handler = Callable[[Any], Awaitable[Sends]]
Agent = Callable[[Any], Awaitable[None]]


def make_agent(role: Role, handle: Handler, window: Window, metrics: Metrics) -> Agent:
    """Return the agent function of a role: the loop that all roles share.

    A failure of ``handle`` is a delivery fault (bad messages and our own defects are caught in the pure functions),
    so the process ends with the record un-acknowledged.
    """

    async def agent(stream: Any) -> None:
        try:
            async for event in stream.noack().events():
                message = event.message
                size = len(message.value or b"") + len(message.key or b"")
                slot = await window.open(size, event.ack)
                started = time.perf_counter()
                sends = await handle(message)
                handed = time.perf_counter()
                slot.acknowledge = functools.partial(_confirmed, slot.acknowledge, metrics, handed)
                window.close(slot, sends)
                metrics.record_taken(role, handed - started, window.records, window.size)
                metrics.handled(at=time.time())
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, going on would lose the record
            die("agent_failed", error)

    return agent


def _confirmed(acknowledge: Callable[[], None], metrics: Metrics, handed: float) -> None:
    """Acknowledge a record, and note how long the brokers took."""
    metrics.confirmed(time.perf_counter() - handed)
    acknowledge()


def intake_handler(
    producer: AIOKafkaProducer, options: Options, metrics: Metrics, outcome: Callable[[bool], None]
) -> Handler:
    """Return the handler of intake: raw record in, clean record or dead letter out.

    ``outcome`` is told of each record whether it became a dead letter.
    """

    async def handle(message: Any) -> Sends:
        origin = Origin(message.topic, message.partition, message.offset)
        raw = RawRecord(origin, message.key, message.value, tuple(message.headers or ()), _timestamp_ms(message))
        taken = take(raw, now=now_ms(), options=options)
        if taken.failure is not None:
            log.error("intake_failed", origin=str(origin), where=taken.failure)
        metrics.intake_finished(None if taken.refused is None else taken.refused.reason)
        outcome(taken.refused is not None)
        return await _send(producer, taken.records, metrics)

    return handle


def dedupe_handler(producer: AIOKafkaProducer, table: ClaimsTable, options: Options, metrics: Metrics) -> Handler:
    """Return the handler of dedupe: claims first (atomic, local), then changelog and output; acked when both are kept.

    A crash in between leaves local claims that the changelog lacks. They carry the record's origin, so the same
    record is let through again with the same verdict, and its claims are logged again.
    """
    store = table.claims
    changelog = table.changelog_topic_name

    async def handle(message: Any) -> Sends:
        claims = store.claims(message.partition)
        clean = Record(message.topic, message.key, message.value, tuple(message.headers or ()))
        decided = judge(clean, claims, options)
        if decided.failure is not None:
            log.error("dedupe_failed", partition=message.partition, offset=message.offset, where=decided.failure)
        claims.write(decided.logged, decided.derived)
        sends = [
            await producer.send(changelog, value, key=key, partition=message.partition) for key, value in decided.logged
        ]
        for future in sends[-1:]:
            future.add_done_callback(lambda done: _reached(table, message.partition, done))
        metrics.dedupe_finished(decided.verdict, logged=len(decided.logged))
        metrics.changelog_written(
            sum(len(key) + len(value or b"") for key, value in decided.logged),
            tombstones=sum(value is None for _, value in decided.logged),
        )
        metrics.sent(changelog, len(decided.logged))
        return [*sends, *await _send(producer, decided.records, metrics)]

    return handle


def enrich_handler(producer: AIOKafkaProducer, options: Options, metrics: Metrics) -> Handler:
    """Return the handler of enrich: unique record in, event (and mention rows) out."""

    async def handle(message: Any) -> Sends:
        unique = Record(message.topic, message.key, message.value, tuple(message.headers or ()))
        now = now_ms()
        published = publish(unique, processed_at=now, options=options)
        if published.failure is not None:
            log.error("enrich_failed", article=published.event.article_id, where=published.failure)
        metrics.enrich_finished(published.event, age_ms=now - published.event.provenance.record_time)
        return await _send(producer, published.records, metrics)

    return handle


async def _send(producer: AIOKafkaProducer, records: Sequence[Record], metrics: Metrics) -> Sends:
    """Hand records to the producer; the futures say when the brokers have them.

    The producer's own clock stamps them: retention on our topics counts from the writing, also for a replay of old
    articles.
    """
    sends = []
    for record in records:
        sends.append(await producer.send(record.topic, record.value, key=record.key, headers=list(record.headers)))
        metrics.sent(record.topic)
    return sends


def _reached(table: ClaimsTable, partition: int, future: asyncio.Future[Any]) -> None:
    """Keep how far the local store holds the changelog, so that a restart reads only what is behind it."""
    if not future.cancelled() and future.exception() is None:
        tp = TP(table.changelog_topic_name, partition)
        table.claims.set_persisted_offset(tp, future.result().offset)


def _timestamp_ms(message: Any) -> int | None:
    """Return Kafka's timestamp in ms since 1970 (Faust gives seconds), or None where the record has none."""
    return None if message.timestamp is None or message.timestamp < 0 else round(message.timestamp * 1000)


def register(app: faust.App, topic: str, agent: Agent) -> None:
    """Register an agent on a topic whose keys and values are bytes."""
    source = app.topic(topic, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")
    app.agent(source, name=f"khabar.{topic}")(agent)

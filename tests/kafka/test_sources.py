"""What lies on ``news.raw`` besides plain records: transactions, deleted stretches, very large records."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from aiokafka import TopicPartition
from aiokafka.admin import RecordsToDelete
from confluent_kafka import Producer
from prometheus_client.parser import text_string_to_metric_families

from service.stream.roles import Role
from service.stream.supervisor import Roles
from service.wire.record import Origin
from tests.faults.harness import settled
from tests.kafka.khabar import account_when_done, article, environment, feed, running
from tests.kafka.support import admin, committed, create_topic, end_offsets, eventually, producer

pytestmark = pytest.mark.kafka
MIB = 1024 * 1024


async def test_a_transactional_topic_neither_loses_records_nor_stalls_commits(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path
) -> None:
    """Markers and aborted records are real jumps of offsets: committed records end once, aborted ones never, and the
    group's offset reaches the last record."""
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_PARTITIONS_RAW="1")
    async with running(environ) as (settings, _roles):
        kept: list[Origin] = []
        async with producer(bootstrap, transactional_id=unique("tx"), acks="all") as client:
            for number in range(12):
                await client.begin_transaction()
                sends = [await client.send(settings.topic_raw, article(number * 10 + at)) for at in range(3)]
                done = [await send for send in sends]
                if number % 3 == 1:
                    await client.abort_transaction()
                else:
                    await client.commit_transaction()
                    kept += [Origin(sent.topic, sent.partition, sent.offset) for sent in done]
        account = await account_when_done(settings, kept)

        async def caught_up() -> bool:
            return (await committed(bootstrap, f"{settings.group}-intake", settings.topic_raw)).get(0) == kept[
                -1
            ].offset + 1

        await eventually(caught_up)

    assert set(account.ends) == set(kept)
    assert account.repeats == 0
    assert (await end_offsets(bootstrap, settings.topic_raw))[0] > len(kept) + 12


async def test_records_deleted_from_the_front_do_not_stall(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path
) -> None:
    """The committed offset points at a record that is gone: reading starts behind the hole and commits go on."""
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_PARTITIONS_RAW="1")
    async with running(environ) as (settings, roles):
        first = await feed(settings, [article(number) for number in range(10)])
        await account_when_done(settings, first)
        await roles.stop()
        await feed(settings, [article(number) for number in range(10, 20)])
        async with admin(bootstrap) as client:
            await client.delete_records({TopicPartition(settings.topic_raw, 0): RecordsToDelete(before_offset=15)})
    async with running(environ) as (settings, _roles):
        left = [Origin(settings.topic_raw, 0, offset) for offset in range(15, 20)]
        account = await account_when_done(settings, left)

        async def caught_up() -> bool:
            return (await committed(bootstrap, f"{settings.group}-intake", settings.topic_raw)).get(0) == 20

        await eventually(caught_up)

    assert set(account.ends) == {*first, *left}


async def resident_mib(roles: Roles) -> dict[Role, float]:
    """Return each role's resident memory by its own metrics."""
    found = {}
    async with aiohttp.ClientSession() as session:
        for role, port in roles.ports.items():
            async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
                families = text_string_to_metric_families(await answer.text())
            samples = {sample.name: sample.value for family in families for sample in family.samples}
            found[role] = samples["process_resident_memory_bytes"] / MIB
    return found


@pytest.mark.slow
async def test_memory_is_bounded_with_records_of_1_mb(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path, figures: Callable[[str], None]
) -> None:
    """200 MB of articles of 1 MB pass through; a role needs what is in flight and a fetch on top of its rest."""
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_WINDOW_BYTES="16MiB")
    async with running(environ) as (settings, roles):
        origins = []
        peak = await resident_mib(roles)
        rest = dict(peak)
        for batch in range(8):
            payloads = [large(batch * 25 + number) for number in range(25)]
            origins += await feed(settings, payloads)
            peak = {role: max(peak[role], used) for role, used in (await resident_mib(roles)).items()}
        account = await account_when_done(settings, origins, within=200)
        peak = {role: max(peak[role], used) for role, used in (await resident_mib(roles)).items()}

    figures(
        "memory with 200 records of 1 MB, MiB at rest -> peak: "
        + ", ".join(f"{role} {rest[role]:.0f} -> {peak[role]:.0f}" for role in Role)
    )
    assert not account.lost(origins)
    assert all(used < 600 for used in peak.values()), peak


def large(number: int) -> bytes:
    """Return an article of about one megabyte."""
    body = orjson.loads(article(number, words=2000))
    body["maintext"] = "\n\n".join(f"{body['maintext']} {part}" for part in range(85))
    return orjson.dumps(body)


def compressed(bootstrap: str, topic: str, payloads: list[bytes], codec: str) -> None:
    """Write payloads with another client, in batches of a codec."""
    client = Producer({"bootstrap.servers": bootstrap, "compression.type": codec, "linger.ms": 100})
    for payload in payloads:
        client.produce(topic, payload)
    assert client.flush(30) == 0


async def test_records_of_every_codec_are_read(bootstrap: str, unique: Callable[[str], str], tmp_path: Path) -> None:
    """Producers compress with gzip, snappy, lz4 or zstd: all are read, also in one topic."""
    environ = environment(bootstrap, tmp_path, unique("t"))
    codecs = ["none", "gzip", "snappy", "lz4", "zstd"]
    async with running(environ) as (settings, _roles):
        for number, codec in enumerate(codecs):
            payloads = [article(10 * number + one) for one in range(10)]
            await asyncio.to_thread(compressed, bootstrap, settings.topic_raw, payloads, codec)
        report = await settled(settings)
    assert report.balanced, report.examples
    assert report.ends == {"new": 50}


@pytest.mark.parametrize(("kind", "refused"), [("producer", None), ("uncompressed", "MSG_SIZE_TOO_LARGE")])
async def test_an_uncompressed_raw_topic_keeps_bombs_out(
    bootstrap: str, unique: Callable[[str], str], kind: str, refused: str | None
) -> None:
    """A batch that unfolds beyond the topic's limit is refused by a broker that has to unfold it itself."""
    topic = unique("raw")
    await create_topic(bootstrap, topic, configs={"compression.type": kind, "max.message.bytes": "1000000"})
    client = Producer({"bootstrap.servers": bootstrap, "compression.type": "zstd", "message.max.bytes": 100_000_000})
    answers: list[Any] = []
    client.produce(topic, b"a" * 20_000_000, on_delivery=lambda error, _: answers.append(error))
    assert await asyncio.to_thread(client.flush, 30) == 0
    assert [error and error.name() for error in answers] == [refused]

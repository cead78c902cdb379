"""Reading again on purpose: a group whose offsets were reset, a state that was wiped, a topic that was compacted."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from service.ops.settings import Settings
from service.stream.reader import commits
from service.stream.roles import Role, app_id
from service.stream.topics import claims_changelog
from service.wire.record import Record
from tests.faults.harness import expected, feed_numbers, repeats, settled
from tests.kafka.khabar import article, environment, running
from tests.kafka.support import admin, consumer, create_topic, eventually, produce, read_topic

pytestmark = [pytest.mark.kafka, pytest.mark.faults, pytest.mark.slow]

RECORDS = 500


async def fed(environ: dict[str, str]) -> Settings:
    """Run the roles on some records until all have ended; return their settings."""
    async with running(environ) as (settings, _roles):
        await feed_numbers(settings, range(RECORDS))
        await settled(settings)
    return settings


async def reset(bootstrap: str, group: str, topic: str) -> None:
    """Set a group without members back to the beginning of partition 0 of a topic."""

    async def done() -> bool:
        async with consumer(bootstrap, group_id=group) as client:
            partition = TopicPartition(topic, 0)
            client.assign([partition])
            try:
                await client.commit({partition: 0})
            except KafkaError:  # a static member counts as there until its session ends
                return False
        return True

    await eventually(done)


async def test_a_group_reset_with_state_kept_publishes_nothing_new(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path, figures: Callable[[str], None]
) -> None:
    """Intake reads everything a second time: each record ends as it did before, under the same ids."""
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_PARTITIONS_RAW="1")
    settings = await fed(environ)
    await reset(bootstrap, app_id(Role.INTAKE, settings.group), settings.topic_raw)
    async with running(environ) as (settings, _roles):
        report = await settled(settings)

    figures(f"group reset with state kept: {RECORDS} records read again, {repeats(report)} repeated, 0 new articles")
    assert report.balanced, report.examples
    assert report.ends == expected(range(RECORDS))
    assert repeats(report) == RECORDS


@pytest.mark.long
async def test_the_clean_topic_replayed_without_state_gives_the_same_verdicts(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path, figures: Callable[[str], None]
) -> None:
    """Store and changelog are wiped and dedupe reads its topic again: every verdict is the same."""
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_PARTITIONS_RAW="1")
    settings = await fed(environ)
    shutil.rmtree(tmp_path / Role.DEDUPE)
    async with admin(bootstrap) as client:
        await client.delete_topics([claims_changelog(settings)])
    await reset(bootstrap, app_id(Role.DEDUPE, settings.group), settings.topic_clean)
    async with running(environ) as (settings, _roles):
        report = await settled(settings)

    passed = RECORDS - expected(range(RECORDS))["dead letter"]
    figures(f"state wiped, clean topic replayed: {passed} records, {repeats(report)} with the same verdict again")
    assert report.balanced, report.examples
    assert report.ends == expected(range(RECORDS))
    assert repeats(report) == passed


@pytest.mark.long
@pytest.mark.timeout(240)
async def test_a_compacted_raw_topic_neither_loses_records_nor_stalls_commits(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path, figures: Callable[[str], None]
) -> None:
    """Compaction has left holes in the raw topic: what it kept ends once, and the commit reaches the last record."""
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_PARTITIONS_RAW="1")
    raw = environ["KHABAR_TOPIC_RAW"]
    quickly = {"cleanup.policy": "compact", "segment.ms": "300", "min.cleanable.dirty.ratio": "0.001"}
    await create_topic(bootstrap, raw, configs=quickly)
    written = 0
    for round_ in range(6):
        keyed = [Record(raw, b"%d" % key, article(20 * round_ + key, words=25)) for key in range(20)]
        written += len(await produce(bootstrap, keyed))
        await asyncio.sleep(0.5)

    async def compacted() -> bool:
        return len(await read_topic(bootstrap, raw)) < written

    await eventually(compacted, within=90)
    async with running(environ) as (settings, _roles):
        (last,) = await produce(bootstrap, [Record(raw, b"last", article(1_000))])

        async def caught_up() -> bool:
            done = await commits(settings, [Role.INTAKE])
            return done.get((raw, 0)) == last.offset + 1

        await eventually(caught_up, within=60)
        report = await settled(settings)

    figures(f"compacted raw topic: {written + 1} written, {report.read} kept, all ended, commit at the end")
    assert report.balanced, report.examples
    assert report.read < written + 1
    assert not report.waiting

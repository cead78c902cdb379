"""Brokers that go away and come back: the long profile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from service.stream.devkafka import RealKafka
from tests.faults.harness import expected, feed_numbers, repeats, settled
from tests.kafka.khabar import environment, running

pytestmark = [pytest.mark.kafka, pytest.mark.faults, pytest.mark.long]

RECORDS = 10_000


@pytest.mark.timeout(420)
async def test_all_brokers_are_away_for_a_minute(tmp_path: Path, figures: Callable[[str], None]) -> None:
    """The only broker is killed under load and comes back after 60 s: the same processes finish the work."""
    with RealKafka() as broker:
        environ = environment(broker.bootstrap, tmp_path, "minute", KHABAR_PARTITIONS_RAW="1")
        async with running(environ) as (settings, roles):
            await feed_numbers(settings, range(RECORDS))
            pids = {role: child.pid for role, child in roles.children.items()}
            broker.kill(1)
            await asyncio.sleep(60)
            await asyncio.to_thread(broker.restart, 1)
            report = await settled(settings, within=180)
            assert {role: child.pid for role, child in roles.children.items()} == pids

    figures(f"brokers away for 60 s: {RECORDS} records, 0 lost, {repeats(report)} repeated")
    assert report.balanced, report.examples
    assert report.ends == expected(range(RECORDS))


@pytest.mark.timeout(420)
async def test_three_nodes_lose_one_after_the_other(tmp_path: Path, figures: Callable[[str], None]) -> None:
    """Of three nodes with two copies in sync each is killed and started again under load; leaders move."""
    with RealKafka(3) as broker:
        copies = {"KHABAR_REPLICATION_FACTOR": "3", "KHABAR_MIN_INSYNC_REPLICAS": "2"}
        environ = environment(broker.bootstrap, tmp_path, "three", KHABAR_PARTITIONS_RAW="1", **copies)
        async with running(environ) as (settings, _roles):
            await feed_numbers(settings, range(RECORDS))
            for node in (1, 2, 3):
                broker.kill(node)
                await asyncio.sleep(4)
                await asyncio.to_thread(broker.restart, node)
                await asyncio.sleep(4)
            report = await settled(settings, within=180)

    figures(f"three nodes, each killed once: {RECORDS} records, 0 lost, {repeats(report)} repeated")
    assert report.balanced, report.examples
    assert report.ends == expected(range(RECORDS))

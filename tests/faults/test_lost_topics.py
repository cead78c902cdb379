"""An internal topic is lost and made anew: what had been worked off stays as it was, and the stream goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.harness import expected, feed_numbers, repeats, settled
from tests.kafka.khabar import environment, running
from tests.kafka.support import admin, eventually

pytestmark = [pytest.mark.kafka, pytest.mark.faults, pytest.mark.long]

RECORDS = 300


@pytest.mark.parametrize("topic", ["KHABAR_TOPIC_CLEAN", "KHABAR_TOPIC_UNIQUE"])
async def test_a_lost_internal_topic_loses_nothing_that_was_worked_off(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path, figures: Callable[[str], None], topic: str
) -> None:
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_PARTITIONS_RAW="1")
    async with running(environ) as (settings, _roles):
        await feed_numbers(settings, range(RECORDS))
        await settled(settings)

    async def gone() -> bool:
        async with admin(bootstrap) as client:
            return environ[topic] not in await client.list_topics()

    async with admin(bootstrap) as client:
        await client.delete_topics([environ[topic]])
    await eventually(gone)
    async with running(environ) as (settings, _roles):
        await feed_numbers(settings, range(RECORDS, 2 * RECORDS))
        report = await settled(settings)

    figures(f"{topic} lost and made anew: {2 * RECORDS} records, all ended once")
    assert report.balanced, report.examples
    assert report.ends == expected(range(2 * RECORDS))
    assert repeats(report) == 0

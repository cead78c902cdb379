"""What operators and producers do under load: stopping, scaling, floods of bad records."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from service.stream.reader import commits
from service.stream.roles import Role
from tests.faults.harness import POISON, expected, feed_numbers, one_more, repeats, settled
from tests.kafka.khabar import article, environment, feed, running
from tests.kafka.support import eventually

pytestmark = [pytest.mark.kafka, pytest.mark.faults, pytest.mark.slow]


async def test_sigterm_under_load_repeats_nothing(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path, figures: Callable[[str], None]
) -> None:
    """All roles are told to stop in the middle of the work: exit code 0, and no record is written twice."""
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_PARTITIONS_RAW="1")
    records = 2_000
    async with running(environ) as (settings, roles):
        await feed_numbers(settings, range(records))

        async def begun() -> bool:
            return (await commits(settings, [Role.ENRICH])) != {}

        await eventually(begun)
        children = dict(roles.children)
        started = time.monotonic()
        await roles.stop()
        stopped = time.monotonic() - started
        done = sum((await commits(settings, [Role.INTAKE])).values())
    async with running(environ) as (settings, _roles):
        report = await settled(settings)

    figures(
        f"SIGTERM under load: {records} records, stopped at {done} after {stopped:.1f} s, {repeats(report)} repeated"
    )
    assert {child.returncode for child in children.values()} == {0}
    assert report.balanced, report.examples
    assert report.ends == expected(range(records))
    assert report.repeats == {}


async def test_a_flood_of_poison_harms_nothing_else(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path, figures: Callable[[str], None]
) -> None:
    """Three records of ten are bad, in four ways: each is buried with its bytes, the others are published."""
    environ = environment(bootstrap, tmp_path, unique("t"))
    payloads = [
        POISON[number % len(POISON)] if number % 10 in {2, 5, 8} else article(number, words=25)
        for number in range(2_000)
    ]
    async with running(environ) as (settings, _roles):
        await feed(settings, payloads)
        report = await settled(settings)

    figures(f"poison flood: {report.read} records, {report.ends}, {repeats(report)} repeated")
    assert report.balanced, report.examples
    assert report.ends == {"dead letter": 600, "new": 1_400}
    assert report.repeats == {}


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_intake_and_enrich_scale_out_and_in_under_load(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path, figures: Callable[[str], None]
) -> None:
    """One process of intake and enrich, then three, then two, while articles flow in: nothing is lost."""
    environ = environment(bootstrap, tmp_path / "one", unique("t"))
    async with running(environ) as (settings, _roles), AsyncExitStack() as two:
        enough = asyncio.Event()

        async def feed_until_enough() -> int:
            fed = 0
            while not enough.is_set():
                await feed(settings, [article(number, words=25) for number in range(fed, fed + 200)])
                fed += 200
                await asyncio.sleep(0.5)
            return fed

        feeding = asyncio.create_task(feed_until_enough())
        async with AsyncExitStack() as three:
            for role in (Role.INTAKE, Role.ENRICH):
                await two.enter_async_context(one_more(role, environ, tmp_path / "two"))
                await three.enter_async_context(one_more(role, environ, tmp_path / "three"))
            await asyncio.sleep(5)
        await asyncio.sleep(3)
        enough.set()
        fed = await feeding
        report = await settled(settings)

    figures(f"scale 1 -> 3 -> 2: {report.read} records, 0 lost, {repeats(report)} repeated")
    assert report.balanced, report.examples
    assert report.ends == {"new": fed}

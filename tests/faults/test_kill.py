"""kill -9 of every role, again and again, in the middle of the work: nothing is lost and nothing ends twice."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from service.stream.roles import Role
from service.stream.supervisor import Roles
from tests.faults.harness import back_from_kill, expected, feed_numbers, killed, repeats, settled
from tests.kafka.khabar import environment, running
from tests.kafka.support import members

pytestmark = [pytest.mark.kafka, pytest.mark.faults, pytest.mark.slow]

KILLS = [Role.DEDUPE, Role.INTAKE, Role.ENRICH, Role.DEDUPE, Role.ENRICH, Role.INTAKE, Role.DEDUPE, Role.DEDUPE]
BACK_S = 20.0
"""A role that was killed works again within this time."""


async def kill_in_turn(roles: Roles, kills: list[Role], *, between: tuple[float, float]) -> list[float]:
    """Kill roles at random moments: just started, recovering, in full work. Return the seconds until each was ready."""
    moments = random.Random(5)  # noqa: S311 - repeatable moments
    back = []
    for role in kills:
        await asyncio.sleep(moments.uniform(*between))
        if moments.random() < 0.5:  # the other half may be hit again while it recovers
            back.append(await back_from_kill(roles, role))
        else:
            await killed(roles, role)
    return back


async def check_kills(
    environ: dict[str, str], records: int, kills: list[Role], *, between: tuple[float, float], within: float
) -> str:
    """Feed records, kill roles meanwhile, and assert that every record ends once, as it does without a kill."""
    async with running(environ) as (settings, roles):
        started = time.monotonic()
        feeding = asyncio.create_task(feed_numbers(settings, range(records)))
        back = await kill_in_turn(roles, kills, between=between)
        await feeding
        report = await settled(settings, within=within)
        took = time.monotonic() - started

    assert report.balanced, report.examples
    assert report.ends == expected(range(records))
    assert max(back) < BACK_S
    per_kill = repeats(report) / len(kills)
    return (
        f"kill -9: {records} records, {len(kills)} kills, 0 lost, {repeats(report)} repeated ({per_kill:.0f} a kill), "
        f"ready again after {max(back):.1f} s at most, {took:.0f} s in all"
    )


@pytest.mark.timeout(600)
async def test_nothing_is_lost_when_roles_are_killed(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path, figures: Callable[[str], None]
) -> None:
    """Eight kills, eight thousand records."""
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_PARTITIONS_RAW="1")
    figures(await check_kills(environ, 8_000, KILLS, between=(0.6, 2.0), within=300))


async def test_a_killed_role_does_not_wait_until_its_group_counts_it_as_dead(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path, figures: Callable[[str], None]
) -> None:
    """Killed, a role is back at once as the same member; stopped in order, all but dedupe leave their group."""
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_SESSION_TIMEOUT="39")
    async with running(environ) as (settings, roles):
        back = {role: await back_from_kill(roles, role) for role in (Role.INTAKE, Role.ENRICH)}
        await roles.stop()
        left = {role: await members(bootstrap, f"{settings.group}-{role}") for role in Role}

    assert max(back.values()) < BACK_S
    assert left == {Role.INTAKE: 0, Role.DEDUPE: 1, Role.ENRICH: 0}
    figures("kill -9, session of 39 s: " + ", ".join(f"{role} ready after {took:.1f} s" for role, took in back.items()))


@pytest.mark.long
@pytest.mark.timeout(10_000)
async def test_nothing_is_lost_of_200_000_records_over_forty_kills(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path, figures: Callable[[str], None]
) -> None:
    """Forty kills spread over the work on two hundred thousand records."""
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_PARTITIONS_RAW="1")
    figures(await check_kills(environ, 200_000, KILLS * 5, between=(0.6, 12.0), within=8_000))

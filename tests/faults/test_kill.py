"""kill -9 of every role, again and again, in the middle of the work: nothing is lost and nothing ends twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from service.stream.roles import Role
from service.stream.supervisor import Roles
from tests.kafka.khabar import Account, account_when_done, article, environment, feed, running

pytestmark = [pytest.mark.kafka, pytest.mark.faults, pytest.mark.slow, pytest.mark.timeout(240)]

RECORDS = 10_000
KILLS = [Role.DEDUPE, Role.INTAKE, Role.ENRICH, Role.DEDUPE, Role.ENRICH, Role.INTAKE, Role.DEDUPE, Role.DEDUPE]
POISON = b"json failed to parse"


def payload(number: int) -> bytes:
    """Return an article; every tenth is a re-crawl of the one before it, some are newer versions, some are poison."""
    if number % 50 == 49:
        return POISON
    if number % 10 == 4:
        return article(number - 1, words=25, query="?utm_source=feed")
    if number % 20 == 7:
        return article(number - 1, words=25, version=2)
    return article(number, words=25)


async def killed(roles: Roles, role: Role) -> None:
    """Kill the running process of a role and wait until another one has taken its place."""
    child = roles.children[role]
    child.kill()
    await child.wait()
    while roles.children[role] is child:  # noqa: ASYNC110 - the supervisor has no event for it
        await asyncio.sleep(0.05)


async def kill_them_all(roles: Roles) -> None:
    """Kill the roles in turn at random moments: just started, recovering, or in full work."""
    moments = random.Random(5)  # noqa: S311 - repeatable moments
    for role in KILLS:
        await asyncio.sleep(moments.uniform(0.6, 3.0))
        await killed(roles, role)


async def test_nothing_is_lost_when_roles_are_killed(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path, figures: Callable[[str], None]
) -> None:
    """Eight kills, ten thousand records: every record has exactly one end, copies point at published articles."""
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_PARTITIONS_RAW="1")
    async with running(environ) as (settings, roles):
        feeding = asyncio.create_task(feed(settings, [payload(number) for number in range(RECORDS)]))
        await kill_them_all(roles)
        origins = await feeding
        account = await account_when_done(settings, origins, within=120)

    statuses = account.statuses()
    figures(
        f"kill -9: {RECORDS} records, {len(KILLS)} kills, {len(account.lost(origins))} lost, {account.repeats} repeated"
    )
    assert account.lost(origins) == set()
    assert account.with_two_ends() == {}
    assert set(account.duplicate_of.values()) <= account.published_ids()
    assert statuses == expected()
    assert versions_rise(account)


def expected() -> dict[str, int]:
    """Return how the records must end when nothing disturbs them."""
    kinds = [payload(number) for number in range(RECORDS)]
    copies = sum(number % 50 != 49 and number % 10 == 4 for number in range(RECORDS))
    updates = sum(number % 50 != 49 and number % 10 != 4 and number % 20 == 7 for number in range(RECORDS))
    poison = kinds.count(POISON)
    return {"new": RECORDS - copies - updates - poison, "duplicate": copies, "updated": updates, "dead letter": poison}


def versions_rise(account: Account) -> bool:
    """Say whether, article by article, a larger version has a larger revision."""
    versions: dict[str, dict[int, int]] = {}
    for event in account.events:
        if event["status"] != "duplicate":
            versions.setdefault(event["article_id"], {})[event["version"]] = event["revision"]
    return all(
        [revision for _, revision in sorted(found.items())] == sorted(found.values()) and len(found) == max(found)
        for found in versions.values()
    )

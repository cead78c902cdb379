"""Lost state and lost brokers cost time only."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest

from service.stream.devkafka import RealKafka
from service.stream.roles import Role
from tests.kafka.khabar import account_when_done, article, environment, feed, running
from tests.kafka.support import eventually

pytestmark = [pytest.mark.kafka, pytest.mark.faults]


def delete(store: Path) -> None:
    """Delete the role's whole folder."""
    shutil.rmtree(store)


def garble(store: Path) -> None:
    """Overwrite RocksDB's lists of its files."""
    for manifest in store.rglob("MANIFEST-*"):
        manifest.write_bytes(b"\x00" * manifest.stat().st_size)


@pytest.mark.parametrize("damage", [delete, garble])
async def test_claims_come_back_from_the_changelog(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """The store is lost between two runs: re-crawls of what was published before are duplicates of it."""
    environ = environment(bootstrap, tmp_path, unique("t"))
    async with running(environ) as (settings, _roles):
        first = await feed(settings, [article(number) for number in range(300)])
        before = await account_when_done(settings, first)
    damage(tmp_path / Role.DEDUPE)
    async with running(environ) as (settings, _roles):
        second = await feed(settings, [article(number, query="?utm_medium=again") for number in range(300)])
        account = await account_when_done(settings, second)

    assert {next(iter(before.ends[origin])) for origin in first} == {"new"}
    assert {next(iter(account.ends[origin])) for origin in second} == {"duplicate"}
    assert {account.duplicate_of[origin] for origin in second} == before.published_ids()
    assert account.repeats == 0


def lies(store: Path, seen: str) -> bool:
    """Say whether there is a file or folder of this name."""
    return next(store.rglob(seen), None) is not None


async def kill_when(environ: dict[str, str], store: Path, seen: str) -> bool:
    """Start dedupe alone and kill it (``kill -9``) once a file matches; say whether its recovery was under way."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "service", "worker", "dedupe", env={**environ, "KHABAR_HTTP_PORT": "0"}
    )
    try:
        async with asyncio.timeout(60):
            while not lies(store, seen):  # noqa: ASYNC110 - the files are another process's
                await asyncio.sleep(0.002)
    finally:
        child.kill()
        await child.wait()
    return lies(store, "*.restoring")


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_role_killed_while_its_claims_are_read_and_built_goes_on(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path
) -> None:
    """The store is lost; then it is killed with a run on disk, with the first files, and with nearly all of them."""
    environ = environment(bootstrap, tmp_path, unique("t"))
    store = tmp_path / Role.DEDUPE
    async with running(environ) as (settings, _roles):
        first = await feed(settings, [article(number) for number in range(300)])
        before = await account_when_done(settings, first)
    delete(store)
    for seen in ("000000.run", "logged-1.sst", "s-0.sst"):
        for _ in range(10):  # what is built of so few claims may be there before it is seen
            if await kill_when(environ, store, seen):
                break
            delete(store)
        else:
            pytest.fail(f"dedupe was never killed in time after {seen}")
    async with running(environ) as (settings, _roles):
        second = await feed(settings, [article(number, query="?utm_medium=again") for number in range(300)])
        account = await account_when_done(settings, second)

    assert {next(iter(account.ends[origin])) for origin in second} == {"duplicate"}
    assert {account.duplicate_of[origin] for origin in second} == before.published_ids()
    assert not lies(store, "*.restoring")


async def ready(port: int) -> int:
    """Return the status of a role's ``/readyz``."""
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as answer:
        return answer.status


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_roles_outlive_an_outage_of_the_brokers(tmp_path: Path, figures: Callable[[str], None]) -> None:
    """The only broker is killed in the middle of the work and comes back: the same processes finish the work."""
    with RealKafka() as broker:
        environ = environment(broker.bootstrap, tmp_path, "outage", KHABAR_PARTITIONS_RAW="2")
        async with running(environ) as (settings, roles):
            pids = {role: child.pid for role, child in roles.children.items()}
            origins = await feed(settings, [article(number) for number in range(3000)])
            broker.kill(1)
            await asyncio.sleep(2)

            async def none_ready() -> bool:
                return all([await ready(port) == 503 for port in roles.ports.values()])

            await eventually(none_ready, within=100)
            await asyncio.to_thread(broker.restart, 1)
            account = await account_when_done(settings, origins, within=200)

            async def all_ready() -> bool:
                return all([await ready(port) == 200 for port in roles.ports.values()])

            await eventually(all_ready)
            assert {role: child.pid for role, child in roles.children.items()} == pids
    figures(f"broker outage: {len(origins)} records, {len(account.lost(origins))} lost, {account.repeats} repeated")
    assert not account.lost(origins)
    assert not account.with_two_ends()
    assert set(account.statuses()) == {"new"}

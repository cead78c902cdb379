"""Faults on purpose, each with the alert that belongs to it.

What cannot be brought about is named in ``NOT_INDUCED``; the promtool tests of the alerts cover it.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import aiohttp

from service.stream.roles import Role
from service.stream.topics import claims_changelog
from tests.faults.harness import POISON, is_ready, killed, one_more
from tests.kafka.khabar import article
from tests.kafka.support import eventually, producer
from tests.ops.prometheus import Prometheus
from tests.ops.stage import LISTED, Stage
from tests.ops.tools import Failed

BACKLOG = 3_000
"""Articles fed at once, so that every role has seconds of work before it."""

PADDING, PADDING_BYTES = 60_000, 4_096
"""Records that dedupe finds in its changelog when it comes back, and their size: many fetches and seconds of recovery,
in which the broker is held. What they hold is no claim and means nothing.
"""

TRIES = 4
"""How often a fault is brought about anew where the machine was too quick or too slow for it."""

VOLUME_BYTES = 64 * 1024 * 1024

NOT_INDUCED = {} if os.geteuid() == 0 else {"KhabarVolumeFilling": "a volume of one's own to fill takes root's rights"}


async def old_news(stage: Stage) -> None:
    """Feed articles that have waited five minutes before anybody took them."""
    await stage.load.send([article(500_000 + number, words=30) for number in range(300)], age_s=300)
    await stage.fires("300 records written five minutes ago", "KhabarFreshnessBudgetBurn")


async def poison(stage: Stage) -> None:
    """Feed records that are no articles."""
    await stage.load.send([POISON[number % len(POISON)] for number in range(400)])
    await stage.fires("400 records that are no articles", "KhabarDeadLetterShareHigh")


async def blocked(stage: Stage) -> None:
    """Hold a role for some seconds, as a blocking call would."""
    with _held(stage.roles.children[Role.INTAKE].pid):
        await asyncio.sleep(3.5)
    await stage.fires("intake held for 3.5 s", "KhabarLoopBlocked")


async def gone(stage: Stage) -> None:
    """Hold the only process of a role for good."""
    with _held(stage.roles.children[Role.ENRICH].pid):
        await stage.fires("the only enrich held", "KhabarRoleDown")


async def second(stage: Stage) -> None:
    """Fill the volume of a second process, which has one of its own; then hold the first.

    Until the session of the one that is held ends its partitions belong to nobody who works.
    """
    environ = {**stage.environ, "KHABAR_HTTP_PORT": str(stage.spare)}
    with _volume(stage.folder / "second") as folder:
        async with one_more(Role.INTAKE, environ, folder, port=stage.spare):
            await eventually(lambda: _shared(stage.prometheus), within=120)
            if "KhabarVolumeFilling" not in NOT_INDUCED:
                (folder / "filling").write_bytes(bytes(VOLUME_BYTES * 19 // 20))
                await stage.fires("a volume filled to 95 %", "KhabarVolumeFilling")
            with _held(stage.roles.children[Role.INTAKE].pid):
                await stage.fires("one of two intakes held", "KhabarPartitionsUnassigned")


async def held_recovery(stage: Stage) -> None:
    """Kill dedupe when its changelog has grown, and hold the broker once its recovery has begun.

    A recovery that had ended before the broker was held, or that nobody saw, is tried again with a longer changelog.
    """
    (broker,) = stage.kafka.pids.values()
    for times in range(1, TRIES + 1):
        stage.roles.children[Role.DEDUPE].send_signal(signal.SIGSTOP)  # else it would note what it has seen of this
        await _pad(stage, times * PADDING)
        await killed(stage.roles, Role.DEDUPE)
        if await _recovery_seen(stage):
            with _held(broker):
                await asyncio.sleep(2)  # what had been fetched is restored by then
                if await _recovering(stage.roles.ports[Role.DEDUPE]):
                    await stage.fires("the broker held while dedupe recovered", "KhabarRecoveryTooLong")
                    break
        await stage.roles.wait_until_ready(120)
    else:
        raise Failed(f"no recovery from {TRIES * PADDING} records lasted until the broker was held")
    await stage.roles.wait_until_ready(120)


async def _recovery_seen(stage: Stage) -> bool:
    """Wait until dedupe, which was killed, reads its changelog, and say so; False where it had read it before."""
    async with asyncio.timeout(120):
        while not await _recovering(stage.roles.ports[Role.DEDUPE]):
            if await is_ready(stage.roles.ports[Role.DEDUPE]):
                return False
            await asyncio.sleep(0.05)
    return True


async def _pad(stage: Stage, records: int) -> None:
    """Write so many records into the changelog of the claims."""
    changelog = claims_changelog(stage.load.settings)
    async with producer(stage.load.settings.brokers) as client:
        for number in range(records):
            await client.send(changelog, key=b"x%d" % number, value=bytes(PADDING_BYTES), partition=0)


async def crashes(stage: Stage) -> None:
    """Kill a role over and over."""
    started = time.monotonic()
    for times in range(1, 4):
        await killed(stage.roles, Role.INTAKE)
        await eventually(lambda times=times: _starts(stage, times), within=120)  # type: ignore[misc]
    await stage.fires("intake killed three times", "KhabarRestarting", since=started)
    await stage.roles.wait_until_ready(120)


async def no_brokers(stage: Stage) -> None:
    """Hold the broker while work lies ready: roles that have caught up at that moment would have nothing to be late."""
    await eventually(lambda: _flowing(stage.prometheus), within=120)  # a held role may be catching up still
    for times in range(1, TRIES + 1):
        first = 600_000 + times * 10 * BACKLOG
        await stage.load.send([article(first + number, words=200) for number in range(times * BACKLOG)])
        with suppress(TimeoutError):  # they were worked off as they came
            await eventually(lambda: _behind(stage.prometheus), within=15)
            break
    (broker,) = stage.kafka.pids.values()
    with _held(broker):
        await stage.fires("the broker held under load", "KhabarLagging", "KhabarLagNearRetention", "KhabarStalled")


async def silence(stage: Stage) -> None:
    """Let a listed source fall silent."""
    stage.load.silent.add(LISTED[0])
    await stage.fires("a listed source from which nothing comes", "KhabarSourceSilent")


FAULTS: tuple[Callable[[Stage], Awaitable[None]], ...] = (
    *(silence, old_news, poison, blocked, gone, second, crashes, no_brokers, held_recovery),
)


@contextmanager
def _held(pid: int) -> Iterator[None]:
    """Hold a process, and let it go on whatever comes."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def _volume(folder: Path) -> Iterator[Path]:
    """Give a volume of VOLUME_BYTES in memory, or a mere folder where that takes rights that we have not."""
    folder.mkdir()
    if "KhabarVolumeFilling" in NOT_INDUCED:
        yield folder
        return
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={VOLUME_BYTES}", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


async def _recovering(port: int) -> bool:
    """Say whether a role reads its changelog now, by its own page."""
    try:
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as answer:
            return re.search(r"^khabar_recovering\{.*\} 1", await answer.text(), re.MULTILINE) is not None
    except aiohttp.ClientError:
        return False


async def _flowing(prometheus: Prometheus) -> bool:
    """Say whether every role finishes records now."""
    return len(await prometheus.query("sum by (role) (rate(khabar_records_finished_total[5s])) > 5")) == len(Role)


async def _behind(prometheus: Prometheus) -> bool:
    """Say whether a good part of the backlog still lies before some role."""
    return bool(await prometheus.query(f"max(sum by (role) (khabar_lag_records)) > {BACKLOG // 4}"))


async def _starts(stage: Stage, times: int) -> bool:
    """Say whether Prometheus has seen intake start anew so many times."""
    instance = f"127.0.0.1:{stage.roles.ports[Role.INTAKE]}"
    found = await stage.prometheus.query(f'changes(process_start_time_seconds{{instance="{instance}"}}[2m])')
    return any(float(each["value"][1]) >= times for each in found)


async def _shared(prometheus: Prometheus) -> bool:
    """Say whether two processes share the partitions of intake."""
    return len(await prometheus.query('khabar_partitions_assigned{role="intake"} > 0')) == 2

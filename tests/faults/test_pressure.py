"""Back-pressure: whatever lies before the roles and however slow the brokers are, memory is bounded."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families

from service.stream.devkafka import RealKafka
from service.stream.reader import commits
from service.stream.roles import Role
from service.stream.supervisor import Roles
from tests.faults.harness import expected, feed_numbers, settled
from tests.kafka.khabar import article, environment, feed, running
from tests.kafka.support import eventually

pytestmark = [pytest.mark.kafka, pytest.mark.faults, pytest.mark.long]

MIB = 1024 * 1024
WINDOW_MIB = 16
SIZES = [*[2_000] * 400, *[64_000] * 150, *[MIB] * 50, *[4 * MIB - 64_000] * 12]
LAG = 200_000


def peak_mib(pid: int) -> float:
    """Return the most that a process has had in memory, in MiB."""
    (line,) = [line for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines() if "VmHWM" in line]
    return int(line.split()[1]) / 1024


def sized(number: int, size: int) -> bytes:
    """Return an article of about ``size`` bytes, whose text no other has."""
    item = orjson.loads(article(number, words=100))
    words = item["maintext"].split()
    draw = random.Random(number)  # noqa: S311 - repeatable texts
    while len(item["maintext"]) < size - 1_000:
        draw.shuffle(words)
        item["maintext"] += "\n\n" + " ".join(words)
    item["maintext"] = item["maintext"][: size - 500]
    return orjson.dumps(item)


@asynccontextmanager
async def watched(roles: Roles) -> AsyncIterator[dict[Role, float]]:
    """Give the most that the window of each role held, in MiB, as its metrics said ten times a second."""
    most = dict.fromkeys(Role, 0.0)

    async def watch() -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                for role, port in roles.ports.items():
                    with contextlib.suppress(aiohttp.ClientError):
                        async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
                            families = text_string_to_metric_families(await answer.text())
                        held = [s.value for f in families for s in f.samples if s.name == "khabar_window_bytes"]
                        most[role] = max(most[role], *held, 0.0) if held else most[role]
                await asyncio.sleep(0.1)

    watching = asyncio.create_task(watch())
    try:
        yield most
    finally:
        watching.cancel()


@pytest.mark.timeout(400)
async def test_records_of_2_kb_to_4_mib_and_a_broker_that_stops(tmp_path: Path, figures: Callable[[str], None]) -> None:
    """Records of all sizes lie there before the roles start, and the broker stands still for 10 s in the middle."""
    sizes = random.Random(3).sample(SIZES, len(SIZES))  # noqa: S311 - a repeatable order
    with RealKafka() as broker:
        environ = environment(broker.bootstrap, tmp_path, "sizes", KHABAR_WINDOW_BYTES=f"{WINDOW_MIB}MiB")
        async with running(environ) as (settings, roles), watched(roles) as window:
            rest = {role: peak_mib(child.pid) for role, child in roles.children.items()}
            for start in range(0, len(sizes), 25):
                await feed(settings, [sized(start + at, size) for at, size in enumerate(sizes[start : start + 25])])
            os.kill(broker.pids[1], signal.SIGSTOP)
            await asyncio.sleep(10)
            os.kill(broker.pids[1], signal.SIGCONT)
            report = await settled(settings, within=200)
            peak = {role: peak_mib(child.pid) for role, child in roles.children.items()}

    total = sum(sizes) / MIB
    told = ", ".join(f"{role} {rest[role]:.0f} -> {peak[role]:.0f}, window {window[role] / MIB:.1f}" for role in Role)
    figures(
        f"{len(sizes)} records of 2 KB to 4 MiB, {total:.0f} MiB, window {WINDOW_MIB} MiB; MiB at rest -> peak: {told}"
    )
    assert report.balanced, report.examples
    assert report.ends == {"new": len(sizes)}
    assert all(used <= WINDOW_MIB * MIB for used in window.values()), window
    assert all(peak[role] - rest[role] < 400 for role in Role), (rest, peak)


@pytest.mark.timeout(10_000)
async def test_a_lag_of_200_000_records_is_worked_off_without_growth(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path, figures: Callable[[str], None]
) -> None:
    """All records lie there before the roles take them: memory at the end is that after a fifth of them."""
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_PARTITIONS_RAW="1")
    async with running(environ) as (settings, roles):
        feeding = asyncio.create_task(feed_numbers(settings, range(LAG)))
        started = time.monotonic()

        async def fifth() -> bool:
            return sum((await commits(settings, [Role.ENRICH])).values()) > LAG / 5

        await eventually(fifth, within=3_000)
        early = {role: peak_mib(child.pid) for role, child in roles.children.items()}
        await feeding
        report = await settled(settings, within=6_000)
        took = time.monotonic() - started
        late = {role: peak_mib(child.pid) for role, child in roles.children.items()}

    told = ", ".join(f"{role} {early[role]:.0f} -> {late[role]:.0f}" for role in Role)
    figures(f"lag of {LAG} records: worked off in {took:.0f} s; peak MiB after a fifth -> at the end: {told}")
    assert report.balanced, report.examples
    assert report.ends == expected(range(LAG))
    # Dedupe remembers every article: RocksDB's cache and buffers fill up to their bounds.
    allowed = {Role.INTAKE: 1.2, Role.DEDUPE: 2.0, Role.ENRICH: 1.2}
    assert all(late[role] < allowed[role] * early[role] for role in Role), (early, late)

"""What the machine does to a role: an event loop that hangs, a disk that is full."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest

from service.stream.roles import Role
from tests.faults.harness import expected, feed_numbers, repeats, settled, with_bug
from tests.kafka.khabar import environment, running
from tests.kafka.support import eventually

pytestmark = [pytest.mark.kafka, pytest.mark.faults, pytest.mark.slow]

RECORDS = 1_000


async def alive(port: int) -> bool:
    """Ask a role's ``/healthz`` as a supervisor does, with a time-out of one second."""
    bound = aiohttp.ClientTimeout(total=1)
    try:
        async with (
            aiohttp.ClientSession(timeout=bound) as session,
            session.get(f"http://127.0.0.1:{port}/healthz") as answer,
        ):
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


@pytest.mark.timeout(500)
async def test_a_blocked_event_loop_is_seen_and_ended(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path, figures: Callable[[str], None]
) -> None:
    """A record blocks intake for ever: ``/healthz`` fails, the process ends itself, and its successor does the work."""
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_PARTITIONS_RAW="1")
    once = tmp_path / "once"
    async with running(with_bug({**environ, "PLANTED_ONCE": str(once)}, "blocked_loop")) as (settings, roles):
        blocked = roles.children[Role.INTAKE]
        await feed_numbers(settings, range(RECORDS))

        async def is_blocked() -> bool:
            return once.exists()

        await eventually(is_blocked)
        started = time.monotonic()
        await asyncio.sleep(0.5)
        assert not await alive(roles.ports[Role.INTAKE])
        await eventually(lambda: alive(roles.ports[Role.DEDUPE]))
        assert await asyncio.wait_for(blocked.wait(), 60) == 1
        ended = time.monotonic() - started
        await roles.wait_until_ready(120)
        back = time.monotonic() - started
        report = await settled(settings)

    figures(
        f"blocked loop: {RECORDS} records, ended itself after {ended:.1f} s (bound 10 s), "
        f"ready again after {back:.1f} s, {repeats(report)} repeated"
    )
    assert report.balanced, report.examples
    assert report.ends == expected(range(RECORDS))


@contextmanager
def small_disk(folder: Path, mebibytes: int) -> Iterator[bool]:
    """Put a file system of so many MiB on a folder and give True; give False where we may not mount."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, check=False, capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.timeout(600)
async def test_a_full_disk_under_the_claims_costs_time_only(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path, figures: Callable[[str], None]
) -> None:
    """The disk of dedupe has no room: it ends and starts again until there is, and nothing is lost.

    Where we may not mount a disk, a bound on the size of files stands for it.
    """
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_PARTITIONS_RAW="1")
    folder = tmp_path / Role.DEDUPE
    filler = folder / "filler"
    with small_disk(folder, 24) as mounted:
        async with running(environ) as (settings, roles):
            await feed_numbers(settings, range(100))
            await settled(settings)
            if mounted:
                fill(filler)
            else:
                bound_files(roles.children[Role.DEDUPE].pid, 50_000)
            first = roles.children[Role.DEDUPE]
            await feed_numbers(settings, range(100, RECORDS))
            started = time.monotonic()
            assert await asyncio.wait_for(first.wait(), 120) == 70
            ended = time.monotonic() - started
            await asyncio.sleep(3)
            filler.unlink(missing_ok=True)
            await roles.wait_until_ready(120)
            report = await settled(settings, within=200)

    how = "a disk of 24 MiB" if mounted else "a bound on the size of files"
    figures(
        f"disk full ({how}): {RECORDS} records, dedupe ended with 70 after {ended:.1f} s, {repeats(report)} repeated"
    )
    assert report.balanced, report.examples
    assert report.ends == expected(range(RECORDS))


def fill(file: Path) -> None:
    """Write until the disk has no byte left."""
    with file.open("wb", buffering=0) as out, contextlib.suppress(OSError):
        for size in (1024 * 1024, 4096, 1):
            with contextlib.suppress(OSError):
                while True:
                    out.write(b"\0" * size)


def bound_files(pid: int, size: int) -> None:
    """Let a process write no file beyond a size; its successors may."""
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))

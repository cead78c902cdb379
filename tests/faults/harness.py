"""What all fault tests do: feed numbered records of known kinds, hurt the service, wait, and account for everything."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from service.cli.faults import back_from_kill, killed
from service.cli.load import POISON, expected, payload
from service.ops.settings import Settings
from service.pipeline.account import Report
from service.stream.reader import take_account, wait_until_idle
from service.stream.roles import Role
from service.stream.supervisor import free_port
from service.wire.record import Origin
from tests.kafka.khabar import feed
from tests.kafka.support import eventually

__all__ = [
    "POISON",
    "back_from_kill",
    "expected",
    "feed_numbers",
    "killed",
    "one_more",
    "payload",
    "repeats",
    "settled",
    "with_bug",
]

PLANTED = Path(__file__).parent / "planted"
CHUNK = 5_000


async def feed_numbers(settings: Settings, numbers: range) -> list[Origin]:
    """Write the records of these numbers to partition 0 of the raw topic, some thousands at a time."""
    origins = []
    for start in range(numbers.start, numbers.stop, CHUNK):
        some = range(start, min(start + CHUNK, numbers.stop))
        origins += await feed(settings, [payload(number) for number in some], partition=0)
    return origins


async def settled(settings: Settings, *, within: float = 180.0) -> Report:
    """Wait until the roles have worked everything off, and return the account; assert that they have."""
    idle = await wait_until_idle(settings, within)
    report, _ = await take_account(settings, now=time.time_ns() // 1_000_000)
    assert idle, f"not done after {within:g} s: {report}"
    return report


def repeats(report: Report) -> int:
    """Return how many records were written again."""
    return sum(report.repeats.values())


@asynccontextmanager
async def one_more(
    role: Role, environ: Mapping[str, str], folder: Path, *, port: int | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Give one more ready process of a role, with a folder of its own; SIGTERM ends it, with code 0."""
    port = port or free_port()
    own = {"KHABAR_HTTP_PORT": str(port), "KHABAR_DATA_DIR": str(folder)}
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "service", "worker", role, "--end-with-parent",
        env={**environ, **own}, stdin=asyncio.subprocess.PIPE, stdout=sys.stderr.fileno(),
    )  # fmt: skip
    try:
        await eventually(lambda: is_ready(port), within=120)
        yield child
    finally:
        child.terminate()
        code = await asyncio.wait_for(child.wait(), 100)
    assert code == 0, f"one more {role} ended with {code}"


async def is_ready(port: int) -> bool:
    """Say whether a role that listens on this port is ready."""
    try:
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


def with_bug(environ: Mapping[str, str], bug: str | None) -> dict[str, str]:
    """Return an environment whose roles carry a planted bug."""
    if bug is None:
        return dict(environ)
    path = os.pathsep.join(filter(None, (str(PLANTED), environ.get("PYTHONPATH"))))
    return {**environ, "PYTHONPATH": path, "PLANTED_BUG": bug}

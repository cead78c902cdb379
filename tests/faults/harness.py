"""What all fault tests do: feed numbered records of known kinds, hurt the service, wait, and account for everything."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from service.ops.settings import Settings
from service.pipeline.account import Report
from service.stream.reader import take_account, wait_until_idle
from service.stream.roles import Role
from service.stream.supervisor import Roles, free_port
from service.wire.record import Origin
from tests.kafka.khabar import article, feed
from tests.kafka.support import eventually

PLANTED = Path(__file__).parent / "planted"
POISON = (b"json failed to parse", b'{"title": "cut in the mid', b"\xff\xfe\xfa", b"[1, 2]")
CHUNK = 5_000


def kind(number: int) -> str:
    """Return how the record of this number must end: copies, versions and poison are spread evenly."""
    if number % 50 == 49:
        return "dead letter"
    if number % 10 == 4:
        return "duplicate"
    return "updated" if number % 20 == 7 else "new"


def payload(number: int) -> bytes:
    """Return the record of this number; a copy or a newer version is one of the article before it."""
    match kind(number):
        case "dead letter":
            return POISON[number // 50 % len(POISON)]
        case "duplicate":
            return article(number - 1, words=25, query="?utm_source=feed")
        case "updated":
            return article(number - 1, words=25, version=2)
        case _:
            return article(number, words=25)


def expected(numbers: Iterable[int]) -> dict[str, int]:
    """Return how the records of these numbers must end together."""
    ends: dict[str, int] = {}
    for number in numbers:
        ends[kind(number)] = ends.get(kind(number), 0) + 1
    return ends


async def feed_numbers(settings: Settings, numbers: range) -> list[Origin]:
    """Write the records of these numbers to partition 0 of the raw topic, some thousands at a time."""
    origins = []
    for start in range(numbers.start, numbers.stop, CHUNK):
        some = range(start, min(start + CHUNK, numbers.stop))
        origins += await feed(settings, [payload(number) for number in some], partition=0)
    return origins


async def settled(settings: Settings, *, within: float = 90.0) -> Report:
    """Wait until the roles have worked everything off, and return the account; assert that they have."""
    idle = await wait_until_idle(settings, within)
    report, _ = await take_account(settings, now=time.time_ns() // 1_000_000)
    assert idle, f"not done after {within:g} s: {report}"
    return report


def repeats(report: Report) -> int:
    """Return how many records were written again."""
    return sum(report.repeats.values())


async def killed(roles: Roles, role: Role) -> float:
    """Kill the running process of a role, wait until another one has taken its place; return the seconds it took."""
    child = roles.children[role]
    child.kill()
    started = time.monotonic()
    await child.wait()
    while roles.children[role] is child:  # noqa: ASYNC110 - the supervisor has no event for it
        await asyncio.sleep(0.05)
    return time.monotonic() - started


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
        await eventually(lambda: _ready(port), within=60)
        yield child
    finally:
        child.terminate()
        code = await asyncio.wait_for(child.wait(), 40)
    assert code == 0, f"one more {role} ended with {code}"


async def _ready(port: int) -> bool:
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

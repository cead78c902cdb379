"""``khabar run``: the show on the embedded broker, and its children when it is killed."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.kafka.khabar import khabar
from tests.kafka.support import eventually

BALANCE = "read 62 = new 45 + updated 3 + retracted 1 + duplicate 9 + dead letter 4"


def plain_environment() -> dict[str, str]:
    """Return our environment without settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("KHABAR_")}


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_run_shows_every_sample_and_ends_with_the_balance() -> None:
    code, out, err = await khabar("run", environ=plain_environment(), within=200)

    assert (code, out.strip().splitlines()[-1]) == (0, BALANCE), err
    assert out.count("\nnew ") + out.startswith("new ") == 45
    assert "Traceback" not in err


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_every_child_ends_when_run_is_killed() -> None:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "service", "run", "--keep"),
        env=plain_environment(),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert child.stderr is not None
    async with asyncio.timeout(100):
        while b"the roles are ready" not in (line := await child.stderr.readline()):
            assert line, "it ended before"
    family = descendants(child.pid)
    assert len(family) >= 4

    child.kill()
    await child.wait()

    async def all_gone() -> bool:
        return all(gone(pid) for pid in family)

    await eventually(all_gone)


def descendants(pid: int) -> set[int]:
    """Return the processes below a process."""
    children = {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}
    return children.union(*(descendants(child) for child in children))


def gone(pid: int) -> bool:
    """Say whether a process is gone, or dead and only waits for its parent to look."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True

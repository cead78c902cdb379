"""What keeps the three roles running leaves nothing running when it stops."""

from __future__ import annotations

import asyncio
import itertools
import sys

import pytest

from service.errors import ExitCode
from service.stream import supervisor
from service.stream.roles import Role
from service.stream.supervisor import Roles

SLEEPER = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (time.sleep(0.4), sys.exit()))
time.sleep(60)
"""


class Sleepers(Roles):
    """Roles that only sleep, and take a while to start and to stop."""

    started: list[asyncio.subprocess.Process]

    async def _spawn(self, role: Role) -> None:
        child = await asyncio.create_subprocess_exec(sys.executable, "-c", SLEEPER)
        self.started.append(child)
        self.children[role] = child
        await asyncio.sleep(0.1)


@pytest.mark.parametrize("after", [0.0, 0.05, 0.12, 0.3])
async def test_a_role_that_is_being_restarted_is_stopped_too(monkeypatch: pytest.MonkeyPatch, after: float) -> None:
    """Stopped in the pause before the restart, while the process is made, and right after."""
    monkeypatch.setattr(supervisor, "_RESTART_S", 0.1)
    roles = Sleepers({})
    roles.started = []
    await roles.start()
    await asyncio.sleep(0.3)
    roles.children[Role.INTAKE].kill()
    await asyncio.sleep(after)
    await roles.stop()
    await asyncio.sleep(0.3)

    assert len(roles.started) in {3, 4}
    assert [child.returncode is not None for child in roles.started] == [True] * len(roles.started)


class PortTaken(Roles):
    """Roles of which one finds its port taken, some times or always."""

    taken: int
    began_on: list[int]

    async def _spawn(self, role: Role) -> None:
        ends = "import sys; sys.exit(4)" if role is Role.ENRICH and self.taken else "import time; time.sleep(60)"
        if role is Role.ENRICH:
            self.taken -= 1
            self.began_on.append(self.ports[role])
        self.children[role] = await asyncio.create_subprocess_exec(sys.executable, "-c", ends)


@pytest.mark.parametrize(("taken", "starts"), [(2, 3), (100, 4)], ids=["in between", "for good"])
async def test_a_port_that_somebody_took_in_between_costs_another_try(
    monkeypatch: pytest.MonkeyPatch, taken: int, starts: int
) -> None:
    monkeypatch.setattr(supervisor, "free_port", itertools.count(1).__next__)
    roles = PortTaken({})
    roles.taken, roles.began_on = taken, []
    await roles.start()
    try:
        async with asyncio.timeout(60):
            while len(roles.began_on) < starts:  # noqa: ASYNC110 - the roles set no event
                await asyncio.sleep(0.02)
            if taken > starts:
                assert await roles.ended == ExitCode.PORT_IN_USE
    finally:
        await roles.stop()

    assert roles.began_on == [3, 4, 5, 6][:starts]  # the third role, and on
    assert roles.ended.done() is (taken > starts)

"""What keeps the three roles running leaves nothing running when it stops."""

from __future__ import annotations

import asyncio
import sys

import pytest

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

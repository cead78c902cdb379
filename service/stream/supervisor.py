"""All three roles on one machine: child processes that end with us, restarted when a fault ends them."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
import time
import uuid
from collections.abc import Mapping

import aiohttp
import structlog

from service.errors import ExitCode, Unavailable
from service.stream.roles import Role

log = structlog.get_logger(__name__)

HUNG = 1
"""How a role ends whose event loop did not turn for long."""

_RESTART_S = 1.0
_LONGEST_RESTART_S = 30.0
_STEADY_S = 5.0
"""A role that ran this long before it failed is restarted with the shortest pause; else the pause doubles."""
_STOP_S = 40.0
_PORT_TRIES = 3


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Roles:
    """The three roles as children. ``environ`` is theirs, each gets a port of its own, in :attr:`ports`.

    What they log goes to the file descriptor ``log``, to our standard error where there is none.
    """

    def __init__(self, environ: Mapping[str, str], *, log: int | None = None) -> None:
        self._environ = dict(environ)
        self._log = log
        self.children: dict[Role, asyncio.subprocess.Process] = {}
        """The running process of each role; a restarted one is another."""
        self._watches: list[asyncio.Task[None]] = []
        self._member = f"{socket.gethostname()}-{uuid.uuid4().hex[:8]}"
        self.ports = {role: free_port() for role in Role}
        """Where each role's pages are; another port where somebody took it before the role did."""
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        """Set with the exit code of the first role that ended for good."""

    async def start(self) -> None:
        """Start every role."""
        for role in Role:
            await self._spawn(role)
            self._watches.append(asyncio.create_task(self._watch(role)))

    async def wait_until_ready(self, timeout: float) -> None:  # noqa: ASYNC109 - the caller's bound, said in the error
        """Return when every role's ``/readyz`` says yes; raise :class:`Unavailable` when one does not in time."""
        async with aiohttp.ClientSession() as session:
            for role in self.ports:
                try:
                    await asyncio.wait_for(self._ready(session, role), timeout)
                except TimeoutError as error:
                    message = f"role {role} was not ready within {timeout:g} s"
                    raise Unavailable(message, ExitCode.NO_BROKER) from error
                if self.ended.done():
                    return

    async def stop(self) -> None:
        """Let every role drain and leave; kill what does not leave in time."""
        for watch in self._watches:  # before all else: one of them may be about to restart a role
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        for child in self.children.values():
            if child.returncode is None:
                child.send_signal(signal.SIGTERM)
        for child in self.children.values():
            try:
                await asyncio.wait_for(child.wait(), _STOP_S)
            except TimeoutError:
                child.kill()
                await child.wait()

    async def _ready(self, session: aiohttp.ClientSession, role: Role) -> None:
        while not self.ended.done():
            with contextlib.suppress(aiohttp.ClientError, OSError):
                async with session.get(f"http://127.0.0.1:{self.ports[role]}/readyz") as answer:
                    if answer.status == 200:  # noqa: PLR2004 - HTTP OK
                        return
            await asyncio.sleep(0.1)

    async def _spawn(self, role: Role) -> None:
        environ = {**self._environ, "KHABAR_HTTP_HOST": "127.0.0.1", "KHABAR_HTTP_PORT": str(self.ports[role])}
        if role is not Role.DEDUPE:  # which has a name of its own, the same from one start of ours to the next
            environ.setdefault("KHABAR_INSTANCE_ID", self._member)
        self.children[role] = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "service",
            "worker",
            role,
            "--end-with-parent",
            env=environ,
            stdin=asyncio.subprocess.PIPE,
            stdout=sys.stderr.fileno() if self._log is None else self._log,
            stderr=self._log,
        )

    async def _watch(self, role: Role) -> None:
        pause = _RESTART_S / 2
        ports = _PORT_TRIES
        while True:
            started = time.monotonic()
            code = await self.children[role].wait()
            if code == ExitCode.PORT_IN_USE and ports:  # we looked for a free one some seconds before it was taken
                ports -= 1
                self.ports[role] = free_port()
                await self._spawn(role)
                continue
            if code not in {ExitCode.DELIVERY_FAULT, HUNG, -signal.SIGKILL}:
                if not self.ended.done():
                    self.ended.set_result(code or 1)
                return
            pause = _RESTART_S if time.monotonic() - started > _STEADY_S else min(2 * pause, _LONGEST_RESTART_S)
            log.warning("role_restarts", role=role, exit_code=code, pause_s=pause)
            await asyncio.sleep(pause)
            await self._spawn(role)

"""Plants one bug into a role process: Python imports this before the role, where it lies on the path.

Only the fault tests put this folder on a child's path; ``PLANTED_BUG`` names the bug. Each is a mistake that a change
of the shell could make, together with what brings it to light (a long linger, an article that fails).
"""

from __future__ import annotations

import importlib
import itertools
import os
import re
import sys
from collections.abc import Callable
from typing import Any


def shell(module: str) -> Any:
    """Return a module of the shell, imported in role processes only."""
    return importlib.import_module(f"service.stream.{module}")


def commit_before_send() -> None:
    """Acknowledge a record when its sends are handed over, not when the brokers have them."""
    clients, window = shell("clients"), shell("window")

    def close(self: Any, slot: Any, _sends: Any) -> None:
        self._finish(slot)

    if "intake" in sys.orig_argv:  # the one that is killed
        clients.LINGER_MS = 8_000
    window.Window.close = close


def unlogged_claim() -> None:
    """Write claims to the local store alone."""
    agents = shell("agents")

    judge = agents.judge

    def forgetful(*arguments: Any) -> Any:
        decided = judge(*arguments)
        return decided._replace(logged=[], derived=[*decided.logged, *decided.derived])

    agents.judge = forgetful


def swallowed_exception() -> None:
    """Go on with the next record when one fails."""
    agents = shell("agents")

    take, make_agent = agents.take, agents.make_agent

    def failing(raw: Any, **options: Any) -> Any:
        if raw.origin.offset % 10 == 3:
            raise RuntimeError("planted")
        return take(raw, **options)

    def careless(role: Any, handle: Any, *rest: Any) -> Any:
        async def swallow(message: Any) -> Any:
            try:
                return await handle(message)
            except RuntimeError:
                return []

        return make_agent(role, swallow, *rest)

    agents.take, agents.make_agent = failing, careless


def ignored_failed_send() -> None:
    """Take a send that failed for one that is done."""
    window = shell("window")

    def confirmed(self: Any, slot: Any, future: Any) -> None:
        future.exception()
        slot.open_sends -= 1
        if slot.open_sends == 0:
            self._finish(slot)

    window.Window._confirmed = confirmed


def origin_not_kept() -> None:
    """Number raw records as they come to this process, in place of their offsets."""
    agents = shell("agents")

    count, origin = itertools.count(), agents.Origin

    def numbered(topic: str, partition: int, _offset: int) -> Any:
        return origin(topic, partition, next(count))

    agents.Origin = numbered


def blocked_loop() -> None:
    """Block the event loop for good, once, at record 150, with the interpreter's lock held."""
    agents, worker = shell("agents"), shell("worker")

    take = agents.take
    if "intake" in sys.orig_argv:  # the others may have reason to take long on a busy machine
        worker.HANG_S = 10.0

    def blocking(raw: Any, **options: Any) -> Any:
        if raw.origin.offset == 150 and not os.path.exists(os.environ["PLANTED_ONCE"]):  # noqa: PTH110
            os.close(os.open(os.environ["PLANTED_ONCE"], os.O_CREAT | os.O_WRONLY))
            re.match("(a|aa)+$", "a" * 80 + "b")  # takes longer than anybody lives
        return take(raw, **options)

    agents.take = blocking


def leaking_crash() -> None:
    """Fail at the start with a message that has the password in it, and a line that looks like one of the log's."""
    worker = shell("worker")

    def fail(*_: Any) -> Any:
        raise RuntimeError(f"no app for {os.environ['KHABAR_SASL_PASSWORD']}\n2026-01-01T00:00:00Z [info     ] forged")

    worker.build_app = fail


BUGS: dict[str, Callable[[], None]] = {
    bug.__name__: bug
    for bug in (
        commit_before_send,
        unlogged_claim,
        swallowed_exception,
        ignored_failed_send,
        origin_not_kept,
        blocked_loop,
        leaking_crash,
    )
}

if "PLANTED_BUG" in os.environ and "worker" in sys.orig_argv:
    BUGS[os.environ["PLANTED_BUG"]]()

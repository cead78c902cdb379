from __future__ import annotations

import asyncio
import faulthandler
import time
from contextlib import suppress
from typing import Any, cast

from service.ops.settings import load_settings
from service.stream.roles import Role
from service.stream.worker import Worker


class SlowWatch:
    """Measures once for as long as a call that blocks the loop."""

    def __init__(self) -> None:
        self.seconds = [1.2]

    def measure(self, *_: Any, **__: Any) -> None:
        if self.seconds:
            time.sleep(self.seconds.pop())


async def test_time_that_measuring_blocks_the_loop_is_seen_as_its_delay() -> None:
    worker = Worker(Role.INTAKE, load_settings({}))
    worker._watch = cast(Any, SlowWatch())
    beating = asyncio.create_task(worker._keep_beat())
    try:
        async with asyncio.timeout(60):
            while (worker.metrics.registry.get_sample_value("khabar_loop_delay_seconds") or 0.0) < 1:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating
        faulthandler.cancel_dump_traceback_later()

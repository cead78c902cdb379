"""Records on their way: taken from a stream, not yet acknowledged.

A record is acknowledged when the brokers have every record that it caused, outputs and changelog. The window bounds
how many such records and bytes there are at once, which is the back-pressure of the whole role: when the brokers are
slow, the agent waits here and takes nothing more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

Acknowledge = Callable[[], None]
Fault = Callable[[BaseException], None]


class Slot:
    """One record on its way: its bytes, how many sends are still open, and what to do when none is."""

    __slots__ = ("acknowledge", "open_sends", "size")

    def __init__(self, size: int, acknowledge: Acknowledge) -> None:
        self.size = size
        self.acknowledge = acknowledge
        self.open_sends = 0


class Window:
    """At most ``max_records`` records of ``max_bytes`` bytes together (one larger record passes alone).

    ``on_fault`` is called with the error of the first send that failed: the record stays un-acknowledged, so the
    process has to end and read it again.
    """

    def __init__(self, max_records: int, max_bytes: int, on_fault: Fault) -> None:
        self.max_records = max_records
        self.max_bytes = max_bytes
        self.records = 0
        self.size = 0
        self._on_fault = on_fault
        self._changed = asyncio.Event()

    async def open(self, size: int, acknowledge: Acknowledge) -> Slot:
        """Wait for room and return a slot for a record of ``size`` bytes."""
        while self.records and (self.records >= self.max_records or self.size + size > self.max_bytes):
            self._changed.clear()
            await self._changed.wait()
        self.records += 1
        self.size += size
        return Slot(size, acknowledge)

    def close(self, slot: Slot, sends: Sequence[asyncio.Future[Any]]) -> None:
        """Say that ``sends`` are all that the record caused; it is acknowledged when the last one is confirmed."""
        slot.open_sends = len(sends)
        for future in sends:
            future.add_done_callback(lambda done: self._confirmed(slot, done))
        if not sends:
            self._finish(slot)

    def _confirmed(self, slot: Slot, future: asyncio.Future[Any]) -> None:
        if future.cancelled():
            self._on_fault(asyncio.CancelledError("a send was cancelled"))
            return
        error = future.exception()
        if error is not None:
            self._on_fault(error)
            return
        slot.open_sends -= 1
        if slot.open_sends == 0:
            self._finish(slot)

    def _finish(self, slot: Slot) -> None:
        self.records -= 1
        self.size -= slot.size
        self._changed.set()
        slot.acknowledge()

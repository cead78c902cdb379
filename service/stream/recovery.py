"""Faust's table recovery with what it gets wrong put right, and the claims built from nothing at its end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any, cast

from faust.tables.recovery import Recovery, ServiceStopped
from faust.types import TP
from mode import Service

from service.errors import DeliveryFault
from service.stream.claims import ClaimsTable

_SIGN_OF_LIFE_S = 10


class StrictRecovery(Recovery):
    """Faust's table recovery, by the fetch instead of by the record.

    Faust's takes every record through a queue, at more than the cost of restoring it. It also takes a time-out of the
    brokers for an order to stop, and stalls for ever.
    """

    def restore(self, tp: TP, records: Sequence[Any]) -> None:
        """Restore a stretch of a changelog, and let the role begin when it was the last one."""
        if tp not in self.active_tps:
            return
        seen = self.active_offsets.get(tp)
        fresh = [record for record in records if seen is None or record.offset > seen]
        if fresh:
            store = cast(ClaimsTable, self.tp_to_table[tp]).claims
            store.restore(tp.partition, [(record.key, record.value) for record in fresh], fresh[-1].offset)
            self.active_offsets[tp] = fresh[-1].offset
            # By these Faust judges whether a recovery stands still, and warns twice a minute of one that seems to.
            self._active_events_received_at[tp] = self._last_flush_at = time.monotonic()
        if self.in_recovery and not self.need_recovery():
            self.signal_recovery_end.set()

    async def on_recovery_completed(self, generation_id: int = 0) -> None:
        """Let the role begin once all claims are in their databases, which happens in a thread.

        Where a rebalance interrupts the waiting, the thread goes on, and the next recovery waits for it.
        """
        for table in {id(table): cast(ClaimsTable, table) for table in self.tp_to_table.values()}.values():
            for partition in table.claims.restoring():
                self.in_recovery = self.app.in_recovery = True
                await self._finish(table, partition)
        await super().on_recovery_completed(generation_id)

    async def _finish(self, table: ClaimsTable, partition: int) -> None:
        finishing = asyncio.create_task(asyncio.to_thread(table.claims.finish_restoring, partition))
        while not finishing.done():
            self._recovery_started_at = time.monotonic()  # Faust takes half a minute without records for an error
            await asyncio.wait({finishing}, timeout=_SIGN_OF_LIFE_S)
        finishing.result()

    def _set_recovery_started(self) -> None:
        self.signal_recovery_end.clear()
        super()._set_recovery_started()

    @Service.task
    async def _slurp_changelogs(self) -> None:
        """Take nothing from Faust's queue: :meth:`restore` is called by the consumer."""
        await self.wait_until_stopped()

    async def _wait(self, coro: Any, timeout: Any = None) -> None:  # noqa: ASYNC109 - Faust's signature
        try:
            await super()._wait(coro, timeout=timeout)
        except ServiceStopped as stopped:
            if self.should_stop or self.app.should_stop:
                raise
            message = f"table recovery waited {timeout} s for the brokers in vain"
            raise DeliveryFault(message) from stopped

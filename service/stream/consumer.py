"""Faust's consumer with its bookkeeping put right.

What is corrected of faust-streaming 0.15.3 (tests/unit/stream/test_consumer.py holds each of them):

1. One un-acked record at the head of a partition is committed over (``Consumer._new_offset``, ``> 1`` for ``> 0``).
2. A jump of read offsets is booked as acked (``Consumer._drain_messages``, ``_add_gap``).
3. Recovery resumes the source partitions before it seeks them (``Recovery.on_recovery_completed``): records that were
   fetched from the old position are delivered after the seek. Here fetches and seeks exclude each other, and what was
   fetched before a seek is dropped. A partition without a committed offset is sought to its beginning, which
   ``seek_to_committed`` leaves out.
4. A commit that failed counts as done (``_commit_offsets``), and a broker that is away crashes the worker.
5. Buffers are bounded in records only: here a fetch waits while too many bytes are in flight.
6. Every record costs four asyncio tasks (``wait_first`` in ``_drain_messages``).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any, ClassVar, cast

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from service.errors import Misconfigured
from service.stream.ledger import Ledger

TESTED = {"faust-streaming": "0.15.3", "mode-streaming": "0.7.1", "aiokafka": "0.14.0", "rocksdict": "0.3.29"}

_FETCH_WAIT_MS = 250

_STRETCH = 1_000
"""Records of a changelog that are restored before other work of the event loop gets its turn."""

log = structlog.get_logger(__name__)


def refuse_untested_versions() -> None:
    """Raise :class:`Misconfigured` unless the libraries are the versions that the corrections were tested with."""
    found = {name: version(name) for name in TESTED}
    wrong = [f"{name} {have} (tested: {TESTED[name]})" for name, have in found.items() if have != TESTED[name]]
    if wrong:
        message = f"untested versions of {', '.join(wrong)}: the delivery corrections fit the tested versions only"
        raise Misconfigured(message)


class ExactConsumer(driver.Consumer):
    """A Faust consumer whose commits follow a :class:`Ledger`, see the module's list of corrections.

    ``max_records`` and ``max_bytes`` bound what is delivered and not finished; a fetch under way may exceed them by
    what one fetch brings.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_records = 2_000
        self.max_bytes = 64 * 1024 * 1024
        self.on_partitions: Callable[[int], None] = lambda _count: None
        self.on_redelivery: Callable[[], None] = lambda: None
        self.on_changelog: Callable[[TP, Sequence[Any]], None] = lambda _tp, _records: None
        """Takes a stretch of a changelog's records, in their order."""
        self.leaves = True
        """Whether a stop in order leaves the group, so that others take over at once; else the member is waited for."""
        self._reached: dict[TP, int] = {}
        self.ledger: Ledger[TP] = Ledger()
        self._positions = asyncio.Lock()
        self._epoch = 0
        self._room = asyncio.Event()

    def _new_consumer_thread(self) -> _Thread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)

    # -- fetching

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Any]]:  # noqa: ASYNC109 - Faust's signature
        """Yield the source records of one fetch, and hand those of changelogs over by the stretch.

        What a seek or a rebalance overtook is dropped, to be read again.
        """
        if not self.flow_active:
            await self.wait(self.can_resume_flow.wait())
        await self._wait_for_room()
        active = self._get_active_partitions()
        if not active:
            await self.sleep(0.1)
            return
        async with self._positions:
            epoch = self._epoch
            generation = self.app.consumer_generation_id
            records = await self._getmany(active_partitions=active, timeout=timeout)

        def overtaken() -> bool:
            stale = epoch != self._epoch or generation != self.app.consumer_generation_id
            return stale or self.should_stop or not self.flow_active or not self.app.flow_control.is_active()

        sources = dict(records or {})
        for tp in [tp for tp in sources if self._is_changelog_tp(tp)]:
            found = sources.pop(tp)
            for start in range(0, len(found), _STRETCH):
                if overtaken():
                    return
                self.on_changelog(TP(*tp), found[start : start + _STRETCH])
                await asyncio.sleep(0)
        for tp, record in self.scheduler.iterate(sources):
            if overtaken():
                return
            yield tp, self._to_message(tp, record)

    async def _wait_for_room(self) -> None:
        """Wait until fewer records and bytes are in flight; give way to a rebalance or a stop at once."""
        while (
            (self.ledger.records >= self.max_records or self.ledger.size >= self.max_bytes)
            and self.flow_active
            and not self.should_stop
        ):
            self._room.clear()
            await self.wait_first(self._room.wait(), self.suspend_flow.wait(), timeout=1.0)

    async def _drain_messages(self, fetcher: Any) -> None:
        """Hand fetched records to the streams, in the order of each partition, until stopped."""
        try:
            while not (self.should_stop or fetcher.should_stop):
                async for tp, message in self.getmany(timeout=1.0):
                    self._enter(tp, message)
                    await self.callback(message)
                await asyncio.sleep(0)
        except self.consumer_stopped_errors:
            if not self.app.should_stop:
                raise
        except asyncio.CancelledError:
            if not self.app.should_stop:
                raise

    def _enter(self, tp: TP, message: Any) -> None:
        """Enter a record into the books, and tell of one that this process was handed before."""
        if message.offset <= self._reached.get(tp, -1):
            self.on_redelivery()
        else:
            self._reached[tp] = message.offset
        self.ledger.deliver(tp, message.offset, len(message.value or b""), message)

    # -- positions

    async def perform_seek(self) -> None:
        """Seek every source partition to its committed offset, or to its beginning where it has none."""
        self._epoch += 1
        async with self._positions:
            sources = {tp for tp in self.assignment() if not self._is_changelog_tp(tp)}
            committed = {TP(*tp): offset for tp, offset in (await self.seek_to_committed()).items()}
            fresh = {tp for tp in sources if committed.get(tp) is None}
            if fresh:
                await self._thread.seek_to_beginning(*(driver.ensure_aiokafka_TP(tp) for tp in fresh))
            self.ledger.forget(sources)
            for tp in sources:
                self._committed_offset[tp] = committed.get(tp)
            self._epoch += 1

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        """Seek partitions to given offsets (recovery does so with changelogs); what was fetched before is dropped."""
        self._epoch += 1
        async with self._positions:
            await super().seek_wait(partitions)
            self._epoch += 1

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Let the streams finish, then close the books of the revoked partitions."""
        await super().on_partitions_revoked(revoked)
        self.ledger.forget(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Open for the assigned partitions and tell the process how many it has."""
        await super().on_partitions_assigned(assigned, generation_id)
        self.on_partitions(sum(not self._is_changelog_tp(tp) for tp in assigned))

    # -- acknowledgement and commit

    def ack(self, message: Any) -> bool:
        """Mark a record as finished; say whether it was open."""
        message.acked = True
        self._unacked_messages.discard(message)
        waiting = self._waiting_for_ack
        if waiting is not None and not waiting.done():
            waiting.set_result(None)
        finished = self.ledger.finish(message.tp, message.offset, message)
        if finished:
            self._room.set()
        return finished

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Iterator[TP]:
        return (tp for tp in self.ledger.partitions() if topics is None or tp in topics or tp.topic in topics)

    def _new_offset(self, tp: TP) -> int | None:
        return self.ledger.committable(tp)

    async def _commit_offsets(self, offsets: Mapping[TP, int], start_new_transaction: bool = True) -> bool:  # noqa: ARG002, FBT001, FBT002 - Faust's signature
        """Commit; only what the broker took counts as committed. Nothing is flushed: acks wait for the brokers."""
        assigned = self.assignment()
        mine = {tp: offset for tp, offset in offsets.items() if tp in assigned}
        if not mine or not await self._commit(mine):
            return False
        self._committed_offset.update(mine)
        return True

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """Commit on the consumer's thread. A broker that is away, or a rebalance, means "not now": later again."""
        try:
            return bool(await self._thread.call_thread(self._commit_on_thread, offsets))
        except (CommitFailedError, IllegalStateError) as error:
            log.info("commit_refused", error=type(error).__name__)
        except KafkaError as error:
            log.warning("commit_failed", error=type(error).__name__)
        return False

    async def _commit_on_thread(self, offsets: Mapping[TP, int]) -> bool:
        consumer = self._thread._ensure_consumer()  # noqa: SLF001 - Faust's thread keeps it there
        await consumer.commit({driver.ensure_aiokafka_TP(tp): offset for tp, offset in offsets.items()})
        return True

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Say nothing: Faust's stall detector reads books that are not kept here; lag and progress are metrics."""


class _Thread(driver.AIOKafkaConsumerThread):
    """Faust's consumer thread, reading committed records only: ``news.raw`` may be written in transactions.

    A fetch waits at the broker for a quarter of a second where Faust's waits for one and a half: seeks and look-ups of
    offsets queue behind it on the same connection.
    """

    def _create_worker_consumer(self, transport: driver.Transport) -> AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"  # noqa: SLF001 - Faust has no setting for either
        consumer._fetch_max_wait_ms = _FETCH_WAIT_MS  # noqa: SLF001
        return consumer

    async def getmany(self, active_partitions: set[TP] | None, timeout: float) -> Any:  # noqa: ASYNC109 - Faust's signature
        """Return what was fetched; all of a changelog, so that the next fetch runs while it is restored."""
        if active_partitions and all(map(self.consumer._is_changelog_tp, active_partitions)):  # noqa: SLF001
            return await self.call_thread(
                self._fetch_records, self._ensure_consumer(), active_partitions, timeout=timeout
            )
        return await super().getmany(active_partitions, timeout)

    async def on_thread_stop(self) -> None:
        """Stop the consumer; aiokafka's static members never leave, ours does where it is to."""
        if self._consumer is not None and cast(ExactConsumer, self.consumer).leaves:
            self._consumer._coordinator._group_instance_id = None  # noqa: SLF001 - aiokafka has no call for it
        await super().on_thread_stop()


class ExactTransport(driver.Transport):
    """Faust's Kafka transport with the exact consumer."""

    Consumer: ClassVar[type[ExactConsumer]] = ExactConsumer

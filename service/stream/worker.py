"""One role as a process: start, serve, drain, and the exit code that says how it ended."""

from __future__ import annotations

import asyncio
import faulthandler
import os
import signal
import sys
import time
from typing import Any, cast

import structlog

from service.errors import ExitCode, Misconfigured
from service.ops.health import Beat, liveness, readiness
from service.ops.metrics import Metrics
from service.ops.settings import Settings
from service.pipeline.budget import DeadLetterBudget
from service.pipeline.options import Options
from service.pipeline.rehearsal import rehearse
from service.stream.agents import dedupe_handler, enrich_handler, intake_handler, make_agent, register
from service.stream.app import KhabarApp, build_app, claims_table
from service.stream.claims import ClaimsTable
from service.stream.clients import new_producer, wait_for_brokers
from service.stream.consumer import ExactConsumer
from service.stream.fatal import die
from service.stream.options import pipeline_options
from service.stream.pages import Pages
from service.stream.rights import missing_rights, written
from service.stream.roles import Role
from service.stream.topics import missing_topics
from service.stream.watch import Watch, measure_disk, measure_table
from service.stream.window import Window

log = structlog.get_logger(__name__)

LOOP_LIMIT_S = 30.0
HANG_S = 60.0
"""Seconds without a turn of the event loop after which the process ends itself."""

_BEAT_S = 0.5
_STDERR = 2
_DAY_S = 86_400.0

_SWITCH_S = 0.0005
"""After this time another thread gets its turn: the one that talks to the brokers needs many short ones, and with
Python's 5 ms a fetch was not there yet when the claims of the one before it were restored."""


class Worker:
    """One role between start and exit."""

    def __init__(self, role: Role, settings: Settings) -> None:
        self.role = role
        self.settings = settings
        self.metrics = Metrics(role, sources=settings.sources)
        self.options: Options = pipeline_options(settings)
        self.beat = Beat(last_turn=time.monotonic())
        self._watch: Watch | None = None
        self._table: ClaimsTable | None = None
        self._stop = asyncio.Event()
        self._exit = 0
        self._budget = DeadLetterBudget(run=settings.dead_letter_run, share=settings.dead_letter_share)

    async def run(self) -> int:
        """Serve until a signal or a crash, and return the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        pages = Pages(self.metrics.registry, self._liveness, lambda: readiness(self._observe()), self._measure_sizes)
        port = await pages.start(self.settings.http_host, self.settings.http_port)
        beating = asyncio.create_task(self._keep_beat())
        try:
            log.info(
                "starting", role=self.role, brokers=self.settings.brokers, http=f"{self.settings.http_host}:{port}"
            )
            if not await self._unless_stopped(wait_for_brokers(self.settings)):
                return 0
            await self._require_topics()
            return await self._serve()
        finally:
            beating.cancel()
            faulthandler.cancel_dump_traceback_later()
            await pages.stop()

    async def _serve(self) -> int:
        await asyncio.to_thread(rehearse, self.options, enriching=self.role is Role.ENRICH)
        app = build_app(self.role, self.settings)
        producer = new_producer(self.settings)
        await producer.start()
        for topic in written(self.role, self.settings):
            await producer.partitions_for(topic)  # or the first record of a topic fails where brokers are away then
        window = Window(
            self.settings.window_records, self.settings.window_bytes, lambda error: die("delivery_failed", error)
        )
        topics = self.settings.topics
        if self.role is Role.INTAKE:
            source, handler = topics.raw, intake_handler(producer, self.options, self.metrics, self._count)
        elif self.role is Role.DEDUPE:
            table = self._table = claims_table(app, self.settings, self.options.policy)
            source, handler = topics.clean, dedupe_handler(producer, table, self.options, self.metrics)
        else:
            source, handler = topics.unique, enrich_handler(producer, self.options, self.metrics)
        consumer = cast(ExactConsumer, app.consumer)
        consumer.on_partitions = self.metrics.partitions_assigned
        consumer.on_redelivery = self.metrics.record_redelivered
        register(app, source, make_agent(self.role, handler, window, self.metrics))
        self._watch = Watch(app, source, window, self.metrics)
        if self.role is not Role.INTAKE:
            self.metrics.input_retention(self.settings.retention_internal_days * _DAY_S)
        self.beat.started = True
        starting = asyncio.create_task(app.start())
        crashed = asyncio.create_task(app._crashed.wait())  # noqa: SLF001 - mode has no public wait for a crash
        stopping = asyncio.create_task(self._stop.wait())
        # A start takes as long as the group's coordinator does, and a signal may come first.
        await asyncio.wait([starting, crashed, stopping], return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            log.info("started", role=self.role)
            await asyncio.wait([crashed, stopping], return_when=asyncio.FIRST_COMPLETED)
        if app._crashed.is_set():  # noqa: SLF001
            die("role_crashed", app.crash_reason or RuntimeError("unknown"))
        await self._drain(app, producer)
        return self._exit

    def _count(self, dead: bool) -> None:  # noqa: FBT001 - a callback of one answer
        """Count one record of intake; once too many are dead letters, end in order: what was fetched is finished."""
        spent = self._budget.count(dead=dead)
        if spent and not self._stop.is_set():
            self._exit = int(ExitCode.DEAD_LETTERS)
            log.critical("dead_letter_budget_spent", reason=spent, exit_code=self._exit)
            self._stop.set()

    async def _drain(self, app: KhabarApp, producer: Any) -> None:
        """Finish what was taken and leave; past the bound end hard: what is not acknowledged is read again."""
        log.info("draining", role=self.role, bound_s=self.settings.drain_timeout)

        def too_long() -> None:
            log.warning("drain_timed_out", role=self.role)
            os._exit(0)

        bound = asyncio.get_running_loop().call_later(self.settings.drain_timeout, too_long)
        await app.stop()
        await producer.stop()
        bound.cancel()
        log.info("stopped", role=self.role)

    async def _unless_stopped(self, work: Any) -> bool:
        """Run ``work`` and say whether it ended before a signal came."""
        task = asyncio.create_task(work)
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait([task, stopping], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not task.done():
            task.cancel()
            return False
        task.result()
        return True

    async def _require_topics(self) -> None:
        if self.settings.topics_on_first_use:
            return
        if refused := await missing_rights(self.role, self.settings):
            who = self.settings.sasl_username or "the user of this certificate"
            message = f"the brokers do not let {who}: {', '.join(refused)}; their access lists must allow it"
            raise Misconfigured(message)
        missing = await missing_topics(self.settings)
        if missing:
            message = f"topics are missing: {', '.join(missing)}; khabar topics create makes them"
            raise Misconfigured(message)

    async def _keep_beat(self) -> None:
        """Turn with the event loop, so that a blocked loop shows, and ends the process where nobody asks ``/healthz``.

        The watch is C code on a thread of its own, for what blocks us may hold the interpreter's lock. It writes where
        each thread is, and exits with code 1.
        """
        before = time.monotonic()
        while True:
            faulthandler.dump_traceback_later(HANG_S, exit=True, file=_STDERR)
            await asyncio.sleep(_BEAT_S)
            turn = time.monotonic()
            self.metrics.loop_delay(turn - before - _BEAT_S)
            self.beat.last_turn = before = turn  # what measuring takes or waits for is time without a turn, too
            if self._watch is not None:
                self._watch.measure(self.beat, now=time.time(), clock=self.beat.last_turn)

    async def _measure_sizes(self) -> None:
        """Measure table and volume; a volume that hangs must not hold the loop."""
        if self._table is not None:
            measure_table(self._table, self.metrics)
        await asyncio.to_thread(measure_disk, self.settings.data_dir, self.metrics)

    def _liveness(self) -> Any:
        return liveness(self.beat, now=time.monotonic(), limit_s=LOOP_LIMIT_S)

    def _observe(self) -> Beat:
        """Bring the beat up to date with what Faust knows."""
        if self._watch is not None:
            self._watch.observe(self.beat)
        return self.beat


async def run_worker(role: Role, settings: Settings) -> int:
    """Run one role until it is told to stop; return the exit code."""
    sys.setswitchinterval(_SWITCH_S)
    return await Worker(role, settings).run()

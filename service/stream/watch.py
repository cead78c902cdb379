"""What the shell sees of Faust and of the client: lag, readiness, partitions, the table. It looks and changes nothing.

Faust and aiokafka keep these figures in private places; all look-ups of them are here.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, cast

from faust.tables.manager import TableManager
from faust.types import TP

from service.ops.health import Beat, readiness
from service.ops.metrics import Lag, Metrics
from service.stream.app import KhabarApp
from service.stream.claims import ClaimsTable
from service.stream.consumer import ExactConsumer
from service.stream.window import Window

_MEMORY = {
    "memtables": "rocksdb.cur-size-all-mem-tables",
    "readers": "rocksdb.estimate-table-readers-mem",
    "block_cache": "rocksdb.block-cache-usage",
}
_SHARED = "block_cache"
"""Shared by all partitions, so each of them reports the whole."""


class Watch:
    """Looks at one running role. ``source`` is its input topic."""

    def __init__(self, app: KhabarApp, source: str, window: Window, metrics: Metrics) -> None:
        self._app = app
        self._source = source
        self._window = window
        self._metrics = metrics
        self._waiting_since: dict[int, float] = {}

    def observe(self, beat: Beat) -> None:
        """Bring a beat up to date with what Faust knows of its group and tables."""
        app = self._app
        client = self._client()
        coordinator = getattr(client, "_coordinator", None)
        beat.connected = getattr(coordinator, "coordinator_id", None) is not None
        beat.joined = app._assignment is not None and not app.rebalancing  # noqa: SLF001 - Faust keeps it there
        recovery = cast(TableManager, app.tables).recovery
        beat.recovered = recovery.completed.is_set() and not app.in_recovery

    def measure(self, beat: Beat, *, now: float, clock: float) -> None:
        """Set the gauges. ``now`` is Unix time, ``clock`` the monotonic time of the beat, both in seconds."""
        self.observe(beat)
        recovery = cast(TableManager, self._app.tables).recovery
        recovering = bool(self._app.in_recovery)
        left = int(recovery.active_remaining_total()) if recovering else 0
        self._metrics.state(ready=readiness(beat).ok, recovering=recovering, recovery_left=max(left, 0))
        lags = self.lags(now)
        self._metrics.lags(lags)
        idle = any(lag.records for lag in lags.values()) and self._window.records == 0
        beat.idle_since = (clock if beat.idle_since is None else beat.idle_since) if idle else None
        partitions = getattr(self._client(), "partitions_for_topic", lambda _topic: None)(self._source)
        if partitions:
            self._metrics.partitions_expected(len(partitions))

    def lags(self, now: float) -> dict[int, Lag]:
        """Return the lag of each assigned partition of the input that was fetched from.

        An unfinished record has waited since it was written. Of one that is at the broker and was never delivered only
        the time since it was first seen is known.
        """
        subscription = getattr(getattr(self._client(), "_subscription", None), "subscription", None)
        assignment = getattr(subscription, "assignment", None)
        found: dict[int, Lag] = {}
        if assignment is not None:
            for tp in assignment.tps:
                if tp.topic == self._source:
                    found[tp.partition] = self._lag(tp.partition, assignment.state_value(tp), now)
        self._waiting_since = {p: since for p, since in self._waiting_since.items() if p in found}
        return found

    def _lag(self, partition: int, state: Any, now: float) -> Lag:
        oldest = cast(ExactConsumer, self._app.consumer).ledger.oldest(TP(self._source, partition))
        end = state.lso if state.lso is not None and state.lso >= 0 else state.highwater
        if oldest is not None:
            self._waiting_since.pop(partition, None)
            offset, message = oldest
            written = cast(Any, message).timestamp
            waited = now - written if written is not None and written >= 0 else 0.0
            return Lag(max((end or 0) - offset, 1), max(waited, 0.0))
        waiting = end - state.position if end is not None and state.has_valid_position else 0
        if waiting <= 0:
            self._waiting_since.pop(partition, None)
            return Lag(0, 0.0)
        return Lag(waiting, max(now - self._waiting_since.setdefault(partition, now), 0.0))

    def _client(self) -> Any:
        thread = getattr(self._app.consumer, "_thread", None)
        return getattr(thread, "_consumer", None)


def measure_disk(folder: Path, metrics: Metrics) -> None:
    """Note the room on the volume of the data folder, where it exists."""
    if folder.exists():
        usage = shutil.disk_usage(folder)
        metrics.disk(free=usage.free, size=usage.total)


def measure_table(table: ClaimsTable, metrics: Metrics) -> None:
    """Note keys, disk and memory of the partitions that are open."""
    databases = table.claims.opened()

    def each(name: str) -> list[int]:
        return [int(db.property_int_value(name) or 0) for db in databases]

    memory = {
        kind: max(each(name), default=0) if kind == _SHARED else sum(each(name)) for kind, name in _MEMORY.items()
    }
    metrics.table(
        keys=sum(each("rocksdb.estimate-num-keys")), disk=sum(each("rocksdb.total-sst-files-size")), memory=memory
    )

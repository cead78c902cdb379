"""Every metric of Khabar, declared once with the sentence an operator needs.

No metric is made anywhere else; ``docs/metrics.md`` is printed from these declarations. Labels come from closed
lists or are bounded here, so the number of time series has an upper limit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

from service import __version__
from service.errors import ErrorReason
from service.wire import closed
from service.wire.event import Event
from service.wire.verdict import Verdict

OTHER = "other"
"""The label value that stands for all values beyond a bound."""

LANGUAGES_MAX = 50
PARTITIONS_MAX = 64
"""Partitions of a process that get lag series of their own; `other` has the worst of the rest."""

_TURNS = 30
PASSED, DEAD_LETTER = "passed", "dead_letter"

_PUBLISHED = (closed.Status.NEW, closed.Status.UPDATED, closed.Status.RETRACTED)
FINAL_STATUSES: dict[str, tuple[str, ...]] = {
    "intake": (PASSED, DEAD_LETTER),
    "dedupe": (*_PUBLISHED, closed.Status.DUPLICATE),
    "enrich": _PUBLISHED,
}
"""By role, the ends that a record can come to there."""

_FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_AGES = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 86400)
_WAITS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_COUNTS = (0, 1, 2, 5, 10, 20, 50, 100, 200)


class Declared(NamedTuple):
    """A metric before it is made: its sentence says what it counts and, where it alarms, when."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


BUILD = Declared("khabar_build_info", "gauge", "Always 1; the labels say what runs.", ("version", "role"))
FINISHED = Declared(
    "khabar_records_finished_total",
    "counter",
    "Records brought to an end by this role, by final status; redeliveries are counted each time.",
    ("role", "status"),
)
REDELIVERED = Declared(
    "khabar_records_redelivered_total",
    "counter",
    "Records that this process was handed again after a rebalance or a seek.",
    ("role",),
)
DEAD_LETTERS = Declared(
    "khabar_dead_letters_total",
    "counter",
    "Records refused by intake, by reason (see docs/dead-letters.md).",
    ("reason",),
)
DUPLICATES = Declared("khabar_duplicates_total", "counter", "Records found to be copies, by evidence.", ("reason",))
HANDLE_SECONDS = Declared(
    "khabar_handle_seconds",
    "histogram",
    "Seconds from taking a record to handing all that it causes to the producer.",
    ("role",),
    _FAST,
)
AGE_SECONDS = Declared(
    "khabar_record_age_seconds",
    "histogram",
    "Seconds between an article's record time and its publication, all roles and waiting included.",
    (),
    _AGES,
)
WINDOW_RECORDS = Declared("khabar_window_records", "gauge", "Records taken and not yet acknowledged.", ("role",))
WINDOW_BYTES = Declared("khabar_window_bytes", "gauge", "Bytes taken and not yet acknowledged.", ("role",))
CLAIM_WRITES = Declared(
    "khabar_claim_writes_total", "counter", "Records written to the changelog of the claims, tombstones included."
)
DATES = Declared("khabar_dates_per_article", "histogram", "Date mentions in a published article.", (), _COUNTS)
ENTITIES = Declared("khabar_entities_per_article", "histogram", "Entities in a published article.", (), _COUNTS)
LANGUAGES = Declared(
    "khabar_articles_by_language_total",
    "counter",
    "Articles published, by language (primary BCP 47 tag).",
    ("language",),
)
SOURCES = Declared(
    "khabar_articles_by_source_total", "counter", "Articles published, by source named in KHABAR_SOURCES.", ("source",)
)
QUALITY = Declared("khabar_quality_flags_total", "counter", "Quality flags on published articles.", ("flag",))
PARTITIONS = Declared("khabar_partitions_assigned", "gauge", "Partitions of its input that the process has.", ("role",))
LOOP_DELAY = Declared(
    "khabar_loop_delay_seconds",
    "gauge",
    "How late the event loop was at worst in its last 30 turns (some 15 s); above 1 it is blocked.",
)
CONFIRM_SECONDS = Declared(
    "khabar_confirm_seconds",
    "histogram",
    "Seconds from handing a record's outputs to the producer until the brokers have them all.",
    ("role",),
    _WAITS,
)
SENT = Declared(
    "khabar_records_sent_total", "counter", "Records handed to the producer, changelog included, by topic.", ("topic",)
)
LAST_FINISHED = Declared(
    "khabar_last_finished_timestamp_seconds",
    "gauge",
    "Unix time at which the role last handled a record; 0 before the first.",
    ("role",),
)
LAG_RECORDS = Declared(
    "khabar_lag_records",
    "gauge",
    "Records of an assigned partition that are not yet acknowledged, up to the last one seen at the brokers.",
    ("role", "partition"),
)
LAG_SECONDS = Declared(
    "khabar_lag_seconds",
    "gauge",
    "Seconds that the oldest unfinished record of an assigned partition has waited; 0 when there is none.",
    ("role", "partition"),
)
EXPECTED = Declared("khabar_partitions_expected", "gauge", "Partitions of the role's input topic.", ("role",))
REBALANCES = Declared("khabar_rebalances_total", "counter", "Assignments that the group gave this process.", ("role",))
READY = Declared("khabar_ready", "gauge", "1 while /readyz says yes, else 0.", ("role",))
RECOVERING = Declared("khabar_recovering", "gauge", "1 while the claims are read from their changelog.", ("role",))
RECOVERY_LEFT = Declared(
    "khabar_recovery_remaining_records", "gauge", "Changelog records still to be read in recovery.", ("role",)
)
CLAIMS_HELD = Declared("khabar_claims_held", "gauge", "Keys of the claims table, as RocksDB estimates them.")
CLAIMS_EXPIRED = Declared(
    "khabar_claims_expired_total", "counter", "Tombstones written to the changelog of the claims: what was let go."
)
TABLE_BYTES = Declared("khabar_table_bytes", "gauge", "Bytes of the claims table on disk.")
TABLE_MEMORY = Declared(
    "khabar_table_memory_bytes", "gauge", "Bytes that RocksDB holds in memory, outside of Python.", ("kind",)
)
CHANGELOG_BYTES = Declared(
    "khabar_changelog_bytes_total", "counter", "Bytes of keys and values written to the changelog of the claims."
)
DISK_FREE = Declared("khabar_data_dir_free_bytes", "gauge", "Bytes free on the volume of KHABAR_DATA_DIR.")
DISK_SIZE = Declared("khabar_data_dir_size_bytes", "gauge", "Size in bytes of the volume of KHABAR_DATA_DIR.")
RETENTION = Declared(
    "khabar_input_retention_seconds",
    "gauge",
    "Seconds that the role's input topic keeps records, by setting; absent for intake, whose input is the producers'.",
    ("role",),
)

DECLARED = (
    *(BUILD, FINISHED, REDELIVERED, DEAD_LETTERS, DUPLICATES, HANDLE_SECONDS, AGE_SECONDS, WINDOW_RECORDS),
    *(WINDOW_BYTES, CLAIM_WRITES, DATES, ENTITIES, LANGUAGES, SOURCES, QUALITY, PARTITIONS, LOOP_DELAY),
    *(CONFIRM_SECONDS, SENT, LAST_FINISHED, LAG_RECORDS, LAG_SECONDS, EXPECTED, REBALANCES, READY, RECOVERING),
    *(RECOVERY_LEFT, CLAIMS_HELD, CLAIMS_EXPIRED, TABLE_BYTES, TABLE_MEMORY, CHANGELOG_BYTES, DISK_FREE, DISK_SIZE),
    RETENTION,
)


class Lag(NamedTuple):
    """How far a partition is behind: unfinished records, and seconds that the oldest of them has waited."""

    records: int
    seconds: float


class Metrics:
    """The metrics of one process. The methods are what happened; labels and bounds are kept here.

    ``role`` is intake, dedupe or enrich; ``sources`` are the domains that get their own label value. The metrics
    of the process itself (``process_*``, ``python_gc_*``) are in the registry too.
    """

    def __init__(self, role: str, *, sources: Iterable[str] = (), registry: CollectorRegistry | None = None) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call] # a second series a counter that nobody reads
        self.registry = registry if registry is not None else CollectorRegistry()
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._role = role
        self._sources = frozenset(sources)
        self._languages: set[str] = set()
        self._finished = self._counter(FINISHED)
        self._redelivered = self._counter(REDELIVERED)
        self._dead_letters = self._counter(DEAD_LETTERS)
        self._duplicates = self._counter(DUPLICATES)
        self._handle_seconds = self._histogram(HANDLE_SECONDS)
        self._age_seconds = self._histogram(AGE_SECONDS)
        self._window_records = self._gauge(WINDOW_RECORDS)
        self._window_bytes = self._gauge(WINDOW_BYTES)
        self._claim_writes = self._counter(CLAIM_WRITES)
        self._dates = self._histogram(DATES)
        self._entities = self._histogram(ENTITIES)
        self._by_language = self._counter(LANGUAGES)
        self._by_source = self._counter(SOURCES)
        self._quality = self._counter(QUALITY)
        self._partitions = self._gauge(PARTITIONS)
        self._loop_delay = self._gauge(LOOP_DELAY)
        self._turns: deque[float] = deque(maxlen=_TURNS)
        self._confirm_seconds = self._histogram(CONFIRM_SECONDS)
        self._sent = self._counter(SENT)
        self._last_finished = self._gauge(LAST_FINISHED)
        self._lag_records = self._gauge(LAG_RECORDS)
        self._lag_seconds = self._gauge(LAG_SECONDS)
        self._expected = self._gauge(EXPECTED)
        self._rebalances = self._counter(REBALANCES)
        self._ready = self._gauge(READY)
        self._recovering = self._gauge(RECOVERING)
        self._recovery_left = self._gauge(RECOVERY_LEFT)
        self._claims_held = self._gauge(CLAIMS_HELD)
        self._claims_expired = self._counter(CLAIMS_EXPIRED)
        self._table_bytes = self._gauge(TABLE_BYTES)
        self._table_memory = self._gauge(TABLE_MEMORY)
        self._changelog_bytes = self._counter(CHANGELOG_BYTES)
        self._disk_free = self._gauge(DISK_FREE)
        self._disk_size = self._gauge(DISK_SIZE)
        self._retention = self._gauge(RETENTION)
        self._gauge(BUILD).labels(__version__, role).set(1)
        self._start_at_zero()

    def record_taken(self, role: str, seconds: float, records: int, size: int) -> None:
        """Note that a record was handled in ``seconds``, with ``records`` and ``size`` bytes now in the window."""
        self._handle_seconds.labels(role).observe(seconds)
        self._window_records.labels(role).set(records)
        self._window_bytes.labels(role).set(size)

    def record_redelivered(self) -> None:
        """Note that a record came again."""
        self._redelivered.labels(self._role).inc()

    def intake_finished(self, reason: ErrorReason | None) -> None:
        """Note a record that intake passed on, or refused for ``reason``."""
        self._finished.labels("intake", PASSED if reason is None else DEAD_LETTER).inc()
        if reason is not None:
            self._dead_letters.labels(reason).inc()

    def dedupe_finished(self, verdict: Verdict, *, logged: int) -> None:
        """Note a verdict and the ``logged`` changelog records it caused."""
        self._finished.labels("dedupe", verdict.status).inc()
        if verdict.status is closed.Status.DUPLICATE and verdict.dedupe.reason is not None:
            self._duplicates.labels(verdict.dedupe.reason).inc()
        self._claim_writes.inc(logged)

    def enrich_finished(self, event: Event, *, age_ms: int) -> None:
        """Note a published event, ``age_ms`` after its record time (clocks that disagree count as no age)."""
        self._finished.labels("enrich", event.status).inc()
        self._age_seconds.observe(max(age_ms, 0) / 1000)
        self._by_language.labels(self._language(event.language)).inc()
        domain = event.source.domain
        self._by_source.labels(domain if domain is not None and domain in self._sources else OTHER).inc()
        for flag in event.quality:
            self._quality.labels(flag).inc()
        if event.dates is not None:
            self._dates.observe(len(event.dates))
        if event.entities is not None:
            self._entities.observe(len(event.entities))

    def partitions_assigned(self, count: int) -> None:
        """Note how many partitions of its input a rebalance gave this process."""
        self._partitions.labels(self._role).set(count)
        self._rebalances.labels(self._role).inc()

    def partitions_expected(self, count: int) -> None:
        """Note how many partitions the input topic has."""
        self._expected.labels(self._role).set(count)

    def handled(self, *, at: float) -> None:
        """Note that a record was handled at the Unix time ``at`` (seconds)."""
        self._last_finished.labels(self._role).set(at)

    def confirmed(self, seconds: float) -> None:
        """Note that the brokers had all outputs of a record ``seconds`` after they were sent."""
        self._confirm_seconds.labels(self._role).observe(seconds)

    def sent(self, topic: str, count: int = 1) -> None:
        """Note records handed to the producer. ``topic`` is one of ours, so the label is bounded."""
        self._sent.labels(topic).inc(count)

    def changelog_written(self, size: int, *, tombstones: int) -> None:
        """Note ``size`` bytes written to the changelog, and how many of its records let a claim go."""
        self._changelog_bytes.inc(size)
        self._claims_expired.inc(tombstones)

    def lags(self, lags: Mapping[int, Lag]) -> None:
        """Replace the lags by those of the partitions assigned now; revoked partitions leave no series behind."""
        self._lag_records.clear()
        self._lag_seconds.clear()
        shown: dict[str, Lag] = {}
        for place, (partition, lag) in enumerate(sorted(lags.items())):
            label = str(partition) if place < PARTITIONS_MAX else OTHER
            worst = shown.get(label, lag)
            shown[label] = Lag(max(lag.records, worst.records), max(lag.seconds, worst.seconds))
        for label, lag in shown.items():
            self._lag_records.labels(self._role, label).set(lag.records)
            self._lag_seconds.labels(self._role, label).set(lag.seconds)

    def state(self, *, ready: bool, recovering: bool, recovery_left: int) -> None:
        """Note whether the role is ready, and how far its recovery is."""
        self._ready.labels(self._role).set(ready)
        self._recovering.labels(self._role).set(recovering)
        self._recovery_left.labels(self._role).set(recovery_left)

    def table(self, *, keys: int, disk: int, memory: Mapping[str, int]) -> None:
        """Note the claims table: keys (an estimate), bytes on disk, and bytes in memory by a few fixed kinds."""
        self._claims_held.set(keys)
        self._table_bytes.set(disk)
        for kind, size in memory.items():
            self._table_memory.labels(kind).set(size)

    def disk(self, *, free: int, size: int) -> None:
        """Note the volume of the data folder, in bytes."""
        self._disk_free.set(free)
        self._disk_size.set(size)

    def input_retention(self, seconds: float) -> None:
        """Note how long the input topic keeps its records."""
        self._retention.labels(self._role).set(seconds)

    def loop_delay(self, seconds: float) -> None:
        """Note how many seconds late the event loop turned; the worst of the last turns is shown."""
        self._turns.append(max(seconds, 0.0))
        self._loop_delay.set(max(self._turns))

    def _language(self, tag: str) -> str:
        """Return the primary tag, or ``other`` once as many languages as the bound allows have been seen."""
        primary = tag.partition("-")[0].lower()
        if primary not in self._languages and len(self._languages) >= LANGUAGES_MAX:
            return OTHER
        self._languages.add(primary)
        return primary

    def _counter(self, declared: Declared) -> Counter:
        return Counter(declared.name, declared.help, declared.labels, registry=self.registry)

    def _gauge(self, declared: Declared) -> Gauge:
        return Gauge(declared.name, declared.help, declared.labels, registry=self.registry)

    def _histogram(self, declared: Declared) -> Histogram:
        return Histogram(
            declared.name, declared.help, declared.labels, registry=self.registry, buckets=declared.buckets
        )

    def _start_at_zero(self) -> None:
        """Make the series of the closed lists at once: a rate needs the zero before the first event."""
        for status in FINAL_STATUSES.get(self._role, ()):
            self._finished.labels(self._role, status)
        if self._role == "intake":
            for reason in ErrorReason:
                self._dead_letters.labels(reason)
        if self._role == "dedupe":
            for evidence in closed.DuplicateReason:
                self._duplicates.labels(evidence)
        if self._role == "enrich":
            for source in (*self._sources, OTHER):
                self._by_source.labels(source)
        self._redelivered.labels(self._role)
        self._rebalances.labels(self._role)
        for gauge in (self._ready, self._recovering, self._recovery_left, self._last_finished):
            gauge.labels(self._role)

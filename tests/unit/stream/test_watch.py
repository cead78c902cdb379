"""What the probes say of a role, from what Faust and the client know: each answer with a case in which it is no."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import orjson
import pytest
from faust.types import TP
from prometheus_client import CollectorRegistry

from service.ops.health import Beat, Health, liveness, readiness
from service.ops.metrics import Lag, Metrics
from service.stream.pages import Pages
from service.stream.watch import Watch, measure_disk, measure_table

SOURCE = "news.raw"
NOW = 1_772_000_000.0


class Recovery:
    def __init__(self) -> None:
        self.completed = asyncio.Event()
        self.left = 0

    def active_remaining_total(self) -> int:
        return self.left


class Partition:
    """What the client knows of one assigned partition."""

    def __init__(self, *, position: int | None, end: int | None, stable: int | None = None) -> None:
        self.position, self.highwater, self.lso = position, end, stable
        self.has_valid_position = position is not None


class Role:
    """A role as the shell sees it through Faust's and the client's private places; ready unless a test says no."""

    def __init__(self) -> None:
        self.partitions: dict[int, Partition] = {}
        self.oldest: dict[TP, tuple[int, Any]] = {}
        self.window = SimpleNamespace(records=0)
        self.coordinator = SimpleNamespace(coordinator_id=1)
        assignment = SimpleNamespace(tps=self, state_value=lambda tp: self.partitions[tp.partition])
        client = SimpleNamespace(
            _coordinator=self.coordinator,
            _subscription=SimpleNamespace(subscription=SimpleNamespace(assignment=assignment)),
            partitions_for_topic=lambda _topic: set(range(6)),
        )
        self.recovery = Recovery()
        self.recovery.completed.set()
        self.app = SimpleNamespace(
            _assignment={TP(SOURCE, 0)},
            rebalancing=False,
            in_recovery=False,
            tables=SimpleNamespace(recovery=self.recovery),
            consumer=SimpleNamespace(
                _thread=SimpleNamespace(_consumer=client), ledger=SimpleNamespace(oldest=self.oldest.get)
            ),
        )
        self.metrics = Metrics("intake")
        self.watch = Watch(self.app, SOURCE, self.window, self.metrics)  # type: ignore[arg-type]
        self.beat = Beat(last_turn=0.0, started=True)

    def __iter__(self) -> Any:
        return (TP(SOURCE, number) for number in self.partitions)

    def ready(self) -> Health:
        self.watch.observe(self.beat)
        return readiness(self.beat)

    def measured(self, at: float) -> Beat:
        self.beat.last_turn = at
        self.watch.measure(self.beat, now=NOW + at, clock=at)
        return self.beat

    def gauge(self, name: str, **labels: str) -> float | None:
        return self.metrics.registry.get_sample_value(name, {"role": "intake", **labels})


@pytest.fixture
async def role() -> Role:
    return Role()


async def test_a_role_that_has_joined_and_recovered_is_ready(role: Role) -> None:
    assert role.ready() == (True, "ready")


async def test_an_empty_assignment_is_ready_too(role: Role) -> None:
    role.app._assignment = set()

    assert role.ready().ok


NOT_READY: dict[str, Callable[[Role], object]] = {
    "starting": lambda role: setattr(role.beat, "started", False),
    "coordinator": lambda role: setattr(role.coordinator, "coordinator_id", None),
    "no connection": lambda role: setattr(role.app.consumer, "_thread", None),
    "assignment": lambda role: setattr(role.app, "_assignment", None),
    "no assignment": lambda role: setattr(role.app, "rebalancing", True),
    "recovering": lambda role: setattr(role.app, "in_recovery", True),
    "still recovering": lambda role: role.recovery.completed.clear(),
}


@pytest.mark.parametrize("why", NOT_READY)
async def test_each_step_that_is_missing_is_not_ready_and_says_so(role: Role, why: str) -> None:
    NOT_READY[why](role)

    health = role.ready()
    assert not health.ok
    assert why in health.why


async def test_readiness_comes_back_with_the_assignment(role: Role) -> None:
    role.app.rebalancing = True
    assert not role.ready().ok

    role.app.rebalancing = False
    assert role.ready().ok


async def test_records_that_wait_while_none_is_in_work_make_a_role_dead_in_the_end(role: Role) -> None:
    role.partitions[0] = Partition(position=10, end=14)

    assert liveness(role.measured(100.0), now=100.0, limit_s=30).ok
    assert liveness(role.measured(399.0), now=399.0, limit_s=30).ok
    assert not liveness(role.measured(400.0), now=400.0, limit_s=30).ok


async def test_records_in_work_are_progress(role: Role) -> None:
    role.partitions[0] = Partition(position=10, end=14)
    role.measured(100.0)
    role.window.records = 4

    assert liveness(role.measured(1000.0), now=1000.0, limit_s=30).ok


async def test_what_waits_unfinished_counts_from_its_own_time(role: Role) -> None:
    role.partitions[0] = Partition(position=20, end=25)
    role.oldest[TP(SOURCE, 0)] = (17, SimpleNamespace(timestamp=NOW - 90))

    assert role.watch.lags(NOW) == {0: Lag(8, 90.0)}


async def test_what_was_never_delivered_counts_from_when_it_was_seen(role: Role) -> None:
    role.partitions[0] = Partition(position=20, end=25)

    assert role.watch.lags(NOW) == {0: Lag(5, 0.0)}
    assert role.watch.lags(NOW + 7) == {0: Lag(5, 7.0)}
    role.partitions[0].position = 25
    assert role.watch.lags(NOW + 8) == {0: Lag(0, 0.0)}
    role.partitions[0].highwater = 26
    assert role.watch.lags(NOW + 9) == {0: Lag(1, 0.0)}


async def test_what_a_transaction_has_not_ended_does_not_wait_yet(role: Role) -> None:
    role.partitions[0] = Partition(position=20, end=25, stable=20)

    assert role.watch.lags(NOW) == {0: Lag(0, 0.0)}


async def test_a_partition_without_a_position_has_no_lag(role: Role) -> None:
    role.partitions[0] = Partition(position=None, end=25)

    assert role.watch.lags(NOW) == {0: Lag(0, 0.0)}


async def test_lag_goes_with_its_partition(role: Role) -> None:
    role.partitions |= {0: Partition(position=20, end=25), 1: Partition(position=0, end=0)}
    role.measured(0.0)
    assert role.gauge("khabar_lag_records", partition="0") == 5

    del role.partitions[0]
    role.measured(1.0)
    assert role.gauge("khabar_lag_records", partition="0") is None
    assert role.gauge("khabar_lag_records", partition="1") == 0


async def test_gauges_follow_readiness_and_recovery(role: Role) -> None:
    role.app.in_recovery = True
    role.recovery.left = 1200
    role.measured(0.0)

    assert role.gauge("khabar_ready") == 0
    assert role.gauge("khabar_recovering") == 1
    assert role.gauge("khabar_recovery_remaining_records") == 1200
    assert role.gauge("khabar_partitions_expected") == 6

    role.app.in_recovery = False
    role.measured(1.0)
    assert (role.gauge("khabar_ready"), role.gauge("khabar_recovering")) == (1, 0)


def test_the_volume_is_measured_where_there_is_a_folder(tmp_path: Path) -> None:
    metrics = Metrics("intake")
    measure_disk(tmp_path / "nowhere", metrics)
    assert metrics.registry.get_sample_value("khabar_data_dir_size_bytes") == 0

    measure_disk(tmp_path, metrics)
    assert metrics.registry.get_sample_value("khabar_data_dir_size_bytes") > 0  # type: ignore[operator]


def test_the_shared_cache_is_counted_once_and_the_rest_by_partition() -> None:
    held = {
        "rocksdb.estimate-num-keys": 10,
        "rocksdb.total-sst-files-size": 4096,
        "rocksdb.cur-size-all-mem-tables": 7,
        "rocksdb.estimate-table-readers-mem": 3,
        "rocksdb.block-cache-usage": 64,
    }
    opened = [SimpleNamespace(property_int_value=held.get) for _ in range(2)]
    metrics = Metrics("dedupe")

    measure_table(SimpleNamespace(claims=SimpleNamespace(opened=lambda: opened)), metrics)  # type: ignore[arg-type]

    value = metrics.registry.get_sample_value
    assert (value("khabar_claims_held"), value("khabar_table_bytes")) == (20, 8192)
    memory = {kind: value("khabar_table_memory_bytes", {"kind": kind}) for kind in ("memtables", "block_cache")}
    assert memory == {"memtables": 14, "block_cache": 64}


async def test_pages_answer_503_with_the_reason_and_measure_at_each_scrape() -> None:
    said = {"alive": Health(True, "turned"), "ready": Health(True, "ready")}
    scrapes: list[None] = []

    async def measure() -> None:
        scrapes.append(None)

    pages = Pages(CollectorRegistry(), lambda: said["alive"], lambda: said["ready"], measure)
    port = await pages.start("127.0.0.1", 0)

    async def got(path: str) -> tuple[int, bytes]:
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
            return answer.status, await answer.read()

    try:
        assert [(await got(path))[0] for path in ("/healthz", "/readyz")] == [200, 200]
        said |= {"alive": Health(False, "the loop hangs"), "ready": Health(False, "still starting")}
        for path, why in (("/healthz", "the loop hangs"), ("/readyz", "still starting")):
            status, body = await got(path)
            assert status == 503
            assert orjson.loads(body) == {"ok": False, "why": why}

        assert not scrapes
        assert [(await got("/metrics"))[0] for _ in range(2)] == [200, 200]
        assert len(scrapes) == 2
    finally:
        await pages.stop()

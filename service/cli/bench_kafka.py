"""Measurements end to end: three roles and a real broker on this machine."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from service.cli.bench_pure import Row, raw_articles
from service.ops.settings import Settings, load_settings
from service.stream.clients import new_producer, wait_for_brokers
from service.stream.devkafka import RealKafka
from service.stream.roles import Role
from service.stream.showcase import Watcher, until_all
from service.stream.supervisor import Roles
from service.stream.topics import create_topics
from service.wire.record import Origin


class Process(NamedTuple):
    """A role's process: processor seconds so far, resident memory in MiB."""

    cpu_s: float
    memory_mib: float


_PACED_PER_S = 40
_PACED_S = 10
_QUIET_S = 60.0


async def rows(articles: int) -> list[Row]:
    """Return rate, latency and memory of the three roles on a real broker, fed with ``articles`` articles."""
    with tempfile.TemporaryDirectory(prefix="khabar-bench-") as folder, RealKafka() as kafka:
        environ = {
            **os.environ,
            "KHABAR_BROKERS": kafka.bootstrap,
            "KHABAR_DATA_DIR": folder,
            "KHABAR_LOG_LEVEL": "warning",
        }
        settings = load_settings(environ)
        await wait_for_brokers(settings)
        await create_topics(settings)
        roles = Roles(environ)
        watcher = Watcher(settings, from_start=True)
        await roles.start()
        try:
            await watcher.start()
            await roles.wait_until_ready(60)
            before = {role: await _process(roles.ports[role]) for role in Role}
            burst = await _burst(settings, watcher, articles)
            after = {role: await _process(roles.ports[role]) for role in Role}
            return [
                *burst,
                *_costs(before, after, articles),
                *await _paced(settings, watcher),
                Row("claims on disk", await asyncio.to_thread(_size_on_disk, Path(folder)) / 2**20, "MiB"),
            ]
        finally:
            await roles.stop()
            await watcher.stop()


async def _burst(settings: Settings, watcher: Watcher, articles: int) -> list[Row]:
    """Everything at once: how many articles a second come out at the far end."""
    payloads = raw_articles("ar", articles * 2 // 3, seed=21) + raw_articles("en", articles // 3, seed=21)
    started = time.perf_counter()
    async for _ in until_all(watcher, asyncio.create_task(_send(settings, payloads)), quiet_s=_QUIET_S):
        pass
    return [
        Row(
            "end to end, rate",
            len(payloads) / (time.perf_counter() - started),
            "articles/s",
            f"{len(payloads)} articles, three roles and broker",
        )
    ]


async def _paced(settings: Settings, watcher: Watcher) -> list[Row]:
    """At the rate of a very large feed: how long an article takes from the raw topic to the reader of its event."""
    payloads = raw_articles("ar", _PACED_PER_S * _PACED_S, seed=31)
    ages: list[float] = []
    sent: dict[Origin, float] = {}

    async def produce() -> None:
        producer = new_producer(settings)
        await producer.start()
        begin = time.perf_counter()
        for number, payload in enumerate(payloads):
            await asyncio.sleep(max(0.0, begin + number / _PACED_PER_S - time.perf_counter()))
            at = time.perf_counter()
            done = await producer.send_and_wait(settings.topics.raw, payload)
            sent[Origin(done.topic, done.partition, done.offset)] = at
        await producer.stop()

    producing = asyncio.create_task(produce())
    arrived: dict[Origin, float] = {}
    async for end in watcher.ends():
        arrived[end.origin] = time.perf_counter()
        if len(arrived) == len(payloads):
            break
    await producing
    ages = [(arrived[origin] - at) * 1e3 for origin, at in sent.items()]
    cuts = quantiles(ages, n=100)
    return [
        Row(f"end to end, latency p{share}", cuts[share - 1], "ms", f"{_PACED_PER_S} articles/s")
        for share in (50, 95, 99)
    ]


async def _send(settings: Settings, payloads: list[bytes]) -> set[Origin]:
    producer = new_producer(settings)
    await producer.start()
    try:
        sends = [await producer.send(settings.topics.raw, payload) for payload in payloads]
        return {Origin(done.topic, done.partition, done.offset) for done in await asyncio.gather(*sends)}
    finally:
        await producer.stop()


def _costs(before: dict[Role, Process], after: dict[Role, Process], articles: int) -> Iterator[Row]:
    """Yield what the burst cost each role: processor time an article, the shell included, and memory afterwards."""
    for role in Role:
        spent = after[role].cpu_s - before[role].cpu_s
        yield Row(f"processor time of {role}", spent / articles * 1e6, "us/article", "pure work and shell")
    for role in Role:
        yield Row(f"memory of {role}", before[role].memory_mib, "MiB", f"at rest; {after[role].memory_mib:.0f} after")


async def _process(port: int) -> Process:
    """Return what a role's own metrics say of its process."""
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as answer:
        families = text_string_to_metric_families(await answer.text())
    samples = {sample.name: sample.value for family in families for sample in family.samples}
    return Process(samples["process_cpu_seconds_total"], samples["process_resident_memory_bytes"] / 2**20)


def _size_on_disk(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())

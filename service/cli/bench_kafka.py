"""Measurements end to end: three roles and a real broker on this machine."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from pathlib import Path
from statistics import quantiles

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
            return [
                *await _burst(settings, watcher, articles),
                *await _paced(settings, watcher),
                *await _memory(roles, folder),
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


async def _memory(roles: Roles, folder: str) -> list[Row]:
    rows = [
        Row(f"memory of {role}", await _resident(roles.ports[role]) / 2**20, "MiB", "after the run") for role in Role
    ]
    size = await asyncio.to_thread(_size_on_disk, Path(folder))
    return [*rows, Row("claims on disk", size / 2**20, "MiB", "write-ahead log included")]


def _size_on_disk(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


async def _resident(port: int) -> float:
    """Return the resident bytes that a role's own metrics state."""
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as answer:
        families = text_string_to_metric_families(await answer.text())
    return next(
        sample.value
        for family in families
        for sample in family.samples
        if sample.name == "process_resident_memory_bytes"
    )

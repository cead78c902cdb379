"""The service as it runs, for the gates: three roles on a real Kafka under load, and a Prometheus that scrapes them."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from pathlib import Path

import aiohttp
import orjson

from service.cli.bench_pure import raw_articles
from service.ops.settings import Settings
from service.stream.devkafka import RealKafka
from service.stream.supervisor import Roles, free_port
from tests.faults.harness import payload
from tests.kafka.khabar import article, environment, running
from tests.kafka.support import producer
from tests.ops.prometheus import SPARE, Prometheus, scraping
from tests.ops.tools import Failed

PARTITIONS = 12
RATE = 20
"""Records a second of the load."""

LISTED = ("morning.example", "evening.example")
"""Sources with a series of their own."""

FIRES_WITHIN_S = 180.0


@dataclass
class Load:
    """What is fed: numbered articles with copies, versions and a little poison, and the sample articles."""

    settings: Settings
    silent: set[str] = field(default_factory=set)
    """Sources from which nothing comes any more."""

    _number: int = 0
    _turn: int = 0

    async def run(self) -> None:
        """Feed until cancelled; brokers that do not answer are waited for."""
        async with producer(self.settings.brokers) as client:
            while True:
                for value in (*self._next(), *self._listed(), *self._prose(), self._sample()):
                    await client.send(self.settings.topic_raw, value)
                self._turn += 1
                await asyncio.sleep(0.5)

    async def send(self, payloads: list[bytes], *, age_s: float = 0.0) -> None:
        """Write payloads at once, as if they had been written ``age_s`` seconds ago."""
        stamp = int((time.time() - age_s) * 1000)
        async with producer(self.settings.brokers) as client:
            for value in payloads:
                await client.send(self.settings.topic_raw, value, timestamp_ms=stamp)

    def _next(self) -> Iterator[bytes]:
        for _ in range(RATE // 2):
            yield payload(self._number)
            self._number += 1

    def _listed(self) -> Iterator[bytes]:
        for at, source in enumerate(LISTED):
            if source not in self.silent:
                value = article(1_000_000 + len(LISTED) * self._turn + at, words=30)
                yield re.sub(rb"news\d+\.example\.com", source.encode(), value)

    def _prose(self) -> Iterator[bytes]:
        """Yield two articles in Arabic and one in English, with names and dates in them."""
        for language, texts in self._articles.items():
            count = 2 if language == "ar" else 1
            yield from (texts[(count * self._turn + at) % len(texts)] for at in range(count))

    @cached_property
    def _articles(self) -> dict[str, list[bytes]]:
        return {"ar": raw_articles("ar", 1_000), "en": raw_articles("en", 500)}

    def _sample(self) -> bytes:
        return self._samples[self._turn % len(self._samples)]

    @cached_property
    def _samples(self) -> list[bytes]:
        lines = files("service.cli").joinpath("samples/articles.ndjson").read_bytes().splitlines()
        return [orjson.dumps(sample["value"]) for sample in map(orjson.loads, lines) if sample.get("value") is not None]


@dataclass
class Stage:
    """All that a fault may touch, and what was seen."""

    kafka: RealKafka
    roles: Roles
    load: Load
    prometheus: Prometheus
    environ: dict[str, str]
    spare: int
    """A port that Prometheus scrapes and nothing listens on yet."""

    folder: Path
    seen: dict[str, float] = field(default_factory=dict)
    """When each alert was last seen firing, on the monotonic clock."""

    fired: dict[str, str] = field(default_factory=dict)

    async def watch(self) -> None:
        """Note which alerts fire, until cancelled; an answer that does not come is asked for again."""
        while True:
            with suppress(aiohttp.ClientError):
                self.seen |= dict.fromkeys(await self.prometheus.firing(), time.monotonic())
            await asyncio.sleep(0.3)

    def fired_since(self, started: float) -> set[str]:
        """Return the alerts that were seen firing since a time of the monotonic clock."""
        return {alert for alert, seen in self.seen.items() if seen > started}

    async def fires(self, fault: str, *alerts: str, since: float | None = None) -> None:
        """Wait until these alerts have fired since the fault, and note how long it took; raises where one does not."""
        started = time.monotonic() if since is None else since
        for alert in alerts:
            while self.seen.get(alert, 0.0) < started:
                if time.monotonic() > started + FIRES_WITHIN_S:
                    raise Failed(f"{fault}: {alert} did not fire within {FIRES_WITHIN_S:g} s")
                await asyncio.sleep(0.2)
            self.fired[alert] = f"{alert}: {fault}, {self.seen[alert] - started:.0f} s"


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Stage]:
    """Give the running service under load, and a Prometheus that has scraped it for a while."""
    with RealKafka() as kafka:
        environ = environment(
            kafka.bootstrap, folder / "data", "khabar",
            KHABAR_SOURCES=",".join(LISTED),
            KHABAR_PARTITIONS_RAW=str(PARTITIONS),
            KHABAR_PARTITIONS_UNIQUE=str(PARTITIONS),
            KHABAR_RETENTION_INTERNAL_DAYS="1",
            KHABAR_SESSION_TIMEOUT="30",
        )  # fmt: skip
        async with running(environ) as (settings, roles):
            spare = free_port()
            ports = {str(role): port for role, port in roles.ports.items()} | {SPARE: spare}
            async with scraping(folder, ports) as prometheus:
                stage = Stage(kafka, roles, Load(settings), prometheus, environ, spare, folder)
                tasks = [asyncio.create_task(stage.load.run()), asyncio.create_task(stage.watch())]
                try:
                    yield stage
                finally:
                    for task in tasks:
                        task.cancel()
                    await asyncio.gather(*tasks, return_exceptions=True)

"""Measure the dedupe role as a process on a real Kafka: rate, processor time, memory, and how soon it comes back.

usage: python bench/dedupe_role.py [--articles 20000] [--claims 100000] [--wrapper COMMAND]

1. ``--articles`` drawn articles of 3 KB (``dedupe_claims.py`` says how they are drawn) lie on ``khabar.clean``; the
   role alone works them off, under a profiler where ``--wrapper`` names one. Then it is killed (``kill -9``) and
   started again with its own disk.
2. ``--claims`` published articles' records are written to a fresh changelog; the role starts with an empty disk.

Processor time is the role's own, by its metrics; the broker and this script share the machine with it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import aiohttp
from dedupe_claims import DictClaims, Stream, size_of
from prometheus_client.parser import text_string_to_metric_families

from service.dedupe.decide import decide
from service.dedupe.policy import Policy
from service.dedupe.signature import encode_signature
from service.ops.settings import Settings, load_settings
from service.pipeline.roles import SIGNATURE_HEADER
from service.stream.clients import new_producer, wait_for_brokers
from service.stream.devkafka import RealKafka
from service.stream.topics import claims_changelog, create_topics
from service.wire.article import Article, encode_article
from service.wire.event import Provenance

Sent = tuple[str, bytes | None, bytes | None, list[tuple[str, bytes]]]


def clean_records(settings: Settings, count: int) -> Iterator[Sent]:
    """Return records as intake writes them: an article of 3 KB, its signature in the header."""
    provenance = Provenance(
        dialect="drawn", topic="news.raw", partition=0, offset=0, record_time=0, pipeline_version="0"
    )
    value = encode_article(Article(title="عنوان", text="كلمة " * 330, language="ar", provenance=provenance))
    for _, signature in zip(range(count), Stream(7), strict=False):
        yield settings.topics.clean, b"default", value, [(SIGNATURE_HEADER, encode_signature(signature))]


def logged_records(settings: Settings, count: int) -> Iterator[Sent]:
    """Return what the role would have logged until it has ``count`` claims."""
    claims, policy, published = DictClaims(), Policy(), 0
    topic = claims_changelog(settings)
    for signature in Stream(7):
        decision = decide(signature, claims, policy)
        claims.write(decision.logged, decision.derived)
        for key, value in decision.logged:
            yield topic, key, value, []
        published += decision.verdict.status.value == "new"
        if published == count:
            return


async def produce(settings: Settings, records: Iterable[Sent]) -> int:
    """Write records to partition 0 of their topics; return how many."""
    producer = new_producer(settings)
    await producer.start()
    sends = []
    count = 0
    for topic, key, value, headers in records:
        sends.append(await producer.send(topic, value, key=key, headers=headers, partition=0))
        count += 1
        if len(sends) >= 2_000:  # noqa: PLR2004 - a bound of what is under way
            await asyncio.gather(*sends)
            sends.clear()
    await asyncio.gather(*sends)
    await producer.stop()
    return count


class RoleProcess:
    """``khabar worker dedupe`` as a child, and what its pages say."""

    def __init__(self, environ: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environ = {**environ, "KHABAR_HTTP_HOST": "127.0.0.1", "KHABAR_HTTP_PORT": str(self.port)}
        self.child: asyncio.subprocess.Process

    async def start(self, wrapper: list[str]) -> float:
        """Start it; return the seconds until it is ready."""
        started = time.perf_counter()
        self.child = await asyncio.create_subprocess_exec(
            *wrapper, sys.executable, "-m", "service", "worker", "dedupe", env=self.environ
        )
        async with aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
                        if answer.status == 200:  # noqa: PLR2004 - HTTP's own number
                            return time.perf_counter() - started
                except aiohttp.ClientError:
                    if self.child.returncode is not None:
                        raise
                await asyncio.sleep(0.1)

    async def metrics(self) -> dict[str, float]:
        """Return the sums of its metrics by name."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{self.port}/metrics") as answer,
        ):
            families = text_string_to_metric_families(await answer.text())
        found: dict[str, float] = {}
        for family in families:
            for sample in family.samples:
                found[sample.name] = found.get(sample.name, 0.0) + sample.value
        return found

    async def end(self, how: signal.Signals) -> None:
        """End it and wait."""
        self.child.send_signal(how)
        await self.child.wait()


async def throughput(environ: dict[str, str], settings: Settings, articles: int, wrapper: list[str]) -> None:
    """Let the role work off ``articles`` articles, kill it and start it again."""
    await produce(settings, clean_records(settings, articles))
    role = RoleProcess(environ)
    await role.start(wrapper)
    first = await role.metrics()
    begun = time.perf_counter()
    while True:
        await asyncio.sleep(0.25)
        last = await role.metrics()
        if last.get("khabar_records_finished_total", 0.0) >= articles:
            break
    elapsed = time.perf_counter() - begun
    done = articles - first.get("khabar_records_finished_total", 0.0)
    cpu = last["process_cpu_seconds_total"] - first["process_cpu_seconds_total"]
    memory = last["process_resident_memory_bytes"] / 2**20
    print(f"rate {done / elapsed:.0f} articles/s, processor {cpu / done * 1e6:.0f} µs an article = {done / cpu:.0f}/s")
    print(f"memory {memory:.0f} MiB, loop at most {last.get('khabar_loop_delay_seconds', 0.0):.2f} s late", flush=True)
    await role.end(signal.SIGTERM if wrapper else signal.SIGKILL)
    again = RoleProcess(environ)
    print(f"ready {await again.start([]):.1f} s after kill -9, own disk", flush=True)
    await again.end(signal.SIGTERM)


async def recovery(environ: dict[str, str], settings: Settings, claims: int, wrapper: list[str]) -> None:
    """Let the role read its changelog with an empty disk."""
    count = await produce(settings, logged_records(settings, claims))
    role = RoleProcess(environ)
    seconds = await role.start(wrapper)
    last = await role.metrics()
    cpu, memory = last["process_cpu_seconds_total"], last["process_resident_memory_bytes"] / 2**20
    print(
        f"{claims} claims, {count} changelog records: ready after {seconds:.1f} s, "
        f"processor {cpu:.1f} s ({cpu / count * 1e6:.0f} µs a record), memory {memory:.0f} MiB",
        flush=True,
    )
    await role.end(signal.SIGTERM if wrapper else signal.SIGKILL)
    again = RoleProcess(environ)
    print(f"ready {await again.start([]):.1f} s after kill -9, own disk", flush=True)
    await again.end(signal.SIGTERM)
    print(f"disk {size_of(Path(environ['KHABAR_DATA_DIR'])) / claims:.0f} bytes a claim", flush=True)


async def main() -> None:
    """Run both measurements on one broker."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--wrapper", default="", help="command to start the role with, such as a profiler's")
    chosen = parser.parse_args()
    wrapper: list[str] = chosen.wrapper.split()
    with tempfile.TemporaryDirectory(prefix="khabar-role-") as folder, RealKafka() as kafka:
        for mark, count in (("flow", chosen.articles), ("recovery", chosen.claims)):
            if not count:
                continue
            environ = {
                **os.environ,
                "KHABAR_BROKERS": kafka.bootstrap,
                "KHABAR_DATA_DIR": f"{folder}/{mark}",
                "KHABAR_GROUP": mark,
                "KHABAR_TOPIC_CLEAN": f"clean.{mark}",
                "KHABAR_LOG_LEVEL": "warning",
            }
            settings = load_settings(environ)
            await wait_for_brokers(settings)
            await create_topics(settings)
            if mark == "flow":
                await throughput(environ, settings, count, wrapper)
            else:
                await recovery(environ, settings, count, wrapper)


if __name__ == "__main__":
    asyncio.run(main())

"""The three roles as processes on a broker, and the account of what became of every record."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from service.cli.load import article
from service.ops.settings import Settings, load_settings
from service.stream.supervisor import Roles
from service.stream.topics import create_topics
from service.wire.record import Origin, Record, last_header
from tests.kafka.support import produce, read_topic

__all__ = ["QUICK", "Account", "account_when_done", "article", "environment", "feed", "khabar", "running"]

QUICK = {
    "KHABAR_COMMIT_INTERVAL": "0.3",
    "KHABAR_SESSION_TIMEOUT": "6",
    "KHABAR_LOG_LEVEL": "warning",
    "KHABAR_LOG_FORMAT": "json",
}


def environment(bootstrap: str, folder: Path, mark: str, **more: str) -> dict[str, str]:
    """Return the environment of roles whose topics carry ``mark``, so that tests share a broker."""
    kinds = ("RAW", "CLEAN", "UNIQUE", "ARTICLES", "DUPLICATES", "ENTITIES", "DATES", "DEADLETTER")
    topics = {f"KHABAR_TOPIC_{kind}": f"{kind.lower()}.{mark}" for kind in kinds}
    own = {name: value for name, value in os.environ.items() if not name.startswith("KHABAR_")}
    khabar = {
        **QUICK,
        **topics,
        "KHABAR_BROKERS": bootstrap,
        "KHABAR_DATA_DIR": str(folder),
        "KHABAR_GROUP": mark,
        **more,
    }
    return {**own, **khabar}


@asynccontextmanager
async def running(environ: Mapping[str, str]) -> AsyncIterator[tuple[Settings, Roles]]:
    """Give three ready roles on topics that were made for them."""
    settings = load_settings(environ)
    await create_topics(settings)
    roles = Roles(environ)
    await roles.start()
    try:
        await roles.wait_until_ready(120)
        yield settings, roles
    finally:
        await roles.stop()


@dataclass
class Account:
    """Where each raw record ended. ``ends`` holds the distinct ends by origin, ``repeats`` counts equal ids again."""

    ends: dict[Origin, set[str]] = field(default_factory=lambda: defaultdict(set))
    article_of: dict[Origin, str] = field(default_factory=dict)
    duplicate_of: dict[Origin, str] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    repeats: int = 0

    def lost(self, origins: Iterable[Origin]) -> set[Origin]:
        """Return the records without an end."""
        return set(origins) - set(self.ends)

    def with_two_ends(self) -> dict[Origin, set[str]]:
        """Return the records that ended in more than one way."""
        return {origin: ends for origin, ends in self.ends.items() if len(ends) > 1}

    def statuses(self) -> Counter[str]:
        """Return how many records ended how."""
        return Counter(next(iter(ends)) for ends in self.ends.values())

    def published_ids(self) -> set[str]:
        """Return the ids of all published articles."""
        return {event["article_id"] for event in self.events if event["status"] != "duplicate"}


async def take_account(settings: Settings) -> Account:
    """Read the final topics to their end and account for every record."""
    account = Account()
    seen: set[bytes] = set()
    for topic in (settings.topic_articles, settings.topic_duplicates):
        for record in await read_topic(settings.brokers, topic):
            event = orjson.loads(record.value or b"")
            provenance = event["provenance"]
            origin = Origin(provenance["topic"], provenance["partition"], provenance["offset"])
            identity = last_header(record.headers, "ce_id") or b""
            account.repeats += identity in seen
            seen.add(identity)
            account.ends[origin].add(event["status"])
            account.article_of[origin] = event["article_id"]
            if event["status"] == "duplicate":
                account.duplicate_of[origin] = event["dedupe"]["duplicate_of"]
            account.events.append(event)
    for record in await read_topic(settings.brokers, settings.topic_deadletter):
        place = [
            (last_header(record.headers, f"khabar-{name}") or b"").decode() for name in ("topic", "partition", "offset")
        ]
        origin = Origin(place[0], int(place[1]), int(place[2]))
        account.repeats += "dead letter" in account.ends[origin]
        account.ends[origin].add("dead letter")
    return account


async def account_when_done(settings: Settings, origins: Iterable[Origin], *, within: float = 120.0) -> Account:
    """Return the account once every origin has an end; after ``within`` seconds return what there is."""
    wanted = set(origins)
    loop = asyncio.get_running_loop()
    end = loop.time() + within
    while True:
        account = await take_account(settings)
        if not account.lost(wanted) or loop.time() > end:
            return account
        await asyncio.sleep(0.5)


async def feed(settings: Settings, payloads: Iterable[bytes | None], *, partition: int | None = None) -> list[Origin]:
    """Write payloads to the raw topic; return where they lie, in their order."""
    records = [Record(settings.topic_raw, b"" if payload is None else None, payload) for payload in payloads]
    return await produce(settings.brokers, records, partition=partition)


async def khabar(
    *arguments: str, environ: Mapping[str, str], stdin: bytes = b"", within: float = 120.0
) -> tuple[int, str, str]:
    """Run the command and return its exit code, stdout and stderr."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "service",
        *arguments,
        env=dict(environ),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(child.communicate(stdin), within)
    except TimeoutError:
        child.kill()
        await child.wait()
        raise
    return child.returncode or 0, out.decode(), err.decode()

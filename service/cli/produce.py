"""``khabar produce``: files to ``news.raw``."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.lines import message_lines

if TYPE_CHECKING:
    from service.ops.settings import Settings
    from service.wire.record import Record

FEEDS = {".xml", ".rss", ".atom"}
WHOLE_FILE = {".txt", ".html", ".htm"}
_EVERY = 1_000
_OLD_DAYS = 7


def produce(
    files: Annotated[
        list[Path], typer.Argument(help="NDJSON, JSON, text, HTML, RSS or Atom files.", exists=True, dir_okay=False)
    ],
    *,
    envelope: Annotated[
        bool, typer.Option(help="The lines are envelopes: key, headers and timestamp are sent too.")
    ] = False,
) -> None:
    """Feed files to the raw topic.

    NDJSON gives a message a line, a JSON list a message an item, an RSS or Atom feed a message an entry.
    """
    from service.ops.settings import load_settings  # noqa: PLC0415 - quick --help

    settings = load_settings(os.environ)
    records = [record for file in files for record in read_records(file, settings, envelope=envelope)]
    _warn_of_old_timestamps(records)
    sent = asyncio.run(_produce(settings, records))
    typer.echo(f"sent {sent} records to {settings.topics.raw}")


def _warn_of_old_timestamps(records: list[Record]) -> None:
    """Say what Kafka's retention does to records that carry old timestamps: nothing of it shows later."""
    limit = (time.time() - _OLD_DAYS * 24 * 3600) * 1000
    old = sum(record.timestamp is not None and record.timestamp < limit for record in records)
    if old:
        sys.stderr.write(
            f"khabar: {old} records carry timestamps older than {_OLD_DAYS} days; "
            "a broker whose topic keeps fewer days deletes them soon, read or not\n"
        )


def read_records(file: Path, settings: Settings, *, envelope: bool) -> Iterator[Record]:
    """Yield the records of one file for the raw topic."""
    from service.wire.envelope import read_envelope  # noqa: PLC0415 - quick --help
    from service.wire.record import Record  # noqa: PLC0415

    topic = settings.topics.raw
    if envelope:
        for number, line in enumerate(_lines(file)):
            raw = read_envelope(line, number=number, now=-1, topic=topic)
            yield Record(topic, raw.key, raw.value, raw.headers, None if raw.timestamp == -1 else raw.timestamp)
        return
    for payload in _payloads(file):
        yield Record(topic, None, payload)


def _payloads(file: Path) -> Iterator[bytes]:
    suffix = file.suffix.lower()
    if suffix in FEEDS:
        yield from _feed_entries(file)
    elif suffix in WHOLE_FILE:
        yield file.read_bytes()
    elif suffix == ".json":
        yield from _json_items(file)
    else:
        yield from _lines(file)


def _lines(file: Path) -> Iterator[bytes]:
    with file.open("rb") as lines:
        yield from message_lines(lines)


def _json_items(file: Path) -> Iterator[bytes]:
    """Yield one message of a JSON file, or each item where it holds a list; a broken file goes as it is."""
    import orjson  # noqa: PLC0415 - quick --help

    data = file.read_bytes()
    try:
        items = orjson.loads(data)
    except orjson.JSONDecodeError:
        yield data
        return
    if isinstance(items, list):
        yield from (orjson.dumps(item) for item in items)
    else:
        yield data


def _feed_entries(file: Path) -> Iterator[bytes]:
    """Yield the entries of an RSS or Atom file in the form of feedparser, with the feed as their source."""
    import feedparser  # noqa: PLC0415 - quick --help
    import orjson  # noqa: PLC0415

    feed = feedparser.parse(file.read_bytes())
    source: dict[str, Any] = {key: feed.feed[key] for key in ("title", "link", "language") if feed.feed.get(key)}
    for entry in feed.entries:
        item = dict(entry)
        if source:
            item.setdefault("source", source)
        yield orjson.dumps(item, default=_plain, option=orjson.OPT_NON_STR_KEYS)


def _plain(value: object) -> object:
    """Return what orjson can write for feedparser's own types."""
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, Iterable) else str(value)


async def _produce(settings: Settings, records: list[Record]) -> int:
    from service.stream.clients import sending, wait_for_brokers  # noqa: PLC0415 - quick --help

    await wait_for_brokers(settings)
    async with sending(settings) as send:
        for record in _progress(records):
            await send(record)
    return len(records)


def _progress(records: list[Record]) -> Iterator[Record]:
    """Yield the records with a progress bar on a terminal, and a plain line now and then elsewhere."""
    if sys.stderr.isatty():
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import track  # noqa: PLC0415 - quick --help

        yield from track(records, description="producing", console=Console(stderr=True))
        return
    for number, record in enumerate(records, 1):
        yield record
        if number % _EVERY == 0:
            sys.stderr.write(f"produced {number} of {len(records)}\n")

"""``khabar tail``: follow a topic."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.show import dead_letter_lines, event_lines, isolate

if TYPE_CHECKING:
    from service.ops.settings import Settings
    from service.wire.record import RawRecord

_PREVIEW = 200


def tail(
    topic: Annotated[
        str | None,
        typer.Argument(help="raw, clean, unique, articles, duplicates, entities, dates or deadletter, or a name."),
    ] = None,
    *,
    from_start: Annotated[bool, typer.Option(help="Begin with the oldest record, not with the next one.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="End after so many records.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print envelopes, one JSON object a line.")] = False,
) -> None:
    """Follow a topic, or without one the three in which raw records end, until Ctrl-C."""
    from service.ops.settings import load_settings  # noqa: PLC0415 - quick --help
    from service.stream.clients import wait_for_brokers  # noqa: PLC0415
    from service.stream.reader import raw_record, reading  # noqa: PLC0415

    settings = load_settings(os.environ)
    names = settings.topics._asdict()
    topics = [names.get(topic, topic)] if topic else [names[kind] for kind in ("articles", "duplicates", "deadletter")]

    async def work() -> None:
        await wait_for_brokers(settings)
        left = limit
        async with reading(settings, *topics, offset_reset="earliest" if from_start else "latest") as consumer:
            async for message in consumer:
                _show(raw_record(message), settings, as_json=as_json)
                if left is not None:
                    left -= 1
                    if not left:
                        return

    try:
        asyncio.run(work())
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


def _show(record: RawRecord, settings: Settings, *, as_json: bool) -> None:
    if as_json:
        from service.wire.envelope import write_received  # noqa: PLC0415 - quick --help

        sys.stdout.write(write_received(record).decode())
        sys.stdout.flush()
        return
    for line in record_lines(record, settings, colour=sys.stdout.isatty()):
        typer.echo(line)


def record_lines(record: RawRecord, settings: Settings, *, colour: bool) -> Iterator[str]:
    """Yield one record for a person: an event or dead letter as the showcase shows it, else its place and beginning."""
    import msgspec  # noqa: PLC0415 - quick --help

    from service.pipeline.history import decode_event  # noqa: PLC0415
    from service.pipeline.letters import read_letter  # noqa: PLC0415

    topic = record.origin.topic
    key = isolate((record.key or b"").decode("utf-8", "replace"))
    if record.value is None and topic != settings.topic_raw:
        yield f"taken down {key} ({record.origin})"
        return
    if topic in {settings.topic_articles, settings.topic_duplicates}:
        event = None
        with contextlib.suppress(msgspec.MsgspecError):  # whatever else lies there is shown as any record is
            event = decode_event(record)
        if event is not None:
            yield from event_lines(event, colour=colour)
            return
    letter = read_letter(record) if topic == settings.topic_deadletter else None
    if letter is not None:
        yield from dead_letter_lines(letter.reason, f"{letter.message} ({letter.origin})", colour=colour)
        return
    value = record.value or b""
    yield f"{record.origin}  key {key}  {len(value)} bytes  {isolate(value[:_PREVIEW].decode('utf-8', 'replace'))}"

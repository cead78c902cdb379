"""``khabar why``: what became of an article or a raw record, and why."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.moments import spelt
from service.cli.show import isolate

if TYPE_CHECKING:
    from service.ops.settings import Settings
    from service.pipeline.history import History, Life, Target


def why(
    what: Annotated[
        str, typer.Argument(metavar="URL|ARTICLE_ID|PARTITION:OFFSET", help="The place is one of the raw topic.")
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one raw record a line.")] = False,
) -> None:
    """Show every record about an article on the topics, in order: verdict, reason, evidence, dead letter.

    Exit 1 when there is none. Reads all topics from their beginning.
    """
    from service.ops.settings import load_settings  # noqa: PLC0415 - quick --help
    from service.pipeline.history import parse_target  # noqa: PLC0415
    from service.stream.clients import wait_for_brokers  # noqa: PLC0415

    settings = load_settings(os.environ)
    target = parse_target(what, raw_topic=settings.topic_raw)

    async def work() -> History:
        await wait_for_brokers(settings)
        return await look_up(settings, await resolved(settings, target))

    history = asyncio.run(work())
    lives = history.lives()
    for life in lives:
        if as_json:
            import orjson  # noqa: PLC0415 - quick --help

            typer.echo(orjson.dumps(_as_json(life)).decode())
        else:
            for line in life_lines(life):
                typer.echo(line)
    if not as_json:
        for step in history.take_downs:
            typer.echo(f"taken down at {step.topic}:{step.partition}:{step.offset}, {spelt(step.timestamp)}")
    if not lives:
        typer.echo(f"no topic holds a record about {isolate(what)}", err=True)
        raise typer.Exit(1)


async def resolved(settings: Settings, target: Target) -> Target:
    """Return a target that names the articles which a URL belongs to; records under other URLs are then found too."""
    from service.pipeline.history import carries, decode_event  # noqa: PLC0415 - quick --help
    from service.stream.reader import read_to_end  # noqa: PLC0415

    if target.url is None:
        return target
    ids: set[str] = set()
    for topic in (settings.topic_articles, settings.topic_duplicates):
        async for record in read_to_end(settings, topic):
            event = decode_event(record)
            if event is not None and carries(event, target.url):
                ids.add(event.dedupe.duplicate_of or event.article_id)
    return target._replace(article_ids=frozenset(ids))


async def look_up(settings: Settings, target: Target) -> History:
    """Read all topics for what is about a target."""
    from service.pipeline.audit import reading_order  # noqa: PLC0415 - quick --help
    from service.pipeline.history import History  # noqa: PLC0415
    from service.stream.reader import read_to_end  # noqa: PLC0415
    from service.stream.topics import claims_changelog  # noqa: PLC0415

    history = History(settings.topics, target)
    for topic in reading_order(settings.topics):
        async for record in read_to_end(settings, topic):
            history.take(record)
    async for record in read_to_end(settings, claims_changelog(settings)):
        history.take_claim(record.key or b"", record.value)
    return history


def life_lines(life: Life) -> Iterator[str]:
    """Yield what became of one raw record, for a person."""
    of = f" of article {life.article_id}" if life.article_id else ""
    yield f"{life.origin}: {life.status or 'no end yet (khabar audit says whether it waits)'}{of}"
    if life.evidence:
        yield f"  because {isolate(life.evidence)}"
    for step in life.steps:
        told = ", ".join(f"{name} {isolate(_text(value))}" for name, value in step.says.items())
        yield f"  {spelt(step.timestamp)}  {step.topic}:{step.partition}:{step.offset}  {told}"


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _as_json(life: Life) -> dict[str, Any]:
    return {
        "origin": life.origin._asdict(),
        "status": life.status,
        "article_id": life.article_id,
        "evidence": life.evidence,
        "steps": [
            {
                "topic": step.topic,
                "partition": step.partition,
                "offset": step.offset,
                "timestamp": step.timestamp,
                **step.says,
            }
            for step in life.steps
        ],
    }

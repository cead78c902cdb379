"""``khabar forget``: take an article down."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from service.cli.show import isolate
from service.cli.why import look_up, resolved
from service.errors import Misconfigured

if TYPE_CHECKING:
    from service.ops.settings import Settings
    from service.pipeline.history import Target
    from service.wire.event import Event
    from service.wire.record import Record

_POLL_S = 0.5


def forget(
    what: Annotated[str, typer.Argument(metavar="ARTICLE_ID|URL")],
    *,
    scope: Annotated[str | None, typer.Option(help="The article's scope, where KHABAR_SCOPE_HEADER is set.")] = None,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for the roles to withdraw the article.")] = 30.0,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Withdraw an article, write null under its key on the published topics, and list what remains until retention.

    A retraction on the raw topic comes first: it makes the roles hold back what arrives under the article's URLs,
    unless the source states that it is newer than the withdrawal.
    """
    from service.ops.settings import load_settings  # noqa: PLC0415 - quick --help
    from service.pipeline.history import parse_target  # noqa: PLC0415
    from service.stream.clients import wait_for_brokers  # noqa: PLC0415

    settings = load_settings(os.environ)
    target = parse_target(what, raw_topic=settings.topic_raw)
    if target.origin is not None:
        raise Misconfigured("forget takes an article id or a URL; `khabar why` gives the id of a record's article")
    if scope is not None and settings.scope_header is None:
        raise Misconfigured("--scope needs KHABAR_SCOPE_HEADER")
    if not yes:
        typer.confirm(f"take down {what}?", abort=True)

    async def work() -> dict[str, Any]:
        await wait_for_brokers(settings)
        return await _forget(settings, await resolved(settings, target), scope, wait)

    done = asyncio.run(work())
    if as_json:
        import orjson  # noqa: PLC0415 - quick --help

        typer.echo(orjson.dumps(done).decode())
    else:
        _tell(done)
    if not done["articles"]:
        raise typer.Exit(1)


def _tell(done: dict[str, Any]) -> None:
    typer.echo(f"taken down: {', '.join(done['articles']) or 'nothing, no such article lies on the topics'}")
    for original in done["copy_of"]:
        typer.echo(f"it is a copy of {original}, which was not touched")
    if done["urls"]:
        state = "withdrawn" if done["withdrawn"] else "not withdrawn in time; the retraction lies on the raw topic"
        typer.echo(f"{', '.join(map(isolate, done['urls']))}: {state}")
    elif done["articles"]:
        typer.echo("no URL is known: later arrivals are not held back")
    for row in done["remains"]:
        typer.echo(f"remains on {row['topic']}: {row['records']} records, {row['until']}")


class Meant(NamedTuple):
    """What a take-down is about: published articles, their URLs, and originals that it must not touch."""

    articles: list[str]
    urls: list[str]
    copy_of: list[str]


def meant(events: Iterable[Event], target: Target) -> Meant:
    """Return what a target means among events; the original of a mere copy is another article and stays."""
    from service.pipeline.history import carries  # noqa: PLC0415 - quick --help
    from service.wire.closed import Status  # noqa: PLC0415

    known = list(events)
    if target.url is None:
        ids = set(target.article_ids)
    else:
        ids = {event.article_id for event in known if carries(event, target.url)}
    published = {event.article_id for event in known if event.status is not Status.DUPLICATE}
    originals = {event.dedupe.duplicate_of for event in known if event.article_id in ids and event.dedupe.duplicate_of}
    urls = {event.url for event in known if event.url and event.article_id in ids & published}
    return Meant(sorted(ids & published), sorted(urls), sorted(originals - {None} - ids))


async def _forget(settings: Settings, target: Target, scope: str | None, wait: float) -> dict[str, Any]:
    """Withdraw, take down, and return what was done and what remains."""
    from service.stream.topics import claims_changelog  # noqa: PLC0415 - quick --help

    lives = (await look_up(settings, target)).lives()
    found = meant((step.event for life in lives for step in life.steps if step.event is not None), target)
    withdrawn = False
    if found.articles:
        withdrawn = await _withdraw(settings, found, scope, wait)
        await _take_down(settings, found.articles)
    counted = Counter(step.topic for life in lives for step in life.steps)
    counted += await _mentions(settings, found.articles)
    if found.articles:
        counted[claims_changelog(settings)] = len(found.articles)
    rows = [{"topic": topic, "records": count, "until": _until(settings, topic)} for topic, count in counted.items()]
    return {**found._asdict(), "withdrawn": withdrawn, "remains": rows}


async def _mentions(settings: Settings, articles: list[str]) -> Counter[str]:
    """Count the rows of articles on the topics of mentions, where these are written."""
    from service.stream.reader import read_to_end  # noqa: PLC0415 - quick --help

    keys, counted = {article.encode() for article in articles}, Counter[str]()
    for topic in (settings.topic_entities, settings.topic_dates) if settings.mention_topics else ():
        async for record in read_to_end(settings, topic):
            counted[topic] += record.key in keys
    return counted


async def _withdraw(settings: Settings, found: Meant, scope: str | None, wait: float) -> bool:
    """Send retractions of URLs; say whether the articles' own events said so in time."""
    import orjson  # noqa: PLC0415 - quick --help

    from service.pipeline.history import decode_event  # noqa: PLC0415
    from service.stream.reader import positions, read_to_end  # noqa: PLC0415
    from service.wire.closed import Status  # noqa: PLC0415
    from service.wire.record import Record  # noqa: PLC0415

    if not found.urls:
        return False
    at = await positions(settings, [settings.topic_articles])
    starts = {partition: span.end for partition, span in at.spans[settings.topic_articles].items()}
    headers = [(settings.scope_header, scope.encode())] if settings.scope_header and scope else []
    values = [orjson.dumps({"url": url, "status": "retracted"}) for url in found.urls]
    await _send(settings, [Record(settings.topic_raw, None, value, headers) for value in values])
    deadline = time.monotonic() + wait
    open_ = set(found.articles)
    while open_ and time.monotonic() < deadline:
        await asyncio.sleep(_POLL_S)
        async for record in read_to_end(settings, settings.topic_articles, starts=starts):
            event = decode_event(record)
            if event is not None and event.status is Status.RETRACTED:
                open_.discard(event.article_id)
    return not open_


async def _take_down(settings: Settings, articles: list[str]) -> None:
    from service.wire.record import Record  # noqa: PLC0415 - quick --help

    topics = (settings.topic_articles, settings.topic_duplicates)
    await _send(settings, [Record(topic, article.encode(), None) for article in articles for topic in topics])


async def _send(settings: Settings, records: list[Record]) -> None:
    from service.stream.clients import sending  # noqa: PLC0415 - quick --help

    async with sending(settings) as send:
        for record in records:
            await send(record)


def _until(settings: Settings, topic: str) -> str:
    """Return how long a topic keeps what was written to it."""
    from service.stream.topics import claims_changelog  # noqa: PLC0415 - quick --help

    if topic == claims_changelog(settings):
        return f"headline and hashes, {settings.identity_days} days after the article was last seen"
    if topic == settings.topic_raw:
        return "as long as the raw topic keeps records"
    if topic in {settings.topic_clean, settings.topic_unique}:
        return f"{settings.retention_internal_days} days from their writing"
    if topic == settings.topic_articles:
        return f"until compaction, which begins after {settings.retention_internal_days} days"
    return f"{settings.retention_published_days} days from their writing"

"""``khabar dlq``: look at the dead letters, give them another chance, throw them away."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import Coroutine
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.moments import moment, spelt
from service.cli.show import isolate
from service.errors import ErrorReason, Misconfigured

if TYPE_CHECKING:
    from service.ops.settings import Settings
    from service.pipeline.letters import Choice, Letter

app = typer.Typer(help="Dead letters: list, show, count, replay, purge.", no_args_is_help=True)

Reasons = Annotated[list[ErrorReason] | None, typer.Option("--reason", help="Only this reason; may be repeated.")]
Since = Annotated[str | None, typer.Option(help="Buried at or after: an age (90m, 3d) or a time (2026-03-01T09:30Z).")]
Until = Annotated[str | None, typer.Option(help="Buried before: an age or a time.")]
Dialect = Annotated[str | None, typer.Option(help="Only what intake takes for this dialect; - where it cannot tell.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]

_SHOWN_BYTES = 4_000


class By(StrEnum):
    """What letters are counted by."""

    REASON = "reason"
    DIALECT = "dialect"
    DAY = "day"
    ATTEMPTS = "attempts"


@app.command("list")
def list_letters(
    *,
    reason: Reasons = None,
    since: Since = None,
    until: Until = None,
    dialect: Dialect = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the oldest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List dead letters: their place, when and why they were buried, and the raw record's place."""
    from service.cli import dlq_work  # noqa: PLC0415 - quick --help

    settings, choice = _asked(reason, since, until)

    async def work() -> None:
        left = limit
        async for letter in dlq_work.letters_meant(settings, choice, dialect):
            if as_json:
                _print_json(_as_json(letter))
            else:
                typer.echo(_line(letter))
            left -= 1
            if not left:
                return

    _run(settings, work())


@app.command()
def show(
    place: Annotated[str, typer.Argument(help="PARTITION:OFFSET on the dead-letter topic, as `list` prints it.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show one dead letter: its headers, its dialect and the first part of its bytes."""
    from service.cli import dlq_work  # noqa: PLC0415 - quick --help
    from service.pipeline.letters import Choice  # noqa: PLC0415 - quick --help

    settings, _ = _asked(None, None, None)
    partition, offset = dlq_work.place(place)

    async def work() -> Letter:
        async for letter in dlq_work.letters_meant(settings, Choice(), None, starts={partition: offset}):
            if letter.record.origin[1:] == (partition, offset):
                return letter
        raise Misconfigured(f"there is no dead letter at {place}")

    letter = _run(settings, work())
    dialect = dlq_work.recogniser(settings)(letter)
    if as_json:
        from service.wire.envelope import write_received  # noqa: PLC0415 - quick --help

        sys.stdout.write(write_received(letter.record).decode())
        return
    typer.echo(_line(letter))
    typer.echo(f"  dialect: {dialect}")
    for name, value in letter.record.headers:
        typer.echo(f"  {isolate(name)}: {isolate((value or b'').decode('utf-8', 'replace'))}")
    value = letter.record.value or b""
    typer.echo(f"  value ({len(value)} bytes): {isolate(value[:_SHOWN_BYTES].decode('utf-8', 'replace'))}")


@app.command()
def count(
    *,
    by: Annotated[By, typer.Option(help="What to count by.")] = By.REASON,
    reason: Reasons = None,
    since: Since = None,
    until: Until = None,
    dialect: Dialect = None,
    as_json: AsJson = False,
) -> None:
    """Count dead letters by reason, dialect, day of burial, or attempts."""
    from service.cli import dlq_work  # noqa: PLC0415 - quick --help

    settings, choice = _asked(reason, since, until)
    recognise = dlq_work.recogniser(settings) if by is By.DIALECT else None

    def group(letter: Letter) -> str:
        if recognise is not None:
            return recognise(letter)
        if by is By.DAY:
            return spelt(letter.record.timestamp)[:10]
        return letter.reason if by is By.REASON else str(letter.attempts)

    async def work() -> Counter[str]:
        return Counter([group(letter) async for letter in dlq_work.letters_meant(settings, choice, dialect)])

    found = _run(settings, work())
    if as_json:
        _print_json({"by": by.value, "total": found.total(), "counts": dict(found.most_common())})
        return
    for name, number in found.most_common():
        typer.echo(f"{number:>8}  {name}")
    typer.echo(f"{found.total():>8}  in all")


@app.command()
def replay(  # noqa: PLR0913 - options of a command
    *,
    reason: Reasons = None,
    since: Since = None,
    until: Until = None,
    dialect: Dialect = None,
    everything: Annotated[bool, typer.Option("--all", help="Also letters that are not marked retryable.")] = False,
    max_attempts: Annotated[int, typer.Option(min=1, help="Leave letters that were buried so often.")] = 5,
    dry_run: Annotated[bool, typer.Option(help="Only say how many would be sent.")] = False,
    as_json: AsJson = False,
) -> None:
    """Send dead letters to the raw topic again: same bytes, key and headers, attempts counted on.

    Only letters marked retryable, unless --all or --reason says otherwise. The letters stay where they are.
    """
    from service.cli import dlq_work  # noqa: PLC0415 - quick --help

    settings, choice = _asked(reason, since, until)
    if not everything and not choice.reasons:
        choice = choice._replace(retryable=True)
    sent = _run(
        settings,
        dlq_work.replay(settings, dlq_work.letters_meant(settings, choice, dialect), max_attempts, dry_run=dry_run),
    )
    if as_json:
        _print_json({"dry_run": dry_run, **sent})
        return
    verb = "would be sent" if dry_run else "sent"
    typer.echo(f"{sent['sent']} dead letters {verb} to {settings.topic_raw}")
    if sent["tried_often"]:
        typer.echo(f"{sent['tried_often']} left: buried {max_attempts} times or more")
    if sent["incomplete"]:
        typer.echo(f"{sent['incomplete']} left: they hold coordinates in place of bytes that did not fit")


@app.command()
def purge(
    before: Annotated[
        str, typer.Argument(help="PARTITION:OFFSET (that letter stays), an age (30d), a time, or `all`.")
    ],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete the dead letters that lie before a place or time. Kafka deletes from the front only."""
    from service.cli import dlq_work  # noqa: PLC0415 - quick --help

    settings, _ = _asked(None, None, None)
    bounds = _run(settings, dlq_work.bounds(settings, before))
    total = sum(max(0, bound - start) for start, bound in bounds.values())
    if not yes:
        typer.confirm(f"delete up to {total} dead letters from {settings.topic_deadletter}?", abort=True)
    _run(settings, dlq_work.delete(settings, {partition: bound for partition, (_, bound) in bounds.items()}))
    if as_json:
        _print_json({"deleted": total, "first_kept": {str(at): bound for at, (_, bound) in bounds.items()}})
    else:
        typer.echo(f"deleted {total} dead letters from {settings.topic_deadletter}")


def _asked(reasons: list[ErrorReason] | None, since: str | None, until: str | None) -> tuple[Settings, Choice]:
    """Return the settings and which letters the options mean."""
    from service.ops.settings import load_settings  # noqa: PLC0415 - quick --help
    from service.pipeline.letters import Choice  # noqa: PLC0415

    names = frozenset(reason.value for reason in reasons or ())
    now = time.time_ns() // 1_000_000
    return load_settings(os.environ), Choice(names, moment(since, now=now), moment(until, now=now))


def _run(settings: Settings, work: Coroutine[Any, Any, Any]) -> Any:
    from service.stream.clients import wait_for_brokers  # noqa: PLC0415 - quick --help

    async def whole() -> Any:
        await wait_for_brokers(settings)
        return await work

    return asyncio.run(whole())


def _line(letter: Letter) -> str:
    at = letter.record.origin
    again = "retryable" if letter.retryable else "final"
    return (
        f"{at.partition}:{at.offset}  {spelt(letter.record.timestamp)}  {letter.reason}  {again}  "
        f"attempt {letter.attempts}  from {letter.origin}  {isolate(letter.message)}"
    )


def _as_json(letter: Letter) -> dict[str, Any]:
    at = letter.record.origin
    return {
        "partition": at.partition,
        "offset": at.offset,
        "buried": letter.record.timestamp,
        "reason": letter.reason,
        "message": letter.message,
        "retryable": letter.retryable,
        "attempts": letter.attempts,
        "raw": letter.origin._asdict(),
        "version": letter.version,
        "bytes": len(letter.record.value or b""),
        "complete": letter.complete,
    }


def _print_json(value: dict[str, Any]) -> None:
    import orjson  # noqa: PLC0415 - quick --help

    sys.stdout.write(orjson.dumps(value).decode() + "\n")

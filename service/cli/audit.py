"""``khabar audit``: the account of every raw record, from the topics alone."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from service.pipeline.account import Report


def audit(
    *,
    wait: Annotated[
        float, typer.Option(min=0, help="Seconds to wait until the roles have worked off what lies before them.")
    ] = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Read all topics and account for every raw record: exactly one end, or still on its way.

    Exit 0 when the account balances, 1 when something is lost or contradicts itself. Changes nothing.
    """
    from service.ops.settings import load_settings  # noqa: PLC0415 - quick --help
    from service.stream.clients import wait_for_brokers  # noqa: PLC0415
    from service.stream.reader import take_account, wait_until_idle  # noqa: PLC0415

    settings = load_settings(os.environ)

    async def work() -> Report:
        await wait_for_brokers(settings)
        if wait and not await wait_until_idle(settings, wait):
            sys.stderr.write(f"khabar: the roles were not done after {wait:g} s; what waits is counted apart\n")
        return (await take_account(settings, now=time.time_ns() // 1_000_000))[0]

    report = asyncio.run(work())
    if as_json:
        import msgspec  # noqa: PLC0415 - quick --help
        import orjson  # noqa: PLC0415

        typer.echo(orjson.dumps({"balanced": report.balanced, **msgspec.structs.asdict(report)}).decode())
    else:
        for line in report_lines(report):
            typer.echo(line)
    if not report.balanced:
        raise typer.Exit(1)


def report_lines(report: Report) -> Iterator[str]:
    """Yield an account for a person: what was read, the ends, what waits, and each violation with examples."""
    from service.pipeline.account import Violation  # noqa: PLC0415 - quick --help

    means = {kind.value: kind.description for kind in Violation}
    yield f"{report.read:>10}  raw records"
    yield from (f"{count:>10}  {kind}" for kind, count in sorted(report.ends.items()))
    yield from (f"{count:>10}  waiting on {topic}" for topic, count in sorted(report.waiting.items()))
    yield from (f"{count:>10}  {kind} written again" for kind, count in sorted(report.repeats.items()))
    notes = {
        "without an end, older than what compaction leaves untouched": report.aged,
        "ends of records that the raw topic holds no more": report.unread,
        "keys taken down": report.taken_down,
    }
    yield from (f"{count:>10}  {note}" for note, count in notes.items() if count)
    for kind, count in sorted(report.violations.items()):
        yield f"{count:>10}  VIOLATION {kind}: {means[kind]}"
        examples = report.examples[kind]
        yield from (f"            {example}" for example in examples)
        if count > len(examples):
            yield f"            and {count - len(examples)} more"
    yield "balanced" if report.balanced else "NOT balanced"

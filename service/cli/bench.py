"""``khabar bench``: what each stage costs, how fast the whole is over real Kafka, and what faults do to it."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from service.cli.faults import Outcome


def bench(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    kafka: Annotated[
        bool, typer.Option(help="Measure end to end over a real Kafka too (needs the development requirements).")
    ] = True,
    articles: Annotated[int, typer.Option(min=100, help="Articles for the end-to-end run, or for each fault.")] = 3_000,
    faults: Annotated[
        bool, typer.Option("--faults", help="Measure what faults do instead: kill -9, SIGTERM, lost state, no broker.")
    ] = False,
    only: Annotated[list[str] | None, typer.Option(help="With --faults: only this one; may be given again.")] = None,
) -> None:
    """Measure a yardstick, each pure stage, the pure pipeline and the way over real Kafka, in one run.

    With --faults instead: start a Kafka and the three roles, do one fault after the other to them under load, and print
    for each the records fed, the processes killed, the records lost and repeated and the longest recovery. Exit 1 when
    a record was lost or ended as it must not. Your settings hold for the roles, topics and brokers apart.
    """
    import asyncio  # noqa: PLC0415 - quick --help

    import orjson  # noqa: PLC0415

    from service.cli import bench_pure  # noqa: PLC0415

    if faults or only:
        outcomes = asyncio.run(_faults(only or [], articles, table=not as_json))
        if as_json:
            typer.echo(orjson.dumps([one._asdict() for one in outcomes], option=orjson.OPT_INDENT_2).decode())
        raise typer.Exit(not all(one.harmless for one in outcomes))
    rows = list(bench_pure.rows(progress=lambda name: sys.stderr.write(f"measuring {name}\n")))
    if kafka:
        from service.cli import bench_kafka  # noqa: PLC0415

        sys.stderr.write("measuring end to end\n")
        rows += asyncio.run(bench_kafka.rows(articles))
    if as_json:
        typer.echo(orjson.dumps([row._asdict() for row in rows], option=orjson.OPT_INDENT_2).decode())
        return
    for row in rows:
        typer.echo(f"{row.name:<44} {row.value:>12,.2f} {row.unit:<12} {row.note}".rstrip())


async def _faults(only: list[str], records: int, *, table: bool) -> list[Outcome]:
    """Do the faults, print each outcome as it comes where a table is wanted, and return all."""
    from service.cli.faults import FAULTS, measure  # noqa: PLC0415 - quick --help
    from service.errors import Misconfigured  # noqa: PLC0415
    from service.ops.logs import configure_logs  # noqa: PLC0415
    from service.ops.settings import load_settings  # noqa: PLC0415

    if unknown := set(only) - FAULTS.keys():
        raise Misconfigured(f"--only {', '.join(sorted(unknown))}: the faults are {', '.join(FAULTS)}")
    environ = {"KHABAR_LOG_LEVEL": "error", **os.environ}
    configure_logs(load_settings(environ))
    outcomes: list[Outcome] = []
    if table:
        typer.echo(f"{'fault':<44} {'records':>8} {'kills':>6} {'lost':>6} {'repeated':>9} {'back after':>11}")
    with tempfile.TemporaryDirectory(prefix="khabar-bench-") as folder:
        async for one in measure(only or list(FAULTS), records, environ, Path(folder)):
            outcomes.append(one)
            if table:
                counts = f"{one.records:>8} {one.kills:>6} {one.lost:>6} {one.repeated:>9} {one.recovered_s:>9.1f} s"
                typer.echo(f"{one.fault:<44} {counts}")
                for line in one.wrong:
                    typer.echo(f"    WRONG {line}")
    return outcomes

"""``khabar bench``: what each stage costs, and how fast the whole is over real Kafka."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def bench(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    kafka: Annotated[
        bool, typer.Option(help="Measure end to end over a real Kafka too (needs the development requirements).")
    ] = True,
    articles: Annotated[int, typer.Option(min=100, help="Articles for the end-to-end run.")] = 3_000,
) -> None:
    """Measure a yardstick, each pure stage, the pure pipeline and the way over real Kafka, in one run."""
    import asyncio  # noqa: PLC0415 - quick --help

    import orjson  # noqa: PLC0415

    from service.cli import bench_pure  # noqa: PLC0415

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

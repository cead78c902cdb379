"""``khabar topics create`` and ``khabar topics check``."""

from __future__ import annotations

import asyncio
import os

import typer

app = typer.Typer(help="Create or check the topics.", no_args_is_help=True)


@app.command()
def create() -> None:
    """Create the topics that are missing, with partitions, retention and size limits of the settings."""
    from service.ops.settings import load_settings  # noqa: PLC0415 - quick --help
    from service.stream.clients import wait_for_brokers  # noqa: PLC0415
    from service.stream.topics import create_topics  # noqa: PLC0415

    settings = load_settings(os.environ)

    async def work() -> list[tuple[str, bool]]:
        await wait_for_brokers(settings)
        return await create_topics(settings)

    for name, created in asyncio.run(work()):
        typer.echo(f"{name}: {'created' if created else 'was there'}")


@app.command()
def check() -> None:
    """Compare the topics with the settings; exit 1 and a line for each difference."""
    from service.ops.settings import load_settings  # noqa: PLC0415 - quick --help
    from service.stream.clients import wait_for_brokers  # noqa: PLC0415
    from service.stream.topics import check_topics  # noqa: PLC0415

    settings = load_settings(os.environ)

    async def work() -> list[str]:
        await wait_for_brokers(settings)
        return await check_topics(settings)

    wrong = asyncio.run(work())
    for line in wrong:
        typer.echo(line)
    if wrong:
        raise typer.Exit(1)
    typer.echo("all topics are as the settings say")

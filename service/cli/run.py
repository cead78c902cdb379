"""``khabar run``: all of Khabar on one machine."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from service.stream.showcase import End, Watcher
    from service.wire.record import RawRecord

_READY_S = 90.0
_QUIET_S = 60.0
_PAUSE_S = 0.06
_EMBEDDED_PARTITIONS = "4"


def run(
    *,
    brokers: Annotated[
        str | None, typer.Option(help="host:port,… of a real cluster; without it an embedded broker is started.")
    ] = None,
    keep: Annotated[bool, typer.Option(help="Go on running after the samples, until Ctrl-C.")] = False,
    samples: Annotated[
        bool | None, typer.Option(help="Feed the sample articles (default: only to the embedded broker).")
    ] = None,
) -> None:
    """Run the three roles, feed the sample articles and show the events as they come.

    Without --brokers everything is in memory and ends with the balance line. With --brokers the missing topics are
    created, nothing is fed unless --samples says so, and the roles run until Ctrl-C.
    """
    from service.ops.logs import configure_logs  # noqa: PLC0415 - quick --help
    from service.ops.settings import load_settings  # noqa: PLC0415

    environ = dict(os.environ)
    if brokers is not None:
        environ["KHABAR_BROKERS"] = brokers
    environ.setdefault("KHABAR_LOG_LEVEL", "warning")
    configure_logs(load_settings(environ))
    if brokers is not None:
        sys.exit(asyncio.run(_run(environ, feed_samples=bool(samples), keep=keep or not samples, create=True)))
    from service.stream.devkafka import EmbeddedKafka  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="khabar-") as folder, EmbeddedKafka() as kafka:
        environ |= embedded_environ(kafka.bootstrap, folder)
        sys.exit(asyncio.run(_run(environ, feed_samples=samples is not False, keep=keep, create=False)))


def embedded_environ(bootstrap: str, folder: str) -> dict[str, str]:
    """Return the settings that fit the embedded broker: its topics have four partitions and appear on first use."""
    kinds = ("RAW", "CLEAN", "UNIQUE", "ARTICLES", "DUPLICATES", "MENTIONS", "DEADLETTER")
    return {
        "KHABAR_BROKERS": bootstrap,
        "KHABAR_DATA_DIR": folder,
        "KHABAR_TOPICS_ON_FIRST_USE": "true",
        **{f"KHABAR_PARTITIONS_{kind}": _EMBEDDED_PARTITIONS for kind in kinds},
    }


async def _run(environ: dict[str, str], *, feed_samples: bool, keep: bool, create: bool) -> int:
    from service.ops.settings import load_settings  # noqa: PLC0415 - quick --help
    from service.stream.clients import wait_for_brokers  # noqa: PLC0415
    from service.stream.showcase import Watcher  # noqa: PLC0415
    from service.stream.supervisor import Roles  # noqa: PLC0415
    from service.stream.topics import create_topics  # noqa: PLC0415

    settings = load_settings(environ)
    interrupted = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, interrupted.set)
    await wait_for_brokers(settings)
    if create:
        await create_topics(settings)
    roles = Roles(environ)
    watcher = Watcher(settings, from_start=not create)
    await roles.start()
    try:
        await watcher.start()
        work = asyncio.create_task(
            _show(environ, roles.wait_until_ready(_READY_S), watcher, feed_samples=feed_samples, keep=keep)
        )
        stopping = asyncio.create_task(interrupted.wait())
        for role, port in roles.ports.items():
            _say(f"{role}: http://127.0.0.1:{port}/metrics /healthz /readyz")
        waiting: set[asyncio.Future[Any]] = {work, stopping, roles.ended}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if roles.ended.done():
            return roles.ended.result()
        if work.done():
            work.result()
    finally:
        await roles.stop()
        await watcher.stop()
    typer.echo(watcher.balance.line())
    return 0


async def _show(environ: dict[str, str], ready: object, watcher: Watcher, *, feed_samples: bool, keep: bool) -> None:
    """Feed and show until every sample has its end; with ``keep`` go on for ever."""
    from service.ops.settings import load_settings  # noqa: PLC0415 - quick --help
    from service.stream.showcase import feed, until_all  # noqa: PLC0415

    await ready  # type: ignore[misc]
    _say("the roles are ready")
    if feed_samples:
        feeding = asyncio.create_task(feed(load_settings(environ), sample_records(), pause_s=_PAUSE_S))
        async for end in until_all(watcher, feeding, quiet_s=_QUIET_S):
            _print_end(end)
    if keep:
        async for end in watcher.ends():
            _print_end(end)


def sample_records() -> Iterator[RawRecord]:
    """Yield the sample articles of the package in the order of their arrival."""
    from service.pipeline.offline import now_ms  # noqa: PLC0415 - quick --help
    from service.wire.envelope import read_envelope  # noqa: PLC0415

    folder = resources.files("service.cli") / "samples"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".ndjson")), key=lambda file: file.name)
    now = now_ms()
    lines = [line for file in files for line in Path(str(file)).read_bytes().splitlines() if line.strip()]
    for number, line in enumerate(lines):
        yield read_envelope(line, number=number, now=now)


def _print_end(end: End) -> None:
    from service.cli.show import dead_letter_lines, event_lines  # noqa: PLC0415 - quick --help

    colour = sys.stdout.isatty()
    if end.event is None:
        lines = dead_letter_lines(end.reason, end.message, colour=colour)
    else:
        lines = event_lines(end.event, colour=colour)
    typer.echo("\n".join(lines))


def _say(text: str) -> None:
    sys.stderr.write(f"khabar: {text}\n")

"""``khabar kafka``: a Kafka to develop on, in the foreground."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.errors import ExitCode, Misconfigured, Unavailable

if TYPE_CHECKING:
    from service.stream.devkafka import DevKafka

_LOOK_S = 0.25


def kafka(
    *,
    nodes: Annotated[int, typer.Option(min=1, max=3, help="Number of brokers.")] = 1,
    data: Annotated[
        Path | None, typer.Option(help="Folder that keeps the data for the next start; without it they go at the end.")
    ] = None,
    embedded: Annotated[
        bool, typer.Option("--embedded", help="An in-memory broker for trying out, instead of Apache Kafka.")
    ] = False,
) -> None:
    """Run a Kafka to develop on until Ctrl-C, SIGTERM or the end of the parent process.

    The first line on stdout is KHABAR_BROKERS=127.0.0.1:PORT[,…], written when clients can connect. Apache Kafka is
    fetched from Maven Central once (44 MB); neither Docker nor a system Java is needed.
    """
    parent = os.getppid()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C, the start included
    try:
        with _backend(nodes, data, embedded=embedded) as running:
            typer.echo(f"KHABAR_BROKERS={running.bootstrap}")
            while os.getppid() == parent:
                if why := running.failure():
                    raise Unavailable(why, ExitCode.NO_BROKER)
                time.sleep(_LOOK_S)
    except KeyboardInterrupt:
        return


def _backend(nodes: int, data: Path | None, *, embedded: bool) -> DevKafka:
    from service.stream.devkafka import EmbeddedKafka, RealKafka  # noqa: PLC0415 - quick --help

    if not embedded:
        return RealKafka(nodes, data)
    if data is not None:
        raise Misconfigured("--embedded keeps everything in memory: it cannot be combined with --data")
    return EmbeddedKafka(nodes)

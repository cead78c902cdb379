"""``khabar worker ROLE``: one role, for Kubernetes."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from typing import Annotated

import typer

from service.stream.roles import Role


def worker(
    role: Annotated[Role, typer.Argument(help="The role to run.")],
    *,
    end_with_parent: Annotated[bool, typer.Option(hidden=True, help="End when standard input does.")] = False,
) -> None:
    """Run one role until SIGTERM: /metrics, /healthz and /readyz on KHABAR_HTTP_PORT."""
    if end_with_parent:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    from service.ops.logs import configure_logs  # noqa: PLC0415 - quick --help
    from service.ops.settings import load_settings  # noqa: PLC0415

    settings = load_settings(os.environ)
    configure_logs(settings)
    from service.stream.worker import run_worker  # noqa: PLC0415

    sys.exit(asyncio.run(run_worker(role, settings)))


def _end_with_stdin() -> None:
    """End at once when the process that holds the other end of our standard input is gone, however it ended.

    Nothing is lost: what is not acknowledged is read again. (Linux could send a signal instead, but ties it to the
    parent's thread, and other systems have none.)
    """
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(0)

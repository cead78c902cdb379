"""``khabar settings``: every setting with its value, where secrets are masked."""

from __future__ import annotations

import os
from typing import Annotated

import typer


def settings(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show every setting: environment name, value, default, meaning. Secrets are masked."""
    import orjson  # noqa: PLC0415 - quick --help

    from service.ops.settings import describe, load_settings  # noqa: PLC0415

    rows = describe(load_settings(os.environ))
    if as_json:
        typer.echo(orjson.dumps([row._asdict() for row in rows], option=orjson.OPT_INDENT_2).decode())
        return
    for row in rows:
        mark = "" if row.value == row.default else f"   (default {row.default})"
        typer.echo(f"{row.env}={row.value}{mark}\n    {row.description}")

"""``khabar schema``: the JSON Schema of the event."""

from __future__ import annotations

import typer


def schema() -> None:
    """Print the JSON Schema (2020-12) of the event, as in schema/article.v1.json."""
    from service.wire.schema import schema_json  # noqa: PLC0415 - quick --help

    typer.echo(schema_json().decode(), nl=False)

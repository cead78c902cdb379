"""``khabar dialects``: which producers' forms are known, and what a given message is taken for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from service.intake.explain import Explanation
    from service.intake.options import IntakeOptions

app = typer.Typer(help="The producers' forms of a message: list them, or explain one.", invoke_without_command=True)

_WIDTH = 60
_SHAPES = {"html": "a whole HTML page", "text": "any other text", "generic": "any other JSON object"}

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.callback()
def dialects(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List the dialects in the order in which they win a draw: rank, name, and what recognises them."""
    if context.invoked_subcommand is not None:
        return
    from service.intake.table import BUILT_IN  # noqa: PLC0415 - quick --help

    rows: list[dict[str, Any]] = [
        {"rank": rank, "name": dialect.name, "keys": list(dialect.keys), "signs": dict(dialect.signs)}
        for rank, dialect in enumerate((*_options().dialects, *BUILT_IN), start=1)
    ]
    if as_json:
        _print_json(rows)
        return
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        typer.echo(f"{row['rank']:>4}  {row['name']:<{width}}  {_recognised_by(row)}")
    typer.echo("\nA number is the points of a field name; 3 make a dialect possible, the most points win.")


@app.command()
def fields(*, as_json: AsJson = False) -> None:
    """Print the table of dialects and fields in Markdown; with --json the producers' fields too, best first."""
    from service.intake.table import BUILT_IN, event_fields, matrix  # noqa: PLC0415 - quick --help

    known = (*_options().dialects, *BUILT_IN)
    if as_json:
        _print_json({dialect.name: event_fields(dialect) for dialect in known})
    else:
        typer.echo(matrix(known))


@app.command()
def explain(
    files: Annotated[
        list[str] | None, typer.Argument(help="NDJSON files, .txt/.html/.json (a message a file), or - for stdin.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Say of each message which dialect it is and why, where each of its fields went, and what came of it."""
    from service.cli.process import raw_records  # noqa: PLC0415 - quick --help
    from service.intake.explain import explain as explain_record  # noqa: PLC0415
    from service.pipeline.roles import record_time  # noqa: PLC0415

    options = _options()
    for raw in raw_records(files or ["-"], envelope=False):
        now = raw.timestamp or 0
        found = explain_record(raw, record_time=record_time(now, now), options=options)
        if as_json:
            _print_json({"message": raw.origin.offset, **_as_json(found)}, indent=False)
        else:
            typer.echo(f"message {raw.origin.offset}")
            for line in _lines(found):
                typer.echo(f"  {line}")
            typer.echo()


def _options() -> IntakeOptions:
    from service.ops.settings import load_settings  # noqa: PLC0415 - quick --help
    from service.stream.options import pipeline_options  # noqa: PLC0415

    return pipeline_options(load_settings(os.environ)).intake


def _print_json(value: Any, *, indent: bool = True) -> None:
    import orjson  # noqa: PLC0415 - quick --help

    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 if indent else 0).decode() + "\n")


def _recognised_by(row: dict[str, Any]) -> str:
    if row["keys"]:
        return f"all of {', '.join(row['keys'])} (mapping file)"
    signs = [f"{name} {points}" for name, points in row["signs"].items() if points]
    return ", ".join(signs) or _SHAPES[row["name"]]


def _lines(found: Explanation) -> Iterator[str]:
    """Yield the explanation of one message as a person reads it."""
    from service.cli.show import isolate  # noqa: PLC0415 - quick --help

    if found.shape is None:
        yield f"outcome: dead letter {found.refused}"
        return
    yield f"dialect: {found.dialect}, {_why(found)}"
    rows = [(row.path, isolate(_short(row.value)), ", ".join(row.to)) for row in found.rows]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 2)]
    for path, value, to in rows:
        yield f"  {path:<{widths[0]}}  →  {to:<{widths[1]}}  {value}"
    yield f"outcome: {_outcome(found)}"


def _why(found: Explanation) -> str:
    why = found.recognition
    if why is None:
        return f"because the value is {found.shape}"
    if why.dialect.keys:
        return f"because it has {', '.join(why.found)} (mapping file)"
    others = "".join(f"; {name} has {points}" for name, points in why.others.items())
    if not why.points:
        return "because it is a JSON object and no other dialect has 3 points"
    signs = ", ".join(f"{name} {points}" for name, points in why.found.items() if points)
    return f"because of {why.points} points: {signs}{others}"


def _outcome(found: Explanation) -> str:
    article = found.article
    if article is None:
        retry = " (retryable)" if found.refused and found.refused.retryable else ""
        return f"dead letter {found.refused}{retry}"
    flags = ", ".join(article.quality) or "none"
    kind = "a retraction" if article.retracted else "an article"
    return f"{kind}; language {article.language}, quality flags: {flags}"


def _as_json(found: Explanation) -> dict[str, Any]:
    import msgspec  # noqa: PLC0415 - quick --help

    why, refused = found.recognition, found.refused
    return {
        "shape": found.shape,
        "dialect": found.dialect,
        "points": why.points if why else None,
        "signs": dict(why.found) if why else {},
        "others": dict(why.others) if why else {},
        "fields": [{"path": row.path, "value": _short(row.value), "to": row.to} for row in found.rows],
        "dead_letter": {"error": refused.reason, "message": refused.detail, "retryable": refused.retryable}
        if refused
        else None,
        "article": None if found.article is None else msgspec.to_builtins(found.article),
    }


def _short(value: Any) -> str:
    """Return a value on one short line."""
    import orjson  # noqa: PLC0415 - quick --help

    try:
        text = value if isinstance(value, str) else orjson.dumps(value).decode()
    except TypeError:  # nested beyond what can be written
        text = "…"
    text = " ".join(text[: 4 * _WIDTH].split())
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"

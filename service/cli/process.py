"""``khabar process``: the whole pipeline offline."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.lines import message_lines

if TYPE_CHECKING:
    from service.pipeline.roles import Decided, Taken
    from service.wire.record import RawRecord

WHOLE_FILE = {".txt", ".html", ".htm", ".json"}


def process(
    files: Annotated[
        list[str] | None, typer.Argument(help="NDJSON files, .txt/.html/.json (a message a file), or - for stdin.")
    ] = None,
    *,
    envelope: Annotated[
        bool, typer.Option(help="The lines are envelopes: value with key, headers, timestamp, offset.")
    ] = False,
    explain: Annotated[bool, typer.Option(help="Say on stderr what became of each record, and why.")] = False,
) -> None:
    """Run the whole pipeline without Kafka: raw messages in, events as envelope lines out.

    The balance line goes to stderr.
    """
    import os  # noqa: PLC0415 - quick --help

    from service.enrich.entities import check  # noqa: PLC0415
    from service.ops.settings import load_settings  # noqa: PLC0415
    from service.pipeline.offline import Pipeline, now_ms  # noqa: PLC0415
    from service.stream.options import pipeline_options  # noqa: PLC0415
    from service.wire.envelope import write_envelope  # noqa: PLC0415

    options = pipeline_options(load_settings(os.environ))
    check(options.entity_backend)
    pipeline = Pipeline(options)
    out = sys.stdout.buffer
    for raw in raw_records(files or ["-"], envelope=envelope):
        records, taken, decided, _published = pipeline.steps(raw, now=now_ms())
        for record in records:
            out.write(write_envelope(record))
        if explain:
            sys.stderr.write(f"{raw.origin}: {_outcome(taken, decided)}\n")
    out.flush()
    sys.stderr.write(pipeline.balance.line() + "\n")


def raw_records(files: list[str], *, envelope: bool) -> Iterator[RawRecord]:
    """Yield the raw records of all files; offsets run on over the files."""
    from service.pipeline.offline import now_ms  # noqa: PLC0415 - quick --help
    from service.wire.envelope import read_envelope  # noqa: PLC0415
    from service.wire.record import Origin, RawRecord  # noqa: PLC0415

    for number, payload in enumerate(payload for name in files for payload in _payloads(name, envelope=envelope)):
        now = now_ms()
        if envelope:
            yield read_envelope(payload, number=number, now=now)
        else:
            yield RawRecord(Origin("news.raw", 0, number), None, payload, (), now)


def _payloads(name: str, *, envelope: bool) -> Iterator[bytes]:
    """Yield the messages of one file: the whole file, or its non-empty lines."""
    from service.errors import Misconfigured  # noqa: PLC0415 - quick --help

    if name == "-":
        yield from message_lines(sys.stdin.buffer)
        return
    path = Path(name)
    try:
        if path.suffix.lower() in WHOLE_FILE and not envelope:
            yield path.read_bytes()
            return
        with path.open("rb") as file:
            yield from message_lines(file)
    except OSError as error:
        message = f"{name}: {error.strerror}"
        raise Misconfigured(message) from error


def _outcome(taken: Taken, decided: Decided | None) -> str:
    if taken.refused is not None:
        return f"dead letter, {taken.refused}"
    if decided is None:
        return "nothing"
    from service.dedupe.rules import explained  # noqa: PLC0415 - quick --help

    verdict = decided.verdict
    target = f" of {verdict.dedupe.duplicate_of}" if verdict.dedupe.duplicate_of else ""
    return f"{verdict.status} {verdict.article_id}{target} (version {verdict.version}): {explained(verdict.evidence)}"

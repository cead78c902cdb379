"""The ``khabar`` command. Heavy imports happen inside the commands, so that ``khabar --help`` is quick."""

from __future__ import annotations

import os
import sys

import typer

from service.cli import dates, dedupe, dialects, dlq, kafka, process, produce, run, schema, settings, topics, worker
from service.cli.audit import audit
from service.cli.bench import bench
from service.cli.entities import entities
from service.cli.forget import forget
from service.cli.tail import tail
from service.cli.why import why
from service.errors import KhabarError

app = typer.Typer(
    name="khabar",
    help="Khabar: raw news articles on a Kafka topic in, clean de-duplicated enriched events out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(run.run)
app.command()(worker.worker)
app.command()(process.process)
app.command()(produce.produce)
app.add_typer(topics.app, name="topics")
app.add_typer(dialects.app, name="dialects")
app.add_typer(dedupe.app, name="dedupe")
app.command()(dates.dates)
app.command()(entities)
app.command()(settings.settings)
app.command()(schema.schema)
app.command()(audit)
app.command()(why)
app.command()(tail)
app.command()(forget)
app.add_typer(dlq.app, name="dlq")
app.command()(bench)
app.command()(kafka.kafka)


def main() -> None:
    """Run the command; an error of ours is one clear line and its own exit code."""
    try:
        app()
    except KhabarError as error:
        sys.stderr.write(f"khabar: {error}\n")
        sys.exit(int(getattr(error, "exit_code", 1)))
    except BrokenPipeError:
        # The reader of our output left; the interpreter must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)

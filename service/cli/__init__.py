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
from service.errors import ExitCode, KhabarError

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
    """Run the command; an error of ours is one clear line and its own exit code, any other a masked event, and 70."""
    try:
        app()
    except KhabarError as error:
        sys.stderr.write(f"khabar: {error}\n")
        sys.exit(int(getattr(error, "exit_code", 1)))
    except BrokenPipeError:
        # The reader of our output left; the interpreter must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - a defect: Python would print it with whatever stands in its message
        _report(error)
        sys.exit(int(ExitCode.DELIVERY_FAULT))


def _report(error: Exception) -> None:
    """Log a defect with its traceback; secrets are masked and control characters escaped, as in any other event."""
    import structlog  # noqa: PLC0415 - quick --help

    from service.ops.logs import configure_logs  # noqa: PLC0415
    from service.ops.settings import Settings, load_settings  # noqa: PLC0415

    try:
        settings = load_settings(os.environ)
    except KhabarError:
        settings = Settings()
    configure_logs(settings)
    structlog.get_logger("service").critical("unexpected_error", exc_info=error)

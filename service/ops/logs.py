"""Logs on standard error: one event a line, JSON for machines and colours for people, never an article's text.

The logs of Faust, mode and aiokafka come through the same door, from warnings up.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from service.ops.declared import Settings
from service.ops.settings import MASK

VALUE_MAX = 500
"""Characters that one value may have in a log line."""

TRACEBACK_MAX = 8000
"""Characters that a traceback may have; the end is kept, it names the error."""

BURST = 5
"""Lines that one place in a library's code may log within :data:`BURST_S`."""
BURST_S = 10.0
"""Seconds. aiokafka logs some 500 lines a second while brokers are away."""

_SECRET_PARTS = ("password", "secret", "token", "credential", "authorization", "cookie")
_TEXTS = frozenset({"body", "description", "html", "payload", "raw", "text", "title", "title_full", "value"})

# Control characters, line separators and direction overrides: what could forge a line or hide a part of one.
_UNSAFE = (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_ESCAPES = {code: rf"\x{code:02x}" if code < 0x100 else rf"\u{code:04x}" for code in _UNSAFE} | {  # noqa: PLR2004
    0x09: r"\t",
    0x0A: r"\n",
    0x0D: r"\r",
}
_KEEP_LINES = {code: escape for code, escape in _ESCAPES.items() if code != 0x0A}  # noqa: PLR2004


def configure_logs(settings: Settings, *, stream: TextIO | None = None) -> None:
    """Send structlog and the standard library's logs to ``stream`` (standard error) in the form the settings say."""
    stream = sys.stderr if stream is None else stream
    console = settings.log_format == "console" or (settings.log_format == "auto" and stream.isatty())
    both: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *both, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=both,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                Guard(settings.secrets),
                _console(stream) if console else structlog.processors.JSONRenderer(serializer=_json),
            ],
        )
    )
    handler.addFilter(Bursts())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("service").setLevel(settings.log_level.upper())
    logging.captureWarnings(capture=True)


class Bursts(logging.Filter):
    """Lets each place in the code of a library log :data:`BURST` lines in :data:`BURST_S`, and counts the others.

    The next line of that place says how many were left out. Our own lines all pass.
    """

    def __init__(self) -> None:
        super().__init__()
        self._places: dict[tuple[str, int], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether the line is logged."""
        if record.name.partition(".")[0] == "service":
            return True
        place = record.pathname, record.lineno
        since, count = self._places.get(place, (float("-inf"), 0))
        if 0 <= record.created - since < BURST_S:
            self._places[place] = since, count + 1
            return count < BURST
        self._places[place] = record.created, 1
        if count > BURST:
            record.msg, record.args = f"{record.getMessage()} ({count - BURST} such lines left out)", ()
        return True


class Guard:
    """A processor that makes every value of an event safe to show, whatever was handed to the logger."""

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """Return the event with secrets masked, texts withheld, values bounded and control characters escaped."""
        return {
            _escaped(key, VALUE_MAX): self._traceback(str(value)) if key == "exception" else self._safe(key, value)
            for key, value in event.items()
        }

    def _safe(self, key: str, value: object) -> Any:
        if any(part in key.lower() for part in _SECRET_PARTS):
            return MASK
        if value is None or isinstance(value, bool | int | float):
            return value
        if key.lower() in _TEXTS:
            return f"<withheld, {len(str(value))} characters>"
        if isinstance(value, Mapping):
            return {_escaped(str(name), VALUE_MAX): self._safe(str(name), item) for name, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._safe(key, item) for item in value]
        return _escaped(self._masked(str(value)), VALUE_MAX)

    def _traceback(self, text: str) -> str:
        """Return a traceback whose lines are indented, so that none can pass for a log line."""
        lines = _encodable(self._masked(text)[-TRACEBACK_MAX:]).translate(_KEEP_LINES).split("\n")
        return "\n".join(f"    {line[:VALUE_MAX]}" for line in lines)

    def _masked(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text


def _escaped(text: str, limit: int) -> str:
    cut = text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"
    return _encodable(cut).translate(_ESCAPES)


def _encodable(text: str) -> str:
    """Return the text with lone surrogates, which no stream can take, written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


def _console(stream: TextIO) -> Processor:
    return structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback, sort_keys=False
    )


def _json(event: MutableMapping[str, Any], **_: object) -> str:
    return orjson.dumps(event, default=str).decode()

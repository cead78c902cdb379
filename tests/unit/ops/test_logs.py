from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from service.ops.logs import BURST, BURST_S, TRACEBACK_MAX, VALUE_MAX, configure_logs
from service.ops.settings import MASK, load_settings

Lines = Callable[[], list[dict[str, Any]]]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, logging.getLogger("service").level)
    yield
    root.handlers[:], level, service = before
    root.setLevel(level)
    logging.getLogger("service").setLevel(service)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def configured(stream: io.StringIO, **environ: str) -> Any:
    configure_logs(load_settings({f"KHABAR_{name.upper()}": text for name, text in environ.items()}), stream=stream)
    return structlog.get_logger("service.test")


def events(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_json_line_where_no_terminal_is() -> None:
    stream = io.StringIO()
    configured(stream).info("started", role="intake", partitions=6)

    (event,) = events(stream)
    assert {key: event[key] for key in ("event", "level", "role", "partitions")} == {
        "event": "started",
        "level": "info",
        "role": "intake",
        "partitions": 6,
    }
    assert event["timestamp"].endswith("Z")


def test_a_terminal_gets_colours() -> None:
    stream = Terminal()
    configured(stream).info("started")

    assert "\x1b[" in stream.getvalue()


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_a_format_can_be_asked_for_whatever_the_stream(log_format: str) -> None:
    stream = Terminal() if log_format == "json" else io.StringIO()
    configured(stream, log_format=log_format).info("started")

    assert stream.getvalue().startswith("{") == (log_format == "json")
    assert "\x1b[" not in stream.getvalue() or log_format == "console"


def test_below_the_level_nothing_is_written() -> None:
    stream = io.StringIO()
    configured(stream, log_level="warning").info("started")

    assert stream.getvalue() == ""


def test_libraries_are_heard_from_warnings_up() -> None:
    stream = io.StringIO()
    configured(stream, log_level="debug")
    logging.getLogger("aiokafka").info("quiet")
    logging.getLogger("aiokafka").warning("lost %s", "node-1")

    assert [(event["event"], event["logger"]) for event in events(stream)] == [("lost node-1", "aiokafka")]


def test_warnings_of_python_become_events() -> None:
    stream = io.StringIO()
    configured(stream)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("careful", UserWarning, stacklevel=1)

    assert "careful" in events(stream)[0]["event"]


@pytest.mark.parametrize("log_format", ["json", "console"])
@pytest.mark.parametrize("forged", ["a\nb", "a\r\nb", "a\x0bb", "a\x85b", "a\u2028b", "a\x1b[2Kb", "a\u202eb"])
def test_a_value_cannot_forge_or_hide_a_line(log_format: str, forged: str) -> None:
    stream = io.StringIO()
    log = configured(stream, log_format=log_format)
    log.info("seen", url=forged, nested={forged: [forged]})
    logging.getLogger("faust").warning("seen %s", forged)

    assert len(stream.getvalue().splitlines()) == 2
    assert forged not in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_a_traceback_is_indented_on_the_console() -> None:
    stream = io.StringIO()
    log = configured(stream, log_format="console")
    log.error("failed", exc_info=ValueError("bad\n2026-01-01 [info] forged\x1b[0m"))

    first, *rest = stream.getvalue().splitlines()
    assert "failed" in first
    assert all(line.startswith("    ") for line in rest)
    assert "\x1b" not in stream.getvalue()


def test_a_traceback_is_bounded_and_keeps_its_end() -> None:
    stream = io.StringIO()
    log = configured(stream)
    log.error("failed", exc_info=ValueError("line\n" * 10_000 + "the end"))

    trace = events(stream)[0]["exception"]
    assert trace.endswith("the end")
    assert len(trace) < 3 * TRACEBACK_MAX


@pytest.mark.parametrize("key", ["sasl_password", "token", "api_token", "Authorization", "client_secret"])
def test_secrets_are_masked_by_their_name(key: str) -> None:
    stream = io.StringIO()
    configured(stream).info("seen", **{key: "hush-hush"}, nested={key: 1234})

    (event,) = events(stream)
    assert (event[key], event["nested"][key]) == (MASK, MASK)
    assert "hush" not in stream.getvalue()


def test_a_configured_secret_is_masked_wherever_it_stands() -> None:
    stream = io.StringIO()
    log = configured(stream, sasl_password="hush-hush")
    log.info("seen", url="kafka://me:hush-hush@host")
    logging.getLogger("aiokafka").warning("login with hush-hush")
    log.error("failed", exc_info=ValueError("hush-hush"))

    assert "hush-hush" not in stream.getvalue()


@pytest.mark.parametrize("key", ["text", "title", "body", "raw", "value"])
def test_an_articles_text_is_withheld(key: str) -> None:
    stream = io.StringIO()
    configured(stream).info("seen", **{key: "قال الرئيس"}, article={key: "قال الرئيس"})

    assert "الرئيس" not in stream.getvalue()
    assert "10 characters" in events(stream)[0][key]


def test_a_long_value_is_cut_and_says_its_length() -> None:
    stream = io.StringIO()
    configured(stream).info("seen", url="x" * 100_000)

    assert events(stream)[0]["url"].endswith("(100000 characters)")
    assert len(stream.getvalue()) < 2 * VALUE_MAX


def test_arabic_stays_readable() -> None:
    stream = io.StringIO()
    configured(stream).info("seen", source="أورينت نت")

    assert "أورينت نت" in stream.getvalue()


def test_a_lone_surrogate_does_not_break_the_log() -> None:
    stream = io.StringIO()
    configured(stream).info("seen", source="a\ud800b")

    assert len(events(stream)) == 1


def logged(name: str, number: int, at: float, line: int = 1) -> None:
    record = logging.LogRecord(name, logging.ERROR, f"{name}.py", line, "fetch %d failed", (number,), None)
    record.created = at
    logging.getLogger(name).handle(record)


def test_a_library_that_complains_without_end_is_cut_short_and_counted() -> None:
    stream = io.StringIO()
    configured(stream)
    for number in range(500):
        logged("aiokafka.consumer", number, at=1000 + number / 500)
    logged("aiokafka.consumer", 500, at=1001, line=2)
    logged("aiokafka.consumer", 501, at=1000 + BURST_S)

    assert [event["event"] for event in events(stream)] == [
        *(f"fetch {number} failed" for number in range(BURST)),
        "fetch 500 failed",
        f"fetch 501 failed ({500 - BURST} such lines left out)",
    ]


def test_our_own_lines_and_those_after_the_clock_was_set_back_all_pass() -> None:
    stream = io.StringIO()
    configured(stream)
    for number in range(2 * BURST):
        logged("service.stream", number, at=1000)
        logged("aiokafka.client", number, at=1000 - number)

    assert len(events(stream)) == 4 * BURST

"""Events as a person reads them."""

from __future__ import annotations

from typing import Any

import msgspec
import orjson
import pytest

from service.cli.show import FSI, PDI, dead_letter_lines, event_lines, isolate
from service.pipeline import Pipeline
from service.wire.event import Event

NOW = 1_772_600_000_000


def event(**fields: Any) -> Event:
    """Return the event of a small Arabic article."""
    message = {
        "url": "https://news.example.com/a/1",
        "title": "مجلس المدينة يقر بناء جسر جديد فوق النهر",
        "maintext": "أقر مجلس المدينة يوم الأحد 1 آذار 2026 بناء جسر جديد فوق النهر بعد نقاش طويل حول كلفته ومساره.",
        "date_publish": "2026-03-01 09:30:00",
        "source_domain": "news.example.com",
        "language": "ar",
    } | fields
    record = Pipeline(clock=lambda: NOW).process(orjson.dumps(message))[0]
    return msgspec.json.decode(record.value or b"", type=Event)


def test_headline_source_language_status_and_dates_are_shown() -> None:
    shown = "\n".join(event_lines(event(), colour=False))

    assert shown.startswith("new        " + isolate("مجلس المدينة يقر بناء جسر جديد فوق النهر"))
    assert "| ar |" in shown
    assert f"{isolate('يوم الأحد 1 آذار 2026')} = 2026-03-01" in shown


def test_colour_is_for_terminals_only() -> None:
    assert "\x1b[" not in "".join(event_lines(event(), colour=False))
    assert "\x1b[32m" in "".join(event_lines(event(), colour=True))


@pytest.mark.parametrize("text", ["a\nb", "a\x1b[2Jb", "a\u202eb", "a\x00b"])
def test_no_control_character_of_a_text_reaches_the_terminal(text: str) -> None:
    shown = isolate(text)

    assert (shown[0], shown[-1]) == (FSI, PDI)
    assert shown[1:-1].isprintable()


def test_a_dead_letter_is_one_line() -> None:
    assert list(dead_letter_lines("bad_json", "it was cut", colour=False)) == [
        f"dead       bad_json: {FSI}it was cut{PDI}"
    ]

"""A text without end is tagged up to a bound: a raw record of 4 MiB once took 20 s and half a GiB of memory."""

from __future__ import annotations

import json
from typing import Any

import pytest

from service.enrich.article import LONGEST_TEXT
from service.pipeline import Pipeline
from tests.unit.intake.raw import RECORD_TIME

FILLER = "rain fell on the fields for days, "


def event_of(text: str) -> dict[str, Any]:
    pipeline = Pipeline(clock=lambda: RECORD_TIME)
    (record,) = pipeline.process(json.dumps({"title": "Rain fills the dams", "text": text, "language": "en"}).encode())
    event: dict[str, Any] = json.loads(record.value or b"")
    return event


def test_names_and_dates_behind_the_bound_are_not_looked_for_and_the_event_says_so() -> None:
    begin = FILLER * (LONGEST_TEXT // len(FILLER) - 3)
    text = f"{begin}said Rana Haddad on 3 March 2026. {FILLER * 8}Later Omar Nasser came on 5 May 2026."
    event = event_of(text)

    assert "mentions_partial" in event["quality"]
    assert [entity["name"] for entity in event["entities"]] == ["Rana Haddad"]
    assert [date["value"] for date in event["dates"]] == ["2026-03-03"]
    assert event["text"] == text
    assert event["text_complete"] is not False


def test_a_word_at_the_bound_is_not_cut() -> None:
    text = (
        f"{FILLER * (LONGEST_TEXT // len(FILLER))}".ljust(LONGEST_TEXT - 4, "a")[: LONGEST_TEXT - 5] + " Beirutis came."
    )

    assert event_of(text)["entities"] == []


@pytest.mark.parametrize("text", ["ab" * LONGEST_TEXT, FILLER + "a" * LONGEST_TEXT], ids=["one word", "one long word"])
def test_a_text_without_blanks_ends_at_the_bound_too(text: str) -> None:
    assert "mentions_partial" in event_of(text)["quality"]


def test_a_text_up_to_the_bound_is_looked_at_whole() -> None:
    text = FILLER * (LONGEST_TEXT // len(FILLER) - 2) + "said Rana Haddad."
    event = event_of(text)

    assert "mentions_partial" not in event["quality"]
    assert [entity["name"] for entity in event["entities"]] == ["Rana Haddad"]

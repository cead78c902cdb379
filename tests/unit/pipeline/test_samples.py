"""The sample articles through the whole pure pipeline, each held to what it must become."""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from service.cli.run import sample_records
from service.pipeline import Pipeline
from service.wire.record import Record
from service.wire.schema import event_schema
from tests.corpora.samples.load import Expected, expected

NOW = 1_772_600_000_000
DATES_FLOOR = 0.95
ENTITIES_FLOOR = 0.73


@cache
def outcomes() -> list[tuple[Expected, Record, dict[str, Any] | None]]:
    """Return each expectation with the record its sample became, and the event in it."""
    pipeline = Pipeline()
    found = []
    for want, raw in zip(expected(), sample_records(), strict=True):
        record = pipeline.run(raw, now=NOW)[0]
        found.append((want, record, None if record.topic == "news.deadletter" else orjson.loads(record.value or b"")))
    return found


def cases() -> list[Any]:
    """Return one test case a sample."""
    return [pytest.param(index, id=want.id) for index, want in enumerate(expected())]


@pytest.mark.parametrize("index", cases())
def test_a_sample_becomes_what_it_must(index: int) -> None:
    want, record, event = outcomes()[index]
    if want.outcome == "dead_letter":
        assert record.header("khabar-error") == (want.error or "").encode()
        return
    assert event is not None
    assert event["status"] == want.outcome
    if want.outcome == "duplicate":
        original = next(other for other, _, _ in outcomes() if other.id == want.of)
        target = outcomes()[expected().index(original)][2]
        assert target is not None
        assert event["dedupe"]["duplicate_of"] == target["article_id"]
        assert event["dedupe"]["reason"] in want.reasons
    if want.outcome != "retracted":
        assert (event["language"], event["title"]) == (want.language, want.title)
        assert set(want.removed) <= {removed["kind"] for removed in event["removed"]}
        assert not [text for text in want.absent if text in (event["text"] or "")]


@pytest.mark.parametrize("index", cases())
def test_offsets_are_exact_and_the_schema_holds(index: int) -> None:
    _, _, event = outcomes()[index]
    if event is None:
        return
    Draft202012Validator(event_schema()).validate(event)
    mentions = [
        *(event["dates"] or ()),
        *(mention for entity in event["entities"] or () for mention in entity["mentions"]),
    ]
    for mention in mentions:
        assert event[mention["field"]][mention["start"] : mention["end"]] == mention["text"]
    for location in event["locations"] or ():
        assert event["entities"][location["entity"]]["type"] == "LOC"


def test_the_samples_dates_and_names_are_found(figures: Any) -> None:
    """What a reader would demand of the samples: the share found may rise, never fall below the floor."""
    dates: list[bool] = []
    names: list[bool] = []
    for want, _, event in outcomes():
        if event is None or event["status"] in {"duplicate", "retracted"}:
            continue
        found_dates = [(date["text"], date["value"]) for date in event["dates"]]
        dates += [any(text in words and value == have for words, have in found_dates) for text, value in want.dates]
        found_names = {
            (mention["text"], entity["type"]) for entity in event["entities"] for mention in entity["mentions"]
        }
        names += [pair in found_names for pair in want.entities]
    figures(f"samples: {sum(dates)} of {len(dates)} demanded dates, {sum(names)} of {len(names)} demanded names")

    assert sum(dates) / len(dates) >= DATES_FLOOR
    assert sum(names) / len(names) >= ENTITIES_FLOOR


def test_the_balance_is_the_expected_one() -> None:
    pipeline = Pipeline()
    for raw in sample_records():
        pipeline.run(raw, now=NOW)

    assert pipeline.balance.line() == "read 62 = new 45 + updated 3 + retracted 1 + duplicate 9 + dead letter 4"

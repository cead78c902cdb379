"""The exported schema: the file is the code's, and every closed list carries its sentences."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from jsonschema import Draft202012Validator

from service.wire import closed
from service.wire.event import DATE_VALUE, Event
from service.wire.schema import event_schema, schema_json

FILE = Path(__file__).resolve().parents[3] / "schema" / "article.v1.json"


def test_the_file_is_what_the_code_exports() -> None:
    assert FILE.read_bytes() == schema_json(), "write it anew: .venv/bin/khabar schema > schema/article.v1.json"


def test_it_is_a_valid_schema_of_2020_12() -> None:
    Draft202012Validator.check_schema(event_schema())


def test_every_field_of_the_event_is_required_and_described() -> None:
    event = event_schema()["$defs"]["Event"]

    assert set(event["required"]) == set(Event.__struct_fields__)


@pytest.mark.parametrize("name", ["Status", "Quality", "RemovedKind", "DuplicateReason", "IdBasis", "Grain"])
def test_a_closed_list_names_each_word_with_a_sentence(name: str) -> None:
    words = event_schema()["$defs"][name]["oneOf"]

    assert [word["const"] for word in words] == [word.value for word in getattr(closed, name)]
    assert all(word["description"].endswith(".") for word in words)


def test_dead_letter_reasons_stand_in_the_schema() -> None:
    assert {word["const"] for word in event_schema()["$defs"]["ErrorReason"]["oneOf"]} >= {
        "empty",
        "bad_json",
        "too_large",
    }


@pytest.mark.parametrize(
    "value",
    [
        "2017", "2017-02", "2017-02-16", "2017-W07", "2017-02-16T20:00", "2017-02-16T20:00+03:00", "2017-33", "2017-41",
        "2017-21", "201X", "20XX", "2017-03-03/2017-03-07", "2011/..", "../2011", "--02-16", "--02", "2017-02-16T20",
    ],
)  # fmt: skip
def test_the_date_profile_takes_every_form(value: str) -> None:
    assert Draft202012Validator({"pattern": DATE_VALUE}).is_valid(value)


@pytest.mark.parametrize(
    "value", ["", "17", "2017-2-16", "2017-13", "2017-02-32", "16/02/2017", "yesterday", "2017-W54"]
)
def test_the_date_profile_refuses_other_forms(value: str) -> None:
    assert not Draft202012Validator({"pattern": DATE_VALUE}).is_valid(value)


def test_the_text_of_the_schema_is_json() -> None:
    assert orjson.loads(schema_json())["$id"] == "urn:khabar:schema:article:1"

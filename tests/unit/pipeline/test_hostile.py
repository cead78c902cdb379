"""Whatever is done to a record: it ends once, none of our own code fails, and time and memory keep to its size.

``make fuzz`` tries other records in every run, for as long as it is told to.
"""

from __future__ import annotations

import pytest
from hypothesis import Phase, example, given, settings, target
from hypothesis import strategies as st

from service.errors import ErrorReason
from service.pipeline import Pipeline
from service.wire.record import Record
from tests.unit.intake.raw import RECORD_TIME
from tests.unit.intake.test_fuzz import check_event
from tests.unit.pipeline.hostile import HOSTILE, attacked, check_cost, measured, run

SIZE = 10_000
"""Bytes. The limits hold at every size; how time grows with it is held by the tests of growth."""


def check(value: bytes, record: Record) -> None:
    """Hold the end of a record to what is promised of it."""
    if record.topic == "news.deadletter":
        headers = dict(record.headers)
        assert headers["khabar-error"].decode() in set(ErrorReason) - {ErrorReason.INTERNAL_ERROR}
        assert record.value == value
    else:
        check_event(record)


def load() -> None:
    """Load what the first record loads, so that it counts for none."""
    for name in ("prose", "Arabic names", "a file as an entity"):
        run(HOSTILE[name](2_000))


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    load()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_record_ends_once_and_costs_no_more_than_its_size_allows(name: str) -> None:
    value = HOSTILE[name](SIZE)

    check(value, run(value))
    check_cost(value)


def test_a_record_of_many_names_costs_no_page_of_memory_for_each() -> None:
    """What orjson returns holds 4 KiB however short it is: 30 000 unmapped names once took 120 MiB."""
    value = HOSTILE["many names"](400_000)
    with measured(memory=True) as cost:
        run(value)

    assert cost.memory < 120 * len(value)


@given(attacked())
def test_an_attacked_record_ends_once_and_costs_no_more_than_its_size_allows(value: bytes) -> None:
    check(value, run(value))
    cost = check_cost(value)
    if value and Phase.target in settings().phases:  # the clock has a say in what is aimed at
        target(cost.seconds * 1e6 / (len(value) + 1_000), label="µs a byte")
        target(cost.memory / (len(value) + 1_000), label="bytes of memory a byte")


@example([b"", b'{"guid": "urn:desk:77", "status": "retracted", "updated_at": "3026-03-03T10:00:00Z"}'], [1])
@given(st.lists(attacked(), min_size=2, max_size=5), st.lists(st.integers(0, 4), max_size=4))
def test_attacked_records_end_once_among_others_and_again(values: list[bytes], again: list[int]) -> None:
    """One pipeline for all, some of them twice: a verdict that depends on what came before harms none of them."""
    pipeline = Pipeline(clock=lambda: RECORD_TIME)

    for value in [*values, *(values[place % len(values)] for place in again)]:
        check(value, run(value, pipeline))
    assert pipeline.balance["read"] == sum(pipeline.balance.values()) - pipeline.balance["read"]

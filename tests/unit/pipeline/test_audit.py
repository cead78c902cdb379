"""The account: it balances for what the roles write, and names each thing that can be wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.cli.audit import report_lines
from service.pipeline.account import Violation
from service.wire.record import Record
from tests.kafka.khabar import article
from tests.unit.pipeline.topics import NOW, TOPICS, Log

DAY_MS = 24 * 60 * 60 * 1000
POISON = b"json failed to parse"


def log() -> Log:
    """Return a stream with two articles, an update, a copy and a dead letter."""
    made = Log()
    made.run(article(1), article(2), article(1, query="?utm_source=a"), article(1, version=2), POISON)
    return made


def changed(made: Log, topic: str, at: int, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the value of one record."""
    event = orjson.loads(made.records[topic][at].value or b"")
    change(event)
    made.records[topic][at] = made.records[topic][at]._replace(value=orjson.dumps(event))


def test_what_the_roles_write_balances() -> None:
    report = log().audit()

    assert report.balanced, report.examples
    assert report.read == 5
    assert report.ends == {"new": 2, "updated": 1, "duplicate": 1, "dead letter": 1}
    assert (report.repeats, report.waiting, report.aged, report.unread) == ({}, {}, 0, 0)


@pytest.mark.parametrize("topic", [TOPICS.articles, TOPICS.duplicates, TOPICS.deadletter])
def test_a_record_written_again_is_a_repeat_and_nothing_worse(topic: str) -> None:
    made = log()
    made.again(topic, 0)
    report = made.audit()

    assert report.balanced, report.examples
    assert sum(report.repeats.values()) == 1


@pytest.mark.parametrize("topic", [TOPICS.raw, TOPICS.clean, TOPICS.unique])
def test_what_a_role_has_still_to_read_waits_and_is_not_lost(topic: str) -> None:
    made = log()
    made.commits[topic] = 1
    last = made.records[TOPICS.articles].pop()
    report = made.audit()

    assert last.value
    assert report.balanced, report.examples
    assert report.waiting == {topic: 1}


def without_update(made: Log) -> None:
    made.records[TOPICS.articles].pop()


def second_end(made: Log) -> None:
    event = made.records[TOPICS.duplicates][0]
    dead = made.records[TOPICS.deadletter][0]
    place = dict(dead.headers) | {"khabar-offset": b"2"}
    made.write(Record(TOPICS.deadletter, None, event.value, list(place.items())))


def other_version(made: Log) -> None:
    made.again(TOPICS.articles, 0)
    changed(made, TOPICS.articles, -1, lambda event: event.update(revision=event["revision"] + 1))


def never_written(made: Log) -> None:
    made.again(TOPICS.duplicates, 0)
    changed(made, TOPICS.duplicates, -1, lambda event: event["provenance"].update(offset=77))


def other_topic(made: Log) -> None:
    changed(made, TOPICS.duplicates, 0, lambda event: event["provenance"].update(topic="elsewhere"))


def one_id(made: Log) -> None:
    first, second = made.records[TOPICS.articles][:2]
    made.records[TOPICS.articles][1] = second._replace(headers=first.headers)


def not_json(made: Log) -> None:
    made.records[TOPICS.duplicates][0] = made.records[TOPICS.duplicates][0]._replace(value=b"{")


def no_coordinates(made: Log) -> None:
    made.records[TOPICS.deadletter][0] = made.records[TOPICS.deadletter][0]._replace(headers=())


def other_key(made: Log) -> None:
    made.records[TOPICS.articles][0] = made.records[TOPICS.articles][0]._replace(key=b"other")


def first_again(made: Log) -> None:
    changed(made, TOPICS.articles, 2, lambda event: event.update(version=1))


def revision_falls(made: Log) -> None:
    changed(made, TOPICS.articles, 2, lambda event: event.update(revision=1))


def version_missing(made: Log) -> None:
    changed(made, TOPICS.articles, 2, lambda event: event.update(version=3))


def no_such_original(made: Log) -> None:
    changed(made, TOPICS.duplicates, 0, lambda event: event["dedupe"].update(duplicate_of="a" * 26))
    made.records[TOPICS.duplicates][0] = made.records[TOPICS.duplicates][0]._replace(key=b"a" * 26)


def copy_of_itself(made: Log) -> None:
    def change(event: dict[str, Any]) -> None:
        event["article_id"] = event["dedupe"]["duplicate_of"] = "b" * 26

    changed(made, TOPICS.duplicates, 0, change)
    made.records[TOPICS.duplicates][0] = made.records[TOPICS.duplicates][0]._replace(key=b"b" * 26)


def other_bytes(made: Log) -> None:
    made.records[TOPICS.deadletter][0] = made.records[TOPICS.deadletter][0]._replace(value=b"json failed to PARSE")


def unlogged(made: Log) -> None:
    made.claims = made.claims[:-2]


@pytest.mark.parametrize(
    ("wrong", "kinds"),
    [
        (without_update, {Violation.LOST}),
        (second_end, {Violation.TWO_ENDS}),
        (other_version, {Violation.TWO_ENDS}),
        (never_written, {Violation.INVENTED, Violation.SHARED_ID}),
        (other_topic, {Violation.INVENTED, Violation.LOST}),
        (one_id, {Violation.SHARED_ID}),
        (not_json, {Violation.UNREADABLE, Violation.LOST}),
        (no_coordinates, {Violation.UNREADABLE, Violation.LOST}),
        (other_key, {Violation.WRONG_KEY}),
        (first_again, {Violation.VERSION_TWICE}),
        (revision_falls, {Violation.VERSION_ORDER}),
        (version_missing, {Violation.VERSION_ORDER, Violation.CLAIM_BEHIND}),
        (no_such_original, {Violation.ORPHAN}),
        (copy_of_itself, {Violation.ITSELF}),
        (other_bytes, {Violation.CHANGED_BYTES}),
        (unlogged, {Violation.CLAIM_BEHIND}),
    ],
)
def test_what_is_wrong_is_named(wrong: Callable[[Log], None], kinds: set[Violation]) -> None:
    made = log()
    wrong(made)
    report = made.audit()

    assert not report.balanced
    assert set(report.violations) == kinds


def test_every_violation_has_a_case() -> None:
    marks = test_what_is_wrong_is_named.pytestmark  # type: ignore[attr-defined] # pytest keeps the cases there
    covered = set().union(*(kinds for _, kinds in marks[0].args[1]))

    assert covered == set(Violation)


ENDS = [
    (TOPICS.articles, 0),
    (TOPICS.articles, 1),
    (TOPICS.articles, 2),
    (TOPICS.duplicates, 0),
    (TOPICS.deadletter, 0),
]


@given(st.lists(st.sampled_from(ENDS), max_size=6), st.none() | st.sampled_from(ENDS))
def test_any_repeats_balance_and_any_missing_end_does_not(
    again: list[tuple[str, int]], missing: tuple[str, int] | None
) -> None:
    """Whatever is written again, in whatever order, the account is the same; one end less and it is not balanced."""
    made = log()
    for topic, at in again:
        made.again(topic, at)
    if missing is not None:
        topic, at = missing
        gone = made.records[topic][at]
        made.records[topic] = [record for record in made.records[topic] if record.value != gone.value]
    report = made.audit()

    assert report.balanced is (missing is None), report.examples
    if missing is None:
        assert sum(report.repeats.values()) == len(again)
    else:
        assert report.violations["lost"] == 1


def test_what_compaction_may_have_taken_is_not_called_lost() -> None:
    made = log()
    del made.records[TOPICS.articles][0]
    old = [raw._replace(timestamp=NOW - 8 * DAY_MS) for raw in made.records[TOPICS.raw]]
    made.records[TOPICS.raw] = old
    report = made.audit()

    assert report.balanced, report.examples
    assert report.aged == 1


def test_a_loss_inside_the_compaction_lag_is_one_although_older_records_were_compacted() -> None:
    made = log()
    del made.records[TOPICS.articles][0]

    assert set(made.audit().violations) == {Violation.LOST}


def test_ends_of_raw_records_that_are_gone_are_counted_apart() -> None:
    made = log()
    del made.records[TOPICS.raw][:2]
    made.starts[TOPICS.raw] = 2
    report = made.audit()

    assert report.balanced, report.examples
    assert (report.read, report.unread) == (3, 2)


def test_a_copy_whose_original_is_still_on_its_way_is_no_orphan() -> None:
    made = Log()
    made.run(article(1), article(1, query="?utm_source=a"))
    made.records[TOPICS.articles].clear()
    made.commits[TOPICS.unique] = 0
    report = made.audit()

    assert report.balanced, report.examples
    assert report.waiting == {TOPICS.unique: 1}


def test_a_take_down_is_counted_and_breaks_nothing() -> None:
    made = log()
    made.write(Record(TOPICS.articles, made.records[TOPICS.articles][0].key, None))
    report = made.audit()

    assert report.balanced, report.examples
    assert report.taken_down == 1


def test_a_report_for_people_ends_with_its_verdict() -> None:
    made = log()
    assert list(report_lines(made.audit()))[-1] == "balanced"
    without_update(made)
    lines = list(report_lines(made.audit()))

    assert lines[-1] == "NOT balanced"
    assert any("VIOLATION lost" in line for line in lines)
    assert any("news.raw:0:3, last seen on khabar.unique" in line for line in lines)

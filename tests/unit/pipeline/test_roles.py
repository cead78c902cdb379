"""The pure roles: limits, scopes, failures of our own code, redelivery."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.pipeline import Pipeline, roles
from service.pipeline.offline import MemoryClaims
from service.pipeline.options import Options
from service.pipeline.roles import judge, publish, record_time, take
from service.wire.record import Origin, RawRecord, Record

NOW = 1_772_600_000_000
ARTICLE = {
    "url": "https://news.example.com/a/1",
    "title": "Council approves new bridge over the northern river",
    "maintext": "The council approved the bridge on Monday after a long debate about its cost and its route. " * 4,
    "date_publish": "2026-03-01 09:30:00",
    "source_domain": "news.example.com",
    "language": "en",
}


def raw(value: Any = ARTICLE, *, offset: int = 0, headers: tuple[tuple[str, bytes], ...] = ()) -> RawRecord:
    """Return a raw record that holds a JSON value, or bytes as they are."""
    payload = value if isinstance(value, bytes) else orjson.dumps(value)
    return RawRecord(Origin("news.raw", 0, offset), b"k", payload, headers, NOW)


def event_of(record: Record) -> dict[str, Any]:
    """Return the event in a record."""
    loaded: dict[str, Any] = orjson.loads(record.value or b"")
    return loaded


@pytest.mark.parametrize(
    ("timestamp", "expected"),
    [(NOW - 1000, NOW - 1000), (NOW + 10_000_000, NOW + 300_000), (None, NOW), (-1, NOW)],
    ids=["past", "far future", "none", "unset"],
)
def test_record_time_is_bounded_by_the_clock(timestamp: int | None, expected: int) -> None:
    assert record_time(timestamp, NOW) == expected


def test_redelivery_gives_the_same_event_id_and_verdict() -> None:
    options, claims = Options(), MemoryClaims()
    clean = take(raw(), now=NOW, options=options).records[0]
    first = judge(clean, claims, options)
    claims.write([*first.logged, *first.derived])

    again = judge(clean, claims, options)

    assert again.verdict == first.verdict
    published = [
        publish(decided.records[0], processed_at=NOW, options=options).records[0] for decided in (first, again)
    ]
    assert published[0].header("ce_id") == published[1].header("ce_id")
    assert published[0].value == published[1].value


def test_scopes_never_see_each_other() -> None:
    options = Options(scope_header="customer")
    pipeline = Pipeline(options, clock=lambda: NOW)
    ends = [
        event_of(pipeline.run(raw(offset=number, headers=(("customer", name),)), now=NOW)[0])
        for number, name in enumerate((b"a", b"b", b"a"))
    ]

    assert [end["status"] for end in ends] == ["new", "new", "duplicate"]
    assert ends[0]["article_id"] != ends[1]["article_id"]


def test_traceparent_is_passed_through_every_role() -> None:
    trace = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    records = Pipeline(clock=lambda: NOW).run(raw(headers=(("traceparent", trace),)), now=NOW)

    assert records[0].header("traceparent") == trace


@pytest.mark.parametrize("room", ["accept", "decide", "enrich"])
def test_a_defect_of_ours_costs_no_article(room: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> Any:
        raise ZeroDivisionError(str(ARTICLE["title"]))

    monkeypatch.setattr(roles, room, broken)

    records, taken, decided, published = Pipeline(clock=lambda: NOW).steps(raw(), now=NOW)

    if room == "accept":
        assert records[0].header("khabar-error") == b"internal_error"
        assert records[0].header("khabar-retryable") == b"true"
        assert records[0].value == orjson.dumps(ARTICLE)
        failure = taken.failure
    else:
        flag = {"decide": "dedupe_failed", "enrich": "enrich_failed"}[room]
        assert flag in event_of(records[0])["quality"]
        assert event_of(records[0])["status"] == "new"
        step = decided if room == "decide" else published
        assert step is not None
        failure = step.failure
    assert failure is not None
    assert "bridge" not in failure


def test_an_event_is_trimmed_in_order_and_flagged() -> None:
    long = {
        **ARTICLE,
        "maintext": "\n\n".join(f"On 3 March 2026 line {n} of the long report was read out." for n in range(4000)),
    }
    options = Options(max_event_bytes=100_000)

    record = Pipeline(options, clock=lambda: NOW).run(raw(long), now=NOW)[0]
    event = event_of(record)

    assert len(record.value or b"") <= 100_000
    assert "truncated" in event["quality"]
    assert event["text_complete"] is False
    assert event["title"] == ARTICLE["title"]
    assert all(event[date["field"]][date["start"] : date["end"]] == date["text"] for date in event["dates"])


def test_a_record_that_fits_nowhere_is_buried_by_its_coordinates() -> None:
    options = Options(max_topic_bytes=200_000)
    value = b'{"title": "' + b"x" * 300_000 + b'"'

    letter = take(raw(value, offset=7), now=NOW, options=options).records[0]

    assert letter.header("khabar-error") == b"bad_json"
    stand_in = event_of(letter)
    assert (stand_in["offset"], stand_in["size"]) == (7, len(value))
    assert len(stand_in["sha256"]) == 64


def test_a_second_burial_counts_its_attempts() -> None:
    options = Options()
    first = take(raw(b"[]", headers=(("x-feed", b"a"),)), now=NOW, options=options).records[0]

    again = take(raw(b"[]", headers=tuple(first.headers)), now=NOW, options=options).records[0]

    assert [header for header in again.headers if header[0] == "khabar-attempts"] == [("khabar-attempts", b"2")]
    assert again.header("x-feed") == b"a"


def test_the_pipeline_needs_nothing_but_bytes() -> None:
    pipeline = Pipeline()

    ends = [pipeline.process(orjson.dumps(ARTICLE)), pipeline.process(b"42"), pipeline.process(None)]

    assert [records[0].topic for records in ends] == ["news.articles", "news.deadletter", "news.deadletter"]
    assert pipeline.balance.line() == "read 3 = new 1 + updated 0 + retracted 0 + duplicate 0 + dead letter 2"


LEAVES = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=40)
NAMES = st.sampled_from([*ARTICLE, "text", "body", "published", "author", "authors", "guid", "pubstatus", "uri", "x"])


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return lists and objects with producers' field names."""
    return st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6)


@given(
    st.binary(max_size=300) | st.recursive(LEAVES, nested, max_leaves=12).map(lambda value: json.dumps(value).encode())
)
def test_any_message_has_exactly_one_end(payload: bytes) -> None:
    """Whatever lies on the raw topic: one event or one dead letter, and no failure of our own."""
    records, taken, decided, published = Pipeline(clock=lambda: NOW).steps(raw(payload), now=NOW)

    assert len(records) == 1
    assert records[0].topic in {"news.articles", "news.deadletter"}
    assert taken.failure is None
    assert decided is None or decided.failure is None
    assert published is None or published.failure is None

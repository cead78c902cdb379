"""Dead letters: which ones are meant, and what goes back to the raw topic."""

from __future__ import annotations

import pytest

from service.errors import ErrorReason, Refused
from service.pipeline.letters import Choice, Letter, chosen, read_letter, replay_record
from service.pipeline.options import Options
from service.pipeline.roles import take
from service.wire.deadletter import dead_letter
from service.wire.record import Origin, RawRecord, Record

NOW = 1_772_600_000_000
RAW = RawRecord(Origin("news.raw", 3, 42), b"k", b"\xff bytes", (("x-feed", b"a"), ("x-feed", b"b")), NOW - 5)


def buried(
    raw: RawRecord = RAW, reason: ErrorReason = ErrorReason.BAD_JSON, *, retryable: bool = False, room: int = 1 << 20
) -> RawRecord:
    """Return the dead letter of a raw record as it lies on its topic."""
    why = Refused(reason, "it is broken", retryable=retryable)
    made = dead_letter(raw, why, topic="news.deadletter", version="1.2.3", max_bytes=room)
    return RawRecord(Origin(made.topic, 0, 7), made.key, made.value, made.headers, NOW)


def letter(record: RawRecord) -> Letter:
    found = read_letter(record)
    assert found is not None
    return found


def test_a_letter_says_what_its_headers_say() -> None:
    found = letter(buried(retryable=True))

    assert (found.origin, found.reason, found.message) == (RAW.origin, "bad_json", "it is broken")
    assert (found.timestamp, found.attempts, found.retryable) == (NOW - 5, 1, True)
    assert (found.version, found.complete, found.value) == ("1.2.3", True, b"\xff bytes")


@pytest.mark.parametrize("headers", [(), (("khabar-topic", b"t"), ("khabar-partition", b"x"), ("khabar-offset", b"1"))])
def test_what_names_no_raw_record_is_no_letter(headers: tuple[tuple[str, bytes], ...]) -> None:
    assert read_letter(buried()._replace(headers=headers)) is None


@pytest.mark.parametrize(
    ("choice", "meant"),
    [
        (Choice(), True),
        (Choice(reasons=frozenset({"bad_json", "empty"})), True),
        (Choice(reasons=frozenset({"empty"})), False),
        (Choice(since=NOW), True),
        (Choice(since=NOW + 1), False),
        (Choice(until=NOW + 1), True),
        (Choice(until=NOW), False),
        (Choice(retryable=False), True),
        (Choice(retryable=True), False),
        (Choice(origin=RAW.origin), True),
        (Choice(origin=RAW.origin._replace(offset=43)), False),
    ],
)
def test_letters_are_chosen_by_reason_time_retry_and_origin(choice: Choice, *, meant: bool) -> None:
    assert bool(list(chosen([buried()], choice))) is meant


def test_a_replay_has_key_bytes_and_headers_and_counts() -> None:
    again = replay_record(letter(buried()), "news.raw")

    assert again == Record("news.raw", b"k", RAW.value, [*RAW.headers, ("khabar-attempts", b"1")])


def test_attempts_count_on_when_a_replay_is_buried_again() -> None:
    raw = RawRecord(Origin("news.raw", 0, 0), None, b"json failed to parse", (), NOW)
    for attempt in (1, 2, 3):
        (record,) = take(raw, now=NOW, options=Options()).records
        lying = RawRecord(Origin(record.topic, 0, attempt), record.key, record.value, record.headers, NOW)
        found = letter(lying)
        assert found.attempts == attempt
        again = replay_record(found, "news.raw")
        assert again is not None
        raw = RawRecord(Origin("news.raw", 0, attempt), again.key, again.value, again.headers, NOW)
    assert raw.value == b"json failed to parse"


def test_a_null_value_is_replayed_as_one() -> None:
    again = replay_record(letter(buried(RAW._replace(value=None), ErrorReason.EMPTY)), "news.raw")

    assert again is not None
    assert again.value is None


def test_a_stand_in_for_bytes_that_did_not_fit_is_not_replayed() -> None:
    found = letter(buried(RAW._replace(value=b"x" * 50_000), ErrorReason.TOO_LARGE, room=40_000))

    assert not found.complete
    assert replay_record(found, "news.raw") is None


def test_bytes_that_look_like_another_records_stand_in_are_bytes() -> None:
    value = b'{"topic":"news.raw","partition":3,"offset":41,"size":1,"sha256":"0"}'

    assert letter(buried(RAW._replace(key=None, value=value))).complete

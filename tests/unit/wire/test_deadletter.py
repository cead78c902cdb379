"""Dead letters: bytes untouched, why and where from, one line a header."""

from __future__ import annotations

import pytest

from service.errors import ErrorReason, Refused
from service.wire.deadletter import dead_letter
from service.wire.record import Origin, RawRecord, Record

RAW = RawRecord(Origin("news.raw", 3, 42), b"k", b"\xff bytes", (("x-feed", b"a"),), 1_772_600_000_000)


def bury(raw: RawRecord = RAW, *, detail: str = "it is broken", retryable: bool = False) -> Record:
    """Return the dead letter of a record."""
    why = Refused(ErrorReason.BAD_JSON, detail, retryable=retryable)
    return dead_letter(raw, why, topic="news.deadletter", version="1.2.3", max_bytes=1024 * 1024)


def test_bytes_key_and_headers_are_kept_and_the_rest_is_said() -> None:
    letter = bury()

    assert (letter.topic, letter.key, letter.value) == ("news.deadletter", b"k", b"\xff bytes")
    assert dict(letter.headers) == {
        "x-feed": b"a",
        "khabar-error": b"bad_json",
        "khabar-message": b"it is broken",
        "khabar-topic": b"news.raw",
        "khabar-partition": b"3",
        "khabar-offset": b"42",
        "khabar-timestamp": b"1772600000000",
        "khabar-attempts": b"1",
        "khabar-version": b"1.2.3",
        "khabar-retryable": b"false",
    }


def test_a_null_value_becomes_an_empty_one_and_says_so() -> None:
    letter = bury(RAW._replace(value=None, key=None))

    assert letter.value == b""
    assert letter.header("khabar-null-value") == b"true"


@pytest.mark.parametrize("detail", ["two\nlines", "a\r\nkhabar-error: fake", "x" * 5000])
def test_a_message_is_one_bounded_line(detail: str) -> None:
    message = bury(detail=detail).header("khabar-message") or b""

    assert b"\n" not in message
    assert b"\r" not in message
    assert len(message) <= 500


@pytest.mark.parametrize(("before", "after"), [(b"1", b"2"), (b"9", b"10"), (b"x", b"1"), (b"9" * 50, b"1")])
def test_attempts_are_counted(before: bytes, after: bytes) -> None:
    assert bury(RAW._replace(headers=(("khabar-attempts", before),))).header("khabar-attempts") == after

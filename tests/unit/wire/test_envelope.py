"""Envelope lines in and out."""

from __future__ import annotations

import base64

import orjson
import pytest

from service.errors import Misconfigured
from service.wire.envelope import read_envelope, write_envelope
from service.wire.record import Origin, RawRecord, Record


def test_all_but_the_value_is_optional() -> None:
    raw = read_envelope(b'{"value": {"title": "x"}}', number=3, now=17)

    assert raw == RawRecord(Origin("news.raw", 0, 3), None, b'{"title":"x"}', [], 17)


def test_every_field_is_taken() -> None:
    line = b'{"topic":"t","key":"k","headers":{"a":"b"},"timestamp":5,"partition":2,"offset":9,"value_text":"plain"}'

    assert read_envelope(line, number=0, now=0) == RawRecord(Origin("t", 2, 9), b"k", b"plain", [("a", b"b")], 5)


@pytest.mark.parametrize("payload", [b"\xff\x00", b"", b"{"])
def test_bytes_come_in_base64(payload: bytes) -> None:
    line = orjson.dumps({"value_base64": base64.b64encode(payload).decode()})

    assert read_envelope(line, number=0, now=0).value == payload


def test_a_null_value_is_a_null_record() -> None:
    assert read_envelope(b'{"value": null}', number=0, now=0).value is None


@pytest.mark.parametrize(
    "line",
    [b"[]", b"{}", b"{", b'{"value": 1, "offset": "x"}', b'{"value_base64": "%%"}', b'{"value": 1, "headers": [1]}'],
)
def test_a_line_that_is_no_envelope_is_named(line: bytes) -> None:
    with pytest.raises(Misconfigured, match="line 8 is not an envelope"):
        read_envelope(line, number=7, now=0)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b'{"a":1}', {"value": {"a": 1}}),
        (b"text", {"value": None, "value_base64": "dGV4dA=="}),
        (b"null", {"value": None, "value_base64": "bnVsbA=="}),
        (b"", {"value": None, "value_base64": ""}),
        (None, {"value": None}),
    ],
    ids=["json", "text", "json null", "empty", "take-down"],
)
def test_what_is_written(value: bytes | None, expected: dict[str, object]) -> None:
    written = orjson.loads(write_envelope(Record("t", b"k", value, [("h", b"v")], 5)))

    head = {"topic": "t", "key": "k", "headers": {"h": "v"}, "timestamp": 5, "partition": None, "offset": None}
    assert written == {**head, **expected}


def test_what_is_written_can_be_read() -> None:
    record = Record("t", b"k", b"\x00bytes", [("h", b"v")], 5)

    back = read_envelope(write_envelope(record, partition=1, offset=2), number=0, now=0)

    assert back == RawRecord(Origin("t", 1, 2), b"k", b"\x00bytes", [("h", b"v")], 5)

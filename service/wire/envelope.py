"""The envelope: one Kafka record as one JSON object a line (design of ``khabar process`` and its kin)."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import orjson

from service.errors import Misconfigured
from service.wire.record import Origin, RawRecord, Record


def _payload(item: dict[str, Any]) -> bytes | None:
    """Return the payload as it lies on the topic."""
    if item.get("value_base64") is not None:
        return base64.b64decode(item["value_base64"], validate=True)
    if item.get("value_text") is not None:
        return str(item["value_text"]).encode()
    if "value" not in item:
        message = "an envelope needs value, value_text or value_base64"
        raise ValueError(message)
    return None if item["value"] is None else orjson.dumps(item["value"])


def read_envelope(line: bytes, *, number: int, now: int, topic: str = "news.raw") -> RawRecord:
    """Return the raw record of one envelope line.

    All but the value are optional: ``number`` (the running number of the line) is the default offset and
    ``now`` (ms since 1970) the default timestamp. Raises :class:`Misconfigured` with the line's number for a
    line that is no envelope.
    """
    try:
        item = orjson.loads(line)
        if not isinstance(item, dict):
            message = "it is not a JSON object"
            raise TypeError(message)  # noqa: TRY301 - one handler words every defect of a line
        key = item.get("key")
        headers = item.get("headers") or {}
        timestamp = item.get("timestamp")
        origin = Origin(item.get("topic") or topic, int(item.get("partition") or 0), int(item.get("offset", number)))
        return RawRecord(
            origin,
            key.encode() if isinstance(key, str) else None,
            _payload(item),
            [(name, str(value).encode()) for name, value in headers.items()],
            now if timestamp is None else int(timestamp),
        )
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        message = f"line {number + 1} is not an envelope: {error}"
        raise Misconfigured(message) from error


def write_envelope(record: Record, *, partition: int | None = None, offset: int | None = None) -> bytes:
    """Return one record as an envelope line (with its line feed); a payload that is not JSON goes in base64."""
    item: dict[str, Any] = {
        "topic": record.topic,
        "key": None if record.key is None else record.key.decode("utf-8", "replace"),
        "headers": {name: value.decode("utf-8", "replace") for name, value in record.headers},
        "timestamp": record.timestamp,
        "partition": partition,
        "offset": offset,
        "value": None,
    }
    if record.value is not None:
        if _is_json(record.value):
            item["value"] = orjson.Fragment(record.value)
        else:
            item["value_base64"] = base64.b64encode(record.value).decode()
    return orjson.dumps(item, option=orjson.OPT_APPEND_NEWLINE)


def write_received(record: RawRecord) -> bytes:
    """Return a record as it lies on its topic as an envelope line, with its place."""
    topic, partition, offset = record.origin
    plain = Record(topic, record.key, record.value, record.headers, record.timestamp)
    return write_envelope(plain, partition=partition, offset=offset)


def _is_json(value: bytes) -> bool:
    """Say whether a payload is JSON other than ``null`` (which the envelope keeps for take-downs)."""
    try:
        return orjson.loads(value) is not None
    except orjson.JSONDecodeError:
        return False

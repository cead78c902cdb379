"""Dead letters read back: what their headers say, which of them are meant, and what goes to the raw topic again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import orjson

from service.wire.deadletter import OWN_PREFIX
from service.wire.record import Origin, RawRecord, Record, last_header

_STAND_IN = {"topic", "partition", "offset", "size", "sha256"}
_COUNTER_DIGITS = 6


class Letter(NamedTuple):
    """One dead letter. ``record`` is as it lies on the topic, ``origin`` is the raw record's place."""

    record: RawRecord
    origin: Origin
    reason: str
    message: str
    timestamp: int | None
    attempts: int
    retryable: bool
    version: str
    complete: bool
    """Whether it holds the received bytes; a stand-in for too large a record has its coordinates and hash only."""

    @property
    def value(self) -> bytes | None:
        """The received bytes; None for a null value (on our own topics that would mean a take-down)."""
        return None if last_header(self.record.headers, "khabar-null-value") else self.record.value


class Choice(NamedTuple):
    """Which letters are meant. Empty means any; times are those of the burial, in ms since 1970, half-open."""

    reasons: frozenset[str] = frozenset()
    since: int | None = None
    until: int | None = None
    retryable: bool | None = None
    origin: Origin | None = None

    def holds(self, letter: Letter) -> bool:
        """Say whether a letter is meant."""
        buried = letter.record.timestamp
        return (
            (not self.reasons or letter.reason in self.reasons)
            and (self.since is None or (buried is not None and buried >= self.since))
            and (self.until is None or (buried is not None and buried < self.until))
            and (self.retryable is None or letter.retryable == self.retryable)
            and (self.origin is None or letter.origin == self.origin)
        )


def read_letter(record: RawRecord) -> Letter | None:
    """Return the dead letter that a record is, or None where its headers do not name a raw record."""

    def text(name: str) -> str:
        return (last_header(record.headers, OWN_PREFIX + name) or b"").decode("utf-8", "replace")

    partition, offset = text("partition"), text("offset")
    if not (partition.isascii() and partition.isdigit() and offset.isascii() and offset.isdigit()):
        return None
    origin = Origin(text("topic"), int(partition), int(offset))
    timestamp, attempts = text("timestamp"), text("attempts")
    return Letter(
        record,
        origin,
        text("error"),
        text("message"),
        int(timestamp) if timestamp.isascii() and timestamp.isdigit() else None,
        int(attempts) if attempts.isascii() and attempts.isdigit() and len(attempts) < _COUNTER_DIGITS else 1,
        text("retryable") == "true",
        text("version"),
        not _stands_in(record, origin),
    )


def chosen(records: Iterable[RawRecord], choice: Choice) -> Iterator[Letter]:
    """Yield the letters among the records that are meant, in their order."""
    for record in records:
        letter = read_letter(record)
        if letter is not None and choice.holds(letter):
            yield letter


def replay_record(letter: Letter, topic: str) -> Record | None:
    """Return the raw record that a letter is replayed as, or None for a stand-in.

    Key, bytes and received headers are those of the raw record; ``khabar-attempts`` goes along, so that intake counts
    on if it buries the record again. It gets a timestamp of its own: an embargo may have ended by now, and a broker
    would soon delete a record as old as the first one.
    """
    if not letter.complete:
        return None
    received = [(name, value) for name, value in letter.record.headers if not name.startswith(OWN_PREFIX)]
    headers = [*received, (f"{OWN_PREFIX}attempts", str(letter.attempts).encode())]
    return Record(topic, letter.record.key, letter.value, headers)


def _stands_in(record: RawRecord, origin: Origin) -> bool:
    """Say whether the value is the JSON object that stands for a record which does not fit."""
    value = record.value or b""
    if record.key is not None or len(value) > 1024:  # noqa: PLR2004 - coordinates and a hash are a few hundred bytes
        return False
    try:
        item = orjson.loads(value)
    except orjson.JSONDecodeError:
        return False
    return (
        isinstance(item, dict)
        and set(item) == _STAND_IN
        and (item["topic"], item["partition"], item["offset"]) == tuple(origin)
    )

"""The whole pipeline without Kafka: the same pure functions in one process, claims in a dictionary."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from service.pipeline.options import Options
from service.pipeline.roles import Decided, Published, Taken, judge, publish, take
from service.wire.closed import Status
from service.wire.record import Headers, Origin, RawRecord, Record


class MemoryClaims:
    """Claims in a dictionary; what a RocksDB table is to the dedupe role."""

    def __init__(self) -> None:
        self._values: dict[bytes, bytes] = {}

    def get(self, key: bytes) -> bytes | None:
        """Return the value of a key, or None."""
        return self._values.get(key)

    def write(self, writes: list[tuple[bytes, bytes | None]]) -> None:
        """Apply writes; a None value deletes."""
        for key, value in writes:
            if value is None:
                self._values.pop(key, None)
            else:
                self._values[key] = value


class Balance(Counter[str]):
    """How many records were read and where each one ended."""

    def line(self) -> str:
        """Return the balance line."""
        ends = {
            "new": self[Status.NEW],
            "updated": self[Status.UPDATED],
            "retracted": self[Status.RETRACTED],
            "duplicate": self[Status.DUPLICATE],
            "dead letter": self["dead letter"],
        }
        return f"read {self['read']} = " + " + ".join(f"{name} {count}" for name, count in ends.items())


def now_ms() -> int:
    """Return the time in ms since 1970."""
    return time.time_ns() // 1_000_000


class Pipeline:
    """Raw records in, the records that Kafka would end up with out.

    ``clock`` gives the time in ms since 1970, for records that come without a timestamp.
    """

    def __init__(self, options: Options | None = None, *, clock: Callable[[], int] = now_ms) -> None:
        self.options = options or Options()
        self.balance = Balance()
        self._claims = MemoryClaims()
        self._clock = clock
        self._next_offset = 0

    def process(
        self,
        raw: bytes | None,
        *,
        origin: Origin | None = None,
        headers: Headers | None = None,
        timestamp: int | None = None,
    ) -> list[Record]:
        """Return the final records of one raw message: an event, a duplicate or a dead letter (and mention rows).

        ``origin`` defaults to the next offset of partition 0 of the raw topic, ``timestamp`` (ms since 1970) to
        the clock.
        """
        origin = origin or Origin(self.options.topics.raw, 0, self._next_offset)
        self._next_offset = origin.offset + 1
        now = self._clock()
        return self.run(RawRecord(origin, None, raw, headers or (), now if timestamp is None else timestamp), now=now)

    def run(self, raw: RawRecord, *, now: int) -> list[Record]:
        """Return the final records of one raw record received at ``now`` (ms since 1970)."""
        return self.steps(raw, now=now)[0]

    def steps(self, raw: RawRecord, *, now: int) -> tuple[list[Record], Taken, Decided | None, Published | None]:
        """Return the final records and what each role made of the raw record."""
        self.balance["read"] += 1
        taken = take(raw, now=now, options=self.options)
        if taken.refused is not None:
            self.balance["dead letter"] += 1
            return taken.records, taken, None, None
        decided = judge(taken.records[0], self._claims, self.options)
        self._claims.write([*decided.logged, *decided.derived])
        self.balance[decided.verdict.status] += 1
        if decided.verdict.status is Status.DUPLICATE:
            return decided.records, taken, decided, None
        published = publish(decided.records[0], processed_at=now, options=self.options)
        return published.records, taken, decided, published

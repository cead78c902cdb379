"""The topics as the three roles leave them, without Kafka: for tests of what reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from service.pipeline import Pipeline
from service.pipeline.account import Positions, Report, Span
from service.pipeline.audit import Audit, reading_order
from service.wire.record import Origin, RawRecord, Record, Topics

NOW = 1_772_600_000_000
TOPICS = Topics()


class Log:
    """Records by topic, one partition each. ``commits`` are those of the topic's reader; absent: all is read."""

    def __init__(self) -> None:
        self.records: dict[str, list[RawRecord]] = defaultdict(list)
        self.claims: list[tuple[bytes, bytes | None]] = []
        self.commits: dict[str, int] = {}
        self.starts: dict[str, int] = {}
        self._pipeline = Pipeline(clock=lambda: NOW)

    def run(self, *payloads: bytes | None) -> None:
        """Take raw payloads through all roles, a second apart."""
        for payload in payloads:
            raw = self.write(Record(TOPICS.raw, None, payload, (), NOW + 1000 * len(self.records[TOPICS.raw])))
            _, taken, decided, published = self._pipeline.steps(raw, now=NOW)
            stages = (taken.records, decided.records if decided else [], published.records if published else [])
            for record in (record for stage in stages for record in stage):
                self.write(record)
            if decided:
                self.claims += decided.logged

    def write(self, record: Record) -> RawRecord:
        """Append a record to its topic."""
        lying = self.records[record.topic]
        offset = lying[-1].origin.offset + 1 if lying else self.starts.get(record.topic, 0)
        origin = Origin(record.topic, 0, offset)
        lying.append(RawRecord(origin, record.key, record.value, record.headers, record.timestamp or NOW))
        return lying[-1]

    def again(self, topic: str, at: int) -> None:
        """Write a record of a topic once more."""
        known = self.records[topic][at]
        self.write(Record(topic, known.key, known.value, known.headers, known.timestamp))

    def positions(self) -> Positions:
        """Return the spans of all topics."""
        spans = {}
        for topic in reading_order(TOPICS):
            lying = self.records[topic]
            start = self.starts.get(topic, 0)
            end = lying[-1].origin.offset + 1 if lying else start
            spans[topic] = {0: Span(start, end, self.commits.get(topic, end))}
        return Positions(spans)

    def everything(self) -> Iterator[RawRecord]:
        """Yield all records in the order of the account."""
        for topic in reading_order(TOPICS):
            yield from self.records[topic]

    def audit(self, *, claims: Iterable[tuple[bytes, bytes | None]] | None = None) -> Report:
        """Return the account of all records."""
        audit = Audit(TOPICS, self.positions())
        for record in self.everything():
            audit.take(record)
        for key, value in self.claims if claims is None else claims:
            audit.take_claim(key, value)
        return audit.report(now=NOW, compaction_days=7, identity_days=90)

"""The account of every raw record: where it ended, whether exactly once, and whether the ends agree with each other.

Pure: records and positions in, a report out. Records are handed over topic by topic in the order of
:func:`reading_order`, those of a partition in the order of their offsets, positions before all of them.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from typing import NamedTuple

import msgspec
from msgspec import Struct

from service.dedupe.claims import decode_claim
from service.dedupe.identity import spelt
from service.pipeline.account import Positions, Report, Violation
from service.pipeline.letters import read_letter
from service.wire.closed import Quality, Status
from service.wire.record import Origin, RawRecord, Topics, last_header

DAY_MS = 24 * 60 * 60 * 1000
SHOWN = 20
"""Examples that a report keeps of each violation."""

DEAD = "dead letter"
_CLAIM = b"c"


class _Place(Struct):
    topic: str
    partition: int
    offset: int
    record_time: int

    def origin(self) -> Origin:
        return Origin(self.topic, self.partition, self.offset)


class _Dedupe(Struct):
    duplicate_of: str | None = None


class _Event(Struct):
    """What the account reads of an event."""

    article_id: str
    version: int
    revision: int
    status: Status
    dedupe: _Dedupe
    provenance: _Place
    quality: list[str] = []


class _Article(Struct):
    """What the account reads of a cleaned article."""

    provenance: _Place


class _End(NamedTuple):
    """One end of a raw record; two ends that are equal are one, written again."""

    kind: str
    article_id: str = ""
    version: int = 0
    revision: int = 0
    duplicate_of: str | None = None


class _Version(NamedTuple):
    number: int
    revision: int
    origin: Origin
    record_time: int


_events = msgspec.json.Decoder(_Event)
_articles = msgspec.msgpack.Decoder(_Article)


def reading_order(topics: Topics) -> tuple[str, ...]:
    """Return the topics in the order in which :class:`Audit` takes them: ends first, the raw topic last."""
    return (topics.articles, topics.duplicates, topics.deadletter, topics.unique, topics.clean, topics.raw)


class Audit:
    """Takes all records once. Needs less than 1 KB of memory a raw record."""

    def __init__(self, topics: Topics, positions: Positions) -> None:
        self.ends: dict[Origin, _End] = {}
        self._topics = topics
        self._positions = positions
        self._takers = {
            topics.articles: self._take_event,
            topics.duplicates: self._take_event,
            topics.deadletter: self._take_letter,
            topics.unique: self._take_passing,
            topics.clean: self._take_passing,
            topics.raw: self._take_raw,
        }
        self._counted: Counter[tuple[str, int]] = Counter()
        self._last: dict[tuple[str, int], int] = {}
        self._read = self._aged = self._held = 0
        self._repeats: Counter[str] = Counter()
        self._waiting: Counter[str] = Counter()
        self._down: set[bytes] = set()
        self._ids: dict[bytes, Origin] = {}
        self._versions: dict[str, list[_Version]] = defaultdict(list)
        self._passing_ids: set[str] = set()
        self._digests: dict[Origin, bytes | None] = {}
        self._reached: dict[Origin, str] = {}
        self._stays: set[Origin] = set()
        self._claims: dict[str, int] = {}
        self._missing: list[tuple[Origin, int | None]] = []
        self._wrong: Counter[Violation] = Counter()
        self._examples: dict[Violation, list[str]] = defaultdict(list)

    def take(self, record: RawRecord) -> None:
        """Take one record of one of the topics."""
        self._counted[record.origin.topic, record.origin.partition] += 1
        self._takers[record.origin.topic](record)

    def take_claim(self, key: bytes, value: bytes | None) -> None:
        """Take one record of the changelog of the claims; the last one of a key counts."""
        if key[:1] != _CLAIM:
            return
        identity = spelt(key[1:])
        if value is None:
            self._claims.pop(identity, None)
        else:
            self._claims[identity] = decode_claim(value).latest.number

    def report(self, *, now: int, compaction_days: int, identity_days: int | None) -> Report:
        """Return the account at ``now`` (ms since 1970).

        Where records have left the final topics, a raw record older than ``compaction_days`` may have had an end
        there. ``identity_days`` bounds the check against the changelog; None leaves it out (it was not read).
        """
        trimmed = self._trimmed()
        self._close_missing(oldest=now - compaction_days * DAY_MS if trimmed else None)
        self._check_origins()
        self._check_versions(trimmed=trimmed)
        self._check_copies(trimmed=trimmed)
        if identity_days is not None:
            self._check_claims(identity_days)
        return Report(
            read=self._read,
            ends=dict(Counter(end.kind for end in self.ends.values())),
            repeats=dict(self._repeats),
            waiting=dict(self._waiting),
            aged=self._aged,
            unread=max(0, len(self.ends) - self._held),
            taken_down=len(self._down),
            violations={kind.value: count for kind, count in self._wrong.items()},
            examples={kind.value: lines for kind, lines in self._examples.items()},
        )

    # -- taking

    def _take_event(self, record: RawRecord) -> None:
        if record.value is None:
            self._down.add(record.key or b"")
            return
        try:
            event = _events.decode(record.value)
        except msgspec.MsgspecError as error:
            self._find(Violation.UNREADABLE, f"{record.origin}: {error}")
            return
        origin, target = event.provenance.origin(), event.dedupe.duplicate_of
        copy = event.status is Status.DUPLICATE
        if record.key != ((target if copy else event.article_id) or "").encode():
            self._find(Violation.WRONG_KEY, f"{record.origin} of {event.article_id}")
        identity = last_header(record.headers, "ce_id") or b""
        if self._ids.setdefault(identity, origin) != origin:
            self._find(Violation.SHARED_ID, f"{identity.decode('ascii', 'replace')} of {self._ids[identity]}, {origin}")
        first = origin not in self.ends
        self._end(origin, _End(event.status.value, event.article_id, event.version, event.revision, target))
        if first and not copy and Quality.DEDUPE_FAILED.value not in event.quality:
            version = _Version(event.version, event.revision, origin, event.provenance.record_time)
            self._versions[event.article_id].append(version)

    def _take_letter(self, record: RawRecord) -> None:
        letter = read_letter(record)
        if letter is None:
            self._find(Violation.UNREADABLE, f"{record.origin}: no coordinates of a raw record")
            return
        self._end(letter.origin, _End(DEAD))
        self._digests[letter.origin] = _digest(letter.value) if letter.complete else None

    def _take_passing(self, record: RawRecord) -> None:
        """Note where a record without an end was last seen, and whether the next role still has to read it."""
        topic, partition, offset = record.origin
        waits = self._positions.waits(topic, partition, offset)
        if topic == self._topics.unique:
            self._passing_ids.add((record.key or b"").decode("ascii", "replace"))
        try:
            origin = _articles.decode(record.value or b"").provenance.origin()
        except msgspec.MsgspecError as error:
            self._find(Violation.UNREADABLE, f"{record.origin}: {error}")
            return
        if waits:
            self._stays.add(origin)
        if origin not in self.ends and (waits or origin not in self._reached):
            self._reached[origin] = topic

    def _take_raw(self, record: RawRecord) -> None:
        self._read += 1
        origin = record.origin
        self._last[origin.topic, origin.partition] = origin.offset
        end = self.ends.get(origin)
        if end is None:
            if self._positions.waits(*origin):
                self._waiting[origin.topic] += 1
            elif origin in self._stays:
                self._waiting[self._reached[origin]] += 1
            else:
                self._missing.append((origin, record.timestamp))
            return
        self._held += 1
        if end.kind == DEAD:
            digest = self._digests.get(origin)
            if digest is not None and digest != _digest(record.value):
                self._find(Violation.CHANGED_BYTES, str(origin))

    def _end(self, origin: Origin, end: _End) -> None:
        known = self.ends.setdefault(origin, end)
        if known is end:
            return
        if known == end:
            self._repeats[end.kind] += 1
        else:
            self._find(Violation.TWO_ENDS, f"{origin}: {_said(known)} and {_said(end)}")

    # -- closing

    def _trimmed(self) -> bool:
        """Say whether retention or compaction has taken records from the topics of the ends."""
        topics = (self._topics.articles, self._topics.duplicates, self._topics.deadletter)
        return any(
            span.start > 0 or self._counted[topic, partition] < span.end - span.start
            for topic in topics
            for partition, span in self._positions.spans.get(topic, {}).items()
        )

    def _close_missing(self, *, oldest: int | None) -> None:
        for origin, timestamp in self._missing:
            if oldest is not None and timestamp is not None and timestamp < oldest:
                self._aged += 1
            else:
                self._find(Violation.LOST, f"{origin}, last seen on {self._reached.get(origin, origin.topic)}")

    def _check_origins(self) -> None:
        """Find ends of records that were never written; more may have been written since the spans were taken."""
        for origin, end in self.ends.items():
            span = self._positions.spans.get(origin.topic, {}).get(origin.partition)
            last = self._last.get((origin.topic, origin.partition), -1)
            if origin.topic != self._topics.raw or span is None or origin.offset >= max(span.end, last + 1):
                self._find(Violation.INVENTED, f"{origin}: {end.kind}")

    def _check_versions(self, *, trimmed: bool) -> None:
        for article_id, versions in self._versions.items():
            maker: dict[int, Origin] = {}
            for version in versions:
                if maker.setdefault(version.number, version.origin) != version.origin:
                    both = f"{maker[version.number]} and {version.origin}"
                    self._find(Violation.VERSION_TWICE, f"{article_id} version {version.number}: {both}")
            if len(maker) < len(versions):
                continue
            last = None if trimmed else _Version(0, -1, versions[0].origin, 0)
            for version in versions:
                follows = (
                    last is None or version.number == last.number + 1 or (trimmed and version.number > last.number)
                )
                if not follows or (last is not None and version.revision <= last.revision):
                    told = ", ".join(f"{one.number} ({one.revision})" for one in versions[:SHOWN])
                    self._find(Violation.VERSION_ORDER, f"{article_id}: {told}")
                    break
                last = version

    def _check_copies(self, *, trimmed: bool) -> None:
        published = {end.article_id for end in self.ends.values() if end.kind not in {DEAD, Status.DUPLICATE.value}}
        known = published | self._passing_ids
        for origin, end in self.ends.items():
            if end.duplicate_of is None or trimmed or end.duplicate_of in known:
                continue
            kind = Violation.ITSELF if end.duplicate_of == end.article_id else Violation.ORPHAN
            self._find(kind, f"{origin} of {end.duplicate_of}")

    def _check_claims(self, identity_days: int) -> None:
        newest = max((versions[-1].record_time for versions in self._versions.values()), default=0)
        for article_id, versions in self._versions.items():
            last = max(versions, key=lambda version: version.number)
            if last.origin in self._stays or last.record_time <= newest - identity_days * DAY_MS:
                continue
            known = self._claims.get(article_id, 0)
            if known < last.number:
                self._find(Violation.CLAIM_BEHIND, f"{article_id}: published {last.number}, claimed {known}")

    def _find(self, kind: Violation, example: str) -> None:
        self._wrong[kind] += 1
        if len(self._examples[kind]) < SHOWN:
            self._examples[kind].append(example)


def _digest(value: bytes | None) -> bytes:
    return hashlib.blake2b(value or b"", digest_size=16).digest()


def _said(end: _End) -> str:
    version = f" version {end.version} of {end.article_id}" if end.article_id else ""
    return f"{end.kind}{version}{f' (copy of {end.duplicate_of})' if end.duplicate_of else ''}"

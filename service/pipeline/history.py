"""What became of one article or raw record: every record about it, in order, with the verdict and its evidence.

Pure: records in, lives out. Topics are handed over in the order of :func:`service.pipeline.audit.reading_order`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from service.dedupe.entries import memo_key, origin_hash
from service.dedupe.memory import STATUSES, decode_memo
from service.dedupe.rules import explained
from service.dedupe.signature import decode_signature
from service.errors import Misconfigured
from service.intake.urls import canonical_url
from service.pipeline.letters import read_letter
from service.pipeline.roles import SIGNATURE_HEADER, VERDICT_HEADER
from service.wire.article import Article, decode_article
from service.wire.event import Event
from service.wire.record import Origin, RawRecord, Topics, last_header
from service.wire.verdict import decode_verdict

_ARTICLE_ID = re.compile(r"[a-z2-7]{26}")
_PLACE = re.compile(r"(?:(?P<topic>[A-Za-z0-9._-]{1,249}):)?(?P<partition>[0-9]{1,9}):(?P<offset>[0-9]{1,18})")

_events = msgspec.json.Decoder(Event)


class Target(NamedTuple):
    """What is asked about: a raw record, articles by id, or a URL (canonical, and as it was typed)."""

    origin: Origin | None = None
    article_ids: frozenset[str] = frozenset()
    url: str | None = None
    typed: str | None = None


class Step(Struct, frozen=True, kw_only=True):
    """One record about it. ``says`` holds what the record tells beyond its place; ``event`` is set on event topics."""

    topic: str
    partition: int
    offset: int
    timestamp: int | None
    says: dict[str, Any]
    event: Event | None = None


class Life(Struct, kw_only=True):
    """All about one raw record, in the order of the roles."""

    origin: Origin
    status: str | None = None
    article_id: str | None = None
    evidence: str | None = None
    """The rule that decided, and what it measured."""
    steps: list[Step] = msgspec.field(default_factory=list)


def parse_target(text: str, *, raw_topic: str) -> Target:
    """Return what a text asks about: a URL, an article id, or ``[TOPIC:]PARTITION:OFFSET`` of a raw record.

    Raises :class:`Misconfigured` for anything else.
    """
    if "://" in text:
        return Target(url=canonical_url(text), typed=text)
    if _ARTICLE_ID.fullmatch(text):
        return Target(article_ids=frozenset({text}))
    place = _PLACE.fullmatch(text)
    if place:
        return Target(Origin(place["topic"] or raw_topic, int(place["partition"]), int(place["offset"])))
    raise Misconfigured(f"{text!r} is no URL, article id (26 letters and digits) or PARTITION:OFFSET")


def carries(about: Event | Article, url: str | None) -> bool:
    """Say whether an event or cleaned article is about a canonical URL."""
    return url is not None and url in {about.canonical_url, about.url and canonical_url(about.url)}


def decode_event(record: RawRecord) -> Event | None:
    """Return the event of a record, or None for a take-down; raises ``msgspec.MsgspecError`` for other bytes."""
    return None if record.value is None else _events.decode(record.value)


class History:
    """Collects the records about a target."""

    def __init__(self, topics: Topics, target: Target) -> None:
        self._topics = topics
        self._target = target
        self._lives: dict[Origin, Life] = {}
        self._memos: dict[bytes, Origin] = {}
        if target.origin is not None:
            self._lives[target.origin] = Life(origin=target.origin)
        self.take_downs: list[Step] = []
        self._takers: dict[str, Callable[[RawRecord], None]] = {
            topics.articles: self._take_event,
            topics.duplicates: self._take_event,
            topics.deadletter: self._take_letter,
            topics.unique: self._take_unique,
            topics.clean: self._take_clean,
            topics.raw: self._take_raw,
        }

    def take(self, record: RawRecord) -> None:
        """Take one record of one of the topics."""
        self._takers[record.origin.topic](record)

    def take_claim(self, key: bytes, value: bytes | None) -> None:
        """Take one record of the changelog of the claims: the verdicts remembered by delivery lie there."""
        origin = self._memos.get(key)
        if origin is not None and value is not None:
            memo = decode_memo(value)
            life = self._lives[origin]
            life.evidence = explained(memo.evidence) if memo.evidence else life.evidence
            life.status = life.status or STATUSES[memo.status].value

    def lives(self) -> list[Life]:
        """Return what was found, the earliest raw record first, the steps of each in the order of the roles."""
        topics = self._topics
        order = (topics.raw, topics.clean, topics.unique, topics.articles, topics.duplicates, topics.deadletter)
        for life in self._lives.values():
            life.steps.sort(key=lambda step: (order.index(step.topic), step.partition, step.offset))
        found = [life for life in self._lives.values() if life.steps]
        return sorted(found, key=lambda life: (life.steps[0].timestamp or 0, life.origin))

    def _take_event(self, record: RawRecord) -> None:
        target = self._target
        event = decode_event(record)
        if event is None:
            if (record.key or b"").decode("ascii", "replace") in target.article_ids:
                self.take_downs.append(_step(record, {"taken_down": True}))
            return
        origin = event.provenance.origin
        named = {event.article_id, event.dedupe.duplicate_of} & target.article_ids
        if not (origin == target.origin or named or carries(event, target.url)):
            return
        life = self._life(origin)
        life.status, life.article_id = event.status.value, event.article_id
        says = {
            "status": event.status.value,
            "article_id": event.article_id,
            "version": event.version,
            "revision": event.revision,
            "changed_fields": [field.value for field in event.changed_fields],
            "duplicate_of": event.dedupe.duplicate_of,
            "reason": event.dedupe.reason,
            "score": event.dedupe.score,
        }
        life.steps.append(_step(record, {name: said for name, said in says.items() if said not in (None, [])}, event))

    def _take_letter(self, record: RawRecord) -> None:
        letter = read_letter(record)
        if letter is None or not (letter.origin in self._lives or self._quotes(record.value)):
            return
        life = self._life(letter.origin)
        life.status = "dead letter"
        says = {"reason": letter.reason, "message": letter.message, "attempts": letter.attempts}
        life.steps.append(_step(record, {**says, "retryable": letter.retryable}))

    def _take_unique(self, record: RawRecord) -> None:
        article = decode_article(record.value or b"")
        origin = article.provenance.origin
        verdict = decode_verdict(last_header(record.headers, VERDICT_HEADER) or b"")
        if origin not in self._lives and verdict.article_id not in self._target.article_ids:
            return
        life = self._life(origin)
        life.status, life.article_id = life.status or verdict.status.value, verdict.article_id
        life.evidence = explained(verdict.evidence) if verdict.evidence else None
        says = {"status": verdict.status.value, "article_id": verdict.article_id, "version": verdict.version}
        life.steps.append(_step(record, says))

    def _take_clean(self, record: RawRecord) -> None:
        article = decode_article(record.value or b"")
        origin = article.provenance.origin
        if origin not in self._lives and not carries(article, self._target.url):
            return
        life = self._life(origin)
        signature = decode_signature(last_header(record.headers, SIGNATURE_HEADER) or b"")
        self._memos[memo_key(signature.scope, origin_hash(signature))] = origin
        says = {
            "dialect": article.provenance.dialect,
            "language": article.language,
            "title": article.title,
            "words": signature.text.words,
            "scope": article.scope,
            "quality": [flag.value for flag in article.quality],
        }
        life.steps.append(_step(record, says))

    def _take_raw(self, record: RawRecord) -> None:
        if record.origin in self._lives or self._quotes(record.value):
            says: dict[str, Any] = {"bytes": len(record.value or b"")}
            attempts = last_header(record.headers, "khabar-attempts")
            if attempts is not None:
                says["replayed_after_attempts"] = attempts.decode("ascii", "replace")
            self._life(record.origin).steps.append(_step(record, says))

    def _life(self, origin: Origin) -> Life:
        return self._lives.setdefault(origin, Life(origin=origin))

    def _quotes(self, value: bytes | None) -> bool:
        """Say whether bytes that nobody may have read hold the URL, in plain or as JSON escapes its slashes."""
        typed = self._target.typed
        if typed is None or value is None:
            return False
        return any(
            f"{form}{end}".encode() in value for form in (typed, typed.replace("/", "\\/")) for end in ('"', "?")
        )


def _step(record: RawRecord, says: dict[str, Any], event: Event | None = None) -> Step:
    topic, partition, offset = record.origin
    return Step(topic=topic, partition=partition, offset=offset, timestamp=record.timestamp, says=says, event=event)

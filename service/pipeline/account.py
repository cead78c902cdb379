"""What an account of raw records says, and what it may find wrong."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from service.errors import ClosedList


class Violation(ClosedList):
    """What an account may find wrong."""

    LOST = "lost", "A raw record that intake has committed has no end and waits nowhere."
    TWO_ENDS = "two_ends", "A raw record ended in more than one way."
    INVENTED = "invented", "An end names a raw record that was never written."
    SHARED_ID = "shared_id", "Two raw records have events with one ce_id."
    UNREADABLE = "unreadable", "A record of a topic of ours cannot be read."
    WRONG_KEY = "wrong_key", "An event lies under another key than its article's, or a copy's than its original's."
    VERSION_TWICE = "version_twice", "Two raw records made the same version of an article."
    VERSION_ORDER = "version_order", "An article's versions do not follow each other, or a revision does not grow."
    ORPHAN = "orphan", "A duplicate_of names an article that was never published."
    ITSELF = "itself", "A raw record is a duplicate of the article that it made itself, and of nothing else."
    CHANGED_BYTES = "changed_bytes", "A dead letter does not hold the bytes of its raw record."
    CLAIM_BEHIND = "claim_behind", "The changelog of the claims does not know a version that was published."


class Span(NamedTuple):
    """A partition as the brokers see it: first offset kept, offset behind the last, and its group's commit."""

    start: int
    end: int
    committed: int | None = None


class Positions(NamedTuple):
    """Spans by topic and partition; the commits are those of the role that reads the topic, taken before the spans."""

    spans: dict[str, dict[int, Span]]

    def waits(self, topic: str, partition: int, offset: int) -> bool:
        """Say whether the reader of a topic has not finished this record."""
        span = self.spans.get(topic, {}).get(partition)
        return span is not None and offset >= (span.committed or 0)


class Report(Struct, frozen=True, kw_only=True):
    """The account. ``ends`` counts raw records by how they ended, ``repeats`` records that were written again."""

    read: int
    ends: dict[str, int]
    repeats: dict[str, int]
    waiting: dict[str, int]
    """Raw records without an end yet, by the topic in which they wait."""
    aged: int
    """Raw records without an end, older than what compaction leaves untouched; nothing can be said of them."""
    unread: int
    """Ends of raw records that are no longer on the raw topic."""
    taken_down: int
    """Keys that a null value took down."""
    violations: dict[str, int]
    examples: dict[str, list[str]]

    @property
    def balanced(self) -> bool:
        """Whether every raw record has exactly one end, or is on its way to it, and nothing contradicts it."""
        return not self.violations

"""A small world for de-duplication: records, a local store, a changelog, and crashes of all kinds between them."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.dedupe.decide import decide, recover
from service.dedupe.policy import DAY, HOUR, Policy
from service.dedupe.signature import Signature, sign
from service.wire import closed
from service.wire.article import Article
from service.wire.event import Image, Provenance, Source
from service.wire.verdict import Verdict

START = 1_760_000_000_000
"""Some day in October 2025, ms since 1970."""

Logged = list[tuple[bytes, bytes | None]]


def article(
    offset: int = 0,
    *,
    at: int = START,
    url: str | None = None,
    title: str | None = None,
    text: str | None = None,
    source: str | None = "Example Times",
    guid: str | None = None,
    scope: str = "default",
    complete: bool | None = None,
    retracted: bool = False,
    published: str | None = None,
    modified: str | None = None,
    images: tuple[str, ...] = (),
    canonical: str | None = None,
    description: str | None = None,
) -> Article:
    """Return a cleaned article that lay at an offset of the raw topic."""
    return Article(
        scope=scope,
        url=url,
        canonical_url=canonical or url,
        title=title,
        text=text,
        text_complete=complete if text else None,
        source=Source(name=source),
        guid=guid,
        retracted=retracted,
        published_at=published,
        modified_at=modified,
        description=description,
        images=[Image(url=image) for image in images],
        provenance=Provenance(
            dialect="test", topic="news.raw", partition=0, offset=offset, record_time=at, pipeline_version="0"
        ),
    )


@dataclass
class World:
    """The dedupe role without Kafka: the store is a dict, the changelog a list."""

    policy: Policy = field(default_factory=Policy)
    store: dict[bytes, bytes] = field(default_factory=dict)
    changelog: Logged = field(default_factory=list)
    offset: int = 0
    at: int = START

    def see(self, *, hours: float = 0.5, **about: object) -> Verdict:
        """Deliver a new record some time after the one before."""
        self.at += int(hours * HOUR)
        self.offset += 1
        return self.deliver(sign(article(self.offset, at=self.at, **about)))  # type: ignore[arg-type]

    def deliver(self, signature: Signature, *, logged: int | None = None) -> Verdict:
        """Deliver a record; of its logged writes only the first ``logged`` reach the changelog."""
        decision = decide(signature, self.store, self.policy)
        self.apply([*decision.derived, *decision.logged])
        self.changelog += decision.logged[:logged]
        return decision.verdict

    def apply(self, writes: Logged) -> None:
        """Write to the local store."""
        for key, value in writes:
            if value is None:
                self.store.pop(key, None)
            else:
                self.store[key] = value

    def recover(self) -> None:
        """Lose the local store and rebuild it from the compacted changelog."""
        self.store = {}
        last = {key: place for place, (key, _) in enumerate(self.changelog)}
        self.changelog = [write for place, write in enumerate(self.changelog) if last[write[0]] == place]
        self.catch_up(0)

    def catch_up(self, place: int) -> None:
        """Apply the changelog from a place on, as recovery does."""
        for key, value in self.changelog[place:]:
            self.apply([*recover(key, value, self.store, self.policy), (key, value)])


def days(count: float) -> float:
    """Return days in hours."""
    return count * DAY / HOUR


DUPLICATE, NEW, UPDATED, RETRACTED = (
    closed.Status.DUPLICATE,
    closed.Status.NEW,
    closed.Status.UPDATED,
    closed.Status.RETRACTED,
)

"""What holds for any order of records, any redelivery and any crash."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from service.dedupe.policy import DAY, HOUR
from service.dedupe.signature import Signature, sign
from service.wire.closed import DuplicateReason, Status
from service.wire.verdict import Verdict
from tests.unit.dedupe.world import START, World, article

WORDS = [
    "council",
    "harbour",
    "ministry",
    "engineers",
    "bridge",
    "river",
    "workers",
    "budget",
    "farmers",
    "season",
    "market",
    "prices",
    "school",
    "teachers",
    "hospital",
    "doctors",
    "court",
    "judges",
    "port",
    "ships",
    "railway",
    "tunnel",
    "museum",
    "library",
    "festival",
    "players",
    "coach",
    "stadium",
    "rain",
    "snow",
]


def _story(number: int, extra: int, figure: int) -> str:
    """Return an invented text: the same number gives the same story."""
    words = [WORDS[(number * 7 + place * (number + 3) + place * place) % len(WORDS)] for place in range(60)]
    words[20] = str(figure)
    return " ".join([*words, *(f"later{number}x{more}" for more in range(extra))]) + "."


TITLES = (
    "Council opens the new harbour bridge",
    "Council opens the new harbour bridge at last",
    "Ministry counts 12 ships in the port",
    "Ministry counts 15 ships in the port",
    "Cartoon",
    "مجلس المدينة يفتتح جسر الميناء الجديد",
    None,
)
URLS = ("https://a.example/1", "https://a.example/2", "https://b.example/1", "https://b.example/", None)

about = st.fixed_dictionaries(
    {
        "url": st.sampled_from(URLS),
        "title": st.sampled_from(TITLES),
        "text": st.one_of(
            st.none(),
            st.builds(_story, st.integers(1, 3), st.sampled_from([0, 0, 5, 30]), st.sampled_from([7, 7, 8])),
        ),
        "source": st.sampled_from(["a", "b", None]),
        "guid": st.sampled_from([None, None, "guid-1"]),
        "retracted": st.sampled_from([False, False, False, False, True]),
        "complete": st.sampled_from([None, None, False]),
        "modified": st.sampled_from([None, None, "2025-10-09T10:00:00Z", "2025-11-09T10:00:00Z"]),
        "scope": st.sampled_from(["default", "default", "other"]),
    }
)


class Deliveries(RuleBasedStateMachine):
    """Records arrive, come again, and the role crashes, with and without its disk."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.records: list[Signature] = []
        self.said: dict[tuple[str, int, int], Verdict] = {}
        self.clock: dict[tuple[str, int, int], int] = {}
        self.published: dict[str, list[Verdict]] = {}
        self.publishers: dict[str, set[tuple[str, int, int]]] = {}
        self.at = START
        self.now: dict[str, int] = {}

    @initialize()
    def start(self) -> None:
        """Begin with an empty world."""

    def _new(self, fields: dict[str, object], hours: int) -> Signature:
        self.at += hours * HOUR
        record = sign(article(len(self.records), at=self.at, **fields))  # type: ignore[arg-type]
        self.records.append(record)
        return record

    def _hear(self, record: Signature, verdict: Verdict) -> None:
        """Check a verdict that is sent, and remember it."""
        now = self.now[record.scope] = max(self.now.get(record.scope, 0), record.record_time)
        before = self.said.get(record.origin)
        remembered = before is not None and now - self.clock[record.origin] < self.world.policy.content_days * DAY
        if remembered:
            assert verdict == before
            return
        if verdict.status is Status.DUPLICATE:
            target = verdict.dedupe.duplicate_of
            assert target is not None
            assert target in self.published, "a copy of something that was never published"
            assert record.origin not in self.publishers[target], "a copy of itself"
            if verdict.dedupe.reason is not DuplicateReason.SAME_ARTICLE:
                assert self.published[target][-1].status is not Status.RETRACTED
        else:
            self._published(record, verdict)
        self.said[record.origin] = verdict
        self.clock[record.origin] = now

    def _published(self, record: Signature, verdict: Verdict) -> None:
        """Check an event of an article's life; one that is said again must be an old one unchanged."""
        earlier = self.published.setdefault(verdict.article_id, [])
        if record.origin in self.publishers.get(verdict.article_id, ()):
            same = [other for other in earlier if other.revision == verdict.revision]
            if same:
                assert (same[0].version, same[0].status) == (verdict.version, verdict.status)
                return
        assert verdict.revision > max((other.revision for other in earlier), default=-1)
        assert verdict.status is not Status.UPDATED or earlier
        if verdict.version == 1:  # known for the first time, or again after it was forgotten
            self.publishers[verdict.article_id] = set()
        self.publishers[verdict.article_id].add(record.origin)
        earlier.append(verdict)

    @rule(fields=about, hours=st.sampled_from([0, 1, 1, 5, 20]))
    def arrive(self, fields: dict[str, object], hours: int) -> None:
        """A new record."""
        record = self._new(fields, hours)
        self._hear(record, self.world.deliver(record))

    @rule(place=st.integers(0, 60))
    def come_again(self, place: int) -> None:
        """Any earlier record is delivered again, at any time."""
        if self.records:
            record = self.records[place % len(self.records)]
            self._hear(record, self.world.deliver(record))

    @rule(
        batch=st.lists(about, min_size=1, max_size=4),
        kept=st.integers(0, 20),
        acknowledged=st.integers(0, 4),
        disk=st.sampled_from(["kept", "lost", "stale"]),
    )
    def crash(self, batch: list[dict[str, object]], kept: int, acknowledged: int, disk: str) -> None:
        """Some records were decided; a prefix of their changelog arrived; the role starts again.

        Its disk is as it was, ahead of the changelog; or lost; or as old as before the batch, behind the changelog.
        Only records whose changelog arrived whole may have been acknowledged; the others are delivered again, in order.
        """
        records = [self._new(fields, 1) for fields in batch]
        store, changelog, ends = dict(self.world.store), list(self.world.changelog), []
        for record in records:
            self._hear(record, self.world.deliver(record))
            ends.append(len(self.world.changelog))
        before, kept = len(changelog), len(changelog) + kept
        self.world.changelog = self.world.changelog[:kept]
        whole = sum(end <= kept for end in ends)
        if disk == "lost":
            self.world.recover()
        elif disk == "stale":
            self.world.store = store
            self.world.catch_up(before)
        for record in records[min(whole, acknowledged) :]:
            self._hear(record, self.world.deliver(record))

    @rule(fields=about, writes=st.integers(0, 6), again=st.booleans())
    def crash_between_two_writes(self, fields: dict[str, object], writes: int, *, again: bool) -> None:
        """A record was decided, nothing of it was sent, and so many of its changelog records arrived."""
        record = self._new(fields, 1)
        self.world.deliver(record, logged=writes)
        self.world.recover()
        if again:
            self._hear(record, self.world.deliver(record))
        self._hear(record, self.world.deliver(record))

    @rule()
    def lose_the_disk(self) -> None:
        """The local store is lost while everything was acknowledged."""
        self.world.recover()

    @rule(count=st.sampled_from([3, 8, 30, 100]))
    def pause(self, count: int) -> None:
        """Nothing happens for some days."""
        self.at += count * DAY

    @invariant()
    def copies_are_of_published_articles(self) -> None:
        """No chains: what is pointed at was published."""
        for verdict in self.said.values():
            if verdict.dedupe.duplicate_of:
                assert self.published.get(verdict.dedupe.duplicate_of)

    @invariant()
    def recovery_gives_the_same_indexes(self) -> None:
        """What is derived from the changelog is what was derived along the way."""
        again = World(policy=self.world.policy, changelog=list(self.world.changelog))
        again.recover()
        assert _indexes(again.store) == _indexes(self.world.store)


def _indexes(store: dict[bytes, bytes]) -> dict[bytes, object]:
    """Return claims and what leads to them; lists without their order."""
    found: dict[bytes, object] = {}
    for key, value in store.items():
        if key[:1] in b"cori":
            found[key] = value
        elif key[:1] in b"hps":
            found[key] = {value[at : at + 16] for at in range(0, len(value), 16)}
    return found


Deliveries.TestCase.settings = settings(
    max_examples=120, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestDeliveries = Deliveries.TestCase

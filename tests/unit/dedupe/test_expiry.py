"""Bounded memory, and recovery from the changelog."""

from __future__ import annotations

from typing import Any

from service.dedupe.decide import recover
from service.dedupe.entries import alias_key, claim_key
from service.dedupe.identity import spelt
from service.dedupe.policy import DAY
from service.dedupe.signature import sign
from tests.unit.dedupe.stories import HARBOUR, HARBOUR_TITLE, JISR, JISR_TITLE, WHEAT, WHEAT_TITLE
from tests.unit.dedupe.world import DUPLICATE, NEW, START, World, article, days


def _kinds(world: World) -> dict[bytes, int]:
    counts: dict[bytes, int] = {}
    for key in world.store:
        counts[key[:1]] = counts.get(key[:1], 0) + 1
    return counts


def _traffic(world: World, *, hours: float, count: int, each: float) -> None:
    """Let articles arrive that have nothing in common."""
    world.at += int(hours * 3_600_000)
    for _ in range(count):
        number = world.offset
        text = " ".join(f"w{number}x{place}" for place in range(30))
        world.see(
            hours=each, url=f"https://t.example.com/{number}", title=f"About {number} and {number} more", text=text
        )


def test_indexes_leave_with_the_content_and_identities_later() -> None:
    world = World()
    world.see(url="https://times.example.com/a", title=HARBOUR_TITLE, text=HARBOUR, guid="story-1")
    keys = set(world.store)

    _traffic(world, hours=days(8), count=20, each=1)
    after_a_week = {key[:1] for key in keys & set(world.store)}
    _traffic(world, hours=days(90), count=20, each=1)

    assert after_a_week == {b"c", b"i", b"w"}
    assert keys & set(world.store) == {key for key in keys if key[:1] == b"w"}


def test_what_falls_due_on_one_day_lies_in_one_entry_and_one_by_one_in_older_stores() -> None:
    world = World()
    world.see(url="https://times.example.com/a", title=HARBOUR_TITLE, text=HARBOUR)
    (entry,) = [key for key in world.store if key[:1] == b"x"]
    both = world.store[entry]
    assert sorted((both[:17], both[17:])) == sorted(key for key, _ in world.changelog)

    world.store[entry], world.store[entry[:-1] + b"\x01"] = both[:17], both[17:]
    world.store[b"n" + entry[1:9]] = (2).to_bytes(8, "big")
    keys = set(world.store) - {b"w" + entry[1:5]}
    _traffic(world, hours=days(98), count=20, each=1)

    assert not keys & set(world.store)


def test_what_expires_leaves_the_changelog_as_tombstones() -> None:
    world = World()
    world.see(url="https://times.example.com/a", title=HARBOUR_TITLE, text=HARBOUR)
    logged = [key for key, _ in world.changelog]

    _traffic(world, hours=days(8), count=10, each=1)
    _traffic(world, hours=days(92), count=20, each=1)
    last = dict(world.changelog)

    assert [last[key] for key in logged] == [None, None]


def test_memory_stays_bounded_under_steady_traffic() -> None:
    world = World()
    _traffic(world, hours=0, count=400, each=12)  # 200 days
    middle = _kinds(world)
    _traffic(world, hours=0, count=400, each=12)

    later = _kinds(world)
    assert later.keys() == middle.keys()
    assert all(abs(later[kind] - middle[kind]) <= 2 for kind in later)


def test_recurring_headlines_are_forgotten() -> None:
    world = World()
    for text in (HARBOUR, WHEAT):
        world.see(hours=24, url=f"https://times.example.com/{len(text)}", title="The morning briefing today", text=text)
    learned = _kinds(world)[b"r"]

    _traffic(world, hours=days(70), count=30, each=1)

    assert (learned, b"r" in _kinds(world)) == (1, False)


def test_a_back_file_older_than_the_clock_is_de_duplicated_too() -> None:
    world = World()
    world.see(url="https://times.example.com/a", title=HARBOUR_TITLE, text=HARBOUR)
    old = START - 400 * DAY

    one = world.deliver(sign(article(100, at=old, url="https://times.example.com/old", title="Old story", text=WHEAT)))
    two = world.deliver(sign(article(101, at=old, url="https://post.example.com/old", title="Old copy", text=WHEAT)))

    assert (one.status, two.status) == (NEW, DUPLICATE)


def test_a_revision_does_not_fall_when_an_article_was_forgotten() -> None:
    world = World()
    first = world.see(url="https://times.example.com/a", title=HARBOUR_TITLE, text=HARBOUR)
    _traffic(world, hours=days(91), count=30, each=1)

    late = sign(article(999, at=START - DAY, url="https://times.example.com/a", title=HARBOUR_TITLE, text=WHEAT))

    assert world.deliver(late).revision > first.revision


def test_recovery_from_the_compacted_changelog_gives_the_same_verdicts() -> None:
    world = World()
    for number in range(12):
        world.see(url=f"https://times.example.com/{number % 5}", title=HARBOUR_TITLE, text=HARBOUR + str(number))
    other = World(changelog=list(world.changelog), offset=world.offset, at=world.at)
    other.recover()

    copy: dict[str, Any] = {
        "url": "https://post.example.com/1",
        "title": "Another headline",
        "text": HARBOUR,
        "source": "Post",
    }
    assert other.see(**copy) == world.see(**copy)


def test_recovered_claims_expire() -> None:
    world = World()
    world.see(url="https://times.example.com/a", title=HARBOUR_TITLE, text=HARBOUR)
    world.recover()
    keys = {key for key in world.store if key[:1] in b"hps"}

    _traffic(world, hours=days(8), count=20, each=1)

    assert keys
    assert not keys & set(world.store)


def test_keys_of_other_kinds_have_nothing_derived() -> None:
    assert recover(b"__faust\0offset__", b"12", {}) == []


def test_a_tombstone_takes_the_indexes_along() -> None:
    world = World()
    world.see(url="https://times.example.com/a", title=HARBOUR_TITLE, text=HARBOUR)
    identity = next(key for key in world.store if key[:1] == b"c")[1:]

    derived = recover(claim_key(identity), None, world.store)

    assert {key[:1] for key, value in derived if value is None} == {b"h", b"p", b"s", b"i"}


def test_an_address_given_back_by_a_forgotten_article_leads_where_recovery_finds_it() -> None:
    world = World()
    world.see(url="https://a.example/1", guid="g-1", title=HARBOUR_TITLE, text=HARBOUR)
    world.see(url="https://a.example/4", guid="g-1", title=HARBOUR_TITLE, text=HARBOUR)
    world.see(url="https://a.example/2", title=WHEAT_TITLE, text=WHEAT, hours=days(89.5))
    # From here on the first article is forgotten, but its claim is still there: it is cleaned away by the day.
    wheat = world.see(url="https://a.example/2", guid="g-1", title=WHEAT_TITLE, text=WHEAT, hours=days(0.5))
    world.see(url="https://a.example/4", title=JISR_TITLE, text=JISR)
    world.see(url="https://a.example/3", title="Something else entirely happens", hours=days(3))
    recovered = World(changelog=list(world.changelog), at=world.at, offset=world.offset)
    recovered.recover()

    leads = [{key: value for key, value in known.store.items() if key[:1] == b"i"} for known in (world, recovered)]
    assert wheat.status == DUPLICATE
    assert leads[0] == leads[1]
    assert spelt(leads[0][alias_key(sign(article(guid="g-1")).guid)]) == wheat.article_id

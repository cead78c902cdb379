"""Claims rebuilt from the last values of a changelog are those that the running process had."""

from __future__ import annotations

import random

import pytest

from service.dedupe.claims import decode_claim
from service.dedupe.entries import LONGEST_LIST
from service.dedupe.policy import DAY, Policy
from service.dedupe.rebuilding import Harvest, clocks, derived, keys_of, lower_bound
from tests.unit.dedupe.stories import HARBOUR, HARBOUR_MORE, HARBOUR_TITLE, JISR, JISR_TITLE, WHEAT, WHEAT_TITLE
from tests.unit.dedupe.world import Logged, World, days

PAGE = "https://bay-herald.example/story"


def rebuilt(changelog: Logged, policy: Policy, *, packed_every: int = 10_000) -> dict[bytes, bytes]:
    """Return a store made of the last values, the rows packed every so many of them, taken in the order of keys."""
    last = {key: (value, order) for order, (key, value) in enumerate(changelog)}
    harvest, store = Harvest(policy), {}
    for number, (key, (value, order)) in enumerate(sorted(last.items())):
        if value is not None:
            store[key] = value
            harvest.take(key, value, order)
        if number % packed_every == 0:
            harvest.pack()
    harvest.pack()
    for kind, rows in harvest.rows():
        entries, elsewhere = derived(kind, rows)
        store.update([*entries, *elsewhere])
    store.update(clocks(harvest.times, harvest.days))
    return store


def lists(store: dict[bytes, bytes], kinds: bytes) -> dict[bytes, object]:
    """Return entries; those of lists whose order does not count as sets."""
    return {
        key: value if key[:1] in b"coriw" else {value[at : at + 16] for at in range(0, len(value), 16)}
        for key, value in store.items()
        if key[:1] in kinds
    }


def reminded(store: dict[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    """Return what is reminded of, with scope and day."""
    found = []
    for key, value in store.items():
        at = 0
        while key[:1] == b"x" and at < len(value):
            end = at + (13 if value[at : at + 1] == b"r" else 17)
            found.append((key[1:9], value[at:end]))
            at = end
    return sorted(found)


@pytest.mark.parametrize("seed", range(8))
def test_a_store_rebuilt_is_the_one_that_was_lost(seed: int) -> None:
    """Over random streams of new articles, versions, copies, shared addresses, columns, withdrawals and expiry."""
    draw = random.Random(seed)  # noqa: S311 - repeatable, nothing secret
    world = World(policy=Policy(content_days=2, identity_days=5, recurring_days=3))
    texts = {HARBOUR_TITLE: HARBOUR, WHEAT_TITLE: WHEAT, JISR_TITLE: JISR, "Letters to the editor": HARBOUR_MORE}
    for _ in range(70):
        title = draw.choice(list(texts))
        words = texts[title].split()
        world.see(
            hours=draw.choice([0.1, 1, 9, days(1)]),
            url=f"{PAGE}/{draw.randrange(12)}",
            guid=draw.choice([None, f"g-{draw.randrange(4)}"]),
            title=draw.choice([title, f"{title} - Bay Herald", f"Update {draw.randrange(5)}: {title}"]),
            text=" ".join(words[draw.randrange(9) :]),
            source=draw.choice(["Bay Herald", "Evening Mail"]),
            scope=draw.choice(["default", "default", "other"]),
            retracted=draw.random() < 0.05,
        )

    store = rebuilt(world.changelog, world.policy, packed_every=draw.choice([1, 7, 1000]))

    assert lists(store, b"corihpsu") == lists(world.store, b"corihpsu")
    assert {key: value[:8] for key, value in store.items() if key[:1] == b"w"} == {
        key: value[:8] for key, value in world.store.items() if key[:1] == b"w"
    }
    assert {key for _, key in reminded(store)} == {key for key in store if key[:1] in b"cor"}


def test_each_logged_entry_is_reminded_of_once_and_the_days_are_counted() -> None:
    world = World()
    for number in range(30):
        world.see(url=f"{PAGE}/{number}", title=f"Quay {number} opens to the public", text=None)
    store = rebuilt(world.changelog, world.policy)

    keys = [key for _, key in reminded(store)]
    assert sorted(keys) == sorted(key for key in store if key[:1] in b"co")
    for key, value in store.items():
        if key[:1] == b"n":
            places = sorted(entry[9:] for entry in store if entry[:1] == b"x" and entry[1:9] == key[1:])
            assert [int.from_bytes(place) for place in places] == list(range(int.from_bytes(value)))
    (clock,) = [value for key, value in store.items() if key[:1] == b"w"]
    assert int.from_bytes(clock[:8]) == world.at
    assert int.from_bytes(clock[8:12]) == world.at // DAY  # what is due begins later


def test_what_was_due_before_it_came_back_is_looked_at() -> None:
    """The clock starts at the first day that has reminders, however long ago that is."""
    world = World(policy=Policy(content_days=2, identity_days=6, recurring_days=4))
    world.see(url=f"{PAGE}/1", title=HARBOUR_TITLE, text=HARBOUR)
    world.see(hours=days(40), url=f"{PAGE}/2", title=WHEAT_TITLE, text=WHEAT)
    lost = [write for write in world.changelog if write[1] is not None]  # the tombstones of the day had not been sent
    world.store = rebuilt(lost, world.policy)
    assert sum(key[:1] == b"c" for key in world.store) == 2

    for number in range(6):
        world.see(hours=1, url=f"{PAGE}/later/{number}", title=f"Ferry {number} leaves the old pier", text=None)

    claims = [decode_claim(value) for key, value in world.store.items() if key[:1] == b"c"]
    assert len(claims) == 7
    assert HARBOUR_TITLE not in {claim.title for claim in claims}


def test_of_a_hot_key_the_claims_written_last_remain() -> None:
    world = World()
    for number in range(LONGEST_LIST + 9):
        text = f"berth {number} " * 3 + " ".join(f"n{number}x{place}" for place in range(40))
        world.see(hours=0.1, url=f"{PAGE}/{number}", title="The harbour master answers your letters", text=text)
    order = [key[1:] for key, _ in world.changelog if key[:1] == b"c"]
    last = sorted(dict.fromkeys(order), key=lambda identity: len(order) - order[::-1].index(identity))

    store = rebuilt(world.changelog, world.policy)

    (longest,) = [value for key, value in store.items() if key[:1] == b"h"]
    assert [longest[at : at + 16] for at in range(0, len(longest), 16)] == last[-LONGEST_LIST:]


def test_ranges_of_rows_are_found_by_their_keys() -> None:
    world = World()
    for number in range(40):
        world.see(url=f"{PAGE}/{number}", title=f"Quay {number} opens to the public", text=None)
    harvest = Harvest(world.policy)
    for order, (key, value) in enumerate(world.changelog):
        harvest.take(key, value or b"", order)
    harvest.pack()
    rows = dict(harvest.rows())[b"i"]
    keys = keys_of(b"i", rows)

    assert keys == sorted(keys)
    assert [lower_bound(b"i", rows, key) for key in keys] == list(range(len(keys)))
    assert lower_bound(b"i", rows, b"") == 0
    assert lower_bound(b"i", rows, b"j") == len(rows) == 40
    whole = dict(derived(b"i", rows)[0])
    halves = [dict(derived(b"i", part)[0]) for part in (rows[:17], rows[17:])]
    assert whole == halves[0] | halves[1]


def test_a_row_of_another_width_is_refused() -> None:
    """Rows are cut by their kind's width: one that differs would garble all behind it."""
    harvest = Harvest(Policy())
    harvest._rows[b"s"] = [bytes(33), bytes(32)]

    with pytest.raises(ValueError, match="other widths than 33"):
        harvest.pack()

"""Recovery by stretches of the changelog gives the claims that the running process had."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import faust
import pytest
from faust.stores.rocksdb import Store
from faust.types import TP

from service.dedupe import draft
from service.dedupe.policy import Policy
from service.dedupe.recovery import recover, recover_all
from service.stream import claims as module
from service.stream import restoration
from service.stream.builders import Builders, Task
from service.stream.claims import ClaimsStore, ClaimsTable
from service.stream.restoration import runs_folder
from service.stream.runs import write_run
from tests.unit.dedupe.stories import HARBOUR, HARBOUR_MORE, HARBOUR_TITLE, JISR, JISR_TITLE, WHEAT, WHEAT_TITLE
from tests.unit.dedupe.world import Logged, World, days

PAGE = "https://harbour-post.example/news"
CHANGELOG = TP("khabar-claims-changelog", 0)


def lived() -> World:
    """Return a world in which everything happened that writes: versions, copies, reused URLs, withdrawals, expiry."""
    world = World(policy=Policy(content_days=2, identity_days=6, recurring_days=4))
    for number in range(40):  # reminders come due, and contents and identities leave
        world.see(hours=6, url=f"{PAGE}/short/{number}", title=f"Ferry number {number} is late again", text=None)
    world.see(url=f"{PAGE}/1", title=HARBOUR_TITLE, text=HARBOUR)
    world.see(url=f"{PAGE}/2", title=WHEAT_TITLE, text=WHEAT, guid="wheat-1")
    world.see(url="https://mail.example/9", title="Second crossing planned", text=HARBOUR, source="Evening Mail")
    world.see(url=f"{PAGE}/1", title=HARBOUR_TITLE, text=HARBOUR + HARBOUR_MORE)
    world.see(url=f"{PAGE}/live", title="Live: the council votes", text=HARBOUR[::-1])
    world.see(url=f"{PAGE}/live", title="Storm closes the northern ferry line", text=WHEAT[::-1])  # the URL reused
    for day, text in enumerate((WHEAT, HARBOUR, JISR)):  # a column: one headline over other texts
        world.see(hours=26, url=f"{PAGE}/column/{day}", title="Letters to the editor this week", text=text[40 * day :])
    world.see(url=f"{PAGE}/2", title=WHEAT_TITLE, text=WHEAT, guid="wheat-1", retracted=True)
    world.see(hours=days(1), url=f"{PAGE}/ar", title=JISR_TITLE, text=JISR, scope="other")
    return world


@pytest.fixture(scope="module", name="world")
def _world() -> World:
    return lived()


def known(store: dict[bytes, bytes]) -> dict[bytes, object]:
    """Return what decisions rest on; lists of claims without their order, which does not count."""
    found: dict[bytes, object] = {}
    for key, value in store.items():
        if key[:1] in b"cori":
            found[key] = value
        elif key[:1] in b"hpsua":
            found[key] = {value[at : at + 16] for at in range(0, len(value), 16)}
        elif key[:1] == b"w":
            found[key] = value[:8]  # the clock; where the cleaning stands may differ
    return found


def compacted(changelog: Logged) -> Logged:
    """Return a changelog as the broker keeps it: of each key the last record."""
    last = {key: place for place, (key, _) in enumerate(changelog)}
    return [write for place, write in enumerate(changelog) if last[write[0]] == place]


def at_once(writes: Logged, store: draft.Store, policy: Policy) -> Logged:
    """Return all writes that a stretch comes to."""
    return [write for group in recover_all(writes, store, policy) for write in group.items()]


def stretches(changelog: Logged, size: int) -> Iterator[Logged]:
    return (changelog[at : at + size] for at in range(0, len(changelog), size))


def test_the_world_has_everything_that_recovery_must_bring_back(world: World) -> None:
    kinds = {key[:1] for key in world.store}
    assert kinds == {b"c", b"o", b"r", b"i", b"h", b"p", b"s", b"u", b"w", b"n", b"x"}
    assert sum(value is None for _, value in world.changelog) > 10  # tombstones
    assert len(compacted(world.changelog)) < len(world.changelog)


@pytest.mark.parametrize("size", [1, 2, 7, 50, 10_000])
@pytest.mark.parametrize("whole", [True, False])
def test_stretches_of_any_size_give_what_was_known(world: World, size: int, *, whole: bool) -> None:
    again = World(policy=world.policy)
    for stretch in stretches(world.changelog if whole else compacted(world.changelog), size):
        again.apply(at_once(stretch, again.store, world.policy))

    assert known(again.store) == known(world.store)


def test_a_stretch_is_what_its_writes_come_to_one_by_one(world: World) -> None:
    changelog = compacted(world.changelog)
    one_by_one, together = World(), World()
    for key, value in changelog:
        one_by_one.apply([*recover(key, value, one_by_one.store, world.policy), (key, value)])
    together.apply(at_once(changelog, together.store, world.policy))

    assert known(together.store) == known(one_by_one.store)


class Counting:
    """A store that counts how often it is asked."""

    def __init__(self, values: dict[bytes, bytes]) -> None:
        self.values = values
        self.one_by_one = self.at_once = 0

    def get(self, key: bytes) -> bytes | None:
        self.one_by_one += 1
        return self.values.get(key)

    def get_many(self, keys: list[bytes]) -> list[bytes | None]:
        self.at_once += 1
        return list(map(self.values.get, keys))


def test_a_stretch_in_which_contents_expire_asks_all_at_once() -> None:
    """A look at the store for one key costs as much as one for ten."""
    world = World(policy=Policy(content_days=2, identity_days=6, recurring_days=4))
    for number in range(60):
        text = " ".join(f"berth{number}x{place}" for place in range(30))
        world.see(hours=2, url=f"{PAGE}/berth/{number}", title=f"Berth {number} is dredged at last", text=text)
    middle = next(place for place, (_, value) in enumerate(world.changelog) if value is None)
    again = World(policy=world.policy)
    again.apply(at_once(world.changelog[:middle], again.store, world.policy))
    store = Counting(again.store)

    writes = at_once(world.changelog[middle:], store, world.policy)

    assert sum(value is None and key[:1] in b"hps" for key, value in writes) > 100
    assert store.at_once + store.one_by_one < 20


@pytest.mark.parametrize("size", [1, 3, 100])
def test_an_address_of_two_claims_leads_to_the_one_written_last(size: int) -> None:
    """Also where both were written several times in one stretch."""
    world = World()
    world.see(url=f"{PAGE}/1", guid="g-1", title=HARBOUR_TITLE, text=HARBOUR)
    world.see(url=f"{PAGE}/4", guid="g-1", title=HARBOUR_TITLE, text=HARBOUR)
    world.see(url=f"{PAGE}/2", title=WHEAT_TITLE, text=WHEAT, hours=days(89.5))
    world.see(url=f"{PAGE}/2", guid="g-1", title=WHEAT_TITLE, text=WHEAT, hours=days(0.5))
    world.see(url=f"{PAGE}/4", title=JISR_TITLE, text=JISR)  # takes /4 away from the first article, which keeps g-1
    assert any(len(value) > 16 for key, value in world.store.items() if key[:1] == b"i")

    again = World()
    for stretch in stretches(world.changelog, size):
        again.apply(at_once(stretch, again.store, world.policy))

    assert known(again.store) == known(world.store)


def test_what_came_back_expires(world: World) -> None:
    """After the longest lifetime the scope's records clean everything away that recovery brought back."""
    again = World(policy=world.policy, at=world.at, offset=1_000)
    again.apply(at_once(compacted(world.changelog), again.store, world.policy))
    before = {key for key in again.store if key[:1] in b"cor"}
    assert len(before) > 25
    assert {key[:1] for key in before} == {b"c", b"o", b"r"}

    for scope in ("default", "other"):
        for number in range(60):
            title = f"Ferry line {number} opens at noon"
            again.see(hours=days(0.3), url=f"{PAGE}/{scope}/{number}", title=title, scope=scope)

    assert not before & again.store.keys()


@pytest.fixture(name="store")
def _store(tmp_path: Path, world: World) -> Iterator[ClaimsStore]:
    """An empty claims table on RocksDB."""
    faust_app: Any = faust.App(
        "test",
        broker="kafka://127.0.0.1:1",
        autodiscover=False,
        web_enabled=False,
        datadir=str(tmp_path),
        loop=asyncio.new_event_loop(),
    )
    table: ClaimsTable = ClaimsTable(faust_app, name="claims", partitions=1)
    store = table.claims
    store.policy = world.policy
    Path(faust_app.conf.tabledir).mkdir(parents=True, exist_ok=True)
    yield store
    store._close({0})
    faust_app.loop.close()


def contents(store: ClaimsStore) -> dict[bytes, bytes]:
    return {key: value for key, value in store.claims(0).db.items() if key != Store.offset_key}


def test_a_table_is_restored_with_the_offset_reached(store: ClaimsStore, world: World) -> None:
    reached = -1
    for stretch in stretches(compacted(world.changelog), 9):
        reached += len(stretch)
        store.restore(0, stretch, reached)
        assert store.persisted_offset(CHANGELOG) == reached

    assert known(contents(store)) == known(world.store)


def test_a_restored_table_goes_on_where_it_stopped(store: ClaimsStore, world: World) -> None:
    """Given away in the middle: claims and offset were written together, so the rest completes them."""
    changelog = compacted(world.changelog)
    store.restore(0, changelog[:60], 59)
    store._close({0})

    reached = store.persisted_offset(CHANGELOG)
    assert reached == 59
    store.restore(0, changelog[reached + 1 :], len(changelog) - 1)
    assert known(contents(store)) == known(world.store)


def test_what_all_partitions_gather_is_bounded_together(
    store: ClaimsStore, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many come back at once, each to the claims that it had."""
    monkeypatch.setattr(restoration, "RUN_BYTES", 6_000)
    changelog = compacted(world.changelog)
    most = 0
    for place in range(0, len(changelog), 2):
        for partition in range(4):
            store.restore(partition, changelog[place : place + 2], min(place + 1, len(changelog) - 1))
            most = max(most, sum(each.size for each in store._restoring.values()))
    assert 4_000 < most < 6_000

    for partition in (0, 3):
        items = store.claims(partition).db.items()
        assert known({key: value for key, value in items if key != Store.offset_key}) == known(world.store)
    store._close({0, 1, 2, 3})


@pytest.mark.parametrize("killed_after", range(0, 200, 13))
def test_a_process_killed_in_the_middle_goes_on_behind_the_last_run(
    store: ClaimsStore, world: World, monkeypatch: pytest.MonkeyPatch, killed_after: int
) -> None:
    """What was gathered and not yet in a run is lost with the process, and its offsets with it."""
    changelog = world.changelog
    monkeypatch.setattr(restoration, "RUN_BYTES", 4_000)
    for place in range(0, killed_after, 3):
        store.restore(0, changelog[place : place + 3], place + 2)
    store._restoring.clear()  # as kill -9 leaves the store: no run of what was gathered, files half built, half a run
    folder = runs_folder(Path(store._db_for_partition(0).path()))
    folder.mkdir(exist_ok=True)
    built, begun = folder / "files-of-the-killed" / "logged-0.sst", folder / "000000.begun"
    built.parent.mkdir()
    for left in (built, begun):
        left.write_bytes(b"half")

    reached = store.persisted_offset(CHANGELOG)
    assert not built.parent.exists()
    assert not begun.exists()
    start = 0 if reached is None else reached + 1
    assert start <= killed_after + 2
    assert start > 0 or killed_after < 30
    store.restore(0, changelog[start:], len(changelog) - 1)
    assert known(contents(store)) == known(world.store)


def test_a_database_that_is_there_is_followed_and_what_a_recovery_left_beside_it_goes(
    store: ClaimsStore, world: World
) -> None:
    """Killed between the files' way into the database and the removal of the runs."""
    changelog = compacted(world.changelog)
    store.restore(0, changelog[:60], 59)
    folder = Path(store.claims(0).db.path())
    store._claims.clear()
    runs_folder(folder).mkdir()
    write_run(runs_folder(folder) / "000000.run", dict(changelog[:30]), reached=29, order=0)

    assert store.persisted_offset(CHANGELOG) == 59
    store.restore(0, changelog[60:], len(changelog) - 1)

    assert not runs_folder(folder).exists()
    assert known(contents(store)) == known(world.store)


@pytest.mark.parametrize("taken_away", [True, False])
def test_a_restoration_that_is_given_up_while_it_is_finished_goes_on_later(
    store: ClaimsStore, world: World, monkeypatch: pytest.MonkeyPatch, *, taken_away: bool
) -> None:
    """The partition is taken away while other processes build its files; or the thread is waited for."""
    changelog = compacted(world.changelog)
    store.restore(0, changelog, len(changelog) - 1)
    building, run = threading.Event(), Builders.run

    def told(builders: Builders, tasks: Iterable[Task], *, processes: int) -> list[Any]:
        building.set()
        return run(builders, tasks, processes=processes)

    monkeypatch.setattr(Builders, "run", told)
    thread = threading.Thread(target=store.finish_restoring, args=(0,))
    thread.start()
    assert building.wait(60)
    if taken_away:
        store._close({0})
    thread.join(60)

    assert store.restoring() == []
    assert store.persisted_offset(CHANGELOG) == len(changelog) - 1
    assert store.restoring() == ([0] if taken_away else [])
    assert known(contents(store)) == known(world.store)


def test_a_garbled_run_ends_the_process_and_all_is_read_again(
    store: ClaimsStore, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    changelog = compacted(world.changelog)
    store.restore(0, changelog, len(changelog) - 1)
    folder = Path(store._db_for_partition(0).path())
    store._close({0})
    (run,) = runs_folder(folder).glob("*.run")
    whole = run.read_bytes()
    run.write_bytes(whole[:300] + bytes([whole[300] ^ 1]) + whole[301:])
    monkeypatch.setattr(module, "die", died)
    with pytest.raises(Died, match="claims_recovery_failed"):
        store.claims(0)
    store._close({0})
    store._dbs.clear()

    assert store.persisted_offset(CHANGELOG) is None
    store.restore(0, changelog, len(changelog) - 1)
    assert known(contents(store)) == known(world.store)


class Died(BaseException):
    """In place of the process's end."""


def died(event: str, _error: BaseException) -> NoReturn:
    raise Died(event)


@pytest.mark.parametrize("begun", [True, False])
def test_a_claim_that_cannot_be_read_ends_the_process_and_leaves_nothing_of_its_stretch(
    store: ClaimsStore, world: World, monkeypatch: pytest.MonkeyPatch, *, begun: bool
) -> None:
    monkeypatch.setattr(module, "die", died)
    before = {}
    if begun:
        store.restore(0, world.changelog[:20], 19)
        before = contents(store)

    def restored() -> None:
        store.restore(0, [*world.changelog[20:40], (b"c" + bytes(16), b"no claim")], 40)
        store.claims(0)

    with pytest.raises(Died, match="claims_recovery_failed"):
        restored()

    assert dict(store._db_for_partition(0).items()).keys() - {Store.offset_key} == before.keys()

"""A damaged store costs a re-reading of the changelog, never a claim and never a restart loop."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from faust.stores.rocksdb import Store

from service.stream import claims as module
from service.stream.claims import MOST_CLOCKS, PartitionClaims, open_claims
from service.stream.rocks import BLOCK_CACHE

COUNT = 4000
NOISE = random.Random(11).randbytes(2 * 1024 * 1024)  # noqa: S311 - the same in every run
"""What no compression makes smaller and nobody reads: values, and what damage leaves behind."""


class Died(BaseException):
    """In place of the process's end."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A closed database with files on disk and a write-ahead log."""
    path = tmp_path / "claims-0.db"
    claims = PartitionClaims(open_claims(path))
    claims.reached = 41
    claims.write([(b"c%d" % number, NOISE[300 * number :][:300]) for number in range(COUNT)])
    claims.db.flush()
    claims.write([(b"c-last", b"1")])
    claims.db.close()
    return path


@pytest.fixture(autouse=True)
def deaths(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the process would have ended with."""
    found: list[str] = []

    def die(event: str, _error: BaseException) -> NoReturn:
        found.append(event)
        raise Died

    monkeypatch.setattr(module, "die", die)
    return found


def only(folder: Path, pattern: str) -> Path:
    return min(folder.glob(pattern))


def garble(path: Path, at: int, size: int) -> None:
    data = bytearray(path.read_bytes())
    data[at : at + size] = NOISE[-size:]
    path.write_bytes(data)


def opened(folder: Path) -> Iterator[Any]:
    claims = PartitionClaims(open_claims(folder))
    yield claims
    claims.db.close()


DAMAGE: dict[str, Callable[[Path], None]] = {
    "a file is missing": lambda folder: only(folder, "*.sst").unlink(),
    "a file is cut": lambda folder: os.truncate(only(folder, "*.sst"), 1000),
    "the list of files is garbled": lambda folder: garble(only(folder, "MANIFEST*"), 10, 60),
    "the list of files is missing": lambda folder: only(folder, "MANIFEST*").unlink(),
    "the pointer to the list is garbled": lambda folder: garble(folder / "CURRENT", 0, 20),
    "the pointer leads nowhere": lambda folder: garble(folder / "CURRENT", 9, 6),
    "the pointer to the list is missing": lambda folder: (folder / "CURRENT").unlink(),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_store_is_begun_anew(folder: Path, damage: str) -> None:
    DAMAGE[damage](folder)

    for claims in opened(folder):
        assert claims.get(b"c7") is None
        assert claims.get(Store.offset_key) is None  # so the changelog is read from its beginning
        claims.write([(b"c7", b"again")])
    for claims in opened(folder):
        assert claims.get(b"c7") == b"again"


def test_damage_that_shows_when_it_is_read_ends_the_process_and_is_mended_at_the_next_start(
    folder: Path, deaths: list[str]
) -> None:
    garble(only(folder, "*.sst"), 1000, only(folder, "*.sst").stat().st_size // 2)
    keys = [b"c%d" % number for number in range(COUNT)]
    for claims in opened(folder):
        with pytest.raises(Died):
            claims.get_many(keys)
        with pytest.raises(Died):
            list(map(claims.get, keys))
    assert deaths == ["claims_unreadable"] * 2

    for claims in opened(folder):
        assert claims.get_many(keys) == [None] * COUNT
        assert claims.get(Store.offset_key) is None
    for claims in opened(folder):
        claims.write([(b"c1", b"kept")])
    for claims in opened(folder):
        assert claims.get(b"c1") == b"kept"  # the mark is gone: nothing is removed again


def test_a_sound_store_is_kept(folder: Path) -> None:
    for claims in opened(folder):
        assert claims.get(b"c-last") == b"1"
        assert claims.get(Store.offset_key) == b"41"


def test_an_existing_store_is_opened_with_filters_and_cache_too(folder: Path) -> None:
    def figure(claims: Any, name: str) -> int:
        return int(claims.db.property_value(f"rocksdb.{name}"))

    for claims in opened(folder):
        before = figure(claims, "block-cache-usage")
        assert claims.get_many([b"c%d5" % number for number in range(COUNT, 2 * COUNT)]) == [None] * COUNT

        assert figure(claims, "block-cache-capacity") == BLOCK_CACHE
        # One block in a hundred is read in vain; without filters all of these keys' blocks would have been.
        assert figure(claims, "block-cache-usage") - before < COUNT * 300 / 10


def test_a_locked_store_is_not_taken_for_a_damaged_one(folder: Path) -> None:
    for claims in opened(folder):
        with pytest.raises(Exception, match="lock"):
            open_claims(folder)
        assert claims.get(b"c-last") == b"1"


def test_a_store_that_cannot_be_made_is_not_removed(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("not a folder")

    with pytest.raises(Exception, match="Not a directory"):
        open_claims(place / "claims-0.db")
    assert place.read_text() == "not a folder"


def test_clocks_kept_in_memory_are_those_in_the_database(folder: Path) -> None:
    for claims in opened(folder):
        assert claims.get(b"wscope") is None
        claims.write([(b"c1", b"claim")], [(b"wscope", b"1"), (b"nscope", b"1")])
        assert (claims.get(b"wscope"), claims.get(b"nscope")) == (b"1", b"1")
        claims.write([], [(b"wscope", b"2"), (b"nscope", None)])
        assert (claims.get(b"wscope"), claims.get(b"nscope")) == (b"2", None)
        assert claims.get_many([b"wscope", b"nscope"]) == [b"2", None]
    for claims in opened(folder):
        assert (claims.get(b"wscope"), claims.get(b"nscope")) == (b"2", None)


def test_a_write_that_fails_leaves_the_clocks_as_they_are_in_the_database(folder: Path) -> None:
    for claims in opened(folder):
        claims.write([(b"wscope", b"1")])
        assert claims.get(b"wscope") == b"1"
        with pytest.raises(ValueError, match="bytes"):
            claims.write([(b"wscope", b"2"), (b"c1", 3)])
        assert claims.get(b"wscope") == b"1"


def test_clocks_of_many_scopes_take_bounded_memory(folder: Path) -> None:
    for claims in opened(folder):
        for scope in range(3 * MOST_CLOCKS):
            claims.write([(b"w%d" % scope, b"%d" % scope)])
            assert claims.get(b"w%d" % scope) == b"%d" % scope
        assert len(claims._clocks) <= MOST_CLOCKS
        assert claims.get(b"w1") == b"1"

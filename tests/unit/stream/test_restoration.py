"""What is gathered for bulk loading reads like a database that everything is written to at once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from faust.stores.rocksdb import Store

from service.stream import restoration
from service.stream.claims import open_claims
from service.stream.restoration import Restoration
from service.stream.sorted_files import FileWriter


@pytest.fixture
def files() -> Iterator[FileWriter]:
    writer = FileWriter()
    yield writer
    writer.close()


def begun(folder: Path, files: FileWriter) -> Restoration:
    return Restoration(open_claims(folder), files)


def contents(restored: Restoration) -> dict[bytes, bytes]:
    return {key: value for key, value in restored._db.items() if key != Store.offset_key}


@pytest.mark.parametrize("seed", range(6))
def test_reads_see_every_write_before_them(
    tmp_path: Path, files: FileWriter, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """In memory, in a file, deleted, written again, and after another process has begun where this one stopped."""
    monkeypatch.setattr(restoration, "FILE_BYTES", 600)
    draw = random.Random(seed)  # noqa: S311 - repeatable, nothing secret
    keys = [b"c%d" % number for number in range(60)]
    expected: dict[bytes, bytes] = {}
    restored = begun(tmp_path / "0", files)
    for turn in range(80):
        asked = draw.sample(keys, 7)
        assert restored.get_many(asked) == [expected.get(key) for key in asked]
        writes = {key: draw.randbytes(20) if draw.random() < 0.7 else None for key in asked[:4]}
        restored.add(turn, writes)
        expected.update({key: value for key, value in writes.items() if value is not None})
        for key in [key for key, value in writes.items() if value is None]:
            expected.pop(key, None)
        if turn in {30, 60}:
            restored.end()
            del restored
            restored = begun(tmp_path / "0", files)
    restored.end()

    assert contents(restored) == expected
    assert restored._db.get(Store.offset_key) == b"79"


def test_nothing_of_a_stretch_is_there_before_its_offset(
    tmp_path: Path, files: FileWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoration, "FILE_BYTES", 100)
    restored = begun(tmp_path / "0", files)
    restored.add(5, {b"c1": bytes(60)})
    assert contents(restored) == {}
    assert restored._db.get(Store.offset_key) is None

    restored.add(9, {b"c2": bytes(60)})  # a file is full
    restored.add(12, {b"c3": bytes(60)})
    restored.await_file()
    assert contents(restored).keys() == {b"c1", b"c2"}
    assert restored._db.get(Store.offset_key) == b"9"


def test_keys_never_written_are_not_looked_for_in_a_database_begun_here(tmp_path: Path, files: FileWriter) -> None:
    restored = begun(tmp_path / "0", files)
    asked: list[list[bytes]] = []

    class Watched:
        """The database, its reads noted."""

        def get(self, keys: list[bytes]) -> list[bytes | None]:
            asked.append(keys)
            return [None] * len(keys)

    restored._db = Watched()
    keys = [b"s%d" % number for number in range(5_000)]
    assert restored.get_many(keys) == [None] * 5_000
    assert sum(map(len, asked)) < 50  # two keys that share both marks
    restored.get_many(keys)
    assert sum(map(len, asked)) >= 5_000  # asked for before, so they may have been written

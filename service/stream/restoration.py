"""Bulk loading of claims: what a changelog comes to is gathered in memory and goes to RocksDB as sorted files.

RocksDB takes such a file in whole or not at all, and the offset that it reaches is a key in it. So a process that is
killed in the middle goes on behind the last file. A file of sorted keys costs half of writing them one batch a
stretch: no log is written ahead, nothing is sorted into a memory table, and few files mean few compactions. Full ones
are written by another process (:mod:`service.stream.sorted_files`) while the next one is gathered.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import rocksdict
from faust.stores.rocksdb import Store

from service.stream.sorted_files import Entries, FileWriter, write_sorted

FILE_BYTES = 12 * 1024 * 1024
"""Values gathered for one file; with their keys and in memory they take about five times as much, and twice that while
the file before is written."""

_MANY_FILES = {
    "level0_file_num_compaction_trigger": "48",
    "level0_slowdown_writes_trigger": "112",
    "level0_stop_writes_trigger": "160",
}
"""Files that RocksDB gathers before it compacts them, while a changelog is read: a seventh of the compaction work."""

_FEW_FILES = {
    "level0_file_num_compaction_trigger": "4",
    "level0_slowdown_writes_trigger": "20",
    "level0_stop_writes_trigger": "36",
}
"""RocksDB's own values again: decisions look into each of these files."""

_MARK_BITS = 28
_MARK_MASK = np.uint64((1 << _MARK_BITS) - 1)
"""32 MiB of marks: of a key that is not there, one in fifty is looked for after a million claims."""


class Restoration:
    """The claims of one partition while its changelog is read; ``files`` writes for all partitions."""

    def __init__(self, db: Any, files: FileWriter) -> None:
        self._db = db
        self._files = files
        self._gathered: dict[bytes, bytes | None] = {}
        self._size = 0
        self._given: Entries = {}
        """What the file holds that is being written."""
        self._number = 0
        folder = Path(db.path())
        for left in folder.parent.glob(f"{folder.name}.restoring*"):
            # One that a killed process left may be a file of the database under another name, and never be written to.
            left.unlink()
        self._path = folder.with_name(f"{folder.name}.restoring.{os.getpid()}")
        empty = next(iter(db.keys()), None) is None
        self._marks = np.full(1 << _MARK_BITS >> 3, 0 if empty else 0xFF, np.uint8)
        """Two bits are set for each key that may be there: all of them for a database that was begun before."""
        db.set_options(_MANY_FILES)

    def get(self, key: bytes) -> bytes | None:
        """Return the value of a key, or None."""
        return self.get_many([key])[0]

    def get_many(self, keys: list[bytes]) -> list[bytes | None]:
        """Return the values of keys, None for those that are not there.

        What is written was asked for before, or nobody asks for it here (reminders). So a key that is asked for the
        first time is not there, which is known of nearly all of them without a look at the database.
        """
        found: list[bytes | None] = [None] * len(keys)
        gathered, given = self._gathered, self._given
        ask: list[int] = []
        for place in self._marked(keys):
            key = keys[place]
            if key in gathered:
                found[place] = gathered[key]
            elif key in given:
                found[place] = given[key]
            else:
                ask.append(place)
        for place, value in zip(ask, self._db.get([keys[place] for place in ask]), strict=True):
            found[place] = value
        return found

    def _marked(self, keys: list[bytes]) -> list[int]:
        """Return the places of the keys that were marked before, and mark all."""
        hashes = np.fromiter(map(hash, keys), np.int64, len(keys)).view(np.uint64)
        marked: Any = np.uint8(1)
        for bits in (hashes & _MARK_MASK, hashes >> np.uint64(64 - _MARK_BITS)):
            byte, bit = bits >> np.uint64(3), (bits & np.uint64(7)).astype(np.uint8)
            marked = marked & (self._marks[byte] >> bit)
            np.bitwise_or.at(self._marks, byte, np.uint8(1) << bit)
        return np.flatnonzero(marked).tolist()

    def add(self, reached: int, *groups: dict[bytes, bytes | None]) -> None:
        """Take a stretch's writes, a None value deletes; ``reached`` is its last offset."""
        for writes in groups:
            self._gathered |= writes
            self._size += sum(map(len, filter(None, writes.values())))
        self._gathered[Store.offset_key] = b"%d" % reached
        if self._given and self._files.written(self._number, wait=False):
            self._ingest()
        if self._size >= FILE_BYTES:
            self.await_file()
            self._number = self._files.give(self._path, self._completed())

    def end(self) -> None:
        """Let the database have all that was gathered, and compact as it does otherwise."""
        self.await_file()
        if self._gathered:
            write_sorted(self._path, self._completed())
            self._ingest()
        self._db.set_options(_FEW_FILES)

    def _completed(self) -> Entries:
        """Return what was gathered, for a file, and begin to gather anew."""
        self._given, self._gathered, self._size = self._gathered, {}, 0
        return self._given

    def await_file(self) -> None:
        """Wait until the file that is being written, if there is one, belongs to the database."""
        if self._given:
            self._files.written(self._number, wait=True)
            self._ingest()

    def _ingest(self) -> None:
        """Let the database take the file that was written."""
        moved = rocksdict.IngestExternalFileOptions()
        moved.set_move_files(True)
        self._db.ingest_external_file([str(self._path)], moved)
        self._path.unlink(missing_ok=True)
        self._given = {}

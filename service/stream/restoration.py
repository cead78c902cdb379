"""Bulk loading of claims: what a changelog comes to is gathered in memory and goes to RocksDB as sorted files.

RocksDB takes such a file in whole or not at all, and the offset that it reaches is a key in it. So a process that is
killed in the middle goes on behind the last file. A file of sorted keys costs half of writing them one batch a
stretch: no log is written ahead, nothing is sorted into a memory table, and few files mean few compactions.
"""

from __future__ import annotations

from operator import itemgetter
from pathlib import Path
from typing import Any

import rocksdict
from faust.stores.rocksdb import Store

from service.dedupe.entries import Write

FILE_BYTES = 24 * 1024 * 1024
"""Keys and values gathered for one file; in memory they take about three times as much."""

_MANY_FILES = {
    "level0_file_num_compaction_trigger": "16",
    "level0_slowdown_writes_trigger": "48",
    "level0_stop_writes_trigger": "64",
}
"""Files that RocksDB gathers before it compacts them, while a changelog is read: a fifth of the compaction's work."""

_FEW_FILES = {
    "level0_file_num_compaction_trigger": "4",
    "level0_slowdown_writes_trigger": "20",
    "level0_stop_writes_trigger": "36",
}
"""RocksDB's own values again: decisions look into each of these files."""

_by_key = itemgetter(0)


class Restoration:
    """The claims of one partition while its changelog is read. ``options`` are those of its database."""

    def __init__(self, db: Any, options: rocksdict.Options) -> None:
        self._db = db
        self._options = options
        self._gathered: dict[bytes, bytes | None] = {}
        self._size = 0
        db.set_options(_MANY_FILES)

    def get(self, key: bytes) -> bytes | None:
        """Return the value of a key, or None."""
        return self.get_many([key])[0]

    def get_many(self, keys: list[bytes]) -> list[bytes | None]:
        """Return the values of keys, None for those that are not there."""
        gathered = self._gathered
        found: dict[bytes, bytes | None] = {key: gathered[key] for key in keys if key in gathered}
        others = [key for key in keys if key not in found]
        found.update(zip(others, self._db.get(others), strict=True))
        return list(map(found.__getitem__, keys))

    def add(self, writes: list[Write], reached: int) -> None:
        """Take a stretch's writes, a None value deletes; ``reached`` is its last offset."""
        self._gathered.update(writes)
        self._gathered[Store.offset_key] = b"%d" % reached
        self._size += sum([len(key) + len(value or b"") for key, value in writes])
        if self._size >= FILE_BYTES:
            self.flush()

    def end(self) -> None:
        """Let the database have all that was gathered, and compact as it does otherwise."""
        self.flush()
        self._db.set_options(_FEW_FILES)

    def flush(self) -> None:
        """Let the database take what was gathered."""
        if not self._gathered:
            return
        path = Path(f"{self._db.path()}.restoring")
        # One that a killed process left may be a file of the database under another name: it must not be written to.
        path.unlink(missing_ok=True)
        writer = rocksdict.SstFileWriter(options=self._options)
        writer.open(str(path))
        for key, value in sorted(self._gathered.items(), key=_by_key):
            if value is None:
                del writer[key]
            else:
                writer[key] = value
        writer.finish()
        moved = rocksdict.IngestExternalFileOptions()
        moved.set_move_files(True)
        self._db.ingest_external_file([str(path)], moved)
        self._gathered = {}
        self._size = 0

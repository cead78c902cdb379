"""What a process beside the role does for a rebuilt database: sorted files of RocksDB, each over a range of keys.

No two files overlap, so RocksDB takes them for its lowest level and has nothing to compact.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import rocksdict

from service.dedupe.policy import Policy
from service.dedupe.rebuilding import Entry, Harvest, Rows, derived, keys_of, lower_bound, row_bytes
from service.stream.rocks import packed_options
from service.stream.runs import Run, entries_between, opened

_SAMPLED = 1_024
"""Rows of which one's key is told, so that ranges of as many rows can be chosen."""


_opened = functools.cache(opened)
"""Many tasks ask for the same runs."""


class Built(NamedTuple):
    """What became of a range of logged entries."""

    file: str
    """The file of RocksDB; empty where nothing of the range is left."""
    rows: dict[bytes, str]
    """Files of sorted rows by their kind."""
    samples: dict[bytes, list[bytes]]
    """The keys of some rows of each kind, ascending."""
    times: dict[bytes, int]
    days: dict[bytes, int]


class _File:
    """A file for RocksDB that is begun with its first entries."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: rocksdict.SstFileWriter | None = None

    def write(self, entries: Iterable[Entry]) -> None:
        """Write entries, at least one, in the order of their keys and behind those before."""
        if self._file is None:
            self._file = rocksdict.SstFileWriter(options=packed_options())
            self._file.open(str(self._path))
        put = self._file.__setitem__
        for key, value in entries:
            put(key, value)

    def end(self) -> str:
        """Finish the file, let the disk have it and return its path; empty where there was no entry."""
        if self._file is None:
            return ""
        self._file.finish()
        with self._path.open("rb") as file:
            os.fsync(file.fileno())
        return str(self._path)


def write_entries(path: Path, entries: Mapping[bytes, bytes]) -> str:
    """Write a file of entries and return its path, empty where there are none; raises what RocksDB raises."""
    file = _File(path)
    if entries:
        file.write(sorted(entries.items()))
    return file.end()


def build_logged(path: Path, runs: Sequence[str], keys: Sequence[bytes | None], policy: Policy) -> Built:
    """Build a file of the last values of logged entries, and the rows that follow from them.

    ``runs`` are the paths of all runs as they followed each other, ``keys`` the bounds of the ranges that are held in
    memory one after the other; None is the end of all keys. Raises what RocksDB raises, ``OSError``,
    :class:`DeliveryFault` for a garbled run and ``msgspec.MsgspecError`` for a claim that cannot be unpacked.
    """
    file, harvest = _File(path), Harvest(policy)
    for low, high in pairwise(keys):
        _take_range(file, harvest, map(_opened, runs), low or b"", high)
        harvest.pack()
    rows, samples = {}, {}
    for kind, found in harvest.rows():
        where = path.with_suffix(f".rows-{kind.decode()}")
        where.write_bytes(found.tobytes())
        rows[kind] = str(where)
        samples[kind] = keys_of(kind, found[::_SAMPLED])
    return Built(file.end(), rows, samples, harvest.times, harvest.days)


def _take_range(file: _File, harvest: Harvest, runs: Iterable[Run], low: bytes, high: bytes | None) -> None:
    """Write the last values of the keys of a range."""
    last: dict[bytes, tuple[bytes | None, int]] = {}
    for run in runs:
        for key, value, order in entries_between(run, low, high):
            last[key] = value, order
    left = sorted((key, value) for key, (value, _) in last.items() if value is not None)
    if left:
        file.write(left)
    for key, value in left:
        harvest.take(key, value, last[key][1])


def build_derived(
    path: Path, kind: bytes, files: Sequence[str], keys: Sequence[bytes | None]
) -> tuple[str, list[Entry]]:
    """Build a file of the entries that rows of one kind come to; ``keys`` as for :func:`build_logged`.

    Return its path and the entries that have to stand elsewhere.
    """
    file = _File(path)
    elsewhere: list[Entry] = []
    places = [_places(kind, rows, keys) for rows in files]
    for number in range(len(keys) - 1):
        parts = [_rows(kind, rows, *at[number : number + 2]) for rows, at in zip(files, places, strict=True)]
        found: Rows = np.concatenate(parts)
        found.sort(kind="stable")  # quick where sorted stretches follow each other
        if len(found):
            entries, others = derived(kind, found)
            file.write(entries)
            elsewhere += others
    return file.end(), elsewhere


def _places(kind: bytes, path: str, keys: Sequence[bytes | None]) -> list[int]:
    """Return the places in a file of sorted rows at which keys begin."""
    rows = np.memmap(path, f"V{row_bytes(kind)}", "r")
    return [len(rows) if key is None else lower_bound(kind, rows, key) for key in keys]


def _rows(kind: bytes, path: str, start: int, end: int) -> Rows:
    """Return rows of a file; read and not mapped, so that they are gone when they are done with."""
    width = row_bytes(kind)
    return np.fromfile(path, f"V{width}", end - start, offset=start * width)

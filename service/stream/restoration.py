"""Claims from nothing: a changelog is gathered in sorted runs on disk, and the database built of them at its end.

Only what is left of a key is worth work: most of a recovery was lists read and changed for claims that are written
again later, and compactions. The runs are kept until the database has taken all files at once, so a process that is
killed goes on behind the last run.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import rocksdict
from faust.stores.rocksdb import Store

from service.dedupe.policy import Policy
from service.dedupe.rebuilding import LOGGED_KINDS, clocks
from service.stream.builders import Builders
from service.stream.building import Built, build_derived, build_logged, write_entries
from service.stream.runs import Run, bounds, opened, read_run, write_run

RUN_BYTES = 32 * 1024 * 1024
"""Keys and values gathered in memory, those of all partitions together."""

RANGE_BYTES = 16 * 1024 * 1024
"""Bytes of runs that a process that builds files holds at once, in memory about three times as much."""

_RANGES = 4
"""Ranges of logged entries that become one file."""

_THOUSAND_ROWS = 256
"""Rows that such a process holds at once, with what becomes of them some 50 MiB."""

_ROW_RANGES = 8
"""Ranges of rows that become one file."""

_PROCESSES = 2


def is_empty(db: Any) -> bool:
    """Say whether a database holds nothing: its claims are not followed but rebuilt."""
    return next(iter(db.keys()), None) is None


def runs_folder(folder: Path) -> Path:
    """Return where the runs of a database lie, beside its folder."""
    return folder.with_name(f"{folder.name}.restoring")


def remove_runs(folder: Path) -> None:
    """Remove what a recovery left beside a database."""
    shutil.rmtree(runs_folder(folder), ignore_errors=True)


def bound(restorations: Collection[Restoration]) -> None:
    """Let the disk have the most that one of them has gathered, once all together hold too much; raises ``OSError``."""
    if sum(each.size for each in restorations) >= RUN_BYTES:
        max(restorations, key=lambda each: each.size).keep()


class Restoration:
    """The claims of one partition from the beginning of its changelog to its end; goes on with runs that are there."""

    def __init__(self, db: Any, policy: Policy) -> None:
        self._db = db
        self._policy = policy
        self._folder = runs_folder(Path(db.path()))
        self._folder.mkdir(exist_ok=True)
        self._runs: list[str] = []
        self._order = 0
        self.reached: int | None = None
        """The last offset that was taken, or None."""
        self._find()
        self._gathered: dict[bytes, bytes | None] = {}
        self.size = 0
        """Bytes of keys and values that are gathered, those that were written again since included."""
        self._builders = Builders()
        self._lock = threading.Lock()
        self._finished = self._given_up = False

    def _find(self) -> None:
        """Go on behind the runs that are there whole, and remove what else is."""
        for path in sorted(self._folder.iterdir()):
            run = read_run(path) if path == self._path(len(self._runs)) else None
            if run is not None:
                self._went_on(run)
            elif path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()

    def _went_on(self, run: Run) -> None:
        self._runs.append(run.path)
        self._order, self.reached = run.next_order, run.reached

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06}.run"

    def add(self, writes: Collection[tuple[bytes, bytes | None]], reached: int) -> None:
        """Take a stretch of the changelog; ``reached`` is its last offset. Raises ``OSError``."""
        gathered, last = self._gathered, dict(writes)
        if len(last) < len(writes):  # a key's place is that of its last write
            last = {}
            for key, value in writes:
                last.pop(key, None)
                last[key] = value
        for key in gathered.keys() & last.keys():
            del gathered[key]
        gathered |= last
        self.size += sum([len(key) + len(value) if value else len(key) for key, value in writes])
        self.reached = reached

    def keep(self) -> None:
        """Let the disk have what was gathered. Raises ``OSError``."""
        if self._gathered and self.reached is not None:
            path = self._path(len(self._runs))
            self._went_on(write_run(path, self._gathered, reached=self.reached, order=self._order))
            self._gathered, self.size = {}, 0

    def finish(self) -> None:
        """Let the database have all that was taken, and remove the runs; may be called in a thread, and again.

        Does nothing once the restoration was given up. Raises what RocksDB raises, ``OSError``, and
        :class:`DeliveryFault` where a process that builds files fails.
        """
        with self._lock:
            if self._finished:
                return
            try:
                self.keep()
                files = self._built() if self._runs else []
            except Exception:
                if self._given_up:
                    return
                raise
            finally:
                self._builders.close()
            if self._given_up:
                return
            if files:
                moved = rocksdict.IngestExternalFileOptions()
                moved.set_move_files(True)
                self._db.ingest_external_file(files, moved)
            self._finished = True
            shutil.rmtree(self._folder, ignore_errors=True)

    def give_up(self) -> None:
        """Stop at once, the runs kept for whoever goes on; raises ``OSError``."""
        self._given_up = True
        self._builders.stop()
        with self._lock:
            self._builders.close()
            if not self._finished:
                self.keep()

    def _built(self) -> list[str]:
        """Build the files of the database and return their paths.

        They lie in a folder of their own: of a role that was killed, processes may work on for seconds.
        """
        folder = Path(tempfile.mkdtemp(prefix="files-", dir=self._folder))
        runs, policy = self._runs, self._policy
        opened_runs = list(map(opened, runs))
        size = sum(block.size for run in opened_runs for block in run.blocks)
        processes = _PROCESSES if size > RANGE_BYTES else 1  # one is begun sooner than two
        ranges = (part for keys in bounds(opened_runs, RANGE_BYTES, LOGGED_KINDS) for part in _files(keys, _RANGES))
        found: list[Built] = self._builders.run(
            (
                (build_logged, (folder / f"logged-{number}.sst", runs, keys, policy))
                for number, keys in enumerate(ranges)
            ),
            processes=processes,
        )
        rows: defaultdict[bytes, list[str]] = defaultdict(list)
        samples: defaultdict[bytes, list[bytes]] = defaultdict(list)
        times: dict[bytes, int] = {}
        days: dict[bytes, int] = {}
        for built in found:
            for kind, file in built.rows.items():
                rows[kind].append(file)
                samples[kind] += built.samples[kind]
            times |= {scope: max(now, times.get(scope, now)) for scope, now in built.times.items()}
            days |= {scope: min(day, days.get(scope, day)) for scope, day in built.days.items()}
        derived = self._builders.run(
            (
                (build_derived, (folder / f"{kind.decode()}-{number}.sst", kind, rows[kind], keys))
                for kind in rows
                for number, keys in enumerate(_files([b"", *_bounds(samples[kind]), None], _ROW_RANGES))
            ),
            processes=processes,
        )
        counts = {key: value for _, elsewhere in derived for key, value in elsewhere}
        small = [
            write_entries(folder / "counts.sst", counts),
            write_entries(folder / "clocks.sst", dict(clocks(times, days))),
            write_entries(folder / "offset.sst", {Store.offset_key: b"%d" % (self.reached or 0)}),
        ]
        return [file for file in (*(built.file for built in found), *(file for file, _ in derived), *small) if file]


def _bounds(samples: Iterable[bytes]) -> list[bytes]:
    """Return keys between which as many rows lie as are held at once."""
    return list(dict.fromkeys(sorted(samples)[_THOUSAND_ROWS::_THOUSAND_ROWS]))


def _files(keys: Sequence[bytes | None], ranges: int) -> Iterator[Sequence[bytes | None]]:
    """Return the bounds of the ranges of each file."""
    return (keys[start : start + ranges + 1] for start in range(0, len(keys) - 1, ranges))

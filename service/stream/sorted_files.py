"""Sorted files for RocksDB, written by a process of its own while claims are restored.

Sorting and writing is a quarter of a recovery's work, and all of it keeps Python's lock: only another process can do it
meanwhile. It imports neither Faust nor the rest of the role, so it is there within a fraction of a second.
"""

from __future__ import annotations

import functools
import os
import pickle
import select
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import rocksdict

from service.stream.rocks import claims_options

Entries = Mapping[bytes, bytes | None]
"""What a file says of keys; None deletes."""

_WRITTEN = b"\n"

_BEHIND = 5
"""What this process is less urgent by: there is time for a file until the next one is gathered."""


@functools.cache
def _file_options() -> rocksdict.Options:
    """Return the database's options without packing: compaction reads these files soon and packs what it writes."""
    options = claims_options()
    options.set_compression_type(rocksdict.DBCompressionType.none())
    return options


def write_sorted(path: Path, entries: Entries) -> None:
    """Write a file that RocksDB can take in whole; raises what RocksDB raises, such as for a full disk."""
    writer = rocksdict.SstFileWriter(options=_file_options())
    writer.open(str(path))
    for key in sorted(entries):
        value = entries[key]
        if value is None:
            del writer[key]
        else:
            writer[key] = value
    writer.finish()


class FileWriter:
    """The process that writes sorted files, in the order in which they are given to it; begun with the first one."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._given = self._answered = 0

    def give(self, path: Path, entries: Entries) -> int:
        """Let a file be written; return its number. Raises ``OSError`` where the process has ended."""
        if self._process is None:
            # In a session of its own: Ctrl-C is for the role, whose end this process sees at its input.
            self._process = subprocess.Popen(  # noqa: S603 - this module, by the interpreter that runs it
                [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
        files = _pipe(self._process.stdin)
        pickle.dump((path, entries), files, pickle.HIGHEST_PROTOCOL)
        files.flush()
        self._given += 1
        return self._given

    def written(self, number: int, *, wait: bool) -> bool:
        """Say whether a file is written; raises ``OSError`` where it, or one before it, could not be."""
        while self._answered < number:
            answers = _pipe(self._process.stdout if self._process else None)
            if not wait and not select.select([answers], [], [], 0)[0]:
                return False
            answer = answers.readline()
            if answer != _WRITTEN:
                raise OSError(answer.decode(errors="replace").strip() or "the process that writes files has ended")
            self._answered += 1
        return True

    def close(self) -> None:
        """End the process, if there is one, once it has written what it was given."""
        if self._process is not None:
            self._process.communicate()
        self._process = None
        self._given = self._answered = 0


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise OSError("the process that writes files was not begun")
    return stream


def main() -> None:
    """Write what comes in, and answer each file with an empty line or with what went wrong, until there is no more."""
    os.nice(_BEHIND)
    while True:
        try:
            path, entries = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the role that began this process
        except (EOFError, pickle.UnpicklingError):  # the role has ended, perhaps in the middle of a file
            return
        try:
            write_sorted(path, entries)
        except Exception as error:  # noqa: BLE001 - RocksDB raises nothing more particular
            sys.stdout.write(f"{error}".replace("\n", " ") or type(error).__name__)
            return
        sys.stdout.buffer.write(_WRITTEN)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

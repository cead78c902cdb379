"""The process that writes sorted files: what it writes, and that no failure of it goes unnoticed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.stream.claims import open_claims
from service.stream.sorted_files import FileWriter, write_sorted


@pytest.fixture
def files() -> Iterator[FileWriter]:
    writer = FileWriter()
    yield writer
    writer.close()


def child(files: FileWriter) -> subprocess.Popen[bytes]:
    assert files._process is not None
    return files._process


def test_files_are_written_in_the_order_given_and_as_they_would_be_here(tmp_path: Path, files: FileWriter) -> None:
    entries = [{b"k%d" % number: b"v%d" % (number % 7) for number in range(start, 50)} for start in (9, 3)]
    numbers = [files.give(tmp_path / f"{place}.sst", given) for place, given in enumerate(entries)]

    assert numbers == [1, 2]
    assert files.written(2, wait=True)
    assert files.written(1, wait=False)
    database = open_claims(tmp_path / "claims")
    database.ingest_external_file([str(tmp_path / "1.sst")])
    assert dict(database.items()) == entries[1]
    write_sorted(tmp_path / "here.sst", {b"k5": None, b"k6": b"new"})
    database.ingest_external_file([str(tmp_path / "here.sst")])
    assert database.get([b"k4", b"k5", b"k6"]) == [b"v4", None, b"new"]


def test_a_file_that_cannot_be_written_says_why(tmp_path: Path, files: FileWriter) -> None:
    number = files.give(tmp_path / "nowhere" / "1.sst", {b"k": b"v"})

    with pytest.raises(OSError, match="No such file or directory"):
        files.written(number, wait=True)


def test_a_killed_process_is_noticed(tmp_path: Path, files: FileWriter) -> None:
    files.written(files.give(tmp_path / "1.sst", {b"k": b"v"}), wait=True)
    child(files).kill()
    child(files).wait(60)

    with pytest.raises(OSError, match=r"Broken pipe|has ended"):
        files.written(files.give(tmp_path / "2.sst", {b"k": b"v"}), wait=True)


def test_it_ends_with_what_began_it_and_not_by_a_key(tmp_path: Path, files: FileWriter) -> None:
    """Ctrl-C goes to the role's process group; the role's end closes the pipe."""
    files.written(files.give(tmp_path / "1.sst", {b"k": b"v"}), wait=True)
    process = child(files)
    assert os.getpgid(process.pid) != os.getpgid(0)

    files.close()

    assert process.returncode == 0
    assert files.written(files.give(tmp_path / "2.sst", {b"k": b"v"}), wait=True)  # begun anew

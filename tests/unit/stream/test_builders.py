"""Processes that build files: what they answer, and that no failure of them goes unnoticed."""

from __future__ import annotations

import operator
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.errors import DeliveryFault
from service.stream.builders import Builders
from service.stream.building import write_entries
from service.stream.claims import open_claims


@pytest.fixture(name="builders")
def _builders() -> Iterator[Builders]:
    found = Builders()
    yield found
    found.close()


def test_answers_come_in_the_order_of_the_tasks(builders: Builders) -> None:
    tasks = [(operator.mul, (number, 3)) for number in range(30)]

    assert builders.run(tasks, processes=2) == [3 * number for number in range(30)]
    assert builders.run([], processes=2) == []
    assert len(builders._processes) == 2


def test_what_goes_wrong_is_said(builders: Builders) -> None:
    with pytest.raises(DeliveryFault, match="division by zero"):
        builders.run([(operator.truediv, (1, 0))], processes=1)


def test_a_file_that_cannot_be_written_says_why(builders: Builders, tmp_path: Path) -> None:
    with pytest.raises(DeliveryFault, match="No such file or directory"):
        builders.run([(write_entries, (tmp_path / "nowhere" / "1.sst", {b"k": b"v"}))], processes=1)


def test_a_file_written_elsewhere_is_taken_by_the_database(builders: Builders, tmp_path: Path) -> None:
    entries = {b"k%d" % number: b"v%d" % (number % 7) for number in range(50)}
    files = builders.run(
        [(write_entries, (tmp_path / "1.sst", entries)), (write_entries, (tmp_path / "2.sst", {}))], processes=1
    )

    assert files == [str(tmp_path / "1.sst"), ""]
    database = open_claims(tmp_path / "claims")
    database.ingest_external_file(files[:1])
    assert dict(database.items()) == entries


@pytest.mark.parametrize("when", ["idle", "at work"])
def test_a_killed_process_is_noticed(builders: Builders, when: str) -> None:
    builders.run([(operator.neg, (1,))], processes=1)
    (process,) = builders._processes
    killing = threading.Timer(0 if when == "idle" else 0.3, process.kill)
    killing.start()
    if when == "idle":
        process.wait(60)

    with pytest.raises(DeliveryFault, match="a process that builds files has ended"):
        builders.run([(time.sleep, (30,))], processes=1)


def test_stopped_in_another_thread_it_fails_at_once_and_begins_nothing_anew(builders: Builders) -> None:
    threading.Timer(0.3, builders.stop).start()
    begun = time.monotonic()

    with pytest.raises(DeliveryFault):
        builders.run([(time.sleep, (30,)), (time.sleep, (30,))], processes=2)

    assert time.monotonic() - begun < 20
    assert [process.wait(60) for process in builders._processes] == [-signal.SIGKILL] * 2
    assert builders._begun(5) == builders._processes


def test_processes_end_with_what_began_them_and_not_by_a_key(builders: Builders) -> None:
    """Ctrl-C goes to the role's process group; the role's end closes the pipe."""
    builders.run([(operator.neg, (1,))], processes=1)
    (process,) = builders._processes
    assert os.getpgid(process.pid) != os.getpgid(0)
    assert isinstance(process, subprocess.Popen)
    assert process.stdin is not None

    process.stdin.close()

    assert process.wait(60) == 0

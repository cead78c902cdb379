"""Tests in two processes: who gets what, and that nothing of what they say is lost on the way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sharing import ON_ONE_BROKER, TwoAtATime, place

ROOT = Path(__file__).resolve().parents[2]
CASES = """
import os
import pytest

@pytest.mark.kafka
@pytest.mark.parametrize("number", range(3))
def test_passes(figures, number):
    figures(f"seen {number} of 3 by {os.environ['PYTEST_XDIST_WORKER']}")

@pytest.mark.kafka
def test_fails():
    assert [1, 2] == [1, 3], "the reason"
"""


@pytest.mark.parametrize(
    ("file", "together"),
    [
        *((file, True) for file in ON_ONE_BROKER),
        ("tests/unit/wire/test_schema.py", True),
        ("tests/kafka/test_roles.py", False),
        ("tests/faults/test_kill.py", False),
    ],
)
def test_a_test_on_kafka_may_go_to_either_process_unless_its_file_shares_a_broker(file: str, together: bool) -> None:  # noqa: FBT001
    scheduler = object.__new__(TwoAtATime)
    one, other = (scheduler._split_scope(f"{file}::test_{name}[a::b]") for name in ("one", "other"))

    assert (one == other) is together


def test_what_takes_longest_goes_first_and_the_files_that_are_named_are_there(request: pytest.FixtureRequest) -> None:
    assert place(request.node) == len(ON_ONE_BROKER) + 2
    assert all((ROOT / file).is_file() for file in ON_ONE_BROKER)


def test_a_failure_and_the_figures_of_two_processes_reach_the_one_that_was_asked(tmp_path: Path) -> None:
    (tmp_path / "test_cases.py").write_text(CASES, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = kafka\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "tests.conftest", str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 1, done.stdout + done.stderr
    assert all(f"seen {number} of 3 by gw" in done.stdout for number in range(3))
    assert "4 tests ran, 4 of them on a real Kafka (3 passed)" in done.stdout
    assert "AssertionError: the reason" in done.stdout

"""The properties' examples are the same in every run: no chance decides whether the gate stands."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.skipif(
    settings.get_current_profile_name() != "khabar", reason="another profile was asked for, to draw other examples"
)


def drawn() -> list[int]:
    """Return what a property of integers is tried on."""
    found: list[int] = []

    @given(st.integers(0, 10**9))
    def check(number: int) -> None:
        found.append(number)

    check()
    return found


def test_examples_do_not_depend_on_what_else_was_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module with a thousand numbers, of which Hypothesis would try some."""
    before = drawn()
    path = tmp_path / "numbers_of_ours.py"
    path.write_text(f"NUMBERS = {list(range(700_000_000, 700_001_000))}\n", "utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    monkeypatch.setitem(sys.modules, path.stem, importlib.util.module_from_spec(spec))

    assert len(before) == 100
    assert drawn() == before


def test_no_clock_and_no_database_of_earlier_runs_decides() -> None:
    assert settings().derandomize
    assert Phase.target not in settings().phases
    assert (settings().deadline, settings().database) == (None, None)
    assert HealthCheck.too_slow in settings().suppress_health_check

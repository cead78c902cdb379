"""The page of promises names tests: each must exist, and each promise must have one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "guarantees.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))
PROMISES = [line for line in TEXT.splitlines() if line.startswith("| **")]


def defined(path: Path) -> set[str]:
    """Return the names that a test module defines at its top."""
    found: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


@pytest.mark.parametrize(("file", "name"), NAMED, ids=lambda part: part)
def test_a_named_test_exists(file: str, name: str) -> None:
    assert name in defined(ROOT / file)


def test_every_promise_names_a_test() -> None:
    assert len(PROMISES) > 10
    assert [line for line in PROMISES if not re.search(r"`tests/[\w/]+\.py::\w+`", line)] == []

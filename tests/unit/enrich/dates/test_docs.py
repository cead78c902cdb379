"""The tables of docs/dates.md are examples: what they say is found."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from service.cli.marks import guessed_language
from service.enrich.dates import find

PAGE = Path(__file__).resolve().parents[4] / "docs" / "dates.md"
ANCHOR = date(2017, 2, 16)
_ROW = re.compile(r"^\| (?P<text>[^|]+) \| (?P<values>none|`[^|]+`) \|$", re.MULTILINE)
_BOLD = re.compile(r"\*\*(.+?)\*\*")
ROWS = [(row["text"], row["values"]) for row in _ROW.finditer(PAGE.read_text("utf-8"))]


def test_the_page_has_its_examples() -> None:
    assert len(ROWS) >= 50


@pytest.mark.parametrize(("text", "values"), ROWS)
def test_an_example_of_the_page_is_found_as_it_says(text: str, values: str) -> None:
    plain = text.replace("**", "")
    wanted = list(zip(_BOLD.findall(text), re.findall("`([^`]+)`", values), strict=True))

    found = find(plain, language=guessed_language(plain), anchor=ANCHOR)

    assert [(mention.text, mention.value) for mention in found] == wanted

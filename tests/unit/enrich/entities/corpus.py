"""Read the marked sentences of tests/corpora/entities: ``[TYPE name]`` is a mention."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parents[3] / "corpora" / "entities"
_MARK = re.compile(r"\[(PER|ORG|LOC|MISC) ([^\]]+)\]")

Span = tuple[int, int, str]


class Case(NamedTuple):
    """A plain text and its mentions as (start, end, type)."""

    text: str
    spans: frozenset[Span]


def parse(marked: str) -> Case:
    spans, parts, size, last = [], [], 0, 0
    for match in _MARK.finditer(marked):
        before = marked[last : match.start()]
        parts += [before, match[2]]
        start = size + len(before)
        size = start + len(match[2])
        spans.append((start, size, match[1]))
        last = match.end()
    return Case("".join(parts) + marked[last:], frozenset(spans))


def cases(language: str) -> Iterator[Case]:
    data = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return (parse(marked) for marked in data["cases"])

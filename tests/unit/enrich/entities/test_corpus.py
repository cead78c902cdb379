"""F1 on our own marked sentences (tests/corpora/entities), by type and language, against floors."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from service.enrich.entities import find

FOLDER = Path(__file__).parents[3] / "corpora" / "entities"
MARK = re.compile(r"\[(PER|ORG|LOC|MISC) ([^\]]+)\]")

Span = tuple[int, int, str]


class Case(NamedTuple):
    """A plain text and its mentions as (start, end, type)."""

    text: str
    spans: frozenset[Span]


def parse(marked: str) -> Case:
    spans, parts, size, last = [], [], 0, 0
    for match in MARK.finditer(marked):
        before = marked[last : match.start()]
        parts += [before, match[2]]
        start = size + len(before)
        size = start + len(match[2])
        spans.append((start, size, match[1]))
        last = match.end()
    return Case("".join(parts) + marked[last:], frozenset(spans))


def cases(language: str) -> list[Case]:
    data = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return [parse(marked) for marked in data["cases"]]


def scores(language: str) -> dict[str, float]:
    hit: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for case in cases(language):
        found = {(m.start, m.end, m.type.value) for m in find(case.text, language=language)}
        for kind in ("PER", "ORG", "LOC", "MISC"):
            ours, gold = ({span for span in spans if span[2] == kind} for spans in (found, case.spans))
            hit[kind] += len(ours & gold)
            seen[kind] += len(ours) + len(gold)
    return {kind: 2 * hit[kind] / seen[kind] for kind in seen}


@pytest.mark.parametrize(("language", "least"), [("ar", 60), ("en", 40)])
def test_corpus_is_large_enough(language: str, least: int) -> None:
    assert len(cases(language)) >= least


@pytest.mark.parametrize("language", ["ar", "en"])
def test_corpus_has_every_type(language: str) -> None:
    assert {kind for case in cases(language) for *_, kind in case.spans} == {"PER", "ORG", "LOC", "MISC"}


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("kind", ["PER", "ORG", "LOC", "MISC"])
def test_f1_on_own_sentences(language: str, kind: str) -> None:
    assert scores(language)[kind] >= 0.95

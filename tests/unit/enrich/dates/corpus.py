"""Reads the date corpora: invented sentences, what is to be found in them, and what is not."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from service.enrich.dates import find

FOLDER = Path(__file__).resolve().parents[3] / "corpora" / "dates"
PARTS = ("found", "phrases", "nothing")
"""News sentences, expressions by themselves, texts without a date; a corpus may lack phrases."""

Pairs = list[tuple[str, str | None]]


class Case(NamedTuple):
    language: str
    part: str
    text: str
    wanted: Pairs
    now: datetime
    met: bool = True
    """False where the engine is known to differ: such a case counts in the floors only."""

    @property
    def id(self) -> str:
        """A name that stays when other cases come and go."""
        return f"{self.language}-{self.part}-{hashlib.sha256(self.text.encode()).hexdigest()[:8]}"

    def found(self) -> Pairs:
        mentions = find(self.text, language=self.language, anchor=self.now)
        return [(mention.text, mention.value) for mention in mentions]


class Corpus(NamedTuple):
    floor: float
    cases: list[Case]

    def part(self, name: str) -> list[Case]:
        return [case for case in self.cases if case.part == name]


class Score(NamedTuple):
    """Strict: a mention is right when its words and its value are."""

    f1: float
    misses: list[str]


@cache
def corpus(language: str) -> Corpus:
    """The cases that are all read on the one day of their file."""
    data = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    now = datetime.fromisoformat(data["now"])
    cases = [
        Case(language, part, text, _pairs(words), now)
        for part in ("found", "phrases")
        for text, *words in data.get(part, [])
    ]
    cases += [Case(language, "nothing", text, [], now) for text in data["nothing"]]
    cases += [
        Case(language, "found" if words else "nothing", text, _pairs(words), now, met=False)
        for text, *words in data.get("unmet", [])
    ]
    return Corpus(data["floor"], cases)


def news() -> list[str]:
    """The languages that have a file of news."""
    return sorted(path.stem.removeprefix("news_") for path in FOLDER.glob("news_*.toml"))


@cache
def news_corpus(language: str) -> Corpus:
    """News of one to three sentences, each read on a day of its own."""
    data = tomllib.loads((FOLDER / f"news_{language}.toml").read_text("utf-8"))
    return Corpus(
        data["floor"],
        [
            Case(language, "news", row["text"], _pairs(row["dates"]), datetime.fromisoformat(row["anchor"]))
            for row in data["cases"]
        ],
    )


def score(cases: Iterable[Case]) -> Score:
    right = said = wanted = 0
    misses = []
    for case in cases:
        found, due = Counter(case.found()), Counter(case.wanted)
        right += (found & due).total()
        said += found.total()
        wanted += due.total()
        if found != due:
            misses.append(f"{case.id} {case.text}\n  wanted {[*(due - found)]}\n  found  {[*(found - due)]}")
    return Score(2 * right / (said + wanted), misses)


def _pairs(words: list[str]) -> Pairs:
    """Pair words with values; an empty value is a mention of which nobody can say the days."""
    return [(said, value or None) for said, value in zip(words[::2], words[1::2], strict=True)]

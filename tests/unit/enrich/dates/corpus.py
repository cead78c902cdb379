"""Reads the date corpora: invented sentences, what is to be found in them, and what is not."""

from __future__ import annotations

import hashlib
import tomllib
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

    @property
    def id(self) -> str:
        """A name that stays when other cases come and go."""
        return f"{self.language}-{self.part}-{hashlib.sha256(self.text.encode()).hexdigest()[:8]}"

    def found(self) -> Pairs:
        mentions = find(self.text, language=self.language, anchor=corpus(self.language).now)
        return [(mention.text, mention.value) for mention in mentions]


class Corpus(NamedTuple):
    now: datetime
    floor: float
    cases: list[Case]

    def part(self, name: str) -> list[Case]:
        return [case for case in self.cases if case.part == name]


@cache
def corpus(language: str) -> Corpus:
    data = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    cases = [
        Case(language, part, text, list(zip(pairs[::2], pairs[1::2], strict=True)))
        for part in ("found", "phrases")
        for text, *pairs in data.get(part, [])
    ]
    cases += [Case(language, "nothing", text, []) for text in data["nothing"]]
    return Corpus(datetime.fromisoformat(data["now"]), data["floor"], cases)

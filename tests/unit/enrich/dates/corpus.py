"""Reads the date corpora: invented sentences, what is to be found in them, and what is not."""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from service.enrich.dates import find

FOLDER = Path(__file__).resolve().parents[3] / "corpora" / "dates"

Pairs = list[tuple[str, str | None]]


class Case(NamedTuple):
    language: str
    text: str
    wanted: Pairs

    def found(self) -> Pairs:
        mentions = find(self.text, language=self.language, anchor=corpus(self.language).now)
        return [(mention.text, mention.value) for mention in mentions]


class Corpus(NamedTuple):
    now: datetime
    floor: float
    cases: list[Case]


@cache
def corpus(language: str) -> Corpus:
    data = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    found = [Case(language, text, list(zip(pairs[::2], pairs[1::2], strict=True))) for text, *pairs in data["found"]]
    nothing = [Case(language, text, []) for text in data["nothing"]]
    return Corpus(datetime.fromisoformat(data["now"]), data["floor"], found + nothing)

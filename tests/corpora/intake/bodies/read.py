"""Labelled bodies: the text of a record with the paragraphs that are the article, in the notation of ar.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.corpora.intake.pages.compose import articles, plain

FOLDER = Path(__file__).parent
_MARKED = re.compile("⟦[^⟧]*⟧")


class Body(NamedTuple):
    """A record's text: ``paragraphs`` must stay, ``around`` must go; what is in neither may do either."""

    name: str
    half: str
    language: str
    title: str
    site: str | None
    lines: list[str]
    paragraphs: list[str]
    around: list[str]

    def record(self) -> dict[str, Any]:
        return {"title": self.title, "text": "\n\n".join(self.lines), "source_name": self.site, "lang": self.language}


def bodies(half: str | None = None) -> Iterator[Body]:
    """Yield the cases of both languages, those of one half if it is given."""
    stock = {article["name"]: [plain(text) for text in article["paragraphs"]] for article in articles()}
    for language in ("ar", "en"):
        for case in tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))["case"]:
            if half in (None, case["half"]):
                made = Body(case["name"], case["half"], language, case["title"], case.get("site"), [], [], [])
                for line in case["body"].strip().splitlines():
                    _add(made, line, stock)
                yield made


def _add(body: Body, line: str, stock: dict[str, list[str]]) -> None:
    mark, text = line[:1], line[2:]
    if mark == "@":
        name, bounds = line[1:].split()
        first, last = map(int, bounds.split("-"))
        body.lines.extend(stock[name][first - 1 : last])
        body.paragraphs.extend(stock[name][first - 1 : last])
    elif mark == "+":
        body.around.extend(piece[1:-1] for piece in _MARKED.findall(text))
        body.paragraphs.append(_MARKED.sub("", text).strip())
        body.lines.append(text.replace("⟦", "").replace("⟧", ""))
    else:
        assert mark in ("-", "?"), line
        body.lines.append(text)
        if mark == "-":
            body.around.append(text)

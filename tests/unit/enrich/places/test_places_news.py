"""Places in sentences: no place gets a wrong country, and most get theirs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from service.enrich.entities import find, group
from service.enrich.places import resolve

CORPUS = Path(__file__).parents[3] / "corpora" / "entities" / "places_news.toml"
MARK = re.compile(r"\[([^|\]]+)\|([A-Z]{2}|--)\]")
OPEN = "--"


class Place(NamedTuple):
    """A labelled mention and what was found: its country, "" where no country was chosen, None where no place was."""

    text: str
    name: str
    wanted: str
    found: str | None


def parse(marked: str) -> tuple[str, list[tuple[int, int, str]]]:
    """Return the plain text and its mentions as (start, end, country)."""
    text, spans = "", []
    last = 0
    for match in MARK.finditer(marked):
        text += marked[last : match.start()]
        spans.append((len(text), len(text) + len(match[1]), match[2]))
        text += match[1]
        last = match.end()
    return text + marked[last:], spans


def read(language: str, marked: str) -> Iterator[Place]:
    text, spans = parse(marked)
    entities = group([], find(text, language=language), title="", text=text, language=language)
    country = {
        mention.end: location.country or ""
        for location in resolve(entities, language=language)
        for mention in entities[location.entity].mentions
    }
    for start, end, wanted in spans:
        yield Place(text, text[start:end], wanted, country.get(end))


@cache
def places() -> list[Place]:
    sentences = tomllib.loads(CORPUS.read_text(encoding="utf-8"))
    return [place for language, marked in sentences.items() for text in marked for place in read(language, text)]


def test_two_hundred_mentions_are_labelled() -> None:
    assert len(places()) >= 200


def test_no_place_gets_a_wrong_country() -> None:
    assert [place for place in places() if place.found and place.found != place.wanted] == []


@pytest.mark.quality
def test_most_places_get_their_country() -> None:
    sure = [place for place in places() if place.wanted != OPEN]
    right = [place for place in sure if place.found == place.wanted]
    missed = [(place.name, place.found) for place in sure if place.found != place.wanted]
    assert len(right) / len(sure) >= 0.9, missed

"""The test part of the marked news texts: its size, that at least half of its names are new, and F1 on it.

A name counts as seen when its folded spelling is a name of the train part or stands in the lists that ship; of bodies,
places and works also when that holds without the first word (شركة سامسونغ is seen where سامسونغ is).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from service.enrich.entities import find
from service.enrich.entities._train import Document, documents
from service.enrich.entities.lexicon import NAME, Known, lexicon
from service.enrich.places.fold import fold

NEWS = Path(__file__).parents[3] / "corpora" / "entities" / "news"
LISTED = NAME | Known.BODY | Known.MISC | Known.PLACE | Known.PLACE_RARE | Known.LISTED | Known.PERSON
LEAST = {"ar": (24, 4_500), "en": (16, 3_800)}
"""Documents and words of a language's test part."""
FLOORS = {
    "ar": {"PER": 0.85, "ORG": 0.83, "LOC": 0.81, "MISC": 0.70, "all": 0.82, "new": 0.79},
    "en": {"PER": 0.87, "ORG": 0.80, "LOC": 0.90, "MISC": 0.73, "all": 0.85, "new": 0.81},
}
"""F1 on the test part, a little under what is reached."""


@cache
def part(language: str, name: str) -> list[Document]:
    return list(documents(NEWS / language / name))


@cache
def names(language: str, name: str) -> set[tuple[str, str]]:
    """Return type and folded spelling of the distinct names of a part."""
    return {
        (kind, fold(document.text[start:end]))
        for document in part(language, name)
        for start, end, kind in document.spans
    }


@cache
def trained(language: str) -> set[str]:
    return {name for _, name in names(language, "train")}


@cache
def seen(language: str, kind: str, name: str) -> bool:
    lists = lexicon(language)

    def known(name: str) -> bool:
        listed = name in lists.phrases or name.upper() in lists.exact or bool(lists.words.get(name, 0) & LISTED)
        return listed or name in trained(language)

    rest = name.partition(" ")[2]
    return known(name) or (kind != "PER" and rest != "" and known(rest))


@pytest.mark.parametrize("language", LEAST)
def test_the_test_part_is_large(language: str) -> None:
    texts, words = LEAST[language]
    assert len(part(language, "test")) >= texts
    assert sum(len(document.text.split()) for document in part(language, "test")) >= words


@pytest.mark.parametrize("language", LEAST)
def test_at_least_half_of_the_test_parts_names_are_new(language: str) -> None:
    found = names(language, "test")
    new = {(kind, name) for kind, name in found if not seen(language, kind, name)}
    assert len(new) >= len(found) / 2


TYPES = ("PER", "ORG", "LOC", "MISC")


def outcomes(language: str) -> Iterator[tuple[str, str, bool]]:
    """Yield of each mention, marked or found, its type, "hit", "missed" or "wrong", and whether its name is new.

    A hit has the same beginning, end and type.
    """
    for text, spans in part(language, "test"):
        marks = set(spans)
        found = {(mention.start, mention.end, mention.type.value) for mention in find(text, language=language)}
        for span in sorted(marks | found):
            start, end, kind = span
            outcome = "wrong" if span not in marks else "hit" if span in found else "missed"
            yield kind, outcome, not seen(language, kind, fold(text[start:end]))


@cache
def f1(language: str) -> dict[str, float]:
    """Return F1 by type, over all types ("all") and over the mentions whose names are new ("new")."""
    count: Counter[tuple[str, str]] = Counter()
    for kind, outcome, new in outcomes(language):
        for group in (kind, "all", *(["new"] if new else [])):
            count[group, outcome] += 1
    return {
        group: 2 * hits / (2 * hits + count[group, "missed"] + count[group, "wrong"])
        for group in (*TYPES, "all", "new")
        if (hits := count[group, "hit"])
    }


@pytest.mark.quality
@pytest.mark.parametrize(
    ("language", "group", "floor"),
    [(language, group, floor) for language, floors in FLOORS.items() for group, floor in floors.items()],
)
def test_f1_on_news_never_trained_on(language: str, group: str, floor: float, figures: Callable[[str], None]) -> None:
    reached = f1(language)[group]
    figures(f"entities, {language} test part, {group}: F1 {reached:.3f} (floor {floor})")
    assert reached >= floor

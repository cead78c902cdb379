"""The test part of the marked news texts: its size, and that at least half of its names are new.

A name counts as seen when its folded spelling is a name of the train part or stands in the lists that ship; of bodies,
places and works also when that holds without the first word (شركة سامسونغ is seen where سامسونغ is).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from service.enrich.entities._train import Document, documents
from service.enrich.entities.lexicon import NAME, Known, lexicon
from service.enrich.places.fold import fold

NEWS = Path(__file__).parents[3] / "corpora" / "entities" / "news"
LISTED = NAME | Known.BODY | Known.MISC | Known.PLACE | Known.PLACE_RARE | Known.LISTED | Known.PERSON
LEAST = {"ar": (24, 4_500), "en": (16, 3_800)}
"""Documents and words of a language's test part."""


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

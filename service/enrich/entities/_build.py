"""Make the name lists ``data/*/names.tsv`` from packages with free lists: ``python -m``, see data/SOURCES.md.

Needs the packages arabic-name-romanizer, faker and mimesis, which the service does not. One line a class of names:
``given`` (many bearers), ``given_rare``, ``surname``, ``surname_rare``, then the folded words separated by spaces.
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

DATA = Path(__file__).parent / "data"
ARABIC_WORD = re.compile("[\u0621-\u063a\u0641-\u064a]{2,}")
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


def write(path: Path, classes: dict[str, Iterable[str]]) -> None:
    """Write one line a class."""
    lines = [f"{kind}\t{' '.join(sorted(words))}\n" for kind, words in sorted(classes.items())]
    path.write_text("".join(lines), encoding="utf-8")
    print(path.name, {kind: len(set(words)) for kind, words in classes.items()})


def main() -> None:
    """Write both files."""
    write(DATA / "ar" / "names.tsv", dict(arabic()))
    write(DATA / "en" / "names.tsv", dict(english()))


if __name__ == "__main__":
    main()

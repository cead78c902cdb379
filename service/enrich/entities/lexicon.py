"""Word lists of one language as one table: folded word -> what is known of it. Loaded once, on first use."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any, Final

from service.enrich.entities.loading import without_collection
from service.enrich.places.fold import fold, fold_all
from service.enrich.places.gazetteer import ARAB_COUNTRIES, Place, gazetteer
from service.wire.closed import EntityType, PlaceKind


class Known:
    """What the lists know of a word: bits of a plain int (enum flags are too slow to test for every word)."""

    WORD: Final = 1 << 0
    GIVEN: Final = 1 << 1
    GIVEN_RARE: Final = 1 << 2
    SURNAME: Final = 1 << 3
    SURNAME_RARE: Final = 1 << 4
    FAMOUS: Final = 1 << 5
    PLACE: Final = 1 << 6
    PLACE_RARE: Final = 1 << 7
    BODY: Final = 1 << 8
    MISC: Final = 1 << 9
    NISBA: Final = 1 << 10
    TITLE: Final = 1 << 11
    OFFICE: Final = 1 << 12
    SPEECH: Final = 1 << 13
    LINK: Final = 1 << 14
    SERVANT: Final = 1 << 15
    BODY_HEAD: Final = 1 << 16
    NAMED_HEAD: Final = 1 << 17
    NISBA_HEAD: Final = 1 << 18
    PLACE_HEAD: Final = 1 << 19
    PLACE_CLASS: Final = 1 << 20
    PLACE_BEFORE: Final = 1 << 21
    MISC_HEAD: Final = 1 << 22
    COUNTRY: Final = 1 << 23
    GRAMMAR: Final = 1 << 24
    PARTY_HEAD: Final = 1 << 25
    GENERIC: Final = 1 << 26
    LISTED: Final = 1 << 27
    PERSON: Final = 1 << 28
    ADJECTIVE_HEAD: Final = 1 << 29
    SHORT: Final = 1 << 30


NAME = Known.GIVEN | Known.GIVEN_RARE | Known.SURNAME | Known.SURNAME_RARE | Known.FAMOUS
STRONG = ~(Known.GIVEN_RARE | Known.SURNAME_RARE | Known.PLACE_RARE | Known.SHORT)
BARE_HEAD = Known.BODY_HEAD | Known.PARTY_HEAD | Known.NAMED_HEAD
"""Head nouns that make a body's name of whatever stands behind them."""
DESCRIBED_HEAD = Known.NISBA_HEAD | Known.ADJECTIVE_HEAD
"""Head nouns that make a body's name with an adjective behind them."""
SINGLE = {
    Known.BODY: EntityType.ORG,
    Known.MISC: EntityType.MISC,
    Known.PLACE | Known.LISTED: EntityType.LOC,
    Known.PERSON: EntityType.PER,
}

_CLASSES = {
    "given": Known.GIVEN,
    "given_rare": Known.GIVEN_RARE,
    "surname": Known.SURNAME,
    "surname_rare": Known.SURNAME_RARE,
}
_LARGE_CITY = 500_000
_LARGE_ARAB_CITY = 100_000


def _data(language: str, name: str) -> str:
    return files("service.enrich.entities").joinpath(f"data/{language}/{name}").read_text(encoding="utf-8")


def _entries(language: str, name: str) -> Iterator[str]:
    return (line for line in _data(language, name).splitlines() if line and not line.startswith("#"))


def _list(language: str, name: str) -> Iterator[str]:
    return (word for line in _entries(language, name) for word in line.split())


def _nisbas(stems: Iterable[str]) -> Iterator[str]:
    """Yield the forms of Arabic nationality adjectives (other languages list them as they are)."""
    for stem in stems:
        yield stem
        if stem.endswith("ي"):
            forms = (stem, stem + "ة", stem + "ين", stem + "ون", stem + "ات")
            yield from forms
            yield from ("ال" + form for form in forms)


class Lexicon:
    """The lists of one language: ``words`` by folded word, ``phrases`` by folded words joined with spaces.

    ``longest`` gives, by first word, how many words the longest phrase has that begins with it; ``openings`` has the
    first two words of every phrase.
    """

    def __init__(self, language: str) -> None:
        self.words: dict[str, int] = {}
        self.phrases: dict[str, EntityType] = {}
        self.longest: dict[str, int] = {}
        self.openings: set[str] = set()
        self.exact: dict[str, EntityType] = {}
        self._names(language)
        self._add_words(_list(language, "words.txt"), Known.WORD)
        self._add_words(_list(language, "grammar.txt"), Known.WORD | Known.GRAMMAR)
        self._add_words(_entries(language, "short.txt"), Known.SHORT)
        self._add_words(_nisbas(_list(language, "nisba.txt")), Known.NISBA)
        self.rules: dict[str, Any] = tomllib.loads(_data(language, "rules.toml"))
        self._gazetteer(language)
        for name, kind in (
            ("persons", EntityType.PER),
            ("places", EntityType.LOC),
            ("misc", EntityType.MISC),
            ("organisations", EntityType.ORG),
        ):
            entries = [*_entries(language, f"{name}.txt")]
            for entry, key in zip(entries, fold_all(entries), strict=True):
                self._add_name(entry, key, kind)

    def _add_words(self, words: Iterable[str], known: int) -> None:
        table = self.words
        for key in fold_all(words):
            table[key] = table.get(key, 0) | known

    def _names(self, language: str) -> None:
        table = self.words
        for line in _data(language, "names.tsv").splitlines():
            kind, _, words = line.partition("\t")
            known = _CLASSES[kind]
            for word in words.split():
                table[word] = table.get(word, 0) | known
        if language == "ar":
            self._add_words(_list(language, "given.txt"), Known.GIVEN)
        self._add_words(_list(language, "surnames.txt"), Known.FAMOUS | Known.SURNAME)

    def _gazetteer(self, language: str) -> None:
        for name, places in gazetteer(language).items():
            known = _place_strength(places[0], name)
            if language == "en" and places[0].population >= _LARGE_CITY:
                known |= Known.LISTED
            if " " in name:
                if known & Known.PLACE:
                    self._add_phrase(name, EntityType.LOC)
            else:
                self.words[name] = self.words.get(name, 0) | known
        for name in _entries(language, "towns.txt"):
            if " " not in name:
                self.words[name] = self.words.get(name, 0) | Known.PLACE_RARE
            elif language == "ar":  # elsewhere words of other names in a row would do too
                self._add_phrase(name, EntityType.LOC)
        for name in fold_all(_entries(language, "regions.txt")):
            if " " not in name:
                self.words[name] = self.words.get(name, 0) | Known.PLACE_RARE
            else:
                self._add_phrase(name, EntityType.LOC)

    def _add_name(self, name: str, key: str, kind: EntityType) -> None:
        if name.isupper() and len(name) <= 5 and name.isascii():  # noqa: PLR2004 - an abbreviation: who is not WHO
            self.exact[name] = kind
        elif " " in key:
            self._add_phrase(key, kind)
        else:
            flag = next(flag for flag, single in SINGLE.items() if single is kind)
            self.words[key] = self.words.get(key, 0) | flag

    def _add_phrase(self, key: str, kind: EntityType) -> None:
        first, second = key.split(" ", 2)[:2]
        self.phrases[key] = kind
        self.openings.add(f"{first} {second}")
        self.longest[first] = max(self.longest.get(first, 0), key.count(" ") + 1)

    def topic(self, name: str) -> frozenset[str]:
        """Return the words that show what a text is about (rules.toml, ``topics``), folded."""
        return frozenset(map(fold, self.rules["topics"][name].split()))

    def add_rule_words(self, words: str, known: int) -> None:
        """Mark the words of a rule list (separated by white space)."""
        self._add_words(words.split(), known)


def _place_strength(place: Place, name: str) -> int:
    """Say whether a place is known well enough to be tagged wherever its name stands."""
    if place.kind in {PlaceKind.COUNTRY, PlaceKind.CAPITAL, PlaceKind.ADMIN1, PlaceKind.REGION}:
        return Known.PLACE | (Known.COUNTRY | Known.LISTED if place.kind is PlaceKind.COUNTRY else 0)
    least = _LARGE_ARAB_CITY if place.country in ARAB_COUNTRIES else _LARGE_CITY
    return Known.PLACE if place.population >= least and len(name) > 4 else Known.PLACE_RARE  # noqa: PLR2004


@functools.cache
def lexicon(language: str) -> Lexicon:
    """Return the lexicon of a language."""
    with without_collection():
        return Lexicon(language)

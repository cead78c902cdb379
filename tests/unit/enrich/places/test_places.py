from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.enrich.places import resolve
from service.enrich.places.fold import fold, fold_all
from service.enrich.places.gazetteer import gazetteer
from service.wire.closed import EntityType, MentionField, PlaceKind
from service.wire.event import Entity, Mention

CORPUS = Path(__file__).parents[3] / "corpora" / "entities" / "places.toml"


def place(name: str, kind: EntityType = EntityType.LOC) -> Entity:
    mention = Mention(field=MentionField.TEXT, start=0, end=len(name), text=name)
    return Entity(type=kind, name=name, key=name, count=1, prominence=1.0, mentions=[mention])


def expected() -> Iterator[tuple[str, str, str]]:
    for language, table in tomllib.loads(CORPUS.read_text(encoding="utf-8")).items():
        for country, names in table.items():
            yield from ((language, name.replace("_", " "), country) for name in names.split())


KNOWN = [row for row in expected() if row[2] != "none"]
UNSURE = [row for row in expected() if row[2] == "none"]


def test_corpus_has_a_hundred_places() -> None:
    assert len(KNOWN) >= 100


@pytest.mark.parametrize(("language", "name", "country"), KNOWN, ids=[f"{row[0]}-{row[2]}-{row[1]}" for row in KNOWN])
def test_name_stands_for_its_country(language: str, name: str, country: str) -> None:
    (location,) = resolve([place(name)], language=language)
    assert location.country == country
    assert location.confidence > 0.5
    assert not location.candidates


@pytest.mark.parametrize(("language", "name"), [row[:2] for row in UNSURE], ids=[row[1] for row in UNSURE])
def test_ambiguous_name_gets_no_country(language: str, name: str) -> None:
    locations = resolve([place(name)], language=language)
    assert [location.country for location in locations] in ([], [None])


def test_ambiguous_name_lists_its_candidates() -> None:
    (location,) = resolve([place("طرابلس")], language="ar")
    assert {candidate.country for candidate in location.candidates} == {"LY", "LB"}
    assert location.confidence == 0


@pytest.mark.parametrize(
    ("country", "name", "code"),
    [("لبنان", "طرابلس", "LB"), ("ليبيا", "طرابلس", "LY"), ("الأردن", "عمان", "JO")],
    ids=["tripoli-lebanon", "tripoli-libya", "amman"],
)
def test_country_in_the_article_decides(country: str, name: str, code: str) -> None:
    locations = resolve([place(country), place(name)], language="ar")
    assert [location.country for location in locations] == [code, code]
    assert [location.entity for location in locations] == [0, 1]


def test_two_countries_in_the_article_decide_nothing() -> None:
    locations = resolve([place("لبنان"), place("ليبيا"), place("طرابلس")], language="ar")
    assert locations[2].country is None


def test_country_of_the_medium_decides() -> None:
    (location,) = resolve([place("طرابلس")], language="ar", source_country="lb")
    assert location.country == "LB"


def test_only_places_are_resolved() -> None:
    assert resolve([place("باريس", EntityType.PER), place("واشنطن", EntityType.ORG)], language="ar") == []


def test_unknown_place_is_left_out() -> None:
    assert resolve([place("قصر الرياح الأربع")], language="ar") == []


def test_language_without_gazetteer_gives_nothing() -> None:
    assert resolve([place("Berlin")], language="de") == []


def test_region_of_a_language_tag_does_not_matter() -> None:
    assert resolve([place("دمشق")], language="ar-SY")[0].kind is PlaceKind.CAPITAL


def test_capital_has_coordinates_and_id() -> None:
    (location,) = resolve([place("Damascus")], language="en")
    assert location.geonames_id == 170654
    assert location.lat == pytest.approx(33.51, abs=0.1)
    assert location.lon == pytest.approx(36.29, abs=0.1)


def test_country_has_no_invented_coordinates() -> None:
    (location,) = resolve([place("Syria")], language="en")
    assert (location.lat, location.lon) == (None, None)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_name_of_the_gazetteer_is_folded(language: str) -> None:
    assert all(name == fold(name) for name in gazetteer(language))


@pytest.mark.parametrize("language", ["ar", "en"])
def test_country_codes_are_iso(language: str) -> None:
    codes = {row.country for rows in gazetteer(language).values() for row in rows if row.country}
    assert all(len(code) == 2 and code.isupper() for code in codes)


@pytest.mark.parametrize(
    ("written", "folded"),
    [("أستانة", "استانه"), ("إسْطَنبول", "اسطنبول"), ("Deir ez-Zor", "deir ez zor"), ("São  Paulo", "sao paulo")],
    ids=["hamza", "marks", "hyphen", "accent"],
)
def test_fold(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_many_names_fold_as_one_by_one() -> None:
    names = ["Łódź", "Aïn  Témouchent", "ΣΑΣ", "Seung‐woo", "أُمّ دُرمان", "الرياض\u00a0", "", "O’Neill", "कि"]
    assert fold_all(names) == [*map(fold, names)]
    assert fold_all(["Ménéndez"]) == ["menendez"]

"""From place names to places, only where it is sure: never a wrong country."""

from __future__ import annotations

from collections.abc import Sequence

from service.enrich.places.fold import fold
from service.enrich.places.gazetteer import ARAB_COUNTRIES, Place, gazetteer
from service.wire.closed import EntityType, PlaceKind
from service.wire.event import Candidate, Entity, Location

LANGUAGES = frozenset({"ar", "en"})

_SURE, _ONLY, _LARGEST, _CONTEXT = 0.98, 0.9, 0.85, 0.8
_KNOWN_CITY = 100_000
"""A city this large is meant when it is the only one of its name; a smaller one needs its country in the article."""
_WORLD_CITY, _CAPITAL, _TIMES_LARGER = 1_000_000, 300_000, 8
"""A city is meant among its namesakes when it is a large city or capital and eight times as large as any abroad."""
_NEAR = 0.5
"""Degrees of latitude and longitude within which two towns of one name face each other over a border."""
_MOST_CANDIDATES = 5


def _names(entity: Entity) -> list[str]:
    """Return the folded names to look up: the fullest form, then without a class word or the article."""
    name = fold(entity.name)
    names = [name]
    if name.startswith("the "):
        names.append(name[4:])
    return names


def _lookup(entity: Entity, language: str) -> tuple[Place, ...]:
    table = gazetteer(language)
    for name in _names(entity):
        places = table.get(name)
        if places:
            return places
    return ()


def _one_area(places: Sequence[Place]) -> Place | None:
    """Return the country or division among places, if it is the only reading or all lie inside it."""
    areas = [p for p in places if p.kind in {PlaceKind.COUNTRY, PlaceKind.ADMIN1, PlaceKind.REGION}]
    if len(areas) != 1:
        return None
    area = areas[0]
    inside = all(p.country == area.country or _far_smaller(p) for p in places)
    return area if inside or area.kind is PlaceKind.REGION else None


def _far_smaller(place: Place) -> bool:
    """Tell whether a city is too small to be meant by the name of a country or division."""
    return place.kind is PlaceKind.CITY and place.population < _WORLD_CITY


def _choose(places: tuple[Place, ...], countries: frozenset[str], language: str) -> tuple[Place, float] | None:
    """Return the place meant and the confidence, or None where it is not sure."""
    area = _one_area(places)
    if area:
        return area, _SURE
    if len(places) == 1:
        only = places[0]
        near = language == "ar" and only.country in ARAB_COUNTRIES
        known = near or only.kind is PlaceKind.CAPITAL or only.population >= _KNOWN_CITY
        return (
            (only, _SURE if only.kind is PlaceKind.CAPITAL else _ONLY) if known or only.country in countries else None
        )
    if len({p.country for p in places}) == 1:
        largest = places[0]
        return (largest, _ONLY) if largest.population >= _KNOWN_CITY or largest.country in countries else None
    return _among_namesakes(places, countries, language)


def _among_namesakes(places: tuple[Place, ...], countries: frozenset[str], language: str) -> tuple[Place, float] | None:
    """Choose among namesakes in several countries: by our own lists, by size, by the countries in the article."""
    named = [p for p in places if p.country in countries]
    first = places[0]
    abroad = [p for p in places if p.country != first.country]
    near = language == "ar" and any(p.country in ARAB_COUNTRIES for p in abroad)
    large = first.population >= (_CAPITAL if first.kind is PlaceKind.CAPITAL else _WORLD_CITY)
    areas = any(p.kind is not PlaceKind.CITY and p.kind is not PlaceKind.CAPITAL for p in places)
    world = large and not areas and first.population >= _TIMES_LARGER * abroad[0].population
    listed = [p for p in places if p.listed]
    meant = listed[0] if len(listed) == 1 and not areas else first if world and not near else None
    if meant and (not named or meant in named):
        return meant, _LARGEST
    if len({p.country for p in named}) == 1 and named[0].kind is not PlaceKind.COUNTRY:
        return (named[0], _CONTEXT) if not any(_across_border(named[0], p) for p in places) else None
    return None


def _across_border(place: Place, other: Place) -> bool:
    """Tell whether a namesake lies just across a border (رفح): what the article names nearby decides nothing then."""
    if place.country == other.country or place.lat is None or place.lon is None:
        return False
    if other.lat is None or other.lon is None:
        return False
    return abs(place.lat - other.lat) < _NEAR and abs(place.lon - other.lon) < _NEAR


def _located(place: Place, confidence: float, index: int) -> Location:
    return Location(
        name=place.name,
        kind=place.kind,
        country=place.country,
        admin1=place.admin1,
        lat=place.lat,
        lon=place.lon,
        geonames_id=place.geonames_id,
        confidence=confidence,
        entity=index,
    )


def _ambiguous(entity: Entity, places: Sequence[Place], index: int) -> Location:
    candidates = [
        Candidate(name=p.name, country=p.country, admin1=p.admin1, geonames_id=p.geonames_id)
        for p in places[:_MOST_CANDIDATES]
    ]
    return Location(name=entity.name, confidence=0.0, candidates=candidates, entity=index)


def resolve(entities: Sequence[Entity], *, language: str, source_country: str | None = None) -> list[Location]:
    """Return the places that the entities of type LOC stand for, ``entity`` being the index into ``entities``.

    A name with one reading, or one reading that towers above the others, is resolved; a name that the article's
    other countries decide too. ``source_country`` (ISO 3166-1 alpha-2, where the medium sits) counts as named.
    What stays ambiguous has ``candidates`` and no choice; what the gazetteer does not know is left out. Empty for
    languages without a gazetteer.
    """
    language = language.split("-", 1)[0].lower()
    if language not in LANGUAGES:
        return []
    found = [
        (index, entity, places)
        for index, entity in enumerate(entities)
        if entity.type is EntityType.LOC and (places := _lookup(entity, language))
    ]
    countries = {area.country for _, _, places in found if (area := _one_area(places)) and area.country}
    if source_country:
        countries.add(source_country.upper())
    named = frozenset(countries)
    locations = []
    for index, entity, places in found:
        choice = _choose(places, named, language)
        locations.append(_located(*choice, index) if choice else _ambiguous(entity, places, index))
    return locations

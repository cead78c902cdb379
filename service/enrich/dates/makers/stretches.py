"""Makers of periods and of stretches from one end to another."""

from __future__ import annotations

from typing import Any

from service.enrich.dates.expressions import (
    Calendar,
    Edge,
    Era,
    Expression,
    Fraction,
    Nth,
    Open,
    Range,
    Shift,
)
from service.enrich.dates.grammar import DEAD, Item
from service.enrich.dates.lexicon import name
from service.enrich.dates.makers.common import (
    GRAINS,
    NODES,
    TURNS,
    Items,
    is_year,
    named,
    pick,
    unit_of,
)
from service.wire.closed import Grain

_SEASONS = {"spring": 1, "summer": 2, "autumn": 3, "winter": 4}
_EDGES = {"early": -1, "middle": 0, "late": 1, "first_third": -1, "second_third": 0, "last_third": 1, "rest": 2}
_BARE_YEAR = 4
_OLDEST, _LATEST = 1800, 2060
"""Two bare figures are years only here: outside, prices and counts are likelier."""


def week_of(items: Items, rest: Items) -> object:
    """Read the week in which a day lies."""
    del rest
    day = items[-1].value
    return Nth(0, Grain.WEEK, day) if isinstance(day, Calendar) else None


def nth(items: Items, rest: Items) -> object:
    """Read the nth weekday or unit of a period: the last Sunday of March 2014, the third week of 2018."""
    del rest
    found = named(items)
    of = items[-1].value
    ordinal = next((item.value for item in items if name(item.kind) in {"ord", "card", "day"}), None)
    backwards = "last" in found or "final" in found or found.get("turn") == -1
    if found.get("turn", -1) != -1:
        return None
    n = -(ordinal or 1) if backwards else ordinal or 1
    if isinstance(of, str):
        of = Shift(GRAINS[of], 0)
    if isinstance(of, int):
        of = Calendar(year=of)
    weekday = found.get("weekday")
    units = [GRAINS[item.value] for item in items[:-1] if isinstance(item.value, str) and item.value in GRAINS]
    unit = units[0] if units else Grain.DAY
    return Nth(n, Grain.DAY if weekday is not None else unit, of, weekday)


def fraction(items: Items, rest: Items) -> object:
    """Read a quarter, a half or a season, with or without its year."""
    del rest
    found = named(items)
    year: Any = next((item.value for item in items if name(item.kind) in {"year", "period"}), None)
    turn = pick(found, frozenset({"turn", "this", "following"}))
    if isinstance(year, Calendar):
        year = year.year
    if year is not None and not isinstance(year, int) and not is_year(year):
        return None
    season = found.get("season", found.get("weak_season"))
    if season is not None:
        return Fraction(Grain.SEASON, _SEASONS[season], year, turn)
    unit = unit_of(items)
    n = -1 if "last" in found else pick(found, frozenset({"ord", "card", "day", "nth_quarter", "nth_half"}))
    limit = 4 if unit is Grain.QUARTER else 2
    if unit not in {Grain.QUARTER, Grain.HALF} or n is None or not -1 <= n <= limit:
        return None
    return Fraction(unit, n, year, turn)


def era(items: Items, rest: Items) -> object:
    """Read a decade or a century, named or counted from the anchor."""
    del rest
    found = named(items)
    turn = pick(found, TURNS)
    ordinal = found.get("ord")
    if "decade" in found:
        tens = found["decade"]
        century = 1900 if ordinal is None else (ordinal - 1) * 100
        return Era(Grain.DECADE, tens if tens >= 1000 else century + tens)  # noqa: PLR2004
    figure = found.get("year", found.get("small"))
    if figure is not None:
        figure += 1900 if figure < 100 else 0  # noqa: PLR2004 - the nineties
        return Era(Grain.DECADE, figure) if figure % 10 == 0 else None
    if ordinal is not None:
        return Era(Grain.CENTURY, (ordinal - 1) * 100) if 2 < ordinal < 30 else None  # noqa: PLR2004
    return None if turn is None else Era(Grain.CENTURY, shift=turn)


def edge(items: Items, rest: Items) -> object:
    """Read the start, middle or end of a period; thirds of months where the word means one."""
    del rest
    word = next(item.value for item in items if name(item.kind) == "edge")
    of = items[-1].value
    if isinstance(of, str):
        of = Shift(GRAINS[of], 0)
        if of.unit is Grain.WEEK and word == "late":
            return Shift(Grain.WEEKEND, 0)
    if isinstance(of, int):
        of = Calendar(year=of)
    if isinstance(of, Shift) and of.unit is Grain.DAY:
        return of
    return Edge(_EDGES[word], of, narrow=word.endswith("third"))


def between(items: Items, rest: Items) -> object:
    """Read a stretch from one expression to another."""
    del rest
    ends = [item.value for item in items if name(item.kind) in NODES | {"year", "short_date", "month", "weak_month"}]
    kinds = [name(item.kind) for item in items]
    if len(ends) != 2:  # noqa: PLR2004
        return None
    ends = [Calendar(year=end) if kind == "year" else end for end, kind in zip(ends, _end_kinds(kinds), strict=True)]
    ends = [
        Calendar(month=end) if kind in {"month", "weak_month"} else end
        for end, kind in zip(ends, _end_kinds(kinds), strict=True)
    ]
    if any(isinstance(end, (Range, Open)) for end in ends):
        return None
    if "pair" not in kinds and not all(map(_may_be_year, items)):
        return DEAD
    return Range(ends[0], ends[1])


def _may_be_year(item: Item) -> bool:
    """Say of an end of a stretch that it is no bare number, or one that news would write for a year."""
    bare = name(item.kind) in {"year", "bare_year"} and item.end - item.start == _BARE_YEAR
    if not bare:
        return True
    year = item.value.year if isinstance(item.value, Calendar) else item.value
    return not isinstance(year, int) or _OLDEST <= year <= _LATEST


def _end_kinds(kinds: list[str]) -> list[str]:
    return [kind for kind in kinds if kind in NODES | {"year", "short_date", "month", "weak_month"}]


def open_end(items: Items, rest: Items) -> object:
    """Read a period without an end: 2012 and later."""
    del rest
    of = next(item for item in items if name(item.kind) in NODES | {"year"})
    value: Expression = Calendar(year=of.value) if name(of.kind) == "year" else of.value
    return Open(value, next(item.value for item in items if name(item.kind) == "onwards"))

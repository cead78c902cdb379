"""Makers of periods and of stretches from one end to another."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from service.enrich.dates.expressions import (
    ERAS,
    Calendar,
    Edge,
    Era,
    Expression,
    Fraction,
    Moment,
    Nth,
    Open,
    Piece,
    Range,
    Run,
    Shift,
)
from service.enrich.dates.grammar import DEAD, Item
from service.enrich.dates.lexicon import name
from service.enrich.dates.makers.common import (
    COUNTS,
    ENDS,
    GRAINS,
    LASTS,
    LATEST,
    OLDEST,
    PARTS,
    TURNS,
    WEEKDAYS,
    Items,
    is_year,
    named,
    only_weekday,
    pick,
    unit_of,
)
from service.wire.closed import Grain

_SEASONS = {"spring": 1, "summer": 2, "autumn": 3, "winter": 4}
_EDGES = {
    "start": -1, "early": -1, "early_in": -1, "first_third": -1, "middle": 0, "second_third": 0,
    "end": 1, "late": 1, "late_in": 1, "last_third": 1, "rest": 2,
}  # fmt: skip
_INSIDE = frozenset({"later", "earlier"})
_LOOSE = frozenset({"early_in", "late_in"})
_BARE_YEAR = 4
_TEN = 10


def week_of(items: Items, rest: Items) -> object:
    """Read the week or the weekend in which a day lies."""
    del rest
    day = items[-1].value
    return Nth(0, unit_of(items) or Grain.WEEK, day) if isinstance(day, Calendar) else None


def nth(items: Items, rest: Items) -> object:
    """Read the nth weekday or unit of a period: the last Sunday of March 2014, the third week of 2018."""
    del rest
    found = named(items)
    of = items[-1].value
    ordinal = next((item.value for item in items if name(item.kind) in {"ord", "card", "day"}), None)
    backwards = bool(LASTS & found.keys()) or found.get("turn") == -1
    if found.get("turn", -1) != -1:
        return None
    n = -(ordinal or 1) if backwards else ordinal or 1
    if isinstance(of, str):
        of = Shift(GRAINS[of], 0)
    if isinstance(of, int):
        of = Calendar(year=of)
    if "month_unit" in found and name(items[-1].kind) != "month_unit" and getattr(of, "month", None) is not None:
        return None  # a sixth month in July
    weekday = found.get("weekday", found.get("construct_weekday"))
    units = [GRAINS[item.value] for item in items[:-1] if isinstance(item.value, str) and item.value in GRAINS]
    unit = units[0] if units else Grain.DAY
    return Nth(n, Grain.DAY if weekday is not None else unit, of, weekday)


def closest(items: Items, rest: Items) -> object:
    """Read the weekday, or the nth one, that lies closest to a day: the Monday closest to Oct. 5."""
    del rest
    day = items[-1].value
    n, weekday = named(items).get("ord", 1), pick(named(items), WEEKDAYS)
    if not (isinstance(day, Calendar) and day.day and day.month) or n > _TEN:
        return None
    return Nth(n, Grain.DAY, day, weekday, closest=True)


def nth_part(items: Items, rest: Items) -> object:
    """Read the part of a day that the nth weekday of a period has: the first Monday evening of next month."""
    part = next(PARTS[item.value] for item in items if name(item.kind) == "part")
    made = nth([item for item in items if name(item.kind) != "part"], rest)
    return Moment(made, part=part) if isinstance(made, Nth) else None


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
    unit = unit_of([item for item in items if name(item.kind) != "year_unit"])
    n = (
        -1
        if LASTS & found.keys() or (isinstance(year, int) and turn == -1)
        else pick(found, frozenset({"ord", "card", "day", "nth_quarter", "nth_half"}))
    )
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
    if ordinal is None and "the_century" in found:
        ordinal = found.get("card", found.get("day"))
    if "thousands" in found or ("tens" in found and "year" in found):
        first = 2000 + found.get("tens", 0)
        return Era(Grain.DECADE, first) if found.get("card") == 2 or found.get("year") == 2000 else None  # noqa: PLR2004
    if "decade" in found or "tens" in found:
        tens: int = found["decade"] if "decade" in found else found["tens"]
        said = "card" in found and "the_century" not in found
        own = 2000 if turn == 0 else 1900  # عشرينيات القرن الحالي
        century = found["card"] * 100 if said else own if ordinal is None else (ordinal - 1) * 100
        if not 1000 <= century <= 2000:  # noqa: PLR2004 - nobody speaks of the decades before
            return None
        return Era(Grain.DECADE, tens if tens >= 1000 else century + tens)  # noqa: PLR2004
    figure = found.get("year", found.get("small"))
    if figure is not None:
        figure += 1900 if figure < 100 else 0  # noqa: PLR2004 - the nineties
        return Era(Grain.DECADE, figure) if figure % 10 == 0 else None
    if ordinal is not None:
        return Era(Grain.CENTURY, (ordinal - 1) * 100) if 2 < ordinal < 30 else None  # noqa: PLR2004
    return None if turn is None else Era(Grain.CENTURY, shift=turn)


def centuries(items: Items, rest: Items) -> object:
    """Read two centuries that one word names: القرنين السابع عشر والثامن عشر."""
    del rest
    first, last = (item.value for item in items if name(item.kind) == "ord")
    if last == first + 1 + _TEN:  # القرنين السابع والثامن عشر
        first += _TEN
    if not 2 < first < last < 30:  # noqa: PLR2004 - as for one century
        return None
    return Range(Era(Grain.CENTURY, (first - 1) * 100), Era(Grain.CENTURY, (last - 1) * 100))


def edge(items: Items, rest: Items) -> object:
    """Read the start, middle or end of a period; thirds of months where the word means one.

    Looser words (early next week, later this year) give the week or the period itself.
    """
    del rest
    word = next((item.value for item in items if name(item.kind) == "edge"), "end")
    if name(items[-1].kind) == "start_unit":
        word = "start"
    if "my" in named(items) and word != "rest":
        return None  # early in his year as mayor
    of = items[-1].value
    if isinstance(of, str):
        of = Shift(GRAINS[of], 0)
        if of.unit is Grain.WEEK and word == "late":
            return Shift(Grain.WEEKEND, 0)
        if of.unit in ERAS:
            of = Era(of.unit, shift=0)
    if isinstance(of, int):
        of = Calendar(year=of)
    loose = isinstance(of, Shift) and (of.unit is Grain.DAY or (of.unit is Grain.WEEK and word in _LOOSE))
    if loose or word in _INSIDE:
        return of
    return Edge(_EDGES[word], of, narrow=word.endswith("third"))


def whole(items: Items, rest: Items) -> object:
    """Read the end of a period as a term (by the end of March): the period itself."""
    del rest
    of = items[-1].value
    return Shift(GRAINS[of], 0) if isinstance(of, str) else _end(items[-1])


def between(items: Items, rest: Items) -> object:
    """Read a stretch from one expression to another."""
    del rest
    ends = [_end(item) for item in items if name(item.kind) in ENDS]
    if len(ends) != 2 or any(isinstance(end, (Range, Open)) for end in ends):  # noqa: PLR2004
        return None
    if any(map(_is_figure, items)) and any(map(_is_day, ends)):
        return None
    if all(name(item.kind) != "pair" for item in items) and not all(map(_may_be_year, items)):
        return DEAD
    return Range(ends[0], ends[1])


def _is_day(end: Expression) -> bool:
    """Say of an end of a stretch that it is a day by its name or its distance: no figure is its other end."""
    if isinstance(end, Moment):
        return _is_day(end.day)
    today = Shift(Grain.DAY, 0)
    return (isinstance(end, Calendar) and only_weekday(end)) or (
        isinstance(end, Shift) and end.unit is Grain.DAY and end != today
    )


def _is_figure(item: Item) -> bool:
    """Say of an end of a stretch that it is a bare number of four figures."""
    return name(item.kind) in {"year", "bare_year"} and item.end - item.start == _BARE_YEAR


def _may_be_year(item: Item) -> bool:
    """Say of an end of a stretch that it is no bare number, or one that news would write for a year."""
    if not _is_figure(item):
        return True
    year = item.value.year if isinstance(item.value, Calendar) else item.value
    return not isinstance(year, int) or OLDEST <= year <= LATEST


def since(items: Items, rest: Items) -> object:
    """Read a period that is said to have begun: since 2011."""
    del rest
    made = _one_end(items, 1)
    return None if made is None else replace(made, began=True)


def until_point(items: Items, rest: Items) -> object:
    """Read a period that is said to end, but of a decade or a century its own days: through the sixties."""
    return None if any(isinstance(item.value, Era) for item in items) else until(items, rest)


def to_date(items: Items, rest: Items) -> object:
    """Read what has passed of the anchor's year or month: year to date."""
    del rest
    return Range(Nth(1, Grain.DAY, Shift(GRAINS[items[0].value], 0)), Shift(Grain.DAY, 0))


def short_range(items: Items, rest: Items) -> object:
    """Read two dates in figures as one stretch that shares a year: from 5/1-5/7, 2020."""
    del rest
    first, last = (item.value for item in items if name(item.kind) in {"date", "short_date"})
    if not isinstance(first, Calendar) or not isinstance(last, Calendar) or first.year is not None:
        return None
    said = named(items)
    year = said["bare_year"].year if "bare_year" in said else said.get("year", last.year)
    if year is None or first.month is None or last.month is None:
        return None
    return Range(replace(first, year=year, also=None), replace(last, year=year, also=None))


def beyond(items: Items, rest: Items) -> object:
    """Read a period that begins behind another: after 2010 is from 2011 on; a day itself counts."""
    del rest
    made = _one_end(items, 1)
    if made is None or not isinstance(made.of, Calendar) or made.of.day or made.of.weekday is not None:
        return made
    year, month = made.of.year, made.of.month
    if not isinstance(year, int) or isinstance(month, Shift) or made.of.hijri:
        return made
    if month is None:
        return Open(Calendar(year + 1), 1)
    return Open(Calendar(year + month // 12, month % 12 + 1), 1)


def until(items: Items, rest: Items) -> object:
    """Read a period that is said to end: until 2011."""
    del rest
    return _one_end(items, -1)


def from_then_on(items: Items, rest: Items) -> object:
    """Read a period before whose start something will not be: no earlier than June 2025."""
    del rest
    return _one_end(items, 1)


def _one_end(items: Items, turn: int) -> Open | None:
    of = next(item for item in items if name(item.kind) in ENDS)
    value = _end(of)
    return None if isinstance(value, (Range, Open, Run)) else Open(value, turn)


def _end(item: Item) -> Expression:
    kind = name(item.kind)
    if kind in {"year", "number"}:
        return Calendar(year=item.value)
    if kind in {"month", "weak_month", "cap_month"}:
        return Calendar(month=item.value)
    if kind in {"now", "to_date", "from_now"}:
        return Shift(Grain.DAY, 0)
    made: Expression = item.value
    return made


def piece(items: Items, rest: Items) -> object:
    """Read the first or last units of a period: the last three weeks of 2018, the first ten days of May."""
    del rest
    found = named(items)
    count = 2 if "dual" in found else pick(found, COUNTS - {"ord"})
    unit = unit_of(items[:-1])
    turn = -1 if LASTS & found.keys() or found.get("turn") == -1 else 1
    if count is None or unit is None or found.get("turn", -1) != -1:
        return None
    return Piece(unit, count, _end(items[-1]), turn)


def open_end(items: Items, rest: Items) -> object:
    """Read a period without an end: 2012 and later."""
    del rest
    return _one_end(items, next(item.value for item in items if name(item.kind) == "onwards"))

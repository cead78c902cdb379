"""What the makers share: classes of items, and how values are picked from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.enrich.dates.expressions import Calendar, Shift
from service.enrich.dates.grammar import Item
from service.enrich.dates.lexicon import name
from service.wire.closed import Grain, PartOfDay

Items = Sequence[Item]

DAYS = frozenset({"day", "ord", "card", "first_day"})
COUNTS = frozenset({"day", "small", "number", "card", "ord"})
MONTHS = frozenset({"month", "weak_month", "cap_month", "hijri_month", "weak_hijri"})
WEEKDAYS = frozenset({"weekday", "weak_weekday", "cap_weekday", "weekdays"})
TURNS = frozenset({"turn", "this", "next_but_one", "after_next", "last", "latest", "following", "coming"})
LASTS = frozenset({"last", "latest", "final"})
OLDEST, LATEST = 1500, 2060
"""A bare figure is a year of the news only here: outside, prices and counts are likelier."""
NODES = frozenset({"date", "period", "range", "weekday_date", "weekend", "bare_month", "bare_year"})
ENDS = NODES | {"year", "short_date", "month", "weak_month", "cap_month", "now", "to_date", "from_now"}
GRAINS: dict[object, Grain] = {str(grain): grain for grain in Grain}
PARTS: dict[object, PartOfDay] = {str(part): part for part in PartOfDay}


def named(items: Items) -> dict[str, Any]:
    """Return the values of the items by class; of a repeated class the last."""
    return {name(item.kind): item.value for item in items}


def pick(found: dict[str, Any], names: frozenset[str]) -> Any:
    """Return the first of the found values whose class is among the names, or None."""
    return next((found[each] for each in found if each in names), None)


def unit_of(items: Items) -> Grain | None:
    """Return the unit of time that the first unit word among the items names."""
    return next((GRAINS[item.value] for item in items if isinstance(item.value, str) and item.value in GRAINS), None)


def is_year(what: object) -> bool:
    """Say whether an expression is a year seen from the anchor (next year)."""
    return isinstance(what, Shift) and what.unit is Grain.YEAR and not what.counted


def only_weekday(day: Calendar) -> bool:
    """Say whether nothing but a weekday is stated."""
    return day.weekday is not None and (day.year, day.month, day.day) == (None, None, None)

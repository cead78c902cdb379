"""Makers of what is seen from the anchor: days and units counted back or forward."""

from __future__ import annotations

from service.enrich.dates.expressions import (
    Calendar,
    Era,
    Moment,
    Nth,
    Run,
    Shift,
)
from service.enrich.dates.grammar import DEAD
from service.enrich.dates.lexicon import name
from service.enrich.dates.makers.common import (
    COUNTS,
    GRAINS,
    PARTS,
    TURNS,
    Items,
    named,
    pick,
    unit_of,
)
from service.wire.closed import Grain


def shift(items: Items, rest: Items) -> object:
    """Read a whole unit seen from the anchor: last week, this year, the day after tomorrow."""
    del rest
    n = 0
    unit: Grain | None = None
    for item in items:
        kind = name(item.kind)
        if kind in TURNS or kind in {"today", "relative_day", "tonight"}:
            n = item.value
        if kind in {"today", "relative_day", "tonight"}:
            unit = Grain.DAY
        elif isinstance(item.value, str) and item.value in GRAINS:
            unit = GRAINS[item.value]
        elif kind == "weekend":
            unit = Grain.WEEKEND
    if unit in {Grain.DECADE, Grain.CENTURY}:
        return Era(unit, shift=n)
    return None if unit is None else Shift(unit, n)


def night(items: Items, rest: Items) -> object:
    """Read a part of a day seen from the anchor: tonight, last night, this morning."""
    del rest
    found = named(items)
    return Moment(Shift(Grain.DAY, pick(found, TURNS) or 0), part=PARTS[found.get("part", "night")])


def ago(items: Items, rest: Items) -> object:
    """Read a count of units before or after the anchor: three weeks ago, in two days."""
    del rest
    found = named(items)
    sign = pick(found, frozenset({"ago", "hence", "from_now"}))
    if sign is None:
        sign = found.get("after")
    count = pick(found, COUNTS)
    if count is None:
        count = 2 if "dual" in found else 1
    unit = unit_of(items)
    if unit is None:
        return None
    if unit in {Grain.DECADE, Grain.CENTURY}:
        count, unit = count * (10 if unit is Grain.DECADE else 100), Grain.YEAR
    if sign is None or count < 1 or unit in {Grain.HOUR, Grain.MINUTE}:
        return None
    return Shift(unit, sign * count, counted=True)


def weekdays_ago(items: Items, rest: Items) -> object:
    """Read a count of weekdays: two Thursdays ago."""
    del rest
    found = named(items)
    sign = pick(found, frozenset({"ago", "hence", "from_now"}))
    return Nth(sign * pick(found, COUNTS), Grain.DAY, Shift(Grain.DAY, 0), found["weekday"])


def run(items: Items, rest: Items) -> object:
    """Read a run of whole units: the last three weeks, the two coming years."""
    del rest
    found = named(items)
    count = pick(found, COUNTS)
    if count is None:
        count = 2
    unit = unit_of(items)
    turn = pick(found, TURNS)
    if unit is None or not turn or not 1 <= count < 1000 or unit in {Grain.HOUR, Grain.MINUTE}:  # noqa: PLR2004
        return DEAD
    if unit is Grain.DECADE:
        unit, count = Grain.YEAR, count * 10
    return Run(unit, count, 1 if turn > 0 else -1)


def in_week(items: Items, rest: Items) -> object:
    """Read a weekday of a week that is counted from the anchor: Sunday of last week."""
    del rest
    week = next((item.value for item in items if name(item.kind) == "period"), None)
    day = next((item.value for item in items if name(item.kind) == "weekday_date"), None)
    if not (isinstance(week, Shift) and week.unit is Grain.WEEK and isinstance(day, Calendar)):
        return None
    return Calendar(weekday=day.weekday, turn=week.n, of_week=True)

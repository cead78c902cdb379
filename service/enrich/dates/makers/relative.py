"""Makers of what is seen from the anchor: days and units counted back or forward."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from service.enrich.dates.expressions import (
    ERAS,
    Calendar,
    Era,
    Moment,
    Nth,
    Offset,
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
    WEEKDAYS,
    Items,
    named,
    only_weekday,
    pick,
    unit_of,
)
from service.wire.closed import Grain, PartOfDay

_HOUR = 60
_SIGNS = frozenset({"ago", "ago_since", "hence", "from_now"})
_TOLD = frozenset({"told_turn", "told_day", "before", "past_of", "after", "ago", "that_same", "same_one", "beside_it"})
_LATER = {"later": 1, "earlier": -1}
_UNITS = frozenset({"day_unit", "week_unit", "month_unit", "quarter_unit", "year_unit", "decade_unit", "century_unit"})
_CLOCK = frozenset({Grain.HOUR, Grain.MINUTE})
_STEPS = frozenset({Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.YEAR})


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
    if unit in ERAS:
        return Era(unit, shift=n)
    return None if unit is None else Shift(unit, n)


def next_day(items: Items, rest: Items) -> object:
    """Read a day seen from the anchor; "next day" only where the sentence looks ahead: else it follows an event."""
    made = shift(items, rest)
    return replace(made, sequel=True) if isinstance(made, Shift) and made.n == 1 else made


def counted_day(items: Items, rest: Items) -> object:
    """Kill a day that is counted from an event (صباح اليوم الثاني عشر); "first" says what is new today (اليوم أول)."""
    del rest
    return None if items[-1].value == 1 else DEAD


def per_day(items: Items, rest: Items) -> object:
    """Kill "a day" said of a rate (ثلاث مرات في اليوم): today takes no preposition that is a word of its own."""
    del rest
    return DEAD if items[0].end - items[0].start > 1 else None


def preceding(items: Items, rest: Items) -> object:
    """Read "the previous month": the one before the date that the text has named, else before the anchor's own."""
    del rest
    return Shift(GRAINS[items[0].value], -1, told=True, or_anchor=True)


def sequel(items: Items, rest: Items) -> object:
    """Read "the following week": the next one in a sentence that looks ahead; in a narration it has no known place."""
    del rest
    unit = Grain.DAY if "today" in named(items) else unit_of(items)
    return None if unit is None else Shift(unit, 1, sequel=True, told=True)


def told(items: Items, rest: Items) -> object:
    """Read a unit counted from a date that the text has named: the next day, that year, two weeks later.

    Parts of the day are of that same day.
    """
    del rest
    found = named(items)
    if {"part", "tonight"} & found.keys():
        turn = pick(found, TURNS) or 0
        part = PARTS[found.get("part", "night")]
        return None if turn < 0 else Moment(Shift(Grain.DAY, turn, told=True), part=part)
    turn = pick(found, _TOLD) if "edge" not in found else _LATER.get(found["edge"])
    unit = unit_of(items) or Grain.DAY
    count = 2 if {"dual", "fortnight"} & found.keys() else pick(found, COUNTS | {"article"})
    if turn is None:
        return None
    if count is None and {"told_turn", "after", "ago"} & found.keys():
        count = 1
    if unit is Grain.DECADE:
        count, unit = (count or 1) * 10, Grain.YEAR
    if unit not in _STEPS or (count is not None and count < 1):
        return None
    return Shift(unit, turn if count is None else turn * count, counted=count is not None, told=True)


def day_of_it(items: Items, rest: Items) -> object:
    """Read a day of the month that the text has named: من 3 أيار حتى 15 منه."""
    del rest
    return Calendar(day=items[0].value, month=Shift(Grain.MONTH, 0, told=True))


def weekend(items: Items, rest: Items) -> object:
    """Read a bare weekend: the last one, or the next where the sentence looks ahead."""
    del items, rest
    return Shift(Grain.WEEKEND, 0, near=True)


def night(items: Items, rest: Items) -> object:
    """Read a part of a day seen from the anchor: tonight, last night, this morning."""
    del rest
    found = named(items)
    turn = pick(found, TURNS) or 0
    part = PARTS[found.get("part", "night")]
    return None if turn and part is PartOfDay.NOON else Moment(Shift(Grain.DAY, turn), part=part)


def ago(items: Items, rest: Items) -> object:
    """Read a count of units before or after the anchor: three weeks ago, in two days."""
    del rest
    found = named(items)
    sign = pick(found, _SIGNS)
    forecast = sign is None
    if sign is None:
        sign = found.get("after")
    if sign is not None and "hour_part" in found:
        return Shift(Grain.MINUTE, sign * found["hour_part"], counted=True, forecast=forecast)
    count = pick(found, COUNTS)
    if count is None:
        count = 2 if "dual" in found else 1
    unit = unit_of(items)
    if unit is None:
        return None
    count, unit = _in_years(count, unit)
    if sign is None or count < 1:
        return None
    return Shift(unit, sign * count, counted=True, forecast=forecast)


def _in_years(count: int, unit: Grain) -> tuple[int, Grain]:
    """Return a count of decades or centuries as years, other counts as they are."""
    return (count * ERAS[unit], Grain.YEAR) if unit in ERAS else (count, unit)


def hour_part(items: Items, rest: Items) -> object:
    """Read a fraction of an hour in figures: 1/2 hour. Its value is minutes."""
    del rest
    part, whole = items[0].value, items[2].value
    minutes, left = divmod(_HOUR * part, whole)
    return minutes if left == 0 and 0 < minutes < _HOUR else None


def offset(items: Items, rest: Items) -> object:
    """Read counts of units from a day: two weeks from tomorrow, a month and 21 days ago."""
    del rest
    base: Any = next((item.value for item in items if name(item.kind) in {"date", "weekday_date"}), Shift(Grain.DAY, 0))
    sign = next(item.value for item in items if name(item.kind) in _SIGNS | {"from", "before", "past_of", "after"})
    counts = [item.value for item in items if name(item.kind) in COUNTS | {"article"}]
    counts = counts or [1]  # the day before last Monday
    units = [GRAINS[item.value] for item in items if isinstance(item.value, str) and item.value in GRAINS]
    one_day = isinstance(base, (Calendar, Moment)) or (isinstance(base, Shift) and base.unit is Grain.DAY)
    if len(counts) != len(units) or not one_day or set(units) - _STEPS:
        return None
    direction = sign if sign in {-1, 1} else 1
    return Offset(base, tuple((unit, direction * count) for unit, count in zip(units, counts, strict=True)))


def weekdays_ago(items: Items, rest: Items) -> object:
    """Read a count of weekdays: two Thursdays ago."""
    del rest
    found = named(items)
    sign = pick(found, _SIGNS)
    return Nth(sign * pick(found, COUNTS), Grain.DAY, Shift(Grain.DAY, 0), pick(found, WEEKDAYS))


def ago_today(items: Items, rest: Items) -> object:
    """Read a count back to the very day: a year ago today."""
    del rest
    count = pick(named(items), COUNTS | {"article"})
    unit = unit_of(items)
    if items[-1].value != 0 or unit not in _STEPS:
        return None
    return Offset(Shift(Grain.DAY, 0, counted=True), ((unit, -count),))


def hours_on(items: Items, rest: Items) -> object:
    """Read hours counted on from now with today in front of them: today in two hours."""
    return ago(items[1:], rest) if items[0].value == 0 else None


def fortnight(items: Items, rest: Items) -> object:
    """Read two weeks before or after the anchor: a fortnight ago, in a fortnight."""
    del rest
    sign = pick(named(items), _SIGNS)
    return Shift(Grain.WEEK, 2 * (sign or 1), counted=True, forecast=sign is None)


def upcoming(items: Items, rest: Items) -> object:
    """Read "two upcoming weeks", without an article, as the second to come, as Duckling reads it."""
    del rest
    count, unit = pick(named(items), COUNTS), unit_of(items)
    if unit is None or not 1 <= count < 1000:  # noqa: PLR2004
        return None
    return Era(unit, shift=count) if unit in ERAS else Shift(unit, count)


def run(items: Items, rest: Items) -> object:
    """Read a run of whole units: the last three weeks, the two coming years."""
    del rest
    found = named(items)
    count = pick(found, COUNTS)
    if count is None:
        count = 2
    unit = unit_of(items)
    turn = pick(found, TURNS)
    if turn == 0:
        return None
    one_unit = name(items[-1].kind) in _UNITS
    if one_unit and name(items[-2].kind) == "turn" and count > 1:
        return None  # 28 last year, April 5 next year
    if unit is None or turn is None or not 1 <= count < 1000:  # noqa: PLR2004
        return DEAD
    count, unit = _in_years(count, unit)
    return Run(unit, count, 1 if turn > 0 else -1)


def few(items: Items, rest: Items) -> object:
    """Read units of which nobody says how many: the past few days, a few weeks ago. No day is certain of them."""
    del rest
    found = named(items)
    unit, turn = unit_of(items), pick(found, TURNS | _SIGNS | {"after"})
    if unit is None or unit in _CLOCK or not turn:
        return None
    return Run(unit, None, 1 if turn > 0 else -1, forecast="after" in found)


def run_of_hour(items: Items, rest: Items) -> object:
    """Read the last or the next hour."""
    del rest
    turn = items[-1].value
    return Run(Grain.HOUR, 1, turn) if turn else None


def run_of_part(items: Items, rest: Items) -> object:
    """Read the last or the next half or quarter of an hour."""
    del rest
    found = named(items)
    turn = pick(found, TURNS)
    return Run(Grain.MINUTE, found.get("hour_part", _HOUR // 2), turn) if turn else None


def in_week(items: Items, rest: Items) -> object:
    """Read a weekday of a week that is counted from the anchor: Sunday of last week."""
    del rest
    week = next((item.value for item in items if name(item.kind) == "period"), None)
    day: Any = next((item.value for item in items if name(item.kind) in {"weekday_date", "date"}), None)
    construct = 0 if "two" in named(items) else named(items).get("construct_weekday")
    if construct is not None:
        day = Calendar(weekday=construct)
    counted = [item.value for item in items if isinstance(item.value, Shift) and item.value.counted]
    week = counted[0] if counted else week
    if not (isinstance(week, Shift) and week.unit is Grain.WEEK):
        return None
    if isinstance(day, Moment):
        inner = _in_week(day.day, week)
        return None if inner is None else replace(day, day=inner)
    return _in_week(day, week)


def _in_week(day: object, week: Shift) -> Calendar | None:
    if not (isinstance(day, Calendar) and only_weekday(day)):
        return None
    return Calendar(weekday=day.weekday, turn=week.n, of_week=True)

"""Makers of terms and of working days: within three years, the next four business days."""

from __future__ import annotations

from service.enrich.dates.expressions import Offset, Open, Range, Shift, Workdays
from service.enrich.dates.lexicon import name
from service.enrich.dates.makers.common import COUNTS, GRAINS, TURNS, Items, named, pick
from service.enrich.dates.makers.relative import offset
from service.wire.closed import Grain

_SIGNS = frozenset({"ago", "hence", "from_now", "after"})
_STEPS = frozenset({Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.YEAR})
_MONTHS = {Grain.YEAR: 12, Grain.DECADE: 120, Grain.CENTURY: 1200}
_HALVED = frozenset({"year_unit", "decade_unit", "century_unit"})
_MOST = 1000


def deadline(items: Items, rest: Items) -> object:
    """Read the time from the anchor to a term: within 5 years and 3 months, within the next three years.

    Without "next" it is a duration unless the sentence looks ahead.
    """
    del rest
    found = named(items)
    turn = pick(found, TURNS)
    if turn is not None and turn < 1:
        return None
    counts = [item.value for item in items if name(item.kind) in COUNTS]
    if any(not 1 <= count < _MOST for count in counts):
        return None
    today = Shift(Grain.DAY, 0)
    if "work_days" in found:
        return Range(today, Workdays(counts[0], sequel=turn is None))
    units = [GRAINS[item.value] for item in items if isinstance(item.value, str) and item.value in GRAINS]
    if set(units) - _STEPS or len(units) != len(counts):
        return None
    base = Shift(Grain.DAY, 0, counted=True, sequel=turn is None)
    return Range(today, Offset(base, tuple(zip(units, counts, strict=True))))


def bound(items: Items, rest: Items) -> object:
    """Read a distance from a day that is a bound: more than two weeks before today, less than 3 days after tomorrow."""
    made = offset(items[1:], rest)
    if not isinstance(made, Offset):
        return None
    ahead = made.steps[0][1] > 0
    if name(items[0].kind) == "more_than":
        return Open(made, 1 if ahead else -1)
    return Range(made.of, made) if ahead else Range(made, made.of)


def halves(items: Items, rest: Items) -> object:
    """Read a count with a half: two and a half years ago, half a century ago. Only longer units have halves here."""
    del rest
    found = named(items)
    sign = pick(found, _SIGNS)
    unit = next((GRAINS[item.value] for item in items if name(item.kind) in _HALVED | {"units"}), None)
    if unit not in _MONTHS or sign is None:
        return None
    before = items[: next(n for n, item in enumerate(items) if name(item.kind) == "half_unit")]
    whole = next((item.value for item in before if name(item.kind) in COUNTS | {"article"}), 0)
    if any(name(item.kind) == "and" for item in before) == (whole == 0):
        return None
    years, months = divmod(_MONTHS[unit] * (2 * whole + 1) // 2, 12)
    steps = ((Grain.YEAR, sign * years), (Grain.MONTH, sign * months))
    return Offset(Shift(Grain.DAY, 0, forecast="after" in found), tuple(step for step in steps if step[1]))


def workdays(items: Items, rest: Items) -> object:
    """Read working days counted from the anchor: in two business days, the last three working days."""
    del rest
    found = named(items)
    count = pick(found, COUNTS | {"article"})
    turn = pick(found, TURNS)
    sign = turn if turn is not None else pick(found, _SIGNS)
    if not sign or not 1 <= count < _MOST:
        return None
    return Workdays(sign * count, run=turn is not None, forecast="after" in found)

"""What counts from a date that the text has just named: two days later, the same evening, July of that year.

Such an expression says a day only where a date is in force: the last one named before it, near enough, and as fine as
what is counted. Elsewhere it follows an event ("two days after the vote") whose day the text does not tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from service.enrich.dates.expressions import (
    Calendar,
    Edge,
    Expression,
    Fraction,
    Moment,
    Nth,
    Offset,
    Open,
    Piece,
    Range,
    Shift,
)
from service.enrich.dates.seen import Resolved, Seen
from service.wire.closed import Grain

REACH = 300
"""How many characters behind its end a date is in force: about two sentences of news."""

_DAYS = frozenset({Grain.MINUTE, Grain.HOUR, Grain.PART_OF_DAY, Grain.DAY})
_MONTHS = _DAYS | {Grain.MONTH}
_YEARS = _MONTHS | {Grain.WEEK, Grain.QUARTER, Grain.SEASON, Grain.HALF, Grain.YEAR}
_FINE_ENOUGH = {
    Grain.DAY: _DAYS, Grain.WEEK: _DAYS | {Grain.WEEK, Grain.WEEKEND}, Grain.MONTH: _MONTHS,
    Grain.QUARTER: _MONTHS | {Grain.QUARTER}, Grain.YEAR: _YEARS,
}  # fmt: skip


class Named(NamedTuple):
    """The last date that the text named: where its words end, and what it came to."""

    end: int
    found: Resolved


def told_unit(what: Expression | int | None) -> Grain | None:
    """Return the unit of an expression that counts from a date named before it, or None for any other."""
    if isinstance(what, Shift):
        unit = Grain.DAY if what.unit is Grain.WEEK and what.counted else what.unit
        return unit if what.told else None
    if isinstance(what, Calendar) and what.year_elsewhere:
        return Grain.YEAR
    return next(filter(None, map(told_unit, _parts(what))), None)


def _parts(what: Expression | int | None) -> Iterable[Expression | int | None]:
    """Give what an expression is made of, as far as that may count from a date."""
    if isinstance(what, Calendar):
        return [part for part in (what.month, what.year) if isinstance(part, Shift)]
    if isinstance(what, Fraction):
        return (what.year,)
    if isinstance(what, Moment):
        return (what.day,)
    if isinstance(what, Range):
        return what.first, what.last
    return (what.of,) if isinstance(what, (Edge, Nth, Open, Offset, Piece)) else ()


def may_do_without(what: Expression | int | None) -> bool:
    """Say whether an expression says when also where no date is in force: July of that year is some July."""
    if isinstance(what, Shift):
        return what.sequel or what.or_anchor
    parts = [part for part in _parts(what) if told_unit(part) is not None]
    return (isinstance(what, Calendar) and what.year_elsewhere) or any(map(may_do_without, parts))


def in_force(named: Sequence[Named], unit: Grain, at: int, *, any_of: bool) -> Named | None:
    """Return the date in force for what begins at character ``at``, or None where none is.

    It is the last one named; with ``any_of`` the last that is fine enough, since a year that only compares (the same
    quarter of last year) does not move a text that goes on with its quarters.
    """
    for each in reversed(named):
        if each.found.period is None or at - each.end > REACH:
            return None
        if each.found.grain in _FINE_ENOUGH.get(unit, frozenset()):
            return each
        if not any_of:
            return None
    return None


def seen_from(named: Named, seen: Seen) -> Seen:
    """Return the place of a date that the text has named."""
    period = named.found.period
    return seen if period is None else replace(seen, day=period.last, now=None)


def year_of(what: Expression, seen: Seen) -> Expression:
    """Give "July of that year" its year."""
    if isinstance(what, Calendar) and what.year_elsewhere and seen.day is not None:
        return replace(what, year=seen.day.year, year_elsewhere=False)
    return what

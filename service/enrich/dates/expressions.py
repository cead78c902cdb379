"""What a date expression says, before anybody asks when it was said.

The grammar builds these values, :mod:`service.enrich.dates.resolve` turns them into calendar time. None of
them holds text or offsets, or ever itself, so that the garbage collector need not look at them.
"""

from __future__ import annotations

from msgspec import Struct

from service.wire.closed import Grain, PartOfDay


class Shift(Struct, frozen=True, gc=False):
    """A unit of time counted from the anchor: yesterday, last week, three months ago.

    ``counted`` says that the text counts back or forward ("three weeks ago": a day), where without it the
    whole unit is meant ("last week": a week). ``forecast`` marks a count that is a duration in a sentence of the
    past ("in two days"), ``sequel`` what follows an event unless the sentence looks ahead. ``near`` marks a
    weekend that the sentence's tense places ("at the weekend"), ``told`` what counts from a date that the text has
    just named ("two days later"), and ``or_anchor`` that it counts from the anchor where none is ("the previous year").
    """

    unit: Grain
    n: int
    counted: bool = False
    forecast: bool = False
    sequel: bool = False
    near: bool = False
    told: bool = False
    or_anchor: bool = False


class Calendar(Struct, frozen=True, gc=False):
    """Fields of a calendar date as stated. ``turn`` is -1 for last, 0 for this, +1 for next.

    ``year`` is a number or counted from the anchor ("March next year"). ``of_week`` marks a weekday that
    belongs to the week named by ``turn``, ``coming`` one that is the nearest to come for all that ``turn`` is +1,
    ``today`` one that is said to be today's, ``year_elsewhere`` a date of "that year". ``also`` is the other reading
    of an ambiguous numeric date, as (month, day).
    """

    year: int | Shift | None = None
    month: int | Shift | None = None
    day: int | None = None
    weekday: int | None = None
    turn: int | None = None
    of_week: bool = False
    coming: bool = False
    hijri: bool = False
    year_elsewhere: bool = False
    today: bool = False
    also: tuple[int, int] | None = None


class Fraction(Struct, frozen=True, gc=False):
    """The nth quarter, half or season of a year; ``n`` counts from 1, -1 is the last."""

    unit: Grain
    n: int
    year: int | Shift | None = None
    turn: int | None = None


class Nth(Struct, frozen=True, gc=False):
    """The nth unit, or the nth weekday, of a longer period.

    A negative ``n`` counts from its end; 0 is the unit in which the period itself lies. ``or_date`` says that ``n``
    may be a day of the month too, which it is where that day falls on the weekday. With ``closest`` it is the nth
    weekday by its distance from a day.
    """

    n: int
    unit: Grain
    of: Expression
    weekday: int | None = None
    or_date: bool = False
    closest: bool = False


class Offset(Struct, frozen=True, gc=False):
    """Units counted one after the other from a day: two weeks from tomorrow, a month and 21 days ago."""

    of: Expression
    steps: tuple[tuple[Grain, int], ...]


class Piece(Struct, frozen=True, gc=False):
    """The first (``turn`` 1) or the last (-1) ``count`` units of a period, or of a stretch that starts with a day.

    With ``after`` the stretch begins on the day itself and need not end inside it: three days from Monday on.
    """

    unit: Grain
    count: int
    of: Expression
    turn: int = 1
    after: bool = False


class Run(Struct, frozen=True, gc=False):
    """``count`` whole units before (``turn`` -1) or after (+1) the anchor's own unit; None are a few.

    ``forecast`` is that of :class:`Shift`.
    """

    unit: Grain
    count: int | None
    turn: int
    forecast: bool = False


class Workdays(Struct, frozen=True, gc=False):
    """``n`` days from Monday to Friday on from the anchor, or back: the last of them, or with ``run`` all of them.

    ``forecast`` and ``sequel`` are those of :class:`Shift`. Holidays are not known.
    """

    n: int
    run: bool = False
    forecast: bool = False
    sequel: bool = False


ERAS = {Grain.DECADE: 10, Grain.CENTURY: 100}
"""The units that are counted in years, with their lengths."""


class Era(Struct, frozen=True, gc=False):
    """A decade or a century that starts in ``year``; ``shift`` counts from the anchor's own instead."""

    unit: Grain
    year: int = 0
    shift: int | None = None


class Edge(Struct, frozen=True, gc=False):
    """The start (-1), middle (0), end (1) or rest (2) of a period; ``narrow`` where the words mean a third of it."""

    edge: int
    of: Expression
    narrow: bool = False


class Clock(Struct, frozen=True, gc=False):
    """A clock time.

    ``afternoon`` is None where the text does not say; ``zone`` is minutes east of UTC, the name of a zone of the tz
    database, or empty where local time is said to be meant.
    """

    hour: int
    minute: int | None = None
    second: int | None = None
    afternoon: bool | None = None
    zone: int | str | None = None


class Moment(Struct, frozen=True, gc=False):
    """A day with what stands beside it: a weekday to compare, a part of the day, a clock time (or two)."""

    day: Expression
    weekday: int | None = None
    part: PartOfDay | None = None
    clock: Clock | None = None
    until: Clock | None = None


class Range(Struct, frozen=True, gc=False):
    """Everything from the start of ``first`` to the end of ``last``."""

    first: Expression
    last: Expression


class Open(Struct, frozen=True, gc=False):
    """A period with one end: ``turn`` +1 is from it onwards, -1 up to it; ``began`` says that the start lies behind."""

    of: Expression
    turn: int
    began: bool = False


Expression = Shift | Calendar | Fraction | Nth | Offset | Piece | Run | Workdays | Era | Edge | Moment | Range | Open

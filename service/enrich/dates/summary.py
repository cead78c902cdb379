"""What an article's date mentions add up to: the days it spans, and the days it is most about."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date

from service.enrich.dates.periods import Period, nth_of, period_of
from service.wire.closed import Grain
from service.wire.event import DateMention, DateSpan, MainDate

_MAIN = 5
_KEPT = 4_000
"""Values whose days are kept: articles of a time name the same ones, and one without a slash is asked for twice."""
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:T.*)?")
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_WEEK = re.compile(r"(\d{4})-W(\d\d)")
_QUARTER_OR_HALF = re.compile(r"(\d{4})-(3[3-6]|4[01])")
_YEAR = re.compile(r"\d{4}")


def summarise(mentions: Iterable[DateMention]) -> tuple[DateSpan | None, list[MainDate]]:
    """Return the first and last day that the certain mentions cover, and the most supported days.

    Certain is what has a value and is neither ambiguous, in conflict with itself, nor open at an end. A day
    counts for every mention of exactly that day; main dates are at most five, the most frequent first, the
    earlier mention first among equals.
    """
    days: Counter[str] = Counter()
    covered: list[Period] = []
    for mention in mentions:
        value = mention.value
        if value is None or mention.ambiguous or mention.conflict:
            continue
        if (match := _DAY.fullmatch(value)) is not None and "/" not in value:
            days[match[1]] += 1
        period = _covered(value)
        if period is not None:
            covered.append(period)
    span = None
    if covered:
        first, last = min(period.first for period in covered), max(period.last for period in covered)
        span = DateSpan(from_=first.isoformat(), to=last.isoformat())
    return span, [MainDate(date=day, count=count) for day, count in days.most_common(_MAIN)]


def _covered(value: str) -> Period | None:
    """Return the days of a value; None for open intervals, dates without a year and what has no exact days."""
    first, _, last = value.partition("/")
    begin, end = _days(first), _days(last or first)
    return None if begin is None or end is None or begin.first > end.last else Period(begin.first, end.last)


@functools.lru_cache(_KEPT)
def _days(value: str) -> Period | None:
    if match := _DAY.fullmatch(value):
        day = date.fromisoformat(match[1])
        return Period(day, day)
    if match := _MONTH.fullmatch(value):
        return period_of(Grain.MONTH, date(int(match[1]), int(match[2]), 1))
    if _YEAR.fullmatch(value):
        return period_of(Grain.YEAR, date(int(value), 1, 1))
    if match := _WEEK.fullmatch(value):
        return period_of(Grain.WEEK, date.fromisocalendar(int(match[1]), int(match[2]), 1))
    if match := _QUARTER_OR_HALF.fullmatch(value):
        n = int(match[2])
        unit, first = (Grain.QUARTER, 32) if n < 40 else (Grain.HALF, 39)  # noqa: PLR2004 - EDTF's codes
        return nth_of(unit, int(match[1]), n - first)
    return None

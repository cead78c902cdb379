"""Makers: how the items that a rule matched become one expression.

Every maker takes the matched items and the items behind them and returns a value, None (the rule does not
hold here) or DEAD (this only looks like a date). Rules name them by their function's name.
"""

from __future__ import annotations

from service.enrich.dates.expressions import Range
from service.enrich.dates.grammar import DEAD, Maker
from service.enrich.dates.lexicon import name
from service.enrich.dates.makers import counts, days, figures, moments, parts, relative, shared, stretches
from service.enrich.dates.makers.common import NODES, Items


def dead(items: Items, rest: Items) -> object:
    """Kill what only looks like a date: a duration, a frequency, an age."""
    del items, rest
    return DEAD


def same(items: Items, rest: Items) -> object:
    """Take a word for one of another class, with its own value."""
    del rest
    return items[0].value


def keep(items: Items, rest: Items) -> object:
    """Take the one finished part among the items; its neighbours join its span."""
    del rest
    return next(item.value for item in items if name(item.kind) in NODES)


def keep_range(items: Items, rest: Items) -> object:
    """Take a stretch of days whose head noun joins its span: the night of 10-11 September."""
    value = keep(items, rest)
    return value if isinstance(value, Range) else None


MAKERS: dict[str, Maker] = {
    made.__name__: made
    for made in (
        dead,
        same,
        keep,
        keep_range,
        days.number,
        days.ordinal,
        days.spelt_year,
        days.fiscal_year,
        days.quoted_year,
        days.calendar,
        days.month_number,
        days.listed,
        days.other_year,
        days.year_twice,
        days.attributive,
        days.day_of_month,
        days.day_alone,
        days.weekday_and_day,
        days.weekday_and_late_day,
        days.coming_weekday,
        days.day_range,
        days.day_pair,
        days.days_in_a_row,
        days.likely_year,
        days.era_year,
        days.month_and_days,
        relative.shift,
        relative.night,
        relative.ago,
        relative.hour_part,
        relative.offset,
        relative.weekend,
        relative.sequel,
        relative.counted_day,
        relative.next_day,
        relative.weekdays_ago,
        relative.run,
        relative.few,
        relative.run_of_hour,
        relative.run_of_part,
        relative.told,
        relative.preceding,
        relative.per_day,
        relative.day_of_it,
        relative.ago_today,
        relative.hours_on,
        relative.fortnight,
        relative.upcoming,
        relative.in_week,
        counts.deadline,
        counts.halves,
        counts.bound,
        counts.workdays,
        stretches.week_of,
        stretches.nth,
        stretches.nth_part,
        stretches.closest,
        stretches.fraction,
        stretches.era,
        parts.listed_season,
        parts.fraction_behind_and,
        stretches.centuries,
        stretches.edge,
        stretches.whole,
        parts.outer,
        stretches.between,
        parts.night_between,
        stretches.open_end,
        stretches.since,
        stretches.beyond,
        stretches.until,
        stretches.from_then_on,
        stretches.until_point,
        stretches.to_date,
        stretches.short_range,
        stretches.piece,
        parts.lasting,
        parts.week_number,
        shared.steps,
        shared.counted_from,
        shared.year_word,
        shared.short_year_word,
        shared.within,
        shared.listed_weekday,
        shared.day_of_turn,
        shared.weekday_of_month,
        shared.week_stretch,
        shared.zoned,
        shared.since_point,
        shared.half_of_month,
        figures.numeric,
        figures.iso_moment,
        figures.numeric_range,
        figures.this_date,
        figures.numeric_day_first,
        moments.moment,
        moments.clock,
        moments.clock_figure,
        moments.clock_letter,
        moments.hours,
        moments.moment_of_year,
        moments.until_clock,
        moments.to_hour,
        moments.clock_range,
        moments.hour,
        moments.hour_ahead,
        moments.hour_of_part,
        moments.spoken_clock,
    )
}
"""Every maker by the name that rules use."""

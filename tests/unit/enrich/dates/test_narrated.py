from __future__ import annotations

from datetime import date, datetime

import pytest

from service.enrich.dates import find
from service.enrich.dates.expressions import Calendar, Edge, Moment, Range, Shift
from service.enrich.dates.narrated import REACH, Named, in_force, may_do_without, seen_from, told_unit, year_of
from service.enrich.dates.periods import Period
from service.enrich.dates.seen import Resolved, Seen
from service.wire.closed import Grain

NOW = Seen(date(2024, 5, 15), now=datetime(2024, 5, 15, 10))  # noqa: DTZ001 - local time
DAY = Named(20, Resolved(Grain.DAY, "1940-05-10", Period(date(1940, 5, 10), date(1940, 5, 10))))
YEAR = Named(20, Resolved(Grain.YEAR, "1940", Period(date(1940, 1, 1), date(1940, 12, 31))))
OPEN = Named(20, Resolved(Grain.YEAR, "1940/.."))


def _values(text: str, anchor: date | None = date(2024, 5, 15)) -> list[tuple[str, str | None]]:
    return [(mention.text, mention.value) for mention in find(text, language="en", anchor=anchor)]


@pytest.mark.parametrize(
    ("what", "unit"),
    [
        (Shift(Grain.DAY, 1, told=True), Grain.DAY),
        (Shift(Grain.WEEK, 2, counted=True, told=True), Grain.DAY),
        (Moment(Shift(Grain.DAY, 0, told=True)), Grain.DAY),
        (Edge(1, Shift(Grain.YEAR, 0, told=True)), Grain.YEAR),
        (Calendar(month=7, year_elsewhere=True), Grain.YEAR),
        (Calendar(day=5, month=Shift(Grain.MONTH, 0, told=True)), Grain.MONTH),
        (Range(Calendar(1940), Shift(Grain.YEAR, 1, told=True)), Grain.YEAR),
        (Shift(Grain.DAY, 1), None),
        (Calendar(1940, 5, 10), None),
    ],
)
def test_only_what_counts_from_a_date_told_before_has_a_unit_to_count(what: Shift, unit: Grain | None) -> None:
    assert told_unit(what) is unit


def test_a_date_is_in_force_for_what_it_is_fine_enough_for_and_not_for_ever() -> None:
    assert in_force([DAY], Grain.DAY, 20 + REACH, any_of=False) is DAY
    assert in_force([DAY], Grain.DAY, 21 + REACH, any_of=False) is None
    assert in_force([YEAR], Grain.DAY, 30, any_of=False) is None
    assert in_force([YEAR], Grain.YEAR, 30, any_of=False) is YEAR
    assert in_force([OPEN], Grain.YEAR, 30, any_of=False) is None
    assert in_force([], Grain.DAY, 30, any_of=True) is None


def test_a_coarser_date_ends_the_force_of_a_day_but_not_of_what_only_compares() -> None:
    assert in_force([DAY, YEAR], Grain.DAY, 30, any_of=False) is None
    assert in_force([DAY, YEAR], Grain.DAY, 30, any_of=True) is DAY


def test_what_is_seen_from_a_date_has_its_day_and_no_clock_time() -> None:
    there = seen_from(DAY, NOW)

    assert (there.day, there.now) == (date(1940, 5, 10), None)


def test_the_month_of_that_year_gets_its_year_and_stands_without_one() -> None:
    july = Calendar(month=7, year_elsewhere=True)

    assert year_of(july, Seen(date(1940, 5, 10))) == Calendar(1940, 7)
    assert may_do_without(july)
    assert not may_do_without(Shift(Grain.DAY, 2, counted=True, told=True))


def test_a_chain_of_days_goes_on_from_the_last_one_named() -> None:
    text = "On 5 May 1940 it began. The next day they fell back, and two days later they gave up."

    assert _values(text) == [
        ("5 May 1940", "1940-05-05"),
        ("The next day", "1940-05-06"),
        ("two days later", "1940-05-08"),
    ]


def test_a_date_told_in_full_needs_no_anchor_for_what_counts_from_it() -> None:
    told = find("It began on 5 May 1940 and ended a year later.", language="en", anchor=None)[1]

    assert (told.value, told.relative, told.relative_offset) == ("1941", False, None)


def test_a_date_counted_from_a_relative_one_is_relative_too() -> None:
    told = find("It began on Monday and ended two days later.", language="en", anchor=date(2024, 5, 17))[1]

    assert (told.value, told.relative) == ("2024-05-15", True)


def test_a_year_is_not_fine_enough_for_days_and_a_text_without_a_date_has_none_in_force() -> None:
    assert _values("The war began in 1940. Two days later he fled.") == [("1940", "1940")]
    assert _values("Two days later he fled.") == []


def test_what_follows_a_far_date_follows_an_event() -> None:
    far = "It began on 5 May 1940. " + "The village had no doctor and no priest. " * 10

    assert _values(far + "Two days later he fled.") == [("5 May 1940", "1940-05-05")]


def test_the_end_of_the_calendar_gives_no_day() -> None:
    text = "The clock began in 1940 and stops 9000 years later."

    assert _values(text) == [("1940", "1940"), ("9000 years later", None)]


def test_the_previous_month_counts_from_the_anchor_where_no_month_is_in_force() -> None:
    assert _values("Output fell from the previous month.") == [("the previous month", "2024-04")]
    assert may_do_without(Calendar(month=5, year=Shift(Grain.YEAR, -1, told=True, or_anchor=True)))

from __future__ import annotations

from datetime import date

from service.enrich.dates import find, summarise
from service.wire.event import DateSpan, MainDate

ANCHOR = date(2024, 5, 15)


def test_no_mentions_give_no_span_and_no_main_dates() -> None:
    assert summarise([]) == (None, [])


def test_the_span_covers_the_first_to_the_last_day_of_certain_mentions() -> None:
    text = "بدأ المشروع عام 2019 وتوقف في آذار 2021، ثم استؤنف أمس."

    span, _ = summarise(find(text, language="ar", anchor=ANCHOR))

    assert span == DateSpan(from_="2019-01-01", to="2024-05-14")


def test_main_dates_are_the_most_supported_days_with_their_counts() -> None:
    text = "وصل أمس. وقال الثلاثاء إنه سيعود. وفي 14 أيار 2024 أعلن ذلك، ثم غادر في 2 شباط 2020."

    _, main = summarise(find(text, language="ar", anchor=ANCHOR))

    assert main == [MainDate(date="2024-05-14", count=3), MainDate(date="2020-02-02", count=1)]


def test_ambiguous_conflicting_and_open_mentions_do_not_count() -> None:
    text = "On 03/04/2010, on Monday, May 14, 2013, and from 2012 onwards."

    assert summarise(find(text, language="en", anchor=ANCHOR)) == (None, [])


def test_weeks_quarters_and_halves_count_in_the_span() -> None:
    text = "Sales rose in the first quarter of 2023 and fell last week."

    span, main = summarise(find(text, language="en", anchor=ANCHOR))

    assert (span, main) == (DateSpan(from_="2023-01-01", to="2024-05-12"), [])

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.enrich.dates import find
from service.wire.event import DATE_VALUE

ANCHORS = [None, date(1, 1, 1), date(1924, 8, 1), date(2024, 2, 29), date(9999, 12, 31)]
PIECES = [
    "16", "31", "0", "99", "2017", "0000", "9999", "1445", "٢٠٢٤", "/", "-", ".", ":", "،", ",", " ", "\n", "\u200f",
    "و", "من", "في", "إلى", "حتى", "بين", "شباط", "آذار", "رمضان", "هـ", "الثلاثاء", "الماضي", "المقبل", "قبل", "أيام",
    "أسبوعين", "العام", "القرن", "الأول", "نهاية", "مساء", "الساعة", "التسعينيات", "of", "the", "next", "last", "week",
    "Monday", "February", "May", "in", "years", "ago", "from", "to", "third", "quarter", "1990s", "AD", "%",
]  # fmt: skip


@given(
    st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join) | st.text(max_size=60),
    st.sampled_from(["ar", "en"]),
    st.sampled_from(ANCHORS),
)
def test_mentions_of_any_text_are_sorted_apart_and_exact(text: str, language: str, anchor: date | None) -> None:
    end = 0
    for mention in find(text, language=language, anchor=anchor):
        assert end <= mention.start < mention.end
        assert text[mention.start : mention.end] == mention.text
        assert mention.end_value is None or mention.value is not None
        end = mention.end


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\n", "1" * 10_000, "١" * 10_000, "/" * 1000, "31 شباط 2017", "99/99/2017", "2017-13-45", "0/0/0"],
    ids=["empty", "space", "breaks", "digits", "arabic-digits", "slashes", "no-such-day", "figures", "iso", "zeros"],
)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_is_no_date_gives_nothing(text: str, language: str) -> None:
    assert find(text, language=language, anchor=date(2024, 5, 15)) == []


@pytest.mark.parametrize("anchor", [date(1, 1, 1), date(9999, 12, 31)])
@pytest.mark.parametrize("text", ["قبل 200 سنة", "بعد 200 سنة", "العقد الماضي", "القرن المقبل", "نهاية الأسبوع المقبل"])
def test_what_lies_outside_the_calendar_has_no_wrong_value(text: str, anchor: date) -> None:
    values = [mention.value for mention in find(text, language="ar", anchor=anchor)]

    assert [value for value in values if value is not None and re.match(DATE_VALUE, value) is None] == []


@pytest.mark.parametrize("repeated", ["في ", "2017 ", "1/", "قبل 3 أيام ", "مساء الثلاثاء، ", "الأول والثاني و"])
def test_the_work_grows_with_the_length_only(repeated: str) -> None:
    long = repeated * 20_000

    mentions = find(long, language="ar", anchor=date(2024, 5, 15))

    assert len(mentions) <= 20_000

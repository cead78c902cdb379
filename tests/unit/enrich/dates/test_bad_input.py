"""What no news should say, and what crawlers send all the same: no exception, no wrong value, exact offsets."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from importlib.resources import files

import pytest

from service.enrich.dates import find
from tests.unit.timing import steep

NOON = datetime.fromisoformat("2024-05-15T12:00")
ANCHORS = [date(2024, 5, 15), NOON, NOON.replace(tzinfo=UTC), NOON.replace(tzinfo=timezone(timedelta(hours=3)))]


def found(text: str, language: str, anchor: date | None = NOON) -> list[tuple[str, str | None]]:
    mentions = find(text, language=language, anchor=anchor)
    assert all(text[each.start : each.end] == each.text for each in mentions)
    return [(each.text, each.value) for each in mentions]


@pytest.mark.parametrize("anchor", ANCHORS, ids=["date", "naive", "UTC", "aware"])
def test_an_anchor_is_a_day_of_its_own_clock_whatever_its_form(anchor: date) -> None:
    assert found("وصل الوفد أمس.", "ar", anchor) == [("أمس", "2024-05-14")]
    assert found("He left yesterday.", "en", anchor) == [("yesterday", "2024-05-14")]


def test_without_an_anchor_nothing_is_invented() -> None:
    mentions = find("He left yesterday and returns on March 3.", language="en", anchor=None)

    assert [(each.text, each.value, each.relative_offset) for each in mentions] == [
        ("yesterday", None, "-P1D"),
        ("March 3", "--03-03", None),
    ]


def written(words: object) -> Iterator[str]:
    """Yield every word of a class of the lexicon."""
    if isinstance(words, str):
        yield words
    elif isinstance(words, (list, dict)):
        for each in words.values() if isinstance(words, dict) else words:
            yield from written(each)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_its_own_words_in_any_order_raise_nothing(language: str) -> None:
    """Classes are drawn first, so that rare ones (centuries) meet as often as days: nonsense that no corpus has."""
    lexicon = tomllib.loads(files("service.enrich.dates").joinpath(f"data/{language}/lexicon.toml").read_text("utf-8"))
    classes = [["1", "2", "4", "12", "31", "400", "1999", "5/3", "3:30"]] * (len(lexicon) // 8)
    classes += [words for each in lexicon.values() if (words := list(written(each)))]
    draw = random.Random(7)  # noqa: S311 - repeatable, nothing secret
    anchors = [*ANCHORS, date(1, 1, 1), date(9999, 12, 31), None]
    for _ in range(20_000):
        text = " ".join(draw.choice(draw.choice(classes)) for _ in range(draw.randint(2, 6)))
        found(text, language, draw.choice(anchors))


@pytest.mark.parametrize(
    ("language", "text", "mentions"),
    [
        ("en", "over the last four century", [("the last four century", "1624/2023")]),
        ("en", "3 coming decade", [("3 coming decade", "205X")]),
        ("ar", "خلال 3 قرن الماضية", [("3 قرن الماضية", "1724/2023")]),
        ("ar", "شهر 2 السنتين الماضيتين", [("السنتين الماضيتين", "2022/2023")]),
        ("ar", "شهر 2 الأربعينات", [("الأربعينات", "194X")]),
    ],
)
def test_broken_grammar_around_units_is_read_as_far_as_it_goes(
    language: str, text: str, mentions: list[tuple[str, str]]
) -> None:
    assert found(text, language) == mentions


@pytest.mark.parametrize("anchor", [date(1, 1, 1), date(9999, 12, 31)], ids=["year-1", "year-9999"])
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "yesterday, tomorrow, last century, next decade, in 9000 years, 8000 years ago, by year-end, Friday"),
        (
            "en",
            "since last week, until next winter, the third Sunday of next month, from now until March 3, year to date",
        ),
        ("ar", "أمس وغدا والقرن الماضي والعقد المقبل، قبل 9000 سنة، نهاية الأسبوع المقبل، الجمعة، 29 شباط"),
        ("ar", "في النصف الثاني من الشهر الماضي، خلال أسبوعين من المقرر، حتى الثلاثاء، الربع المقبل، 10 محرم المقبل"),
    ],
)
def test_the_ends_of_the_calendar_raise_nothing_and_give_values_in_it(language: str, text: str, anchor: date) -> None:
    for _, value in found(text, language, anchor):
        assert value is None or len(value.partition("/")[0]) >= 2


@pytest.mark.parametrize(
    ("text", "value"),
    [("10 محرم 1200هـ", None), ("1 رمضان 1445هـ", "2024-03-11"), ("1 رمضان 1590هـ", None)],
)
def test_a_hijri_date_outside_the_tables_has_no_gregorian_value(text: str, value: str | None) -> None:
    (mention,) = find(f"جاء في المرسوم المؤرخ {text} ما يلي.", language="ar", anchor=NOON)

    assert (mention.text, mention.value) == (text, value)
    assert mention.calendar == "hijri"
    assert mention.value_hijri is not None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "في 31 شباط 2017 لم يحدث شيء."),
        ("ar", "المستند 99/99/2017 مزور."),
        ("en", "On February 31, 2017 nothing happened."),
        ("en", "Form 99/99/2017 is void."),
        ("en", "The part AB2017CD and the flight x16May17y were named."),
        ("ar", "الرمز س2017ص غير صالح."),
        ("en", "1" * 10_000),
        ("ar", "٣" * 10_000),
        ("en", "2017" * 2_500),
    ],
)
def test_what_is_no_day_is_none(language: str, text: str) -> None:
    assert found(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "words", "value"),
    [
        ("ar", "في \u200f16\u200f \u200fشباط\u200f 2017 وقع", "16\u200f \u200fشباط\u200f 2017", "2017-02-16"),
        ("ar", "في \u202b16/2/2017\u202c وقع", "16/2/2017", "2017-02-16"),
        ("en", "on \u200e16\u200e March 2017 they", "16\u200e March 2017", "2017-03-16"),
        ("ar", "عقد في February 2017 في 3 آذار بباريس", "3 آذار", "2024-03-03"),
        ("en", "Held on ١٦ March ٢٠١٧ in Cairo", "١٦ March ٢٠١٧", "2017-03-16"),
        ("ar", "في ۱۶ شباط ۲۰۱۷ وقع", "۱۶ شباط ۲۰۱۷", "2017-02-16"),
    ],
)
def test_marks_of_direction_and_mixed_scripts_keep_offsets_and_values(
    language: str, text: str, words: str, value: str
) -> None:
    assert (words, value) in found(text, language)


REPEATED = [
    "Monday, ", "3 May 2017 ", "1 ", "1/", "1-", "12:30 ", "last week and ", "of the ", "2017 ", "( ", "x\u0650",
    "9" * 40,
]  # fmt: skip
SHORT, TIMES = 8_000, 8


@pytest.mark.parametrize(
    ("language", "piece"),
    [("en", piece) for piece in REPEATED]
    + [("ar", "يوم الاثنين "), ("ar", "٣/"), ("ar", "قبل "), ("ar", "الأول والثاني و")],
)
def test_eight_times_the_text_takes_about_eight_times_the_work(language: str, piece: str) -> None:
    """A quadratic rule would take 64 times."""
    short, long = (
        partial(find, (piece * (length // len(piece) + 1))[:length], language=language, anchor=NOON)
        for length in (SHORT, SHORT * TIMES)
    )

    assert steep(short, long, most=3 * TIMES, floor_s=0.01) == ""

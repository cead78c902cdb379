from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from service.enrich.dates import find, supported
from service.wire.closed import Calendar, Grain, PartOfDay
from service.wire.event import DATE_VALUE, DateMention
from tests.unit.enrich.dates.corpus import corpus

NOW = datetime(2024, 5, 15, 10, 0)  # noqa: DTZ001 - published_local may be without a zone


def only(text: str, language: str = "ar", anchor: datetime | date | None = NOW) -> DateMention:
    mentions = find(text, language=language, anchor=anchor)
    assert len(mentions) == 1, mentions
    return mentions[0]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_value_keeps_to_the_profile_of_the_schema(language: str) -> None:
    values = [value for case in corpus(language).cases for _, value in case.found() if value is not None]

    assert [value for value in values if re.match(DATE_VALUE, value) is None] == []


@pytest.mark.parametrize(
    ("text", "language", "offset"),
    [
        ("وصل الوفد أمس.", "ar", "-P1D"),
        ("يلتقيان غدا.", "ar", "P1D"),
        ("نزح السكان قبل ثلاثة أيام.", "ar", "-P3D"),
        ("ارتفع السعر الأسبوع الماضي.", "ar", "-P1W"),
        ("يصدر الحكم الشهر المقبل.", "ar", "P1M"),
        ("بدأت الأزمة قبل عامين.", "ar", "-P2Y"),
        ("The delegation arrived yesterday.", "en", "-P1D"),
        ("They left three weeks ago.", "en", "-P3W"),
        ("Elections are due next year.", "en", "P1Y"),
    ],
)
def test_without_an_anchor_a_relative_expression_has_no_value_but_its_offset(
    text: str, language: str, offset: str
) -> None:
    mention = only(text, language, None)

    assert (mention.value, mention.relative_offset, mention.relative) == (None, offset, True)


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("انتهى العمل في 16 شباط.", "ar", "--02-16"),
        ("انتهى العمل في شباط.", "ar", "--02"),
        ("The work ended on 16 February.", "en", "--02-16"),
        ("The work ended in February.", "en", "--02"),
        ("يستمر من 3 إلى 9 حزيران.", "ar", "--06-03/--06-09"),
    ],
)
def test_without_an_anchor_a_date_without_a_year_gets_none(text: str, language: str, value: str) -> None:
    assert only(text, language, None).value == value


def test_without_an_anchor_a_weekday_has_no_value() -> None:
    assert only("قال الناطق الاثنين إن الحصيلة ارتفعت.", "ar", None).value is None


def test_a_full_date_needs_no_anchor() -> None:
    mention = only("صدر القانون في 16 شباط 2017.", "ar", None)

    assert (mention.value, mention.relative, mention.relative_offset) == ("2017-02-16", False, None)


@pytest.mark.parametrize("anchor", [date(2024, 5, 15), NOW, NOW.replace(tzinfo=UTC)], ids=["date", "naive", "aware"])
def test_an_anchor_is_a_date_or_a_time_with_or_without_a_zone(anchor: datetime | date) -> None:
    assert only("وصل الوفد أمس.", "ar", anchor).value == "2024-05-14"


@pytest.mark.parametrize(
    ("language", "value", "other"), [("ar", "2023-04-03", "2023-03-04"), ("en", "2023-03-04", "2023-04-03")]
)
def test_a_numeric_date_of_two_readings_gives_the_usual_one_and_both_as_alternatives(
    language: str, value: str, other: str
) -> None:
    mention = only("03/04/2023", language)

    assert (mention.value, mention.ambiguous, mention.alternatives) == (value, True, [value, other])


@pytest.mark.parametrize("text", ["13/04/2023", "04/13/2023", "05/05/2023"])
def test_a_numeric_date_of_one_reading_is_not_ambiguous(text: str) -> None:
    assert not only(text, "en").ambiguous


def test_next_friday_has_two_readings_when_this_weeks_is_still_to_come() -> None:
    mention = only("The course starts next Friday.", "en")

    assert (mention.value, mention.alternatives) == ("2024-05-24", ["2024-05-24", "2024-05-17"])


@pytest.mark.parametrize(
    ("text", "language"),
    [("اجتمع المجلس الاثنين 14 أيار 2024.", "ar"), ("The council met on Monday, May 14, 2024.", "en")],
)
def test_a_weekday_that_disagrees_with_its_date_is_a_conflict_and_the_date_is_taken(text: str, language: str) -> None:
    mention = only(text, language)

    assert (mention.value, mention.conflict) == ("2024-05-14", True)


@pytest.mark.parametrize(
    ("text", "value", "conflict"),
    [
        ("ستعلن النتائج اليوم الأربعاء.", "2024-05-15", False),
        ("ستعلن النتائج اليوم الثلاثاء.", "2024-05-14", True),
        ("ستعلن النتائج اليوم الخميس.", "2024-05-16", True),
    ],
)
def test_a_weekday_called_today_is_the_nearest_one(text: str, value: str, *, conflict: bool) -> None:
    (mention,) = find(text, language="ar", anchor=date(2024, 5, 15))

    assert (mention.value, mention.conflict) == (value, conflict)


def test_a_date_without_a_year_takes_the_nearest_year_that_agrees_with_its_weekday() -> None:
    assert only("اجتمع المجلس الأحد 14 أيار.").value == "2023-05-14"


@pytest.mark.parametrize(
    ("text", "value", "hijri"),
    [
        ("صدر في 10 شعبان 1445هـ.", "2024-02-20", "1445-08-10"),
        ("صدر عام 1420هـ.", "1999-04-17/2000-04-05", "1420"),
        ("صدر في 12 ربيع الأول 1200 هـ.", None, "1200-03-12"),
    ],
)
def test_a_hijri_date_keeps_its_own_form_beside_the_gregorian_value(text: str, value: str | None, hijri: str) -> None:
    mention = only(text)

    assert (mention.value, mention.value_hijri, mention.calendar) == (value, hijri, Calendar.HIJRI)


@pytest.mark.parametrize(
    ("text", "grain", "part"),
    [
        ("قتل شخصان مساء الثلاثاء.", Grain.PART_OF_DAY, PartOfDay.EVENING),
        ("يصل غدا الساعة 8:30 صباحا.", Grain.MINUTE, None),
        ("وصل الوفد أمس.", Grain.DAY, None),
        ("ارتفع السعر الأسبوع الماضي.", Grain.WEEK, None),
        ("نما في الربع الأول من عام 2023.", Grain.QUARTER, None),
        ("تأسس عام 1950.", Grain.YEAR, None),
    ],
)
def test_the_grain_is_the_finest_unit_that_is_stated(text: str, grain: Grain, part: PartOfDay | None) -> None:
    mention = only(text)

    assert (mention.grain, mention.part_of_day) == (grain, part)


def test_an_interval_says_its_last_day() -> None:
    assert only("غطت الدراسة الفترة 2016-2020.").end_value == "2020-12-31"


def test_a_point_has_no_last_day() -> None:
    assert only("وصل الوفد أمس.").end_value is None


@pytest.mark.parametrize(
    ("tag", "known"), [("ar", True), ("ar-EG", True), ("EN-gb", True), ("fr", False), ("und", False)]
)
def test_a_language_is_known_by_its_primary_subtag(tag: str, known: bool) -> None:  # noqa: FBT001 - a column
    assert supported(tag) is known


def test_an_unsupported_language_gives_no_mentions() -> None:
    assert find("le 3 mai 2023", language="fr", anchor=NOW) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("سجلت المدينة 3 حوادث، وستعقد الجلسة الخميس.", "2024-05-16"),
        ("ستعقد الجلسة قريبا. وقال المتحدث الخميس إن الملف أغلق.", "2024-05-09"),
        ("قال الخميس إن الوفد سيصل.", "2024-05-09"),
        ("قال إن الوفد سيصل الخميس.", "2024-05-16"),
    ],
)
def test_a_bare_weekday_looks_where_the_nearest_verb_of_its_sentence_looks(text: str, value: str) -> None:
    assert only(text).value == value

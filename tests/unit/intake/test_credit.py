from __future__ import annotations

import pytest

from service.intake.credit import Found, find_credit

BODY = "قال مسؤول إن المحادثات ستستمر حتى نهاية الأسبوع المقبل."


def agency_and_place(found: Found) -> tuple[str | None, str | None]:
    return (found.credit.agency if found.credit else None, found.dateline.place if found.dateline else None)


@pytest.mark.parametrize(
    ("opening", "agency", "place"),
    [
        ("القاهرة (رويترز) - ", "Reuters", "القاهرة"),
        ("WASHINGTON, Feb 3 (Reuters) - ", "Reuters", "WASHINGTON"),
        ("CAIRO (AP) — ", "AP", "CAIRO"),
        ("بيروت (أ ف ب) – ", "AFP", "بيروت"),
        ("دمشق - سانا: ", "SANA", "دمشق"),
        ("دمشق-سانا- ", "SANA", "دمشق"),
        ("CAIRO — ", None, "CAIRO"),
        ("جدة - ", None, "جدة"),
        ("أنقرة (أفق) - ", None, "أنقرة"),
        ("أنقرة 3 آذار (أفق) - ", None, "أنقرة"),
        ("صور (لبنان) - ", None, None),
        ("النائب (مستقل) - ", None, None),
        ("خاص - ", None, None),
        ("EXCLUSIVE — ", None, None),
        ("EXCLUSIVE (Updated) — ", None, None),
        ("", None, None),
    ],
)
def test_dateline_names_place_and_agency(opening: str, agency: str | None, place: str | None) -> None:
    assert agency_and_place(find_credit([opening + BODY])) == (agency, place)


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("المصدر: رويترز", "Reuters"), ("(أ ف ب)", "AFP"), ("Source: Xinhua", "Xinhua"), ("رويترز + وكالات", "Reuters"),
        ("المصدر: بلاد نت", None),
        ("وكالات", None),
    ],
)  # fmt: skip
def test_a_credit_line_at_the_end_is_found(line: str, agency: str | None) -> None:
    found = find_credit([BODY, line])

    assert found.credit_lines == 1
    assert found.credit is not None
    assert (found.credit.agency, found.credit.raw) == (agency, line)


def test_a_credit_behind_the_last_sentence_stays() -> None:
    found = find_credit([BODY, f"{BODY} (رويترز)"])

    assert (agency_and_place(found)[0], found.credit_lines) == ("Reuters", 0)


@pytest.mark.parametrize("last", [BODY, "Source: https://example.com", "وقالت رويترز إن المحادثات مستمرة"])
def test_other_last_lines_are_no_credit(last: str) -> None:
    assert not find_credit([BODY, last]).credit_lines


def test_the_records_own_agency_counts() -> None:
    assert agency_and_place(find_credit([BODY], "د ب أ"))[0] == "dpa"


@pytest.mark.parametrize(
    ("line", "credit", "place"),
    [
        ("أنقرة (رويترز)", ("Reuters", "رويترز"), "أنقرة"),
        ("أنقرة (أفق)", (None, "أفق"), "أنقرة"),
        ("[عدن - سبأ]", None, None),
        ("ANKARA (Ofok)", (None, "Ofok"), "ANKARA"),
        ("القاهرة -", None, "القاهرة"),
        ("القاهرة", None, "القاهرة"),
        ("ماذا بعد (الحرب)", None, None),
        ("صور (لبنان)", None, None),
    ],
)
def test_a_dateline_may_stand_alone_on_a_line(
    line: str, credit: tuple[str | None, str] | None, place: str | None
) -> None:
    found = find_credit([line, BODY])

    assert (found.credit and (found.credit.agency, found.credit.raw)) == credit
    assert (found.dateline.place if found.dateline else None) == place


def test_several_credit_lines_at_the_end_are_credits() -> None:
    found = find_credit([BODY, "رويترز", "المصدر: وكالات", "المصدر: بلاد نت"])

    assert found.credit_lines == 3
    assert found.credit is not None
    assert (found.credit.agency, found.credit.raw) == ("Reuters", "رويترز")


def test_credits_are_not_the_whole_text() -> None:
    assert find_credit(["رويترز", "وكالات"]).credit_lines == 1

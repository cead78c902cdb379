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
        ("خاص - ", None, None),
        ("EXCLUSIVE — ", None, None),
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

    assert found.credit_line
    assert found.credit is not None
    assert (found.credit.agency, found.credit.raw) == (agency, line)


def test_a_credit_behind_the_last_sentence_stays() -> None:
    found = find_credit([BODY, f"{BODY} (رويترز)"])

    assert (agency_and_place(found)[0], found.credit_line) == ("Reuters", False)


@pytest.mark.parametrize("last", [BODY, "Source: https://example.com", "وقالت رويترز إن المحادثات مستمرة"])
def test_other_last_lines_are_no_credit(last: str) -> None:
    assert not find_credit([BODY, last]).credit_line


def test_the_records_own_agency_counts() -> None:
    assert agency_and_place(find_credit([BODY], "د ب أ"))[0] == "dpa"

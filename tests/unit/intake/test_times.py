from __future__ import annotations

import time
from typing import Any

import pytest

from service.intake.times import from_url, is_future, read_time, write_instant
from tests.unit.intake.raw import RECORD_TIME, take

READ: list[tuple[str, Any, str, str | None]] = [
    ("ISO with offset", "2026-03-01T10:15:00+03:00", "2026-03-01T10:15:00+03:00", "2026-03-01T07:15:00Z"),
    ("ISO with Z and fraction", "2026-03-01T10:15:00.123Z", "2026-03-01T10:15:00+00:00", "2026-03-01T10:15:00Z"),
    ("short offset", "2026-03-01T10:15:00+0300", "2026-03-01T10:15:00+03:00", "2026-03-01T07:15:00Z"),
    ("blank for T", "2026-03-01 10:15:00+00:00", "2026-03-01T10:15:00+00:00", "2026-03-01T10:15:00Z"),
    ("zone name", "2026-03-01 10:15 UTC", "2026-03-01T10:15:00+00:00", "2026-03-01T10:15:00Z"),
    ("no zone", "2026-03-01T10:15:00", "2026-03-01T10:15:00", None),
    ("no zone, no seconds", "2026-03-01 10:15", "2026-03-01T10:15:00", None),
    ("date", "2026-03-01", "2026-03-01", None),
    ("date with slashes", "2026/3/1", "2026-03-01", None),
    ("compact", "20260301T101500Z", "2026-03-01T10:15:00+00:00", "2026-03-01T10:15:00Z"),
    ("Arabic-Indic digits", "٢٠٢٦-٠٣-٠١", "2026-03-01", None),
    ("RFC 2822", "Sun, 01 Mar 2026 10:15:00 +0300", "2026-03-01T10:15:00+03:00", "2026-03-01T07:15:00Z"),
    ("RFC 2822 GMT", "Sun, 01 Mar 2026 10:15:00 GMT", "2026-03-01T10:15:00+00:00", "2026-03-01T10:15:00Z"),
    ("RFC 2822 -0000", "Sun, 01 Mar 2026 10:15:00 -0000", "2026-03-01T10:15:00+00:00", "2026-03-01T10:15:00Z"),
    ("RFC 2822 unknown zone", "Sun, 01 Mar 2026 10:15:00 XYZ", "2026-03-01T10:15:00", None),
    ("RFC 2822 no zone", "Sun, 01 Mar 2026 10:15:00", "2026-03-01T10:15:00", None),
    ("JavaScript", "Sun Mar 01 2026 10:15:00 GMT+0300 (AST)", "2026-03-01T10:15:00+03:00", "2026-03-01T07:15:00Z"),
    ("English words", "March 1, 2026", "2026-03-01", None),
    ("English words and clock", "March 1, 2026 at 6:05 PM", "2026-03-01T18:05:00", None),
    ("English day first", "1 March 2026, 18:20", "2026-03-01T18:20:00", None),
    ("Levantine words", "الأحد 1 آذار 2026 - 10:05", "2026-03-01T10:05:00", None),
    ("double month", "١ مارس/آذار ٢٠٢٦", "2026-03-01", None),
    ("Maghrebi words", "1 فيفري 2026", "2026-02-01", None),
    ("French words", "1 août 2026", "2026-08-01", None),
    ("struct_time", [2026, 3, 1, 6, 20, 0, 6, 60, 0], "2026-03-01T06:20:00+00:00", "2026-03-01T06:20:00Z"),
    ("epoch seconds", 1772360100, "2026-03-01T10:15:00+00:00", "2026-03-01T10:15:00Z"),
    ("epoch milliseconds", 1772360100000, "2026-03-01T10:15:00+00:00", "2026-03-01T10:15:00Z"),
    ("struct_time as text",
     repr(time.gmtime(1772346000)),
     "2026-03-01T06:20:00+00:00", "2026-03-01T06:20:00Z"),
    ("ctime", "Sun Mar  1 10:15:00 2026", "2026-03-01T10:15:00", None),
    ("ctime with offset", "Sun Mar 01 10:15:00 +0300 2026", "2026-03-01T10:15:00+03:00", "2026-03-01T07:15:00Z"),
    ("Go", "2026-03-01 10:15:00.5 +0300 EEST", "2026-03-01T10:15:00+03:00", "2026-03-01T07:15:00Z"),
    ("Go with its clock", "2026-03-01 10:15:00 +0000 UTC m=+0.1", "2026-03-01T10:15:00+00:00", "2026-03-01T10:15:00Z"),
    ("Java with the region", "2026-03-01T10:15:00[Asia/Beirut]", "2026-03-01T10:15:00+02:00", "2026-03-01T08:15:00Z"),
    (".NET", "/Date(1772360100000)/", "2026-03-01T10:15:00+00:00", "2026-03-01T10:15:00Z"),
    ("offset behind UTC", "2026-03-01 10:15 UTC+3", "2026-03-01T10:15:00+03:00", "2026-03-01T07:15:00Z"),
    ("words and offset behind GMT", "1 March 2026 10:15 GMT+3", "2026-03-01T10:15:00+03:00", "2026-03-01T07:15:00Z"),
    ("words and Greenwich", "1 آذار 2026 - 10:15 بتوقيت غرينتش", "2026-03-01T10:15:00+00:00", "2026-03-01T10:15:00Z"),
    ("abbreviation of many zones", "2026-03-01 10:15:00 EST", "2026-03-01T10:15:00", None),
    ("Arabia or Atlantic", "Sun, 01 Mar 2026 10:15:00 AST", "2026-03-01T10:15:00", None),
    ("half of the day", "2026-03-01 10:15 PM", "2026-03-01T22:15:00", None),
    ("half of the day in Arabic", "2026-03-01 10:15 م", "2026-03-01T22:15:00", None),
    ("half of the day behind words", "2 Mar 2026 10:15 PM", "2026-03-02T22:15:00", None),
    ("month that can be no day", "25/03/2026", "2026-03-25", None),
    ("day that can be no month", "3/25/2026 10:15 AM", "2026-03-25T10:15:00", None),
    ("day and month alike", "03/03/2026", "2026-03-03", None),
    ("dots", "01.03.2026 10:15", "2026-03-01T10:15:00", None),
    ("words with hyphens", "1-Mar-2026", "2026-03-01", None),
    ("epoch microseconds", 1772360100000000, "2026-03-01T10:15:00+00:00", "2026-03-01T10:15:00Z"),
    ("epoch with a fraction as text", "1772360100.5", "2026-03-01T10:15:00+00:00", "2026-03-01T10:15:00Z"),
    ("epoch as text", "1772360100", "2026-03-01T10:15:00+00:00", "2026-03-01T10:15:00Z"),
]  # fmt: skip
UNREADABLE: list[Any] = [
    "yesterday", "2026-13-01", "2026-02-30", "2026-03-01T25:00:00Z", "2026-03-01T10:15:00+99:00", "0001-01-01T00:00:00",
    "1970-01-01T00:00:00Z",
    "1447-09-12", "12 رمضان 1447", "03/04/2026", "32/01/2026",
    "12345678901", float("inf"), 0, 5, -1, 1e300, float("nan"),
    True, [1, 2], [2026, 13, 1, 0, 0, 0], {"a": 1}, None, "1" * 5000,
    "١ مارس/أبريل ٢٠٢٦",
]  # fmt: skip


@pytest.mark.parametrize(("value", "local", "instant"), [case[1:] for case in READ], ids=[case[0] for case in READ])
def test_time_is_read_as_stated(value: Any, local: str, instant: str | None) -> None:
    stated = read_time(value)

    assert stated is not None
    assert (stated.local, stated.instant and write_instant(stated.instant)) == (local, instant)
    assert stated.on == local[:10]


@pytest.mark.parametrize("value", UNREADABLE, ids=lambda value: repr(value)[:30])
def test_what_is_no_time_gives_nothing(value: Any) -> None:
    assert read_time(value) is None


def test_a_configured_zone_makes_an_instant() -> None:
    article = take(
        {"title": "A title", "url": "https://www.waha.example/1", "published": "2026-03-01 10:15:00"},
        zones={"waha.example": "Asia/Riyadh"},
    )

    assert (article.published_at, article.published_local) == ("2026-03-01T07:15:00Z", "2026-03-01T10:15:00+03:00")
    assert article.published_at_precision == "full"


def test_a_configured_zone_does_not_touch_a_bare_date() -> None:
    article = take(
        {"title": "A", "url": "https://waha.example/1", "date": "2026-03-01"}, zones={"waha.example": "Asia/Riyadh"}
    )

    assert (article.published_at, article.published_local, article.published_at_precision) == (
        None,
        "2026-03-01",
        "day",
    )


def test_an_unreadable_date_is_kept_raw_and_flagged() -> None:
    article = take({"title": "A title", "published": "soon"})

    assert (article.published_at_raw, article.published_at_precision, article.published_on) == ("soon", "missing", None)
    assert {"bad_date", "missing_date"} <= set(article.quality)


def test_no_date_is_not_a_bad_date() -> None:
    article = take({"title": "A title", "published": "None"})

    assert ("missing_date" in article.quality, "bad_date" in article.quality) == (True, False)
    assert article.published_at_raw is None


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://x.example/2026/03/01/a", "2026-03-01"),
        ("https://x.example/news/2026-3-1/a", "2026-03-01"),
        ("https://x.example/20260301/a", "2026-03-01"),
        ("https://x.example/a-b-20260301", "2026-03-01"),
        ("https://x.example/2026/13/01/a", None),
        ("https://x.example/2203/01/01/a", None),
        ("https://x.example/20260231/a", None),
        ("https://x.example/2027/01/01/a", None),
        ("https://x.example/id/202603011234", None),
        ("https://x.example/2026/03/a", None),
    ],
)
def test_the_urls_digits_are_a_last_resort(url: str, day: str | None) -> None:
    stated = from_url(url, record_time=RECORD_TIME)

    assert (stated.local if stated else None) == day


def test_a_date_from_the_url_says_so() -> None:
    article = take({"title": "A title", "url": "https://x.example/2026/03/01/a"})

    assert (article.published_on, article.published_at_source, article.published_at) == ("2026-03-01", "url", None)
    assert "date_from_url" in article.quality
    assert "missing_date" not in article.quality


@pytest.mark.parametrize(
    ("value", "future"),
    [
        ("2026-03-05T12:00:01Z", True),
        ("2026-03-05T12:00:00Z", False),
        ("2026-03-06T02:00:00", False),
        ("2026-03-06T02:00:01", True),
        ("2026-03-06", False),
        ("2026-03-07", True),
    ],
)
def test_a_date_is_future_only_where_no_zone_makes_it_true(value: str, *, future: bool) -> None:
    stated = read_time(value)

    assert stated is not None
    assert is_future(stated, record_time=RECORD_TIME) is future


def test_a_future_date_is_flagged_and_kept() -> None:
    article = take({"title": "A title", "published": "2203-01-01T00:00:00Z"})

    assert (article.published_at, "future_date" in article.quality) == ("2203-01-01T00:00:00Z", True)


def test_a_zone_less_modification_is_not_an_instant() -> None:
    assert take({"title": "A title", "modified": "2026-03-01 10:15:00"}).modified_at is None

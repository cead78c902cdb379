"""What dialects do beyond their tables: recognition, holds, refusals, and what is kept in extra."""

from __future__ import annotations

from typing import Any

import pytest

from service.errors import ErrorReason, Refused
from service.intake.dialects import REGISTRY, Recogniser
from tests.unit.intake.raw import take


@pytest.mark.parametrize("dialect", REGISTRY, ids=lambda dialect: dialect.name)
def test_a_record_with_all_of_a_dialects_fields_is_recognised(dialect: Any) -> None:
    assert Recogniser().recognise(dict.fromkeys(dialect.signs, "x")) is dialect


def test_an_item_on_hold_is_retryable() -> None:
    with pytest.raises(Refused) as refusal:
        take({"uri": "urn:x:1", "pubstatus": "withheld", "headline": "A", "versioncreated": "2026-03-01T00:00:00Z"})

    assert (refusal.value.reason, refusal.value.retryable) == (ErrorReason.WITHHELD, True)


EMBARGOED = {
    "uri": "urn:x:1",
    "pubstatus": "usable",
    "headline": "Budget speech",
    "versioncreated": "2026-03-01T00:00:00Z",
    "embargoed": "2026-03-05T12:00:00Z",
}


def test_an_embargo_in_the_future_is_a_retryable_refusal() -> None:
    with pytest.raises(Refused) as refusal:
        take(EMBARGOED)

    assert (refusal.value.reason, refusal.value.retryable) == (ErrorReason.EMBARGOED, True)


def test_an_embargo_may_be_ignored_by_option() -> None:
    article = take(EMBARGOED, publish_embargoed=True)

    assert (article.embargoed_until, "embargo_ignored" in article.quality) == ("2026-03-05T12:00:00Z", True)


def test_an_embargo_that_has_ended_lets_the_item_pass() -> None:
    article = take({**EMBARGOED, "embargoed": "2026-03-04T11:59:59Z"})

    assert (article.title, "embargo_ignored" in article.quality) == ("Budget speech", False)


def test_an_embargo_without_a_zone_waits_for_the_last_zone() -> None:
    with pytest.raises(Refused):
        take({**EMBARGOED, "embargoed": "2026-03-04T11:00:00"})


def test_a_forum_reply_is_no_article() -> None:
    with pytest.raises(Refused) as refusal:
        take({"thread": {"url": "https://f.example/1"}, "ord_in_thread": 3, "title": "Re: x", "text": "I agree"})

    assert refusal.value.reason is ErrorReason.NOT_AN_ARTICLE


def test_an_error_page_is_no_article() -> None:
    page = {"appid": "a", "crawlid": "c", "status_code": 404, "body": "<html><body><h1>Not found</h1></body></html>"}

    with pytest.raises(Refused) as refusal:
        take(page)

    assert refusal.value.reason is ErrorReason.NOT_AN_ARTICLE


def test_headers_cookies_and_raw_html_never_reach_extra() -> None:
    article = take(
        {"title": "A title", "headers": {"a": "b"}, "cookies": "c", "raw_html": "<p>", "page": "<html><body>x", "n": 1}
    )

    assert article.extra == {"n": 1}


def test_extra_keeps_small_fields_and_names_the_large_ones() -> None:
    article = take({"title": "A title", "small": "x", "large": "y" * 3000})

    assert (article.extra, article.extra_dropped) == ({"small": "x"}, ["large"])
    assert "extra_trimmed" in article.quality

"""What is new, what is a copy, and what is a newer version."""

from __future__ import annotations

from typing import Any

import pytest

from service.dedupe.failed import pass_on
from service.dedupe.policy import Policy
from service.dedupe.signature import sign
from service.wire.closed import DuplicateReason, Field, IdBasis, Quality
from tests.unit.dedupe.stories import (
    HARBOUR,
    HARBOUR_MORE,
    HARBOUR_TITLE,
    JISR,
    JISR_TITLE,
    WHEAT,
    WHEAT_TITLE,
    edited,
)
from tests.unit.dedupe.world import DUPLICATE, NEW, RETRACTED, START, UPDATED, World, article, days

PAGE = "https://times.example.com/news/bridge"
HARBOUR_STORY: dict[str, Any] = {"url": PAGE, "title": HARBOUR_TITLE, "text": HARBOUR}


@pytest.fixture
def world() -> World:
    return World()


# ------------------------------------------------------------------------------------------ same article


def test_the_first_record_is_new_with_an_id_from_its_url(world: World) -> None:
    verdict = world.see(**HARBOUR_STORY)

    assert verdict.status is NEW
    assert (verdict.article_id_basis, verdict.version, verdict.revision) == (IdBasis.URL, 1, world.at)
    assert (verdict.dedupe.cluster_id, verdict.dedupe.duplicate_of) == (verdict.article_id, None)


def test_a_crawl_again_is_a_duplicate_of_itself_as_an_article(world: World) -> None:
    first = world.see(**HARBOUR_STORY)

    again = world.see(**HARBOUR_STORY)

    assert (again.status, again.dedupe.reason) == (DUPLICATE, DuplicateReason.SAME_ARTICLE)
    assert again.article_id == again.dedupe.duplicate_of == first.article_id
    assert again.dedupe.copies_so_far == 1


def test_a_longer_text_is_an_update_that_says_what_changed(world: World) -> None:
    first = world.see(**HARBOUR_STORY)

    update = world.see(**HARBOUR_STORY | {"text": HARBOUR + HARBOUR_MORE})

    assert (update.status, update.version) == (UPDATED, 2)
    assert update.article_id == first.article_id
    assert update.revision > first.revision
    assert update.changed_fields == [Field.TEXT]
    assert update.previous_title is None
    assert update.first_seen == first.first_seen


def test_a_new_headline_is_an_update_with_the_previous_one(world: World) -> None:
    world.see(**HARBOUR_STORY)

    update = world.see(**HARBOUR_STORY | {"title": "Port Amery gets its second bridge"})

    assert (update.status, update.changed_fields, update.previous_title) == (UPDATED, [Field.TITLE], HARBOUR_TITLE)


@pytest.mark.parametrize(
    "title", ["BREAKING: " + HARBOUR_TITLE, HARBOUR_TITLE.upper(), HARBOUR_TITLE + " - Example Times"]
)
def test_decoration_of_the_headline_is_no_update(world: World, title: str) -> None:
    world.see(**HARBOUR_STORY)

    assert world.see(**HARBOUR_STORY | {"title": title}).status is DUPLICATE


def test_headlines_that_alternate_give_one_update(world: World) -> None:
    other = HARBOUR_STORY | {"title": "Why Port Amery will build another bridge"}

    statuses = [world.see(**story).status for story in (HARBOUR_STORY, other, HARBOUR_STORY, other, HARBOUR_STORY)]

    assert statuses == [NEW, UPDATED, DUPLICATE, DUPLICATE, DUPLICATE]


def test_extractors_that_alternate_give_at_most_one_update(world: World) -> None:
    """One keeps the caption and the related links, the other does not."""
    long = HARBOUR_STORY | {
        "text": "Archive picture: the old quay. " + HARBOUR + " More on this topic: harbour, bridges."
    }

    statuses = [world.see(**story).status for story in (HARBOUR_STORY, long, HARBOUR_STORY, long, HARBOUR_STORY)]

    assert statuses.count(UPDATED) <= 1
    assert statuses[2:] == [DUPLICATE] * 3


def test_a_caption_more_is_no_update(world: World) -> None:
    text = HARBOUR + HARBOUR_MORE + WHEAT
    world.see(**HARBOUR_STORY | {"text": text})

    assert world.see(**HARBOUR_STORY | {"text": text + " Picture: archive."}).status is DUPLICATE


def test_a_changed_figure_is_an_update(world: World) -> None:
    world.see(**HARBOUR_STORY)

    update = world.see(**HARBOUR_STORY | {"text": edited(HARBOUR, ("48 million", "52 million"))})

    assert (update.status, update.changed_fields) == (UPDATED, [Field.TEXT])


@pytest.mark.parametrize(
    "poorer",
    [
        pytest.param({"text": HARBOUR[:180] + "…", "complete": False}, id="snippet"),
        pytest.param({"text": HARBOUR[:300]}, id="half of it"),
        pytest.param({"text": None}, id="headline only"),
        pytest.param({"text": "A short summary that some feed made by itself.", "complete": False}, id="summary"),
        pytest.param({"text": None, "title": "Another headline of the feed"}, id="another headline without text"),
    ],
)
def test_a_poorer_record_never_replaces_a_fuller_one(world: World, poorer: dict[str, Any]) -> None:
    world.see(**HARBOUR_STORY)

    assert world.see(**HARBOUR_STORY | poorer).status is DUPLICATE


def test_the_full_text_replaces_a_snippet(world: World) -> None:
    first = world.see(**HARBOUR_STORY | {"text": HARBOUR[:180] + "…", "complete": False})

    full = world.see(**HARBOUR_STORY)

    assert (full.status, full.article_id, full.changed_fields) == (UPDATED, first.article_id, [Field.TEXT])


def test_content_of_any_of_the_last_versions_is_known(world: World) -> None:
    texts = [
        HARBOUR
        + f" In the {word} hour nothing else was decided, and {word} questions stayed open until the end." * number
        for number, word in enumerate(["first", "second", "third", "fourth", "fifth", "sixth"], 1)
    ]
    for text in texts:
        world.see(**HARBOUR_STORY | {"text": text})

    assert [world.see(**HARBOUR_STORY | {"text": text}).status for text in texts] == [DUPLICATE] * 6


def test_a_record_that_its_source_dates_before_the_current_version_came_late(world: World) -> None:
    world.see(**HARBOUR_STORY | {"text": HARBOUR + HARBOUR_MORE, "modified": "2025-10-09T12:00:00Z"})

    late = world.see(**HARBOUR_STORY | {"modified": "2025-10-09T10:00:00Z", "title": "An early headline of it"})

    assert late.status is DUPLICATE


def test_other_fields_alone_count_only_if_the_source_dates_the_change(world: World) -> None:
    world.see(**HARBOUR_STORY | {"description": "One", "modified": "2025-10-09T10:00:00Z"})

    undated = world.see(**HARBOUR_STORY | {"description": "Two", "modified": "2025-10-09T10:00:00Z"})
    dated = world.see(**HARBOUR_STORY | {"description": "Two", "modified": "2025-10-09T11:00:00Z"})

    assert undated.status is DUPLICATE
    assert (dated.status, dated.changed_fields) == (UPDATED, [Field.DESCRIPTION])


def test_a_correction_on_day_eight_is_an_update(world: World) -> None:
    first = world.see(**HARBOUR_STORY)

    correction = world.see(
        hours=days(8), **HARBOUR_STORY | {"text": edited(HARBOUR, ("in the spring", "in the autumn"))}
    )

    assert (correction.status, correction.article_id) == (UPDATED, first.article_id)


def test_a_crawl_on_day_eight_is_a_duplicate(world: World) -> None:
    world.see(**HARBOUR_STORY)

    assert world.see(hours=days(8), **HARBOUR_STORY).status is DUPLICATE


def test_a_reused_url_is_another_article(world: World) -> None:
    first = world.see(**HARBOUR_STORY)

    other = world.see(**HARBOUR_STORY | {"title": WHEAT_TITLE, "text": WHEAT})
    again = world.see(**HARBOUR_STORY | {"title": WHEAT_TITLE, "text": WHEAT})

    assert (other.status, other.quality) == (NEW, [Quality.URL_REUSED])
    assert other.article_id != first.article_id
    assert (again.status, again.dedupe.duplicate_of) == (DUPLICATE, other.article_id)


def test_a_reused_url_is_noticed_after_the_content_has_expired(world: World) -> None:
    world.see(**HARBOUR_STORY)

    other = world.see(hours=days(30), **HARBOUR_STORY | {"title": WHEAT_TITLE, "text": WHEAT})

    assert (other.status, other.quality) == (NEW, [Quality.URL_REUSED])


def test_the_first_article_of_a_reused_url_is_still_known_by_its_text(world: World) -> None:
    first = world.see(**HARBOUR_STORY)
    world.see(**HARBOUR_STORY | {"title": WHEAT_TITLE, "text": WHEAT})

    assert world.see(**HARBOUR_STORY).dedupe.duplicate_of == first.article_id


@pytest.mark.parametrize(
    "canonical",
    ["https://times.example.com/", "https://times.example.com", "https://elsewhere.example.org/news/bridge"],
    ids=["home page", "bare host", "another site"],
)
def test_a_canonical_url_that_cannot_be_right_does_not_count(world: World, canonical: str) -> None:
    one = world.see(**HARBOUR_STORY | {"canonical": canonical})
    two = world.see(url=PAGE + "2", canonical=canonical, title=WHEAT_TITLE, text=WHEAT)

    assert (one.status, two.status) == (NEW, NEW)
    assert one.article_id == World().see(**HARBOUR_STORY).article_id


def test_the_producers_id_knows_an_article_under_a_new_url(world: World) -> None:
    first = world.see(**HARBOUR_STORY, guid="story-17")

    moved = world.see(**HARBOUR_STORY | {"url": PAGE + "-moved"}, guid="story-17")
    later = world.see(**HARBOUR_STORY | {"url": PAGE + "-moved", "title": "A better headline for the bridge"})

    assert moved.dedupe.duplicate_of == first.article_id
    assert (later.status, later.article_id) == (UPDATED, first.article_id)


def test_an_article_without_url_is_known_by_headline_and_day(world: World) -> None:
    story: dict[str, Any] = {"title": HARBOUR_TITLE, "text": HARBOUR, "published": "2025-10-09T08:00:00Z"}
    first = world.see(**story)

    assert (first.article_id_basis, world.see(**story).dedupe.duplicate_of) == (IdBasis.TITLE, first.article_id)


def test_one_headline_on_one_day_with_another_text_is_another_article(world: World) -> None:
    first = world.see(title="What you need to know today", text=HARBOUR)

    other = world.see(title="What you need to know today", text=WHEAT)

    assert (other.status, other.article_id_basis) == (NEW, IdBasis.CONTENT)
    assert other.article_id != first.article_id


@pytest.mark.parametrize("urls", [(PAGE + "1", PAGE + "2"), (None, None)], ids=["with URLs", "without"])
def test_two_cartoons_of_one_day_are_two_articles(world: World, urls: tuple[str | None, str | None]) -> None:
    verdicts = [
        world.see(url=url, title="كاريكاتير", images=(f"https://times.example.com/{number}.jpg",))
        for number, url in enumerate(urls)
    ]

    assert [verdict.status for verdict in verdicts] == [NEW, NEW]
    assert verdicts[0].article_id != verdicts[1].article_id


def test_a_cartoon_page_with_a_new_picture_is_an_update(world: World) -> None:
    world.see(url=PAGE, title="Cartoon", images=("https://times.example.com/1.jpg?w=300",))

    resized = world.see(url=PAGE, title="Cartoon", images=("https://times.example.com/1.jpg?w=900",))
    other = world.see(url=PAGE, title="Cartoon", images=("https://times.example.com/2.jpg",))

    assert (resized.status, other.status, other.changed_fields) == (DUPLICATE, UPDATED, [Field.IMAGES])


# ------------------------------------------------------------------------------------------ withdrawal


def test_a_kill_notice_withdraws_the_article(world: World) -> None:
    first = world.see(**HARBOUR_STORY)

    killed = world.see(url=PAGE, retracted=True)

    assert (killed.status, killed.article_id, killed.version) == (RETRACTED, first.article_id, 2)
    assert killed.changed_fields == [Field.STATUS]
    assert killed.revision > first.revision


def test_a_kill_notice_for_an_unknown_article_blocks_what_arrives_later(world: World) -> None:
    killed = world.see(url=PAGE, retracted=True)

    late = world.see(**HARBOUR_STORY)

    assert (killed.status, killed.version) == (RETRACTED, 1)
    assert (late.status, late.dedupe.duplicate_of) == (DUPLICATE, killed.article_id)


def test_the_withdrawn_text_stays_away(world: World) -> None:
    world.see(**HARBOUR_STORY)
    world.see(url=PAGE, retracted=True)

    assert world.see(**HARBOUR_STORY).status is DUPLICATE


def test_a_newer_version_reinstates_a_withdrawn_article(world: World) -> None:
    first = world.see(**HARBOUR_STORY)
    world.see(url=PAGE, retracted=True)

    back = world.see(**HARBOUR_STORY | {"text": edited(HARBOUR, ("half", "a third")) + HARBOUR_MORE})

    assert (back.status, back.article_id, back.version) == (UPDATED, first.article_id, 3)
    assert Field.STATUS in back.changed_fields


def test_a_version_dated_before_the_withdrawal_does_not_reinstate(world: World) -> None:
    world.see(**HARBOUR_STORY)
    world.see(url=PAGE, retracted=True, modified="2025-10-09T12:00:00Z")
    text = HARBOUR + HARBOUR_MORE

    old = world.see(**HARBOUR_STORY | {"text": text, "modified": "2025-10-09T11:00:00Z"})
    new = world.see(**HARBOUR_STORY | {"text": text, "modified": "2025-10-09T13:00:00Z"})

    assert (old.status, new.status) == (DUPLICATE, UPDATED)


def test_after_a_withdrawal_the_next_copy_is_published(world: World) -> None:
    first = world.see(**HARBOUR_STORY)
    world.see(url=PAGE, retracted=True)

    copy = world.see(url="https://post.example.net/a/1", title=HARBOUR_TITLE, text=HARBOUR, source="Example Post")

    assert copy.status is NEW
    assert copy.article_id != first.article_id


def test_a_second_kill_notice_says_nothing_new(world: World) -> None:
    world.see(url=PAGE, retracted=True)

    assert world.see(url=PAGE, retracted=True).status is DUPLICATE


# ------------------------------------------------------------------------------------------ same text

POST: dict[str, Any] = {"url": "https://post.example.net/a/1", "source": "Example Post"}


def test_a_copy_under_another_headline_is_found_by_its_text(world: World) -> None:
    first = world.see(**HARBOUR_STORY)

    copy = world.see(**POST, title="Second crossing for Port Amery", text=HARBOUR)

    assert (copy.status, copy.dedupe.reason, copy.dedupe.duplicate_of) == (
        DUPLICATE,
        DuplicateReason.SAME_TEXT,
        first.article_id,
    )
    assert copy.article_id not in (None, first.article_id)
    assert (copy.dedupe.copies_so_far, copy.dedupe.sources_so_far) == (1, 2)


def test_a_lightly_edited_copy_is_near_text(world: World) -> None:
    first = world.see(title=JISR_TITLE, text=JISR, url=PAGE)

    copy = world.see(
        **POST,
        title="الرملة الجديدة تبني جسرا ثانيا",
        text=edited(
            JISR,
            ("مساء الثلاثاء", "أمس"),
            ("رئيسة المجلس ليلى الحداد", "السيدة ليلى الحداد رئيسة المجلس"),
            ("الربيع المقبل", "فصل الربيع القادم"),
            ("ومن المتوقع أن تعبر", "وينتظر أن تعبر"),
        ),
    )

    assert (copy.status, copy.dedupe.duplicate_of) == (DUPLICATE, first.article_id)
    assert copy.dedupe.reason is DuplicateReason.NEAR_TEXT


def test_spelling_and_markup_do_not_hide_a_copy(world: World) -> None:
    world.see(title=JISR_TITLE, text=JISR, url=PAGE)
    text = edited(JISR, ("أ", "ا"), ("48", "٤٨"), ("2028", "٢٠٢٨"), ("ة ", "ه "), ("مجلس", "مجـــلس"))

    copy = world.see(**POST, title="خبر آخر العنوان", text=text)

    assert (copy.status, copy.dedupe.score) == (DUPLICATE, 1.0)


def test_an_expanded_edition_by_the_same_source_is_an_update_under_its_old_id(world: World) -> None:
    first = world.see(**HARBOUR_STORY)

    update = world.see(**HARBOUR_STORY | {"url": PAGE + "-2", "text": HARBOUR + HARBOUR_MORE})
    again = world.see(**HARBOUR_STORY | {"url": PAGE + "-2", "text": HARBOUR + HARBOUR_MORE})

    assert (update.status, update.article_id) == (UPDATED, first.article_id)
    assert Field.URL in update.changed_fields
    assert (again.status, again.dedupe.reason) == (DUPLICATE, DuplicateReason.SAME_ARTICLE)


def test_an_expanded_edition_by_another_source_is_a_copy(world: World) -> None:
    world.see(**HARBOUR_STORY)

    assert world.see(**POST, title=HARBOUR_TITLE, text=HARBOUR + " " + HARBOUR_MORE[:120]).status is DUPLICATE


def test_a_changed_figure_in_the_headline_by_the_same_source_is_an_update(world: World) -> None:
    world.see(url=PAGE, title="Storm kills 12 people on the coast", text=HARBOUR)

    update = world.see(url=PAGE + "-2", title="Storm kills 15 people on the coast", text=edited(HARBOUR, ("48", "49")))

    assert update.status is UPDATED


def test_a_report_with_other_figures_on_another_day_is_new(world: World) -> None:
    report = (
        "Shares in the {0} index closed at {1} points, up {2} percent, with {3} of 60 stocks higher. Bank shares rose "
        "{4}, energy {5}, cement {6} and retail {7} percent. Turnover reached {8} million crowns in {9} trades."
    )
    first = world.see(url=PAGE, title="Port Amery shares close higher", text=report.format(*range(100, 110)))

    second = world.see(
        hours=24, url=PAGE + "-2", title="Port Amery shares close higher", text=report.format(*range(200, 210))
    )

    assert (first.status, second.status) == (NEW, NEW)


def test_copies_never_chain(world: World) -> None:
    first = world.see(**HARBOUR_STORY)
    world.see(**POST, title="Second crossing", text=HARBOUR)

    third = world.see(url="https://third.example.org/x", source="Third", title="Second crossing", text=HARBOUR)

    assert third.dedupe.duplicate_of == first.article_id
    assert third.dedupe.copies_so_far == 2


def test_a_copys_page_crawled_again_after_its_text_was_forgotten_is_still_a_copy(world: World) -> None:
    first = world.see(**HARBOUR_STORY)
    world.see(**POST, title="Second crossing", text=HARBOUR)

    again = world.see(hours=days(20), **POST, title="Second crossing", text=HARBOUR)

    assert again.dedupe.duplicate_of == first.article_id


def test_what_is_not_sure_stays_visible_and_is_pointed_at(world: World) -> None:
    first = world.see(**HARBOUR_STORY)

    partly = world.see(**POST, title="Court to hear bridge case", text=HARBOUR[:380] + HARBOUR_MORE + WHEAT[:300])

    assert partly.status is NEW
    assert [related.article_id for related in partly.dedupe.related] == [first.article_id]


@pytest.mark.parametrize(
    ("policy", "status"),
    [(Policy(cross_source=False), NEW), (Policy(), DUPLICATE)],
    ids=["per source", "across sources"],
)
def test_copies_of_other_sources_follow_the_policy(policy: Policy, status: object) -> None:
    world = World(policy)
    world.see(**HARBOUR_STORY)

    assert world.see(**POST, title=HARBOUR_TITLE, text=HARBOUR).status is status


def test_scopes_never_see_each_other(world: World) -> None:
    one = world.see(**HARBOUR_STORY, scope="one")
    two = world.see(**HARBOUR_STORY, scope="two")

    assert (one.status, two.status) == (NEW, NEW)
    assert one.article_id != two.article_id


# ------------------------------------------------------------------------------------------ same headline


def test_an_equal_headline_decides_where_the_text_is_missing(world: World) -> None:
    first = world.see(**HARBOUR_STORY)

    copy = world.see(**POST, title=HARBOUR_TITLE)

    assert (copy.dedupe.reason, copy.dedupe.duplicate_of) == (DuplicateReason.SAME_HEADLINE, first.article_id)


@pytest.mark.parametrize(
    "title",
    [HARBOUR_TITLE + " | Example Post", "Council approves new harbour bridge after…", "(Video) - " + HARBOUR_TITLE],
    ids=["outlet", "cut", "mark"],
)
def test_forms_of_a_headline_are_equal(world: World, title: str) -> None:
    world.see(url=PAGE, title=HARBOUR_TITLE)

    assert world.see(**POST, title=title).status is DUPLICATE


@pytest.mark.parametrize(
    "title",
    [
        "Council rejects new harbour bridge after long debate",
        "Council approves new harbour tunnel after long debate",
        "Council approves 2 new harbour bridges after long debate",
        "Provincial council approves new harbour bridge after long debate",
    ],
    ids=["opposite", "another thing", "number", "another body"],
)
def test_another_word_is_another_headline(world: World, title: str) -> None:
    world.see(url=PAGE, title=HARBOUR_TITLE)

    assert world.see(**POST, title=title).status is NEW


def test_an_equal_headline_over_another_text_proves_nothing(world: World) -> None:
    world.see(**HARBOUR_STORY)

    other = world.see(**POST, title=HARBOUR_TITLE, text=WHEAT)

    assert other.status is NEW


def test_a_recurring_headline_is_learned_and_decides_nothing_any_more(world: World) -> None:
    title = "The morning briefing from the capital"
    world.see(url=PAGE, title=title, text=HARBOUR)
    world.see(hours=24, url=PAGE + "-2", title=title, text=WHEAT)

    assert world.see(hours=1, **POST, title=title).status is NEW


def test_an_equal_headline_after_three_days_is_another_article(world: World) -> None:
    world.see(url=PAGE, title=HARBOUR_TITLE)

    assert world.see(hours=80, **POST, title=HARBOUR_TITLE).status is NEW


# ------------------------------------------------------------------------------------------ redelivery


def test_the_same_delivery_hears_the_same_at_any_time(world: World) -> None:
    signature = sign(article(7, url=PAGE, title=HARBOUR_TITLE, text=HARBOUR))
    first = world.deliver(signature)
    world.see(**HARBOUR_STORY | {"text": HARBOUR + HARBOUR_MORE})

    assert world.deliver(signature) == first


def test_version_one_delivered_late_is_version_one_and_no_duplicate(world: World) -> None:
    signature = sign(article(7, at=START, url=PAGE, title=HARBOUR_TITLE, text=HARBOUR))
    first = world.deliver(signature)
    world.see(**HARBOUR_STORY | {"text": HARBOUR + HARBOUR_MORE})
    world.see(hours=days(20), **HARBOUR_STORY | {"text": HARBOUR + HARBOUR_MORE + WHEAT})

    late = world.deliver(signature)

    assert (late.status, late.article_id, late.version, late.revision) == (NEW, first.article_id, 1, first.revision)


# ------------------------------------------------------------------------------------------ failure


def test_what_fails_is_passed_on_as_new(world: World) -> None:
    verdict = pass_on(sign(article(3, url=PAGE, title=HARBOUR_TITLE)), world.store)

    assert (verdict.status, verdict.quality, verdict.revision) == (NEW, [Quality.DEDUPE_FAILED], START)


def test_a_known_article_goes_on_counting_its_versions_when_the_decision_fails(world: World) -> None:
    first = world.see(**HARBOUR_STORY)

    verdict = pass_on(sign(article(3, **HARBOUR_STORY)), world.store)

    assert (verdict.status, verdict.article_id, verdict.version) == (UPDATED, first.article_id, 2)
    assert verdict.revision > first.revision


def test_a_withdrawn_article_stays_withdrawn_when_the_decision_fails(world: World) -> None:
    first = world.see(**HARBOUR_STORY)
    world.see(url=PAGE, retracted=True)

    verdict = pass_on(sign(article(9, at=world.at, **HARBOUR_STORY)), world.store)

    assert (verdict.status, verdict.dedupe.duplicate_of) == (DUPLICATE, first.article_id)


def test_a_withdrawal_is_passed_on_as_one_when_the_decision_fails(world: World) -> None:
    first = world.see(**HARBOUR_STORY)

    verdict = pass_on(sign(article(9, at=world.at, url=PAGE, retracted=True)), world.store)

    assert (verdict.status, verdict.article_id, verdict.version) == (RETRACTED, first.article_id, 2)


def test_what_fails_is_passed_on_though_the_store_is_broken(world: World) -> None:
    world.see(**HARBOUR_STORY)
    broken = dict.fromkeys(world.store, b"?")

    assert pass_on(sign(article(3, **HARBOUR_STORY)), broken).status is NEW

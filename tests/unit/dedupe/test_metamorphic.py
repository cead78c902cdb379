"""What does not change the news does not change the verdict; what changes the news does."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.wire.closed import Field
from service.wire.verdict import Verdict
from tests.unit.dedupe.perturb import DRESSES, FRAMES, OUTLET, SPELLINGS, Change
from tests.unit.dedupe.stories import HARBOUR, HARBOUR_TITLE, JISR, JISR_TITLE, WHEAT, WHEAT_TITLE, edited
from tests.unit.dedupe.world import DUPLICATE, NEW, UPDATED, World

PAGE = "https://times.example.com/news/1"
POST = "https://post.example.net/a/1"
MARKET_TITLE = "«بورصة الرملة» تغلق على ارتفاع بنسبة 2.4% وسط تداولات نشطة - أعلى مستوى منذ عام"
MARKET = (
    "أغلق مؤشر «بورصة الرملة» على ارتفاع بنسبة 2.4% إلى 5311 نقطة، وهو أعلى مستوى منذ عام، وبلغت قيمة التداولات 340 "
    "مليون دينار في 12890 صفقة. وارتفعت أسهم 41 شركة مقابل انخفاض 17، وتصدر سهم مصرف الساحل الرابحين بنسبة 6.1% تلاه "
    "سهم إسمنت الجنوب بنسبة 4.8%، فيما تراجع سهم نقل الميناء 3.2%. وقال المحلل رائد السعيد إن المستثمرين ينتظرون نتائج "
    "الربع الثالث، متوقعا أن يختبر المؤشر مستوى 5400 نقطة قبل نهاية الشهر."
)
STORIES = ((HARBOUR_TITLE, HARBOUR), (WHEAT_TITLE, WHEAT), (JISR_TITLE, JISR), (MARKET_TITLE, MARKET))

stories = st.sampled_from(STORIES)
seeds = st.integers(0, 2**32 - 1)
OUTLETS = {"declared outlet", "another outlet"}
bodies = st.sampled_from(["whole", "headline only"])


def _some(changes: dict[str, Change], most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(changes)), min_size=1, max_size=most, unique=True)


def _second(world: World, story: tuple[str, str], **about: Any) -> Verdict:
    """Let a story arrive, and then a record made from it; return the second verdict."""
    first = world.see(url=PAGE, title=story[0], text=story[1])
    second = world.see(**about)
    if second.status is DUPLICATE:
        assert second.dedupe.duplicate_of == first.article_id
    return second


@given(stories, _some(SPELLINGS, 4), seeds, st.sampled_from([PAGE, POST]), bodies)
@settings(max_examples=250)
def test_spelling_and_typography_keep_the_verdict(
    story: tuple[str, str], kinds: list[str], seed: int, url: str, body: str
) -> None:
    title, text = story
    for kind in sorted(kinds, key="entities".__eq__):  # entities are written last
        random = Random(seed)  # noqa: S311 - no secret
        title, text = SPELLINGS[kind](random, title), SPELLINGS[kind](random, text)

    source = "Example Times" if url == PAGE else OUTLET
    verdict = _second(World(), story, url=url, source=source, title=title, text=text if body == "whole" else None)

    assert verdict.status is DUPLICATE
    assert verdict.dedupe.score == 1.0


@given(stories, _some(DRESSES, 2).filter(OUTLETS.difference), _some(FRAMES, 2), seeds, bodies)
def test_dress_frame_and_cut_keep_the_verdict(
    story: tuple[str, str], dresses: list[str], frames: list[str], seed: int, body: str
) -> None:
    random = Random(seed)  # noqa: S311 - no secret
    title, text = story
    for kind in sorted(dresses, key="cut".__eq__, reverse=True):
        title = DRESSES[kind](random, title)
    for kind in sorted(frames, key="snippet".__eq__):
        text = FRAMES[kind](random, text)

    verdict = _second(
        World(), story, url=POST, source=OUTLET, title=title, text=text if body == "whole" or "cut" in dresses else None
    )

    assert verdict.status is DUPLICATE


@given(stories, st.data())
def test_another_word_in_the_headline_is_other_news_where_there_is_no_text(
    story: tuple[str, str], data: st.DataObject
) -> None:
    words = story[0].split()
    place = data.draw(st.integers(0, len(words) - 1).filter(lambda at: any(map(str.isalpha, words[at]))))
    words[place] = data.draw(st.sampled_from(["Ostrow", "الحداد", "rejects", "يرفض", "17", "لا", "not"]))

    assert _second(World(), story, url=POST, source=OUTLET, title=" ".join(words)).status is NEW


OTHER_NEWS = {
    "name": ("نادي الميناء يتعاقد مع المدرب سامر الحلبي", "نادي الميناء يتعاقد مع المدرب رامي الحلبي"),
    "place": ("إغلاق مطار الواحة بسبب العاصفة الرملية", "إغلاق مطار الساحل بسبب العاصفة الرملية"),
    "opposite": ("البرلمان يقبل استقالة وزير النقل الجديد", "البرلمان يرفض استقالة وزير النقل الجديد"),
    "negation": ("الوزارة ستغلق مدارس الشمال غدا", "الوزارة لن تغلق مدارس الشمال غدا"),
    "number": ("مقتل 3 صيادين قبالة ساحل الرملة الجديدة", "مقتل 5 صيادين قبالة ساحل الرملة الجديدة"),
    "English name": ("Amery United sign striker Tom Harker", "Amery United sign striker Jon Harker"),
    "English opposite": ("Court upholds ban on night flights", "Court overturns ban on night flights"),
    "English negation": ("Mayor will run for a third term", "Mayor will not run for a third term"),
}


@pytest.mark.parametrize("titles", OTHER_NEWS.values(), ids=OTHER_NEWS)
@pytest.mark.parametrize("source", ["Example Times", OUTLET])
def test_headlines_that_differ_in_one_word_are_two_articles(titles: tuple[str, str], source: str) -> None:
    world = World()

    assert [
        world.see(url=f"{PAGE}{place}", source=name, title=title).status
        for place, (name, title) in enumerate(zip(("Example Times", source), titles, strict=True))
    ] == [NEW, NEW]


@given(st.integers(1, 10**6), st.sampled_from([PAGE + "9", POST]))
def test_a_report_with_most_figures_replaced_is_another_days_report(seed: int, url: str) -> None:
    random = Random(seed)  # noqa: S311 - no secret
    text = re.sub(r"\d+", lambda found: str(int(found[0]) + random.randint(1, 9)), MARKET)

    world = World()
    world.see(url=PAGE, title=MARKET_TITLE, text=MARKET)
    next_day = world.see(
        hours=24, url=url, source="Example Times" if url != POST else OUTLET, title=MARKET_TITLE, text=text
    )

    assert next_day.status is NEW


CORRECTIONS = {
    "name": edited(HARBOUR, ("Lena Ostrow", "Lena Castrow")),
    "negation": edited(HARBOUR, ("was too soft", "was not too soft")),
    "figure": edited(HARBOUR, ("48 million", "84 million")),
    "opposite": edited(HARBOUR, ("would begin", "would end")),
    "note behind": HARBOUR + " Correction: an earlier version misspelt the mayor's name.",
    "note before": "Clarification: the province pays its half later. " + HARBOUR,
    "Arabic note": HARBOUR + " تصحيح: ورد اسم رئيسة المجلس خطأ.",
}


@pytest.mark.parametrize("text", CORRECTIONS.values(), ids=CORRECTIONS)
@pytest.mark.parametrize("rest", ["", WHEAT + JISR + MARKET], ids=["short", "long"])
def test_a_small_correction_of_an_article_is_an_update(text: str, rest: str) -> None:
    world = World()
    world.see(url=PAGE, title=HARBOUR_TITLE, text=HARBOUR + rest)

    update = world.see(url=PAGE, title=HARBOUR_TITLE, text=text + rest)
    again = world.see(url=PAGE, title=HARBOUR_TITLE, text=text + rest)

    assert (update.status, update.changed_fields, again.status) == (UPDATED, [Field.TEXT], DUPLICATE)

"""Headline keys and identities."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.dedupe.headline import parse
from service.dedupe.identity import article_id, url_key
from service.dedupe.keys import headline_key
from service.wire.closed import IdBasis

EQUAL = {
    "vowel signs": ("محمد بن سلمان يستقبل وزير الخارجية الأميركي", "مُحمّد بن سلمان يستقبل وزير الخارجية الأميركي"),
    "alef forms": ("الأمم المتحدة تدعو إلى وقف إطلاق النار", "الامم المتحدة تدعو الى وقف اطلاق النار"),
    "digits and per cent": ("ارتفاع أسعار النفط 3%", "ارتفاع أسعار النفط ٣٪"),
    "question mark": ("هل تنتهي الحرب؟", "هل تنتهي الحرب"),
    "quotes": ("«الصحة العالمية» تحذر من الكوليرا", '"الصحة العالمية" تحذر من الكوليرا'),
    "urgent": ("عاجل | زلزال يضرب المغرب", "زلزال يضرب المغرب"),
    "tatweel": ("الـعـراق يعلن حظر التجول", "العراق يعلن حظر التجول"),
    "apostrophe": ("Israel's cabinet votes", "Israel’s cabinet votes"),
    "urgent as a tag": ("🔴 #عاجل زلزال يضرب المغرب", "زلزال يضرب المغرب"),
    "urgent and video": ("عاجل.. بالفيديو: زلزال يضرب المغرب", "زلزال يضرب المغرب"),
    "video in brackets": ("زلزال يضرب المغرب (فيديو وصور)", "زلزال يضرب المغرب"),
    "section in front": ("اقتصاد / ارتفاع أسعار النفط", "ارتفاع أسعار النفط"),
    "wire practice": ("UPDATE 2-Oil prices climb again", "Oil prices climb again"),
    "breaking": ("BREAKING NEWS: Oil prices climb again", "Oil prices climb again"),
    "dashes": ("Rain – finally – in the south", "Rain - finally - in the south"),
}


@pytest.mark.parametrize(("one", "other"), EQUAL.values(), ids=EQUAL)
def test_equal_headlines_have_equal_keys(one: str, other: str) -> None:
    assert headline_key(one) == headline_key(other) != ""


DIFFERENT = {
    "speaker before a colon": ("الوزير: لن نسمح بذلك أبدا", "لن نسمح بذلك أبدا"),
    "place before a colon": ("Port Amery: court rules on bridge", "court rules on bridge"),
    "number": ("Storm kills 12 on the coast", "Storm kills 15 on the coast"),
    "a short segment that nobody declared": (
        "Rain in the south of the country - Port Amery",
        "Rain in the south of the country",
    ),
    "opposite": ("Council approves bridge", "Council rejects bridge"),
    "company with an ampersand": ("AT&T and S&P Global agree", "and Global agree"),
}


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_different_headlines_have_different_keys(one: str, other: str) -> None:
    assert headline_key(one) != headline_key(other)


@pytest.mark.parametrize(
    ("title", "source"),
    [
        ("قتلى في الخرطوم - صحيفة المثال الدولية", "صحيفة المثال الدولية"),
        ("قتلى في الخرطوم – المثال نت", "المثال نت"),
        ("صحيفة المثال | قتلى في الخرطوم", "المثال"),
        ("قتلى في الخرطوم (فيديو) • المثال", "المثال"),
    ],
)
def test_the_declared_source_is_taken_off(title: str, source: str) -> None:
    assert headline_key(title, source_name=source) == headline_key("قتلى في الخرطوم")


def test_a_city_is_not_taken_for_the_newspaper_named_after_it() -> None:
    assert headline_key("أمطار غزيرة - الرياض", source_name="صحيفة الرياض").endswith("الرياض")


def test_a_mark_that_is_the_whole_headline_stays() -> None:
    assert headline_key("فيديو") == "فيديو"


def test_an_unknown_last_segment_is_kept_apart() -> None:
    headline = parse("Rain expected in the south - Example Post")

    assert (headline.bare, headline.affix) == ("rain expected in the south", "example post")


@pytest.mark.parametrize("title", [None, "", "  ", "…", "؟!"])
def test_no_word_no_key(title: str | None) -> None:
    assert parse(title).key == ""


@given(st.text(st.sampled_from("اأبت ab1 -|:…."), max_size=400))
def test_a_key_is_short_and_folding_the_headline_first_changes_nothing(title: str) -> None:
    assert len(headline_key(title)) <= 120
    assert headline_key(" " + title + "\u200f ") == headline_key(title)


def test_long_headlines_that_differ_at_the_end_have_different_keys() -> None:
    long = "word " * 60

    assert headline_key(long + "one") != headline_key(long + "two")


# ------------------------------------------------------------------------------------------ identities


def test_an_id_is_128_bits_in_base32_and_fixed_for_ever() -> None:
    assert article_id(IdBasis.URL, "example.com/a", "default") == "mii6gb7j5rgvlqfklgioifixoa"


def test_basis_value_and_scope_all_count() -> None:
    ids = {article_id(b, v, s) for b in (IdBasis.URL, IdBasis.GUID) for v in ("a", "b") for s in ("x", "y")}

    assert len(ids) == 8


@pytest.mark.parametrize(
    ("url", "canonical", "key"),
    [
        ("http://www.Example.com/A/?id=Xy", None, "example.com/A?id=Xy"),
        ("https://example.com/a/", "http://m.example.com/a", "example.com/a"),
        ("https://example.com/a/index.html", None, "example.com/a"),
        ("https://example.com/a", "https://example.com/", "example.com/a"),
        ("https://example.com/a", "https://other.org/b", "example.com/a"),
        ("https://arabic.example.co.uk/a", "https://www.example.co.uk/b", "example.co.uk/b"),
        ("https://one.co.uk/a", "https://two.co.uk/b", "one.co.uk/a"),
        (None, "https://example.com/b", "example.com/b"),
        ("https://example.com", None, None),
        ("http://[broken/a", None, None),
        ("not a url", None, None),
        (None, None, None),
    ],
)
def test_the_url_that_identifies_an_article(url: str | None, canonical: str | None, key: str | None) -> None:
    assert url_key(url, canonical) == key

from __future__ import annotations

import gzip
import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import Refused
from service.intake.dialects import REGISTRY
from service.wire.article import Article, decode_article, encode_article
from tests.unit.intake.raw import take

POISON = [
    ("no value", None, "empty"),
    ("empty value", b"", "empty"),
    ("white space", b" \n\t ", "empty"),
    ("Windows-1256", "الأخبار".encode("cp1256"), "bad_encoding"),
    ("cut in a character", "خبر".encode()[:-1], "bad_encoding"),
    ("UTF-16", "خبر عاجل".encode("utf-16"), "bad_encoding"),
    ("zeros", b"\x00" * 500, "binary"),
    ("control characters", b"\x01\x02\x03abc\x00" * 40, "binary"),
    ("gzip", gzip.compress(b'{"title": "x"}'), "binary"),
    ("cut object", b'{"title": "abc", "text": "de', "bad_json"),
    ("cut list", b'[{"title": "abc"', "bad_json"),
    ("cut string", b'"title', "bad_json"),
    ("single quotes", b"{'title': 'abc'}", "bad_json"),
    ("two objects", b'{"title": "a"} {"title": "b"}', "bad_json"),
    ("100 000 brackets", b"[" * 100_000, "bad_json"),
    ("100 000 objects", b'{"a":' * 100_000, "bad_json"),
    ("array", b"[]", "not_an_object"),
    ("array of articles", b'[{"title": "a"}]', "not_an_object"),
    ("number", b"42", "not_an_object"),
    ("null", b"null", "not_an_object"),
    ("true", b"true", "not_an_object"),
    ("string", b'"x"', "not_an_object"),
    ("producer's failure", b"json failed to parse", "producer_failure"),
    ("producer's failure as JSON", b'"json failed to parse"', "producer_failure"),
    ("gateway's failure", b"502 Bad Gateway\n", "producer_failure"),
    ("empty object", b"{}", "no_content"),
    ("nothing but None", b'{"title": "None", "text": "", "maintext": null}', "no_content"),
    ("only a site's name", b'{"title": "The Post", "source": {"name": "The Post"}}', "no_content"),
    ("feed", b"<?xml version='1.0'?><rss></rss>", "not_an_article"),
    ("title of 3 MB", json.dumps({"title": "word " * 600_000}).encode(), "too_large"),
]


@pytest.mark.parametrize(("value", "reason"), [case[1:] for case in POISON], ids=[case[0] for case in POISON])
def test_poison_is_refused_with_its_reason(value: bytes | None, reason: str) -> None:
    with pytest.raises(Refused) as refusal:
        take(value)

    assert refusal.value.reason == reason
    assert refusal.value.detail


def test_a_record_over_the_limit_is_refused_with_the_figures() -> None:
    with pytest.raises(Refused, match=r"too_large: the value has 1014 bytes; the limit is 1000"):
        take(json.dumps({"title": "x" * 1001}), max_record_bytes=1000)


def test_deep_nesting_is_named() -> None:
    with pytest.raises(Refused, match="nested"):
        take(b"[" * 100_000)


REPAIRED = [
    ("half a surrogate pair", r'{"title": "Rain \ud83d today"}', "Rain today"),
    ("a whole surrogate pair", '{"title": "Rain \\ud83c\\udf27 and \\udf27 sun"}', "Rain 🌧 and sun"),
    ("an escaped backslash", r'{"title": "Path C:\\ud83d and \ud83d"}', r"Path C:\ud83d and"),
    ("NUL", r'{"title": "Ra\u0000in"}', "Rain"),
    ("byte order mark", '\ufeff{"title": "Rain"}', "Rain"),
    ("raw line end", '{"title": "Rain\ntoday"}', "Rain today"),
    ("not a number", '{"title": "Rain", "score": NaN}', "Rain"),
    ("mojibake of Arabic", json.dumps({"title": "السوق المالي".encode().decode("latin-1")}), "السوق المالي"),
    ("mojibake of Windows-1256", json.dumps({"title": "السوق المالي".encode().decode("cp1256")}), "السوق المالي"),
    ("mojibake of French", json.dumps({"title": "Été à Paris".encode().decode("cp1252", "replace")}), None),
    ("entities encoded twice", '{"title": "R&amp;amp;B &amp;quot;live&amp;quot;"}', 'R&B "live"'),
    ("presentation forms", '{"title": "\ufe8d\ufedf\ufea8\ufe92\ufeae \ufefb"}', "الخبر لا"),
    ("bidi marks", '{"title": "\u202bخبر\u202c\u200f"}', "خبر"),
    ("zero-width space", '{"title": "ra\u200bin"}', "rain"),
]


@pytest.mark.parametrize(("value", "title"), [case[1:] for case in REPAIRED], ids=[case[0] for case in REPAIRED])
def test_broken_characters_are_repaired_and_flagged(value: str, title: str | None) -> None:
    article = take(value)

    assert "encoding_repaired" in article.quality
    assert title is None or article.title == title


@pytest.mark.parametrize(
    "title",
    ["مُحمّد في ٢٠٢٦ وأخوه ۱۲", "AT&T and R&D: 3 < 5", "می‌خواهم بروم", "Café Ñandú façade", "👩‍👧 family", "طائر ظل"],
    ids=["vowels and digits", "ampersands", "zero-width non-joiner", "accents", "joined emoji", "letters ta and za"],
)
def test_sound_titles_stay_as_written(title: str) -> None:
    article = take({"title": title})

    assert (article.title, "encoding_repaired" in article.quality) == (title, False)


def test_text_in_quotation_marks_is_no_json() -> None:
    article = take('"أستانا" تنطلق اليوم\n\nتستضيف العاصمة محادثات جديدة.')

    assert (article.title, article.text) == ('"أستانا" تنطلق اليوم', "تستضيف العاصمة محادثات جديدة.")


def test_text_with_a_bracket_in_front_is_no_json() -> None:
    assert take("[Opinion] The tram should return\n\nIt ran for years.").text == "It ran for years."


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
KEYS = sorted({key for dialect in REGISTRY for key in dialect.signs} | {"title", "text", "url", "authors", "images"})


def accept_or_refuse(value: bytes) -> Article | None:
    try:
        return take(value)
    except Refused:
        return None


def check(article: Article | None) -> None:
    if article is None:
        return
    for text in (article.title, article.text, article.description):
        assert not [c for c in text or "" if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"]
    assert article.title is not None or article.text is not None or article.retracted
    assert decode_article(encode_article(article)) == article


@given(st.binary(max_size=400))
def test_any_bytes_are_an_article_or_a_refusal(value: bytes) -> None:
    check(accept_or_refuse(value))


@given(st.text(max_size=400))
def test_any_text_is_an_article_or_a_refusal(value: str) -> None:
    check(accept_or_refuse(value.encode("utf-8", "surrogatepass")))


@given(st.dictionaries(st.sampled_from(KEYS), json_values, max_size=12))
def test_any_object_with_known_names_is_an_article_or_a_refusal(value: dict[str, Any]) -> None:
    check(accept_or_refuse(json.dumps(value).encode()))


@given(st.dictionaries(st.sampled_from(KEYS), st.text(max_size=60), max_size=12))
def test_any_strings_under_known_names_are_an_article_or_a_refusal(value: dict[str, str]) -> None:
    check(accept_or_refuse(json.dumps(value).encode()))

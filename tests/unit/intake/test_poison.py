from __future__ import annotations

import bz2
import gzip
import json
import lzma
import pickle
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
    ("bzip2", bz2.compress(b'{"title": "x"}'), "binary"),
    ("xz", lzma.compress(b'{"title": "x"}'), "binary"),
    ("pickle of today", pickle.dumps({"title": "x"}), "binary"),
    ("pickle of old", pickle.dumps({"title": "x"}, protocol=0), "binary"),
    ("one NUL", b"\x00", "binary"),
    ("schema id and binary record", b"\x00\x00\x00\x00\x01\x0aRain fills", "binary"),
    ("UTF-16 without a mark", '{"title": "x"}'.encode("utf-16-le"), "bad_encoding"),
    ("UTF-32", '{"title": "x"}'.encode("utf-32"), "bad_encoding"),
    ("Latin-1 in JSON", '{"title": "\xc9t\xe9"}'.encode("latin-1"), "bad_encoding"),
    ("overlong form", b'{"title": "\xc0\xaf"}', "bad_encoding"),
    ("surrogates in UTF-8", b'{"title": "\xed\xa0\xbd\xed\xb8\x80 x"}', "bad_encoding"),
    ("cut object", b'{"title": "abc", "text": "de', "bad_json"),
    ("cut list", b'[{"title": "abc"', "bad_json"),
    ("cut string", b'"title', "bad_json"),
    ("single quotes", b"{'title': 'abc'}", "bad_json"),
    ("two objects", b'{"title": "a"} {"title": "b"}', "bad_json"),
    ("two lines", b'{"title": "a"}\n{"title": "b"}', "bad_json"),
    ("comma at the end", b'{"title": "abc",}', "bad_json"),
    ("comment", b'{"title": "abc" /* draft */}', "bad_json"),
    ("names without quotation marks", b"{title: 1}", "bad_json"),
    ("Python's None", b'{"title": None}', "bad_json"),
    ("one brace", b"{", "bad_json"),
    ("one quotation mark", b'"', "bad_json"),
    ("objects nested in a field", b'{"title": "a b", "deep": ' + b'{"a":' * 1100 + b"1" + b"}" * 1101, "bad_json"),
    ("100 000 brackets", b"[" * 100_000, "bad_json"),
    ("100 000 objects", b'{"a":' * 100_000, "bad_json"),
    ("array", b"[]", "not_an_object"),
    ("array of articles", b'[{"title": "a"}]', "not_an_object"),
    ("number", b"42", "not_an_object"),
    ("null", b"null", "not_an_object"),
    ("true", b"true", "not_an_object"),
    ("string", b'"x"', "not_an_object"),
    ("empty string", b'""', "not_an_object"),
    ("negative number", b"-1", "not_an_object"),
    ("false", b"false", "not_an_object"),
    ("infinity", b"-Infinity", "not_an_object"),
    ("array of null", b"[null]", "not_an_object"),
    ("producer's failure", b"json failed to parse", "producer_failure"),
    ("producer's failure as JSON", b'"json failed to parse"', "producer_failure"),
    ("gateway's failure", b"502 Bad Gateway\n", "producer_failure"),
    ("Python's last words", b"Traceback (most recent call last):\n  File 'a.py'\nValueError: x", "producer_failure"),
    ("Java's last words", b"java.lang.NullPointerException\n\tat com.x.Y(Z.java:1)", "producer_failure"),
    ("an error's name", b"requests.exceptions.ConnectionError: HTTPSConnectionPool", "producer_failure"),
    ("empty object", b"{}", "no_content"),
    ("byte order mark alone", b"\xef\xbb\xbf", "no_content"),
    ("an address", b"https://example.com/a/b", "no_content"),
    ("digits", b"9" * 5000, "no_content"),
    ("base64", b"eyJ0aXRsZSI6ICJ4In0=", "no_content"),
    ("the word None", b"None", "no_content"),
    ("a brace behind nothing", b"}", "no_content"),
    ("heartbeat", b'{"heartbeat": 1772359500}', "no_content"),
    ("nothing but NUL", rb'{"title": "\u0000", "text": "\u0000"}', "no_content"),
    ("nothing but half surrogates", rb'{"title": "\ud83d", "text": "\udc00\udc00"}', "no_content"),
    ("nothing but invisible marks", '{"title": "\u200b", "text": "\u200f\u200e"}'.encode(), "no_content"),
    ("nothing but entities and tags", b'{"title": "&nbsp;&amp;nbsp;", "text": "<p></p>"}', "no_content"),
    ("nothing but signs", b'{"title": "...", "text": "--- *** ---"}', "no_content"),
    ("a name twice, the last is null", b'{"title": "first", "title": null}', "no_content"),
    ("text in 800 lists", b'{"text": ' + b"[" * 800 + b'"xyz"' + b"]" * 800 + b"}", "no_content"),
    ("page without words", b"<html><body><script>x()</script></body></html>", "no_content"),
    ("a server's answer", b'{"error": "timeout", "message": "gateway timeout", "status": 504}', "not_an_article"),
    ("nothing but None", b'{"title": "None", "text": "", "maintext": null}', "no_content"),
    ("only a site's name", b'{"title": "The Post", "source": {"name": "The Post"}}', "no_content"),
    ("feed", b"<?xml version='1.0'?><rss></rss>", "not_an_article"),
    ("title of 3 MB", json.dumps({"title": "word " * 600_000}).encode(), "too_large"),
    ("address for a title", b'{"title": "https://a.example/1", "url": "https://a.example/1"}', "no_content"),
    ("address of the site for a title", b'{"title": "a.example", "url": "https://a.example/1"}', "no_content"),
    (
        "page that needs a script",
        b'{"title": "a.example", "text": "Please enable JavaScript", "url": "https://a.example/1"}',
        "not_an_article",
    ),
    ("page that is still loading", b'{"title": "Loading...", "text": "Loading..."}', "not_an_article"),
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


def test_a_record_of_one_byte_more_than_4_mib_is_refused_and_one_of_4_mib_is_not() -> None:
    limit = 4 * 1024 * 1024
    frame = b'{"title": "Rain fills the reservoirs", "filler": ""}'
    filler = b"x" * (limit - len(frame))
    whole = frame.replace(b'""', b'"' + filler + b'"')

    assert (len(whole), take(whole).extra_dropped) == (limit, ["filler"])
    with pytest.raises(Refused, match=f"too_large: the value has {limit + 1} bytes; the limit is {limit}"):
        take(whole + b" ")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (b'{"title": "abc", "text": "de', "cut"),
        (b'{"title": ', "cut"),
        (b'{"title": "a"}\n{"title": "b"}', "one message is one article"),
        (b'{"title": "abc",}', "line 1 column 17$"),
        ("خبر".encode("utf-16"), "UTF-16"),
    ],
)
def test_the_detail_says_what_is_wrong(value: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said):
        take(value)


def test_a_record_cut_anywhere_is_a_dead_letter() -> None:
    record = json.dumps(
        {"title": "Rain – مطر", "text": 'A "week" of rain.', "n": [1.5, None, True]}, ensure_ascii=False
    )
    data = record.encode()
    reasons = set()
    for end in range(1, len(data)):
        with pytest.raises(Refused) as refusal:
            take(data[:end])
        reasons.add(refusal.value.reason)

    assert reasons == {"bad_json", "bad_encoding"}


ODD_NUMBERS = b"""{"title": "Rain fills the reservoirs", "id": 99999999999999999999, "urgency": 1e400,
 "published_at": 1e400, "modified_at": 18446744073709551615, "n": -1e999, "m": %s, "k": 1E-400}""" % (b"9" * 400)


def test_numbers_beyond_all_measure_become_nothing() -> None:
    article = take(ODD_NUMBERS)

    assert (article.source_id, article.urgency, article.published_local, article.modified_at) == (None,) * 4
    assert "bad_date" in article.quality


def test_of_a_name_that_stands_twice_the_last_counts() -> None:
    assert take(b'{"title": "first form", "title": "second form"}').title == "second form"


def test_names_in_extra_hold_no_control_characters() -> None:
    article = take(rb'{"title": "Rain fills", "a\u0000b": 1, "\ud800c": 2, "": 3}')

    assert article.extra == {"ab": 1, "c": 2, "": 3}


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
    (
        "more marks than a letter bears",
        json.dumps({"title": "Ra" + "\u0323" * 300 + "in"}),
        "Rạ" + "\u0323" * 29 + "in",
    ),
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

"""The sample articles are a well-formed, varied set, and what is expected of them fits them."""

from __future__ import annotations

import html
import json
import re
from collections import Counter

import pytest

from service.errors import ErrorReason
from service.wire.closed import DuplicateReason, EntityType, RemovedKind, Status
from service.wire.event import DATE_VALUE
from tests.corpora.samples.load import SAMPLES, Expected, Sample, expected, payload, samples

ALL = samples()
WANTED = expected()
BY_ID = {sample.id: sample for sample in ALL}
WANTED_BY_ID = {want.id: want for want in WANTED}
DEAD_LETTER = "dead_letter"
DAY_MS = 86_400_000

each_sample = pytest.mark.parametrize("sample", ALL, ids=[sample.id for sample in ALL])
each_expected = pytest.mark.parametrize("want", WANTED, ids=[want.id for want in WANTED])
each_article = pytest.mark.parametrize(
    "want",
    [want for want in WANTED if want.outcome in {Status.NEW, Status.UPDATED}],
    ids=[want.id for want in WANTED if want.outcome in {Status.NEW, Status.UPDATED}],
)


def readable(sample: Sample) -> str:
    """All strings of a payload with entities decoded: what a reader could find in it."""
    text = sample.payload.decode()
    if text.startswith("{"):
        text = "\n".join(strings(json.loads(text)))
    return html.unescape(text).replace("\xa0", " ")


def strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.values() for text in strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return []


def body_words(sample: Sample) -> int:
    """Words of the longest string in the payload: its body, whatever the producer calls it."""
    text = sample.payload.decode()
    fields = strings(json.loads(text)) if text.startswith("{") else [text]
    return max(len(re.sub(r"<[^<>]{0,200}>", " ", field).split()) for field in fields)


# ---------------------------------------------------------------------------------------- the envelopes


def test_the_file_ends_with_a_newline_and_has_no_empty_line() -> None:
    raw = SAMPLES.read_bytes()
    assert raw.endswith(b"}\n")
    assert b"\n\n" not in raw


@each_sample
def test_an_envelope_has_the_fields_of_the_contract_and_one_payload(sample: Sample) -> None:
    fields = set(sample.envelope)
    assert {"headers", "timestamp", "key"} <= fields
    assert len(fields - {"headers", "timestamp", "key"}) == 1
    assert fields & {"value", "value_text", "value_base64"}


def test_ids_are_unique() -> None:
    assert len(BY_ID) == len(ALL)


def test_messages_arrive_in_order_within_two_days() -> None:
    times = [sample.timestamp for sample in ALL]
    assert times == sorted(times)
    assert len(set(times)) == len(times)
    assert DAY_MS < times[-1] - times[0] <= 2 * DAY_MS


@each_sample
def test_a_payload_stays_small(sample: Sample) -> None:
    assert len(sample.payload) < 16_384


def test_every_web_address_is_of_a_reserved_domain_or_a_published_vocabulary() -> None:
    text = SAMPLES.read_text(encoding="utf-8")
    hosts = set(re.findall(r"https?://([^/\s\"'\\]{1,100})", text))
    vocabularies = {"schema.org", "cv.iptc.org", "www.iptc.org"}
    assert {host for host in hosts - vocabularies if not host.endswith(".example")} == set()


def test_the_key_is_the_story() -> None:
    assert [sample.key for sample in ALL] == [want.story for want in WANTED]


# ----------------------------------------------------------------------------------------- the variety


def test_two_thirds_are_arabic_and_one_third_is_english() -> None:
    languages = Counter(want.language for want in WANTED if want.language)
    assert set(languages) == {"ar", "en"}
    assert 0.6 <= languages["ar"] / languages.total() <= 0.72


@pytest.mark.parametrize(
    "form",
    ["news-please", "newspaper4k", "feedparser", "schema.org", "zyte", "ninjs", "newsapi", "plain", "generic"],
)
def test_every_form_of_producer_is_there(form: str) -> None:
    assert [want.id for want in WANTED if want.form == form]


@pytest.mark.parametrize("form", ["news-please", "newspaper4k", "feedparser", "schema.org", "zyte", "ninjs", "plain"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_common_forms_come_in_both_languages(form: str, language: str) -> None:
    assert [want.id for want in WANTED if (want.form, want.language) == (form, language)]


@pytest.mark.parametrize(
    ("outcome", "at_least"),
    [(Status.NEW, 40), (Status.UPDATED, 3), (Status.DUPLICATE, 8), (Status.RETRACTED, 1), (DEAD_LETTER, 4)],
)
def test_every_outcome_is_there(outcome: str, at_least: int) -> None:
    assert sum(want.outcome == outcome for want in WANTED) >= at_least


@pytest.mark.parametrize(
    ("error", "content"),
    [
        (ErrorReason.BAD_JSON, b'{"url":'),
        (ErrorReason.PRODUCER_FAILURE, b"json failed to parse"),
        (ErrorReason.NOT_AN_OBJECT, b"[]"),
        (ErrorReason.BAD_ENCODING, b"\xe6\xd2\xc7\xd1\xc9"),
    ],
)
def test_every_poison_is_there(error: str, content: bytes) -> None:
    (poison,) = (BY_ID[want.id] for want in WANTED if want.error == error)
    assert poison.payload.startswith(content)


def test_the_cut_json_does_not_parse() -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(BY_ID["poison-cut-json"].payload)


def test_the_bad_bytes_are_no_utf8() -> None:
    with pytest.raises(UnicodeDecodeError):
        BY_ID["poison-bad-bytes"].payload.decode()


def test_the_string_none_stands_for_missing_values_of_news_please() -> None:
    assert BY_ID["sudan-truce-1"].envelope["value"]["date_modify"] == "None"


@each_article
def test_an_article_has_a_body_of_newspaper_length(want: Expected) -> None:
    assert 80 <= body_words(BY_ID[want.id]) <= 350


# ------------------------------------------------------------------------------------ what is expected


def test_there_is_one_expectation_for_each_line_in_the_same_order() -> None:
    assert [(want.line, want.id) for want in WANTED] == [(sample.line, sample.id) for sample in ALL]


@each_expected
def test_the_words_of_the_closed_lists_are_right(want: Expected) -> None:
    assert want.outcome in {*Status, DEAD_LETTER}
    assert set(want.reasons) <= set(DuplicateReason)
    assert set(want.removed) <= set(RemovedKind)
    assert {kind for _, kind in want.entities} <= set(EntityType)
    assert all(re.fullmatch(DATE_VALUE, value) for _, value in want.dates)


@each_expected
def test_an_outcome_says_what_it_needs(want: Expected) -> None:
    assert (want.outcome == DEAD_LETTER) == (want.error in set(ErrorReason))
    assert (want.outcome == Status.DUPLICATE) == bool(want.reasons)
    assert (want.outcome in {Status.NEW, DEAD_LETTER}) == (want.of is None)
    assert (want.outcome in {Status.RETRACTED, DEAD_LETTER}) == (want.title is None)


@pytest.mark.parametrize("want", [want for want in WANTED if want.of], ids=[want.id for want in WANTED if want.of])
def test_a_later_message_points_to_an_earlier_new_article_of_its_story(want: Expected) -> None:
    first = WANTED_BY_ID[want.of or ""]
    assert first.line < want.line
    assert first.outcome == Status.NEW
    assert first.story == want.story


@each_article
def test_every_expected_text_is_in_the_payload(want: Expected) -> None:
    text = readable(BY_ID[want.id])
    demanded = [want.title or "", *want.absent, *(mention for mention, _ in (*want.dates, *want.entities))]
    assert [mention for mention in demanded if mention not in text] == []


@each_article
def test_a_reader_would_demand_some_entities(want: Expected) -> None:
    assert want.entities


# ---------------------------------------------------------------------------------------- the loader


@pytest.mark.parametrize(
    ("envelope", "lies_on_the_topic"),
    [
        pytest.param({"value": {"title": "خبر"}}, '{"title":"خبر"}'.encode(), id="json"),
        pytest.param({"value_text": "خبر\n"}, "خبر\n".encode(), id="text"),
        pytest.param({"value_base64": "/w=="}, b"\xff", id="bytes"),
    ],
)
def test_the_loader_gives_the_payload_as_it_lies_on_the_topic(
    envelope: dict[str, object], lies_on_the_topic: bytes
) -> None:
    assert payload(envelope) == lies_on_the_topic

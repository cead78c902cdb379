"""What is found about an article, a raw record and a URL."""

from __future__ import annotations

import pytest

from service.cli.why import life_lines
from service.errors import Misconfigured
from service.pipeline.audit import reading_order
from service.pipeline.history import History, Life, Target, parse_target
from service.wire.record import Origin, Record
from tests.kafka.khabar import article
from tests.unit.pipeline.topics import NOW, TOPICS, Log

URL = "https://news1.example.com/story/1"
POISON = b"json failed to parse"


def log() -> Log:
    """Return an article, its copy, its update, another article and poison that quotes the article's URL."""
    made = Log()
    made.run(
        article(1),
        article(1, query="?utm_source=a"),
        article(1, version=2),
        article(2),
        b'{"url": "' + URL.encode() + b'"',
    )
    return made


def lives(made: Log, target: Target) -> list[Life]:
    """Return what the topics tell about a target."""
    history = History(TOPICS, target)
    for record in made.everything():
        history.take(record)
    for key, value in made.claims:
        history.take_claim(key, value)
    return history.lives()


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("0:12", Target(Origin("news.raw", 0, 12))),
        ("other.raw:3:4", Target(Origin("other.raw", 3, 4))),
        ("a2" * 13, Target(article_ids=frozenset({"a2" * 13}))),
        (URL + "?utm_source=a", Target(url=URL, typed=URL + "?utm_source=a")),
    ],
)
def test_what_is_asked_about_is_read(text: str, target: Target) -> None:
    assert parse_target(text, raw_topic="news.raw") == target


@pytest.mark.parametrize("text", ["", "news.example.com/a", "A2" * 13, "1", "0:1:2:3", "0:-1"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Misconfigured, match="no URL, article id"):
        parse_target(text, raw_topic="news.raw")


def test_an_article_has_its_versions_and_its_copies() -> None:
    made = log()
    article_id = (made.records[TOPICS.articles][0].key or b"").decode()
    found = lives(made, Target(article_ids=frozenset({article_id})))

    assert [(life.origin.offset, life.status) for life in found] == [(0, "new"), (1, "duplicate"), (2, "updated")]
    assert [[step.topic for step in life.steps] for life in found] == [
        [TOPICS.raw, TOPICS.clean, TOPICS.unique, TOPICS.articles],
        [TOPICS.raw, TOPICS.clean, TOPICS.duplicates],
        [TOPICS.raw, TOPICS.clean, TOPICS.unique, TOPICS.articles],
    ]


def test_the_evidence_of_a_copy_comes_from_the_claims() -> None:
    (copy,) = lives(log(), Target(Origin(TOPICS.raw, 0, 1)))

    assert copy.status == "duplicate"
    assert (copy.evidence or "").startswith("same_content")


def test_a_url_finds_the_dead_letter_that_quotes_it() -> None:
    found = lives(log(), parse_target(URL, raw_topic=TOPICS.raw))

    assert [life.status for life in found] == ["new", "duplicate", "updated", "dead letter"]
    assert found[-1].steps[-1].says["reason"] == "bad_json"


def test_a_record_on_its_way_has_no_end_yet() -> None:
    made = Log()
    made.write(Record(TOPICS.raw, None, article(1), (), NOW))
    (waiting,) = lives(made, Target(Origin(TOPICS.raw, 0, 0)))

    assert waiting.status is None
    assert "no end yet" in next(life_lines(waiting))


def test_a_take_down_is_found() -> None:
    made = log()
    key = made.records[TOPICS.articles][0].key or b""
    made.write(Record(TOPICS.articles, key, None))
    history = History(TOPICS, Target(article_ids=frozenset({key.decode()})))
    for topic in reading_order(TOPICS):
        for record in made.records[topic]:
            history.take(record)

    assert [(step.topic, step.offset) for step in history.take_downs] == [(TOPICS.articles, 3)]


def test_what_nobody_wrote_is_not_found() -> None:
    assert lives(log(), Target(Origin(TOPICS.raw, 0, 77))) == []


def test_a_life_is_told_with_its_verdict_and_evidence() -> None:
    told = "\n".join(line for life in lives(log(), Target(Origin(TOPICS.raw, 0, 2))) for line in life_lines(life))

    assert told.startswith("news.raw:0:2: updated of article ")
    assert "because" in told
    assert "new_content" in told

"""What a take-down is about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.cli.forget import meant
from service.pipeline.history import decode_event, parse_target
from service.wire.event import Event
from tests.kafka.khabar import article
from tests.unit.pipeline.topics import TOPICS, Log


def events(log: Log) -> Iterator[Event]:
    """Yield the events of a log."""
    for topic in (TOPICS.articles, TOPICS.duplicates):
        for record in log.records[topic]:
            event = decode_event(record)
            assert event is not None
            yield event


@pytest.fixture
def log() -> Log:
    """An article with a re-crawl and an update, and a copy of it on another site."""
    made = Log()
    copy = article(1).replace(b"news1.example.com/story/1", b"other.example.org/copied/9")
    made.run(article(1), article(1, query="?utm_source=a"), article(1, version=2), copy)
    return made


def test_a_url_means_its_article_with_all_urls_that_it_was_fetched_from(log: Log) -> None:
    found = meant(events(log), parse_target("https://news1.example.com/story/1", raw_topic="news.raw"))

    assert len(found.articles) == 1
    assert found.urls == [
        "https://news1.example.com/story/1",
        "https://news1.example.com/story/1?utm_source=a",
    ]
    assert found.copy_of == []


def test_an_id_means_that_article(log: Log) -> None:
    first = next(events(log)).article_id

    assert meant(events(log), parse_target(first, raw_topic="news.raw")).articles == [first]


def test_the_original_of_a_copy_is_not_touched(log: Log) -> None:
    found = meant(events(log), parse_target("https://other.example.org/copied/9", raw_topic="news.raw"))

    assert (found.articles, found.urls) == ([], [])
    assert found.copy_of == [next(events(log)).article_id]


def test_what_lies_nowhere_means_nothing(log: Log) -> None:
    assert meant(events(log), parse_target("a" * 26, raw_topic="news.raw")) == ([], [], [])

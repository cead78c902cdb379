"""Records as ``khabar tail`` shows them."""

from __future__ import annotations

import pytest

from service.cli.tail import record_lines
from service.ops.settings import load_settings
from service.wire.record import Origin, RawRecord
from tests.kafka.khabar import article
from tests.unit.pipeline.topics import NOW, TOPICS, Log

SETTINGS = load_settings({})


@pytest.fixture(scope="module")
def log() -> Log:
    """An article, its re-crawl, and a dead letter."""
    made = Log()
    made.run(article(1), article(1, query="?utm_source=a"), b"json failed to parse")
    return made


def shown(record: RawRecord) -> str:
    """Return a record as plain text."""
    return "\n".join(record_lines(record, SETTINGS, colour=False))


@pytest.mark.parametrize(
    ("topic", "told"),
    [
        (TOPICS.articles, "new        "),
        (TOPICS.duplicates, "duplicate  "),
        (TOPICS.deadletter, "dead       producer_failure: "),
        (TOPICS.raw, "news.raw:0:0  key "),
        (TOPICS.clean, "khabar.clean:0:0  key "),
    ],
)
def test_a_record_is_shown_by_what_its_topic_holds(log: Log, topic: str, told: str) -> None:
    assert shown(log.records[topic][0]).startswith(told)


def test_a_dead_letter_names_the_raw_record(log: Log) -> None:
    assert "(news.raw:0:2)" in shown(log.records[TOPICS.deadletter][0])


def test_a_take_down_is_told_except_on_the_raw_topic() -> None:
    def null(topic: str) -> str:
        return shown(RawRecord(Origin(topic, 0, 5), b"k", None, (), NOW))

    assert null(TOPICS.articles).startswith("taken down")
    assert "0 bytes" in null(TOPICS.raw)


def test_bytes_that_are_no_event_are_shown_without_their_control_characters() -> None:
    told = shown(RawRecord(Origin(TOPICS.articles, 0, 5), None, b"{\x1b[2J", (), NOW))

    assert "5 bytes" in told
    assert "\x1b" not in told

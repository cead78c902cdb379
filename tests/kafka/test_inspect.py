"""The commands that look at the topics: audit, why, tail, dead letters, and taking an article down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from service.stream.topics import claims_changelog
from service.wire.record import Record
from tests.faults.harness import settled
from tests.kafka.khabar import article, environment, feed, khabar, running
from tests.kafka.support import produce, read_topic

pytestmark = pytest.mark.kafka

POISON = b"json failed to parse"
URL = "https://news1.example.com/story/1"


async def lines(*arguments: str, environ: dict[str, str], code: int = 0) -> list[dict[str, Any]]:
    """Run a command and return the objects that it prints."""
    ended, out, err = await khabar(*arguments, environ=environ)
    assert ended == code, err
    return [orjson.loads(line) for line in out.splitlines()]


@pytest.mark.slow
async def test_dead_letters_go_round(bootstrap: str, unique: Callable[[str], str], tmp_path: Path) -> None:
    """Counted, listed, shown, replayed with their bytes, key and headers, counted on, and purged."""
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_PARTITIONS_RAW="1")
    async with running(environ) as (settings, _roles):
        poison = Record(settings.topic_raw, b"k", POISON, [("x-feed", b"a")])
        await produce(bootstrap, [poison, Record(settings.topic_raw, None, b"[1]"), poison])
        await settled(settings)
        (counted,) = await lines("dlq", "count", "--json", environ=environ)
        (by_dialect,) = await lines("dlq", "count", "--by", "dialect", "--json", environ=environ)
        listed = await lines("dlq", "list", "--reason", "producer_failure", "--json", environ=environ)
        none_old = await lines("dlq", "list", "--until", "1h", "--json", environ=environ)
        (shown,) = await lines("dlq", "show", "0:1", "--json", environ=environ)
        (only_retryable,) = await lines("dlq", "replay", "--json", environ=environ)
        (dry,) = await lines("dlq", "replay", "--all", "--dry-run", "--json", environ=environ)
        (sent,) = await lines("dlq", "replay", "--reason", "producer_failure", "--json", environ=environ)
        report = await settled(settings)
        (often,) = await lines("dlq", "replay", "--all", "--max-attempts", "2", "--dry-run", "--json", environ=environ)
        raw = await read_topic(bootstrap, settings.topic_raw)
        again = (await lines("dlq", "list", "--json", environ=environ))[3:]
        (purged,) = await lines("dlq", "purge", "0:3", "--yes", "--json", environ=environ)
        left = await lines("dlq", "list", "--json", environ=environ)
        await lines("dlq", "purge", "all", "--yes", "--json", environ=environ)
        empty = await lines("dlq", "list", "--json", environ=environ)

    assert counted == {"by": "reason", "total": 3, "counts": {"producer_failure": 2, "not_an_object": 1}}
    assert by_dialect["total"] == 3
    assert [(letter["offset"], letter["attempts"], letter["raw"]["offset"]) for letter in listed] == [
        (0, 1, 0),
        (2, 1, 2),
    ]
    assert none_old == []
    assert shown["value"] == [1]
    assert only_retryable["sent"] == 0
    assert (dry["sent"], sent["sent"]) == (3, 2)
    assert report.balanced, report.examples
    assert report.ends == {"dead letter": 5}
    assert [(record.key, record.value) for record in raw[3:]] == [(b"k", POISON)] * 2
    assert all(record.headers == (("x-feed", b"a"), ("khabar-attempts", b"1")) for record in raw[3:])
    assert [(letter["reason"], letter["attempts"]) for letter in again] == [("producer_failure", 2)] * 2
    assert often == {"dry_run": True, "sent": 3, "tried_often": 2, "incomplete": 0}
    assert purged["deleted"] == 3
    assert [letter["offset"] for letter in left] == [3, 4]
    assert empty == []


@pytest.mark.slow
async def test_an_article_is_explained_followed_and_taken_down(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path
) -> None:
    """An update, a copy and a dead letter each say why; a take-down leaves null, and what comes later is held back."""
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_PARTITIONS_RAW="1")
    async with running(environ) as (settings, _roles):
        await feed(settings, [article(1), article(1, query="?utm_source=a"), article(1, version=2), POISON, article(2)])
        await settled(settings)
        (audit,) = await lines("audit", "--wait", "20", "--json", environ=environ)
        by_url = await lines("why", URL, "--json", environ=environ)
        article_id = by_url[0]["article_id"]
        by_id = await lines("why", article_id, "--json", environ=environ)
        (dead,) = await lines("why", "0:3", "--json", environ=environ)
        _, told, _ = await khabar("why", "0:1", environ=environ)
        await lines("why", "0:77", "--json", environ=environ, code=1)
        followed = await lines("tail", "articles", "--from-start", "--limit", "3", "--json", environ=environ)
        _, seen, _ = await khabar("tail", "--from-start", "--limit", "5", environ=environ)
        (gone,) = await lines("forget", URL, "--yes", "--json", environ=environ)
        await lines("forget", "a" * 26, "--yes", "--json", environ=environ, code=1)
        (later,) = await feed(settings, [article(1, query="?utm_source=b")])
        await settled(settings)
        (held,) = await lines("why", f"0:{later.offset}", "--json", environ=environ)
        (after,) = await lines("audit", "--json", environ=environ)
        articles = await read_topic(bootstrap, settings.topic_articles)

    assert audit["balanced"]
    assert audit["ends"] == {"new": 2, "duplicate": 1, "updated": 1, "dead letter": 1}
    assert by_id == by_url
    assert [life["status"] for life in by_url] == ["new", "duplicate", "updated"]
    assert [life["evidence"].split(":")[0].split(" ")[0] for life in by_url] == [
        "nothing_alike",
        "same_content",
        "new_content",
    ]
    kinds = {getattr(settings, f"topic_{name}"): name for name in ("raw", "clean", "unique", "articles", "duplicates")}
    ways = [[kinds[step["topic"]] for step in life["steps"]] for life in by_url]
    assert ways == [["raw", "clean", "unique", "articles"], ["raw", "clean", "duplicates"], ways[0]]
    assert by_url[1]["steps"][-1]["duplicate_of"] == article_id
    assert by_url[2]["steps"][-1]["version"] == 2
    assert (dead["status"], dead["steps"][-1]["reason"]) == ("dead letter", "producer_failure")
    assert "same_content" in told
    assert [record["headers"]["khabar-status"] for record in followed if record["key"] == article_id] == [
        "new",
        "updated",
    ]
    assert "producer_failure" in seen
    assert gone["articles"] == [article_id]
    assert gone["withdrawn"]
    assert {row["topic"] for row in gone["remains"]} == {*kinds, claims_changelog(settings)}
    assert [record.value for record in articles if record.key == article_id.encode()][-1] is None
    assert held["status"] == "duplicate"
    assert after["balanced"], after["examples"]
    assert after["taken_down"] == 1

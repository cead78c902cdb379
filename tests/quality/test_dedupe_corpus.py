"""The labelled corpus of de-duplication: what belongs together is found, what only looks alike stays apart."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from service.dedupe.decide import decide
from service.dedupe.policy import HOUR, Policy
from service.dedupe.signature import sign
from service.wire.article import Article
from service.wire.event import Provenance, Source

CORPUS = Path(__file__).parents[1] / "corpora" / "dedupe" / "stories.toml"
START = 1_760_000_000_000

pytestmark = pytest.mark.quality


class Labelled(NamedTuple):
    """One record with what it is."""

    article: Article
    cluster: str
    expected: str


def _article(place: int, at: int, site: str, title: str, text: str, page: int) -> Article:
    url = f"https://{site}.example.com/{page}"
    return Article(
        url=url,
        canonical_url=url,
        title=title,
        text=text or None,
        source=Source(name=f"Paper {site}", domain=f"{site}.example.com"),
        provenance=Provenance(
            dialect="corpus", topic="news.raw", partition=0, offset=place, record_time=at, pipeline_version="0"
        ),
    )


def read_corpus() -> list[Labelled]:
    """Return the corpus as one stream: clusters one after the other, an hour between records."""
    data: dict[str, list[dict[str, Any]]] = tomllib.loads(CORPUS.read_text("utf-8"))
    stream: list[Labelled] = []
    at = START

    def put(cluster: str, site: str, title: str, text: str, record: dict[str, Any], page: int | None = None) -> None:
        nonlocal at
        at += int(record.get("hours", 1) * HOUR)
        place = len(stream)
        article = _article(place, at, site, title, text, place if page is None else page)
        stream.append(Labelled(article, cluster, record.get("as", "duplicate")))

    for cluster in data["cluster"]:
        base_title, base_text = cluster["title"], cluster.get("text", "")
        first = len(stream)
        put(cluster["name"], "a", base_title, base_text, {"as": "new"})
        for record in cluster["records"]:
            text = record.get("text", base_text)
            for old, new in record.get("edit", []):
                assert old in text
                text = text.replace(old, new)
            text = record.get("before", "") + text + record.get("append", "")
            title = record.get("title", base_title)
            again = record.get("again", False)
            put(cluster["name"], "a" if again else record["site"], title, text, record, first if again else None)
    for group in data["apart"]:
        for place, record in enumerate(group["records"]):
            name = f"{group['name']} {place}"
            put(name, "ab"[place % 2], record["title"], record["text"], {"as": "new", "hours": group.get("hours", 1)})
    return stream


def run(stream: list[Labelled]) -> list[str]:
    """Return what is wrong: one line a record."""
    store: dict[bytes, bytes] = {}
    clusters: dict[str, str] = {}
    wrong = []
    for labelled in stream:
        decision = decide(sign(labelled.article), store, Policy())
        for key, value in [*decision.derived, *decision.logged]:
            if value is None:
                store.pop(key, None)
            else:
                store[key] = value
        verdict = decision.verdict
        found = clusters.setdefault(verdict.dedupe.cluster_id, labelled.cluster)
        if found != labelled.cluster or verdict.status != labelled.expected:
            wrong.append(
                f"{labelled.cluster}: {verdict.status} ({found}) instead of {labelled.expected}: {verdict.evidence}"
            )
    return wrong


def test_the_corpus_is_large_enough() -> None:
    stream = read_corpus()

    assert len({labelled.cluster for labelled in stream}) >= 50
    assert {"new", "duplicate", "updated"} == {labelled.expected for labelled in stream}


def test_every_record_of_the_corpus_is_told_right() -> None:
    assert run(read_corpus()) == []

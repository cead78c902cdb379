"""Run de-duplication over a labelled stream and print what it says, one JSON object a line.

usage: python bench/dedupe_stream.py STREAM.jsonl > predictions.jsonl

A record has id, source, url, title, body and arrived_at (RFC 3339), in order of arrival. A prediction has id, relation
(new, updated, duplicate, retracted), duplicate_of (id of the record that began the article), reason, score and
evidence. Costs (µs a record, records and bytes of changelog) go to stderr.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from service.dedupe.decide import decide
from service.dedupe.policy import Policy
from service.dedupe.signature import milliseconds, sign
from service.intake.urls import canonical_url
from service.wire.article import Article
from service.wire.event import Provenance, Source


def article(record: dict[str, Any], place: int) -> Article:
    """Return a labelled record as the article that intake would make of it."""
    url = record.get("url") or None
    at = milliseconds(record["arrived_at"]) or 0
    return Article(
        url=url,
        canonical_url=canonical_url(url) if url else None,
        title=record.get("title") or None,
        text=record.get("body") or None,
        source=Source(name=record.get("source")),
        published_at=record.get("published_at"),
        provenance=Provenance(
            dialect="stream", topic="news.raw", partition=0, offset=place, record_time=at, pipeline_version="0"
        ),
    )


def predictions(records: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Decide about all records in order."""
    store: dict[bytes, bytes] = {}
    begun: dict[str, str] = {}
    signing = deciding = 0.0
    writes = size = 0
    for place, record in enumerate(records):
        start = time.perf_counter()
        signature = sign(article(record, place))
        middle = time.perf_counter()
        decision = decide(signature, store, Policy())
        signing, deciding = signing + middle - start, deciding + time.perf_counter() - middle
        for key, value in [*decision.derived, *decision.logged]:
            if value is None:
                store.pop(key, None)
            else:
                store[key] = value
        writes += len(decision.logged)
        size += sum(len(key) + len(value or b"") for key, value in decision.logged)
        verdict = decision.verdict
        earlier = begun.setdefault(verdict.dedupe.cluster_id, record["id"])
        yield {
            "id": record["id"],
            "relation": verdict.status.value,
            "duplicate_of": earlier if earlier != record["id"] else None,
            "reason": verdict.dedupe.reason,
            "score": verdict.dedupe.score,
            "evidence": verdict.evidence,
        }
    count = len(records) or 1
    print(
        f"{count} records: signing {signing / count * 1e6:.0f} µs, deciding {deciding / count * 1e6:.0f} µs, "
        f"changelog {writes / count:.2f} records and {size / count:.0f} bytes a record",
        file=sys.stderr,
    )


if __name__ == "__main__":
    lines = Path(sys.argv[1]).read_text("utf-8").splitlines()
    for prediction in predictions([json.loads(line) for line in lines if line]):
        print(json.dumps(prediction, ensure_ascii=False))

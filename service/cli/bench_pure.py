"""Measurements without Kafka: a yardstick, the stages and the pure pipeline."""

from __future__ import annotations

import gc
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import orjson

from service.dedupe.decide import decide
from service.dedupe.policy import Policy
from service.dedupe.signature import sign
from service.enrich import dates, enrich, entities
from service.intake import accept
from service.pipeline import Pipeline
from service.pipeline.offline import MemoryClaims
from service.wire.article import Article
from service.wire.record import Origin, RawRecord

WORDS = 400
ARTICLES = 300
START_MS = 1_772_400_000_000
_ROUNDS = 3
_EXCHANGED = 0.2


class Row(NamedTuple):
    """One figure of the bench."""

    name: str
    value: float
    unit: str
    note: str = ""


def bodies(language: str) -> list[str]:
    """Return the paragraphs of the sample articles of one language."""
    from service.cli.run import sample_records  # noqa: PLC0415 - the samples are run's

    pipeline = Pipeline()
    paragraphs: list[str] = []
    for raw in sample_records():
        _records, taken, _decided, published = pipeline.steps(raw, now=START_MS)
        if taken.refused is None and published is not None and published.event.language == language:
            paragraphs += (published.event.text or "").split("\n\n")
    return [paragraph for paragraph in paragraphs if len(paragraph.split()) >= 8]  # noqa: PLR2004 - whole sentences


def raw_articles(language: str, count: int, *, seed: int = 7) -> list[bytes]:
    """Return different articles of 400 words in the news-please form, mixed from the sample paragraphs.

    A fifth of the words is exchanged and every number is changed, so that no two articles are copies of each other
    and no cache meets the same text twice.
    """
    shuffle = random.Random(seed)  # noqa: S311 - a repeatable mix, nothing secret
    pool = bodies(language)
    vocabulary = sorted({word for paragraph in pool for word in paragraph.split() if word.isalpha()})
    articles = []
    for number in range(count):
        words: list[str] = []
        while len(words) < WORDS:
            words += [*(_other(word, vocabulary, shuffle) for word in shuffle.choice(pool).split()), "\n\n"]
        words = words[:WORDS]
        title = " ".join(word for word in words[:9] if word != "\n\n")
        articles.append(
            orjson.dumps(
                {
                    "url": f"https://news{number % 50}.example.com/{language}/{seed}/{number}",
                    "title": f"{title} {number}",
                    "maintext": " ".join(words).replace(" \n\n ", "\n\n"),
                    "date_publish": "2026-03-01 09:30:00",
                    "language": language,
                    "source_domain": f"news{number % 50}.example.com",
                    "authors": ["Sample Author"],
                    "description": None,
                    "image_url": None,
                }
            )
        )
    return articles


def _other(word: str, vocabulary: Sequence[str], shuffle: random.Random) -> str:
    """Return the word, now and then another one; another number for a number."""
    if word.isdigit():
        return str(shuffle.randrange(10, 99_999))
    return shuffle.choice(vocabulary) if shuffle.random() < _EXCHANGED else word


def yardstick() -> float:
    """Return the seconds of a fixed loop of Python and regular-expression work."""
    pattern = re.compile(r"\b(\w+)ing\b|\d{2,4}")
    text = "walking in 2026 and talking of 31 things while singing " * 40
    started = time.perf_counter()
    total = 0
    for number in range(200):
        total += sum(len(found.group()) for found in pattern.finditer(text)) + len(dict.fromkeys(text.split(), number))
    return time.perf_counter() - started


def per_item(work: Callable[[object], object], items: Sequence[object]) -> float:
    """Return the microseconds an item, best of a few rounds over all items."""
    best = float("inf")
    for _ in range(_ROUNDS):
        gc.collect()
        started = time.perf_counter()
        for item in items:
            work(item)
        best = min(best, time.perf_counter() - started)
    return best / len(items) * 1e6


def _raw(payload: bytes, offset: int) -> RawRecord:
    return RawRecord(Origin("news.raw", 0, offset), None, payload, (), START_MS + offset)


def rows(progress: Callable[[str], object]) -> Iterator[Row]:
    """Yield the figures; ``progress`` is told what is measured next."""
    progress("the yardstick")
    yield Row("yardstick", min(yardstick() for _ in range(5)) * 1e3, "ms", "fixed Python and regex work")
    for language in ("ar", "en"):
        progress(f"the stages, {language}")
        yield from _stages(language)
    progress("the pure pipeline")
    mixed = raw_articles("ar", ARTICLES, seed=11) + raw_articles("en", ARTICLES // 2, seed=11)
    pipeline = Pipeline()
    gc.collect()
    started = time.perf_counter()
    for number, payload in enumerate(mixed):
        pipeline.run(_raw(payload, number), now=START_MS)
    yield Row(
        "pure pipeline",
        len(mixed) / (time.perf_counter() - started),
        "articles/s",
        "one core, unseen articles, two thirds Arabic",
    )


def _stages(language: str) -> Iterator[Row]:
    payloads = raw_articles(language, ARTICLES)
    # The caches that a running service has are warmed with other articles.
    for payload in raw_articles(language, ARTICLES // 3, seed=3):
        warm = accept(_raw(payload, 0), record_time=START_MS)
        sign(warm)
        enrich(warm)
    raws = [_raw(payload, offset) for offset, payload in enumerate(payloads)]

    def take_in(raw: RawRecord) -> Article:
        return accept(raw, record_time=START_MS)

    anchor = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    yield Row(f"intake ({language})", per_item(take_in, raws), "us/article", f"{WORDS} words, news-please form")  # type: ignore[arg-type]
    articles = [take_in(raw) for raw in raws]
    yield Row(f"fold and sign ({language})", per_item(sign, articles), "us/article")  # type: ignore[arg-type]
    yield Row(
        f"date mentions ({language})",
        per_item(lambda item: dates.find(item.text or "", language=language, anchor=anchor), articles),  # type: ignore[attr-defined]
        "us/article",
    )
    yield Row(
        f"entity mentions ({language})",
        per_item(lambda item: entities.find(item.text or "", language=language), articles),  # type: ignore[attr-defined]
        "us/article",
        "warm",
    )
    yield Row(f"enrichment, all of it ({language})", per_item(enrich, articles), "us/article")  # type: ignore[arg-type]
    claims = MemoryClaims()
    signatures = [sign(article) for article in articles]
    started = time.perf_counter()
    for signature in signatures:
        decision = decide(signature, claims, Policy())
        claims.write([*decision.logged, *decision.derived])
    yield Row(
        f"dedupe decision ({language})",
        (time.perf_counter() - started) / len(signatures) * 1e6,
        "us/article",
        "claims in a dictionary",
    )

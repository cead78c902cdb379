"""The dialects: one small file for each producer's form of an article, behind one recogniser."""

from __future__ import annotations

from service.intake.dialect import Dialect
from service.intake.dialects import (
    aylien,
    event_registry,
    feedparser,
    fundus,
    generic,
    mediacloud,
    news_please,
    newsapi,
    newscatcher,
    newspaper4k,
    ninjs,
    page,
    plain,
    schema_org,
    scrapy_cluster,
    trafilatura,
    webz,
    zyte,
)
from service.intake.draft import Obj

REGISTRY: tuple[Dialect, ...] = (
    ninjs.DIALECT,
    schema_org.DIALECT,
    webz.DIALECT,
    mediacloud.DIALECT,
    event_registry.DIALECT,
    newscatcher.DIALECT,
    aylien.DIALECT,
    zyte.DIALECT,
    scrapy_cluster.DIALECT,
    news_please.DIALECT,
    news_please.ITEM,
    fundus.DIALECT,
    trafilatura.DIALECT,
    newspaper4k.DIALECT,
    newsapi.DIALECT,
    feedparser.DIALECT,
)
"""Every dialect that is recognised by its fields; the earlier one wins between equals."""

PLAIN = plain.DIALECT
PAGE = page.DIALECT
GENERIC = generic.DIALECT

_ENOUGH = 3


def _index() -> dict[str, list[tuple[int, int]]]:
    index: dict[str, list[tuple[int, int]]] = {}
    for position, dialect in enumerate(REGISTRY):
        for key, points in dialect.signs.items():
            index.setdefault(key, []).append((position, points))
    return index


_SIGNS = _index()


def recognise(obj: Obj) -> Dialect:
    """Return the dialect of a record; the generic one where no other has enough signs."""
    points = [0] * len(REGISTRY)
    for key in obj:
        for position, worth in _SIGNS.get(key, ()):
            points[position] += worth
    best = max(points)
    return REGISTRY[points.index(best)] if best >= _ENOUGH else GENERIC

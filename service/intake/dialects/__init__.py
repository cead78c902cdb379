"""The dialects: one small file for each producer's form of an article, behind one recogniser."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import NamedTuple

from service.intake.dialect import Aliases, Dialect
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
from service.intake.draft import Draft, Obj

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
_ALIASES = Aliases(generic.CORE)


class Recognition(NamedTuple):
    """Which dialect a record is, and why: what was found of its signs, and who else was possible, by points.

    ``points`` are those of the dialect by its signs; a dialect of a mapping file wins by its keys, without points.
    """

    dialect: Dialect
    points: int
    found: Mapping[str, int]
    others: Mapping[str, int]


class Recogniser:
    """Finds the dialect of a record. ``own`` dialects, from mapping files, go before all others, in their order."""

    def __init__(self, own: tuple[Dialect, ...] = ()) -> None:
        self._own = own
        self._signs: dict[str, list[tuple[int, int]]] = {}
        for position, dialect in enumerate(REGISTRY):
            for key, points in dialect.signs.items():
                self._signs.setdefault(key, []).append((position, points))

    def recognise(self, obj: Obj) -> Dialect:
        """Return the dialect of a record; the generic one where no other has enough signs."""
        return self._decide(obj)[0]

    def read(self, obj: Obj) -> Draft:
        """Return the draft of a record, read by its dialect."""
        dialect = self.recognise(obj)
        return dialect.read(obj, None if dialect is GENERIC else _ALIASES)

    def explain(self, obj: Obj) -> Recognition:
        """Return the dialect of a record with what decided."""
        dialect, points = self._decide(obj)
        possible = {other: worth for other, worth in zip(REGISTRY, points, strict=True) if worth >= _ENOUGH}
        signs = dict.fromkeys(dialect.keys, 0) or {key: dialect.signs[key] for key in obj if key in dialect.signs}
        others = {other.name: worth for other, worth in possible.items() if other is not dialect}
        return Recognition(dialect, possible.get(dialect, 0), signs, others)

    def _decide(self, obj: Obj) -> tuple[Dialect, list[int]]:
        """Return the dialect and the points of each one in the registry."""
        points = [0] * len(REGISTRY)
        for key in obj:
            for position, worth in self._signs.get(key, ()):
                points[position] += worth
        own = next((dialect for dialect in self._own if dialect.has_keys(obj)), None)
        if own is not None:
            return own, points
        best = max(points)
        return REGISTRY[points.index(best)] if best >= _ENOUGH else GENERIC, points


@functools.lru_cache(maxsize=64)
def recogniser(own: tuple[Dialect, ...] = ()) -> Recogniser:
    """Return the recogniser with these dialects of mapping files, made once."""
    return Recogniser(own)

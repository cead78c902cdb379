"""The cleaned article between the roles: what intake found, before de-duplication and enrichment."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from service.errors import DeliveryFault
from service.wire import closed
from service.wire.event import Author, Credit, Dateline, Image, Provenance, Removed, Rights, Source

WIRE_VERSION = 1
"""Version of the internal values; a role reads this version and the one before it."""


class Article(Struct, kw_only=True):
    """One cleaned article. Every field means what it means in :class:`service.wire.event.Event`.

    ``retracted`` says that the source cancelled the item; then title and text may be missing.
    ``guid`` is the producer's id where it is stable enough to be an identity, else None.
    """

    wire: int = WIRE_VERSION
    scope: str = "default"
    retracted: bool = False
    guid: str | None = None
    source_id: str | None = None
    url: str | None = None
    canonical_url: str | None = None
    source: Source = Source()
    authors: list[Author] = []
    byline: str | None = None
    credit: Credit | None = None
    dateline: Dateline | None = None
    section: str | None = None
    categories: list[str] = []
    tags: list[str] = []
    content_type: closed.ContentType | None = None
    is_paid: bool | None = None
    urgency: int | None = None
    rights: Rights | None = None
    images: list[Image] = []
    title: str | None = None
    title_full: str | None = None
    description: str | None = None
    text: str | None = None
    text_complete: bool | None = None
    word_count: int | None = None
    removed: list[Removed] = []
    language: str = "und"
    language_confidence: float | None = None
    language_declared: str | None = None
    published_at: str | None = None
    published_local: str | None = None
    published_on: str | None = None
    published_at_precision: closed.Precision = closed.Precision.MISSING
    published_at_source: closed.PublishedSource | None = None
    published_at_raw: str | None = None
    modified_at: str | None = None
    embargoed_until: str | None = None
    quality: list[closed.Quality] = []
    provenance: Provenance
    extra: dict[str, Any] = {}
    extra_dropped: list[str] = []


READABLE = (WIRE_VERSION, WIRE_VERSION - 1)

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Article)


def encode_article(article: Article) -> bytes:
    """Return the article as the opaque bytes that lie on ``khabar.clean`` and ``khabar.unique``."""
    return _encoder.encode(article)


def decode_article(value: bytes) -> Article:
    """Return the article of :func:`encode_article`.

    Raises ``msgspec.MsgspecError`` for other bytes and :class:`DeliveryFault` for a version that this release cannot
    read: this one and the one before it are read.
    """
    article = _decoder.decode(value)
    if article.wire not in READABLE:
        readable = ", ".join(map(str, READABLE))
        raise DeliveryFault(
            f"an internal record has wire version {article.wire}, this release reads {readable}: "
            "upgrade enrich first, then dedupe, then intake"
        )
    return article

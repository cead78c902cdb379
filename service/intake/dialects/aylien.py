"""AYLIEN stories. ``published_at`` is when AYLIEN got the story, so it never counts as the date of publication."""

from __future__ import annotations

from service.intake.dialect import Dialect

DIALECT = Dialect(
    name="aylien",
    signs={
        "published_datetime": 3,
        "words_count": 2,
        "characters_count": 2,
        "sentences_count": 1,
        "clusters": 1,
        "published_at": 1,
    },
    fields={
        "url": ("links.permalink",),
        "canonical": ("links.canonical",),
        "source_id": ("id",),
        "guid": ("id",),
        "title": ("title",),
        "text": ("body",),
        "authors": ("author", "authors"),
        "published": ("published_datetime",),
        "language": ("language",),
        "source_name": ("source.name",),
        "source_host": ("source.domain",),
        "source_country": ("source.locations.country",),
        "categories": ("categories",),
        "tags": ("hashtags", "keywords"),
        "images": ("media",),
    },
    ignored=frozenset({"words_count", "characters_count", "paragraphs_count", "sentences_count", "links"}),
)

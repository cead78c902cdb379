"""trafilatura's JSON output. Its names mislead: ``source`` is the URL, ``source-hostname`` the site's name."""

from __future__ import annotations

from service.intake.dialect import Dialect

DIALECT = Dialect(
    name="trafilatura",
    signs={
        "source-hostname": 3,
        "raw_text": 3,
        "filedate": 2,
        "excerpt": 1,
        "fingerprint": 2,
        "hostname": 1,
        "pagetype": 1,
        "source_hostname": 3,
        "raw-text": 3,
    },
    fields={
        "url": ("source", "url"),
        "source_id": ("id",),
        "title": ("title",),
        "text": ("text", "raw_text", "raw-text", "body"),
        "description": ("excerpt", "description"),
        "authors": ("author",),
        "byline": ("author",),
        "published": ("date",),  # a day only, whatever the page said
        "language": ("language",),
        "source_name": ("source-hostname", "source_hostname", "sitename"),
        "source_host": ("hostname",),
        "categories": ("categories",),
        "tags": ("tags",),
        "images": ("image",),
        "license": ("license",),
    },
    ignored=frozenset({"fingerprint", "filedate", "raw_text", "raw-text", "comments", "pagetype"}),
)

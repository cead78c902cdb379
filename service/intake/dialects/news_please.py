"""news-please: its JSON files, and the items of its Scrapy pipeline (other names for the same)."""

from __future__ import annotations

from service.intake.dialect import Dialect

DIALECT = Dialect(
    name="news-please",
    signs={
        "maintext": 3,
        "date_download": 2,
        "date_publish": 2,
        "date_modify": 2,
        "title_page": 2,
        "title_rss": 2,
        "source_domain": 1,
        "localpath": 1,
        "image_url": 1,
        "filename": 1,
    },
    fields={
        "url": ("url",),
        "title": ("title", "title_page", "title_rss"),
        "titles": ("title_page", "title_rss"),
        "text": ("maintext", "text"),
        "description": ("description",),
        "authors": ("authors",),
        "published": ("date_publish",),  # naive on purpose: the producer does not keep the zone
        "modified": ("date_modify",),
        "language": ("language",),
        "source_host": ("source_domain",),
        "images": ("image_url",),
    },
    ignored=frozenset({"filename", "localpath", "version", "ancestor", "descendant"}),
)

ITEM = Dialect(
    name="news-please-item",
    signs={
        "article_title": 3,
        "article_text": 3,
        "article_publish_date": 2,
        "article_author": 1,
        "article_language": 1,
        "html_title": 1,
        "rss_title": 1,
        "download_date": 1,
        "modified_date": 1,
        "article_description": 1,
    },
    fields={
        "url": ("url",),
        "title": ("article_title", "html_title", "rss_title"),
        "titles": ("html_title", "rss_title"),
        "text": ("article_text",),
        "description": ("article_description",),
        "authors": ("article_author",),
        "published": ("article_publish_date",),
        "modified": ("modified_date",),
        "language": ("article_language",),
        "source_host": ("source_domain",),
        "images": ("article_image",),
    },
    ignored=frozenset({"filename", "local_path", "spider_response", "version", "ancestor", "descendant"}),
)

"""newspaper4k (and newspaper3k): ``Article.to_json()``."""

from __future__ import annotations

from service.intake.dialect import Dialect

DIALECT = Dialect(
    name="newspaper4k",
    signs={
        "top_image": 2,
        "meta_img": 2,
        "publish_date": 1,
        "meta_lang": 2,
        "meta_site_name": 2,
        "meta_description": 1,
        "meta_keywords": 1,
        "meta_favicon": 2,
        "canonical_link": 1,
        "read_more_link": 2,
        "movies": 1,
    },
    fields={
        "url": ("url",),
        "canonical": ("canonical_link",),
        "title": ("title",),
        "text": ("text",),
        "description": ("meta_description",),
        "authors": ("authors",),
        "published": ("publish_date",),
        "language": ("language", "meta_lang"),
        "source_name": ("meta_site_name",),
        "tags": ("tags", "meta_keywords"),
        "images": ("top_image", "meta_img"),
    },
    ignored=frozenset(
        {
            "images",
            "movies",
            "meta_favicon",
            "meta_lang",
            "meta_img",
            "meta_keywords",
            "read_more_link",
            "html",
            "article_html",
        }
    ),
)

"""Articles of Zyte's automatic extraction (the Scrapy items of the same shape)."""

from __future__ import annotations

from service.intake.dialect import Dialect
from service.intake.draft import Draft, Obj
from service.intake.values import string


def _finish(draft: Draft, obj: Obj) -> None:
    """Undo the silent fallback: a date of publication that is only the date of modification is none."""
    published, modified = obj.get("datePublished"), obj.get("dateModified")
    raw = string(obj.get("datePublishedRaw"))
    if published and published == modified and raw in (None, string(obj.get("dateModifiedRaw"))):
        draft.published = []
        draft.published_raw = None
    crumbs = obj.get("breadcrumbs")
    if draft.section is None and isinstance(crumbs, list):
        names = [crumb.get("name") for crumb in crumbs if isinstance(crumb, dict)]
        inner = [name for name in names[1:] if isinstance(name, str) and name.strip() and name != draft.title]
        if inner:
            draft.take("section", inner[0], "breadcrumbs")


DIALECT = Dialect(
    name="zyte",
    signs={
        "articleBody": 3,
        "headline": 1,
        "datePublished": 1,
        "datePublishedRaw": 3,
        "dateModifiedRaw": 2,
        "articleBodyHtml": 3,
        "mainImage": 2,
        "canonicalUrl": 1,
        "breadcrumbs": 1,
        "inLanguage": 1,
    },
    fields={
        "url": ("url",),
        "canonical": ("canonicalUrl",),
        "title": ("headline", "name"),
        "text": ("articleBody", "articleBodyHtml"),
        "description": ("description",),
        "authors": ("authors", "authorsList", "author"),
        "published": ("datePublished", "datePublishedRaw"),
        "published_raw": ("datePublishedRaw",),
        "modified": ("dateModified",),
        "language": ("inLanguage",),
        "source_name": ("publisher.name", "publisher"),
        "section": ("articleSection",),
        "tags": ("keywords",),
        "images": ("mainImage", "images", "image"),
    },
    ignored=frozenset(
        {
            "dateModifiedRaw",
            "datePublishedRaw",
            "articleBodyHtml",
            "breadcrumbs",
            "videos",
            "audios",
            "authors",
            "images",
        }
    ),
    finish=_finish,
    finishes={"section": ("breadcrumbs",)},
)

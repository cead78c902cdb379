"""schema.org in JSON-LD: NewsArticle and its kin, alone or in an ``@graph``."""

from __future__ import annotations

from typing import Any

from service.intake.dialect import Dialect
from service.intake.draft import Draft, Obj
from service.intake.linked import article_node, node_types

_KINDS = {
    "LiveBlogPosting": "live",
    "OpinionNewsArticle": "opinion",
    "VideoObject": "video",
    "ImageGallery": "gallery",
    "MediaGallery": "gallery",
}


def _finish(draft: Draft, obj: Obj) -> None:
    """Take the kind from the type, and whether it is paid for; a fragment of the page is no article of its own."""
    types: list[Any] = node_types(obj)
    kind = next((_KINDS[name] for name in types if name in _KINDS), None)
    if kind is None and any(name.endswith("Article") for name in types):
        kind = "article"
    if kind:
        draft.take("kind", kind, "@type")
    if draft.is_paid is not None:  # the field says whether it is free
        draft.is_paid = not draft.is_paid


DIALECT = Dialect(
    name="schema.org",
    signs={"@context": 30, "@type": 30, "@graph": 30},  # nobody else writes these, and its fields are others' too
    fields={
        "url": ("url", "mainEntityOfPage.@id", "mainEntityOfPage", "@id"),
        "canonical": ("mainEntityOfPage.@id", "mainEntityOfPage"),
        "source_id": ("identifier",),
        "title": ("headline", "name"),
        "titles": ("alternativeHeadline",),
        "text": ("articleBody", "text"),
        "description": ("description", "abstract"),
        "authors": ("author", "creator"),
        "published": ("datePublished", "dateCreated"),
        "modified": ("dateModified",),
        "language": ("inLanguage",),
        "source_name": ("publisher.name", "sourceOrganization.name", "isPartOf.name"),
        "section": ("articleSection",),
        "categories": ("articleSection",),
        "tags": ("keywords",),
        "images": ("image", "thumbnailUrl"),
        "is_paid": ("isAccessibleForFree",),
        "license": ("license",),
        "holder": ("copyrightHolder",),
        "usage": ("usageInfo",),
        "place": ("dateline", "locationCreated.name"),
    },
    ignored=frozenset(
        {
            "@context",
            "@type",
            "@id",
            "@graph",
            "mainEntity",
            "mainEntityOfPage",
            "publisher",
            "isPartOf",
            "wordCount",
        }
    ),
    prepare=article_node,
    finish=_finish,
    finishes={"kind": ("@type",)},
)

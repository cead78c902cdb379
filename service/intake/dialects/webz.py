"""Webz.io posts. ``language`` is an English word; replies in a forum are no articles."""

from __future__ import annotations

from service.intake.dialect import Dialect
from service.intake.draft import Draft, Obj
from service.intake.values import whole


def _finish(draft: Draft, obj: Obj) -> None:
    """Refuse replies: only the first post of a thread is an article."""
    order = whole(obj.get("ord_in_thread"))
    if order is not None and order > 0:
        draft.refusal = f"the post is reply {order} in a thread"


DIALECT = Dialect(
    name="webz",
    signs={"thread": 3, "ord_in_thread": 3, "highlightText": 1, "crawled": 1, "parent_url": 1, "syndication": 1},
    fields={
        "url": ("url", "thread.url"),
        "guid": ("uuid",),
        "source_id": ("uuid", "thread.uuid"),
        "title": ("title", "thread.title"),
        "titles": ("thread.title_full", "thread.title"),
        "text": ("text",),
        "authors": ("author",),
        "byline": ("author",),
        "published": ("published", "thread.published"),
        "modified": ("updated",),
        "language": ("language",),
        "source_host": ("thread.site_full", "thread.site"),
        "source_country": ("thread.country",),
        "source_type": ("thread.site_type",),
        "section": ("thread.section_title",),
        "categories": ("categories",),
        "images": ("thread.main_image",),
    },
    ignored=frozenset({"highlightText", "highlightTitle", "highlightThreadTitle", "external_links", "external_images"}),
    finish=_finish,
    finishes={"refusal": ("ord_in_thread",)},
)

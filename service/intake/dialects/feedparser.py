"""RSS and Atom entries as feedparser gives them."""

from __future__ import annotations

from service.intake.dialect import Dialect
from service.intake.draft import Draft, Obj

_FULL_TEXT_CHARS = 1200
"""A summary this long, not ending in dots, is taken for the whole text: some feeds put it there."""


def _finish(draft: Draft, obj: Obj) -> None:
    """Prefer the fullest content part; an entry with a summary only has a part of the text."""
    contents = obj.get("content")
    parts = contents if isinstance(contents, list) else [contents]
    values = [part.get("value") for part in parts if isinstance(part, dict)]
    texts = [text for text in values if isinstance(text, str) and text.strip()]
    if texts:
        draft.take("text", max(texts, key=len), "content")
    elif draft.description:
        draft.take("text", draft.description, "summary" if "summary" in obj else "description")
        draft.snippet = len(draft.description) < _FULL_TEXT_CHARS
    if draft.modified in (
        obj.get("published"),
        obj.get("published_parsed"),
    ):  # feedparser answers "published" where "updated" is asked for
        draft.modified = None


DIALECT = Dialect(
    name="feedparser",
    signs={
        "title_detail": 3,
        "summary_detail": 3,
        "published_parsed": 3,
        "updated_parsed": 3,
        "guidislink": 3,
        "author_detail": 2,
        "links": 1,
        "published": 1,
        "summary": 1,
        "link": 1,
        "id": 0,
    },
    fields={
        "url": ("link", "links.href"),
        "canonical": ("feedburner_origlink",),
        "guid": ("id",),
        "source_id": ("id",),
        "title": ("title",),
        "description": ("summary", "description"),
        "authors": ("authors", "author"),
        "byline": ("author",),
        "published": ("published", "published_parsed", "updated", "updated_parsed"),
        "modified": ("updated", "updated_parsed"),
        "language": ("language", "title_detail.language", "summary_detail.language", "content.language"),
        "source_name": ("source.title",),
        "source_host": ("source.href",),
        "tags": ("tags",),
        "images": ("media_content", "media_thumbnail", "enclosures"),
        "license": ("license",),
        "holder": ("rights",),
    },
    ignored=frozenset(
        {
            "title_detail",
            "summary_detail",
            "author_detail",
            "links",
            "guidislink",
            "published_parsed",
            "updated_parsed",
            "rights_detail",
            "content",
            "authors",
            "base",
        }
    ),
    finish=_finish,
    finishes={"text": ("content", "summary", "description")},
)

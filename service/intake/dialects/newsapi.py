"""NewsAPI.org: the content is cut after some 200 characters, so it is never the whole text."""

from __future__ import annotations

from service.intake.dialect import Dialect
from service.intake.draft import Draft, Obj


def _finish(draft: Draft, _obj: Obj) -> None:
    """Take the description where there is no content; either is a part of the text only."""
    if not draft.text and draft.description:
        draft.take("text", draft.description, "description")
    draft.snippet = True if draft.text else None


DIALECT = Dialect(
    name="newsapi",
    signs={"urlToImage": 3, "publishedAt": 2, "content": 0, "source": 1, "author": 0},
    fields={
        "url": ("url",),
        "source_name": ("source.name", "source"),
        "source_host": ("source.url", "source.domain"),
        "title": ("title",),
        "text": ("content",),
        "description": ("description",),
        "authors": ("author",),
        "byline": ("author",),
        "published": ("publishedAt",),
        "images": ("urlToImage", "image"),
    },
    finish=_finish,
    finishes={"text": ("description",)},
)

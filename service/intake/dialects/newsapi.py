"""NewsAPI.org: the content is cut after some 200 characters, so it is never the whole text."""

from __future__ import annotations

from service.intake.dialect import Dialect
from service.intake.draft import Draft, Obj


def _finish(draft: Draft, _obj: Obj) -> None:
    draft.snippet = True
    draft.text = draft.text or draft.description


DIALECT = Dialect(
    name="newsapi",
    signs={"urlToImage": 3, "publishedAt": 2, "content": 0, "source": 1, "author": 0},
    fields={
        "url": ("url",),
        "source_id": (),
        "source_name": ("source.name",),
        "title": ("title",),
        "text": ("content",),
        "description": ("description",),
        "authors": ("author",),
        "byline": ("author",),
        "published": ("publishedAt",),
        "images": ("urlToImage",),
    },
    finish=_finish,
)

"""Plain text: the first line is the title, the rest the body."""

from __future__ import annotations

from service.intake.dialect import Dialect
from service.intake.draft import Obj

_LONGEST_TITLE = 300
"""Characters; a longer first line is a paragraph, and the text has no title."""


def _split(obj: Obj) -> Obj:
    first, _, rest = obj["text"].strip().partition("\n")
    if len(first) > _LONGEST_TITLE:
        return {"text": obj["text"]}
    return {"title": first, "text": rest}


DIALECT = Dialect(name="text", signs={}, fields={"title": ("title",), "text": ("text",)}, prepare=_split)

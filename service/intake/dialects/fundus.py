"""Fundus: ``Article.to_json()``; the default has neither URL nor publisher."""

from __future__ import annotations

from typing import Any

from service.intake.dialect import Dialect
from service.intake.draft import Draft, Obj
from service.intake.values import string


def _paragraphs(body: Any) -> list[str]:
    """Return summary, section headlines and paragraphs in reading order."""
    if not isinstance(body, dict):
        return []
    parts = [body.get("summary")]
    sections = body.get("sections")
    for section in sections if isinstance(sections, list) else [sections]:
        if isinstance(section, dict):
            parts += [section.get("headline"), section.get("paragraphs")]
    lists = [part if isinstance(part, list) else [part] for part in parts]
    return [text for part in lists for text in part if isinstance(text, str) and text.strip()]


def _finish(draft: Draft, obj: Obj) -> None:
    """Join the sections, and turn free into paid."""
    paragraphs = _paragraphs(obj.get("body"))
    if paragraphs:
        draft.take("text", "\n\n".join(paragraphs), "body")
    draft.used.add(("body",))
    if draft.is_paid is not None:  # the field says whether it is free
        draft.is_paid = not draft.is_paid
    draft.take("images", _images(obj.get("images")), "images")


def _images(images: Any) -> list[tuple[str, str | None]]:
    """Return the largest version of each image, the cover first."""
    found = [image for image in images if isinstance(image, dict)] if isinstance(images, list) else []
    pictures = []
    for image in sorted(found, key=lambda image: image.get("is_cover") is not True):
        versions = image.get("versions")
        last = versions[-1] if isinstance(versions, list) and versions else None
        url = last.get("url") if isinstance(last, dict) else None
        if isinstance(url, str) and url:
            pictures.append((url, string(image.get("caption")) or string(image.get("description"))))
    return pictures


DIALECT = Dialect(
    name="fundus",
    signs={"publishing_date": 3, "free_access": 3, "plaintext": 2, "topics": 1, "body": 0},
    fields={
        "url": ("url", "html.requested_url", "html.responded_url"),
        "title": ("title",),
        "text": ("plaintext",),
        "authors": ("authors",),
        "published": ("publishing_date",),
        "language": ("lang",),
        "source_name": ("publisher", "html.source_info.publisher"),
        "tags": ("topics",),
        "is_paid": ("free_access",),
    },
    ignored=frozenset({"html", "meta", "ld"}),
    finish=_finish,
    finishes={"text": ("body",), "images": ("images",)},
)

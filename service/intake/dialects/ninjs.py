"""IPTC ninjs 1.x, 2.x and 3.x: wire items. Canceled is a kill notice, withheld and embargoed are not for today."""

from __future__ import annotations

import re
from typing import Any

from service.intake.dialect import Dialect
from service.intake.draft import Draft, Obj
from service.intake.values import address, names, string, whole

_PARTS = (
    ("title", "headlines", ("headline", "main", "title")),
    ("text", "bodies", ("main", "body", "full")),
    ("description", "descriptions", ("main", "summary", "description")),
)
"""The lists of 2.x and 3.x: attribute, field, and the roles of the part that is wanted, best first."""

_ROLE = re.compile(r"[:/#]")
"""A role may be a word, a code such as ``drol:main``, or an address."""


def _part(parts: Any, roles: tuple[str, ...] = ()) -> str | None:
    """Return the best part's value: one with a wanted role, else without a role, else any; plain text before HTML."""
    found = [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []

    def rank(part: dict[str, Any]) -> tuple[int, bool]:
        role = _ROLE.split((string(part.get("role")) or "").strip().lower())[-1]
        kind = string(part.get("contenttype")) or string(part.get("contentType")) or "plain"
        place = roles.index(role) if role in roles else len(roles) + bool(role)
        return place, "plain" not in kind.lower()

    return next((text for part in sorted(found, key=rank) if (text := string(part.get("value")))), None)


def _items(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list (2.x, 3.x) or of an object by name (1.x)."""
    found = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [item for item in found if isinstance(item, dict)]


def _picture(item: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Return the widest rendition of a picture with its caption."""
    renditions = [one for one in _items(item.get("renditions")) if address(one.get("href") or one.get("url"))]
    if not renditions:
        return []
    widest = max(renditions, key=lambda one: whole(one.get("width")) or 0)
    caption = string(item.get("description_text")) or _part(item.get("descriptions"))
    return [(address(widest.get("href") or widest.get("url")) or "", caption)]


def _images(obj: Obj) -> list[tuple[str, str | None]]:
    """Return the pictures that go with a text: its associations, for want of them its own renditions."""
    pictures = [item for item in _items(obj.get("associations")) if string(item.get("type")) in ("picture", None)]
    found = [image for item in pictures for image in _picture(item)]
    own = [
        item for item in _items(obj.get("renditions")) if (string(item.get("mimetype")) or "image").startswith("image")
    ]
    return found or _picture({"renditions": own})


def _finish(draft: Draft, obj: Obj) -> None:
    """Read the lists of 2.x and 3.x, the status, and the wire agency."""
    for name, part, roles in _PARTS:
        draft.used.add((part,))
        if not getattr(draft, name) and (found := _part(obj.get(part), roles)):
            draft.take(name, found, part)
    draft.used.update((key,) for key in ("pubstatus", "pubStatus"))
    if images := _images(obj):
        draft.take("images", images, "associations" if _items(obj.get("associations")) else "renditions")
    version = string(obj.get("version"))
    if draft.guid and version and draft.guid.endswith(f":{version}"):  # some write the version behind the item's name
        draft.guid = draft.guid.removesuffix(f":{version}")
    status = (string(obj.get("pubstatus")) or string(obj.get("pubStatus")) or "").strip().lower()
    status_field = "pubstatus" if obj.get("pubstatus") else "pubStatus"
    if status in ("canceled", "cancelled", "stat:canceled", "stat:cancelled"):
        draft.take("retracted", True, status_field)
    if status in ("withheld", "stat:withheld"):
        draft.take("withheld", True, status_field)
    for name in ("infosource", "infosources", "infoSources"):
        sources = names(obj.get(name))
        if sources:
            draft.take("agency", sources[0], name)


DIALECT = Dialect(
    name="ninjs",
    signs={
        "pubstatus": 3,
        "pubStatus": 3,
        "versioncreated": 3,
        "versionCreated": 3,
        "representationtype": 2,
        "representationType": 2,
        "body_text": 2,
        "body_html": 1,
        "body_xhtml": 1,
        "bodies": 2,
        "headlines": 2,
        "infosource": 1,
        "infosources": 1,
        "standard": 1,
        "uri": 0,
        "embargoed": 1,
        "embargoedUntil": 2,
        "firstcreated": 1,
        "firstCreated": 1,
    },
    fields={
        "guid": ("uri",),
        "source_id": ("uri",),
        "url": ("url", "link", "uri"),
        "title": ("headline", "title"),
        "text": ("body_text", "body_html", "body_xhtml"),
        "description": ("description_text", "description_html"),
        "authors": ("by", "authors", "byline", "bylines"),
        "byline": ("byline", "by", "bylines"),
        "published": (
            "contentcreated",
            "contentCreated",
            "firstcreated",
            "firstCreated",
            "versioncreated",
            "versionCreated",
        ),
        "modified": ("versioncreated", "versionCreated", "contentmodified", "contentModified"),
        "embargoed": ("embargoed", "embargoedUntil", "embargoeduntil"),
        "language": ("language",),
        "place": ("located",),
        "source_name": ("provider", "copyrightholder", "copyrightHolder"),
        "section": ("genre", "genres"),
        "kind": ("type",),
        "categories": ("subject", "subjects"),
        "tags": ("keyword", "keywords"),
        "urgency": ("urgency",),
        "holder": ("copyrightholder", "copyrightHolder"),
        "usage": ("usageterms", "usageTerms"),
        "license": ("rightsinfo.linkedrights", "copyrightnotice", "copyrightNotice"),
    },
    ignored=frozenset({"mimetype", "representationtype", "representationType", "profile", "standard", "renditions"}),
    finish=_finish,
    finishes={
        "title": ("headlines",),
        "text": ("bodies",),
        "description": ("descriptions",),
        "images": ("associations", "renditions"),
        "agency": ("infosource", "infosources", "infoSources"),
        "retracted": ("pubstatus", "pubStatus"),
        "withheld": ("pubstatus", "pubStatus"),
    },
)

"""IPTC ninjs 1.x, 2.x and 3.x: wire items. Canceled is a kill notice, withheld and embargoed are not for today."""

from __future__ import annotations

from typing import Any

from service.intake.dialect import Dialect
from service.intake.draft import Draft, Obj
from service.intake.values import names, string

_ROLES = ("headline", "main", "title")


def _part(parts: Any, *, key: str = "value", wanted: tuple[str, ...] = ()) -> str | None:
    """Return the value of the part with a wanted role or type, else of the first."""
    found = [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    for word in wanted:
        for part in found:
            if (
                word in (string(part.get("role")) or "").lower()
                or word in (string(part.get("contenttype")) or "").lower()
            ):
                return string(part.get(key))
    return string(found[0].get(key)) if found else None


def _finish(draft: Draft, obj: Obj) -> None:
    """Read the lists of 2.x and 3.x, the status, and the wire agency."""
    draft.title = draft.title or _part(obj.get("headlines"), wanted=_ROLES)
    draft.text = draft.text or _part(obj.get("bodies"), wanted=("plain", "main", "html"))
    if "descriptions" in obj:
        draft.description = draft.description or _part(obj.get("descriptions"))
    draft.used.update((key,) for key in ("headlines", "bodies", "descriptions", "pubstatus", "pubStatus"))
    version = string(obj.get("version"))
    if draft.guid and version and draft.guid.endswith(f":{version}"):  # some write the version behind the item's name
        draft.guid = draft.guid.removesuffix(f":{version}")
    status = (string(obj.get("pubstatus")) or string(obj.get("pubStatus")) or "").strip().lower()
    draft.retracted = status in ("canceled", "cancelled", "stat:canceled")
    draft.withheld = status in ("withheld", "stat:withheld")
    for name in ("infosource", "infosources", "infoSources"):
        sources = names(obj.get(name))
        if sources:
            draft.agency = sources[0]
            draft.used.add((name,))


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
        "authors": ("by", "authors"),
        "byline": ("byline", "by"),
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
        "section": ("genre", "slugline"),
        "categories": ("subject", "subjects"),
        "tags": ("keyword", "keywords"),
        "urgency": ("urgency",),
        "holder": ("copyrightholder", "copyrightHolder"),
        "usage": ("usageterms", "usageTerms"),
        "license": ("rightsinfo.linkedrights", "copyrightnotice", "copyrightNotice"),
    },
    ignored=frozenset(
        {"type", "mimetype", "representationtype", "representationType", "profile", "standard", "renditions"}
    ),
    finish=_finish,
)

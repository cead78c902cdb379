"""What a dialect read out of a record, before any cleaning: one attribute for each thing an article may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Obj = Mapping[str, Any]


@dataclass(slots=True)
class Draft:
    """Raw values of one record.

    ``published`` holds candidates, best first; ``zone`` is "utc" where the dialect states zone-less times in UTC.
    ``text`` may be plain or HTML. ``snippet`` is True where the dialect is known to deliver only a part of the text,
    None where nothing is known. ``site_names`` are names of the source that may stand in a title. ``used`` are the
    paths that were read: what is in no path goes to ``extra``.
    """

    dialect: str = ""
    url: str | None = None
    canonical: str | None = None
    guid: str | None = None
    source_id: str | None = None
    source_name: str | None = None
    source_host: str | None = None
    source_country: str | None = None
    source_type: str | None = None
    site_names: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    byline: str | None = None
    agency: str | None = None
    place: str | None = None
    section: str | None = None
    categories: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    kind: str | None = None
    is_paid: bool | None = None
    urgency: int | None = None
    license: str | None = None
    holder: str | None = None
    usage: str | None = None
    images: list[tuple[str, str | None]] = field(default_factory=list)
    title: str | None = None
    titles: list[str] = field(default_factory=list)
    description: str | None = None
    text: str | None = None
    snippet: bool | None = None
    language: str | None = None
    published: list[Any] = field(default_factory=list)
    modified: Any = None
    embargoed: Any = None
    zone: str | None = None
    retracted: bool = False
    withheld: bool = False
    refusal: str | None = None
    used: set[tuple[str, ...]] = field(default_factory=set)

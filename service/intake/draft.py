"""What a dialect read out of a record, before any cleaning: one attribute for each thing an article may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Obj = Mapping[str, Any]
Path = tuple[str, ...]


@dataclass(slots=True)
class Draft:
    """Raw values of one record.

    ``published`` holds candidates, best first, ``published_raw`` the words behind them where the record keeps those
    apart; ``zone`` is the IANA zone of zone-less times where the dialect says it.
    ``text`` may be plain or HTML. ``snippet`` is True where the dialect is known to deliver only a part of the text,
    None where nothing is known. ``site_names`` are names of the source that may stand in a title. ``http_status`` is
    what the site answered. ``used`` are the paths that were read: what is in no path goes to ``extra``; ``taken`` says
    which attribute came from which path.
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
    published_raw: str | None = None
    modified: Any = None
    embargoed: Any = None
    zone: str | None = None
    retracted: bool = False
    withheld: bool = False
    refusal: str | None = None
    http_status: int | None = None
    used: set[Path] = field(default_factory=set)
    taken: list[tuple[str, Path]] = field(default_factory=list)

    def take(self, name: str, value: Any, *path: str) -> None:
        """Set an attribute to what lies at a path of the record, and note both."""
        setattr(self, name, value)
        self.used.add(path)
        self.taken.append((name, path))


def retraction(draft: Draft) -> Draft:
    """Return the draft that takes back the article of ``draft``: its identity, nothing of the page that replaced it."""
    return Draft(
        dialect=draft.dialect,
        url=draft.url,
        guid=draft.guid,
        source_id=draft.source_id,
        source_host=draft.source_host,
        retracted=True,
    )

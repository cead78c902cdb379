"""The smaller fields of an article, from the raw values of a draft."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable

from babel import Locale

from service.intake.draft import Draft
from service.intake.urls import canonical_url
from service.wire.closed import ContentType
from service.wire.event import Image, Rights

_GLOBAL_ID = re.compile(
    r"(?:urn:|tag:|https?://|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$|[0-9a-fA-F]{32,64}$)"
)
_ALPHA2 = re.compile(r"[A-Z]{2}")
_MAX_ITEMS = 50
_MAX_LABEL = 200
_MAX_URL = 2048
_KINDS = {
    "live": ContentType.LIVE, "liveblog": ContentType.LIVE, "opinion": ContentType.OPINION, "video": ContentType.VIDEO,
    "gallery": ContentType.GALLERY, "correction": ContentType.CORRECTION, "article": ContentType.ARTICLE,
    "text": ContentType.ARTICLE, "news": ContentType.ARTICLE,
}  # fmt: skip


def web_url(url: str | None) -> str | None:
    """Return the URL as fetched where it is one of the web, else None."""
    if not url or not canonical_url(url):
        return None
    return "".join(url.split())[:8192] if not url.startswith("//") else f"https:{url}"


def stable_guid(draft: Draft, canonical: str | None, domain: str | None) -> str | None:
    """Return the producer's id where it can be an identity: unique in the world, or made so by its source.

    An id that is only the article's own address says nothing beyond the URL.
    """
    guid = draft.guid.strip() if draft.guid else ""
    if not guid or len(guid) > _MAX_URL or (canonical and canonical_url(guid) == canonical):
        return None
    if _GLOBAL_ID.match(guid):
        return guid
    if draft.dialect not in ("generic", "feedparser"):  # a provider's ids are unique at that provider
        return f"{draft.dialect}:{guid}"
    return f"{domain}:{guid}" if domain else None


def labels(found: Iterable[str]) -> list[str]:
    """Return labels without repeats and empty ones."""
    return list(dict.fromkeys(label[:_MAX_LABEL] for label in found if label))[:_MAX_ITEMS]


def content_type(kind: str | None) -> ContentType | None:
    """Return the kind of item that is declared, None for a word that is not known."""
    return _KINDS.get(kind.strip().lower()) if kind else None


def rights(draft: Draft, line: Callable[[str], str]) -> Rights | None:
    """Return the rights as declared, None where nothing is."""
    license_, holder, usage = (
        line(value) or None if value else None for value in (draft.license, draft.holder, draft.usage)
    )
    return Rights(license=license_, holder=holder, usage=usage) if license_ or holder or usage else None


def images(draft: Draft, line: Callable[[str], str]) -> list[Image]:
    """Return the images; addresses without a scheme get https."""
    found: dict[str, Image] = {}
    for url, caption in draft.images[:_MAX_ITEMS]:
        address = "".join(url.split())
        address = f"https:{address}" if address.startswith("//") else address
        if len(address) <= _MAX_URL and line(address) == address:
            found.setdefault(address, Image(url=address, caption=line(caption) or None if caption else None))
    return list(found.values())


@functools.cache
def _countries() -> dict[str, str]:
    territories = Locale.parse("en").territories
    return {name.casefold(): code for code, name in territories.items() if _ALPHA2.fullmatch(code)}


def country(declared: str | None) -> str | None:
    """Return ISO 3166-1 alpha-2 of a declared code or English name, None if it is neither."""
    if not declared:
        return None
    text = declared.strip()
    if _ALPHA2.fullmatch(text.upper()) and text.upper() in _countries().values():
        return text.upper()
    return _countries().get(text.casefold())

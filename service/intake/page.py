"""Whole HTML pages: what head, JSON-LD and main content say, as one flat object for the dialects' tables."""

from __future__ import annotations

from typing import Any

import orjson
from resiliparse.parse.html import HTMLTree

from service.intake.blocks import outline
from service.intake.content import find_content
from service.intake.dialect import Paths
from service.intake.draft import Draft, Obj
from service.intake.linked import article_node, is_article
from service.intake.outline import Outline
from service.intake.tame import tamed
from service.intake.values import string

_MAX_LINKED = 20
_LONG = 1000
"""Characters from which a heading is none."""
_META_NAMES = ("property", "name", "itemprop", "http-equiv")
_COMPLETE = 0.8
"""Share of the text stated in JSON-LD that the page itself must show to be preferred for its paragraphs."""

FIELDS: dict[str, Paths] = {
    "url": ("canonical", "og:url", "linked.url"),
    "canonical": ("canonical", "og:url"),
    "title": ("linked.headline", "og:title", "twitter:title", "headline", "h1", "html_title"),
    "titles": ("linked.headline", "og:title", "h1", "html_title"),
    "site_names": ("og:site_name", "application-name", "linked.publisher.name"),
    "source_name": ("og:site_name", "linked.publisher.name", "application-name"),
    "text": ("main_text",),
    "description": ("og:description", "description", "linked.description", "twitter:description"),
    "authors": ("linked.author", "author", "article:author_name", "parsely-author", "dc-creator"),
    "byline": ("author",),
    "published": (
        "linked.datePublished",
        "article:published_time",
        "og:article:published_time",
        "datepublished",
        "parsely-pub-date",
        "dc-date-issued",
        "dc-date",
        "dcterms-date",
        "pubdate",
        "publishdate",
        "publish-date",
        "date",
        "time_datetime",
    ),
    "modified": ("linked.dateModified", "article:modified_time", "og:updated_time"),
    "language": ("lang", "linked.inLanguage", "content-language", "og:locale"),
    "section": ("linked.articleSection", "article:section", "parsely-section"),
    "tags": ("linked.keywords", "news_keywords", "article:tag", "keywords"),
    "images": ("og:image", "linked.image"),
    "is_paid": ("linked.isAccessibleForFree",),
}
"""Where the attributes of a draft lie in the object that :func:`read_page` returns."""


def read_page(html: str) -> dict[str, Any]:
    """Return the page as a flat object: meta tags by lower-case name, ``linked`` (JSON-LD), titles, ``main_text``."""
    tree = HTMLTree.parse(tamed(html))
    page = outline(tree.document.html) if tree.document else Outline()
    found: dict[str, Any] = _metas(page)
    found["linked"] = _linked(page) or {}
    found["html_title"] = tree.title
    found["lang"] = next((mark.attributes.get("lang") for mark in page.marks if mark.name == "html"), None)
    found["canonical"] = _canonical(page)
    found["time_datetime"] = _time(page)
    found["h1"] = _headline(page, tree.title)
    found.update(_content(page, found))
    return found


def settle(draft: Draft, _obj: Obj) -> None:
    """Nothing of a page goes to ``extra``; the field about access says whether it is free."""
    if draft.is_paid is not None:
        draft.is_paid = not draft.is_paid


def _metas(page: Outline) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, attributes, _, _ in page.marks:
        if name != "meta" or "content" not in attributes:
            continue
        key = next((value for field in _META_NAMES if (value := attributes.get(field))), None)
        if key:
            found.setdefault(key.strip().lower().replace(".", "-"), attributes["content"])
    return found


def _linked(page: Outline) -> Obj | None:
    """Return the JSON-LD node of the article; broken blocks are passed over."""
    for script in [mark.text for mark in page.marks if mark.name == "script"][:_MAX_LINKED]:
        try:
            data = orjson.loads(script.strip())
        except orjson.JSONDecodeError:
            continue
        for document in data[:_MAX_LINKED] if isinstance(data, list) else [data]:
            if isinstance(document, dict):
                node = article_node(document)
                if is_article(node):
                    return node
    return None


def _canonical(page: Outline) -> str | None:
    """Return the page's own address as its head states it; what stands in the body may be anybody's."""
    within = page.outermost("head")
    for name, attributes, holder, _ in page.marks:
        if name == "link" and "canonical" in attributes.get("rel", "").lower().split():
            return attributes.get("href") if holder >= 0 and within[holder] >= 0 else None
    return None


def _time(page: Outline) -> str | None:
    """Return the first machine-readable time in an article element."""
    within = page.outermost("article")
    for name, attributes, holder, _ in page.marks:
        if name == "time" and "datetime" in attributes and holder >= 0 and within[holder] >= 0:
            return attributes["datetime"]
    return None


def _headline(page: Outline, title: str | None) -> str | None:
    """Return the main heading: the one that the page's title holds, else the first; the logo may be one too."""
    within = page.outermost("h1")
    texts: dict[int, str] = {}
    for block in page.blocks:
        heading = within[block.element] if block.element >= 0 else -1
        before = texts.get(heading)
        if heading >= 0 and (len(before) < _LONG if before is not None else len(texts) < _MAX_LINKED):
            texts[heading] = f"{before} {block.text}" if before else block.text
    whole = " ".join((title or "").split())
    return max((text for text in texts.values() if text in whole), key=len, default=next(iter(texts.values()), None))


def _content(page: Outline, found: Obj) -> dict[str, Any]:
    """Return headline and text of the article as the page shows them; JSON-LD's text where the page shows less."""
    linked = found["linked"]
    titles = (linked.get("headline"), found.get("og:title"), found.get("h1"), found.get("html_title"))
    text, headline = find_content(page, [title for title in titles if isinstance(title, str)])
    stated = string(linked.get("articleBody"))
    text = stated if stated and len(text) < _COMPLETE * len(stated) else text
    return {"main_text": text, "headline": headline}

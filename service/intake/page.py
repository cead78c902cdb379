"""Whole HTML pages: what head, JSON-LD and main content say, as one flat object for the dialects' tables."""

from __future__ import annotations

from typing import Any

import orjson
from resiliparse.parse.html import ElementNode, HTMLTree

from service.intake.blocks import outline
from service.intake.content import find_content
from service.intake.dialect import Paths
from service.intake.draft import Draft, Obj
from service.intake.linked import article_node, is_article
from service.intake.values import string

_MAX_LINKED = 20
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
    tree = HTMLTree.parse(html)
    head = tree.head
    found: dict[str, Any] = _metas(tree)
    found["linked"] = _linked(tree) or {}
    found["html_title"] = tree.title
    if head:
        found["canonical"] = _attribute(head, "link[rel='canonical']", "href")
    body = tree.body
    if body:
        found["h1"] = _headline(body, tree.title)
        found["time_datetime"] = _attribute(body, "article time[datetime]", "datetime")
        found.update(_content(body, found))
    root = next(iter(_all(tree, "html")), None)
    found["lang"] = root.getattr("lang") if root else None
    return found


def settle(draft: Draft, _obj: Obj) -> None:
    """Nothing of a page goes to ``extra``; the field about access says whether it is free."""
    if draft.is_paid is not None:
        draft.is_paid = not draft.is_paid


def _all(tree: HTMLTree, selector: str) -> list[ElementNode]:
    """Return the elements that a CSS selector finds."""
    return list(tree.document.query_selector_all(selector)) if tree.document else []


def _metas(tree: HTMLTree) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for meta in _all(tree, "meta[content]"):
        name = (
            meta.getattr("property") or meta.getattr("name") or meta.getattr("itemprop") or meta.getattr("http-equiv")
        )
        if name:
            found.setdefault(name.strip().lower().replace(".", "-"), meta.getattr("content"))
    return found


def _linked(tree: HTMLTree) -> Obj | None:
    """Return the JSON-LD node of the article; broken blocks are passed over."""
    for script in _all(tree, "script[type='application/ld+json']")[:_MAX_LINKED]:
        try:
            data = orjson.loads((script.text or "").strip())
        except orjson.JSONDecodeError:
            continue
        for document in data[:_MAX_LINKED] if isinstance(data, list) else [data]:
            if isinstance(document, dict):
                node = article_node(document)
                if is_article(node):
                    return node
    return None


def _attribute(node: ElementNode, selector: str, name: str) -> str | None:
    found = node.query_selector(selector)
    return found.getattr(name) if found else None


def _headline(body: ElementNode, title: str | None) -> str | None:
    """Return the main heading: the one that the page's title holds, else the first; the logo may be one too."""
    texts = [
        text for node in body.query_selector_all("h1")[:_MAX_LINKED] if (text := " ".join((node.text or "").split()))
    ]
    within = " ".join((title or "").split())
    return max((text for text in texts if text in within), key=len, default=next(iter(texts), None))


def _content(body: ElementNode, found: Obj) -> dict[str, Any]:
    """Return headline and text of the article as the page shows them; JSON-LD's text where the page shows less."""
    linked = found["linked"]
    titles = (linked.get("headline"), found.get("og:title"), found.get("h1"), found.get("html_title"))
    text, headline = find_content(outline(body.html), [title for title in titles if isinstance(title, str)])
    stated = string(linked.get("articleBody"))
    text = stated if stated and len(text) < _COMPLETE * len(stated) else text
    return {"main_text": text, "headline": headline}

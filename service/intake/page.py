"""Whole HTML pages: what head, JSON-LD and main content say, as one flat object for the dialects' tables."""

from __future__ import annotations

import re
from typing import Any

import orjson
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import ElementNode, HTMLTree

from service.intake.dialect import Paths
from service.intake.draft import Draft, Obj
from service.intake.linked import article_node, is_article
from service.intake.values import string

_SKIPPED = [
    "script",
    "style",
    "noscript",
    "iframe",
    "form",
    "button",
    "nav",
    "aside",
    "footer",
    "figcaption",
    "select",
    "svg",
    "template",
    "[class*='related']",
    "[class*='share']",
    "[class*='social']",
    "[class*='comment']",
    "[id*='comment']",
    "[class*='newsletter']",
    "[class*='breadcrumb']",
    "[class*='most-read']",
    "[class*='popular']",
    "[class*='recommend']",
    "[class*='cookie']",
    "[class*='promo']",
    "[class*='advert']",
    "[aria-hidden='true']",
]
_BODIES = (
    "[itemprop='articleBody']",
    "article [class*='article-body']",
    "article [class*='entry-content']",
    "[class*='article-body']",
    "[class*='article__body']",
    "[class*='articleBody']",
    "[class*='article-content']",
    "[class*='entry-content']",
    "[class*='post-content']",
    "[class*='story-body']",
    "article",
    "main",
)
_NESTING = re.compile(
    r"<(/?)(?:div|span|section|article|main|ul|ol|table|td|font|b|i|em|strong|a|center)\b", re.IGNORECASE
)
_DEEPEST = 200
"""Levels; the search for the main content costs the square of the depth, and no real page is deeper."""

_MAX_LINKED = 20
_SHORT_BODY = 250
"""Characters; a container with less text is not taken for the article's body."""
_COMPLETE = 0.8

FIELDS: dict[str, Paths] = {
    "url": ("canonical", "og:url", "linked.url"),
    "canonical": ("canonical", "og:url"),
    "title": ("linked.headline", "og:title", "twitter:title", "h1", "html_title"),
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
        h1 = body.query_selector("h1")
        found["h1"] = h1.text if h1 else None
        found["time_datetime"] = _attribute(body, "article time[datetime]", "datetime")
        found["main_text"] = _main_text(tree, found["linked"])
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


def _depth(html: str) -> int:
    """Return about how deep the elements of a page are nested."""
    depth = deepest = 0
    for tag in _NESTING.finditer(html):
        depth += -1 if tag[1] else 1
        deepest = max(deepest, depth)
    return deepest


def _main_text(tree: HTMLTree, linked: Obj) -> str | None:
    """Return the text of the body's container, else of the main content; JSON-LD's where that is as long."""
    text = ""
    for selector in _BODIES:
        node = tree.body.query_selector(selector) if tree.body else None
        if node:
            text = extract_plain_text(node.html, list_bullets=False, alt_texts=False, skip_elements=_SKIPPED)
            if len(text) >= _SHORT_BODY:
                break
    if len(text) < _SHORT_BODY and tree.body:
        shallow = _depth(tree.body.html) <= _DEEPEST
        found = extract_plain_text(
            tree,
            main_content=shallow,
            list_bullets=False,
            alt_texts=False,
            comments=False,
            post_meta=False,
            skip_elements=_SKIPPED,
        )
        text = found if len(found) > len(text) else text
    stated = string(linked.get("articleBody"))
    return stated if stated and len(stated) >= _COMPLETE * len(text) else text

"""Markup on which an HTML parser would spend more than linear time, made harmless.

The HTML standard has parsers look through all open elements at a stray end tag, and through all open formatting at
every new one, so thousands of tags that are never closed, or were never opened, cost their square.
"""

from __future__ import annotations

import re

_MANY_TAGS = 3_000
"""Angle brackets up to which even the worst markup is read in a fraction of a second."""
_MANY_BROKEN = 500
_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)[^<>]*+>?")
_CLOSES_ITSELF = frozenset(
    [
        "p",
        "li",
        "dt",
        "dd",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "tfoot",
        "colgroup",
        "option",
        "optgroup",
        "rt",
        "rp",
        "html",
        "head",
        "body",
        "br",
        "img",
        "input",
        "hr",
        "meta",
        "link",
        "source",
        "wbr",
        "area",
        "base",
        "col",
        "embed",
        "param",
        "track",
    ]
)
_FRAME = frozenset(
    [
        "html",
        "head",
        "body",
        "title",
        "meta",
        "link",
        "script",
        "style",
        "noscript",
        "iframe",
        "template",
        "textarea",
        "main",
        "article",
        "section",
        "aside",
        "header",
        "footer",
        "nav",
        "div",
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "form",
        "br",
        "hr",
    ]
)


def tamed(markup: str) -> str:
    """Return ``markup``; without formatting and without stray end tags where thousands of its tags have no partner."""
    if markup.count("<") <= _MANY_TAGS:
        return markup
    balance: dict[str, int] = {}
    strays = 0
    for end, name in _NAME.findall(markup):
        count = balance.get(name, 0)
        strays += bool(end) and not count
        balance[name] = count + 1 if not end else max(count - 1, 0)
    broken = strays + sum(count for name, count in balance.items() if name.lower() not in _CLOSES_ITSELF)
    return _framed(markup) if broken > _MANY_BROKEN else markup


def _framed(markup: str) -> str:
    """Return ``markup`` with nothing but the tags that divide a page, each end tag only behind its start tag."""
    balance: dict[str, int] = {}

    def kept(tag: re.Match[str]) -> str:
        name = tag[2].lower()
        if name not in _FRAME:
            return ""
        count = balance.get(name, 0)
        if not tag[1]:
            balance[name] = count + 1
        elif count:
            balance[name] = count - 1
        else:
            return ""
        return tag[0]

    return _TAG.sub(kept, markup)

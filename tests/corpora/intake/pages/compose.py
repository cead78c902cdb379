"""Labelled pages: templates filled with articles and with as much clutter as real pages have.

A template begins with a comment that names its half (``tuned``: the rules were made with it in view; ``kept``: they
were not) and what it stands for. ``{{name}}`` is a field of the article or a phrase of ``clutter.toml``,
``{{name N}}`` a generator called with a number, and ``{{p A-B|...$...}}`` the paragraphs A to B of the article, each
in the given wrapper (``{{other A-B|...}}`` of another article, which is no part of this one).
"""

from __future__ import annotations

import html
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent
_SLOT = re.compile(r"\{\{(\w+)(?: ([\w-]+))?(?:\|([^{}]*))?\}\}")
_HEAD = re.compile(r"<!-- (tuned|kept): ([^>]*) -->\n")


class Page(NamedTuple):
    """A page with the paragraphs that are its article."""

    name: str
    half: str
    language: str
    title: str
    html: str
    paragraphs: list[str]


@cache
def _toml(name: str) -> Any:
    return tomllib.loads((FOLDER / name).read_text("utf-8"))


def articles() -> list[dict[str, Any]]:
    """Return the articles of ``articles.toml``."""
    found: list[dict[str, Any]] = _toml("articles.toml")["article"]
    return found


def plain(paragraph: str) -> str:
    """Return a paragraph of ``articles.toml`` without the mark of a heading."""
    return paragraph.removeprefix("## ")


def pages(half: str | None = None) -> Iterator[Page]:
    """Yield every template with two Arabic and two English articles, those of one half if it is given."""
    stock = articles()
    for number, path in enumerate(sorted((FOLDER / "templates").glob("*.html"))):
        template = path.read_text("utf-8")
        head = _HEAD.match(template)
        assert head, f"{path.name} does not say which half it belongs to"
        if half not in (None, head[1]):
            continue
        for language in ("ar", "en"):
            written = [article for article in stock if article["language"] == language]
            for step in (0, 1):
                article = written[(number + step) % len(written)]
                other = written[(number + step + 1) % len(written)]
                made = _Filling(article, other, number)
                text = _SLOT.sub(made.slot, template[head.end() :])
                name = f"{path.stem}/{article['name']}"
                yield Page(name, head[1], language, article["title"], text, made.used)


class _Filling:
    """One template being filled."""

    def __init__(self, article: dict[str, Any], other: dict[str, Any], seed: int) -> None:
        self.article = article
        self.other = other
        self.bank = _toml("clutter.toml")[article["language"]]
        self.seed = seed * 7
        self.used: list[str] = []
        self.makers: dict[str, Callable[[int], str]] = {
            "menu": self.menu,
            "mega": self.mega,
            "cards": self.cards,
            "list": self.links,
            "inline": self.inline,
            "comments": self.thread,
            "shares": self.shares,
            "tags": self.tags,
            "script": _script,
            "style": _style,
            "svg": _svg,
        }

    def slot(self, match: re.Match[str]) -> str:
        """Return what stands in place of a slot."""
        name, argument, wrapper = match.groups()
        if name in ("p", "other"):
            return self.paragraphs(name, argument, wrapper)
        if argument:
            return self.makers[name](int(argument))
        if name in ("jsonld", "jsonldbody"):
            return self.linked(with_body=name == "jsonldbody")
        if name in ("language", "dir"):
            return str(self.article["language"] if name == "language" else self.direction())
        value = self.article.get(name) or self.bank["word"][name]
        return html.escape(value)

    def direction(self) -> str:
        return "rtl" if self.article["language"] == "ar" else "ltr"

    def paragraphs(self, which: str, bounds: str, wrapper: str) -> str:
        source = self.article if which == "p" else self.other
        first, _, last = bounds.partition("-")
        chosen = source["paragraphs"][int(first) - 1 : None if last == "end" else int(last or first)]
        if which == "p":
            self.used += map(plain, chosen)
        heading = "<h2>$</h2>" if "<p" in wrapper or "<br" not in wrapper else "<b>$</b><br><br>"
        return "\n".join(
            (heading if text.startswith("## ") else wrapper).replace("$", html.escape(plain(text), quote=False))
            for text in chosen
        )

    def next(self, kind: str) -> str:
        self.seed += 1
        return html.escape(self.bank[kind][self.seed % len(self.bank[kind])])

    def menu(self, count: int) -> str:
        return "".join(
            f'<li id="menu-item-{n}" class="menu-item menu-item-type-taxonomy menu-item-{n}">'
            f'<a href="/category/{n}/" class="nav-link" data-gtm="main-nav|{n}">{self.next("menu")}</a></li>'
            for n in range(count)
        )

    def mega(self, count: int) -> str:
        return "".join(
            f'<div class="col-md-3 panel"><a class="panel-title" href="/s/{n}">{self.next("menu")}</a><ul>'
            f'{self.menu(6)}</ul><div class="promo"><a href="/n/{n}"><img src="/i/{n}.webp" alt="" loading="lazy">'
            f"<span>{self.next('headlines')}</span></a></div></div>"
            for n in range(count)
        )

    def cards(self, count: int) -> str:
        return "".join(
            f'<div class="item item-{n} clearfix"><a class="thumb" href="/{n}/story"><img width="320" height="180" '
            f'src="https://cdn.example/uploads/2026/03/{n}-320x180.jpg" srcset="https://cdn.example/{n}.jpg 1x, '
            f'https://cdn.example/{n}@2x.jpg 2x" alt="{self.next("headlines")}"></a><h3><a href="/{n}/story">'
            f"{self.next('headlines')}</a></h3><p>{self.next('teasers')}</p><span>{n}/03/2026</span></div>"
            for n in range(1, count + 1)
        )

    def links(self, count: int) -> str:
        return "".join(
            f'<li><span class="num">{n}</span> <a href="/story/{n}?src=list">{self.next("headlines")}</a></li>'
            for n in range(1, count + 1)
        )

    def inline(self, count: int) -> str:
        return " | ".join(f'<a href="/t/{n}">{self.next("menu")}</a>' for n in range(count))

    def thread(self, count: int) -> str:
        return "".join(
            f'<li class="comment byuser depth-{n % 3 + 1}" id="comment-{n}"><div><b>{self.next("names")}</b> '
            f'<time datetime="2026-03-03T1{n % 10}:00">1{n % 10}:00</time><p>{self.next("comments")}</p>'
            f'<a rel="nofollow" href="#reply-{n}">{self.bank["word"]["leave_comment"]}</a></div></li>'
            for n in range(count)
        )

    def shares(self, count: int) -> str:
        return "".join(
            f'<a href="https://{name.lower()}.example/share?u=x" class="btn btn-{name.lower()}" target="_blank" '
            f'rel="noopener"><i class="icon-{name.lower()}"></i><span>{name}</span></a>'
            for name in ("Facebook", "Twitter", "WhatsApp", "Telegram", "LinkedIn", "Email")[:count]
        )

    def tags(self, count: int) -> str:
        return "".join(f'<a href="/tag/{n}" rel="tag">{self.next("tags")}</a> ' for n in range(count))

    def linked(self, *, with_body: bool) -> str:
        node = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": self.article["title"],
            "datePublished": "2026-03-03T10:45:00+02:00",
            "author": {"@type": "Person", "name": self.article["author"]},
            "publisher": {"@type": "Organization", "name": self.article["site"]},
        }
        if with_body:
            node["articleBody"] = "\n".join(map(plain, self.article["paragraphs"]))
        return f'<script type="application/ld+json">{json.dumps(node, ensure_ascii=False)}</script>'


def _script(kilobytes: int) -> str:
    line = 'window.q=window.q||[];q.push(["e",{"slot":"top-%d","size":[[728,90],[970,250]],"if":"a<b && c>d"}]);\n'
    return "<script>" + "".join(line % n for n in range(kilobytes * 1024 // len(line))) + "</script>"


def _style(kilobytes: int) -> str:
    line = ".c-%d{display:flex;margin:0 auto;padding:12px 16px;color:#1a1a1a}\n"
    return "<style>" + "".join(line % n for n in range(kilobytes * 1024 // len(line))) + "</style>"


def _svg(count: int) -> str:
    path = "M12 2C6.48 2 2 6.48 2 12s4.48 10 10 10 10-4.48 10-10S17.52 2 12 2z"
    return "".join(f'<svg viewBox="0 0 24 24"><title>icon {n}</title><path d="{path}"/></svg>' for n in range(count))

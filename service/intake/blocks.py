"""A page as a list of blocks of text, each with the element that holds it, in one pass over its markup.

The markup is what the HTML parser writes out again: every element is closed in order, every attribute stands in
quotation marks, so a scan by pattern is sound here, and it is several times faster than a walk over nodes.
"""

from __future__ import annotations

import functools
import html
import itertools
import re
from typing import Any

from service.intake.data import load_toml
from service.intake.outline import Block, Mark, Outline

_TAG = re.compile(r"<(?:(/)?([a-zA-Z][^\s/>]*)((?:\s[^\s>][^\s=>]*+(?:=\"[^\"]*+\")?)*+)\s*/?>|!--)")
"""A name of an attribute may hold anything but blanks and marks, an equals sign only in front: every tag matches."""
_ANY_ATTRIBUTE = re.compile(r"\s([^\s>][^\s=>]*+)(?:=\"([^\"]*+)\")?")
_ATTRIBUTE = re.compile(r"\s(class|id|role|hidden|aria-hidden|style|itemprop)=\"([^\"]{0,400})")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_DIGITS = re.compile(r"\d+")
_HIDDEN = re.compile(r"display\s?:\s?none|visibility\s?:\s?hidden", re.IGNORECASE)
_REMEMBERED = 500
_STATE = ("has-", "no-", "is-", "with-", "show-", "hide-", "not-")
"""Classes that begin so tell a state of what they stand on, not what it is."""
_VOID = frozenset(
    ("br", "img", "input", "hr", "meta", "link", "source", "wbr", "area", "base", "col", "embed", "param", "track")
)
_MARKS = frozenset(("html", "meta", "link", "time"))
_LINKED_DATA = 'type="application/ld+json"'
_NEVER_UNWANTED = frozenset(("html", "body"))
_RAW = frozenset(("script", "style", "iframe", "noembed", "noframes", "noscript", "xmp", "plaintext"))


class _Names:
    """The lists of the data file."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.single = frozenset(name for name in data["unwanted"] if "-" not in name)
        self.pairs = frozenset(tuple(name.split("-")) for name in data["unwanted"] if "-" in name)
        self.never = frozenset(data["never"])
        self.rarely = frozenset(data["rarely"])
        self.roles = frozenset(data["roles"])
        self.inline = frozenset(data["inline"])


@functools.cache
def _names() -> _Names:
    return _Names(load_toml("page.toml"))


@functools.lru_cache(maxsize=4096)
def numberless(sign: str) -> str:
    """Return a sign without its numbers: entries of a list are often counted in their classes."""
    return _DIGITS.sub("", sign)


def outline(markup: str) -> Outline:
    """Return what is in a whole page's ``markup``, as the parser writes it; time grows with its length only."""
    return _Scan(markup).run()


class _Scan:
    """One pass over the markup of a page."""

    def __init__(self, markup: str) -> None:
        self.markup = markup
        self.found = Outline()
        self.open: list[int] = []
        self.pieces: list[str] = []
        self.linked = 0
        self.links = 0
        self.inline = _names().inline

    def run(self) -> Outline:
        """Scan all."""
        markup, search, never = self.markup, _TAG.search, _names().never
        place = 0
        while tag := search(markup, place):
            start = tag.start()
            if start > place:
                self._text(markup[place:start])
            place = tag.end()
            name = tag[2]
            if name is None:
                place = self._behind("-->", place)
            elif tag[1]:
                self._close(name)
            elif name in _RAW:
                place = self._raw(name, tag[3], place)
            elif name in _VOID:
                self._void(name, tag[3])
            elif name in never:
                place = self._behind_element(name, place)
            else:
                self._begin(name, tag[3])
        self._text(markup[place:])
        self._flush()
        return self.found

    def _void(self, name: str, attributes: str) -> None:
        if name in _MARKS:
            self._mark(name, attributes)
        elif name in ("br", "hr"):
            self._flush()

    def _behind(self, end: str, place: int) -> int:
        """Return the place behind the next ``end``."""
        found = self.markup.find(end, place)
        return len(self.markup) if found < 0 else found + len(end)

    def _raw(self, name: str, attributes: str, place: int) -> int:
        """Return the place behind an element whose text is no markup; linked data is kept."""
        end = self._behind(f"</{name}>", place)
        if name == "script" and _LINKED_DATA in attributes:
            self._mark(name, attributes, self.markup[place : end - len("</script>")])
        return end

    def _mark(self, name: str, attributes: str, text: str = "") -> None:
        pairs = {key.lower(): html.unescape(value) for key, value in reversed(_ANY_ATTRIBUTE.findall(attributes))}
        self.found.marks.append(Mark(name, pairs, self.open[-1] if self.open else -1, text))

    def _behind_element(self, name: str, place: int) -> int:
        """Return the place behind the element that has just begun."""
        depth = 1
        while tag := _TAG.search(self.markup, place):
            place = tag.end()
            inner = tag[2]
            if inner is None:
                place = self._behind("-->", place)
            elif inner in _RAW and not tag[1]:
                place = self._behind(f"</{inner}>", place)
            elif inner == name:
                depth += -1 if tag[1] else 1
                if not depth:
                    return place
        return len(self.markup)

    def _text(self, text: str) -> None:
        self.pieces.append(text)
        if self.links:
            self.linked += len(text.strip())

    def _begin(self, name: str, attributes: str) -> None:
        found = self.found
        if name in _MARKS:
            self._mark(name, attributes)
        sign, unwanted = _read(name, attributes) if attributes else (name, name in _names().rarely)
        unwanted = unwanted and name not in _NEVER_UNWANTED
        if name not in self.inline or unwanted:
            self._flush()
        if name == "a":
            self.links += 1
        found.parents.append(self.open[-1] if self.open else -1)
        found.tags.append(name)
        found.signs.append(sign)
        found.unwanted.append(unwanted)
        self.open.append(len(found.tags) - 1)

    def _close(self, name: str) -> None:
        if not self.open or self.found.tags[self.open[-1]] != name:
            return
        if name not in self.inline or self.found.unwanted[self.open[-1]]:
            self._flush()
        if name == "a":
            self.links -= 1
        self.open.pop()

    def _flush(self) -> None:
        """End the block at hand."""
        if not self.pieces:
            return
        raw = "".join(self.pieces)
        self.pieces = []
        text = " ".join((html.unescape(raw) if "&" in raw else raw).split())
        if text:
            self.found.blocks.append(Block(text, min(self.linked, len(text)), self._holder()))
        self.linked = 0

    def _holder(self) -> int:
        """Return the element that holds the block: the nearest that is more than a stretch of a line."""
        tags, unwanted = self.found.tags, self.found.unwanted
        if not self.open:
            return -1
        place = self.open[-1]
        for place in reversed(self.open[-_DEEPEST_INLINE:]):
            if tags[place] not in self.inline or unwanted[place]:
                break
        return place


_DEEPEST_INLINE = 20


def _read(name: str, attributes: str) -> tuple[str, bool]:
    """Return the sign of an element and whether it looks unwanted."""
    # Attributes repeat from page to page; a huge one does not, and would stay in memory.
    return _remembered(name, attributes) if len(attributes) <= _REMEMBERED else _judged(name, attributes)


@functools.lru_cache(maxsize=4096)
def _remembered(name: str, attributes: str) -> tuple[str, bool]:
    return _judged(name, attributes)


def _judged(name: str, attributes: str) -> tuple[str, bool]:
    names = _names()
    unwanted = name in names.rarely
    sign = name
    for key, value in _ATTRIBUTE.findall(attributes):
        if key == "class":
            sign += "." + " ".join(value.split())
        if key in ("class", "id"):
            unwanted = unwanted or any(map(_is_unwanted, value.split()))
        elif key == "role":
            unwanted = unwanted or value in names.roles
        elif key == "style":
            unwanted = unwanted or _HIDDEN.search(value) is not None
        elif key == "itemprop":
            unwanted = unwanted or value == "comment"
        else:
            unwanted = unwanted or key == "hidden" or value == "true"
    return sign, unwanted


def _is_unwanted(name: str) -> bool:
    if name.lower().startswith(_STATE):
        return False
    parts = [part.lower() for part in _WORD.findall(name)]
    names = _names()
    return not names.single.isdisjoint(parts) or any(pair in names.pairs for pair in itertools.pairwise(parts))

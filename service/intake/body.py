"""The body: paragraphs, without the repeated headline and without the page's furniture.

Every rule would rather keep a line of furniture than lose a sentence of the article; what goes is listed.
"""

from __future__ import annotations

import functools
import itertools
import re
from typing import Any, NamedTuple

from service.intake.data import load_toml
from service.intake.titles import Site, clean_title
from service.lang.fold import words
from service.wire.closed import RemovedKind
from service.wire.event import Removed

_CUT_MARK = re.compile(
    r"\s*(?:(?:…|\.\.\.)\s*)?\[\+\s?\d{1,7}\s(?:chars|characters|more words|words)\]\s*$"
    r"|\s*(?:…|\.\.\.)\s*(?:المزيد|اقرأ المزيد|للمزيد|read more|continue reading|more)\W{0,3}$",
    re.IGNORECASE,
)
_BRACKET_DOTS = re.compile(r"\s*\[(?:…|\.\.\.)\]\s*$")
_NUMBER_LINE = re.compile(r"[\W\d_]{1,40}$")
_SENTENCE_END = (".", "؟", "?", "!", "۔", '."', ".»", ".”", ":")
_SHORT = 200
"""Characters; a longer paragraph is never furniture."""
_ITEM = 160
_MOST_HEADLINES = 4
_TOP = 5
_TAIL = 40
_REPEATED = 40
"""Characters; shorter repeats can be speech ("Yes.") or a refrain."""
_WRAPPED_LINES = 3
_WRAP_WIDTH = range(40, 121)
_CONTINUES = re.compile(r"[\s]*(?:[:.!؟?…|–—-]|\n)\s*")
_MAX_REMOVED = 60
_MAX_REMOVED_TEXT = 500


class Body(NamedTuple):
    """The cleaned paragraphs, what was taken out of them, and whether the producer's mark of a cut was found."""

    paragraphs: list[str]
    removed: list[Removed]
    cut: bool


class _Furniture(NamedTuple):
    exact: dict[tuple[str, ...], RemovedKind]
    starts: dict[str, list[tuple[tuple[str, ...], RemovedKind]]]
    heads: dict[tuple[str, ...], RemovedKind]
    share_words: frozenset[str]
    last: dict[str, list[tuple[tuple[str, ...], RemovedKind]]]


@functools.cache
def _furniture() -> _Furniture:
    data: dict[str, Any] = load_toml("furniture.toml")
    exact: dict[tuple[str, ...], RemovedKind] = {}
    heads: dict[tuple[str, ...], RemovedKind] = {}
    starts: dict[str, list[tuple[tuple[str, ...], RemovedKind]]] = {}
    last: dict[str, list[tuple[tuple[str, ...], RemovedKind]]] = {}
    kinds = {kind.value: kind for kind in RemovedKind}
    for name, lists in data["kinds"].items():
        kind = kinds[name]
        exact.update({_key(line): kind for line in lists.get("exact", ())})
        heads.update({_key(line): kind for line in lists.get("heads", ())})
        for field, index in (("starts", starts), ("last", last)):
            for line in lists.get(field, ()):
                key = _key(line)
                index.setdefault(key[0], []).append((key, kind))
    return _Furniture(
        exact | heads, starts, heads, frozenset(word for line in data["share_words"] for word in words(line)), last
    )


def clean_body(text: str, *, titles: list[str], site: Site) -> Body:
    """Return the body of ``text``; ``titles`` are the forms of the headline, ``site`` the source's names."""
    work = _Work(split_paragraphs(text))
    cut = work.cut_marks()
    work.headlines(titles, site)
    work.furniture()
    work.repeats()
    return Body(work.paragraphs, work.removed(), cut)


def split_paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a plain text: lines, or blocks of lines that were wrapped at one width."""
    blocks = text.split("\n\n") if "\n\n" in text else [text]
    found: list[str] = []
    for block in blocks:
        lines = [line for raw in block.split("\n") if (line := " ".join(raw.split()))]
        found.extend([" ".join(lines)] if _is_wrapped(lines) else lines)
    return found


def _is_wrapped(lines: list[str]) -> bool:
    """Say whether every line ends where the next word would not have fitted."""
    if len(lines) < _WRAPPED_LINES:
        return False
    width = max(map(len, lines))
    if width not in _WRAP_WIDTH:
        return False
    return all(len(line) + 1 + len(following.split(" ", 1)[0]) > width for line, following in itertools.pairwise(lines))


def _key(line: str) -> tuple[str, ...]:
    """Return the words of a line without numbers and marks."""
    return tuple(token for token in words(line) if token[0].isalpha())


class _Work:
    """The paragraphs while they are cleaned."""

    def __init__(self, paragraphs: list[str]) -> None:
        self.paragraphs = paragraphs
        self._removed: dict[tuple[RemovedKind, str], int] = {}

    def removed(self) -> list[Removed]:
        """Return what went, in order."""
        return [
            Removed(kind=kind, text=text[:_MAX_REMOVED_TEXT], count=count)
            for (kind, text), count in list(self._removed.items())[:_MAX_REMOVED]
        ]

    def note(self, kind: RemovedKind, text: str) -> None:
        """Book one removal."""
        self._removed[kind, text] = self._removed.get((kind, text), 0) + 1

    def cut_marks(self) -> bool:
        """Take the producer's mark of a cut off the end."""
        if not self.paragraphs:
            return False
        last = self.paragraphs[-1]
        found = _CUT_MARK.search(last[-_SHORT:]) or _BRACKET_DOTS.search(last[-_SHORT:])
        if not found:
            return False
        mark = found.group().strip()
        self.note(RemovedKind.CUT_MARK, mark)
        rest = last[: len(last) - len(found.group())].rstrip()
        self.paragraphs[-1:] = [rest] if rest else []
        return True

    def headlines(self, titles: list[str], site: Site) -> None:
        """Take the headline out of the top and off the end, also where the first paragraph begins with it."""
        keys = {key for title in titles if (key := tuple(words(title)))}
        if not keys:
            return
        longest = 2 * max(map(len, titles)) + _SHORT // 2
        position = taken = 0
        while position < min(_TOP, len(self.paragraphs)) and taken < _MOST_HEADLINES:
            paragraph = self.paragraphs[position]
            if len(paragraph) <= longest and _is_headline(paragraph, keys, site):
                self.note(RemovedKind.HEADLINE, paragraph)
                del self.paragraphs[position]
                taken += 1
            else:
                position += 1
        while self.paragraphs and taken < _MOST_HEADLINES:
            title = _opening(self.paragraphs[0], titles)
            if not title:
                break
            self.note(RemovedKind.HEADLINE, title.strip())
            self.paragraphs[0] = self.paragraphs[0][len(title) :]
            taken += 1
        if (
            len(self.paragraphs) > 1
            and len(self.paragraphs[-1]) <= longest
            and _is_headline(self.paragraphs[-1], keys, site)
        ):
            self.note(RemovedKind.HEADLINE, self.paragraphs.pop())

    def furniture(self) -> None:
        """Take out lines of furniture: known ones anywhere, lists and numbers at the end."""
        kinds = [_kind(paragraph) for paragraph in self.paragraphs]
        self._lists(kinds)
        self._followers(kinds)
        self._tail(kinds)
        kept = []
        for paragraph, kind in zip(self.paragraphs, kinds, strict=True):
            if kind is None:
                kept.append(paragraph)
            else:
                self.note(kind, paragraph)
        self.paragraphs = kept

    def _lists(self, kinds: list[RemovedKind | None]) -> None:
        """Mark the items under a heading such as "most read", as far as the text's end."""
        heads = _furniture().heads
        start = next((i for i, kind in enumerate(kinds) if kind and i and _key(self.paragraphs[i]) in heads), None)
        if start is None or len(kinds) - start > _TAIL:
            return
        if all(kinds[i] or _is_item(self.paragraphs[i]) for i in range(start + 1, len(kinds))):
            kind = kinds[start]
            for i in range(start + 1, len(kinds)):
                kind = kinds[i] = kinds[i] or kind

    def _followers(self, kinds: list[RemovedKind | None]) -> None:
        """Mark a bare number next to a comment counter, and the one link under a "read also" line."""
        for i, paragraph in enumerate(self.paragraphs[:-1]):
            kind, following = kinds[i], self.paragraphs[i + 1]
            if kind is None or kinds[i + 1]:
                continue
            bare = _NUMBER_LINE.match(following) and kind in (RemovedKind.COMMENTS, RemovedKind.SHARE)
            link = kind is RemovedKind.RELATED and _key(paragraph) in _furniture().exact and _is_item(following)
            if bare or (link and len(following.split()) >= _MOST_HEADLINES):
                kinds[i + 1] = kind

    def _tail(self, kinds: list[RemovedKind | None]) -> None:
        """Mark what is furniture only at the end: numbers, rights, hashtags."""
        for i in range(len(kinds) - 1, max(0, len(kinds) - _TAIL), -1):
            paragraph = self.paragraphs[i]
            if kinds[i] is None:
                kinds[i] = _tail_kind(paragraph)
            if kinds[i] is None:
                break

    def repeats(self) -> None:
        """Take out paragraphs that stood before, word for word."""
        seen: set[str] = set()
        kept = []
        for paragraph in self.paragraphs:
            if len(paragraph) >= _REPEATED and paragraph in seen:
                self.note(RemovedKind.REPEATED, paragraph)
                continue
            seen.add(paragraph)
            kept.append(paragraph)
        self.paragraphs = kept


def _is_headline(paragraph: str, keys: set[tuple[str, ...]], site: Site) -> bool:
    """Say whether a paragraph is the headline, perhaps with the site's name."""
    tokens = tuple(words(paragraph))
    if tokens in keys:
        return True
    there = set(tokens)  # a headline with something around it has all its words
    return any(there.issuperset(key) for key in keys) and tuple(words(clean_title(paragraph, site))) in keys


def _opening(paragraph: str, titles: list[str]) -> str:
    """Return the headline and the marks behind it that a paragraph begins with; "" where it is the sentence itself."""
    for title in sorted(titles, key=len, reverse=True):
        if not title or not paragraph.startswith(title):
            continue
        mark = _CONTINUES.match(paragraph, len(title))
        if mark and paragraph[mark.end() :].strip():
            return paragraph[: mark.end()]
        rest = paragraph[len(title) :].lstrip()
        if rest.startswith(title):
            return paragraph[: len(paragraph) - len(rest)]
    return ""


def _kind(paragraph: str) -> RemovedKind | None:
    """Return what kind of furniture a paragraph is, None if it is none."""
    if len(paragraph) > _SHORT:
        return None
    key = _key(paragraph)
    if not key:
        return None
    lists = _furniture()
    kind = lists.exact.get(key)
    if kind and not _is_sentence_rest(paragraph, kind):
        return kind
    for start, kind in lists.starts.get(key[0], ()):
        if key[: len(start)] == start:
            return kind
    if len(key) > 1 and lists.share_words.issuperset(key):
        return RemovedKind.SHARE
    return None


def _is_sentence_rest(paragraph: str, kind: RemovedKind) -> bool:
    """Say whether a known line is rather the rest of a sentence ("comment.") or of a table ("previous 430.50")."""
    counted = (RemovedKind.COMMENTS, RemovedKind.SHARE, RemovedKind.COPYRIGHT)
    if paragraph.endswith(".") and not paragraph.endswith("..") and kind is not RemovedKind.COPYRIGHT:
        return True
    return kind not in counted and any(map(str.isdigit, paragraph))


def _tail_kind(paragraph: str) -> RemovedKind | None:
    """Return what kind of furniture a paragraph is where nothing but furniture follows."""
    if len(paragraph) > _SHORT:
        return None
    if _NUMBER_LINE.match(paragraph):
        return RemovedKind.NAVIGATION
    tokens = paragraph.split()
    if all(token.startswith("#") for token in tokens):
        return RemovedKind.TAGS
    key = _key(paragraph)
    if "©" in paragraph:
        return RemovedKind.COPYRIGHT
    for start, kind in _furniture().last.get(key[0] if key else "", ()):
        if key[: len(start)] == start:
            return kind
    return None


def _is_item(paragraph: str) -> bool:
    """Say whether a paragraph can be an entry of a list of links: short, and no sentence."""
    return len(paragraph) <= _ITEM and not paragraph.endswith(_SENTENCE_END)

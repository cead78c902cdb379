"""Lines of a body that belong to the page and not to the article: counters, share bars, links, rights, prompts.

The words stand in ``data/furniture.LANGUAGE.toml``; a new file there is a new language. Fields of a kind:

* ``exact``: the whole line, wherever it stands; ``heads``: the same, and the short lines under it go too.
* ``starts``: a short line that begins so; one that begins with one or two such words must not end as a sentence does.
* ``last``: the same, but only where nothing but furniture follows.
* ``edge``, ``edge_starts``: like ``exact`` and ``starts``, but only at the top, at the end, or beside other furniture.
* ``bylines``: words that open the author's line at the top or the end.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from service.intake.data import load_toml, names
from service.lang.fold import words
from service.wire.closed import RemovedKind

SHORT = 200
"""Characters; a longer paragraph is never furniture, but for notices of rights at the end."""
_NOTICE = 400
_ITEM = 160
_SPECIFIC = 3
"""Words from which a beginning is so particular that the line may end like a sentence."""
_FOLLOW_WITHIN = 3
_BYLINE = 7
_CRUMB = 4
_SENTENCE_END = (".", "؟", "?", "!", "۔", '."', ".»", ".”", ":")
_QUOTES = ('"', "“", "«", "'", "‘", "”")
_NUMBER_LINE = re.compile(r"[\W\d_]{1,40}$")
_PARTS = re.compile(r"[>›»|/•·←]")
_ARROW = re.compile("[>›»←]")
_INITIALS = re.compile(r"\(?\w{1,2}(?:[ .]{0,2}\w{1,2}){0,3}\s?/(?:\s?\w{1,2}[ .]?){1,4}\)?$")

Key = tuple[str, ...]


def key_of(line: str) -> Key:
    """Return the words of a line without numbers and marks."""
    return tuple(token for token in words(line) if token[0].isalpha())


class _Lists:
    """The lines of all languages, folded."""

    def __init__(self, files: list[dict[str, Any]]) -> None:
        self.exact: dict[Key, RemovedKind] = {}
        self.heads: dict[Key, RemovedKind] = {}
        self.edge: dict[Key, RemovedKind] = {}
        self.starts: dict[str, list[tuple[Key, RemovedKind]]] = {}
        self.last: dict[str, list[tuple[Key, RemovedKind]]] = {}
        self.edge_starts: dict[str, list[tuple[Key, RemovedKind]]] = {}
        self.bylines: set[str] = set()
        share: set[str] = set()
        self.verbs, self.channels, self.ours, self.openers = set[str](), set[str](), set[str](), set[str]()
        kinds = {kind.value: kind for kind in RemovedKind}
        for data in files:
            for name, lists in data["kinds"].items():
                self._add(kinds[name], lists)
            share.update(_tokens(data.get("share_words", ())))
            self.openers.update(_tokens(data.get("openers", ())))
            follow = data.get("follow", {})
            self.verbs.update(_tokens(follow.get("verbs", ())))
            self.channels.update(_tokens(follow.get("channels", ())))
            self.ours.update(_tokens(follow.get("ours", ())))
        self.share_words = frozenset(share)

    def _add(self, kind: RemovedKind, lists: dict[str, list[str]]) -> None:
        for field, whole in (("exact", self.exact), ("heads", self.heads), ("edge", self.edge)):
            whole.update({key_of(line): kind for line in lists.get(field, ())})
        for field, index in (("starts", self.starts), ("last", self.last), ("edge_starts", self.edge_starts)):
            for line in lists.get(field, ()):
                key = key_of(line)
                index.setdefault(key[0], []).append((key, kind))
        self.bylines.update(_tokens(lists.get("bylines", ())))


def _tokens(lines: Any) -> set[str]:
    return {word for line in lines for word in words(line)}


@functools.cache
def _lists() -> _Lists:
    return _Lists([load_toml(name) for name in names("furniture.")])


def openers() -> frozenset[str]:
    """Return folded words with which first sentences begin."""
    return frozenset(_lists().openers)


def kind_of(line: str) -> RemovedKind | None:
    """Return what kind of furniture a line is wherever it stands, None if it is none."""
    if len(line) > SHORT or line.startswith(_QUOTES):
        return None
    key = key_of(line)
    if not key:
        return None
    lists = _lists()
    kind = lists.exact.get(key) or lists.heads.get(key)
    if kind and not _is_sentence_rest(line, kind):
        return kind
    if kind := _begins(lists.starts, key, line):
        return kind
    if (len(key) > 1 and lists.share_words.issuperset(key)) or _asks_to_follow(key):
        return RemovedKind.SHARE
    return _bar(line)


def edge_kind(line: str) -> RemovedKind | None:
    """Return what kind of furniture a line is at the top, at the end or beside other furniture."""
    if len(line) > SHORT or line.startswith(_QUOTES):
        return None
    key = key_of(line)
    if not key:
        return None
    lists = _lists()
    if not line.endswith("."):
        if kind := lists.edge.get(key):
            return kind
        if lists.share_words.issuperset(key):
            return RemovedKind.SHARE
        if key[0] in lists.bylines and _is_byline(line):
            return RemovedKind.NAVIGATION
    return _begins(lists.edge_starts, key, line)


def last_kind(line: str) -> RemovedKind | None:
    """Return what kind of furniture a line is where nothing but furniture follows."""
    if len(line) > _NOTICE:
        return None
    if _NUMBER_LINE.match(line) or _INITIALS.match(line):
        return RemovedKind.NAVIGATION
    if all(token.startswith("#") for token in line.split()):
        return RemovedKind.TAGS
    if "©" in line or "(c)" in line.lower():
        return RemovedKind.COPYRIGHT
    key = key_of(line)
    return _begins(_lists().last, key, "") if key else None


def is_head(line: str) -> bool:
    """Say whether a line is the heading of a list of links."""
    return key_of(line) in _lists().heads


def leads(line: str) -> bool:
    """Say whether a line announces one link below it, like "read also"."""
    lists = _lists()
    key = key_of(line)
    return (lists.exact.get(key) or lists.heads.get(key)) is RemovedKind.RELATED


def is_number(line: str) -> bool:
    """Say whether nothing but digits and marks is in a line."""
    return _NUMBER_LINE.match(line) is not None


def is_item(line: str) -> bool:
    """Say whether a line can be an entry of a list of links: short, and no sentence."""
    return len(line) <= _ITEM and not line.endswith(_SENTENCE_END)


def _begins(index: dict[str, list[tuple[Key, RemovedKind]]], key: Key, line: str) -> RemovedKind | None:
    for start, kind in index.get(key[0], ()):
        if key[: len(start)] == start and (len(start) >= _SPECIFIC or not line.endswith(".")):
            return kind
    return None


def _is_sentence_rest(line: str, kind: RemovedKind) -> bool:
    """Say whether a known line is rather the rest of a sentence ("comment.") or of a table ("previous 430.50")."""
    counted = (RemovedKind.COMMENTS, RemovedKind.SHARE, RemovedKind.COPYRIGHT)
    if line.endswith(".") and not line.endswith("..") and kind is not RemovedKind.COPYRIGHT:
        return True
    return kind not in counted and any(map(str.isdigit, line))


def _asks_to_follow(key: Key) -> bool:
    """Say whether a line asks to follow the outlet on one of its channels."""
    lists = _lists()
    return (
        not lists.verbs.isdisjoint(key[:_FOLLOW_WITHIN])
        and not lists.channels.isdisjoint(key)
        and not lists.ours.isdisjoint(key)
    )


def _is_byline(line: str) -> bool:
    """Say whether a line that opens like a byline is nothing but names."""
    tokens = line.split()
    return 1 < len(tokens) <= _BYLINE and all(word == "and" or not word[0].islower() for word in tokens[1:])


def _bar(line: str) -> RemovedKind | None:
    """Return the kind of a line of several known parts between bars or arrows, or of a path from the home page."""
    parts = [part for part in _PARTS.split(line) if part.strip()]
    if len(parts) < 2 or any(len(part.split()) > _CRUMB for part in parts):  # noqa: PLR2004
        return None
    lists = _lists()
    kinds = [lists.exact.get(key) or lists.heads.get(key) or lists.edge.get(key) for key in map(key_of, parts)]
    path = _ARROW.search(line) and not any(map(str.isdigit, line))
    if path and kinds[0] is RemovedKind.NAVIGATION and key_of(parts[0]) in lists.exact:
        return RemovedKind.NAVIGATION
    return kinds[0] if all(kinds) else None

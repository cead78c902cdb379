"""The lists of ``data/furniture.LANGUAGE.toml``, all languages together, folded, as lines are read by them.

A new file there is a new language. Fields of a kind:

* ``exact``: the whole line, wherever it stands; ``heads``: the same, and the short lines under it go too.
* ``starts``: a short line that begins so; one that begins with one or two such words must not end as a sentence does.
* ``labels``: a short line that has such words in front of a colon and more behind it, and is no sentence.
* ``ends``: a short line that ends so, and not as a sentence does.
* ``words``: what a page says of itself. A short line of nothing but such words and ``fillers`` is furniture of the kind
  that has most of them, wherever it stands; one word alone only at the top, at the end, or beside other furniture.
  Where nothing but furniture follows, some words of a short line may be others.
* ``last``: like ``starts``, but only where nothing but furniture follows.
* ``edge``, ``edge_starts``: like ``exact`` and ``starts``, but only at the top, at the end, or beside other furniture.
* ``bylines``: words that open the author's line at the top or the end; ``signed``: those that take a colon or a dash.
"""

from __future__ import annotations

import functools
from collections import Counter
from typing import Any

from babel import Locale

from service.intake.data import load_toml, names
from service.lang.fold import words
from service.wire.closed import RemovedKind

Key = tuple[str, ...]
Starts = dict[str, list[tuple[Key, RemovedKind]]]

_PREFIXES = ("وال", "بال", "لل", "ال", "و", "ب", "ل")
"""Arabic particles and the article, which a word of a list may have in a line and need not."""
_STEM = 3


@functools.lru_cache(maxsize=256)  # several rules ask about each line of an article; all of them are short
def key_of(line: str) -> Key:
    """Return the words of a line without numbers and marks."""
    return tuple([token for token in words(line) if token[0].isalpha()])


def stem(word: str) -> str:
    """Return a folded Arabic word without particles and article; other words as they are."""
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) >= len(prefix) + _STEM:
            return word[len(prefix) :]
    return word


class Lists:
    """The lists, by field."""

    def __init__(self, files: list[dict[str, Any]]) -> None:
        self.exact: dict[Key, RemovedKind] = {}
        self.heads: dict[Key, RemovedKind] = {}
        self.edge: dict[Key, RemovedKind] = {}
        self.labels: dict[Key, RemovedKind] = {}
        self.starts: Starts = {}
        self.ends: Starts = {}
        self.last: Starts = {}
        self.edge_starts: Starts = {}
        self.bylines, self.signed = set[str](), set[str]()
        self.verbs, self.channels, self.ours = set[str](), set[str](), set[str]()
        self.openers, self.times = set[str](), set[str]()
        self._voice: dict[str, RemovedKind | None] = {}
        kinds = {kind.value: kind for kind in RemovedKind}
        for data in files:
            self._voice.update(dict.fromkeys(map(stem, _tokens(data.get("fillers", ())))))
        for data in files:
            for name, lists in data["kinds"].items():
                self._add(kinds[name], lists)
            self.openers.update(_tokens(data.get("openers", ())))
            self.times.update(_tokens(data.get("times", ())))
            follow = data.get("follow", {})
            self.verbs.update(_tokens(follow.get("verbs", ())))
            self.channels.update(_tokens(follow.get("channels", ())))
            self.ours.update(_tokens(follow.get("ours", ())))

    def _add(self, kind: RemovedKind, lists: dict[str, list[str]]) -> None:
        for field, whole in (
            ("exact", self.exact),
            ("heads", self.heads),
            ("edge", self.edge),
            ("labels", self.labels),
        ):
            whole.update({key_of(line): kind for line in lists.get(field, ())})
        for field, index in (("starts", self.starts), ("last", self.last), ("edge_starts", self.edge_starts)):
            for line in lists.get(field, ()):
                key = key_of(line)
                index.setdefault(key[0], []).append((key, kind))
        for line in lists.get("ends", ()):
            key = key_of(line)
            self.ends.setdefault(key[-1], []).append((key, kind))
        self._voice.update(dict.fromkeys(map(stem, _tokens(lists.get("words", ()))), kind))
        self.bylines.update(_tokens(lists.get("bylines", ())))
        self.signed.update(_tokens(lists.get("signed", ())))

    def voice(self, key: Key, *, strangers: bool = False) -> RemovedKind | None:
        """Return what kind of furniture a line is by the page's own words; None where other words are in it.

        With ``strangers`` there may be others, fewer than those of kinds and at most a third of all.
        """
        found: Counter[RemovedKind] = Counter()
        others = 0
        for token in key:
            word = stem(token)
            if word not in self._voice:
                if not strangers:
                    return None
                others += 1
            elif kind := self._voice[word]:
                found[kind] += 1
        if others and (others >= found.total() or 3 * others > len(key)):
            return None
        return max(found, key=found.__getitem__, default=None)


def _tokens(lines: Any) -> set[str]:
    return {word for line in lines for word in words(line)}


@functools.cache
def lists() -> Lists:
    """Return the lists of all languages."""
    return Lists([load_toml(name) for name in names("furniture.")])


@functools.cache
def weekdays() -> frozenset[str]:
    """Return the folded names of the days of the week in the languages that have lists."""
    found = set[str]()
    for name in names("furniture."):
        for widths in Locale.parse(name.split(".")[1]).days.values():
            for width in ("wide", "abbreviated"):
                found |= _tokens(widths[width].values())
    return frozenset(found)

"""How two headlines compare: the same, the same but for an outlet's name or a cut, or with words in common."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from service.dedupe.headline import Headline

_CUT_LETTERS, _CUT_WORDS = 18, 4
"""Letters and words from which a cut headline is told by its beginning."""

_SWAPPED = 2
"""Words of two headlines that may be swapped for each other, at most half as many as are equal."""


class Alike(NamedTuple):
    """How two headlines compare. Their words are looked at when asked for: most pairs differ by their texts already."""

    same: bool
    equal: bool
    """The same without allowing for outlets or cuts."""
    new: str
    """Key of the first headline; empty without one."""
    old: str

    @property
    def similarity(self) -> float:
        """Share of the shorter headline's words that the other one has."""
        return _in_common(self.new, self.old).similarity

    @property
    def figures_differ(self) -> bool:
        """Each has a figure that the other one lacks, or has less often."""
        return _in_common(self.new, self.old).figures_differ

    @property
    def swapped(self) -> bool:
        """A word or two are replaced, one for one: two names in one template."""
        return _in_common(self.new, self.old).swapped


def alike(new: Headline, old: Headline, is_outlet: Callable[[str], bool]) -> Alike:
    """Compare two headlines. ``is_outlet`` says whether a last segment is known to be an outlet's name."""
    if not new.key or not old.key:
        return Alike(False, False, new.key, old.key)
    if new.key == old.key:
        return Alike(True, True, new.key, old.key)
    return Alike(_affixed(new, old, is_outlet) or _cut(new, old) or _cut(old, new), False, new.key, old.key)


class _InCommon(NamedTuple):
    similarity: float
    figures_differ: bool
    swapped: bool


@functools.lru_cache(maxsize=16)
def _in_common(new: str, old: str) -> _InCommon:
    """Compare the words of two headlines by their keys."""
    if not new or not old:
        return _InCommon(0.0, figures_differ=False, swapped=False)
    if new == old:
        return _InCommon(1.0, figures_differ=False, swapped=False)
    one, two = _taken_apart(new), _taken_apart(old)
    shared = len(one.words & two.words)
    gone, come = len(two.words) - shared, len(one.words) - shared
    figures = _figures_differ(one.figures, two.figures)
    return _InCommon(
        shared / min(len(one.words), len(two.words)),
        figures,
        swapped=0 < gone == come <= min(_SWAPPED, shared // 2) and not figures,
    )


class _Words(NamedTuple):
    words: frozenset[str]
    figures: list[str]


@functools.lru_cache(maxsize=16)
def _taken_apart(key: str) -> _Words:
    """Return the words of a headline; kept, as one new headline is compared with several earlier ones."""
    words = key.split()
    return _Words(frozenset(words), [word for word in words if word[0].isdigit()])


def _figures_differ(first: list[str], second: list[str]) -> bool:
    """Say whether each of two headlines has a figure that the other one has not, or not as often (2-2 and 0-2)."""
    if not first or not second or first == second:
        return False
    mine, theirs = Counter(first), Counter(second)
    return bool(mine - theirs and theirs - mine)


def _affixed(new: Headline, old: Headline, is_outlet: Callable[[str], bool]) -> bool:
    """Say whether the headlines differ only by an outlet's name at the end."""
    if (new.bare and new.bare == old.key) or (old.bare and old.bare == new.key):
        return True
    return bool(new.bare) and new.bare == old.bare and is_outlet(new.affix) and is_outlet(old.affix)


def _cut(short: Headline, long: Headline) -> bool:
    """Say whether the first headline is the second one, cut off."""
    return (
        short.cut
        and len(short.key) >= _CUT_LETTERS
        and short.key.count(" ") >= _CUT_WORDS - 1
        and long.key.startswith(short.key)
    )

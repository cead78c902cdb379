"""What the letters of a word say: a name of a person, of a place, or an ordinary word. For words that no list knows.

A maximum-entropy model over the letter groups of a word (:func:`letters`), trained by ``_spelling.py`` on the lists;
its weights lie in ``data/<language>/spelling.npz``: ``keys`` (letter groups, one a line), ``weight`` (their weights, in
hundredths, a column a class), ``bias``.
"""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Iterable
from importlib.resources import files
from typing import Any, Final, NamedTuple

import numpy as np

CLASSES: Final = ("P", "L", "W")
"""Person's name, place, ordinary word."""
SIZES: Final = (1, 2, 3, 4)
LONGEST: Final = 24
_STEPS: Final = (0.1, 0.3, 0.5, 0.7, 0.9, 0.97)
"""Shares at which a class is told apart from itself with less."""
_NAMES = [[f"{name}{step}" for step in range(len(_STEPS) + 1)] for name in CLASSES]
_KEPT: Final = 60_000


def letters(word: str) -> list[str]:
    """Return the groups of one to four letters of a word, its ends marked."""
    marked = f"^{word}$"
    size = len(marked)
    return [marked[start : start + length] for length in SIZES for start in range(size - length + 1)]


class Spelled(NamedTuple):
    """What the letters of a word say: a feature a class (its share in steps), the likeliest class and how likely."""

    features: tuple[str, ...]
    likeliest: str
    share: float


class Spelling(dict[str, Spelled]):
    """The letter model of one language: what the letters say, by word, made when it is asked for and kept."""

    def __init__(self, arrays: Any) -> None:
        super().__init__()
        names = bytes(arrays["keys"]).decode().split("\n")
        self._row = {name: at for at, name in enumerate(names)}
        self._weight = np.append(arrays["weight"].astype("f4") / 100, np.zeros((1, len(CLASSES)), "f4"), 0)
        self._bias = arrays["bias"].astype("f4")

    def __missing__(self, word: str) -> Spelled:
        """Judge one word."""
        self.learn([word])
        return self[word]

    def learn(self, words: Iterable[str]) -> None:
        """Judge the words that are not known yet, together: that costs a fraction of one by one."""
        new = [word for word in dict.fromkeys(words) if word not in self]
        if not new:
            return
        if len(self) + len(new) > _KEPT:
            self.clear()
        get = self._row.get
        rows: list[int] = []
        starts = []
        for word in new:
            starts.append(len(rows))
            # The row behind the last is empty: each word has one, also if no group of its letters is known.
            rows += [row for group in letters(word[:LONGEST]) if (row := get(group)) is not None]
            rows.append(-1)
        scores = np.add.reduceat(self._weight.take(rows, 0), starts, 0) + self._bias
        powers = np.exp(scores - scores.max(1, keepdims=True))
        for word, shares in zip(new, (powers / powers.sum(1, keepdims=True)).tolist(), strict=True):
            best = max(shares)
            features = tuple([steps[bisect_left(_STEPS, share)] for steps, share in zip(_NAMES, shares, strict=True)])
            self[word] = Spelled(features, CLASSES[shares.index(best)], best)


@functools.cache
def spelling(language: str) -> Spelling:
    """Return the letter model of a language."""
    path = files("service.enrich.entities").joinpath(f"data/{language}/spelling.npz")
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return Spelling(arrays)

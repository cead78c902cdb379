"""What the letters of a word say: a name of a person, of a place, or an ordinary word. For words that no list knows.

A maximum-entropy model over the letter groups of a word (:func:`letters`), trained by ``_spelling.py`` on the lists;
its weights lie in ``data/<language>/spelling.npz``: ``keys`` (letter groups, one a line), ``weight`` (their weights, in
hundredths, a column a class), ``bias``.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, Final

import numpy as np

CLASSES: Final = ("P", "L", "W")
"""Person's name, place, ordinary word."""
SIZES: Final = (1, 2, 3, 4)
LONGEST: Final = 24
_STEPS: Final = (0.1, 0.3, 0.5, 0.7, 0.9, 0.97)
"""Shares at which a class is told apart from itself with less."""


def letters(word: str) -> Iterator[str]:
    """Yield the groups of one to four letters of a word, its ends marked."""
    marked = f"^{word}$"
    size = len(marked)
    for length in SIZES:
        for start in range(size - length + 1):
            yield marked[start : start + length]


class Spelling:
    """The letter model of one language."""

    def __init__(self, arrays: Any) -> None:
        names = bytes(arrays["keys"]).decode().split("\n")
        self._row = {name: at for at, name in enumerate(names)}
        self._weight = arrays["weight"].astype("f4") / 100
        self._bias = arrays["bias"].astype("f4")

    def shares(self, word: str) -> list[float]:
        """Return how likely each of :data:`CLASSES` is, by the letters alone."""
        get = self._row.get
        rows = [row for group in letters(word[:LONGEST]) if (row := get(group)) is not None]
        scores = self._weight[rows].sum(0) + self._bias
        powers = np.exp(scores - scores.max())
        return list((powers / powers.sum()).tolist())

    def features(self, word: str) -> list[str]:
        """Return the shares as features: one a class, in steps."""
        return [
            f"{name}{sum(share > step for step in _STEPS)}"
            for name, share in zip(CLASSES, self.shares(word), strict=True)
        ]


@functools.cache
def spelling(language: str) -> Spelling:
    """Return the letter model of a language."""
    path = files("service.enrich.entities").joinpath(f"data/{language}/spelling.npz")
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return Spelling(arrays)

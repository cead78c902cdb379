"""What the letters of a word say: a name of a person, of a place, or an ordinary word. For words that no list knows.

A maximum-entropy model over the letter groups of a word (:func:`letters`), trained by ``_spelling.py`` on the lists;
its weights lie in ``data/<language>/spelling.npz``: ``keys`` (letter groups, one a line), ``weight`` (their weights, in
hundredths, a column a class), ``bias``.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

CLASSES: Final = ("P", "L", "W")
"""Person's name, place, ordinary word."""
SIZES: Final = (1, 2, 3, 4)
LONGEST: Final = 24
_STEPS: Final = (0.1, 0.3, 0.5, 0.7, 0.9, 0.97)
"""Shares at which a class is told apart from itself with less."""
_NAMES = [[f"{name}{step}" for step in range(len(_STEPS) + 1)] for name in CLASSES]
COMBINED: Final = [*itertools.product(*_NAMES)]
"""The features of every combination of steps (:attr:`Spelled.steps`): of each class its share."""
_LIKELY: Final = 0.8
_KEPT: Final = 60_000
_WIDTH: Final = 4
"""Weights a letter group, an empty one included: as 16-bit numbers they are fetched as one of 64 bits."""

Ints = npt.NDArray[np.intp]


def letters(word: str) -> list[str]:
    """Return the groups of one to four letters of a word, its ends marked."""
    marked = f"^{word}$"
    size = len(marked)
    return [marked[start : start + length] for length in SIZES for start in range(size - length + 1)]


class Spelled(NamedTuple):
    """What the letters of a word say: the classes' shares as a place in :data:`COMBINED`, and a mark of the likeliest.

    ``mark`` is the likeliest class in small letters, + behind it where it is sure, else -.
    """

    steps: int
    mark: str


class Spelling(dict[str, Spelled]):
    """The letter model of one language: what the letters say, by word, made when it is asked for and kept."""

    def __init__(self, arrays: Any) -> None:
        super().__init__()
        names = bytes(arrays["keys"]).decode().split("\n")
        alphabet = sorted(set().union(*names))
        self._letter = np.full(ord(alphabet[-1]) + 2, len(alphabet) + 1, np.intp)
        """Numbers of letters by code point; the last is that of all others, which are in no group."""
        self._letter[[*map(ord, alphabet)]] = np.arange(1, len(alphabet) + 1)
        self._base = len(alphabet) + 2
        self._short, self._opening, self._long = self._tables(names)
        # The row behind the last is empty: that of unknown groups.
        weights = np.zeros((len(names) + 1, _WIDTH), "i2")
        weights[:-1, : len(CLASSES)] = arrays["weight"]
        self._weight = weights.view("i8").ravel()
        self._bias = arrays["bias"].astype("f4")
        self._kept: dict[tuple[int, int, bool], Spelled] = {}

    def _tables(self, names: Sequence[str]) -> tuple[Ints, Ints, Ints]:
        """Return the rows of groups of up to three letters, the numbers of the threes that open a four, those' rows.

        A group's number has its letters' numbers as digits; a four is looked up by its opening and its last letter.
        """
        sizes = np.array([*map(len, names)])
        line = self._letter.take(np.frombuffer("".join(names).encode("utf-32-le"), "<u4"))
        starts, base = np.cumsum(sizes) - sizes, self._base
        line = np.append(line, [0] * SIZES[-1])
        numbers = line[starts]
        for away in range(1, SIZES[-2]):
            numbers = np.where(sizes > away, numbers * base + line[starts + away], numbers)
        shorter, four = np.flatnonzero(sizes < SIZES[-1]), np.flatnonzero(sizes == SIZES[-1])
        short = np.full(base**3, len(names), np.intp)
        short[numbers[shorter]] = shorter
        openings, number = np.unique(numbers[four], return_inverse=True)
        opening_numbers = np.zeros(base**3, np.intp)
        opening_numbers[openings] = np.arange(1, len(openings) + 1)
        long = np.full((len(openings) + 1) * base, len(names), np.intp)
        long[(number + 1) * base + line[starts[four] + SIZES[-1] - 1]] = four
        return short, opening_numbers, long

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
        scores = self._sums([f"^{word[:LONGEST]}$" for word in new]) / np.float32(100) + self._bias
        powers = np.exp(scores - scores.max(1, keepdims=True))
        shares = powers / powers.sum(1, keepdims=True)
        steps = np.searchsorted(_STEPS, shares) @ [(len(_STEPS) + 1) ** 2, len(_STEPS) + 1, 1]
        likeliest, sure = shares.argmax(1), shares.max(1) > _LIKELY
        found = zip(steps.tolist(), likeliest.tolist(), sure.tolist(), strict=True)
        self.update(zip(new, map(self._spelled, found), strict=True))

    def _spelled(self, found: tuple[int, int, bool]) -> Spelled:
        """Return what steps, likeliest class and sureness say; there are few combinations."""
        spelled = self._kept.get(found)
        if spelled is None:
            steps, likeliest, sure = found
            spelled = self._kept[found] = Spelled(steps, CLASSES[likeliest].lower() + ("+" if sure else "-"))
        return spelled

    def _sums(self, marked: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return the summed weights of the groups of each marked word, in hundredths.

        The words are read as one line of letters: a group that runs over the end of a word is none that is known.
        """
        code_points = np.frombuffer("".join(marked).encode("utf-32-le", "surrogatepass"), "<u4")
        line = np.zeros(len(code_points) + SIZES[-1], np.intp)
        self._letter.take(code_points, out=line[: len(code_points)], mode="clip")
        first, base = line[:-4], self._base
        twos = first * base + line[1:-3]
        threes = twos * base + line[2:-2]
        fours = self._opening.take(threes) * base + line[3:-1]
        fetched = [self._weight.take(self._short.take(groups)) for groups in (first, twos, threes)]
        total = sum((rows.view("i2") for rows in fetched), self._weight.take(self._long.take(fours)).view("i2"))
        ends = np.cumsum([*map(len, marked)])
        sums = np.add.reduceat(total.reshape(-1, _WIDTH), np.append(0, ends[:-1]), 0, dtype="f4")
        return sums[:, : len(CLASSES)]


@functools.cache
def spelling(language: str) -> Spelling:
    """Return the letter model of a language."""
    path = files("service.enrich.entities").joinpath(f"data/{language}/spelling.npz")
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return Spelling(arrays)

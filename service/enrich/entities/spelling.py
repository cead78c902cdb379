"""What the letters of a word say: a name of a person, of a place, or an ordinary word. For words that no list knows.

A maximum-entropy model over the letter groups of a word (:func:`letters`), trained by ``_spelling.py`` on the lists;
its weights lie in ``data/<language>/spelling.npz``: ``keys`` (letter groups, one a line), ``weight`` (their weights, in
hundredths, a column a class), ``bias``.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Sequence
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
_LIKELY: Final = 0.8
"""The share at which a class is sure."""
_LEVELS: Final = np.array(sorted((*_STEPS, _LIKELY)))
_DIGITS: Final = np.array([(len(_LEVELS) + 1) ** 2, len(_LEVELS) + 1, 1]) * len(CLASSES)
"""What the levels of the three classes count in the number of a :class:`Spelled`; the likeliest class is added."""
_NAMES = [[f"{name}{step}" for step in range(len(_STEPS) + 1)] for name in CLASSES]
COMBINED: Final = [*itertools.product(*_NAMES)]
"""The features of every combination of steps (:attr:`Spelled.steps`): of each class its share."""
_KEPT: Final = 60_000
_WIDTH: Final = 4
"""Weights a letter group, an empty one included: as 8-bit numbers they are fetched as one of 32 bits."""

Weights = npt.NDArray[np.int32]


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


def _all_spelled() -> Iterator[Spelled]:
    """Yield what each combination of levels and the likeliest class says, in the order of their numbers."""
    sure, base = int(_LEVELS.searchsorted(_LIKELY)), len(_STEPS) + 1
    steps = [level - (level > sure) for level in range(len(_LEVELS) + 1)]
    for first, second, third in itertools.product(range(len(_LEVELS) + 1), repeat=len(CLASSES)):
        number = (steps[first] * base + steps[second]) * base + steps[third]
        for name, level in zip(CLASSES, (first, second, third), strict=True):
            yield Spelled(number, name.lower() + ("+" if level > sure else "-"))


_SPELLED: Final = [*_all_spelled()]


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
        weights = np.zeros((len(names), _WIDTH), "i1")
        weights[:, : len(CLASSES)] = arrays["weight"]
        self._short, self._opening, self._long = self._tables(names, weights.view("i4").ravel())
        self._bias = arrays["bias"].astype("f8")

    def _tables(self, names: Sequence[str], weights: Weights) -> tuple[Weights, Weights, Weights]:
        """Return the weights of groups of up to three letters, the numbers of threes that open a four, fours' weights.

        A group's number has its letters' numbers as digits; a four is looked up by its opening and its last letter.
        Groups that are not known have no weight.
        """
        sizes = np.array([*map(len, names)])
        line = self._letter.take(np.frombuffer("".join(names).encode("utf-32-le"), "<u4"))
        starts, base = np.cumsum(sizes) - sizes, self._base
        line = np.append(line, [0] * SIZES[-1])
        numbers = line[starts]
        for away in range(1, SIZES[-2]):
            numbers = np.where(sizes > away, numbers * base + line[starts + away], numbers)
        shorter, four = np.flatnonzero(sizes < SIZES[-1]), np.flatnonzero(sizes == SIZES[-1])
        short = np.zeros(base**3, "i4")
        short[numbers[shorter]] = weights[shorter]
        openings, number = np.unique(numbers[four], return_inverse=True)
        opening_numbers = np.zeros(base**3, "i4")
        opening_numbers[openings] = np.arange(1, len(openings) + 1)
        long = np.zeros((len(openings) + 1) * base, "i4")
        long[(number + 1) * base + line[starts[four] + SIZES[-1] - 1]] = weights[four]
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
        # No sum of some hundred weights below 1.3 is too large for the power of a double.
        shares = np.exp(self._sums([f"^{word[:LONGEST]}$" for word in new]) / 100 + self._bias)
        shares /= shares.sum(1, keepdims=True)
        numbers = _LEVELS.searchsorted(shares).dot(_DIGITS) + shares.argmax(1)
        self.update(zip(new, map(_SPELLED.__getitem__, numbers.tolist()), strict=True))

    def _sums(self, marked: Sequence[str]) -> npt.NDArray[np.float64]:
        """Return the summed weights of the groups of each marked word, in hundredths.

        The words are read as one line of letters: a group that runs over the end of a word is none that is known.
        """
        code_points = np.frombuffer("".join(marked).encode("utf-32-le", "surrogatepass"), "<u4")
        size, base = len(code_points), self._base
        line = np.zeros(size + SIZES[-1] - 1, np.intp)
        self._letter.take(code_points, out=line[:size], mode="clip")
        groups = np.empty((3, size), np.intp)
        ones, twos, threes = groups
        ones[:] = line[:size]
        np.multiply(ones, base, out=twos)
        twos += line[1 : size + 1]
        np.multiply(twos, base, out=threes)
        threes += line[2 : size + 2]
        weights = np.empty((SIZES[-1], size), "i4")
        self._short.take(groups, out=weights[:3], mode="clip")
        self._long.take(self._opening.take(threes) * base + line[3:], out=weights[3], mode="clip")
        total = weights.view("i1").sum(0, dtype="i2").reshape(size, _WIDTH)
        ends = np.cumsum([0, *map(len, marked)])
        sums: npt.NDArray[np.float64] = np.add.reduceat(total, ends[:-1], 0, dtype="f8")
        return sums[:, : len(CLASSES)]


@functools.cache
def spelling(language: str) -> Spelling:
    """Return the letter model of a language."""
    path = files("service.enrich.entities").joinpath(f"data/{language}/spelling.npz")
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return Spelling(arrays)

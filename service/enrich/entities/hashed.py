"""Rows of features by the hashes of their names: many are found at once, and the names need not stay in memory.

A hash is a polynomial of the code points modulo 2⁶⁴ (Rabin and Karp 1987), so that those of all parts of a text come
from one running sum. That two of a language's 60 000 features or any other text share one has a chance of one in 10¹⁴.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from service.enrich.entities.decoder import Ints

Hashes = npt.NDArray[np.uint64]

_FACTOR: Final = 0x9E37_79B9_7F4A_7C15
"""The polynomial's variable, odd: it has an inverse."""
_INVERSE: Final = pow(_FACTOR, -1, 1 << 64)
_SPREAD: Final = 0xD6E8_FEB8_6659_FD93
"""An odd number that carries what low bits say into the high ones, which choose the bucket."""
_TOGETHER: Final = 8_192
"""Names that are hashed at once."""


def code_points(text: str) -> npt.NDArray[np.uint32]:
    """Return the characters of a text as numbers."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def _powers(size: int) -> npt.NDArray[np.uint64]:
    """Return the powers of the variable up to a size, and those of its inverse times what a hash is multiplied by."""
    powers = np.full((2, size + 1), [[_FACTOR], [_INVERSE]], np.uint64)
    powers[:, 0] = 1, _FACTOR * _SPREAD & (1 << 64) - 1
    return np.multiply.accumulate(powers, 1)


_SHORT: Final = _powers(4_096)


def hashes(line: npt.NDArray[np.uint32], starts: Ints, ends: Ints, first: Hashes) -> Hashes:
    """Return the hashes of the parts of a line from ``starts`` up to ``ends``, behind what :func:`before` gives."""
    size = len(line)
    powers, inverse = _SHORT if size < _SHORT.shape[1] else _powers(size)
    sums = np.zeros(size + 1, np.uint64)
    np.cumsum(line * powers[:size], out=sums[1:])
    found: Hashes = sums.take(ends)
    found -= sums.take(starts)
    found *= inverse.take(starts)
    found += first
    return found


def before(letters: npt.NDArray[np.uint32]) -> Hashes:
    """Return what letters before the parts of a line, one each, are in their hashes."""
    return letters * np.uint64(_SPREAD)


class Names:
    """Names of features as they are shipped: one a line, as UTF-8 in an array of bytes."""

    def __init__(self, keys: Any) -> None:
        self.text = bytes(keys).decode()
        self._line = code_points(self.text)
        breaks = np.flatnonzero(self._line == ord("\n"))
        self._starts, self._ends = np.append(0, breaks + 1), np.append(breaks, len(self._line))

    def __len__(self) -> int:
        return len(self._starts)

    def letters(self, places: Ints, at: int = 0) -> npt.NDArray[np.uint32]:
        """Return the first letters of the names at some places, or those at ``at``, as code points."""
        return self._line.take(self._starts[places] + at, mode="clip")

    def letter_among(self, letters: str, places: Ints, at: int = 0) -> npt.NDArray[np.bool_]:
        """Tell of the names at some places whether that letter of theirs is one of some."""
        return np.isin(self.letters(places, at), [*map(ord, letters)])

    def opening(self, letters: str) -> Ints:
        """Return the places of the names whose first letter is one of some."""
        return np.flatnonzero(self.letter_among(letters, np.arange(len(self))))

    def texts(self, places: Ints, skipped: int = 0) -> list[str]:
        """Return the names at some places, without their first letters."""
        bounds = zip((self._starts[places] + skipped).tolist(), self._ends[places].tolist(), strict=True)
        return [self.text[start:end] for start, end in bounds]

    def hashes(self, places: Ints, skipped: int = 0) -> Hashes:
        """Return the hashes of the names at some places, which are in their order, without their first letters."""
        parts = [places[at : at + _TOGETHER] for at in range(0, len(places), _TOGETHER)]
        return np.concatenate([np.empty(0, np.uint64), *(self._hashes(part, skipped) for part in parts)])

    def _hashes(self, places: Ints, skipped: int) -> Hashes:
        starts, ends = self._starts[places] + skipped, self._ends[places]
        line = self._line[starts[0] : ends[-1]]
        return hashes(line, starts + 1 - starts[0], ends - starts[0], before(line.take(starts - starts[0])))


class Table:
    """Numbers of features by hash, from 1 in the order of ``known``, which are sorted and all different."""

    def __init__(self, known: Hashes) -> None:
        bits = max(len(known), 1).bit_length() + 1
        self._shift = np.uint64(64 - bits)
        counts = np.bincount((known >> self._shift).astype(np.intp), minlength=1 << bits)
        self._most = int(counts.max())
        self._starts = np.cumsum(counts, dtype="u4") - counts.astype("u4")
        self._known = np.append(known, np.zeros(self._most, np.uint64))
        self._size = len(known)

    def __len__(self) -> int:
        return self._size

    def find(self, wanted: Hashes) -> Ints:
        """Return the numbers of features, 0 of what is none."""
        at = self._starts.take((wanted >> self._shift).astype(np.intp)).astype(np.intp)
        found = np.zeros(wanted.shape, np.intp)
        for _ in range(self._most):  # the features of a bucket; there is none of the hash in another
            hit = self._known.take(at) == wanted
            at += 1
            np.copyto(found, at, where=hit)
        return found


class Parts:
    """Which parts of words are features: by column of texts the prefix and how many letters of the text's ends.

    ``columns`` has, column by column, pairs of a prefix and a number: of the first letters, of the last if it is
    negative, 0 for the whole text.
    """

    def __init__(self, columns: Sequence[Sequence[tuple[str, int]]]) -> None:
        self.size = len(columns)
        parts = [(at, ord(prefix), letters) for at, column in enumerate(columns) for prefix, letters in column]
        self._column = np.array([at for at, *_ in parts])
        self._first = before(np.array([prefix for _, prefix, _ in parts], np.uint32))[:, None]
        far = 1 << 40
        self._before = np.array([letters if letters < 0 else -far for *_, letters in parts])[:, None]
        self._behind = np.array([letters if letters > 0 else far for *_, letters in parts])[:, None]

    def hashes(self, columns: Sequence[Sequence[str]]) -> Hashes:
        """Return the hashes of the features of words, a row a feature; ``columns`` has a text a word each."""
        texts = [*itertools.chain.from_iterable(columns)]
        sizes = np.fromiter(map(len, texts), np.intp, len(texts))
        ends = sizes.cumsum()
        starts = (ends - sizes).reshape(self.size, -1)
        start, end = starts.take(self._column, 0), ends.reshape(starts.shape).take(self._column, 0)
        first, after = np.maximum(end + self._before, start), np.minimum(start + self._behind, end)
        return hashes(code_points("".join(texts)), first, after, self._first)

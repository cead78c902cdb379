"""The weights of words' features, summed up by value: what many words share is added up once, not word by word."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from service.enrich.entities.decoder import Floats
from service.enrich.entities.word_features import Column

ROOM = 2_000
"""More rows than our lists have values of columns with several features; there may be more all the same."""
_LARGEST: Final = np.iinfo(np.int16).max
_HEADROOM: Final = 4
"""How many times the largest weight a sum of some may be; what is more is cut off."""
_TOGETHER: Final = 4_096
"""Rows that are made integers at once: a second table of floats would be the largest thing in memory."""

Rows = Callable[[Iterable[Hashable]], Iterable[int]]


class _Values(dict[Hashable, int]):
    """Numbers of rows by the value of a column, made when they are asked for and kept."""

    def __init__(self, make: Callable[[Hashable], int]) -> None:
        super().__init__({None: 0})
        self._make = make

    def __missing__(self, value: Hashable) -> int:
        row = self[value] = self._make(value)
        return row


class _Texts(dict[Any, int]):
    """Numbers of rows by text; of a text that has none the row of what :attr:`part` leaves of it, 0 of the shortest."""

    part: slice
    shorter: Mapping[Any, int] | None = None

    def __missing__(self, text: str) -> int:
        return self.shorter[text[self.part]] if self.shorter else 0


class Summed:
    """The summed weights of each value of each column.

    ``weights`` has a row a feature (half floats), an empty one before the first and :data:`ROOM` behind the last;
    ``number`` gives the row of a feature that has weights. They are kept as 16-bit integers in the same memory, with a
    scale a column: numpy makes floats of them ten times as fast as of half floats, and their sums are exact.
    """

    def __init__(self, weights: npt.NDArray[np.float16], number: Mapping[str, int], columns: Sequence[Column]) -> None:
        self._weights, self._scale = _integers(weights)
        self._size = len(number) + 1
        self._rows: list[Rows] = []
        prefixes = {prefix for column in columns for prefix in (column.prefix, *(name for name, _ in column.shorter))}
        by_prefix = {prefix: _Texts({None: 0}) for prefix in prefixes}
        for name, row in number.items():
            if name[0] in by_prefix:
                by_prefix[name[0]][name[1:]] = row
        # Of the columns with several features only: the names of all would lie in memory twice.
        several = {name: row for name, row in number.items() if name[0] not in by_prefix}
        for column in columns:
            if not column.prefix:
                self._rows.append(self._made(column, several))
            elif column.shorter:
                self._rows.append(self._nested(column, by_prefix))
            else:
                self._rows.append(self._looked_up(by_prefix[column.prefix]))

    def _looked_up(self, rows: Mapping[Hashable, int]) -> Rows:
        """Return how the rows of a column of texts are found: each value is one feature, most have no weight."""
        return lambda values: map(rows.get, values, itertools.repeat(0))

    def _nested(self, column: Column, by_prefix: Mapping[str, _Texts]) -> Rows:
        """Return how the rows of texts are found whose parts are features too: a row holds those of its parts."""
        prefixes, parts = [column.prefix, *(name for name, _ in column.shorter)], [part for _, part in column.shorter]
        shorter = by_prefix[prefixes.pop()]
        while parts:
            rows, part = by_prefix[prefixes.pop()], parts.pop()
            of_part = [shorter[text[part]] if text is not None else 0 for text in rows]
            own = [*rows.values()]
            self._weights[own] = _cut(np.add(self._weights[own], self._weights[of_part], dtype="i4"))
            rows.part, rows.shorter = part, shorter
            shorter = rows
        return lambda values: map(rows.__getitem__, values)

    def _made(self, column: Column, number: Mapping[str, int]) -> Rows:
        """Return how the rows of a column of few values with several features each are found: one row a value."""

        def make(value: Hashable) -> int:
            rows = [number[name] for _, name in column.of(value) if name in number]
            if not rows:
                return 0
            if self._size == len(self._weights):
                self._weights = np.concatenate([self._weights, np.zeros_like(self._weights[:ROOM])])
            self._weights[self._size] = _cut(self._weights[rows].sum(0, dtype="i4"))
            self._size += 1
            return self._size - 1

        found = _Values(make)
        return lambda values: map(found.__getitem__, values)

    def sums(self, values: Sequence[Sequence[Hashable]], out: Sequence[Floats]) -> None:
        """Write the sums of each word's weights, a row a word, into arrays that share the columns in their order.

        ``values`` has a sequence a column.
        """
        size = len(out[0])
        # All words' first values stand together, all second ones, and so on: numpy adds up long rows faster.
        found = itertools.chain.from_iterable([rows(column) for rows, column in zip(self._rows, values, strict=True)])
        rows = np.fromiter(found, np.intp, len(values) * size).reshape(-1, size)
        weights = self._weights.take(rows, 0).astype("f4")
        first = 0
        for each in out:
            after = first + each.shape[1]
            weights[:, :, first:after].sum(0, out=each)
            np.multiply(each, self._scale[first:after], out=each)
            first = after


def _integers(weights: npt.NDArray[np.float16]) -> tuple[npt.NDArray[np.int16], Floats]:
    """Return the weights as integers, in the same memory if they are half floats, and each column's scale."""
    largest = np.maximum(weights.max(0), -weights.min(0)).astype("f4")
    scale = np.where(largest > 0, largest, 1) * np.float32(_HEADROOM / _LARGEST)
    found = weights.view(np.int16)
    for at in range(0, len(weights), _TOGETHER):
        found[at : at + _TOGETHER] = np.rint(weights[at : at + _TOGETHER] / scale)
    return found, scale


def _cut(sums: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return sums that fit into the integers."""
    return sums.clip(-_LARGEST, _LARGEST)

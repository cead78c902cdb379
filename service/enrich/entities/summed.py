"""The weights of words' features, summed up by value: what many words share is added up once, not word by word."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from service.enrich.entities.decoder import Floats
from service.enrich.entities.hashed import Parts, Table
from service.enrich.entities.word_features import Column

ROOM = 2_000
"""More rows than our lists have values of columns with several features; there may be more all the same."""
_LARGEST: Final = np.iinfo(np.int16).max
_HEADROOM: Final = 4
"""How many times the largest weight a sum of some may be; what is more is cut off."""


class _Values(dict[Hashable, int]):
    """Numbers of rows by the value of a column, made when they are asked for and kept."""

    def __init__(self, make: Callable[[Hashable], int]) -> None:
        super().__init__({None: 0})
        self._make = make

    def __missing__(self, value: Hashable) -> int:
        row = self[value] = self._make(value)
        return row


class Summed:
    """The summed weights of each value of each column.

    ``weights`` has a row a feature, an empty one before the first and :data:`ROOM` behind the last: integers of the
    ``scale`` of their column (:func:`integers`). Numpy makes floats of them ten times as fast as of half floats, and
    their sums are exact. ``table`` gives the rows of the features of columns of texts, ``number`` those of other
    columns by name.
    """

    def __init__(
        self,
        weights: npt.NDArray[np.int16],
        scale: Floats,
        table: Table,
        number: Mapping[str, int],
        columns: Sequence[Column],
    ) -> None:
        self._weights, self._scale = weights, scale
        self._table, self._size = table, len(table) + 1
        self._texts = [column.parts != () for column in columns]
        self._parts = Parts([column.parts for column in columns if column.parts])
        self._rows = [self._made(column, number) for column in columns if not column.parts]

    def _made(self, column: Column, number: Mapping[str, int]) -> Callable[[Iterable[Hashable]], Iterable[int]]:
        """Return how the rows of a column of few values with several features each are found: one row a value."""

        def make(value: Hashable) -> int:
            rows = [number[name] for _, name in column.of(value) if name in number]
            if not rows:
                return 0
            if self._size == len(self._weights):
                self._weights = np.concatenate([self._weights, np.zeros_like(self._weights[:ROOM])])
            self._weights[self._size] = self._weights[rows].sum(0, dtype="i4").clip(-_LARGEST, _LARGEST)
            self._size += 1
            return self._size - 1

        found = _Values(make)
        return lambda values: map(found.__getitem__, values)

    def sums(self, values: Sequence[Sequence[Any]], out: Sequence[Floats]) -> None:
        """Write the sums of each word's weights, a row a word, into arrays that share the columns in their order.

        ``values`` has a sequence a column.
        """
        of_texts = self._table.find(self._parts.hashes([*itertools.compress(values, self._texts)]))
        others = [column for column, texts in zip(values, self._texts, strict=True) if not texts]
        made = itertools.chain.from_iterable([rows(column) for rows, column in zip(self._rows, others, strict=True)])
        size = of_texts.shape[1]
        # All words' first values stand together, all second ones, and so on: numpy adds up long rows faster.
        rows = np.concatenate([of_texts, np.fromiter(made, np.intp, len(others) * size).reshape(-1, size)])
        weights = self._weights.take(rows, 0).astype("f4")
        first = 0
        for each in out:
            after = first + each.shape[1]
            np.add.reduce(weights[:, :, first:after], 0, out=each)
            np.multiply(each, self._scale[first:after], out=each)
            first = after


def integers(weights: Floats) -> tuple[npt.NDArray[np.int16], Floats]:
    """Return weights as integers, and a scale a column that leaves room for sums of some of them."""
    largest = np.abs(weights).max(0, initial=0)
    scale = np.where(largest > 0, largest, 1) * np.float32(_HEADROOM / _LARGEST)
    return np.rint(weights / scale).astype("i2"), scale

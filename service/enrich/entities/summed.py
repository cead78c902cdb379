"""The weights of words' features, summed up by value: what many words share is added up once, not word by word."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from service.enrich.entities.decoder import Floats
from service.enrich.entities.word_features import Column

ROOM = 2_000
"""More rows than our lists have values of columns with several features; there may be more all the same."""


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

    ``weights`` has a row a feature (an array of any shape), an empty one before the first and :data:`ROOM` behind the
    last; ``number`` gives the row of a feature that has weights. Half floats are as exact as the weights that ship.
    """

    def __init__(self, weights: npt.NDArray[np.float16], number: Mapping[str, int], columns: Sequence[Column]) -> None:
        self._weights = weights
        self._size = len(number) + 1
        self._rows: list[Callable[[Iterable[Hashable]], Iterable[int]]] = []
        by_prefix: dict[str, dict[Hashable, int]] = {column.prefix: {} for column in columns}
        for name, row in number.items():
            if name[0] in by_prefix:
                by_prefix[name[0]][name[1:]] = row
        # Of the columns with several features only: the names of all would lie in memory twice.
        several = {name: row for name, row in number.items() if name[0] not in by_prefix}
        for column in columns:
            self._rows.append(
                self._looked_up(by_prefix[column.prefix]) if column.prefix else self._made(column, several)
            )

    def _looked_up(self, rows: Mapping[Hashable, int]) -> Callable[[Iterable[Hashable]], Iterable[int]]:
        """Return how the rows of a column of texts are found: each value is one feature, most have no weight."""
        return lambda values: map(rows.get, values, itertools.repeat(0))

    def _made(self, column: Column, number: Mapping[str, int]) -> Callable[[Iterable[Hashable]], Iterable[int]]:
        """Return how the rows of a column of few values with several features each are found: one row a value."""

        def make(value: Hashable) -> int:
            rows = [number[name] for _, name in column.of(value) if name in number]
            if not rows:
                return 0
            if self._size == len(self._weights):
                self._weights = np.concatenate([self._weights, np.zeros_like(self._weights[:ROOM])])
            self._weights[self._size] = self._weights[rows].sum(0, dtype="f4")
            self._size += 1
            return self._size - 1

        found = _Values(make)
        return lambda values: map(found.__getitem__, values)

    def sums(self, values: Sequence[Sequence[Hashable]], out: Floats) -> None:
        """Write the sum of each word's weights into ``out``, a row a word; ``values`` has a sequence a column."""
        # All words' first values stand together, all second ones, and so on: numpy adds up long rows faster.
        found = itertools.chain.from_iterable([rows(column) for rows, column in zip(self._rows, values, strict=True)])
        rows = np.fromiter(found, np.intp, len(values) * len(out)).reshape(-1, len(out))
        self._weights.take(rows, 0).astype("f4").sum(0, out=out)

"""The best labels of a text by the scores of its words: Viterbi in numpy over all stretches that may be names."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from service.enrich.entities.features import LABELS, TYPES, Span

_SIZE: Final = len(LABELS)
_NEVER: Final = -1e4
_MARGIN: Final = 5.0
"""Words whose best name label scores this much less than O are O; without the bound 2 mentions in 100 differ."""

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]


def blocked_starts() -> Floats:
    """Return what is added to the scores of the first word of a run: no name is inside there."""
    inside = (np.arange(_SIZE) > 0) & (np.arange(_SIZE) % 2 == 0)
    return np.where(inside, _NEVER, 0).astype("f4")


def blocked_moves() -> Floats:
    """Return what is added to the moves between labels: inside follows only its own begin or inside."""
    blocked = np.zeros((_SIZE, _SIZE), "f4")
    for inside in range(2, _SIZE, 2):
        blocked[:, inside] = _NEVER
        blocked[[inside - 1, inside], inside] = 0
    return blocked


class Decoder:
    """``moves`` are the weights of a label (row) before a label."""

    def __init__(self, moves: Floats) -> None:
        self._moves: Floats = moves + blocked_moves()
        self._start: Floats = blocked_starts()[:, None]

    def decode(self, scores: Floats, joined: Bools) -> Ints:
        """Return the best label of each word: Viterbi over all runs of words that may be names, side by side.

        ``scores`` has a row a word, ``joined`` tells whether a name may run on into a word.
        """
        labels = np.zeros(len(scores), np.intp)
        # A row a label: numpy takes the largest over rows ten times as fast as inside of them.
        by_label = np.ascontiguousarray(scores.T)
        may = np.maximum.reduce(by_label[1:], 0) + _MARGIN > by_label[0]
        on = may[1:] & may[:-1]
        on &= joined[1:]
        begins, ends = may.copy(), may.copy()
        np.greater(may[1:], on, out=begins[1:])
        np.greater(may[:-1], on, out=ends[:-1])
        first, last = begins.nonzero()[0], ends.nonzero()[0]
        size = len(first)
        if not size:
            return labels
        order = np.argsort(first - last, kind="stable")
        first, last = first.take(order), last.take(order)
        lengths = last - first
        # How many runs are longer than each step, the longest runs standing first, and where the words of a step begin.
        longer = size - np.cumsum(np.bincount(lengths + 1))[:-1]
        opening = longer.cumsum() - longer
        step = np.arange(len(longer)).repeat(longer)
        at = first.take(np.arange(len(step)) - opening.take(step)) + step
        score = by_label.take(at, 1)
        score[:, :size] += np.where(joined.take(first), self._moves[0, :, None], self._start)
        # Axes: the label before, the label, the run.
        moves = self._moves[:, :, None]
        steps = [*zip(opening.tolist(), opening[1:].tolist(), longer[1:].tolist(), strict=False)]
        for before, here, count in steps:
            into = score[:, here : here + count]
            into += np.maximum.reduce(score[:, None, before : before + count] + moves, 0)
        final = score.take(opening.take(lengths) + np.arange(size), 1)
        final += np.where(np.append(joined, False).take(last + 1), self._moves[:, 0, None], 0)
        best = final.argmax(0)
        found = np.empty(len(at), np.intp)
        for before, here, count in reversed(steps):
            behind = best[:count]
            found[here : here + count] = behind
            best[:count] = (score[:, before : before + count] + self._moves.take(behind, 1)).argmax(0)
        found[:size] = best
        labels[at] = found
        return labels


def spans_of(labels: Ints) -> list[Span]:
    """Return the labelled stretches."""
    spans: list[Span] = []
    named = np.flatnonzero(labels)
    first, before, end = 0, 0, -1
    for at, label in zip(named.tolist(), labels[named].tolist(), strict=True):
        if at == end and not label % 2:
            end = at + 1
            continue
        if before:
            spans.append(Span(first, end, TYPES[(before - 1) // 2]))
        first, before, end = at, label, at + 1
    if before:
        spans.append(Span(first, end, TYPES[(before - 1) // 2]))
    return spans

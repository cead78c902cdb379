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
        at = np.flatnonzero(by_label[1:].max(0) + _MARGIN > by_label[0])
        if not len(at):
            return labels
        cut = np.flatnonzero((np.diff(at) > 1) | ~joined[at[1:]])
        first, last = at[np.concatenate(([0], cut + 1))], at[np.append(cut, len(at) - 1)]
        order = np.argsort(first - last, kind="stable")
        first, last = first[order], last[order]
        lengths = last - first + 1
        score = by_label.take(first, 1)
        score += np.where(joined[first], self._moves[0, :, None], self._start)
        final = np.empty_like(score)
        # Axes: the label before, the label, the run.
        before, moves = [score], self._moves[:, :, None]
        counts = np.searchsorted(-lengths, -np.arange(lengths[0] + 1), side="left").tolist()
        for step in range(1, int(lengths[0])):
            count = counts[step]
            if count < score.shape[1]:
                final[:, count : score.shape[1]] = score[:, count:]
                score = score[:, :count]
            score = (score[:, None] + moves).max(0)
            score += by_label.take(first[:count] + step, 1)
            before.append(score)
        final[:, : score.shape[1]] = score
        final += np.where(np.append(joined, False)[last + 1], self._moves[:, 0, None], 0)
        best = final.argmax(0)
        labels[last] = best
        for step in range(int(lengths[0]) - 1, 0, -1):
            count = counts[step]
            found = (before[step - 1][:, :count] + self._moves.take(best[:count], 1)).argmax(0)
            best[:count] = found
            labels[first[:count] + step - 1] = found
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

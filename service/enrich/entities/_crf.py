"""Weights of a linear-chain conditional random field, trained in numpy by ``_train.py``; the service does not need it.

Every feature gets a weight for every label, also for labels that it never stood with, and a share of chosen features
is hidden anew each time a word is read: what the lists know of a word must not be all that the model goes by. Steps are
those of AdaGrad (Duchi, Hazan and Singer 2011), the weights the mean over the last passes; the same input gives the
same weights.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from service.enrich.entities.decoder import Floats, Ints

PASSES: Final = 20
_MEAN_OF: Final = 6
"""Last passes whose weights are averaged."""
_SLOWER: Final = 0.7
"""Share of the passes after which steps are :data:`_SLOW` as long."""
_SLOW: Final = 0.4
_TOGETHER: Final = 48
"""Runs of words whose gradient makes one step."""
_FIRST: Final = 1.0
"""What the squares of a weight's gradient are taken to add up to before the first step."""
_LEAST: Final = 1e-3
"""Words whose labels are as good as certain, and right, change no weight."""


class Runs(NamedTuple):
    """Runs of words: numbers of the words' features one after the other, where each word's end, the words' labels.

    ``ends`` and ``run_ends`` begin with 0: word ``at`` has ``features[ends[at]:ends[at + 1]]``. ``counts`` says how
    many times a run counts.
    """

    features: Ints
    ends: Ints
    labels: Ints
    run_ends: Ints
    counts: Floats


class Settings(NamedTuple):
    """Length of steps, penalties on weights and on their squares."""

    step: float
    c1: float
    c2: float


def fit(runs: Runs, hidden: Floats, size: int, settings: Settings) -> tuple[Floats, Floats]:
    """Return the weights, a row a feature and a column a label, and those of moves from a label (row) to a label.

    ``hidden`` is, by feature, the share of words at which it is hidden; ``size`` the number of labels.
    """
    return _Training(runs, hidden, size, settings).fit()


class _Training:
    def __init__(self, runs: Runs, hidden: Floats, size: int, settings: Settings) -> None:
        self._runs, self._settings, self._size, self._none = runs, settings, size, len(hidden)
        # The last row stands for a hidden feature and stays empty.
        self._hidden = np.append(hidden, 0).astype("f4")
        self._met = np.append(np.maximum(np.bincount(runs.features, minlength=len(hidden)), 1), 1).astype("f4")
        self._weights = np.zeros((len(hidden) + 1, size), "f4")
        self._squares = np.full_like(self._weights, _FIRST)
        self._moves = np.zeros((size, size), "f4")
        self._move_squares = np.full_like(self._moves, _FIRST)
        self._random = np.random.default_rng(1)

    def fit(self) -> tuple[Floats, Floats]:
        count = len(self._runs.run_ends) - 1
        mean, mean_moves = np.zeros_like(self._weights), np.zeros_like(self._moves)
        for number in range(PASSES):
            step = self._settings.step * (1 if number < _SLOWER * PASSES else _SLOW)
            order = self._random.permutation(count)
            for at in range(0, count, _TOGETHER):
                self._read(order[at : at + _TOGETHER], step)
            if number >= PASSES - _MEAN_OF:
                mean += self._weights / _MEAN_OF
                mean_moves += self._moves / _MEAN_OF
        return mean[:-1], mean_moves

    def _read(self, chosen: Ints, step: float) -> None:
        """Make one step by some runs."""
        runs = self._runs
        lengths = runs.run_ends[chosen + 1] - runs.run_ends[chosen]
        order = np.argsort(-lengths, kind="stable")
        chosen, lengths = chosen[order], lengths[order]
        words = ranges(runs.run_ends[chosen], lengths)
        sizes = runs.ends[words + 1] - runs.ends[words]
        features = runs.features[ranges(runs.ends[words], sizes)]
        features = np.where(self._random.random(len(features), "f4") < self._hidden[features], self._none, features)
        starts = np.cumsum(sizes) - sizes
        scores = np.add.reduceat(self._weights.take(features, 0), starts, 0)
        labels = runs.labels[words]
        wrong, moved = gradient(scores, self._moves, labels, lengths, np.repeat(runs.counts[chosen], lengths))
        self._change_moves(moved, step)
        learnt = np.abs(wrong).sum(1) > _LEAST
        if learnt.any():
            owner = np.repeat(np.arange(len(words)), sizes)
            kept = learnt[owner] & (features != self._none)
            self._change(features[kept], wrong, owner[kept], step)

    def _change(self, features: Ints, wrong: Floats, owner: Ints, step: float) -> None:
        order = np.argsort(features, kind="stable")
        row, first, times = np.unique(features[order], return_index=True, return_counts=True)
        change = np.add.reduceat(wrong.take(owner[order], 0), first, 0)
        weights, share = self._weights[row], (times / self._met[row])[:, None].astype("f4")
        change += self._settings.c2 * share * weights
        self._squares[row] += change**2
        steps = step / np.sqrt(self._squares[row])
        weights -= steps * change
        self._weights[row] = np.sign(weights) * np.maximum(np.abs(weights) - steps * self._settings.c1 * share, 0)

    def _change_moves(self, change: Floats, step: float) -> None:
        self._move_squares += change**2
        self._moves -= step / np.sqrt(self._move_squares) * change


def ranges(starts: Ints, lengths: Ints) -> Ints:
    """Return the numbers from each start on, as many as its length says, all in a row."""
    found: Ints = np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
    return found


def gradient(scores: Floats, moves: Floats, labels: Ints, lengths: Ints, times: Floats) -> tuple[Floats, Floats]:
    """Return how far the expected labels and moves are from the true ones: a row a word, a row a label before.

    The runs stand one after the other, the longest first; ``times`` says, word by word, how many times its run counts.
    Forward and backward sums are scaled to 1 word by word.
    """
    size = scores.shape[1]
    first = np.cumsum(lengths) - lengths
    counts = np.searchsorted(-lengths, -np.arange(lengths[0] + 1), side="left").tolist()
    power = np.exp(scores - scores.max(1, keepdims=True))
    factor = np.exp(moves)
    forward, backward = power.copy(), np.ones_like(power)
    forward[first] /= forward[first].sum(1, keepdims=True)
    for away in range(1, int(lengths[0])):
        at = first[: counts[away]] + away
        found = (forward[at - 1] @ factor) * power[at]
        forward[at] = found / found.sum(1, keepdims=True)
    for away in range(int(lengths[0]) - 1, 0, -1):
        at = first[: counts[away]] + away
        found = (power[at] * backward[at]) @ factor.T
        backward[at - 1] = found / found.sum(1, keepdims=True)
    wrong = forward * backward
    wrong /= wrong.sum(1, keepdims=True)
    inner = np.ones(len(scores), bool)
    inner[first] = False
    behind = np.flatnonzero(inner)
    right = power[behind] * backward[behind]
    left = forward[behind - 1]
    left = left / ((left @ factor) * right).sum(1, keepdims=True)
    counted = times[behind]
    moved: Floats = ((left * counted[:, None]).T @ right) * factor
    np.subtract.at(moved, (labels[behind - 1], labels[behind]), counted)
    wrong[np.arange(len(labels)), labels] -= 1
    return wrong * times[:, None], moved.reshape(size, size)

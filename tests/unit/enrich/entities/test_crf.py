"""The trainer of the CRF: its gradient is that of the likelihood, hidden features get none, texts may count more."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from service.enrich.entities import _crf, _train
from service.enrich.entities.decoder import Ints
from service.enrich.entities.features import LABELS

Doubles = Any
"""Arrays of doubles: singles are too coarse for small differences."""
SIZE = 3
SETTINGS = _crf.Settings(step=0.3, c1=0.01, c2=0.01)


def likelihood(scores: Doubles, moves: Doubles, labels: Ints) -> float:
    """Return the logarithm of the share of a labelling of one run among all, by counting all of them out."""

    def score(found: tuple[int, ...]) -> float:
        words = sum(scores[at, label] for at, label in enumerate(found))
        return float(words + sum(moves[before, behind] for before, behind in itertools.pairwise(found)))

    everything = [score(found) for found in itertools.product(range(SIZE), repeat=len(labels))]
    return score(tuple(labels.tolist())) - float(np.log(np.exp(everything).sum()))


def test_the_gradient_is_that_of_the_likelihood() -> None:
    random = np.random.default_rng(4)
    lengths = np.array([4, 2, 1])
    scores: Doubles
    moves: Doubles
    scores, moves = random.normal(size=(7, SIZE)), random.normal(size=(SIZE, SIZE))
    labels = random.integers(0, SIZE, 7)
    times = [1, 3, 1]
    wrong, moved = _crf.gradient(scores, moves, labels, lengths, np.repeat(np.array(times, "f4"), lengths))

    def total(scores: Doubles, moves: Doubles) -> float:
        return sum(
            count * likelihood(scores[end - size : end], moves, labels[end - size : end])
            for end, size, count in zip(np.cumsum(lengths).tolist(), lengths.tolist(), times, strict=True)
        )

    before = total(scores, moves)
    for changed, found in ((scores, wrong), (moves, moved)):
        for place in np.ndindex(changed.shape):
            changed[place] += 1e-6
            assert (before - total(scores, moves)) / 1e-6 == pytest.approx(found[place], abs=1e-4)
            changed[place] -= 1e-6


def runs(times: int = 1, copies: int = 1) -> tuple[list[str], _crf.Runs]:
    """Return runs in which b and i stand for a name's begin and inside, each word with a feature of its own too.

    Each run counts ``times`` times, and is there ``copies`` times.
    """
    marks = {"b": "B-PER", "i": "I-PER", "o": "O"}
    found = ["obio", "boo", "oobii", "o", "bib"] * 4
    rows = [
        [[f"{mark}{at % 2}", mark, f"only{number}.{at}"] for at, mark in enumerate(run)]
        for number, run in enumerate(found)
    ]
    tags = [[marks[mark] for mark in run] for run in found]
    return _train.runs([(row, tag, times) for row, tag in zip(rows, tags, strict=True)] * copies)


def test_it_learns_what_tells_the_labels_apart_and_gives_the_same_weights_again() -> None:
    names, read = runs()
    nothing = np.zeros(len(names), "f4")
    weights, moves = _crf.fit(read, nothing, len(LABELS), SETTINGS)
    for mark, label in (("b", "B-PER"), ("i", "I-PER"), ("o", "O")):
        assert LABELS[weights[names.index(mark)].argmax()] == label
    assert moves[1, 2] > moves[0, 2]
    again, _ = _crf.fit(read, nothing, len(LABELS), SETTINGS)
    assert (weights == again).all()


def test_a_run_that_counts_twice_weighs_as_two_of_its_kind() -> None:
    names, read = runs(times=2)
    _, twice = runs(copies=2)
    nothing = np.zeros(len(names), "f4")
    assert len(twice.run_ends) - 1 <= _crf._TOGETHER
    weights, copied, once = (_crf.fit(each, nothing, len(LABELS), SETTINGS)[0] for each in (read, twice, runs()[1]))
    np.testing.assert_allclose(weights, copied, atol=1e-4)
    assert not np.allclose(weights, once, atol=1e-2)


def test_a_feature_that_is_always_hidden_gets_no_weight_and_one_often_hidden_less() -> None:
    names, read = runs()
    hidden = np.zeros(len(names), "f4")
    seen = np.abs(_crf.fit(read, hidden, len(LABELS), SETTINGS)[0]).sum(1)
    hidden[names.index("b")], hidden[names.index("i")] = 1, 0.8
    weights = np.abs(_crf.fit(read, hidden, len(LABELS), SETTINGS)[0]).sum(1)
    assert weights[names.index("b")] == 0
    assert 0 < weights[names.index("i")] < seen[names.index("i")]


def test_weights_are_packed_without_the_small_ones() -> None:
    rows = {"w1": np.array([0, 0.5, -0.01, 0, 0, 0, 0, 0, -1], "f4"), "w0": np.full(9, 0.001, "f4")}
    packed = _train.packed(rows, np.eye(9, dtype="f4"))
    assert bytes(packed["keys"]).decode() == "w1"
    assert packed["count"].tolist() == [2]
    assert packed["label"].tolist() == [1, 8]
    assert packed["weight"].tolist() == [0.5, -1]


def test_features_of_few_words_lose_their_weights() -> None:
    names, read = runs()
    left = _train.without_rare(np.ones((len(names), 2), "f4"), read.features, 2)
    assert left[names.index("b")].tolist() == [1, 1]
    assert not left[[at for at, name in enumerate(names) if name.startswith("only")]].any()

"""A linear-chain CRF in numpy: the scores of a word type are summed up once and kept, a text is a handful of gathers.

The weights are trained by ``_train.py`` and lie in ``data/<language>/model.npz``: ``keys`` (feature names, one a line),
``count`` (weights a feature), ``label`` and ``weight`` (the weights, feature by feature), ``moves`` (label to label).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from service.enrich.entities.features import GAPS, LABELS, START, TYPES, Reading, Seen, Span

_OFFSETS: Final = "0-+<>"
"""Where a word's features count: at the word, behind it, before it, two behind, two before (training's prefixes)."""
_SIZE: Final = len(LABELS)
_NEVER: Final = -1e4
_KEPT: Final = 40_000
_MARGIN: Final = 5.0
"""Words whose best name label scores this much less than O are O; without the bound 2 mentions in 100 differ."""
_VOTE: Final = 1.5
"""What a name's label gains at other mentions of the word in the same text."""
_SURE: Final = 1.0

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]


def _blocked() -> Floats:
    """Return what is added to the moves between labels: inside follows only its own begin or inside."""
    blocked = np.zeros((_SIZE, _SIZE), "f4")
    for inside in range(2, _SIZE, 2):
        blocked[:, inside] = _NEVER
        blocked[[inside - 1, inside], inside] = 0
    return blocked


class Model:
    """The weights of one language. ``see`` gives the features of a written word."""

    def __init__(self, arrays: Any, see: Callable[[str], Seen]) -> None:
        self._see = see
        rows = _rows(arrays)
        names = bytes(arrays["keys"]).decode().split("\n")
        self._moves: Floats = arrays["moves"].astype("f4") + _blocked()
        by_name: dict[str, int] = {}
        for name in names:
            if name[0] in _OFFSETS:
                by_name.setdefault(name[1:], len(by_name))
        self._feature = by_name
        self._weights = np.zeros((len(by_name), len(_OFFSETS), _SIZE), "f4")
        self._gap = np.zeros((2, GAPS, _SIZE), "f4")
        tags = len(LABELS)
        self._tag = np.zeros((tags, tags, tags, _SIZE), "f4")
        self._kinds: dict[str, int] = {"": 0}
        for name in names:
            if name[0] in "KQT":
                for kind in name[1:].split("|"):
                    self._kinds.setdefault(kind, len(self._kinds))
        self._kinds["\0unknown"] = unknown = len(self._kinds)
        size = unknown + 1
        self._kind = np.zeros((size, size, size, _SIZE), "f4")
        self._links: dict[str, int] = {"": 0}
        for name in names:
            if name[0] in "CD":
                for link in name[1:].split("|"):
                    self._links.setdefault(link, len(self._links))
        size = len(self._links) + 1
        self._link = np.zeros((size, size, _SIZE), "f4")
        for name, row in zip(names, rows, strict=True):
            self._place(name, row)
        self._clear()

    def _place(self, name: str, row: Floats) -> None:
        """Put one feature's weights where they are looked up."""
        head, rest = name[0], name[1:]
        if head in _OFFSETS:
            self._weights[self._feature[rest], _OFFSETS.index(head)] = row
        elif head in "gh":
            self._gap["gh".index(head), int(rest)] += row
        elif head == "M":
            self._tag[:, int(rest)] += row
        elif head in "CD":
            links = [self._links[link] for link in rest.split("|")]
            self._link[tuple(links) if head == "D" else links[0]] += row
        elif head in "mn":
            first, second = map(int, rest.split("|"))
            self._tag[(first, second) if head == "m" else (slice(None), first, second)] += row
        else:
            kinds = [self._kinds[kind] for kind in rest.split("|")]
            if head == "Q":
                self._kind[:, kinds[0], kinds[1]] += row
            elif head == "K":
                self._kind[kinds[0], kinds[1]] += row
            else:
                self._kind[kinds[0], kinds[1], kinds[2]] += row

    def _clear(self) -> None:
        """Forget the word types; the first stands for what lies outside the sentence."""
        self._ids: dict[str, int] = {}
        self._stems: dict[str, int] = {}
        self._scores = np.zeros((1024, len(_OFFSETS), _SIZE), "f4")
        self._of = np.zeros((1024, 2), np.intp)
        self._next = 1

    def _add(self, word: str) -> int:
        """Sum up a word type's scores and return its number."""
        number, self._next = self._next, self._next + 1
        if number >= len(self._scores):
            self._scores = np.concatenate([self._scores, np.zeros_like(self._scores)])
            self._of = np.concatenate([self._of, np.zeros_like(self._of)])
        seen = self._see(word)
        get = self._feature.get
        # One list of names: a feature that does not count at an offset has no weight there.
        found = [row for name in dict.fromkeys(seen.here + seen.near) if (row := get(name)) is not None]
        if found:
            self._weights[found].sum(0, out=self._scores[number])
        kind = self._kinds.get(seen.kind, self._kinds["\0unknown"])
        self._of[number] = kind, self._stems.setdefault(seen.stem, len(self._stems))
        self._ids[word] = number
        return number

    def _numbers(self, words: Sequence[str]) -> Ints:
        if self._next + len(words) > _KEPT:
            self._clear()
        ids, add = self._ids, self._add
        return np.array([ids.get(word) or add(word) for word in words], np.intp)

    def _emissions(self, reading: Reading, numbers: Ints) -> Floats:
        """Return the score of each label at each word, moves between labels apart."""
        gaps = np.array(reading.gaps, np.intp)
        places = np.arange(2, len(numbers) + 2) + 2 * np.cumsum(gaps == START)
        line = np.zeros(places[-1] + 3, np.intp)
        line[places] = numbers
        scores = self._scores
        kind = self._of[line, 0]
        total: Floats = scores[numbers, 0]
        for column, away in ((1, -1), (2, 1), (3, -2), (4, 2)):
            total += scores[line[places + away], column]
        total += self._kind[kind[places - 1], kind[places], kind[places + 1]]
        total += self._gap[0, gaps]
        total += self._gap[1, np.append(gaps[1:], START)]
        tags = np.zeros(len(numbers) + 2, np.intp)
        tags[1:-1] = reading.tags
        total += self._tag[tags[:-2], tags[1:-1], tags[2:]]
        if any(reading.chains):
            unknown = len(self._links)
            links = np.array([self._links.get(link, unknown) for link in (*reading.chains, "")], np.intp)
            total += self._link[links[:-1], links[1:]]
        return total

    def spans(self, reading: Reading) -> list[Span]:
        """Return the names of a text; a label that is sure at one mention of a word helps at the others."""
        if not reading.words:
            return []
        numbers = self._numbers(reading.words)
        scores = self._emissions(reading, numbers)
        joined = np.array(reading.joined, bool)
        labels = self._decode(scores, joined, np.ones(len(scores), bool))
        raised = self._vote(scores, labels, self._of[numbers, 1])
        if raised is not None:
            run = np.cumsum(~joined)
            again = np.isin(run, run[raised])
            labels = np.where(again, self._decode(scores, joined, again), labels)
        return _spans(labels.tolist())

    def _vote(self, scores: Floats, labels: Ints, stems: Ints) -> Bools | None:
        """Raise the scores of other mentions of words that are surely names somewhere in the text; say where."""
        named = np.flatnonzero(labels)
        sure = named[scores[named, labels[named]] - scores[named, 0] > _SURE]
        if not len(sure):
            return None
        found, which = np.unique(stems, return_inverse=True)
        votes = np.zeros((len(found), _SIZE), "f4")
        np.add.at(votes, (which[sure], labels[sure]), 1)
        named_types = votes[:, 1::2] + votes[:, 2::2]
        repeated = (np.bincount(which) > 1) & (votes.sum(1) > 0)
        # Where a mention already has the type that the votes are for, they change nothing.
        kinds = np.where(labels > 0, (labels - 1) // 2, -1)
        raised: Bools = repeated[which] & (kinds != named_types.argmax(1)[which])
        if not raised.any():
            return None
        # A name's parts keep their places: a family name that is inside one name may begin another.
        share = np.zeros_like(votes)
        share[:, 1::2] = share[:, 2::2] = named_types / np.maximum(named_types.sum(1, keepdims=True), 1)
        scores += _VOTE * share[which] * repeated[which, None]
        return raised

    def _decode(self, scores: Floats, joined: Bools, wanted: Bools) -> Ints:
        """Return the best label of each wanted word: Viterbi over all runs of words that may be names, side by side."""
        labels = np.zeros(len(scores), np.intp)
        open_ = wanted & (scores[:, 1:].max(1) + _MARGIN > scores[:, 0])
        at = np.flatnonzero(open_)
        if not len(at):
            return labels
        cut = np.flatnonzero((np.diff(at) > 1) | ~joined[at[1:]])
        first, last = at[np.concatenate(([0], cut + 1))], at[np.append(cut, len(at) - 1)]
        order = np.argsort(first - last, kind="stable")
        first, last = first[order], last[order]
        lengths = last - first + 1
        score = scores[first] + np.where(joined[first, None], self._moves[0], 0)
        score[~joined[first], 2::2] = _NEVER
        runs_on = np.append(joined, False)[last + 1]
        final = np.empty_like(score)
        back, moves = [], self._moves.T[None]
        counts = np.searchsorted(-lengths, -np.arange(lengths[0] + 1), side="left").tolist()
        for step in range(1, int(lengths[0])):
            count = counts[step]
            final[count : len(score)] = score[count:]
            paths = score[:count, None, :] + moves
            back.append(paths.argmax(2))
            score = paths.max(2) + scores[first[:count] + step]
        final[: len(score)] = score
        final[runs_on] += self._moves[:, 0]
        best = final.argmax(1)
        labels[last] = best
        for step in range(int(lengths[0]) - 1, 0, -1):
            count = counts[step]
            best[:count] = back[step - 1][np.arange(count), best[:count]]
            labels[first[:count] + step - 1] = best[:count]
        return labels


def _rows(arrays: Any) -> Floats:
    """Return one row of weights a feature."""
    counts = arrays["count"].astype(np.intp)
    rows = np.zeros((len(counts), _SIZE), "f4")
    rows[np.repeat(np.arange(len(counts)), counts), arrays["label"]] = arrays["weight"]
    return rows


def _spans(labels: Sequence[int]) -> list[Span]:
    """Return the labelled stretches."""
    spans: list[Span] = []
    first = 0
    for at, label in enumerate([*labels, 0]):
        before = labels[at - 1] if at else 0
        inside = label and not label % 2
        if before and not inside:
            spans.append(Span(first, at, TYPES[(before - 1) // 2]))
        if not inside:
            first = at
    return spans


@functools.cache
def load(language: str, see: Callable[[str], Seen]) -> Model:
    """Return the trained model that is shipped for a language."""
    path = files("service.enrich.entities").joinpath(f"data/{language}/model.npz")
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return Model(arrays, see)

"""A linear-chain CRF in numpy: the scores of a word type are summed up once and kept, a text is a handful of gathers.

The weights are trained by ``_train.py`` and lie in ``data/<language>/model.npz``: ``keys`` (feature names, one a line),
``count`` (weights a feature), ``label`` and ``weight`` (the weights, feature by feature), ``moves`` (label to label).
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Any, Final

import numpy as np

from service.enrich.entities.decoder import Decoder, Floats, Ints
from service.enrich.entities.features import GAPS, LABELS, TYPES, Reading, Seen, Span
from service.enrich.entities.tokens import Gap

_OFFSETS: Final = "0-+<>"
"""Where a word's features count: at the word, behind it, before it, two behind, two before (training's prefixes)."""
_SIZE: Final = len(LABELS)
_KEPT: Final = 40_000
_TOGETHER: Final = 1_000
"""New word types whose scores are summed up at once."""
_VOTE: Final = 1.5
"""What a name's label gains at other mentions of the word in the same text."""
_SURE: Final = 1.0


class Model:
    """The weights of one language. ``see`` gives the features of written words."""

    def __init__(self, arrays: Any, see: Callable[[Sequence[str]], list[Seen]]) -> None:
        self._see = see
        rows = _rows(arrays)
        names = bytes(arrays["keys"]).decode().split("\n")
        self._decoder = Decoder(arrays["moves"])
        by_word = np.array([name[0] in _OFFSETS for name in names])
        own = [name for name in names if name[0] in _OFFSETS]
        self._feature = {name: at for at, name in enumerate(dict.fromkeys([name[1:] for name in own]))}
        self._weights = np.zeros((len(self._feature) + 1, len(_OFFSETS), _SIZE), "f4")
        at = [self._feature[name[1:]] for name in own], [_OFFSETS.index(name[0]) for name in own]
        self._weights[at] = rows[by_word]
        names, rows = [name for name in names if name[0] not in _OFFSETS], rows[~by_word]
        self._gap = np.zeros((2, GAPS, _SIZE), "f4")
        tags = len(LABELS)
        self._tag: Floats = np.zeros((tags, tags, tags, _SIZE), "f4")
        self._kinds: dict[str, int] = {"": 0}
        for name in names:
            if name[0] in "KQTS":
                for kind in name[1:].split("|")[name[0] == "S" :]:
                    self._kinds.setdefault(kind, len(self._kinds))
        self._kinds["\0unknown"] = unknown = len(self._kinds)
        size = unknown + 1
        self._kind = np.zeros((size, size, size, _SIZE), "f4")
        self._sport = np.zeros((2, size, _SIZE), "f4")
        self._links: dict[str, int] = {"": 0}
        for name in names:
            if name[0] in "CD":
                for link in name[1:].split("|"):
                    self._links.setdefault(link, len(self._links))
        self._link = np.zeros((len(self._links) + 1, _SIZE), "f4")
        pairs = sorted({self._pair(*name[1:].split("|")) for name in names if name[0] == "D"})
        # Only some of all pairs have weights: they are found by halving. The last row is empty, for all others.
        self._pairs = np.array([*pairs, np.iinfo(np.intp).max], np.intp)
        self._pair_rows = np.zeros((len(pairs) + 1, _SIZE), "f4")
        for name, row in zip(names, rows, strict=True):
            self._place(name, row)
        self._clear()

    def _pair(self, first: str, second: str) -> int:
        """Return the number of a pair of neighbouring links."""
        return self._links[first] * (len(self._links) + 1) + self._links[second]

    def _place(self, name: str, row: Floats) -> None:
        """Put the weights of one feature that is not of a single word where they are looked up."""
        head, rest = name[0], name[1:]
        if head in "gh":
            self._gap["gh".index(head), int(rest)] += row
        elif head == "M":
            self._tag[:, int(rest)] += row
        elif head == "C":
            self._link[self._links[rest]] += row
        elif head == "D":
            self._pair_rows[np.searchsorted(self._pairs, self._pair(*rest.split("|")))] += row
        elif head in "mn":
            first, second = map(int, rest.split("|"))
            self._tag[(first, second) if head == "m" else (slice(None), first, second)] += row
        elif head == "S":
            body, kind = rest.split("|")
            self._sport[int(body), self._kinds[kind]] = row
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
        self._of = np.zeros((1024, 3), np.intp)
        self._next = 1

    def _add(self, words: Sequence[str]) -> None:
        """Sum up the scores of new word types, all together."""
        first, self._next = self._next, self._next + len(words)
        while self._next > len(self._scores):
            self._scores = np.concatenate([self._scores, np.zeros_like(self._scores)])
            self._of = np.concatenate([self._of, np.zeros_like(self._of)])
        seen = self._see(words)
        # Features that count away from the word are in ``here`` too; one that does not count has no weight there.
        # All words' first features, all second ones, and so on: that many additions of all words at once.
        names = [*itertools.zip_longest(*[each.here for each in seen], fillvalue="")]
        found = map(self._feature.get, itertools.chain.from_iterable(names), itertools.repeat(-1))
        rows = np.fromiter(found, np.intp, len(names) * len(words)).reshape(len(names), len(words))
        scores = self._weights.take(rows[0], 0)
        for row in rows[1:]:
            scores += self._weights.take(row, 0)  # the last row, of features without weight, is empty
        self._scores[first : self._next] = scores
        kind_of, stems, unknown = self._kinds.get, self._stems, self._kinds["\0unknown"]
        of = [(kind_of(each.kind, unknown), stems.setdefault(each.stem, len(stems)), each.body) for each in seen]
        self._of[first : self._next] = of
        self._ids.update(zip(words, range(first, self._next), strict=True))

    def _numbers(self, words: Sequence[str]) -> Ints:
        """Return the numbers of the words' types."""
        get = self._ids.get
        numbers = [*map(get, words)]
        if None in numbers:
            if self._next + len(words) > _KEPT:
                self._clear()
                get = self._ids.get
            new = [word for word in dict.fromkeys(words) if word not in self._ids]
            for at in range(0, len(new), _TOGETHER):
                self._add(new[at : at + _TOGETHER])
            numbers = [*map(get, words)]
        return np.array(numbers, np.intp)

    def _emissions(self, reading: Reading, numbers: Ints) -> Floats:
        """Return the score of each label at each word, moves between labels apart."""
        gaps = np.frombuffer(bytes(reading.gaps), "u1")
        size = len(numbers)
        # Two places that hold nothing stand before each sentence and behind the last.
        places = np.arange(2, size + 2) + 2 * np.cumsum(gaps == Gap.START)
        line = np.zeros(places[-1] + 3, np.intp)
        line[places] = numbers
        scores = self._scores.take(line, 0)
        total: Floats = scores[2:-2, 0] + scores[1:-3, 1]
        total += scores[3:-1, 2]
        total += scores[:-4, 3]
        total += scores[4:, 4]
        kind, kinds = self._of[:, 0].take(line), len(self._kinds)
        total += self._kind.reshape(-1, _SIZE).take((kind[1:-3] * kinds + kind[2:-2]) * kinds + kind[3:-1], 0)
        total = total.take(places - 2, 0)
        total += self._gap[0].take(gaps, 0)
        total += self._gap[1].take(np.append(gaps[1:], Gap.START), 0)
        tags = np.zeros(size + 2, np.intp)
        tags[1:-1] = np.frombuffer(bytes(reading.tags), "u1")
        total += self._tag.reshape(-1, _SIZE).take((tags[:-2] * _SIZE + tags[1:-1]) * _SIZE + tags[2:], 0)
        if reading.sport:
            total += self._sport[self._of[numbers, 2], self._of[numbers, 0]]
        if any(reading.chains):
            get, unknown = self._links.get, len(self._links)
            links = np.array([get(link, unknown) for link in (*reading.chains, "")], np.intp)
            total += self._link.take(links[:-1], 0)
            pairs = links[:-1] * (unknown + 1) + links[1:]
            rows = np.searchsorted(self._pairs, pairs)
            rows[self._pairs.take(rows) != pairs] = len(self._pairs) - 1
            total += self._pair_rows.take(rows, 0)
        return total

    def spans(self, reading: Reading) -> list[Span]:
        """Return the names of a text; a label that is sure at one mention of a word helps at the others."""
        if not reading.words:
            return []
        numbers = self._numbers(reading.words)
        scores = self._emissions(reading, numbers)
        joined = np.frombuffer(bytes(reading.joined), bool)
        labels = self._decoder.decode(scores, joined, None)
        raised = self._vote(scores, labels, self._of[numbers, 1])
        if raised is not None:
            run = np.cumsum(~joined)
            again = np.zeros(run[-1] + 1, bool)
            again[run[raised]] = True
            wanted = again[run]
            labels = np.where(wanted, self._decoder.decode(scores, joined, wanted), labels)
        return _spans(labels)

    def _vote(self, scores: Floats, labels: Ints, stems: Ints) -> Ints | None:
        """Raise the scores of other mentions of words that are surely names somewhere in the text; say where."""
        named = np.flatnonzero(labels)
        sure = named[scores[named, labels[named]] - scores[named, 0] > _SURE]
        if not len(sure):
            return None
        # The stems that are surely names get small numbers, one each; all others stay 0.
        small = np.zeros(len(self._stems), np.intp)
        small[stems[sure]] = np.arange(1, len(sure) + 1)
        number = small.take(stems)
        at = np.flatnonzero(number)
        which = number[at]
        votes = np.zeros((len(sure) + 1, _SIZE), "f4")
        np.add.at(votes, (number[sure], labels[sure]), 1)
        named_types = votes[:, 1::2] + votes[:, 2::2]
        repeated = (np.bincount(which) > 1)[which]
        # Where a mention already has the type that the votes are for, they change nothing.
        kinds = np.where(labels[at] > 0, (labels[at] - 1) // 2, -1)
        raised: Ints = at[repeated & (kinds != named_types.argmax(1)[which])]
        if not len(raised):
            return None
        # A name's parts keep their places: a family name that is inside one name may begin another.
        share = np.zeros_like(votes)
        share[:, 1::2] = share[:, 2::2] = named_types / np.maximum(named_types.sum(1, keepdims=True), 1)
        scores[at[repeated]] += _VOTE * share[which[repeated]]
        return raised


def _rows(arrays: Any) -> Floats:
    """Return one row of weights a feature."""
    counts = arrays["count"].astype(np.intp)
    rows = np.zeros((len(counts), _SIZE), "f4")
    rows[np.repeat(np.arange(len(counts)), counts), arrays["label"]] = arrays["weight"]
    return rows


def _spans(labels: Ints) -> list[Span]:
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


@functools.cache
def load(language: str, see: Callable[[Sequence[str]], list[Seen]]) -> Model:
    """Return the trained model that is shipped for a language."""
    path = files("service.enrich.entities").joinpath(f"data/{language}/model.npz")
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return Model(arrays, see)

"""A linear-chain CRF in numpy: the scores of a word type are summed up once and kept, a text is a handful of gathers.

A small network (:mod:`service.enrich.entities.network`) adds its scores. The CRF's weights
are trained by ``_train.py`` and lie in ``data/<language>/model.npz``: ``keys`` (feature names, one a line), ``count``
(weights a feature), ``label`` and ``weight`` (the weights, feature by feature), ``moves`` (label to label).
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

import numpy as np

from service.enrich.entities.decoder import Decoder, Floats, Ints, spans_of
from service.enrich.entities.features import GAPS, LABELS, Reading, Span
from service.enrich.entities.hashed import Names, Table
from service.enrich.entities.loading import give_back, without_collection
from service.enrich.entities.network import NO_VECTORS, Network, load_network
from service.enrich.entities.summed import ROOM, Summed, integers
from service.enrich.entities.tokens import Gap
from service.enrich.entities.word_features import COLUMNS, Column, Seen

_OFFSETS: Final = "0-+<>"
"""Where a word's features count: at the word, behind it, before it, two behind, two before (training's prefixes)."""
_SIZE: Final = len(LABELS)
_UNKNOWN: Final = "\0unknown"
"""The coarse class of words whose class the training did not meet."""
_KEPT: Final = 50_000
"""Word types whose scores are kept; beyond them all are forgotten but those ready when the model was loaded."""
_TOGETHER: Final = 1_000
"""New word types whose scores are summed up at once."""
_VOTE: Final = 1.5
"""What a name's label gains at other mentions of the word in the same text."""
_PERSON_VOTE: Final = {"ar": 3.0}
"""By language, what persons' labels gain where it is more: on the Arabic texts held out PER 84.8 -> 85.0 F1, with names
hidden from the lists 82.3 -> 82.5, in ANERcorp 74.9 -> 75.6, the other types as they were."""
_SURE: Final = 1.0


class _Ids(dict[str, int]):
    """Numbers of word types from 1, given when they are asked for; ``new`` are those that have no scores yet."""

    def __init__(self) -> None:
        super().__init__()
        self.new: list[str] = []

    def __missing__(self, word: str) -> int:
        self.new.append(word)
        number = self[word] = len(self) + 1
        return number


class Model:
    """The weights of one language. ``see`` gives what is seen of written words, by ``columns``.

    With a ``network`` its scores are added to the CRF's, each by its share. ``person_vote`` is what a person's labels
    gain at other mentions of a word, if not as much as all others.
    """

    def __init__(
        self,
        arrays: Any,
        see: Callable[[Sequence[str]], Seen],
        columns: Sequence[Column],
        network: Network | None = None,
        person_vote: float | None = None,
    ) -> None:
        self._votes = np.full(_SIZE, _VOTE, "f4")
        if person_vote is not None:
            self._votes[[at for at, label in enumerate(LABELS) if label.endswith("-PER")]] = person_vote
        self._see, self._network = see, network
        self._width = network.width if network is not None else 0
        rows, moves = _rows(arrays), arrays["moves"].astype("f4")
        if network is not None:
            rows *= 1 - network.share
            moves = moves * (1 - network.share) + network.moves
        names = Names(arrays["keys"])
        self._decoder = Decoder(moves)
        places = {head: names.opening(head) for head in "KQTSCDghMmn"}
        parts = {head: [text.split("|") for text in names.texts(places[head], 1)] for head in places}
        self._of_words(names, rows, columns)
        self._of_kinds(parts, {head: rows[places[head]] for head in "KQTS"})
        self._of_links(parts, {head: rows[places[head]] for head in "CD"})
        self._gap = np.zeros((2, GAPS, _SIZE), "f4")
        self._tag: Floats = np.zeros((_SIZE, _SIZE, _SIZE, _SIZE), "f4")
        for head in "ghMmn":
            for part, row in zip(parts[head], rows[places[head]], strict=True):
                self._place(head, [*map(int, part)], row)
        self._clear()

    def _of_words(self, names: Names, rows: Floats, columns: Sequence[Column]) -> None:
        """Lay out the weights of single words' features: by feature, then by where the word stands."""
        network = self._network
        own, beside = names.opening(_OFFSETS), network.give_vectors() if network is not None else NO_VECTORS
        hashed = np.concatenate([names.hashes(own, 1), beside.names.hashes(beside.places)])
        known, number = np.unique(hashed, return_inverse=True)
        # The first row, of what has no weight, is empty.
        of_own, of_beside = np.split(number + 1, [len(own)])
        # A word's weights and its vector lie in one row: its features are looked up once.
        split = len(_OFFSETS) * _SIZE
        weights = np.zeros((1 + len(known) + ROOM, split + self._width), "i2")
        whole, scale = integers(rows[own])
        weights[of_beside, split:], scale_beside = integers(beside.rows)
        scales = np.concatenate([np.tile(scale, len(_OFFSETS)), scale_beside])
        letters = names.letters(own)
        for at, offset in enumerate(_OFFSETS):
            there = np.flatnonzero(letters == ord(offset))
            weights[of_own[there], at * _SIZE : (at + 1) * _SIZE] = whole[there]
        prefixes = "".join(prefix for column in columns for prefix, _ in column.parts)
        several: dict[str, int] = {}
        for each, places, row, skipped in ((names, own, of_own, 1), (beside.names, beside.places, of_beside, 0)):
            there = np.flatnonzero(~each.letter_among(prefixes, places, skipped))
            several.update(zip(each.texts(places[there], skipped), row[there].tolist(), strict=True))
        self._summed = Summed(weights, scales, Table(known), several, columns)

    def _of_kinds(self, parts: Mapping[str, list[list[str]]], rows: Mapping[str, Floats]) -> None:
        """Lay out the weights of neighbouring words' coarse classes."""
        kinds = itertools.chain(*parts["K"], *parts["Q"], *parts["T"], [kind for _, kind in parts["S"]])
        self._kinds = {kind: at for at, kind in enumerate(dict.fromkeys(["", *kinds, _UNKNOWN]))}
        size = len(self._kinds)
        self._beside = np.zeros((2, size, size, _SIZE), "f4")
        for number, head in enumerate("KQ"):
            before, behind = _columns(parts[head], self._kinds, 2)
            self._beside[number, before, behind] = rows[head]
        # Numbers of rows, 0 for the empty one: a table of the rows of all threes would take 12 MB.
        self._between = np.zeros((size, size, size), "u4")
        self._between[_columns(parts["T"], self._kinds, 3)] = np.arange(1, len(parts["T"]) + 1)
        self._between_rows = np.concatenate([np.zeros((1, _SIZE), "f4"), rows["T"]])
        self._sport = np.zeros((2, size, _SIZE), "f4")
        for (body, kind), row in zip(parts["S"], rows["S"], strict=True):
            self._sport[int(body), self._kinds[kind]] = row

    def _of_links(self, parts: Mapping[str, list[list[str]]], rows: Mapping[str, Floats]) -> None:
        """Lay out the weights of chains' links, alone and in pairs."""
        links = itertools.chain(*parts["C"], *parts["D"])
        self._links = {link: at for at, link in enumerate(dict.fromkeys(["", *links]))}
        unknown = len(self._links)
        self._link = np.zeros((unknown + 1, _SIZE), "f4")
        self._link[_columns(parts["C"], self._links, 1)] = rows["C"]
        first, second = _columns(parts["D"], self._links, 2)
        pairs = first * (unknown + 1) + second
        order = np.argsort(pairs)
        # Only some of all pairs have weights: they are found by halving. The last row is empty, for all others.
        self._pairs = np.append(pairs[order], np.iinfo(np.intp).max)
        self._pair_rows = np.concatenate([rows["D"][order], np.zeros((1, _SIZE), "f4")])

    def _place(self, head: str, parts: Sequence[int], row: Floats) -> None:
        """Put the weights of one feature of a gap or of the rules' tags where they are looked up."""
        if head in "gh":
            self._gap["gh".index(head), parts[0]] += row
        elif head == "M":
            self._tag[:, parts[0]] += row
        else:
            first, second = parts
            self._tag[(first, second) if head == "m" else (slice(None), first, second)] += row

    def _clear(self) -> None:
        """Make room for word types; the first stands for what lies outside the sentence."""
        self._ids = _Ids()
        self._stems: dict[str, int] = {}
        self._ready = self._ready_stems = 0
        self._scores = np.zeros((_KEPT, len(_OFFSETS), _SIZE), "f4")  # memory is taken only where it is written
        self._kind, self._stem = np.zeros(_KEPT, np.intp), np.zeros(_KEPT, np.intp)
        self._body = np.zeros(_KEPT, np.intp)
        self._vectors = np.zeros((_KEPT, self._width), "f4")

    def _forget(self) -> None:
        """Forget the word types but those that are to be ready."""
        kept = [*self._ids][: self._ready]
        self._ids.clear()
        self._ids.update(zip(kept, range(1, len(kept) + 1), strict=True))
        self._stems = dict(itertools.islice(self._stems.items(), self._ready_stems))
        self._scores, self._kind, self._stem, self._body, self._vectors = (
            each if len(each) == _KEPT else each[:_KEPT].copy()
            for each in (self._scores, self._kind, self._stem, self._body, self._vectors)
        )

    def _add(self, words: Sequence[str], first: int) -> None:
        """Sum up the scores of new word types, all together; the first has the number ``first``."""
        after = first + len(words)
        while after > len(self._scores):
            self._scores, self._kind, self._stem, self._body, self._vectors = (
                np.concatenate([each, np.zeros_like(each)])
                for each in (self._scores, self._kind, self._stem, self._body, self._vectors)
            )
        values, kinds, stems, bodies = self._see(words)
        # Features that count away from the word count at it too; one that does not count has no weight there.
        scores = self._scores[first:after].reshape(len(words), -1)
        self._summed.sums(values, out=[scores, self._vectors[first:after]])
        number = self._stems
        self._kind[first:after] = [*map(self._kinds.get, kinds, itertools.repeat(self._kinds[_UNKNOWN]))]
        self._stem[first:after] = [number.setdefault(stem, len(number)) for stem in stems]
        self._body[first:after] = bodies

    def _numbers(self, words: Sequence[str]) -> Ints:
        """Return the numbers of the words' types."""
        if len(self._ids) + len(words) > _KEPT and not all(map(self._ids.__contains__, words)):
            self._forget()
        numbers = np.fromiter(map(self._ids.__getitem__, words), np.intp, len(words))
        new = self._ids.new
        first = len(self._ids) + 1 - len(new)
        for at in range(0, len(new), _TOGETHER):
            self._add(new[at : at + _TOGETHER], first + at)
        new.clear()
        return numbers

    def learn(self, words: Sequence[str]) -> None:
        """Sum up the scores of words before a text has them, and keep them ready."""
        self._numbers(words)
        self._ready, self._ready_stems = len(self._ids), len(self._stems)

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
        kind, kinds = self._kind.take(line), len(self._kinds)
        pairs = kind[1:-2] * kinds + kind[2:-1]
        total += self._beside[0].reshape(-1, _SIZE).take(pairs[:-1], 0)
        total += self._beside[1].reshape(-1, _SIZE).take(pairs[1:], 0)
        total += self._between_rows.take(self._between.take(pairs[:-1] * kinds + kind[3:-1]), 0)
        total = total.take(places - 2, 0)
        total += self._gap[0].take(gaps, 0)
        total += self._gap[1].take(np.append(gaps[1:], Gap.START), 0)
        tags = np.zeros(size + 2, np.intp)
        tags[1:-1] = np.frombuffer(bytes(reading.tags), "u1")
        total += self._tag.reshape(-1, _SIZE).take((tags[:-2] * _SIZE + tags[1:-1]) * _SIZE + tags[2:], 0)
        if reading.sport:
            total += self._sport[self._body[numbers], self._kind[numbers]]
        if any(reading.chains):
            unknown = len(self._links)
            found = map(self._links.get, reading.chains, itertools.repeat(unknown))
            links = np.fromiter(itertools.chain(found, [0]), np.intp, size + 1)
            total += self._link.take(links[:-1], 0)
            pairs = links[:-1] * (unknown + 1) + links[1:]
            rows = np.searchsorted(self._pairs, pairs)
            rows[self._pairs.take(rows) != pairs] = len(self._pairs) - 1
            total += self._pair_rows.take(rows, 0)
        if self._network is not None:
            total += self._network.scores(reading, self._vectors.take(numbers, 0))
        return total

    def spans(self, reading: Reading) -> list[Span]:
        """Return the names of a text; a label that is sure at one mention of a word helps at the others."""
        if not reading.words:
            return []
        numbers = self._numbers(reading.words)
        scores = self._emissions(reading, numbers)
        joined = np.frombuffer(bytes(reading.joined), bool)
        labels = self._decoder.decode(scores, joined)
        raised = self._vote(scores, labels, self._stem.take(numbers))
        if raised is not None:
            run = np.cumsum(~joined)
            again = np.zeros(run[-1] + 1, bool)
            again[run[raised]] = True
            at = np.flatnonzero(again.take(run))
            labels[at] = self._decoder.decode(scores.take(at, 0), joined.take(at))
        return spans_of(labels)

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
        scores[at[repeated]] += self._votes * share[which[repeated]]
        return raised


def _rows(arrays: Any) -> Floats:
    """Return one row of weights a feature."""
    counts = arrays["count"].astype(np.intp)
    rows = np.zeros((len(counts), _SIZE), "f4")
    rows[np.repeat(np.arange(len(counts)), counts), arrays["label"]] = arrays["weight"]
    return rows


def _columns(parts: Sequence[Sequence[str]], numbers: Mapping[str, int], width: int) -> tuple[Ints, ...]:
    """Return the numbers of what each feature is made of, ``width`` parts, as one array a part."""
    found = np.array([[numbers[part] for part in each] for each in parts], np.intp)
    return tuple(found.reshape(-1, width).T)


_FREQUENT: Final = {"ar": ("frequent.txt",), "en": ("frequent.txt", "common.txt")}
"""Lists of words as they are written; the Arabic ``common.txt`` is folded."""


def frequent(language: str) -> list[str]:
    """Return the words whose scores are summed up when a model is loaded: most of those of a text are among them."""
    folder = files("service.enrich.entities").joinpath("data", language)
    return [word for name in _FREQUENT[language] for word in folder.joinpath(name).read_text("utf-8").split()]


@functools.cache
def load(language: str, see: Callable[[Sequence[str]], Seen]) -> Model:
    """Return the trained model that is shipped for a language."""
    path = files("service.enrich.entities").joinpath(f"data/{language}/model.npz")
    with without_collection():
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            model = Model(arrays, see, COLUMNS[language], load_network(language), _PERSON_VOTE.get(language))
        model.learn(frequent(language))
    give_back()
    return model

"""A small network beside the CRF: what it makes of a word's surroundings is added to the CRF's scores.

A word is the sum of its features' vectors (the CRF's own, and what stands before it, the rules' tag, the head noun's
chain, the subject); convolutions of three words, each with a wider step, read what stands around it. It is trained on
the texts of the CRF but judges by more words at once: the two err on different names. ``_train_network.py`` makes
``data/<language>/network.npz``: ``keys`` (feature names, one a line) with ``vectors`` (int8) and their ``scale``,
``weights0`` and so on, ``bias0`` and so on and ``step`` of the convolutions, ``bias`` of the sums of vectors, ``out``
and ``out_bias``, ``moves`` (label to label).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final, NamedTuple

import numpy as np

from service.enrich.entities.decoder import Floats, Ints
from service.enrich.entities.features import GAPS, LABELS, Reading
from service.enrich.entities.hashed import Names

SHARE: Final = {"ar": 0.5, "en": 0.5}
"""By language, the network's share in the scores; the CRF's is the rest. On a quarter of the train texts held out F1
changes by less than half a point a tenth to both sides; either alone is one to two points less (docs/entities.md)."""
PLACE: Final = "#"
"""What the names of features of a place in the text open with; all others are of word types."""
_TOGETHER: Final = 512
"""Words that are read at once, at 2 KB of memory each: more than all else that a word takes."""

_BLOCK: Final = 16
"""Words of one product of matrices. OpenBLAS takes one thread while the three sizes multiplied are below 262 144."""


def place_features(reading: Reading) -> list[list[str]]:
    """Return, word by word, the features that are not of the word type."""
    sport = [f"{PLACE}S"] if reading.sport else []
    return [
        [f"{PLACE}g{gap}", f"{PLACE}M{tag}", *([f"{PLACE}C{chain}"] if chain else []), *sport]
        for gap, tag, chain in zip(reading.gaps, reading.tags, reading.chains, strict=True)
    ]


class Vectors(NamedTuple):
    """The vectors (``rows``) of the names at some places of a list."""

    names: Names
    places: Ints
    rows: Floats


NO_VECTORS: Final = Vectors(Names(b""), np.empty(0, np.intp), np.empty((0, 0), "f4"))


class Network:
    """The network of one language. ``share`` is what its scores count beside the CRF's, which count the rest of one.

    ``vectors`` are those of features of word types, ``width`` numbers each; ``moves`` are the weights of a label (row)
    before a label.
    """

    def __init__(self, arrays: Any, share: float) -> None:
        self.share = share
        names = Names(arrays["keys"])
        rows: Floats = arrays["vectors"].astype("f4") * arrays["scale"].astype("f4")[:, None]
        self.width = rows.shape[1]
        of_place = names.letter_among(PLACE, np.arange(len(names)))
        of_words, of_places = np.flatnonzero(~of_place), np.flatnonzero(of_place)
        self.vectors = Vectors(names, of_words, rows[of_words])
        self._of_places(dict(zip(names.texts(of_places, 1), rows[of_places], strict=True)), arrays["bias"][0])
        self._layers: list[tuple[int, Floats, Floats]] = [
            (int(step), arrays[f"weights{at}"].astype("f4"), arrays[f"bias{at}"].astype("f4"))
            for at, step in enumerate(arrays["step"])
        ]
        self._reach = sum(step for step, *_ in self._layers)
        self._out, self._out_bias, self.moves = (
            arrays[name].astype("f4") * np.float32(share) for name in ("out", "out_bias", "moves")
        )

    def give_vectors(self) -> Vectors:
        """Return the vectors, to be kept by the caller: they are not needed here."""
        vectors, self.vectors = self.vectors, NO_VECTORS
        return vectors

    def _of_places(self, rows: Mapping[str, Floats], bias: Floats) -> None:
        """Lay out the vectors of gaps (with the bias: every word has a gap), tags, chains and the subject."""
        none = np.zeros(self.width, "f4")
        self._gap = np.array([rows.get(f"g{gap}", none) for gap in range(GAPS)]) + bias
        self._tag = np.array([rows.get(f"M{tag}", none) for tag in range(len(LABELS))])
        self._sport = rows.get("S", none)
        chains = [name for name in rows if name[0] == "C"]
        self._chains = {name[1:]: at for at, name in enumerate(chains, 1)}
        self._chain = np.array([none, *map(rows.__getitem__, chains)])

    def scores(self, reading: Reading, vectors: Floats) -> Floats:
        """Return the score of each label at each word; ``vectors`` are those of the words' types, and are changed."""
        vectors += self._gap.take(np.frombuffer(bytes(reading.gaps), "u1"), 0)
        vectors += self._tag.take(np.frombuffer(bytes(reading.tags), "u1"), 0)
        if reading.sport:
            vectors += self._sport
        if any(reading.chains):
            found = map(self._chains.get, reading.chains, itertools.repeat(0))
            chains = np.fromiter(found, np.intp, len(reading.chains))
            at: Ints = np.flatnonzero(chains)
            vectors[at] += self._chain.take(chains[at], 0)
        np.maximum(vectors, 0, out=vectors)
        size = len(vectors)
        total = np.empty((size, len(LABELS)), "f4")
        for first in range(0, size, _TOGETHER):
            # What stands up to ``reach`` words away counts: so many are read on both sides, and left out again.
            start, after = max(first - self._reach, 0), min(first + _TOGETHER, size)
            found_scores = self._read(vectors[start : after + self._reach])
            total[first:after] = found_scores[first - start : after - start]
        return total

    def _read(self, vectors: Floats) -> Floats:
        """Return the scores of words by all of them; nothing stands outside."""
        size, state = len(vectors), vectors
        for at, (step, weights, bias) in enumerate(self._layers):
            depth = state.shape[1]
            three = _rows(size, 3 * depth)
            three[step:size, :depth] = state[: max(size - step, 0)]
            three[:size, depth : 2 * depth] = state
            three[: max(size - step, 0), 2 * depth :] = state[step:]
            read = _product(three, weights)[:size]
            read += bias
            np.maximum(read, 0, out=read)
            state = read + state if at else read
        both = _rows(size, len(self._out))
        both[:size, : state.shape[1]] = state
        both[:size, state.shape[1] :] = vectors
        found = _product(both, self._out)[:size]
        found += self._out_bias
        return found


def _rows(size: int, width: int) -> Floats:
    """Return rows for so many words, and empty ones up to a whole number of blocks."""
    return np.zeros((size + -size % _BLOCK, width), "f4")


def _product(rows: Floats, weights: Floats) -> Floats:
    """Return the product block by block: the matrix library would use all cores for all of it, and wait for them."""
    found: Floats = (rows.reshape(-1, _BLOCK, rows.shape[1]) @ weights).reshape(len(rows), -1)
    return found


def load_network(language: str) -> Network | None:
    """Return the trained network that is shipped for a language, None where there is none."""
    if language not in SHARE:
        return None
    path = files("service.enrich.entities").joinpath(f"data/{language}/network.npz")
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return Network(arrays, SHARE[language])

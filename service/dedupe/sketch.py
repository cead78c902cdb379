"""Sketches: a text's word shingles in a few hundred bytes, by which two texts are compared without their words.

``sketching.py`` makes them. Two sketches compare on the range that both cover.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import NamedTuple

import numpy as np

FIGURES_SHARE = 0.34
"""Share of the figures that must differ in two reports, unless more is known of them."""

_REPLACED = 3

_FEW = 100
"""Values below which sets are quicker than arrays."""


class Sketch(NamedTuple):
    """What is known of a text's words.

    ``values`` and ``figures`` are samples: 16-bit numbers of the machine's order of bytes, first the greatest value
    that the sample covers, then the values in ascending order, each once.
    """

    words: int
    shingles: int
    """Distinct shingles of the whole text."""
    values: bytes
    """The smallest shingle hashes, upper 16 bits each."""
    figures: bytes
    """The smallest hashes of (figure, how many-eth), 16 bits each."""
    figure_count: int
    figure_digest: bytes
    """Digest of the whole multiset of figures (signing adds the negations and marks of correction); empty if none."""
    text_hash: bytes
    """Digest of all words in order; empty for a text without words."""

    def without_samples(self) -> Sketch:
        """Return the sketch without its samples: what remains tells a text word for word, and its figures."""
        return Sketch(self.words, self.shingles, b"", b"", self.figure_count, self.figure_digest, self.text_hash)


EMPTY = Sketch(0, 0, b"", b"", 0, b"", b"")


class Overlap(NamedTuple):
    """How much two texts share, 0 to 1."""

    jaccard: float
    of_first: float
    """Share of the first text that is in the second."""
    of_second: float

    @property
    def containment(self) -> float:
        """The share of the shorter text that is in the other one."""
        return max(self.of_first, self.of_second)


def shortened(sample: bytes, count: int) -> bytes:
    """Return a coarser sample of the same text, of at most ``count`` values."""
    values = array("H", sample)
    if len(values) <= count + 1:
        return sample
    kept = values[: count + 1]
    kept[0] = kept[-1]
    return kept.tobytes()


def _shared(first: bytes, second: bytes) -> tuple[int, int, int]:
    """Return the sizes of two samples in the range that both cover, and how many values they share there.

    Sorted together, shared values stand side by side; sets of many of Python's numbers took five times as long.
    """
    one, two = memoryview(first).cast("H"), memoryview(second).cast("H")
    top = min(one[0], two[0])
    to_one = len(one) if one[-1] <= top else bisect_right(one, top, 1)
    to_two = len(two) if two[-1] <= top else bisect_right(two, top, 1)
    if to_one + to_two < _FEW:
        return to_one - 1, to_two - 1, len(set(one[1:to_one]).intersection(two[1:to_two]))
    both = np.frombuffer(bytearray(first[2 : 2 * to_one] + second[2 : 2 * to_two]), np.uint16)
    both.sort()
    return to_one - 1, to_two - 1, int(np.count_nonzero(both[1:] == both[:-1]))


_WHOLE = Overlap(1.0, 1.0, 1.0)


def overlap(first: Sketch, second: Sketch) -> Overlap:
    """Estimate what two texts share; exact but for chance where both samples are whole. Zero without shingles."""
    if not first.shingles or not second.shingles:
        return Overlap(0.0, 0.0, 0.0)
    if first.values and first.values == second.values:
        return _WHOLE
    one, two, both = _shared(first.values, second.values)
    return Overlap(both / (one + two - both or 1), both / (one or 1), both / (two or 1))


def figures_replaced(first: Sketch, second: Sketch, share: float = FIGURES_SHARE) -> bool:
    """Say whether many figures of both texts differ: two days' reports from one template.

    At least 3 figures and this ``share`` of the fewer ones have no counterpart, on both sides. (Equal figures must not
    be asked of copies: in 124 of 5,458 pairs of true copies editors changed some on both sides.)
    """
    if not first.figure_count or not second.figure_count or first.figures == second.figures:
        return False
    one, two, both = _shared(first.figures, second.figures)
    if not one or not two:
        return False
    differing = min((one - both) * first.figure_count / one, (two - both) * second.figure_count / two)
    return differing >= _REPLACED and differing >= share * min(first.figure_count, second.figure_count)

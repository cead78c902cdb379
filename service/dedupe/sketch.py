"""Sketches: a text's word shingles in a few hundred bytes, by which two texts are compared without their words.

A shingle is three words in a row, hashed to 32 bits. The sketch keeps the smallest hashes, their upper 16 bits only:
up to 272 of them are nearly all of a common article, so overlaps of most pairs are almost exact; of longer texts it is
a fair sample. Two sketches compare on the range that both cover. The smallest full hashes are the keys under which
a later copy is found: one order for texts of all lengths, so that a shortened copy shares some.
"""

from __future__ import annotations

import functools
from array import array
from bisect import bisect_right
from collections import Counter
from hashlib import blake2b
from typing import NamedTuple

SKETCH_VALUES = 272
"""Hashes kept of a text: 544 bytes."""

SAMPLE_KEYS = 10
"""Hashes under which a text is indexed and looked up (measured: 99.9 % of natural copies share one of the first 8)."""

FIGURES_SHARE = 0.34
"""Share of the figures that must differ in two reports, unless more is known of them."""

FIGURES = 40
"""Hashes kept of the multiset of figures."""

_TOP = 0xFFFF
_REPLACED = 3
_FIRST, _SECOND, _THIRD = 0x3779B1F5, 0x2BCA6B87, 0x32B2AE3D  # odd, so that word order matters; below 2**30
_LONGEST_WORD = 40
_KEPT_WORDS = 100_000


class _WordHashes(dict[str, int]):
    """32-bit hashes of words, kept as long as there is room."""

    def __missing__(self, word: str) -> int:
        value = int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "little")
        if len(word) <= _LONGEST_WORD:
            if len(self) >= _KEPT_WORDS:
                self.clear()
            self[word] = value
        return value


_hashes = _WordHashes()


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


def sketch(words: list[str]) -> tuple[Sketch, list[int]]:
    """Return the sketch of a text's words (``service.lang.fold.words``) and its sample keys, ascending."""
    if not words:
        return EMPTY, []
    hashes = array("Q", map(_hashes.__getitem__, words))
    smallest = sorted(set(_shingles(hashes)))
    figures, count, digest = _figures(words)
    text_hash = blake2b(hashes.tobytes(), digest_size=8).digest()
    return (
        Sketch(len(words), len(smallest), _sample(smallest, SKETCH_VALUES), figures, count, digest, text_hash),
        smallest[:SAMPLE_KEYS],
    )


def _shingles(hashes: array[int]) -> array[int]:
    """Hash each three words in a row to 32 bits: first * a + second * b + third * c, modulo 2**32.

    All shingles are computed at once, as lanes of 64 bits in one large integer (no lane overflows: a word's hash has
    32 bits, the three factors together fewer than 32); element by element this was half of the cost of signing.
    """
    count = len(hashes) - 2
    lanes = int.from_bytes(hashes.tobytes(), "little")
    summed = lanes * _FIRST + (lanes >> 64) * _SECOND + (lanes >> 128) * _THIRD
    return array("I", summed.to_bytes(8 * len(hashes), "little"))[: 2 * count : 2] if count > 0 else array("I")


def _sample(ascending: list[int], most: int) -> bytes:
    """Pack the upper 16 bits of the smallest 32-bit hashes."""
    upper = array("H", array("I", ascending[:most]).tobytes())[1::2]
    top = upper[-1] if upper and len(ascending) > most else _TOP
    return array("H", [top, *dict.fromkeys(upper)]).tobytes()


def _figures(words: list[str]) -> tuple[bytes, int, bytes]:
    """Return the sample, the number and the digest of a text's figures as a multiset."""
    counts = Counter([word for word in words if "0" <= word < ":"])
    if not counts:
        return b"", 0, b""
    hashes = sorted(_hashes[f"{figure}#{turn}"] for figure, count in counts.items() for turn in range(count))
    digest = blake2b(array("I", hashes).tobytes(), digest_size=4).digest()
    return _sample(hashes, FIGURES), len(hashes), digest


def shortened(sample: bytes, count: int) -> bytes:
    """Return a coarser sample of the same text, of at most ``count`` values."""
    values = array("H", sample)
    if len(values) <= count + 1:
        return sample
    kept = values[: count + 1]
    kept[0] = kept[-1]
    return kept.tobytes()


def _shared(first: bytes, second: bytes) -> tuple[int, int, int]:
    """Return the sizes of two samples in the range that both cover, and how many values they share there."""
    one, two = _values(first), _values(second)
    top = min(one[0], two[0])
    to_one = len(one) if one[-1] <= top else bisect_right(one, top, 1)
    to_two = len(two) if two[-1] <= top else bisect_right(two, top, 1)
    return to_one - 1, to_two - 1, len(_value_set(first).intersection(two[1:to_two]))


def _values(sample: bytes) -> memoryview[int]:
    """Return the numbers of a sample."""
    return memoryview(sample).cast("H")


@functools.lru_cache(maxsize=16)
def _value_set(sample: bytes) -> frozenset[int]:
    """Return the values of a sample; kept, as one new text is compared with several earlier ones."""
    return frozenset(_values(sample)[1:])


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
    if not first.figure_count or not second.figure_count:
        return False
    one, two, both = _shared(first.figures, second.figures)
    if not one or not two:
        return False
    differing = min((one - both) * first.figure_count / one, (two - both) * second.figure_count / two)
    return differing >= _REPLACED and differing >= share * min(first.figure_count, second.figure_count)

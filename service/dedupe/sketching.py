"""The making of sketches from a text's words.

A shingle is three words in a row, hashed to 32 bits. The sketch keeps the smallest hashes, their upper 16 bits only:
up to 272 of them are nearly all of a common article, so overlaps of most pairs are almost exact; of longer texts it is
a fair sample. The smallest full hashes are the keys under which a later copy is found: one order for texts of all
lengths, so that a shortened copy shares some.
"""

from __future__ import annotations

import functools
from collections import Counter
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from service.dedupe.hashing import Hashed, word_hash
from service.dedupe.sketch import EMPTY, Sketch

SKETCH_VALUES = 272
"""Hashes kept of a text: 544 bytes."""

SAMPLE_KEYS = 10
"""Hashes under which a text is indexed and looked up (measured: 99.9 % of natural copies share one of the first 8)."""

FIGURES = 40
"""Hashes kept of the multiset of figures."""

_TOP = 0xFFFF
_FIRST, _SECOND, _THIRD = np.uint32(0x3779B1F5), np.uint32(0x2BCA6B87), np.uint32(0x32B2AE3D)  # odd: order matters

_Hashes = npt.NDArray[np.uint32]
_Halves = npt.NDArray[np.uint16]


_figure_hash = functools.lru_cache(maxsize=8192)(word_hash)


def sketch(text: Hashed) -> tuple[Sketch, list[int]]:
    """Return the sketch of a text's words and its sample keys, ascending. Words that turn what it says do not count."""
    if not text.packed:
        return EMPTY, []
    shingles = _shingles(_unpacked(text.packed))
    figures, count, digest = _figures(text.figures)
    text_hash = blake2b(text.packed, digest_size=8).digest()
    return (
        Sketch(text.words, len(shingles), _sample(shingles, SKETCH_VALUES), figures, count, digest, text_hash),
        shingles[:SAMPLE_KEYS].tolist(),
    )


def _unpacked(packed: bytes) -> _Hashes:
    """Return the words' hashes as numbers."""
    return np.frombuffer(packed, "<u4")[::2]


def _shingles(hashes: _Hashes) -> _Hashes:
    """Hash each three words in a row to 32 bits: first * a + second * b + third * c, modulo 2**32.

    Return the distinct ones in ascending order. Sorted as Python's numbers they were a fifth of the cost of signing.
    """
    summed: _Hashes = hashes[:-2] * _FIRST + hashes[1:-1] * _SECOND + hashes[2:] * _THIRD
    summed.sort()
    distinct: _Hashes = summed[_new(summed)]
    return distinct


def _new(ascending: _Hashes | _Halves) -> npt.NDArray[np.bool_]:
    """Say of each value whether it is another one than the value before."""
    new = np.ones(len(ascending), np.bool_)
    np.not_equal(ascending[1:], ascending[:-1], out=new[1:])
    return new


def _sample(ascending: _Hashes, most: int) -> bytes:
    """Pack the upper 16 bits of the smallest 32-bit hashes, in front of them the greatest value covered."""
    halves = (ascending[:most] >> np.uint32(16)).astype(np.uint16)
    values = halves[_new(halves)]
    packed = np.empty(len(values) + 1, np.uint16)
    packed[0] = halves[-1] if len(ascending) > most else _TOP
    packed[1:] = values
    return packed.tobytes()


def _figures(found: list[str]) -> tuple[bytes, int, bytes]:
    """Return the sample, the number and the digest of a text's figures as a multiset."""
    if not found:
        return b"", 0, b""
    counts = Counter(found)
    packed = b"".join([_figure_hash(f"{figure}#{turn}") for figure, count in counts.items() for turn in range(count)])
    hashes = np.sort(_unpacked(packed))
    digest = blake2b(hashes.tobytes(), digest_size=4).digest()
    return _sample(hashes, FIGURES), len(hashes), digest

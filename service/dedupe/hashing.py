"""The hashes of a text's words, looked up by the words as they are written.

A text is signed by what its folded words hash to. News repeats its vocabulary, so hashes are kept by written word
("قال،"): one look-up a word gives what folding, splitting and hashing would. Of a few words more has to be known:
figures, words that turn what is said, and words that may be joined with the next one.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable
from hashlib import blake2b
from importlib import resources
from typing import NamedTuple

from service.lang.fold import KeptByWord, join_pieces, may_span, pieces, split_piece

WORD_BYTES = 8
"""Bytes of a word's hash: 32 bits, and as many zeros."""


class Hashed(NamedTuple):
    """What signing asks of a text's words (``service.lang.fold.words``)."""

    packed: bytes
    """Their hashes in order."""
    figures: list[str]
    turning: list[str]
    """Negations and marks of correction."""

    @property
    def words(self) -> int:
        """The number of words."""
        return len(self.packed) // WORD_BYTES


class _Telling(bytes):
    """The hashes of a written word that has more to tell."""

    figures: tuple[str, ...]
    turning: tuple[str, ...]
    spans: bool


def word_hash(word: str) -> bytes:
    """Return the hash of one folded word."""
    return blake2b(word.encode("utf-8", "surrogatepass"), digest_size=4).digest() + bytes(WORD_BYTES - 4)


def hash_text(text: str) -> Hashed:
    """Return what :func:`hash_words` does of a text's words."""
    written = pieces(text)
    hashes = list(map(_written.__getitem__, written))
    telling = [found for found in hashes if type(found) is _Telling]
    spanning = [found for found in telling if found.spans]
    if spanning:
        hashes = _joined(written, hashes, spanning)
        telling = [found for found in hashes if type(found) is _Telling]
    return Hashed(
        b"".join(hashes),
        [figure for found in telling for figure in found.figures],
        [word for found in telling for word in found.turning],
    )


def hash_words(words: Iterable[str]) -> Hashed:
    """Return the hashes of folded words, with those of them that are figures or turn what is said."""
    found = _hashes_of(words, spans=False)
    return Hashed(found, list(found.figures), list(found.turning)) if type(found) is _Telling else Hashed(found, [], [])


def _hashes_of(words: Iterable[str], *, spans: bool) -> bytes:
    """Return the hashes of folded words."""
    words = tuple(words)
    packed = b"".join(map(word_hash, words))
    figures = tuple([word for word in words if word < ":" and word >= "0"])
    turning = tuple(filter(_turning().__contains__, words))
    if not (spans or figures or turning):
        return packed
    telling = _Telling(packed)
    telling.figures, telling.turning, telling.spans = figures, turning, spans
    return telling


def _hashes_of_written(written: str) -> bytes:
    """Return the hashes of one written word's words."""
    found = split_piece(written)
    return _hashes_of(found, spans=may_span(found))


_written: dict[str, bytes] = KeptByWord(_hashes_of_written)


@functools.cache
def _turning() -> frozenset[str]:
    """Return the folded words that are negations or marks of correction."""
    data = tomllib.loads((resources.files("service.dedupe") / "turning.toml").read_text("utf-8"))
    return frozenset(word for group in data.values() for word in group)


def _joined(written: list[str], hashes: list[bytes], spanning: list[_Telling]) -> list[bytes]:
    """Return the hashes with those of words that are joined in place of their parts."""
    result: list[bytes] = []
    done = 0
    for first, end in _stretches(hashes, spanning):
        result += [*hashes[done:first], _hashes_of(join_pieces(written[first:end]), spans=False)]
        done = end
    return result + hashes[done:]


def _stretches(hashes: list[bytes], spanning: list[_Telling]) -> list[tuple[int, int]]:
    """Return where the written words stand that joining may change, from and to: each with the words beside it."""
    found: list[tuple[int, int]] = []
    place = -1
    for value in spanning:
        place = hashes.index(value, place + 1)  # equal hashes are those of the same words
        first, end = place - 1, place + 1
        while first > 0 and not hashes[first]:
            first -= 1
        while end < len(hashes) and not hashes[end]:
            end += 1
        first, end = max(first, 0), end + 1
        if found and first < found[-1][1]:
            first = found.pop()[0]
        found.append((first, end))
    return found

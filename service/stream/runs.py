"""Sorted runs: files of logged writes, each of a stretch of a changelog, that are read by ranges of keys.

A run is there whole or not at all, and says how far it reaches, so a process that is killed goes on behind the last
one. Its blocks carry check sums: a run that a crash of the machine garbled is noticed and not believed.
"""

from __future__ import annotations

import itertools
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from service.errors import DeliveryFault

BLOCK_BYTES = 64 * 1024
"""Bytes of values that are read together; of each run a range of keys takes a block too much at most at each end."""

_MARK = b"khabar-run-1"
_LENGTH_BYTES = 8

Entry = tuple[bytes, bytes | None, int]
"""A key, its value (None deletes) and its order: of two writes the later one has the greater number."""


class Block(NamedTuple):
    """Where a block lies in its run, and what its bytes sum up to (CRC-32)."""

    first: bytes
    at: int
    size: int
    check: int


class Run(NamedTuple):
    """A run as its footer describes it: the last offset in it, the order that the next write gets, its blocks."""

    path: str
    reached: int
    next_order: int
    blocks: list[Block]


_encode = msgspec.msgpack.Encoder().encode
_decode_block = msgspec.msgpack.Decoder(tuple[list[bytes], list[bytes | None], list[int]]).decode
_decode_run = msgspec.msgpack.Decoder(Run).decode


def write_run(path: Path, writes: Mapping[bytes, bytes | None], *, reached: int, order: int) -> Run:
    """Write a run of the last writes of keys, in the order in which they were made, the first of them ``order``.

    There must be some. Raises ``OSError``, such as for a full disk; then there is no run.
    """
    keys = sorted(writes)
    values = list(map(writes.__getitem__, keys))
    orders = list(map(dict(zip(writes, itertools.count(order), strict=False)).__getitem__, keys))
    numbers = np.cumsum([len(value) if value else 0 for value in values]) // BLOCK_BYTES
    places = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist(), len(keys)]
    blocks: list[Block] = []
    begun = path.with_suffix(".begun")
    with begun.open("wb") as file:
        at = 0
        for start, end in itertools.pairwise(places):
            packed = _encode((keys[start:end], values[start:end], orders[start:end]))
            file.write(packed)
            blocks.append(Block(keys[start], at, len(packed), zlib.crc32(packed)))
            at += len(packed)
        run = Run(str(path), reached, order + len(writes), blocks)
        footer = _encode(run)
        file.write(footer + len(footer).to_bytes(_LENGTH_BYTES, "big") + _MARK)
    begun.replace(path)
    return run


def read_run(path: Path) -> Run | None:
    """Return what a run's footer says; None where it has none that can be read."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        tail = _LENGTH_BYTES + len(_MARK)
        file.seek(max(0, size - tail))
        end = file.read()
        length = int.from_bytes(end[:_LENGTH_BYTES], "big")
        if end[_LENGTH_BYTES:] != _MARK or length + tail > size:
            return None
        file.seek(size - tail - length)
        try:
            return _decode_run(file.read(length))._replace(path=str(path))
        except msgspec.MsgspecError:
            return None


def opened(path: str) -> Run:
    """Return what a run's footer says; raises :class:`DeliveryFault` where it has none that can be read."""
    run = read_run(Path(path))
    if run is None:
        raise DeliveryFault(f"Corruption: {Path(path).name} is no whole run")
    return run


def entries_between(run: Run, low: bytes, high: bytes | None) -> Iterator[Entry]:
    """Return a run's entries from the key ``low`` to before ``high`` (None: to its end), in the order of their keys.

    Raises :class:`DeliveryFault` where the file is not as it was written, and ``OSError``.
    """
    firsts = [block.first for block in run.blocks]
    start = max(0, bisect_right(firsts, low) - 1)
    end = len(firsts) if high is None else bisect_left(firsts, high)
    with Path(run.path).open("rb") as file:
        for block in run.blocks[start:end]:
            file.seek(block.at)
            packed = file.read(block.size)
            if zlib.crc32(packed) != block.check:
                raise DeliveryFault(f"Corruption: a block of {Path(run.path).name} is not as it was written")
            keys, values, orders = _decode_block(packed)
            first = bisect_left(keys, low)
            last = len(keys) if high is None else bisect_left(keys, high)
            yield from zip(keys[first:last], values[first:last], orders[first:last], strict=True)


def bounds(runs: Sequence[Run], size: int, kinds: Sequence[bytes]) -> Iterator[list[bytes | None]]:
    """Return, for each of the ``kinds`` (first byte) of keys, bounds between which about ``size`` bytes of runs lie.

    What lies before, between and behind these kinds is one too; None is the end of all keys.
    """
    borders = [b"", *sorted({border for kind in kinds for border in (kind, bytes([kind[0] + 1]))})]
    blocks = sorted(block for run in runs for block in run.blocks)
    firsts = [block.first for block in blocks]
    for low, high in itertools.pairwise([*borders, None]):
        found, gathered = [low or b""], 0
        for block in blocks[bisect_left(firsts, low or b"") : bisect_left(firsts, high) if high else None]:
            if gathered >= size and block.first > found[-1]:
                found.append(block.first)
                gathered = 0
            gathered += block.size
        yield [*found, high]

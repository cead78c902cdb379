"""Which delivered records are finished, and how far an offset may be committed.

The books of one consumer. A record enters when it is *delivered* to a stream and leaves when it is finished and no
unfinished record stands before it in its partition. An offset that was never delivered (a gap left by compaction
or by a transaction marker) is therefore neither waited for nor counted, and nothing is committed past a record that
is still open. Faust 0.15.3 keeps lists of acked offsets instead: it commits over one un-acked record at the head
(off by one), and books every jump of read offsets as done.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

PartitionT = TypeVar("PartitionT", bound=Hashable)


class _Entry:
    """One delivered record. ``token`` tells this delivery from a later one of the same offset."""

    __slots__ = ("done", "offset", "size", "token")

    def __init__(self, offset: int, size: int, token: object) -> None:
        self.offset = offset
        self.size = size
        self.token = token
        self.done = False


class _Book:
    """The entries of one partition in order of delivery, and the offset behind the last finished prefix."""

    __slots__ = ("by_offset", "entries", "next_offset")

    def __init__(self) -> None:
        self.entries: deque[_Entry] = deque()
        self.by_offset: dict[int, _Entry] = {}
        self.next_offset: int | None = None


class Ledger(Generic[PartitionT]):
    """Books of all assigned partitions. ``records`` and ``size`` (bytes) count what is delivered and not finished."""

    def __init__(self) -> None:
        self._books: dict[PartitionT, _Book] = {}
        self.records = 0
        self.size = 0

    def deliver(self, partition: PartitionT, offset: int, size: int, token: object) -> None:
        """Enter a record of ``size`` bytes; ``token`` is compared by identity in :meth:`finish`."""
        book = self._books.setdefault(partition, _Book())
        entry = _Entry(offset, size, token)
        book.entries.append(entry)
        book.by_offset[offset] = entry
        self.records += 1
        self.size += size

    def finish(self, partition: PartitionT, offset: int, token: object) -> bool:
        """Mark a delivered record as finished; say whether it was open.

        A token of an earlier delivery of the same offset (before a rebalance or a seek) changes nothing.
        """
        book = self._books.get(partition)
        entry = book.by_offset.get(offset) if book is not None else None
        if book is None or entry is None or entry.token is not token or entry.done:
            return False
        entry.done = True
        self.records -= 1
        self.size -= entry.size
        entries = book.entries
        while entries and entries[0].done:
            head = entries.popleft()
            del book.by_offset[head.offset]
            book.next_offset = head.offset + 1
        return True

    def committable(self, partition: PartitionT) -> int | None:
        """Return the offset to commit (the next record to read), or None where nothing was finished yet."""
        book = self._books.get(partition)
        return None if book is None else book.next_offset

    def oldest(self, partition: PartitionT) -> tuple[int, object] | None:
        """Return offset and token of the first delivered record that is not finished, or None."""
        book = self._books.get(partition)
        return (book.entries[0].offset, book.entries[0].token) if book is not None and book.entries else None

    def partitions(self) -> list[PartitionT]:
        """Return the partitions that have books."""
        return list(self._books)

    def forget(self, partitions: Iterable[PartitionT]) -> None:
        """Close the books of partitions that were revoked or are read again from another position."""
        for partition in partitions:
            book = self._books.pop(partition, None)
            if book is not None:
                for entry in book.entries:
                    if not entry.done:
                        self.records -= 1
                        self.size -= entry.size

"""The claims table: a Faust table on RocksDB whose writes are atomic and whose indexes are rebuilt in recovery.

One changelog record stands for one logged write; index entries that follow from it are local and come back through
:func:`service.dedupe.decide.recover` when the changelog is read again. Faust's own table API is by-passed for writes:
it hands out no future for its changelog records, so nothing could wait for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

import faust
import rocksdict
from faust.stores.rocksdb import Store
from yarl import URL

from service.dedupe.decide import recover
from service.dedupe.policy import Policy
from service.stream.fatal import die

Writes = Sequence[tuple[bytes, bytes | None]]

ROCKSDB_OPTIONS = {
    "driver": "rocksdict",
    "write_buffer_size": 16 * 1024 * 1024,
    "max_write_buffer_number": 2,
    "block_cache_size": 64 * 1024 * 1024,
    "max_open_files": 256,
}
"""Bounded memory a partition: two write buffers and one block cache (Faust's default cache is 2 GiB)."""


class PartitionClaims:
    """The claims of one partition: what a decision reads, and its writes all at once."""

    __slots__ = ("_db", "get")

    def __init__(self, db: Any) -> None:
        self._db = db
        self.get: Callable[[bytes], bytes | None] = db.get

    def write(self, *groups: Writes) -> None:
        """Apply all writes in one atomic batch; a None value deletes."""
        batch = rocksdict.WriteBatch(raw_mode=True)
        for writes in groups:
            for key, value in writes:
                if value is None:
                    batch.delete(key)
                else:
                    batch.put(key, value)
        self._db.write(batch)


class _Overlay:
    """A partition's claims with the writes of a batch that is not applied yet."""

    def __init__(self, get: Callable[[bytes], bytes | None]) -> None:
        self._get = get
        self.writes: dict[bytes, bytes | None] = {}

    def get(self, key: bytes) -> bytes | None:
        return self.writes[key] if key in self.writes else self._get(key)


class ClaimsStore(Store):
    """Faust's RocksDB store with atomic recovery batches that include the derived index entries."""

    policy = Policy()
    """Lifetimes that the recovered index entries get; set by the composition root."""

    def claims(self, partition: int) -> PartitionClaims:
        """Return the claims of one assigned partition."""
        return PartitionClaims(self._db_for_partition(partition))

    def apply_changelog_batch(self, batch: Iterable[Any], *_decoders: Any, **_named: Any) -> None:
        """Write changelog records, the index entries that follow from them and the offset reached, at once.

        A failure ends the process: Faust would log it and go on with claims missing.
        """
        try:
            partitions: dict[int, tuple[_Overlay, int]] = {}
            for event in batch:
                message = event.message
                partition = message.partition
                if partition in partitions:
                    overlay, reached = partitions[partition]
                else:
                    overlay, reached = _Overlay(self._db_for_partition(partition).get), -1
                derived = recover(message.key, message.value, overlay, self.policy)
                overlay.writes[message.key] = message.value
                overlay.writes.update(derived)
                partitions[partition] = overlay, max(reached, message.offset)
            for partition, (overlay, reached) in partitions.items():
                offset = (self.offset_key, str(reached).encode())
                self.claims(partition).write(list(overlay.writes.items()), [offset])
        except Exception as error:  # noqa: BLE001 - whatever it is, the claims would be incomplete
            die("claims_recovery_failed", error)


class ClaimsTable(faust.Table[bytes, bytes]):
    """A Faust table that keeps its data in a :class:`ClaimsStore`."""

    @property
    def claims(self) -> ClaimsStore:
        """The store behind the table."""
        return cast(ClaimsStore, self.data)

    def _new_store(self) -> ClaimsStore:
        return ClaimsStore(
            URL("rocksdb://"),
            self.app,
            self,
            table_name=self.name,
            key_type=bytes,
            value_type=bytes,
            key_serializer="raw",
            value_serializer="raw",
            options=dict(ROCKSDB_OPTIONS),
        )

"""The claims table: a Faust table on RocksDB whose writes are atomic and whose indexes are rebuilt in recovery.

One changelog record stands for one logged write; index entries that follow from it are local. When the changelog is
read again they come back through :func:`service.dedupe.recovery.recover_all`, or all at once where there is no database
yet (:mod:`service.stream.restoration`). Faust's own table API is by-passed for writes: it hands out no future for its
changelog records, so nothing could wait for them.
"""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, NoReturn, cast

import faust
import rocksdict
import structlog
from faust.stores.rocksdb import Store
from faust.types import TP, CollectionT
from yarl import URL

from service.dedupe.expiry import CLOCK_KINDS
from service.dedupe.policy import Policy
from service.dedupe.recovery import recover_all
from service.stream.fatal import die
from service.stream.restoration import Restoration, bound, is_empty, remove_runs
from service.stream.rocks import claims_options

log = structlog.get_logger(__name__)

Writes = Collection[tuple[bytes, bytes | None]]

MOST_CLOCKS = 1_000
"""Clocks and counts of reminders kept in memory: those of some hundred scopes."""

_COLUMN_FAMILY = "default"
"""The one that RocksDB always has."""


def open_claims(folder: Path) -> Any:
    """Open a partition's database (made if need be) as the dedupe role does.

    A damaged one, or one that a process found damaged while it read, is removed and begun anew: it is a copy of what
    the changelog holds, and without an offset in it the whole changelog is read again. Raises what RocksDB raises for
    everything else, such as a lock that another process holds.
    """
    mark = _damage_mark(folder)
    if mark.exists():
        _remove(folder, "found damaged while it was read")
    try:
        return _opened(folder)
    except Exception as error:
        if not is_damage(error):
            raise
        _remove(folder, str(error))
        return _opened(folder)


def _opened(folder: Path) -> Any:
    """Open a database, made if need be; an existing one with the options of the role too.

    Without its column family named, rocksdict gives an existing database the options of the file that RocksDB left
    beside it, which has neither filters nor a cache of this size: a key that is not there then cost 7 to 9 µs
    instead of 0.5.
    """
    options = claims_options()
    # Here only, so that compaction packs and not the thread that writes the files of a recovery.
    options.set_bottommost_compression_type(rocksdict.DBCompressionType.zstd())
    return rocksdict.Rdict(str(folder), options=options, column_families={_COLUMN_FAMILY: options})


def is_damage(error: Exception) -> bool:
    """Say whether RocksDB's error means that files of the database are broken or missing."""
    text = str(error)
    return "Corruption" in text or ("IO error" in text and "No such file" in text)


def _damage_mark(folder: Path) -> Path:
    """Return the file beside a database that says that it is damaged."""
    return folder.with_name(f"{folder.name}.damaged")


def _give_up(event: str, db: Any, error: Exception) -> NoReturn:
    """End the process; mark the database where it is damaged, so that the next start rebuilds it."""
    if is_damage(error):
        _damage_mark(Path(db.path())).touch()
    die(event, error)


def _remove(folder: Path, reason: str) -> None:
    log.error("claims_damaged", folder=folder.name, detail=reason[:300], consequence="read again from the changelog")
    shutil.rmtree(folder, ignore_errors=True)
    remove_runs(folder)
    _damage_mark(folder).unlink(missing_ok=True)


class PartitionClaims:
    """The claims of one partition: what a decision reads, and its writes all at once."""

    __slots__ = ("_clocks", "_read", "db", "reached")

    def __init__(self, db: Any) -> None:
        self.db = db
        self._read: Callable[..., Any] = db.get
        self._clocks: dict[bytes, bytes | None] = {}
        """Clocks and counts of reminders as they lie in the database: nearly every decision reads three."""
        self.reached: int | None = None
        """Offset of the changelog that the claims hold, as long as it has not been written with them."""

    def get(self, key: bytes) -> bytes | None:
        """Return the value of a key, or None. A failure ends the process, see :meth:`get_many`."""
        clocks = self._clocks
        if key in clocks:
            return clocks[key]
        try:
            value = cast(bytes | None, self._read(key))
        except Exception as error:  # noqa: BLE001 - RocksDB raises nothing more particular
            _give_up("claims_unreadable", self.db, error)
        if key[:1] in CLOCK_KINDS:
            if len(clocks) >= MOST_CLOCKS:
                clocks.clear()
            clocks[key] = value
        return value

    def get_many(self, keys: list[bytes]) -> list[bytes | None]:
        """Return the values of keys, None for those that are not there.

        A failure ends the process: an article judged without its claims would be published again. Where the database
        is damaged it is marked, so that the next start rebuilds it.
        """
        try:
            return cast(list[bytes | None], self._read(keys))
        except Exception as error:  # noqa: BLE001 - RocksDB raises nothing more particular
            _give_up("claims_unreadable", self.db, error)

    def write(self, *groups: Writes) -> None:
        """Apply all writes in one atomic batch, with the offset reached; a None value deletes."""
        batch = rocksdict.WriteBatch(raw_mode=True)
        put, delete = batch.put, batch.delete
        for writes in groups:
            for key, value in writes:
                if value is None:
                    delete(key)
                else:
                    put(key, value)
        if self.reached is not None:
            put(Store.offset_key, b"%d" % self.reached)
        self.db.write(batch)
        self.reached = None
        clocks = self._clocks
        for writes in groups:
            for key, value in writes:
                if key in clocks:
                    clocks[key] = value


class ClaimsStore(Store):
    """Faust's RocksDB store with atomic recovery batches that include the derived index entries."""

    policy = Policy()
    """Lifetimes that the recovered index entries get; set by the composition root."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, driver="rocksdict", **kwargs)
        self._claims: dict[int, PartitionClaims] = {}
        self._restoring: dict[int, Restoration] = {}

    def _open_for_partition(self, partition: int) -> Any:
        return open_claims(self.partition_path(partition))

    def claims(self, partition: int) -> PartitionClaims:
        """Return the claims of one assigned partition, all that was restored of them included."""
        if self._restoration(partition) is not None:
            self.finish_restoring(partition)
        db = self._db_for_partition(partition)
        claims = self._claims.get(partition)
        if claims is None or claims.db is not db:
            claims = self._claims[partition] = PartitionClaims(db)
        return claims

    def opened(self) -> list[Any]:
        """Return the databases of the partitions that are open, for whoever measures them."""
        return list(self._dbs.values())

    def restore(self, partition: int, writes: Writes, reached: int) -> None:
        """Take a stretch of the changelog and its last offset; the index entries that follow from it come with it.

        From nothing they come with :meth:`finish_restoring`, for an existing database at once. A failure ends the
        process: without these claims every copy would be published.
        """
        gc.disable()  # a stretch makes many objects and no cycles: looking for some takes a fifth of the time
        try:
            restoration = self._restoration(partition)
            if restoration is not None:
                restoration.add(writes, reached)
                bound(self._restoring.values())
            else:
                claims = self.claims(partition)
                claims.reached = reached
                claims.write(*(group.items() for group in recover_all(writes, claims, self.policy)))
        except Exception as error:  # noqa: BLE001 - whatever it is, the claims would be incomplete
            _give_up("claims_recovery_failed", self._db_for_partition(partition), error)
        finally:
            gc.enable()

    def _restoration(self, partition: int) -> Restoration | None:
        """Return the restoration of a partition whose claims come from nothing, begun if need be; else None."""
        found = self._restoring.get(partition)
        if found is None and partition not in self._claims:
            db = self._db_for_partition(partition)
            if is_empty(db):
                found = self._restoring[partition] = Restoration(db, self.policy)
            else:
                remove_runs(Path(db.path()))
        return found

    def restoring(self) -> list[int]:
        """Return the partitions whose claims come from nothing and are not in their databases yet."""
        return list(self._restoring)

    def finish_restoring(self, partition: int) -> None:
        """Let a database have all that was restored. May be called in a thread; of a million claims it takes long."""
        restoration = self._restoring.get(partition)
        if restoration is not None:
            try:
                restoration.finish()
            except Exception as error:  # noqa: BLE001 - as in restore
                _give_up("claims_recovery_failed", self._db_for_partition(partition), error)
            if self._restoring.get(partition) is restoration:  # not one that was begun for a partition taken again
                del self._restoring[partition]

    def persisted_offset(self, tp: TP) -> int | None:
        """Return the last offset of the changelog that the claims hold."""
        restoration = self._restoration(tp.partition)
        if restoration is not None:
            return restoration.reached
        reached = self.claims(tp.partition).reached
        return reached if reached is not None else super().persisted_offset(tp)

    def set_persisted_offset(self, tp: TP, offset: int) -> None:
        """Take note of the offset reached. It is written with the next claims: an older one costs a re-reading only."""
        self.claims(tp.partition).reached = offset

    def revoke_partitions(self, table: CollectionT, tps: set[TP]) -> None:
        """Give partitions away, their offsets written."""
        topics = table.changelog_topic.topics
        self._close({tp.partition for tp in tps if tp.topic in topics})
        super().revoke_partitions(table, tps)

    async def stop(self) -> None:
        """Give all partitions away, their offsets written."""
        self._close({*self._claims, *self._restoring})
        await super().stop()

    def _close(self, partitions: set[int]) -> None:
        """Write what is noted and let go of the databases, so that they can be opened again."""
        for partition in partitions:
            restoration = self._restoring.pop(partition, None)
            if restoration is not None:
                restoration.give_up()
            self._note(partition)

    def _note(self, partition: int) -> None:
        """Write the offset that a partition's claims have reached, and let go of them."""
        claims = self._claims.pop(partition, None)
        if claims is not None and claims.reached is not None:
            claims.write()


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
        )

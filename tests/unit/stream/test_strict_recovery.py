"""Faust's recovery, made strict: by the fetch, and over when all claims are in their databases."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import faust
import pytest
from faust.tables.recovery import Recovery
from faust.types import TP

from service.stream.recovery import StrictRecovery

CHANGELOG = TP("khabar-claims-changelog", 0)


class Restored:
    """In place of a table's store: notes what it is given."""

    def __init__(self) -> None:
        self.stretches: list[tuple[int, list[bytes], int]] = []
        self.left = [0, 3]
        self.finish = threading.Event()

    def restoring(self) -> list[int]:
        return list(self.left)

    def finish_restoring(self, partition: int) -> None:
        assert self.finish.wait(60)
        self.left.remove(partition)

    def restore(self, partition: int, writes: Sequence[tuple[bytes, bytes | None]], reached: int) -> None:
        self.stretches.append((partition, [key for key, _ in writes], reached))


def recovery(highwater: int) -> tuple[StrictRecovery, Restored]:
    """Return a recovery of one partition whose changelog ends before ``highwater``."""
    app: Any = faust.App(
        "test", broker="kafka://127.0.0.1:1", autodiscover=False, web_enabled=False, loop=asyncio.get_running_loop()
    )
    found, restored = StrictRecovery(app, app.tables), Restored()
    found.active_tps.add(CHANGELOG)
    found.tp_to_table[CHANGELOG] = SimpleNamespace(claims=restored)  # type: ignore[assignment]
    found.active_highwaters[CHANGELOG] = highwater - 1
    found.active_offsets[CHANGELOG] = -1
    found.in_recovery = True
    return found, restored


def state(found: StrictRecovery) -> tuple[str, str]:
    ended = found.signal_recovery_end.is_set()
    return "restoring" if found.in_recovery else "done", "signalled" if ended else "waited for"


def fetched(*offsets: int) -> list[Any]:
    return [SimpleNamespace(key=b"%d" % offset, value=b"", offset=offset) for offset in offsets]


async def test_recovery_ends_with_the_last_stretch() -> None:
    found, restored = recovery(highwater=5)

    found.restore(CHANGELOG, fetched(0, 1, 2))
    assert state(found) == ("restoring", "waited for")

    found.restore(CHANGELOG, fetched(3, 4))
    assert state(found) == ("restoring", "signalled")
    assert restored.stretches == [(0, [b"0", b"1", b"2"], 2), (0, [b"3", b"4"], 4)]


async def test_the_role_begins_when_all_claims_are_in_their_databases(monkeypatch: pytest.MonkeyPatch) -> None:
    """The event loop goes on meanwhile, and a role that is not ready says so."""
    found, restored = recovery(highwater=5)
    begun: list[int] = []

    async def begin(_recovery: Recovery, generation_id: int = 0) -> None:
        begun.append(generation_id)

    monkeypatch.setattr(Recovery, "on_recovery_completed", begin)
    found.in_recovery = False  # as Faust has it where there was nothing to read
    completed = asyncio.create_task(found.on_recovery_completed(7))
    await asyncio.sleep(0.05)
    assert (begun, restored.left, found.in_recovery, found.app.in_recovery) == ([], [0, 3], True, True)

    restored.finish.set()
    await asyncio.wait_for(completed, 60)
    assert (begun, restored.left) == ([7], [])


async def test_records_that_are_fetched_again_are_not_restored_again() -> None:
    found, restored = recovery(highwater=10)

    found.restore(CHANGELOG, fetched(0, 1, 2))
    found.restore(CHANGELOG, fetched(0, 1, 2))
    found.restore(CHANGELOG, fetched(2, 3))

    assert restored.stretches == [(0, [b"0", b"1", b"2"], 2), (0, [b"3"], 3)]


async def test_another_partition_s_records_are_left_alone() -> None:
    found, restored = recovery(highwater=10)

    found.restore(TP(CHANGELOG.topic, 1), fetched(0, 1))

    assert restored.stretches == []
    assert found.in_recovery


async def test_only_a_recovery_that_stands_still_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    found, _ = recovery(highwater=10)
    now = time.monotonic()
    found._recovery_started_at = now - 600
    found.app.consumer = SimpleNamespace(verify_recovery_event_path=lambda _now, _tp: None)  # type: ignore[misc, assignment]

    found.restore(CHANGELOG, fetched(0, 1))
    await found._verify_remaining(now + 1, {CHANGELOG: (0, 9, 8)})  # type: ignore[dict-item]
    assert caplog.messages == []

    await found._verify_remaining(now + 600, {CHANGELOG: (0, 9, 8)})  # type: ignore[dict-item]
    assert [message.split(" in the last")[0] for message in caplog.messages] == [
        "[^StrictRecovery]: Recovery has not flushed buffers",
        f"[^StrictRecovery]: No event received for active tp {CHANGELOG!r}",
    ]

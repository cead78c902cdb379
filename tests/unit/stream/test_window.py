"""The window: bounds, acknowledgement after the last send, faults."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from service.stream.window import Window


def no_fault(error: BaseException) -> None:
    """Fail the test: no send was meant to fail."""
    raise AssertionError(error)


def a_future() -> asyncio.Future[Any]:
    """Return an open send."""
    return asyncio.get_running_loop().create_future()


async def test_a_record_is_acknowledged_after_its_last_send() -> None:
    """Two sends: only the second confirmation acknowledges."""
    acked: list[str] = []
    window = Window(10, 1000, no_fault)
    slot = await window.open(5, lambda: acked.append("a"))
    first, second = a_future(), a_future()
    window.close(slot, [first, second])

    first.set_result(None)
    await asyncio.sleep(0)
    assert acked == []
    second.set_result(None)
    await asyncio.sleep(0)
    assert acked == ["a"]
    assert (window.records, window.size) == (0, 0)


async def test_a_record_without_sends_is_acknowledged_at_once() -> None:
    """Nothing to wait for."""
    acked: list[str] = []
    window = Window(10, 1000, no_fault)

    window.close(await window.open(5, lambda: acked.append("a")), [])

    assert acked == ["a"]


async def test_a_failed_send_is_a_fault_and_acknowledges_nothing() -> None:
    """The record stays open; the fault is reported."""
    acked: list[str] = []
    faults: list[BaseException] = []
    window = Window(10, 1000, faults.append)
    send = a_future()
    window.close(await window.open(5, lambda: acked.append("a")), [send])

    send.set_exception(OSError("gone"))
    await asyncio.sleep(0)

    assert acked == []
    assert [type(fault) for fault in faults] == [OSError]


async def test_a_cancelled_send_is_a_fault() -> None:
    """A send that was cancelled was not confirmed."""
    faults: list[BaseException] = []
    window = Window(10, 1000, faults.append)
    send = a_future()
    window.close(await window.open(5, lambda: None), [send])

    send.cancel()
    await asyncio.sleep(0)

    assert len(faults) == 1


@pytest.mark.parametrize(("max_records", "max_bytes"), [(1, 1000), (10, 9)], ids=["records", "bytes"])
async def test_a_full_window_makes_the_next_record_wait(max_records: int, max_bytes: int) -> None:
    """The second record enters when the first one is done."""
    window = Window(max_records, max_bytes, no_fault)
    send = a_future()
    window.close(await window.open(5, lambda: None), [send])

    waiting = asyncio.create_task(window.open(5, lambda: None))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    send.set_result(None)
    await asyncio.wait_for(waiting, 60)


async def test_a_record_larger_than_the_window_passes_alone() -> None:
    """The bound in bytes must not stop a large record for ever."""
    window = Window(10, 100, no_fault)

    slot = await asyncio.wait_for(window.open(5000, lambda: None), 60)

    assert slot.size == 5000

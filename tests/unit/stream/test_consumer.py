"""The corrected consumer against Faust's own, without a broker: fetches, seeks and commits are scripted.

Each correction has a pair: what the corrected consumer does, and that Faust 0.15.3 does otherwise. When a ``stock``
test fails, Faust was mended and the correction can go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import faust
import pytest
from aiokafka.errors import KafkaConnectionError
from faust.transport.drivers.aiokafka import Consumer, Transport
from faust.types import TP, ConsumerMessage

from service.errors import DeliveryFault, Misconfigured
from service.stream import consumer as corrected
from service.stream.consumer import ExactConsumer, ExactTransport
from service.stream.recovery import StrictRecovery

SOURCE = TP("news.raw", 0)


Make = Callable[[type[Transport]], Any]


@pytest.fixture(name="make")
def consumer_factory() -> Iterator[Make]:
    """Return a factory of consumers; the event loops of their threads are closed at the end."""
    made: list[Any] = []

    def factory(transport: type[Transport]) -> Any:
        made.append(new_consumer(transport))
        return made[-1]

    yield factory
    for consumer in made:
        consumer._thread.thread_loop.close()


def new_consumer(transport: type[Transport]) -> Any:
    """Return a consumer that is not connected, assigned to one source partition, with the flow on."""
    app: Any = faust.App(
        "test", broker="kafka://127.0.0.1:1", loop=asyncio.get_running_loop(), autodiscover=False, web_enabled=False
    )
    app._transport = transport(app.conf.broker_consumer, app)
    app.finalize()
    consumer = app.consumer
    app.topics._acking_topics.add(SOURCE.topic)
    consumer.assignment = lambda: {SOURCE}
    consumer.highwater = lambda _tp: 1_000
    consumer._set_active_tps({SOURCE})
    consumer.resume_flow()
    app.flow_control.resume()
    return consumer


def message(consumer: Any, offset: int, size: int = 1) -> ConsumerMessage:
    """Return a record of the source partition as the driver makes it."""
    return ConsumerMessage(
        SOURCE.topic,
        0,
        offset,
        0.0,
        0,
        [],
        None,
        b"x" * size,
        None,
        0,
        size,
        SOURCE,
        generation_id=consumer.app.consumer_generation_id,
    )


def record(offset: int) -> Any:
    """Return a record as aiokafka fetches it."""
    return SimpleNamespace(
        topic=SOURCE.topic,
        partition=0,
        offset=offset,
        timestamp=0,
        timestamp_type=0,
        headers=(),
        key=None,
        value=b"x",
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=1,
    )


def deliver(consumer: Any, *offsets: int, size: int = 1) -> dict[int, ConsumerMessage]:
    """Enter records as delivered and return them."""
    messages = {offset: message(consumer, offset, size) for offset in offsets}
    for offset, item in messages.items():
        consumer.ledger.deliver(SOURCE, offset, size, item)
    return messages


async def test_an_unacked_head_is_not_committed_over(make: Make) -> None:
    """Committed up to 7, record 7 is open, 8 to 19 are done: nothing may be committed."""
    consumer = make(ExactTransport)
    consumer._committed_offset[SOURCE] = 7
    messages = deliver(consumer, *range(7, 20))

    for offset in range(8, 20):
        consumer.ack(messages[offset])

    assert consumer._filter_committable_offsets([SOURCE]) == {}
    consumer.ack(messages[7])
    assert consumer._filter_committable_offsets([SOURCE]) == {SOURCE: 20}


async def test_stock_faust_commits_over_an_unacked_head(make: Make) -> None:
    """The defect: the head check is off by one."""
    consumer = make(Transport)
    consumer._committed_offset[SOURCE] = 7

    for offset in range(8, 20):
        consumer.ack(message(consumer, offset))

    assert consumer._filter_committable_offsets([SOURCE]) == {SOURCE: 20}


async def drain(consumer: Any, batches: list[list[int]], taken: list[int]) -> None:
    """Run the consumer's drain loop over scripted fetches and note what reaches the streams."""
    fetches: Iterator[list[int]] = iter(batches)

    async def getmany(active_partitions: Any, timeout: float) -> Any:  # noqa: ARG001, ASYNC109
        await asyncio.sleep(0)
        batch = next(fetches, None)
        if batch is None:
            consumer._stopped.set()
            return {}
        return {SOURCE: [record(offset) for offset in batch]}

    async def callback(item: ConsumerMessage) -> None:
        taken.append(item.offset)

    consumer._getmany = getmany
    consumer.callback = callback
    await consumer._drain_messages(SimpleNamespace(_stopped=asyncio.Event(), should_stop=False))


async def test_a_jump_of_read_offsets_is_not_booked_as_done(make: Make) -> None:
    """Records 0-1 and 50-51 arrive; 2-49 were never delivered and may yet come: only what was done is committed."""
    consumer = make(ExactTransport)
    taken: list[int] = []
    items: dict[int, Any] = {}
    original = consumer.ledger.deliver

    def noted(tp: TP, offset: int, size: int, token: Any) -> None:
        items[offset] = token
        original(tp, offset, size, token)

    consumer.ledger.deliver = noted
    await drain(consumer, [[0, 1], [50, 51]], taken)

    consumer.ack(items[50])
    consumer.ack(items[51])

    assert taken == [0, 1, 50, 51]
    assert consumer._filter_committable_offsets([SOURCE]) == {}


async def test_stock_faust_books_a_jump_as_done(make: Make) -> None:
    """The defect: everything between two reads counts as acked, and so does the first record behind the jump."""
    consumer = make(Transport)
    taken: list[int] = []
    await drain(consumer, [[0, 1], [50, 51]], taken)
    for offset in (0, 1, 51):
        consumer.ack(message(consumer, offset))

    assert consumer._filter_committable_offsets([SOURCE]) == {SOURCE: 52}


async def turns(count: int = 20) -> None:
    """Let everything else that can go on do so."""
    for _ in range(count):
        await asyncio.sleep(0)


async def overtaken(consumer: Any, taken: list[int]) -> None:
    """Let a seek to offset 0 begin while a fetch from the old position 190 is under way, and the fetch end first."""
    fetching, finish = asyncio.Event(), asyncio.Event()
    position = [190]

    async def getmany(active_partitions: Any, timeout: float) -> Any:  # noqa: ARG001, ASYNC109
        at = position[0]
        position[0] += 2
        if not fetching.is_set():
            fetching.set()
            await finish.wait()
        if at == 4:
            consumer._stopped.set()
            return {}
        return {SOURCE: [record(at), record(at + 1)]}

    async def seek_to_committed() -> dict[TP, int]:
        await turns()
        position[0] = 0
        await turns()
        return {SOURCE: 0}

    async def callback(item: ConsumerMessage) -> None:
        taken.append(item.offset)

    consumer._getmany, consumer.seek_to_committed, consumer.callback = getmany, seek_to_committed, callback
    loop = asyncio.create_task(consumer._drain_messages(SimpleNamespace(_stopped=asyncio.Event(), should_stop=False)))
    await fetching.wait()
    seek = asyncio.create_task(consumer.perform_seek())
    await asyncio.sleep(0)
    finish.set()
    await asyncio.wait_for(asyncio.gather(seek, loop), 60)


async def test_records_that_a_seek_overtook_are_not_delivered(make: Make) -> None:
    """The fetch from the old position is dropped; reading goes on from the committed offset without a hole."""
    consumer = make(ExactTransport)
    taken: list[int] = []

    await overtaken(consumer, taken)

    assert taken == [0, 1, 2, 3]


async def test_stock_faust_delivers_records_that_a_seek_overtook(make: Make) -> None:
    """The defect: records of the old position reach the streams around the seek."""
    consumer = make(Transport)
    taken: list[int] = []

    await overtaken(consumer, taken)

    assert 190 in taken


async def test_a_partition_without_a_committed_offset_is_sought_to_its_beginning(make: Make) -> None:
    """What was fetched before the seek is dropped, so the position must go back."""
    consumer = make(ExactTransport)
    sought: list[TP] = []

    async def nothing_committed() -> dict[TP, int | None]:
        return {SOURCE: None}

    async def seek_to_beginning(*partitions: TP) -> None:
        sought.extend(partitions)

    consumer.seek_to_committed = nothing_committed
    consumer._thread.seek_to_beginning = seek_to_beginning

    await consumer.perform_seek()

    assert sought == [SOURCE]


@pytest.mark.parametrize(
    ("transport", "counted"), [(ExactTransport, None), (Transport, 20)], ids=["corrected", "stock"]
)
async def test_a_commit_that_the_broker_did_not_take(
    make: Make, transport: type[Transport], counted: int | None
) -> None:
    """Corrected: it does not count as committed and is tried again. Stock: it counts."""
    consumer = make(transport)

    async def refused(*_args: Any) -> bool:
        if transport is ExactTransport:
            raise KafkaConnectionError
        return False

    if transport is ExactTransport:
        consumer._thread.call_thread = refused
    else:
        consumer._commit = refused

        async def flush() -> None:
            return

        consumer.app.producer.flush = flush

    await consumer._commit_offsets({SOURCE: 20})

    assert consumer._committed_offset[SOURCE] == counted


@pytest.mark.parametrize(("records", "size"), [(3, 1), (1, 4096)], ids=["records", "bytes"])
async def test_a_fetch_waits_while_too_much_is_in_flight(make: Make, records: int, size: int) -> None:
    """The bound holds for records and for bytes, and an acknowledgement opens it."""
    consumer = make(ExactTransport)
    consumer.max_records, consumer.max_bytes = 3, 4096
    messages = deliver(consumer, *range(records), size=size)

    waiting = asyncio.create_task(consumer._wait_for_room())
    await asyncio.sleep(0.05)
    assert not waiting.done()
    consumer.ack(messages[0])
    await turns()
    assert waiting.done()  # at once: it looks again once a second by itself


async def test_recovery_does_not_take_a_time_out_for_a_stop(make: Make) -> None:
    """Faust's recovery thread ends silently when the brokers are slow; ours raises, so that the process ends."""
    consumer = make(ExactTransport)
    recovery = StrictRecovery(consumer.app, consumer.app.tables)

    with pytest.raises(DeliveryFault, match="in vain"):
        await recovery._wait(asyncio.sleep(60), timeout=0.01)


def test_untested_versions_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The corrections reach into Faust: any other version stops the start with a clear line."""
    monkeypatch.setitem(corrected.TESTED, "faust-streaming", "0.15.2")

    with pytest.raises(Misconfigured, match=r"faust-streaming 0\.15\.3"):
        corrected.refuse_untested_versions()


def test_the_corrected_classes_are_faust_s_own() -> None:
    """The corrections are a subclass: what they do not name stays Faust's."""
    assert issubclass(ExactConsumer, Consumer)


async def test_a_record_that_comes_again_is_told(make: Make) -> None:
    """Redeliveries within a process are counted apart; gaps are none."""
    consumer = make(ExactTransport)
    told: list[int] = []
    consumer.on_redelivery = lambda: told.append(1)
    taken: list[int] = []

    await drain(consumer, [[0, 1, 5], [1, 5, 6]], taken)

    assert (taken, len(told)) == ([0, 1, 5, 1, 5, 6], 2)


@pytest.mark.parametrize(
    ("transport", "fewer"), [(ExactTransport, True), (Transport, False)], ids=["corrected", "stock"]
)
async def test_tasks_a_record(make: Make, transport: type[Transport], fewer: bool) -> None:  # noqa: FBT001
    """Corrected: handing a record to a stream makes no task. Stock: four each."""
    consumer, tasks = make(transport), 0
    taken: list[int] = []
    loop = asyncio.get_running_loop()

    def counting(running: asyncio.AbstractEventLoop, work: Any, **named: Any) -> asyncio.Task[Any]:
        nonlocal tasks
        tasks += 1
        return asyncio.Task(work, loop=running, **named)

    loop.set_task_factory(counting)
    try:
        await drain(consumer, [list(range(200))], taken)
    finally:
        loop.set_task_factory(None)

    assert len(taken) == 200
    assert (tasks < 200) is fewer

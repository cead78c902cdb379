"""The work behind ``khabar dlq``: dead letters read, sent again, deleted."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable

from aiokafka import TopicPartition
from aiokafka.admin import RecordsToDelete

from service.cli.moments import moment
from service.errors import Misconfigured, Refused
from service.ops.settings import Settings
from service.pipeline.letters import Choice, Letter, chosen, replay_record
from service.stream.clients import admin_client, sending
from service.stream.reader import read_to_end, reading


async def letters_meant(
    settings: Settings, choice: Choice, dialect: str | None, *, starts: dict[int, int] | None = None
) -> AsyncIterator[Letter]:
    """Yield the letters that are meant, from the present content of the topic."""
    recognise = recogniser(settings) if dialect is not None else None
    async for record in read_to_end(settings, settings.topic_deadletter, since=choice.since, starts=starts):
        for letter in chosen([record], choice):
            if recognise is None or dialect == recognise(letter):
                yield letter


def recogniser(settings: Settings) -> Callable[[Letter], str]:
    """Return a function that names the dialect which intake takes a letter's bytes for; ``-`` where it reads none."""
    from service.intake.accept import read  # noqa: PLC0415 - only some commands ask, and it loads all that intake knows
    from service.intake.decode import decode  # noqa: PLC0415
    from service.stream.options import pipeline_options  # noqa: PLC0415

    options = pipeline_options(settings).intake

    def recognise(letter: Letter) -> str:
        try:
            return read(decode(letter.value, max_bytes=options.max_record_bytes), options)[0].dialect
        except Refused:
            return "-"

    return recognise


async def replay(
    settings: Settings, letters: AsyncIterator[Letter], max_attempts: int, *, dry_run: bool
) -> dict[str, int]:
    """Send letters again and return how many were sent, and how many were left for which cause."""
    done = {"sent": 0, "tried_often": 0, "incomplete": 0}
    async with sending(settings) as send:
        async for letter in letters:
            record = replay_record(letter, settings.topic_raw)
            if letter.attempts >= max_attempts:
                done["tried_often"] += 1
            elif record is None:
                done["incomplete"] += 1
            else:
                done["sent"] += 1
                if not dry_run:
                    await send(record)
    return done


async def bounds(settings: Settings, before: str) -> dict[int, tuple[int, int]]:
    """Return, by partition, the first offset kept now and the first to be kept."""
    async with reading(settings, settings.topic_deadletter) as consumer:
        partitions = sorted(consumer.assignment())
        starts = await consumer.beginning_offsets(partitions)
        ends = await consumer.end_offsets(partitions)
        if before == "all":
            wanted = dict(ends)
        elif ":" in before and "-" not in before:
            partition, offset = place(before)
            wanted = {tp: offset for tp in partitions if tp.partition == partition}
        else:
            when = moment(before, now=time.time_ns() // 1_000_000)
            found = await consumer.offsets_for_times(dict.fromkeys(partitions, when))
            wanted = {tp: ends[tp] if at is None else at.offset for tp, at in found.items()}
    return {tp.partition: (starts[tp], min(ends[tp], max(starts[tp], offset))) for tp, offset in wanted.items()}


async def delete(settings: Settings, bounds: dict[int, int]) -> None:
    """Delete the dead letters before an offset of each partition."""
    async with admin_client(settings) as client:
        await client.delete_records(
            {
                TopicPartition(settings.topic_deadletter, partition): RecordsToDelete(before_offset=offset)
                for partition, offset in bounds.items()
            }
        )


def place(text: str) -> tuple[int, int]:
    """Return partition and offset of ``PARTITION:OFFSET``; raises :class:`Misconfigured`."""
    partition, _, offset = text.partition(":")
    if not (partition.isascii() and partition.isdigit() and offset.isascii() and offset.isdigit()):
        raise Misconfigured(f"{text!r} is no place: write PARTITION:OFFSET")
    return int(partition), int(offset)

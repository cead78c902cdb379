"""The three roles on a real Kafka: the same outcome as offline, bad input, and an orderly end."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from jsonschema import Draft202012Validator

from service.cli.run import sample_records
from service.pipeline import Pipeline
from service.stream.options import pipeline_options
from service.stream.roles import Role
from service.wire.record import Origin, RawRecord, Record, last_header
from service.wire.schema import event_schema
from tests.kafka.khabar import account_when_done, article, environment, feed, running
from tests.kafka.support import committed, end_offsets, eventually, limit_record_size, produce, read_topic

pytestmark = pytest.mark.kafka
MIB = 1024 * 1024


def offline(settings: Any, raws: list[RawRecord]) -> set[tuple[Origin, str, str]]:
    """Return (origin, status, article id) of each record as the offline pipeline ends it."""
    pipeline = Pipeline(pipeline_options(settings))
    ends = set()
    for raw in raws:
        records = pipeline.run(raw, now=raw.timestamp or 0)
        value = orjson.loads(records[0].value or b"null") if records[0].topic != settings.topic_deadletter else None
        ends.add((raw.origin, value["status"], value["article_id"]) if value else (raw.origin, "dead letter", ""))
    return ends


async def test_kafka_and_offline_end_every_sample_alike(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path
) -> None:
    """One raw partition: the same set of (origin, status, article id), and every event keeps to the schema."""
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_PARTITIONS_RAW="1", KHABAR_MENTION_TOPICS="true")
    async with running(environ) as (settings, _roles):
        sent = [Record(settings.topic_raw, raw.key, raw.value, raw.headers, raw.timestamp) for raw in sample_records()]
        origins = await produce(bootstrap, sent)
        account = await account_when_done(settings, origins)
        mentions = await read_topic(bootstrap, settings.topic_entities) + await read_topic(
            bootstrap, settings.topic_dates
        )

    raws = [RawRecord(origin, r.key, r.value, r.headers, r.timestamp) for origin, r in zip(origins, sent, strict=True)]
    through_kafka = {
        (origin, next(iter(ends)), account.article_of.get(origin, "")) for origin, ends in account.ends.items()
    }
    assert through_kafka == offline(settings, raws)
    assert account.repeats == 0
    validator = Draft202012Validator(event_schema())
    for event in account.events:
        validator.validate(event)
    rows = [orjson.loads(record.value or b"") for record in mentions]
    assert rows
    assert all(row["seq"] < row["of"] and row["article_id"] in account.published_ids() for row in rows)


BAD: dict[str, tuple[bytes | None, str]] = {
    "null value": (None, "empty"),
    "empty value": (b"", "empty"),
    "null": (b"null", "not_an_object"),
    "list": (b"[]", "not_an_object"),
    "number": (b"42", "not_an_object"),
    "truncated": (b'{"title": "Council vo', "bad_json"),
    "producer error": (b"json failed to parse", "producer_failure"),
    "invalid UTF-8": (b"\xff\xfe\xfa headline", "bad_encoding"),
    "binary": (bytes(range(256)) * 4, "bad_encoding"),
    "100 000 brackets": (b"[" * 100_000, "bad_json"),
    "no title and no text": (b'{"url": "https://example.com/a", "language": "en"}', "no_content"),
    "5 MiB": (b'{"title": "x", "text": "' + b"word " * MIB + b'"}', "too_large"),
}
ODD = {
    "3 MB title": orjson.dumps({"title": "word " * 600_000, "text": "A body.", "url": "https://example.com/3mb"}),
    "lone surrogates": b'{"title": "Council \\ud800 votes on bridge", "text": "A body \\udfff of text.", "url": "https://example.com/s"}',
    "NULs": b'{"title": "Council\\u0000 votes", "text": "A\\u0000 body of text.", "url": "https://example.com/n"}',
}


async def test_bad_input_ends_as_dead_letters_and_the_stream_goes_on(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path
) -> None:
    """Every poison is a dead letter with its bytes and a reason; odd records end once; good ones between them pass."""
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_PARTITIONS_RAW="1")
    payloads: list[bytes | None] = []
    for number, bad in enumerate([*(value for value, _ in BAD.values()), *ODD.values()]):
        payloads += [bad, article(number)]
    async with running(environ) as (settings, _roles):
        origins = await feed(settings, payloads)
        account = await account_when_done(settings, origins)
        letters = await read_topic(bootstrap, settings.topic_deadletter)

    assert not account.lost(origins)
    assert not account.with_two_ends()
    by_offset = {int(last_header(letter.headers, "khabar-offset") or b"-1"): letter for letter in letters}
    for at, (name, (value, reason)) in enumerate(BAD.items()):
        letter = by_offset[2 * at]
        assert (name, last_header(letter.headers, "khabar-error")) == (name, reason.encode())
        assert letter.value == (value or b""), name
        assert last_header(letter.headers, "khabar-message"), name
    good = origins[1::2]
    assert {next(iter(account.ends[origin])) for origin in good} == {"new"}


async def test_pages_answer_and_sigterm_drains(bootstrap: str, unique: Callable[[str], str], tmp_path: Path) -> None:
    """Each role serves its three pages; on SIGTERM it finishes, commits all and leaves with 0."""
    environ = environment(bootstrap, tmp_path, unique("t"))
    async with running(environ) as (settings, roles):
        origins = await feed(settings, [article(number) for number in range(50)])
        await account_when_done(settings, origins)
        async with aiohttp.ClientSession() as session:
            for role, port in roles.ports.items():
                bodies = {}
                for page in ("healthz", "readyz", "metrics"):
                    async with session.get(f"http://127.0.0.1:{port}/{page}") as answer:
                        assert (role, page, answer.status) == (role, page, 200)
                        bodies[page] = await answer.text()
                body = bodies["metrics"]
                assert f'khabar_records_finished_total{{role="{role}"' in body
                assert "faust" not in body
        children = dict(roles.children)
        await roles.stop()

    assert {role: child.returncode for role, child in children.items()} == dict.fromkeys(Role, 0)
    for role, topic in (
        (Role.INTAKE, settings.topic_raw),
        (Role.DEDUPE, settings.topic_clean),
        (Role.ENRICH, settings.topic_unique),
    ):
        ends = {partition: end for partition, end in (await end_offsets(bootstrap, topic)).items() if end}
        assert await committed(bootstrap, f"{settings.group}-{role}", topic) == ends


async def test_a_send_that_the_broker_refuses_ends_the_role_uncommitted(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path
) -> None:
    """The topic takes less than the settings say: exit 70 and a restart, nothing is committed over the record."""
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_PARTITIONS_RAW="1")
    async with running(environ) as (settings, roles):
        await feed(settings, [article(1)])
        await eventually(lambda: committed(bootstrap, f"{settings.group}-intake", settings.topic_raw))
        await limit_record_size(bootstrap, settings.topic_clean, 2_000)
        before = roles.children[Role.INTAKE]
        await feed(settings, [article(2, words=2000)])
        code = await before.wait()

        assert code == 70
        assert await committed(bootstrap, f"{settings.group}-intake", settings.topic_raw) == {0: 1}
        roles.children[Role.DEDUPE].send_signal(signal.SIGTERM)


async def test_too_many_dead_letters_in_a_row_end_intake_in_order(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path
) -> None:
    """A producer sends nothing but poison: exit code 5, every record that was taken has its dead letter."""
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_PARTITIONS_RAW="1", KHABAR_DEAD_LETTER_RUN="20")
    async with running(environ) as (settings, roles):
        intake = roles.children[Role.INTAKE]
        poison = [Record(settings.topic_raw, None, b"[1]", (), None) for _ in range(10)]
        await feed(settings, [article(1)])
        await produce(bootstrap, [*poison, Record(settings.topic_raw, None, article(2), (), None), *poison])
        await eventually(lambda: committed(bootstrap, f"{settings.group}-intake", settings.topic_raw))
        await produce(bootstrap, poison * 2)
        code = await intake.wait()

        taken = await committed(bootstrap, f"{settings.group}-intake", settings.topic_raw)
        letters = await read_topic(bootstrap, settings.topic_deadletter)
        assert code == 5
        assert len(letters) == taken[0] - 2
        assert 20 < len(letters) <= 40

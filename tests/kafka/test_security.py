"""Encryption, logins and access lists against a broker that holds to them: what fits works, what does not is said."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiokafka import TopicPartition
from aiokafka.admin import NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
    for_code,
)

from service.ops.settings import load_settings
from service.stream.clients import admin_client, connection
from service.stream.roles import Role
from service.stream.topics import create_topics, topic_specs
from service.wire.record import Record
from tests.faults.harness import POISON, one_more, settled
from tests.kafka.khabar import article, environment, feed, khabar, running
from tests.kafka.secure import PASSWORD, USER, Secured, login, tls
from tests.kafka.support import consumer, eventually, produce, producer

pytestmark = pytest.mark.kafka

USERS_FILE = Path(__file__).parents[2] / "k8s/components/strimzi/users.yaml"
START_S = 8
CANARY = "wrong-horse-77-battery"
DENIED = (TopicAuthorizationFailedError, ClusterAuthorizationFailedError)


# -- what fits


def fitting(locked: Secured, way: str) -> tuple[str, dict[str, str]]:
    """Return the listener and the settings of a way in."""
    match way:
        case "TLS":
            return "TLS", tls(locked)
        case "mTLS":
            return "MTLS", tls(locked, locked.certificates.client)
        case "PLAIN":
            return "PLAIN", login(locked, way)
        case "SCRAM-SHA-256 without TLS":
            mechanism = way.split(maxsplit=1)[0]
            return "OPEN", {**login(locked, mechanism), "KHABAR_SECURITY_PROTOCOL": "SASL_PLAINTEXT"}
        case _:
            return "SCRAM", login(locked, way)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["mTLS", "PLAIN", "SCRAM-SHA-512", "SCRAM-SHA-256 without TLS"])
async def test_the_roles_work_over_every_way_in(locked: Secured, way: str, tmp_path: Path) -> None:
    """Topics are made, articles fed, decided and published, all over the secured listener."""
    listener, settings_of_way = fitting(locked, way)
    mark = "".join(letter for letter in way.lower() if letter.isalnum())
    environ = environment(locked.address(listener), tmp_path, mark, **settings_of_way)
    async with running(environ) as (settings, _roles):
        file = tmp_path / "raw.ndjson"
        file.write_bytes(b"\n".join(article(number) for number in range(4)))
        code, _, err = await khabar("produce", str(file), environ=environ)
        assert code == 0, err
        report = await settled(settings)
    assert report.balanced
    assert report.ends == {"new": 4}


@pytest.mark.parametrize("way", ["TLS", "SCRAM-SHA-256"])
async def test_the_other_ways_in_lead_to_the_same_connection(locked: Secured, way: str, tmp_path: Path) -> None:
    """A command over these two: the topics that are not there are named."""
    listener, settings_of_way = fitting(locked, way)
    environ = environment(locked.address(listener), tmp_path, "nothing", **settings_of_way)
    code, out, err = await khabar("topics", "check", environ=environ)
    assert (code, err) == (1, "")
    assert out.startswith("raw.nothing is missing")


# -- what does not fit


def misfits(locked: Secured) -> dict[str, tuple[str, dict[str, str], int, str]]:
    """Return by name: listener, settings, the exit code and a part of the line that must come."""
    files = locked.certificates
    return {
        "wrong authority": ("TLS", {**tls(locked), "KHABAR_SSL_CAFILE": str(files.stranger)}, 2, "not signed by"),
        "the system's authorities": ("TLS", {"KHABAR_SECURITY_PROTOCOL": "SSL"}, 2, "not signed by what we trust"),
        "wrong host name": ("OTHERNAME", tls(locked), 2, "another host's"),
        "expired certificate": ("EXPIRED", tls(locked), 2, "out of its time"),
        "no client certificate": ("MTLS", tls(locked), 2, "wants a certificate of ours"),
        "expired client certificate": ("MTLS", tls(locked, files.expired_client), 2, "does not accept the certificate"),
        "strange client certificate": ("MTLS", tls(locked, files.strange_client), 2, "does not accept the certificate"),
        "key of another pair": (
            "MTLS",
            tls(locked, (files.client[0], files.expired_client[1])),
            2,
            "do not load",
        ),
        "wrong password, PLAIN": ("PLAIN", login(locked, "PLAIN", password=CANARY), 2, f"refuses user '{USER}'"),
        "wrong password, 256": ("SCRAM", login(locked, "SCRAM-SHA-256", password=CANARY), 2, "refuses user"),
        "wrong password, 512": ("SCRAM", login(locked, "SCRAM-SHA-512", password=CANARY), 2, "refuses user"),
        "unknown user": ("SCRAM", login(locked, "SCRAM-SHA-512", user="nobody"), 2, "refuses user 'nobody'"),
        "wrong mechanism": ("SCRAM", login(locked, "PLAIN"), 2, "does not take KHABAR_SASL_MECHANISM=PLAIN"),
        "no login": ("SCRAM", tls(locked), 3, "does KHABAR_SECURITY_PROTOCOL=SSL fit"),
        "no TLS": ("TLS", {"KHABAR_SECURITY_PROTOCOL": "PLAINTEXT"}, 3, "KHABAR_SECURITY_PROTOCOL=PLAINTEXT fit"),
        "TLS to a plain port": ("", tls(locked), 3, "does KHABAR_SECURITY_PROTOCOL=SSL fit"),
    }


MISFITS = [
    "wrong authority",
    "the system's authorities",
    "wrong host name",
    "expired certificate",
    "no client certificate",
    "expired client certificate",
    "strange client certificate",
    "key of another pair",
    "wrong password, PLAIN",
    "wrong password, 256",
    "wrong password, 512",
    "unknown user",
    "wrong mechanism",
    "no login",
    "no TLS",
    "TLS to a plain port",
]


@pytest.mark.parametrize("name", MISFITS)
async def test_what_does_not_fit_is_one_clear_line(locked: Secured, name: str, tmp_path: Path) -> None:
    """A role ends within its bound, with its exit code, without a stack trace and without saying the password."""
    listener, more, expected, part = misfits(locked)[name]
    address = locked.address(listener) if listener else locked.kafka.bootstrap
    environ = environment(address, tmp_path, "misfit", **more, KHABAR_START_TIMEOUT=str(START_S), KHABAR_HTTP_PORT="0")
    started = time.monotonic()
    code, out, err = await khabar("worker", "intake", environ=environ)
    took = time.monotonic() - started

    (line,) = [line for line in err.splitlines() if line.startswith("khabar: ")]
    assert (name, code, part in line) == (name, expected, True), err
    assert "Traceback" not in err + out
    assert CANARY not in err + out
    assert took < START_S + 30  # and what Python takes to start; the default would be a minute


# -- access lists


def rights_of_users() -> dict[str, list[tuple[str, str, str]]]:
    """Return the rights that the manifests give each user."""
    documents = yaml.safe_load_all(USERS_FILE.read_text("utf-8"))
    return {
        user["metadata"]["name"]: [
            (entry["resource"]["type"], entry["resource"]["name"], operation)
            for entry in user["spec"]["authorization"]["acls"]
            for operation in entry["operations"]
        ]
        for user in documents
    }


@pytest.fixture(scope="module")
def listed(locked: Secured) -> dict[str, list[tuple[str, str, str]]]:
    """The users of the manifests, known to the broker with just their rights."""
    users = rights_of_users()
    for name, rights in users.items():
        locked.add_user(name, name.upper())
        locked.allow(name, rights)
    return users


def own_names(environ: dict[str, str]) -> dict[str, str]:
    """Return the environment without the tests' marks on topics and groups: access lists know the real names."""
    return {
        name: value
        for name, value in environ.items()
        if not name.startswith("KHABAR_TOPIC_") and name != "KHABAR_GROUP"
    }


@asynccontextmanager
async def as_user(locked: Secured, user: str, folder: Path) -> AsyncIterator[dict[str, str]]:
    """Give the environment of a user of the manifests, on topics that are there."""
    plain = own_names(environment(locked.kafka.bootstrap, folder, ""))
    await create_topics(load_settings(plain))
    yield {
        **plain,
        **login(locked, "SCRAM-SHA-512", user=user, password=user.upper()),
        "KHABAR_BROKERS": locked.address("SCRAM"),
    }


@pytest.mark.slow
async def test_each_user_can_do_its_roles_job(
    locked: Secured, listed: dict[str, list[tuple[str, str, str]]], tmp_path: Path
) -> None:
    """The three roles, each as its own user, end every kind of record, and start again on their changelog."""
    settings = load_settings(own_names(environment(locked.kafka.bootstrap, tmp_path, "")))
    payloads = [article(1), article(1, query="?utm_source=feed"), article(2), article(2, version=2), POISON[0]]
    reports = []
    for round_ in range(2):
        async with AsyncExitStack() as roles:
            for role in Role:
                environ = await roles.enter_async_context(as_user(locked, f"khabar-{role}", tmp_path))
                await roles.enter_async_context(one_more(role, environ, tmp_path / f"{role}{round_}"))
            await feed(settings, payloads, partition=0)
            reports.append(await settled(settings))
            assert reports[-1].balanced, reports[-1].examples
    assert set(listed) == {f"khabar-{role}" for role in Role}
    assert reports[-1].ends == {"new": 2, "updated": 1, "duplicate": 5, "dead letter": 2}


async def may_write(settings: Any, topic: str) -> bool:
    """Say whether a record could be written."""
    arguments = connection(settings)
    async with producer(arguments.pop("bootstrap_servers"), **arguments) as client:
        try:
            await client.send_and_wait(topic, b"{}", key=b"a", partition=0)
        except TopicAuthorizationFailedError:
            return False
    return True


async def may_read(settings: Any, topic: str) -> bool:
    """Say whether the topic, in which there is something, may be fetched from."""
    arguments = connection(settings)
    async with consumer(arguments.pop("bootstrap_servers"), auto_offset_reset="earliest", **arguments) as client:
        client.assign([TopicPartition(topic, 0)])
        try:
            await eventually(lambda: client.getmany(timeout_ms=1_000))
        except TopicAuthorizationFailedError:
            return False
    return True


async def may_join(settings: Any, group: str) -> bool:
    """Say whether the group may be asked for its offsets."""
    async with admin_client(settings) as client:
        try:
            await client.list_consumer_group_offsets(group)
        except GroupAuthorizationFailedError:
            return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize("role", Role)
async def test_each_user_can_do_nothing_more(
    locked: Secured, listed: dict[str, list[tuple[str, str, str]]], role: Role, tmp_path: Path
) -> None:
    """Read, write, join a group, make, change and delete topics: what no right names is denied."""
    user = f"khabar-{role}"
    granted = listed[user]
    async with as_user(locked, user, tmp_path) as environ:
        settings = load_settings(environ)
    topics = [spec.name for spec in topic_specs(settings)]
    for topic in topics:
        await produce(locked.kafka.bootstrap, [Record(topic, b"a", b"{}")], partition=0)
    reads = {topic for topic in topics if await may_read(settings, topic)}
    writes = {topic for topic in topics if await may_write(settings, topic)}
    joins = {f"khabar-{other}" for other in Role if await may_join(settings, f"khabar-{other}")}
    assert reads == {name for kind, name, operation in granted if (kind, operation) == ("topic", "Read")}
    assert writes == {name for kind, name, operation in granted if (kind, operation) == ("topic", "Write")}
    assert joins == {user}
    async with admin_client(settings) as client:
        made = await client.create_topics([NewTopic("news.another", 1, 1)])
        assert for_code(made.topic_errors[0][1]) in DENIED
        for topic in topics:
            deleted = await client.delete_topics([topic])
            assert for_code(deleted.topic_error_codes[0][1]) in DENIED, topic
            changed = await client.alter_configs(
                [ConfigResource(ConfigResourceType.TOPIC, topic, {"retention.ms": "1"})]
            )
            assert for_code(changed[0].resources[0][0]) in DENIED, topic
    assert await may_read(load_settings(own_names(environment(locked.kafka.bootstrap, tmp_path, ""))), topics[0])


@pytest.mark.parametrize(
    ("role", "without", "line"),
    [
        (Role.INTAKE, ("topic", "news.raw", "Read"), "do not let reduced: Read topic news.raw;"),
        (Role.INTAKE, ("topic", "khabar.clean", "Write"), "do not let reduced: Write topic khabar.clean;"),
        (Role.INTAKE, ("group", "khabar-intake", "Read"), "do not let reduced: Read group khabar-intake;"),
        (
            Role.DEDUPE,
            ("topic", "khabar-dedupe-claims-changelog", "Write"),
            "do not let reduced: Write topic khabar-dedupe-claims-changelog;",
        ),
    ],
)
async def test_a_missing_right_is_named(
    locked: Secured,
    listed: dict[str, list[tuple[str, str, str]]],
    role: Role,
    without: tuple[str, str, str],
    line: str,
    tmp_path: Path,
) -> None:
    """A role whose user lacks a right says which one at its start, and ends with exit code 2."""
    user = f"reduced{without[2]}{without[1]}".replace(".", "-")
    locked.add_user(user, PASSWORD)
    locked.allow(user, [right for right in listed[f"khabar-{role}"] if right != without])
    async with as_user(locked, user, tmp_path) as environ:
        own = {"KHABAR_SASL_PASSWORD": PASSWORD, "KHABAR_HTTP_PORT": "0"}
        code, out, err = await khabar("worker", role, environ={**environ, **own})
    assert code == 2, err
    assert line.replace("reduced", user) in err
    assert "Traceback" not in err + out

"""Plain aiokafka clients from the settings: the producer of the roles, admin, and simple readers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.helpers import create_ssl_context

from service.errors import ExitCode, Misconfigured, Unavailable
from service.ops.settings import Settings
from service.stream.refusals import Refusal, refusal
from service.wire.record import Record

log = structlog.get_logger(__name__)

LINGER_MS = 5
BATCH_BYTES = 256 * 1024
_AT_ONCE = 1_000


def ssl_context(settings: Settings) -> ssl.SSLContext | None:
    """Return the TLS context of the settings, or None where the protocol has no TLS."""
    if not settings.security_protocol.endswith("SSL"):
        return None
    try:
        context: ssl.SSLContext = create_ssl_context(
            cafile=settings.ssl_cafile and str(settings.ssl_cafile),
            certfile=settings.ssl_certfile and str(settings.ssl_certfile),
            keyfile=settings.ssl_keyfile and str(settings.ssl_keyfile),
        )
    except (OSError, ssl.SSLError) as error:
        message = f"the TLS files of KHABAR_SSL_CAFILE, KHABAR_SSL_CERTFILE and KHABAR_SSL_KEYFILE do not load: {error}"
        raise Misconfigured(message) from error
    return context


def connection(settings: Settings) -> dict[str, Any]:
    """Return the keyword arguments that every aiokafka client needs to reach the brokers."""
    arguments: dict[str, Any] = {
        "bootstrap_servers": settings.brokers,
        "security_protocol": settings.security_protocol,
        "ssl_context": ssl_context(settings),
    }
    if settings.security_protocol.startswith("SASL"):
        arguments |= {
            "sasl_mechanism": settings.sasl_mechanism,
            "sasl_plain_username": settings.sasl_username,
            "sasl_plain_password": settings.sasl_password and settings.sasl_password.get_secret_value(),
        }
    return arguments


def new_producer(settings: Settings) -> AIOKafkaProducer:
    """Return the role's one idempotent producer, not started.

    ``acks=all`` and idempotence keep what is confirmed and its order in a partition. A batch never expires, nor
    does the wait for room in one: once running, a role waits for its brokers as long as it takes (aiokafka would fail
    either after one request time-out, 40 s).
    """
    producer = AIOKafkaProducer(
        **connection(settings),
        acks="all",
        enable_idempotence=True,
        linger_ms=LINGER_MS,
        max_batch_size=BATCH_BYTES,
        max_request_size=settings.max_topic_bytes,
    )
    producer._message_accumulator._batch_ttl = math.inf  # noqa: SLF001 - aiokafka has no setting for it
    producer._request_timeout_ms = math.inf  # noqa: SLF001 - the client's own, for each request, stays
    return producer


@contextlib.asynccontextmanager
async def sending(settings: Settings) -> AsyncIterator[Callable[[Record], Awaitable[None]]]:
    """Give a function that sends a record; the brokers have all of them when the block ends without an error.

    It waits for what is under way after every thousand records, so that as many are in memory at most.
    """
    producer = new_producer(settings)
    pending: list[asyncio.Future[Any]] = []

    async def send(record: Record) -> None:
        headers, when = list(record.headers), record.timestamp
        pending.append(
            await producer.send(record.topic, record.value, key=record.key, headers=headers, timestamp_ms=when)
        )
        if len(pending) >= _AT_ONCE:
            await asyncio.gather(*pending)
            pending.clear()

    await producer.start()
    try:
        yield send
        await asyncio.gather(*pending)
    finally:
        await producer.stop()


@contextlib.asynccontextmanager
async def admin_client(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    """Give a started admin client."""
    client = AIOKafkaAdminClient(**connection(settings))
    await client.start()
    try:
        yield client
    finally:
        await client.close()


async def wait_for_brokers(settings: Settings) -> None:
    """Return when a broker answers.

    Raises :class:`Misconfigured` (exit 2) as soon as one turns us away for good: certificate, name or password. Raises
    :class:`Unavailable` (exit 3) after ``start_timeout`` seconds of trying.
    """
    with _quiet_client():
        await _wait_for_brokers(settings, time.monotonic() + settings.start_timeout)


@contextlib.contextmanager
def _quiet_client() -> Iterator[None]:
    """Keep aiokafka from telling of every try: while we wait, one line of ours is enough."""
    logger = logging.getLogger("aiokafka")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


async def _wait_for_brokers(settings: Settings, deadline: float) -> None:
    waited = False

    def bound() -> float:
        return max(1.0, min(10.0, deadline - time.monotonic()))

    while True:
        arguments = connection(settings)
        admin = AIOKafkaAdminClient(**arguments, request_timeout_ms=5_000)
        try:
            await asyncio.wait_for(admin.start(), bound())
        except (KafkaError, OSError, TimeoutError, ValueError, LookupError) as error:  # a broken login raises the last
            why = await _refusal(settings, arguments, bound())
            if why.lasting:
                raise Misconfigured(why.why) from error
            if time.monotonic() >= deadline:
                waited_s = f"waited {settings.start_timeout:g} s"
                message = f"no Kafka broker answers at {settings.brokers} ({waited_s}): {why.why}"
                raise Unavailable(message, ExitCode.NO_BROKER) from error
            if not waited:
                log.warning("waiting_for_brokers", brokers=settings.brokers, why=why.why)
                waited = True
            await asyncio.sleep(0.5)
        else:
            return
        finally:
            await admin.close()


async def _refusal(settings: Settings, arguments: dict[str, Any], within: float) -> Refusal:
    try:
        return await asyncio.wait_for(refusal(settings, arguments), within)
    except TimeoutError:
        return Refusal("no answer in time", lasting=False)

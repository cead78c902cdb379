"""The composition root: one Faust app for one role, nothing made at import."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

import faust
from faust.auth import SASLCredentials, SSLCredentials
from faust.sensors.monitor import Monitor
from yarl import URL

from service.dedupe.policy import Policy
from service.errors import Misconfigured
from service.ops.settings import Settings
from service.stream.claims import ClaimsTable
from service.stream.clients import ssl_context
from service.stream.consumer import ExactConsumer, ExactTransport, refuse_untested_versions
from service.stream.recovery import StrictRecovery
from service.stream.roles import Role, app_id
from service.stream.topics import CLAIMS_TABLE

_STREAM_BUFFER = 16_384
"""Records that a stream's queue may hold; never reached, since the consumer bounds what is in flight (2 000)."""


class QuietMonitor(Monitor):
    """Faust's monitor without its per-record books: Khabar has metrics of its own."""

    def on_message_in(self, *_record: Any) -> None:
        """Count nothing."""

    def on_stream_event_in(self, *_record: Any) -> None:
        """Count nothing."""

    def on_stream_event_out(self, *_record: Any) -> None:
        """Count nothing."""

    def on_message_out(self, *_record: Any) -> None:
        """Count nothing."""


class KhabarApp(faust.App):
    """A Faust app with the exact consumer and the strict recovery."""

    def _new_transport(self) -> ExactTransport:
        return ExactTransport(self.conf.broker_consumer, self)


def build_app(role: Role, settings: Settings) -> KhabarApp:
    """Return the Faust app of a role, its agent not registered yet; call it with the event loop running.

    Raises :class:`Misconfigured` where the libraries are not the tested versions or the credentials are incomplete.
    """
    refuse_untested_versions()
    data_dir = _data_dir(role, settings)
    app = KhabarApp(
        app_id(role, settings.group),
        broker=[URL(f"kafka://{broker.strip()}") for broker in settings.brokers.split(",")],
        broker_credentials=_credentials(settings),
        loop=asyncio.get_running_loop(),
        autodiscover=False,
        web_enabled=False,
        Monitor=QuietMonitor,
        datadir=str(data_dir),
        store="rocksdb://",
        Table=ClaimsTable,
        key_serializer="raw",
        value_serializer="raw",
        topic_allow_declare=False,
        topic_disable_leader=True,
        topic_partitions=settings.partitions_clean,
        table_standby_replicas=0,
        broker_commit_interval=settings.commit_interval,
        broker_session_timeout=settings.session_timeout,
        broker_heartbeat_interval=min(3.0, settings.session_timeout / 3),
        broker_request_timeout=max(40.0, settings.session_timeout),
        broker_max_poll_records=1_000,
        broker_max_poll_interval=0x7FFFFFFF / 1000,
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=_instance_id(role, settings),
        consumer_max_fetch_size=settings.max_topic_bytes,
        producer_acks=-1,
        stream_buffer_maxsize=_STREAM_BUFFER,
        stream_wait_empty=True,
    )
    recovery = StrictRecovery(app, app.tables, beacon=app.tables.beacon, loop=app.loop)
    app.tables._recovery = recovery  # type: ignore[attr-defined] # noqa: SLF001 - no hook
    consumer = cast(ExactConsumer, app.consumer)
    consumer.on_changelog = recovery.restore
    consumer.max_bytes = settings.window_bytes
    consumer.max_records = 2 * settings.window_records
    consumer.leaves = role is not Role.DEDUPE  # its successor has its name and its store
    return app


def claims_table(app: KhabarApp, settings: Settings, policy: Policy) -> ClaimsTable:
    """Register the claims table; it has as many partitions as ``khabar.clean``, and a changelog of that many."""
    table = cast(
        ClaimsTable, app.Table(CLAIMS_TABLE, key_type=bytes, value_type=bytes, partitions=settings.partitions_clean)
    )
    table.claims.policy = policy
    return table


def _data_dir(role: Role, settings: Settings) -> Path:
    """Return the role's folder, made if need be; the stateless roles keep nothing in it."""
    folder = settings.data_dir / role
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"KHABAR_DATA_DIR: {folder} cannot be made: {error.strerror}"
        raise Misconfigured(message) from error
    return folder


def _instance_id(role: Role, settings: Settings) -> str | None:
    """Return the static member id, by which a restart finds its partitions still its own: dedupe always has one."""
    if settings.instance_id:
        return settings.instance_id
    return f"{app_id(role, settings.group)}-0" if role is Role.DEDUPE else None


def _credentials(settings: Settings) -> SASLCredentials | SSLCredentials | None:
    context = ssl_context(settings)
    if settings.security_protocol.startswith("SASL"):
        if not (settings.sasl_mechanism and settings.sasl_username and settings.sasl_password):
            message = "SASL needs KHABAR_SASL_MECHANISM, KHABAR_SASL_USERNAME and KHABAR_SASL_PASSWORD"
            raise Misconfigured(message)
        return SASLCredentials(
            username=settings.sasl_username,
            password=settings.sasl_password.get_secret_value(),
            mechanism=settings.sasl_mechanism,
            ssl_context=context,
        )
    return SSLCredentials(context=context) if context is not None else None

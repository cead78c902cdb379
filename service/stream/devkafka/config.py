"""How the brokers are set up: small, quick to start, sized as the topics of Khabar need it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

_MESSAGE_BYTES = 6 * 1024 * 1024
"""The size limit of topics, producers and fetches; raw records may have 4 MiB."""

LOGGING = """\
status=error
appender.c.type=Console
appender.c.name=c
appender.c.layout.type=PatternLayout
appender.c.layout.pattern=[%d] %p %m (%c)%n
rootLogger.level=WARN
rootLogger.appenderRef.c.ref=c
logger.s.name=kafka.server.KafkaRaftServer
logger.s.level=INFO
"""
"""Warnings and errors to standard output, and the one line that says that a broker serves clients."""


class Ports(NamedTuple):
    """The ports of one node; ``further`` by the name of the listener. Clients come to ``host``, nodes to 127.0.0.1."""

    client: int
    controller: int
    further: Mapping[str, int] = MappingProxyType({})
    host: str = "127.0.0.1"


def server_properties(
    node: int, ports: Ports, voters: str, data: Path, count: int, protocols: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Return the properties of node ``node`` of ``count``: everything replicated to all nodes, quick to start.

    With three nodes a write needs two of them, so that one may be lost. ``protocols`` names the security protocol of
    each further listener.
    """
    in_sync = max(1, count - 1)
    listeners = ",".join(f"{name}://{ports.host}:{port}" for name, port in ports.further.items())
    plain = f"PLAINTEXT://{ports.host}:{ports.client}"
    kinds = {"CONTROLLER": "PLAINTEXT", "PLAINTEXT": "PLAINTEXT", **protocols}
    internal = {
        f"{topic}.{name}": str(value)
        for topic in ("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")
        for name, value in (("replication.factor", count), ("num.partitions", 4))
    }
    return {
        "process.roles": "broker,controller",
        "node.id": str(node),
        "controller.quorum.voters": voters,
        "listeners": ",".join(filter(None, (plain, f"CONTROLLER://127.0.0.1:{ports.controller}", listeners))),
        "advertised.listeners": ",".join(filter(None, (plain, listeners))),
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": ",".join(f"{name}:{protocol}" for name, protocol in kinds.items()),
        "inter.broker.listener.name": "PLAINTEXT",
        "log.dirs": str(data),
        "num.partitions": "4",
        "default.replication.factor": str(count),
        "min.insync.replicas": str(in_sync),
        **internal,
        "transaction.state.log.min.isr": str(in_sync),
        "share.coordinator.state.topic.min.isr": str(in_sync),
        "group.initial.rebalance.delay.ms": "0",
        # A killed broker may come back only when its session has ended: 9 s by default.
        "broker.session.timeout.ms": "3000",
        "broker.heartbeat.interval.ms": "500",
        "auto.create.topics.enable": "false",
        "message.max.bytes": str(_MESSAGE_BYTES),
        "replica.fetch.max.bytes": str(_MESSAGE_BYTES),
        "log.segment.bytes": str(64 * 1024 * 1024),
        "log.cleaner.dedupe.buffer.size": str(16 * 1024 * 1024),
        "num.network.threads": "2",
        "num.io.threads": "2",
    }

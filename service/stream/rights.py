"""What the brokers' access lists let a role do, asked before it begins.

Without the question a role that may not read would end with a stack trace at its first fetch, and one that may not join
its group would wait for ever.
"""

from __future__ import annotations

import asyncio
from typing import Any

from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
    for_code,
)
from aiokafka.protocol.admin import DescribeGroupsRequest_v3, DescribeGroupsResponse_v3
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Int16, Int32, Schema, String

from service.ops.settings import Settings
from service.stream.clients import admin_client
from service.stream.roles import Role, app_id
from service.stream.topics import claims_changelog

# Operations as bits, https://github.com/apache/kafka/blob/trunk/clients/src/main/java/org/apache/kafka/common/acl/AclOperation.java
_READ, _WRITE = 3, 4
NAMES = {_READ: "Read", _WRITE: "Write"}
"""What Kafka calls the operations."""

_UNKNOWN = -(2**31)
"""What a broker says that was not asked, or keeps no lists."""

_TRIES, _PAUSE_S = 50, 0.2

_METADATA = 3
_OF_TOPIC = 4
"""Where a topic's operations stand in the answer."""


class _MetadataResponse(Response):
    API_KEY = _METADATA
    API_VERSION = 8
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            Array(("node_id", Int32), ("host", String("utf-8")), ("port", Int32), ("rack", String("utf-8"))),
        ),
        ("cluster_id", String("utf-8")),
        ("controller_id", Int32),
        (
            "topics",
            Array(
                ("error_code", Int16),
                ("topic", String("utf-8")),
                ("is_internal", Boolean),
                (
                    "partitions",
                    Array(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", Array(Int32)),
                        ("isr", Array(Int32)),
                        ("offline_replicas", Array(Int32)),
                    ),
                ),
                ("authorized_operations", Int32),
            ),
        ),
        ("cluster_authorized_operations", Int32),
    )


class _MetadataStruct(RequestStruct):
    API_KEY = _METADATA
    API_VERSION = 8
    RESPONSE_TYPE = _MetadataResponse
    SCHEMA = Schema(
        ("topics", Array(String("utf-8"))),
        ("allow_auto_topic_creation", Boolean),
        ("include_cluster_authorized_operations", Boolean),
        ("include_topic_authorized_operations", Boolean),
    )


class _Metadata(Request[_MetadataStruct]):
    """Metadata with the operations that we may do; aiokafka has no version of it that asks (brokers from 2.3 on do)."""

    API_KEY = _METADATA

    def __init__(self, topics: list[str]) -> None:
        self._topics = topics

    def build(self, request_struct_class: type[_MetadataStruct]) -> _MetadataStruct:
        return request_struct_class(self._topics, False, False, True)


class _DescribeGroupsStruct(DescribeGroupsRequest_v3):
    RESPONSE_TYPE = DescribeGroupsResponse_v3  # aiokafka reads it as the version before, which lacks the operations


class _DescribeGroups(Request[_DescribeGroupsStruct]):
    """One group with the operations that we may do on it."""

    API_KEY = DescribeGroupsRequest_v3.API_KEY

    def __init__(self, group: str) -> None:
        self._group = group

    def build(self, request_struct_class: type[_DescribeGroupsStruct]) -> _DescribeGroupsStruct:
        return request_struct_class([self._group], True)


def needed(role: Role, settings: Settings) -> list[tuple[str, int]]:
    """Return the topics that a role reads or writes, with the operation."""
    topics = settings.topics
    changelog = claims_changelog(settings)
    mentions = [(topics.entities, _WRITE), (topics.dates, _WRITE)] if settings.mention_topics else []
    return {
        Role.INTAKE: [(topics.raw, _READ), (topics.clean, _WRITE), (topics.deadletter, _WRITE)],
        Role.DEDUPE: [
            (topics.clean, _READ),
            (topics.unique, _WRITE),
            (topics.duplicates, _WRITE),
            (changelog, _READ),
            (changelog, _WRITE),
        ],
        Role.ENRICH: [(topics.unique, _READ), (topics.articles, _WRITE), *mentions],
    }[role]


def written(role: Role, settings: Settings) -> list[str]:
    """Return the topics that a role writes to."""
    return [topic for topic, right in needed(role, settings) if right == _WRITE]


async def missing_rights(role: Role, settings: Settings) -> list[str]:
    """Return what the role needs and the brokers do not let it do, such as ``Read topic news.raw``.

    Empty where brokers keep no lists, or are too old to be asked. Topics that are not there are nobody's right.
    """
    async with admin_client(settings) as admin:
        try:
            wanted = needed(role, settings)
            may = await _topics(admin, sorted({topic for topic, _ in wanted}))
            wrong = [f"{NAMES[right]} topic {topic}" for topic, right in wanted if not _allowed(may[topic], right)]
            group = app_id(role, settings.group)
            if not _allowed(await _group(admin, group), _READ):
                wrong.append(f"Read group {group}")
        except NotImplementedError:  # what aiokafka says of a version that the brokers do not know
            return []
    return wrong


def _allowed(operations: int, right: int) -> bool:
    return operations == _UNKNOWN or bool(operations >> right & 1)


async def _topics(admin: Any, topics: list[str]) -> dict[str, int]:
    """Return the operations that we may do on each topic, as bits."""
    client = admin._client  # noqa: SLF001 - the admin client asks for nothing of the kind
    answer = await client.send(client.get_random_node(), _Metadata(topics))
    return {
        topic[1]: 0
        if for_code(topic[0]) is TopicAuthorizationFailedError
        else _UNKNOWN
        if topic[0]
        else topic[_OF_TOPIC]
        for topic in answer.topics
    }


async def _group(admin: Any, group: str) -> int:
    for _ in range(_TRIES):
        try:
            answer = await admin._client.send(await admin.find_coordinator(group), _DescribeGroups(group))  # noqa: SLF001
        except GroupAuthorizationFailedError:
            return 0
        except KafkaError as error:
            if not error.retriable:
                raise
            await asyncio.sleep(_PAUSE_S)  # a cluster makes its topic of offsets at the first question
        else:
            found = answer.groups[0]
            return 0 if for_code(found[0]) is GroupAuthorizationFailedError else int(found[-1])
    return _UNKNOWN

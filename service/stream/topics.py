"""The topics that Khabar needs: what they must look like, creating them and checking them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from service.errors import Misconfigured
from service.ops.settings import Settings
from service.stream.clients import admin_client
from service.stream.roles import Role, app_id

DAY_MS = 24 * 60 * 60 * 1000
CLAIMS_TABLE = "claims"


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """One topic: partitions, and the configuration that differs from the cluster's own."""

    name: str
    partitions: int
    config: dict[str, str] = field(default_factory=dict)


def claims_changelog(settings: Settings) -> str:
    """Return the name of the changelog topic of the claims table, as Faust makes it."""
    return f"{app_id(Role.DEDUPE, settings.group)}-{CLAIMS_TABLE}-changelog"


def topic_specs(settings: Settings) -> list[TopicSpec]:
    """Return every topic of the settings with its partitions and configuration."""
    names, counts = settings.topics, settings.partitions
    size = {"max.message.bytes": str(settings.max_topic_bytes)}
    internal = {**size, "retention.ms": str(settings.retention_internal_days * DAY_MS)}
    published = {**size, "retention.ms": str(settings.retention_published_days * DAY_MS)}
    compacted = {
        **published,
        "cleanup.policy": "compact,delete",
        "min.compaction.lag.ms": str(settings.retention_internal_days * DAY_MS),
    }
    specs = [
        TopicSpec(names.raw, counts[names.raw], size),
        TopicSpec(names.clean, counts[names.clean], internal),
        TopicSpec(names.unique, counts[names.unique], internal),
        TopicSpec(names.articles, counts[names.articles], compacted),
        TopicSpec(names.duplicates, counts[names.duplicates], published),
        TopicSpec(names.deadletter, counts[names.deadletter], published),
        TopicSpec(claims_changelog(settings), counts[names.clean], {**size, "cleanup.policy": "compact"}),
    ]
    if settings.mention_topics:
        specs += [TopicSpec(name, counts[name], published) for name in (names.entities, names.dates)]
    return specs


async def create_topics(settings: Settings) -> list[tuple[str, bool]]:
    """Create the topics that are missing; return each name and whether it was created now."""
    durability = {"min.insync.replicas": str(settings.min_insync_replicas)}
    done = []
    async with _admin(settings) as admin:
        for spec in topic_specs(settings):
            topic = NewTopic(
                spec.name, spec.partitions, settings.replication_factor, topic_configs={**spec.config, **durability}
            )
            response = await admin.create_topics([topic])
            _name, code, *rest = response.topic_errors[0]
            if code and for_code(code) is not TopicAlreadyExistsError:
                message = f"topic {spec.name} could not be created: {rest[0] if rest else for_code(code).__name__}"
                raise Misconfigured(message)
            done.append((spec.name, code == 0))
    return done


async def check_topics(settings: Settings) -> list[str]:
    """Return what is wrong with the topics, a line each: missing, partitions, size limit, retention, cleanup."""
    wrong = []
    async with _admin(settings) as admin:
        specs = {spec.name: spec for spec in topic_specs(settings)}
        existing = {
            topic["topic"]: len(topic["partitions"])
            for topic in await admin.describe_topics(list(specs))
            if topic["error_code"] == 0
        }
        wrong += [f"{name} is missing: khabar topics create makes it" for name in specs if name not in existing]
        present = [spec for name, spec in specs.items() if name in existing]
        wrong += [
            f"{spec.name} has {existing[spec.name]} partitions, the settings say {spec.partitions}"
            for spec in present
            if existing[spec.name] != spec.partitions
        ]
        for spec in present:
            have = await _describe_config(admin, spec.name)
            wrong += [
                f"{spec.name} has {key}={have.get(key)}, the settings say {value}"
                for key, value in spec.config.items()
                if _differs(key, have.get(key), value)
            ]
    return wrong


async def missing_topics(settings: Settings) -> list[str]:
    """Return the names of the topics that do not exist (roles refuse to start without them)."""
    async with _admin(settings) as admin:
        existing = set(await admin.list_topics())
    return [spec.name for spec in topic_specs(settings) if spec.name not in existing]


def _differs(key: str, have: str | None, want: str) -> bool:
    if key == "cleanup.policy":
        return set((have or "").split(",")) != set(want.split(","))
    if key == "max.message.bytes":
        return int(have or 0) < int(want)
    return have != want


async def _describe_config(admin: AIOKafkaAdminClient, name: str) -> dict[str, str]:
    response = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
    resources = response[0].resources
    return {entry[0]: entry[1] for entry in resources[0][4]}


@asynccontextmanager
async def _admin(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    """Give an admin client that turns the brokers' refusals into one clear line."""
    async with admin_client(settings) as client:
        try:
            yield client
        except KafkaError as error:
            message = f"the brokers at {settings.brokers} refused: {type(error).__name__} {error}"
            raise Misconfigured(message) from error

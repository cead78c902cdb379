"""Every setting of Khabar: name, type, default and meaning. The environment is the only source.

A setting ``x`` is the variable ``KHABAR_X``; ``KHABAR_X_FILE`` names a file that holds the value instead, as
Kubernetes and Docker mount secrets. ``docs/settings.md`` is printed from this class.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ByteSize, ConfigDict, Field, SecretStr, model_validator

from service.ops import values
from service.wire.record import Topics

MIB = 1024 * 1024
SOURCES_MAX = 50
"""Names that the metric label ``source`` may take: each is a time series a role."""

TopicName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,249}$")]
Partitions = Annotated[int, Field(ge=1, le=10_000)]
Days = Annotated[int, Field(ge=1, le=3650)]
Seconds = Annotated[float, Field(gt=0, le=3600)]
Bytes = Annotated[ByteSize, Field(ge=1024, le=1024 * MIB)]


def _size(mebibytes: int) -> ByteSize:
    return ByteSize(mebibytes * MIB)


class Settings(BaseModel):
    """All settings, checked and frozen. Made by :func:`service.ops.settings.load_settings`."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    brokers: Annotated[str, BeforeValidator(values.brokers)] = Field(
        "127.0.0.1:9092", description="Kafka bootstrap servers, `host:port` separated by commas."
    )
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="How to talk to the brokers."
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = Field(
        None, description="How to log in; needed with `SASL_*`."
    )
    sasl_username: str | None = Field(None, description="User name for SASL.")
    sasl_password: SecretStr | None = Field(None, description="Password for SASL.")
    ssl_cafile: Path | None = Field(None, description="Certificates (PEM) to trust; unset: the system's.")
    ssl_certfile: Path | None = Field(None, description="Our own certificate (PEM), where brokers want one.")
    ssl_keyfile: Path | None = Field(None, description="The key (PEM) of our own certificate.")

    data_dir: Path = Field(
        Path(".khabar"), description="Where the claims table lives; a relative path counts from the working directory."
    )
    http_host: str = Field("127.0.0.1", min_length=1, description="Address of `/metrics`, `/healthz` and `/readyz`.")
    http_port: int = Field(6066, ge=0, le=65535, description="Their port, one a role; 0 takes any free one.")
    group: TopicName = Field(
        "khabar", description="First part of consumer groups and of the changelog's name: `khabar-intake` and so on."
    )
    instance_id: str | None = Field(
        None, description="Static group membership: a name that is stable over restarts and unique in its group."
    )

    topic_raw: TopicName = Field("news.raw", description="Raw articles, read by intake.")
    topic_clean: TopicName = Field("khabar.clean", description="Cleaned articles, intake to dedupe (internal).")
    topic_unique: TopicName = Field("khabar.unique", description="Decided articles, dedupe to enrich (internal).")
    topic_articles: TopicName = Field("news.articles", description="Published events.")
    topic_duplicates: TopicName = Field("news.duplicates", description="Copies, without enrichment.")
    topic_entities: TopicName = Field("news.entities", description="One row an entity mention (optional).")
    topic_dates: TopicName = Field("news.dates", description="One row a date mention (optional).")
    topic_deadletter: TopicName = Field("news.deadletter", description="Refused records, bytes untouched.")

    topics_on_first_use: bool = Field(
        False, description="Do not ask for the topics at the start: the broker makes them on first use."
    )
    partitions_raw: Partitions = Field(6, description="Partitions of the raw topic, where Khabar creates it.")
    partitions_clean: Partitions = Field(
        1, description="Partitions of the clean topic. More than 1 only with scopes: copies meet only within one."
    )
    partitions_unique: Partitions = Field(6, description="Partitions of the unique topic.")
    partitions_articles: Partitions = Field(6, description="Partitions of the articles topic; for life.")
    partitions_duplicates: Partitions = Field(6, description="Partitions of the duplicates topic; for life.")
    partitions_mentions: Partitions = Field(6, description="Partitions of the entities and dates topics; for life.")
    partitions_deadletter: Partitions = Field(1, description="Partitions of the dead-letter topic.")
    replication_factor: int = Field(1, ge=1, le=32, description="Copies of each topic; 3 in production.")
    min_insync_replicas: int = Field(
        1, ge=1, le=32, description="Copies that must have a record before it counts as written; 2 in production."
    )
    retention_internal_days: Days = Field(7, description="Days that internal topics keep records.")
    retention_published_days: Days = Field(30, description="Days that published topics and dead letters are kept.")

    scope_header: str | None = Field(
        None, description="Raw header whose value is the scope; articles of two scopes never meet."
    )
    content_days: Days = Field(7, description="Days that a text is remembered to recognise its copies.")
    identity_days: Days = Field(90, description="Days that an article's identity is remembered after its last record.")
    headline_days: Days = Field(60, description="Days that recurring headlines are remembered.")
    near_text: bool = Field(True, description="Take lightly edited copies for duplicates too.")
    across_sources: bool = Field(True, description="Take another source's copy for a duplicate too.")
    same_text: float = Field(
        0.8, ge=0.5, le=1, description="Overlap of two texts from which they are one, whatever the headlines."
    )
    headline_hours: int = Field(
        72, ge=0, le=2160, description="Hours within which equal headlines decide where a text is missing; 0: never."
    )
    publish_embargoed: bool = Field(False, description="Publish items under an embargo, flagged; else dead letters.")
    dead_letter_run: int = Field(
        0, ge=0, description="Dead letters in a row past which intake ends with exit code 5; 0: never."
    )
    dead_letter_share: float = Field(
        1, ge=0, le=1, description="Share of the last 1 000 records past which it does so too; 1: never."
    )
    gone_retracts: bool = Field(
        False, description="Take the answer 410 (gone) for a page as the retraction of its article; else a dead letter."
    )
    dialects: Annotated[tuple[str, ...], BeforeValidator(values.texts)] = Field(
        (), description="Mapping files (TOML) of further producers, separated by commas; see how to add a dialect."
    )
    entity_backend: Annotated[str, BeforeValidator(values.backends)] = Field(
        "builtin",
        description="What finds names: `builtin`, `spacy:PACKAGE`, `onnx:FOLDER`; or by language: `en=spacy:PACKAGE`.",
    )
    mention_topics: bool = Field(False, description="Write the entities and dates topics.")
    zones: Annotated[Mapping[str, str], BeforeValidator(values.zones)] = Field(
        default_factory=dict,
        description="Time zones of sources that state none: `example.com=Asia/Beirut`, separated by commas.",
    )
    sources: Annotated[tuple[str, ...], BeforeValidator(values.names)] = Field(
        (),
        max_length=SOURCES_MAX,
        description=f"Source domains that get their own metric label, separated by commas, at most {SOURCES_MAX}.",
    )

    max_record_bytes: Bytes = Field(_size(4), description="Largest raw record; a larger one is a dead letter.")
    max_event_bytes: Bytes = Field(_size(1), description="Largest event; a larger one is trimmed and flagged.")
    max_topic_bytes: Bytes = Field(
        _size(6), description="`max.message.bytes` of topics, and producers' and fetches' bound."
    )
    window_records: int = Field(1000, ge=1, le=100_000, description="Records in work at once, a role.")
    window_bytes: Bytes = Field(_size(64), description="Bytes in work at once, a role.")
    commit_interval: Seconds = Field(1.0, description="Seconds between commits of what was acknowledged.")
    session_timeout: Seconds = Field(15.0, description="Seconds after which the group counts a silent process as dead.")
    start_timeout: Seconds = Field(60.0, description="Seconds to wait for a broker at the start; then exit code 3.")
    drain_timeout: Seconds = Field(25.0, description="Seconds to finish what is in work on SIGTERM; then a hard exit.")

    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(values.lower)] = Field(
        "info", description="The least level that is logged."
    )
    log_format: Annotated[Literal["auto", "json", "console"], BeforeValidator(values.lower)] = Field(
        "auto", description="`auto`: for people on a terminal, JSON lines elsewhere."
    )

    @property
    def topics(self) -> Topics:
        """The topic names together."""
        return Topics(**{name: getattr(self, f"topic_{name}") for name in Topics._fields})

    @property
    def partitions(self) -> Mapping[str, int]:
        """Partition count by topic name, for the topics that Khabar creates."""
        kinds = {name: name for name in Topics._fields} | {"entities": "mentions", "dates": "mentions"}
        return {getattr(self, f"topic_{name}"): getattr(self, f"partitions_{kind}") for name, kind in kinds.items()}

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secret values, for whoever must keep them out of a text."""
        return tuple(
            value.get_secret_value()
            for value in (getattr(self, name) for name in type(self).model_fields)
            if isinstance(value, SecretStr)
        )

    @model_validator(mode="after")
    def _topics_differ(self) -> Self:
        role_of: dict[str, str] = {}
        for role, name in zip(Topics._fields, self.topics, strict=True):
            if name in role_of:
                raise ValueError(f"topic_{role_of[name]} and topic_{role} are both {name!r}")
            role_of[name] = role
        return self

    @model_validator(mode="after")
    def _sizes_and_days_agree(self) -> Self:
        _at_most(self, "max_event_bytes", "max_topic_bytes")
        _at_most(self, "max_record_bytes", "max_topic_bytes")
        _at_most(self, "max_record_bytes", "window_bytes")
        _at_most(self, "min_insync_replicas", "replication_factor")
        _at_most(self, "content_days", "identity_days")
        return self

    @model_validator(mode="after")
    def _credentials_are_whole(self) -> Self:
        sasl = (self.sasl_mechanism, self.sasl_username, self.sasl_password)
        if self.security_protocol.startswith("SASL") and None in sasl:
            raise ValueError(f"{self.security_protocol} needs sasl_mechanism, sasl_username and sasl_password")
        if (self.ssl_certfile is None) != (self.ssl_keyfile is None):
            raise ValueError("ssl_certfile and ssl_keyfile go together")
        return self


def _at_most(settings: Settings, smaller: str, larger: str) -> None:
    if getattr(settings, smaller) > getattr(settings, larger):
        raise ValueError(
            f"{smaller} ({int(getattr(settings, smaller))}) must not exceed {larger} ({int(getattr(settings, larger))})"
        )

"""What the pure pipeline may be told: one frozen value, made from the settings by the shell."""

from __future__ import annotations

from dataclasses import dataclass, field

from service import __version__
from service.dedupe.policy import Policy
from service.enrich.entities import BUILTIN
from service.intake import IntakeOptions
from service.wire.record import Topics

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Options:
    """Limits in bytes, topic names, policies. ``scope_header`` names the raw header that separates customers.

    ``entity_backend`` is a choice of models as in :mod:`service.enrich.entities.backends`.
    """

    topics: Topics = field(default_factory=Topics)
    intake: IntakeOptions = field(default_factory=IntakeOptions)
    policy: Policy = field(default_factory=Policy)
    scope_header: str | None = None
    max_event_bytes: int = MIB
    max_topic_bytes: int = 6 * MIB
    mention_topics: bool = False
    entity_backend: str = BUILTIN
    version: str = __version__

"""What intake may be told from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class IntakeOptions:
    """Options of intake.

    ``max_record_bytes`` is the largest raw value taken. ``publish_embargoed`` publishes items whose embargo has
    not ended, flagged ``embargo_ignored``. ``zones`` maps a registrable domain to the IANA zone in which that
    source states its zone-less times: the one thing that turns such a time into an instant.
    """

    max_record_bytes: int = 4 * 1024 * 1024
    publish_embargoed: bool = False
    zones: Mapping[str, str] = field(default_factory=dict)
    pipeline_version: str = "0"

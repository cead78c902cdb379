"""What intake may be told from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.intake.dialect import Dialect


@dataclass(frozen=True, slots=True)
class IntakeOptions:
    """Options of intake.

    ``max_record_bytes`` is the largest raw value taken. ``publish_embargoed`` publishes items whose embargo has
    not ended, flagged ``embargo_ignored``. ``zones`` maps a registrable domain to the IANA zone in which that
    source states its zone-less times: the one thing that turns such a time into an instant. ``gone_retracts`` takes
    the answer 410 (gone) for a page as the retraction of its article; else it is no article. ``dialects`` are those of
    mapping files, recognised before all others.
    """

    max_record_bytes: int = 4 * 1024 * 1024
    publish_embargoed: bool = False
    zones: Mapping[str, str] = field(default_factory=dict)
    gone_retracts: bool = False
    dialects: tuple[Dialect, ...] = ()
    pipeline_version: str = "0"

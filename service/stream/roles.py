"""The three roles and their names."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A role is one Faust app: its own consumer group, lag and scaling."""

    INTAKE = "intake"
    DEDUPE = "dedupe"
    ENRICH = "enrich"


def app_id(role: Role) -> str:
    """Return the Faust app id, which is the consumer group too."""
    return f"khabar-{role}"

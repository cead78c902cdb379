"""The three roles and their names."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A role is one Faust app: its own consumer group, lag and scaling."""

    INTAKE = "intake"
    DEDUPE = "dedupe"
    ENRICH = "enrich"


def app_id(role: Role, group: str) -> str:
    """Return the Faust app id of a role, which is its consumer group too."""
    return f"{group}-{role}"

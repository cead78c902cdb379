"""What may be set about de-duplication."""

from __future__ import annotations

from dataclasses import dataclass

from service.errors import Misconfigured

HOUR = 3_600_000
DAY = 24 * HOUR

LEAST_SAME_TEXT = 0.5
"""Below it, reports from one template would be copies of each other."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Lifetimes in days of record time, and how much evidence a copy needs (docs/dedupe.md has the measurements)."""

    content_days: int = 7
    """How long a text finds its copies, and how long a delivery's verdict is remembered."""
    identity_days: int = 90
    """How long an article is known by its URL, id or headline after it was last seen."""
    recurring_days: int = 60
    """How long a headline counts as that of a column or daily report."""
    near_text: bool = True
    """Lightly edited copies are duplicates too, not only (almost) equal ones."""
    cross_source: bool = True
    """Copies by other sources are duplicates too, not only repeats by the same source."""
    same_text: float = 0.8
    """Overlap of word shingles from which two texts are the same, whatever their headlines."""
    headline_hours: int = 72
    """How far apart two records may be that only their headlines tell to be one article; 0 lets no headline decide."""

    def __post_init__(self) -> None:
        """Refuse lifetimes that contradict each other, and thresholds without sense; raises ``Misconfigured``."""
        if not 1 <= self.content_days <= self.identity_days:
            raise Misconfigured(
                f"content_days is {self.content_days} and identity_days {self.identity_days}: "
                "content must live at least a day and no longer than the identity"
            )
        if self.recurring_days < 1:
            raise Misconfigured(f"recurring_days is {self.recurring_days}: at least 1")
        if not LEAST_SAME_TEXT <= self.same_text <= 1:
            raise Misconfigured(f"same_text is {self.same_text}: from {LEAST_SAME_TEXT} to 1")
        if self.headline_hours < 0:
            raise Misconfigured(f"headline_hours is {self.headline_hours}: at least 0")

"""From settings to the options of the pure pipeline."""

from __future__ import annotations

from service import __version__
from service.dedupe.policy import Policy
from service.intake import IntakeOptions
from service.ops.settings import Settings
from service.pipeline.options import Options


def pipeline_options(settings: Settings) -> Options:
    """Return what the pure functions need to know of the settings."""
    return Options(
        topics=settings.topics,
        intake=IntakeOptions(
            max_record_bytes=settings.max_record_bytes,
            publish_embargoed=settings.publish_embargoed,
            zones=settings.zones,
            pipeline_version=__version__,
        ),
        policy=Policy(
            content_days=settings.content_days,
            identity_days=settings.identity_days,
            recurring_days=settings.headline_days,
            near_text=settings.near_text,
            cross_source=settings.across_sources,
        ),
        scope_header=settings.scope_header,
        max_event_bytes=settings.max_event_bytes,
        max_topic_bytes=settings.max_topic_bytes,
        mention_topics=settings.mention_topics,
    )

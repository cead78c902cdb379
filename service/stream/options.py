"""From settings to the options of the pure pipeline."""

from __future__ import annotations

from pathlib import Path

from service import __version__
from service.dedupe.policy import Policy
from service.intake import IntakeOptions
from service.intake.mapped import load_dialects
from service.ops.settings import Settings
from service.pipeline.options import Options


def pipeline_options(settings: Settings) -> Options:
    """Return what the pure functions need to know of the settings; raises Misconfigured for a bad mapping file."""
    return Options(
        topics=settings.topics,
        intake=IntakeOptions(
            max_record_bytes=settings.max_record_bytes,
            publish_embargoed=settings.publish_embargoed,
            zones=settings.zones,
            gone_retracts=settings.gone_retracts,
            dialects=load_dialects(map(Path, settings.dialects)),
            pipeline_version=__version__,
        ),
        policy=Policy(
            content_days=settings.content_days,
            identity_days=settings.identity_days,
            recurring_days=settings.headline_days,
            near_text=settings.near_text,
            cross_source=settings.across_sources,
            same_text=settings.same_text,
            headline_hours=settings.headline_hours,
        ),
        scope_header=settings.scope_header,
        max_event_bytes=settings.max_event_bytes,
        max_topic_bytes=settings.max_topic_bytes,
        mention_topics=settings.mention_topics,
        entity_backend=settings.entity_backend,
    )

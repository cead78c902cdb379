"""Which of an event's fields each dialect fills, from the same tables that read the records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from service.intake.dialect import Dialect, Paths
from service.intake.dialects import GENERIC, PAGE, PLAIN, REGISTRY

BUILT_IN: tuple[Dialect, ...] = (*REGISTRY, PAGE, PLAIN, GENERIC)
"""Every dialect of this release, in the order in which they are tried."""

EVENT_FIELDS: Mapping[str, str] = {
    "url": "url",
    "canonical": "canonical_url",
    "guid": "article_id",
    "source_id": "source_id",
    "source_name": "source.name",
    "site_names": "source.name",
    "source_host": "source.host",
    "source_country": "source.country",
    "source_type": "source.type",
    "title": "title",
    "titles": "title_full",
    "description": "description",
    "text": "text",
    "language": "language_declared",
    "published": "published_at",
    "published_raw": "published_at_raw",
    "modified": "modified_at",
    "embargoed": "embargoed_until",
    "authors": "authors",
    "byline": "byline",
    "agency": "credit",
    "place": "dateline",
    "section": "section",
    "categories": "categories",
    "tags": "tags",
    "kind": "content_type",
    "is_paid": "is_paid",
    "urgency": "urgency",
    "license": "rights.license",
    "holder": "rights.holder",
    "usage": "rights.usage",
    "images": "images",
    "retracted": "status",
    "withheld": "dead letter",
    "http_status": "dead letter",
    "refusal": "dead letter",
}
"""What an attribute of a draft becomes: a field of the event, or the reason of a dead letter."""


def event_fields(dialect: Dialect) -> dict[str, Paths]:
    """Return the producer's fields by the event's, best first; a URL fills ``source.host`` too, which is not listed."""
    found: dict[str, dict[str, None]] = {}
    for attributes in (dialect.finishes, dialect.fields):
        for name, paths in attributes.items():
            if paths:
                found.setdefault(EVENT_FIELDS[name], {}).update(dict.fromkeys(paths))
    order = list(dict.fromkeys(EVENT_FIELDS.values()))
    return {field: tuple(found[field]) for field in order if field in found}


def matrix(dialects: Iterable[Dialect] = BUILT_IN) -> str:
    """Return the Markdown table of dialects and fields: a row a field, a column a dialect."""
    columns = {dialect.name: event_fields(dialect) for dialect in dialects}
    lines = ["| field | " + " | ".join(columns) + " |", "| --- |" + " :-: |" * len(columns)]
    for field in dict.fromkeys(EVENT_FIELDS.values()):
        marks = ["✓" if field in fields else "" for fields in columns.values()]
        if any(marks):
            lines.append(f"| `{field}` | " + " | ".join(marks) + " |")
    return "\n".join(lines)

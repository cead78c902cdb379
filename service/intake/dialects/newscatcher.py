"""NewsCatcher articles. Times have no zone in them: ``published_date_precision`` says what they mean."""

from __future__ import annotations

from service.intake.dialect import Dialect
from service.intake.draft import Draft, Obj

_ZONELESS = len("2026-03-01 10:15:00")


def _finish(draft: Draft, obj: Obj) -> None:
    """Read the precision: full is UTC, date is a day only, timezone unknown is a local time."""
    precision = str(obj.get("published_date_precision") or "").strip().lower()
    draft.used.update({("published_date_precision",), ("updated_date_precision",), ("is_opinion",)})
    if precision == "full":
        draft.zone = "UTC"
    elif precision == "date":
        texts = [value for value in draft.published if isinstance(value, str)]
        draft.published_raw = next(iter(texts), None)
        draft.published = [value[:10] for value in texts]
    if isinstance(draft.modified, str) and len(draft.modified.strip()) == _ZONELESS:
        stated = str(obj.get("updated_date_precision") or "").strip().lower()
        draft.modified = f"{draft.modified.strip()} UTC" if stated == "full" else None
    if obj.get("is_opinion") is True:
        draft.take("kind", "opinion", "is_opinion")


DIALECT = Dialect(
    name="newscatcher",
    signs={
        "name_source": 3,
        "domain_url": 2,
        "full_domain_url": 2,
        "published_date_precision": 3,
        "parse_date": 2,
        "paid_content": 1,
        "is_headline": 1,
        "clean_url": 2,
        "robots_compliant": 1,
    },
    fields={
        "url": ("link",),
        "guid": ("id", "_id"),
        "source_id": ("id", "_id"),
        "title": ("title",),
        "text": ("content", "summary"),
        "description": ("description", "excerpt"),
        "authors": ("authors", "author"),
        "byline": ("author",),
        "published": ("published_date",),
        "modified": ("updated_date",),
        "language": ("language",),
        "source_name": ("name_source",),
        "source_host": ("domain_url", "clean_url", "full_domain_url"),
        "source_country": ("country",),
        "images": ("media",),
        "is_paid": ("paid_content",),
        "holder": ("rights",),
    },
    ignored=frozenset({"all_links", "title_translated_en", "content_translated_en", "full_domain_url", "parse_date"}),
    finish=_finish,
    finishes={
        "published": ("published_date_precision",),
        "modified": ("updated_date_precision",),
        "kind": ("is_opinion",),
    },
)

"""Media Cloud stories in their JSON form (the pickle in flight is refused as binary)."""

from __future__ import annotations

from service.intake.dialect import Dialect, dig
from service.intake.draft import Draft, Obj
from service.intake.values import whole


def _finish(draft: Draft, obj: Obj) -> None:
    """Read what the site answered."""
    draft.http_status = whole(dig(obj, ("http_metadata", "response_code")))


DIALECT = Dialect(
    name="mediacloud",
    signs={
        "content_metadata": 4,
        "rss_entry": 4,
        "http_metadata": 3,
        "text_extraction_method": 3,
        "unique_url_hash": 3,
        "normalized_article_title": 2,
        "text_content": 1,
        "canonical_domain": 1,
    },
    fields={
        "url": (
            "content_metadata.url",
            "content_metadata.original_url",
            "http_metadata.final_url",
            "rss_entry.link",
            "url",
            "original_url",
        ),
        "canonical": ("content_metadata.canonical_url", "canonical_url"),
        "title": ("content_metadata.article_title", "article_title", "rss_entry.title"),
        "titles": ("rss_entry.title",),
        "text": ("content_metadata.text_content", "text_content"),
        "published": ("content_metadata.publication_date", "publication_date", "rss_entry.pub_date"),
        "language": ("content_metadata.full_language", "content_metadata.language", "full_language", "language"),
        "source_host": ("content_metadata.canonical_domain", "canonical_domain", "rss_entry.domain"),
    },
    ignored=frozenset(
        {"unique_url_hash", "normalized_article_title", "normalized_url", "version", "is_homepage", "is_shortened"}
    ),
    finish=_finish,
    finishes={"http_status": ("http_metadata.response_code",)},
)

"""Any other object: the names that crawlers commonly give to the parts of an article."""

from __future__ import annotations

import re

from service.intake.dialect import Dialect
from service.intake.draft import Draft, Obj
from service.intake.page import FIELDS, read_page, settle
from service.intake.urls import canonical_url, is_root
from service.intake.values import string, whole

_TRUE_STATUS = {"canceled", "cancelled", "retracted", "deleted", "killed"}
_HTTP_STATUS = range(100, 600)
_PAGE = re.compile(r"\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_WHOLE_PAGE = Dialect(name="html", signs={}, fields=FIELDS, finish=settle)


def _from_page(draft: Draft, page: str, name: str) -> None:
    """Take the text from a whole page in a field, and what else the record leaves open."""
    found = _WHOLE_PAGE.read(read_page(page))
    draft.take("text", found.text, name)
    for attribute, _ in found.taken:
        if not getattr(draft, attribute):
            draft.take(attribute, getattr(found, attribute), name)


def _greenwich(obj: Obj, name: str) -> str | None:
    """Return a time without a zone that is one of UTC by the name of its field."""
    stated = obj.get(name)
    return f"{stated.strip().removesuffix('Z')}Z" if isinstance(stated, str) and stated.strip() else None


def _read_greenwich(draft: Draft, obj: Obj) -> None:
    """Prefer WordPress's times of UTC; its "date" and "modified" are the same in the site's own time."""
    if published := _greenwich(obj, "date_gmt"):
        draft.take("published", [published, *draft.published], "date_gmt")
        draft.published_raw = string(obj.get("date_gmt"))
    if modified := _greenwich(obj, "modified_gmt"):
        draft.take("modified", modified, "modified_gmt")


def _finish(draft: Draft, obj: Obj) -> None:
    """Read a status that takes the article back or reports an error; a source that is an address is no name."""
    for name in ("pubstatus", "status"):
        if (string(obj.get(name)) or "").strip().lower() in _TRUE_STATUS:
            draft.take("retracted", True, name)
    for name in ("status_code", "http_status", "response_code", "status"):
        code = whole(obj.get(name))
        if code in _HTTP_STATUS:
            draft.http_status = code
    _read_greenwich(draft, obj)
    for name in ("html", "raw_html", "page_html", "html_content", "body", "content", "page"):
        page = obj.get(name)
        if isinstance(page, str) and _PAGE.match(page) and not (draft.text and draft.text is not page):
            _from_page(draft, page, name)
            break
    if draft.source_name and draft.source_name.startswith(("http://", "https://")):
        if draft.url or is_root(canonical_url(draft.source_name)):
            draft.source_host = draft.source_host or draft.source_name
        else:
            draft.url = draft.source_name
        draft.source_name = None


_FIELDS: dict[str, tuple[str, ...]] = {
    "url": (
        "url",
        "link",
        "permalink",
        "article_url",
        "articleUrl",
        "page_url",
        "response_url",
        "final_url",
        "canonicalUrl",
        "canonical_url",
        "canonical_link",
        "links.permalink",
        "web_url",
        "webUrl",
        "uri",
        "URL",
        "الرابط",
        "رابط",
    ),
    "canonical": ("canonical_url", "canonicalUrl", "canonical_link", "canonical"),
    "guid": ("guid",),
    "source_id": ("id", "guid", "uuid", "_id", "article_id", "uri"),
    "source_name": (
        "source.name",
        "source.title",
        "source_name",
        "sourceName",
        "publisher.name",
        "publisher",
        "site_name",
        "siteName",
        "sitename",
        "site",
        "website",
        "source",
        "outlet",
        "media_name",
        "المصدر",
    ),
    "source_host": ("source.domain", "source_domain", "domain", "hostname", "host", "source.url"),
    "source_country": ("source.country", "country", "source_country"),
    "source_type": ("source.type", "source_type"),
    "authors": (
        "authors",
        "author",
        "byline",
        "creator",
        "dc_creator",
        "writer",
        "article_author",
        "كاتب",
        "الكاتب",
        "المؤلف",
    ),
    "byline": ("byline", "author"),
    "section": ("section", "category", "rubric", "article_section", "القسم"),
    "categories": ("categories", "category"),
    "tags": ("tags", "keywords", "topics"),
    "is_paid": ("is_paid", "paid", "paywall", "premium"),
    "license": ("license", "licence"),
    "holder": ("copyright", "rights"),
    "images": (
        "images",
        "image",
        "image_url",
        "imageUrl",
        "top_image",
        "main_image",
        "thumbnail",
        "media",
        "photo",
    ),
    "title": (
        "title",
        "headline.main",
        "headline",
        "article_title",
        "articleTitle",
        "headline_text",
        "name",
        "subject",
        "heading",
        "العنوان",
        "عنوان",
    ),
    "titles": ("og_title", "og:title", "html_title", "page_title"),
    "description": (
        "description",
        "summary",
        "excerpt",
        "abstract",
        "meta_description",
        "og:description",
        "standfirst",
        "lead",
        "lede",
        "subtitle",
        "teaser",
        "الوصف",
        "الملخص",
    ),
    "text": (
        "text",
        "maintext",
        "body",
        "article_text",
        "article_body",
        "articleBody",
        "plaintext",
        "full_text",
        "fulltext",
        "fullText",
        "text_content",
        "content",
        "main_text",
        "story",
        "body_text",
        "content_text",
        "html",
        "body_html",
        "content_html",
        "النص",
        "المحتوى",
    ),
    "language": (
        "language",
        "lang",
        "locale",
        "inLanguage",
        "article_language",
        "languageCode",
        "language_code",
        "اللغة",
    ),
    "published": (
        "published_at",
        "publishedAt",
        "published",
        "date_publish",
        "date_published",
        "datePublished",
        "published_date",
        "publish_date",
        "publishDate",
        "publishing_date",
        "published_time",
        "publication_date",
        "pub_date",
        "pubDate",
        "publishedDate",
        "dateTimePub",
        "published_datetime",
        "versioncreated",
        "datetime",
        "date",
        "time",
        "timestamp",
        "created_at",
        "تاريخ النشر",
        "التاريخ",
    ),
    "modified": (
        "modified_at",
        "updated_at",
        "updatedAt",
        "date_modify",
        "dateModified",
        "date_modified",
        "modified",
        "updated",
    ),
}


def _also_capitalised(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return paths with the same names as some crawlers write them: ``Title``, ``PublishedAt``."""
    plain = [path for path in paths if path[:1].islower() and "." not in path]
    return (*paths, *(f"{path[0].upper()}{path[1:]}" for path in plain))


DIALECT = Dialect(
    name="generic",
    signs={},
    fields={name: _also_capitalised(paths) for name, paths in _FIELDS.items()},
    finish=_finish,
    finishes={
        "published": ("date_gmt",),
        "modified": ("modified_gmt",),
        "retracted": ("pubstatus", "status"),
        "http_status": ("status_code", "http_status", "response_code"),
    },
)

_LOOSE = frozenset(
    [
        "name",
        "subject",
        "lead",
        "story",
        "html",
        "outlet",
        "site",
        "website",
        "uri",
        "id",
        "time",
        "timestamp",
        "created_at",
        "summary",
    ]
)
"""Names that say too little in the record of a producer that is known, where they may mean another thing."""

CORE = {
    name: tuple(path for path in DIALECT.fields[name] if path[:1].lower() + path[1:] not in _LOOSE)
    for name in ("url", "title", "text", "published", "language", "source_name", "source_host", "authors")
}
"""The parts that no article should lack, with their usual names."""

"""The one door of intake: the bytes of a raw record in, a clean article out, or a refusal with its reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from service.errors import ErrorReason, Refused
from service.intake import dialects, fields
from service.intake.body import Body, clean_body
from service.intake.bylines import read_bylines
from service.intake.clean import Cleaner
from service.intake.credit import find_credit
from service.intake.decode import Decoded, decode
from service.intake.draft import Draft, retraction
from service.intake.extra import Extra, collect_extra
from service.intake.language import find_language
from service.intake.markup import is_markup, to_text
from service.intake.options import IntakeOptions
from service.intake.published import Published, find_embargo, find_modified, find_published
from service.intake.refusals import find_refusal
from service.intake.titles import Site, best_title
from service.intake.urls import (
    canonical_url,
    choose_canonical,
    declared_host,
    host_of,
    is_redirect,
    is_root,
    registrable_domain,
)
from service.lang.languages import normalise_language, primary
from service.wire.article import Article
from service.wire.closed import Quality, RemovedKind
from service.wire.event import Dateline, Provenance, Removed, Source
from service.wire.record import RawRecord

_GONE = 410
_FIRST_ERROR_STATUS = 400
"""HTTP."""

_SHORT_TEXT_WORDS = 20
_SURE = 0.8
"""Confidence from which a found language contradicts the declared one."""

_LONGEST_TITLE = 5000
_LONGEST_DESCRIPTION = 20_000
_LONGEST_LINE = 1000
"""Characters. A title cannot be cut; a description is, and says so; other lines are cut."""

_WORD = re.compile(r"[^\W_]")
_ORDER = {flag: position for position, flag in enumerate(Quality)}
_DEFAULTS = IntakeOptions()


def accept(raw: RawRecord, *, record_time: int, options: IntakeOptions = _DEFAULTS, scope: str = "default") -> Article:
    """Return the article that a raw record holds. Pure: ``record_time`` is ms since 1970.

    Raises ``Refused`` (a dead letter) for values that cannot be read, that hold no article, and for items that may
    not be published now; nothing else is raised for any bytes.
    """
    decoded = decode(raw.value, max_bytes=options.max_record_bytes)
    draft, extra = read(decoded, options)
    return _Making(draft, extra, Cleaner(repaired=decoded.repaired), record_time, options).article(raw, scope)


def read(decoded: Decoded, options: IntakeOptions) -> tuple[Draft, Extra]:
    """Recognise the dialect and read the record by it; a page that is gone may take its article back."""
    if decoded.fields is None:
        page = decoded.html is not None
        dialect = dialects.PAGE if page else dialects.PLAIN
        return dialect.read({"html": decoded.html} if page else {"text": decoded.text}), Extra({}, [])
    fields_: Mapping[str, Any] = decoded.fields
    draft = dialects.recogniser(options.dialects).read(fields_)
    if draft.http_status == _GONE and options.gone_retracts:
        return retraction(draft), Extra({}, [])
    return draft, collect_extra(fields_, draft.used)


class _Making:
    """One article in the making."""

    def __init__(self, draft: Draft, extra: Extra, cleaner: Cleaner, record_time: int, options: IntakeOptions) -> None:
        self.draft = draft
        self.extra = extra
        self.cleaner = cleaner
        self.record_time = record_time
        self.options = options
        self.quality: list[Quality] = []

    def article(self, raw: RawRecord, scope: str) -> Article:
        """Return the finished article; raises ``Refused``."""
        draft, line = self.draft, self.cleaner.line
        if draft.http_status and draft.http_status >= _FIRST_ERROR_STATUS:
            raise Refused(ErrorReason.NOT_AN_ARTICLE, f"the page is an error page: status {draft.http_status}")
        if draft.refusal:
            raise Refused(ErrorReason.NOT_AN_ARTICLE, draft.refusal)
        embargo = self._release()
        url = fields.web_url(draft.url)
        canonical = choose_canonical(url or "", draft.canonical) or None
        if canonical and is_redirect(canonical):
            other = canonical_url(draft.canonical or "")
            canonical = other if other and not is_redirect(other) and not is_root(other) else None
        source = self._source(canonical)
        section = self._line(draft.section)
        site = Site([source.name, *map(line, draft.site_names)], source.domain, source.host)
        forms = [form for text in (draft.title, *draft.titles) if text and (form := line(text))]
        title = best_title(forms, site, section)
        bylines = read_bylines(map(line, draft.authors), site)
        draft.agency = draft.agency or bylines.agency
        body, credit_removed, credit, dateline = self._body(title, forms, site)
        joined = "\n\n".join(body.paragraphs)
        text = joined if _WORD.search(joined) else None
        said = text or "\n".join(item.text or "" for item in body.removed) or draft.description
        refusal = None if draft.retracted else find_refusal(forms, said)
        if refusal:
            raise Refused(ErrorReason.NOT_AN_ARTICLE, refusal)
        if title is None and text is None and not (draft.retracted and (url or draft.guid)):
            raise Refused(ErrorReason.NO_CONTENT, f"neither a title nor a text was found ({draft.dialect})")
        if title and len(title) > _LONGEST_TITLE:
            raise Refused(
                ErrorReason.TOO_LARGE, f"the title has {len(title)} characters; the limit is {_LONGEST_TITLE}"
            )
        description = self._description()
        published = find_published(draft, canonical or url, self.record_time, self._zone(source))
        complete = self._complete(body, text)
        # single blanks and no others stand in paragraphs
        word_count = text.count(" ") + len(body.paragraphs) if text else None
        language, confidence, declared = self._language(title, text or description)
        self._flag(url=url, title=title, text=text, words=word_count, published=published)
        return Article(
            scope=scope, retracted=draft.retracted,
            guid=fields.stable_guid(draft, canonical, source.domain),
            source_id=self._line(draft.source_id),
            url=url, canonical_url=canonical, source=source,
            authors=bylines.authors,
            byline=self._line(draft.byline),
            credit=credit, dateline=dateline, section=section,
            categories=fields.labels(map(line, draft.categories)), tags=fields.labels(map(line, draft.tags)),
            content_type=fields.content_type(draft.kind), is_paid=draft.is_paid, urgency=draft.urgency,
            rights=fields.rights(draft, line), images=fields.images(draft, line),
            title=title, title_full=max(forms, key=len, default=None), description=description,
            text=text, text_complete=complete, word_count=word_count, removed=[*body.removed, *credit_removed],
            language=language, language_confidence=confidence, language_declared=declared,
            published_at=published.at, published_local=published.local, published_on=published.on,
            published_at_precision=published.precision, published_at_source=published.source,
            published_at_raw=self._line(published.raw),
            modified_at=find_modified(draft, self._zone(source)), embargoed_until=embargo,
            quality=self._qualities(),
            provenance=Provenance(
                dialect=draft.dialect, topic=raw.origin.topic, partition=raw.origin.partition, offset=raw.origin.offset,
                timestamp=raw.timestamp, record_time=self.record_time, pipeline_version=self.options.pipeline_version,
            ),
            extra=self.extra.kept, extra_dropped=self.extra.dropped,
        )  # fmt: skip

    def _release(self) -> str | None:
        """Return until when the item was or is embargoed; raises ``Refused`` where it may not go out now."""
        if self.draft.retracted:
            return None
        if self.draft.withheld:
            raise Refused(ErrorReason.WITHHELD, "the producer marks the item as withheld", retryable=True)
        embargo = find_embargo(self.draft)
        if embargo is None:
            return None
        if embargo.ends_ms > self.record_time:
            if not self.options.publish_embargoed:
                raise Refused(
                    ErrorReason.EMBARGOED, f"the item is under embargo until {embargo.stated}", retryable=True
                )
            self.quality.append(Quality.EMBARGO_IGNORED)
        return embargo.until

    def _source(self, canonical: str | None) -> Source:
        draft = self.draft
        host = host_of(canonical) if canonical else declared_host(draft.source_host)
        return Source(
            name=self._line(draft.source_name),
            domain=registrable_domain(host) if host else None,
            host=host or None,
            country=fields.country(draft.source_country),
            type=self._line(draft.source_type),
        )

    def _zone(self, source: Source) -> str | None:
        return self.options.zones.get(source.domain) if source.domain else None

    def _plain(self, text: str) -> str:
        """Return text or markup as clean text."""
        if is_markup(text):
            return self.cleaner.text(to_text(text))
        text = self.cleaner.text(text)
        return self.cleaner.text(to_text(text)) if is_markup(text) else text

    def _body(self, title: str | None, forms: list[str], site: Site) -> tuple[Body, list[Removed], Any, Any]:
        if not self.draft.text:
            found = find_credit([], self.draft.agency)
            return Body([], [], cut=False), [], found.credit, None
        titles = list(dict.fromkeys([*([title] if title else []), *forms]))
        body = clean_body(self._plain(self.draft.text), titles=titles, site=site)
        found = find_credit(body.paragraphs, self.draft.agency)
        kept = len(body.paragraphs) - found.credit_lines
        removed = [Removed(kind=RemovedKind.CREDIT, text=line) for line in body.paragraphs[kept:]]
        del body.paragraphs[kept:]
        place = self._line(self.draft.place)
        dateline = found.dateline or (Dateline(place=place, raw=place) if place else None)
        return body, removed, found.credit, dateline

    def _description(self) -> str | None:
        if not self.draft.description:
            return None
        description = " ".join(self._plain(self.draft.description).split())
        if len(description) > _LONGEST_DESCRIPTION:
            self.quality.append(Quality.TRUNCATED)
        return description[:_LONGEST_DESCRIPTION] or None

    def _line(self, text: str | None) -> str | None:
        """Return a one-line field, None if nothing is in it."""
        return self.cleaner.line(text)[:_LONGEST_LINE] or None if text else None

    def _complete(self, body: Body, text: str | None) -> bool | None:
        """Say whether the text is whole; a mark of a cut or the dialect says that it is not."""
        if text is None:
            return None
        if body.cut or self.draft.snippet:
            self.quality.append(Quality.SNIPPET)
            return False
        return True

    def _language(self, title: str | None, text: str | None) -> tuple[str, float | None, str | None]:
        declared = normalise_language(self.draft.language) if self.draft.language else None
        found = find_language(title, text, declared=primary(declared) if declared else None)
        if found.mixed:
            self.quality.append(Quality.MIXED_LANGUAGE)
        if found.confidence is None and declared:
            return primary(declared), None, declared
        if found.confidence is None and not self.draft.retracted:
            self.quality.append(Quality.UNKNOWN_LANGUAGE)
        elif declared and primary(declared) != found.code and (found.confidence or 0) >= _SURE:
            self.quality.append(Quality.LANGUAGE_DISAGREES)
        return found.code, found.confidence, declared

    def _flag(
        self, *, url: str | None, title: str | None, text: str | None, words: int | None, published: Published
    ) -> None:
        """Note what is missing."""
        flags = self.quality
        flags += published.quality
        if self.draft.retracted:
            return
        if url is None:
            flags.append(Quality.MISSING_URL)
        if title is None:
            flags.append(Quality.MISSING_TITLE)
        if text is None:
            flags.append(Quality.MISSING_TEXT)
        elif words is not None and words < _SHORT_TEXT_WORDS:
            flags.append(Quality.SHORT_TEXT)

    def _qualities(self) -> list[Quality]:
        if self.cleaner.repaired:
            self.quality.append(Quality.ENCODING_REPAIRED)
        if self.extra.dropped:
            self.quality.append(Quality.EXTRA_TRIMMED)
        return sorted(set(self.quality), key=_ORDER.__getitem__)

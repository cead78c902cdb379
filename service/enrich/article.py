"""Tag title and text of one article and put the findings together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import msgspec

from service.enrich import dates, entities, places
from service.wire.article import Article
from service.wire.closed import Anchor, MentionField, Quality
from service.wire.event import DateMention, DateSpan, Entity, Location, MainDate

LONGEST_TEXT = 200_000
"""Characters of a text in which names and dates are looked for, some 30 000 words: far above any article.

A raw record of 4 MiB without this bound took half a GiB of memory and up to 20 s, in which nothing else went on.
"""

_WORD_AT_MOST = 1_000
"""Characters before the bound in which a blank is sought, so that no word is cut."""


@dataclass(slots=True)
class Enrichment:
    """What was found in one article; None = not looked, and ``quality`` says why."""

    entities: list[Entity] | None = None
    locations: list[Location] | None = None
    dates: list[DateMention] | None = None
    date_span: DateSpan | None = None
    main_dates: list[MainDate] | None = None
    quality: list[Quality] = field(default_factory=list)
    models: dict[str, str] = field(default_factory=dict)


def enrich(article: Article, *, entity_backend: str = entities.BUILTIN) -> Enrichment:
    """Return the date mentions, entities and places of an article, of a very long text those of its beginning.

    ``entity_backend`` chooses the model that finds the names (:mod:`service.enrich.entities.backends`).
    """
    found = Enrichment()
    text = _bounded(article.text)
    if text != article.text:
        article = msgspec.structs.replace(article, text=text)
        found.quality.append(Quality.MENTIONS_PARTIAL)
    language = article.language.split("-", 1)[0]
    if dates.supported(language):
        _add_dates(found, article, language)
    else:
        found.quality.append(Quality.DATES_UNSUPPORTED_LANGUAGE)
    if entities.supported(language, backend=entity_backend):
        _add_entities(found, article, language, entity_backend)
    else:
        found.quality.append(Quality.ENTITIES_UNSUPPORTED_LANGUAGE)
    return found


def _bounded(text: str | None) -> str | None:
    """Return the text up to a blank at or before :data:`LONGEST_TEXT`: offsets into it hold for the whole."""
    if text is None or len(text) <= LONGEST_TEXT:
        return text
    blank = max(text.rfind(" ", LONGEST_TEXT - _WORD_AT_MOST, LONGEST_TEXT), text.rfind("\n", 0, LONGEST_TEXT))
    return text[: blank if blank > LONGEST_TEXT - _WORD_AT_MOST else LONGEST_TEXT]


def _anchor(article: Article) -> tuple[date | datetime, Anchor]:
    """Return what relative dates count from: the stated time of publication, else the record time."""
    stated = article.published_local or article.published_on
    if stated:
        when = datetime.fromisoformat(stated) if "T" in stated else date.fromisoformat(stated)
        return when, Anchor.PUBLISHED
    return datetime.fromtimestamp(article.provenance.record_time / 1000, UTC), Anchor.RECEIVED


def _add_dates(found: Enrichment, article: Article, language: str) -> None:
    anchor, kind = _anchor(article)
    mentions: list[DateMention] = []
    for name, text in ((MentionField.TITLE, article.title), (MentionField.TEXT, article.text)):
        # A date without a year is relative too: its year comes from the anchor.
        mentions += [
            msgspec.structs.replace(mention, field=name, anchor=kind if mention.relative else None)
            for mention in (dates.find(text, language=language, anchor=anchor) if text else ())
        ]
    found.dates = mentions
    found.date_span, found.main_dates = dates.summarise(mentions)
    if kind is Anchor.RECEIVED and any(mention.anchor for mention in mentions):
        found.quality.append(Quality.DATES_RELATIVE_TO_RECEIPT)


def _add_entities(found: Enrichment, article: Article, language: str, backend: str) -> None:
    title, text = article.title or "", article.text or ""
    in_title, in_text = entities.find_both(title, text, language=language, backend=backend)
    tagger = entities.tagger_for(language, backend)
    if tagger is not None:
        found.models["entities"] = tagger.name
    found.entities = entities.group(in_title, in_text, title=title, text=text, language=language)
    found.locations = places.resolve(found.entities, language=language, source_country=article.source.country)

"""The same article again: a repeat, a poorer record, a newer version, or another article under a reused URL."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from service.dedupe.alike import Alike
from service.dedupe.claims import Claim, Version
from service.dedupe.evidence import DISJOINT, comparable
from service.dedupe.policy import DAY
from service.dedupe.rules import Rule, said
from service.dedupe.signature import FIELD_BYTES, FIELDS, Signature
from service.dedupe.sketch import Sketch, figures_replaced, overlap
from service.wire.closed import Field

SEEN_SHARE = 0.97
"""Share in common from which two crawlers' extractions are one text, if their figures are equal."""

SEEN_WORDS = 12
"""Words that a text may grow by and still be the same: a caption, a credit line."""

POORER_SHARE, POORER_CONTAINED = 0.7, 0.9
"""A text this much shorter that is contained to this share is a poorer record."""

_OTHER_HEADLINE, _OTHER_DAYS_HEADLINE = 0.3, 0.5
"""Share of words below which two headlines tell different stories; from a day on fewer common words are chance
("Live: ..."), while an article that is written anew keeps its subject."""

MINUTE = 60_000


class TextNews(Enum):
    """What a record's text is to the article that it belongs to."""

    ABSENT = "no text"
    SEEN = "text seen before"
    POORER = "poorer text"
    CHANGED = "changed text"
    OTHER = "another text"


class News(NamedTuple):
    """What a record's text is, and how that was found."""

    kind: TextNews
    measured: str


class Change(NamedTuple):
    """What a record of a known article brings: the changed fields, none if it is no version; and the evidence."""

    fields: list[Field]
    evidence: str


def text_news(new: Signature, claim: Claim) -> News:
    """Compare a record's text with the versions of its article."""
    if not new.text.words:
        return News(TextNews.ABSENT, "without text")
    for version in claim.versions:
        if version.text.text_hash == new.text.text_hash:
            return News(TextNews.SEEN, f"word for word the text of version {version.number}")
    if claim.text.words:
        return _unseen(new, claim)
    return News(TextNews.CHANGED, "the first text")


def _unseen(new: Signature, claim: Claim) -> News:
    """Compare a text that no version had word for word."""
    shared = overlap(new.text, claim.text)
    measured = f"{new.text.words} words after {claim.text.words}, overlap {shared.jaccard:.2f}"
    shorter = new.text.words < POORER_SHARE * claim.text.words and shared.of_first >= POORER_CONTAINED
    if (new.part or shorter) and not claim.part:
        return News(TextNews.POORER, measured)
    if comparable(new, claim) and shared.containment < DISJOINT:
        return News(TextNews.OTHER, measured)
    # The few values that outlive the content cannot tell a small correction: then only the same words are the same.
    kept = (*claim.versions[:-1], _current(claim)) if claim.content_at else ()
    for version in kept:
        if _same_text(new.text, version.text):
            return News(TextNews.SEEN, f"{measured}, nothing that version {version.number} has not")
    return News(TextNews.CHANGED, measured)


def _current(claim: Claim) -> Version:
    """Return the current version with the full sketch."""
    latest = claim.latest
    return Version(
        latest.number, latest.revision, latest.status, latest.changed, latest.origin, latest.title, claim.text
    )


def _same_text(new: Sketch, old: Sketch) -> bool:
    """Say whether a text that is not the other one word for word still brings nothing new.

    Extractors add and leave out pieces, so the number of words differs; as many words, but others, are an edit.
    """
    if not old.values or new.figure_digest != old.figure_digest:
        return False
    if new.words == old.words or new.words > old.words + SEEN_WORDS:
        return False
    return overlap(new, old).containment >= SEEN_SHARE


def field_hash(fields: bytes, field: Field) -> bytes:
    """Return the hash of one field."""
    at = FIELDS.index(field) * FIELD_BYTES
    return fields[at : at + FIELD_BYTES]


def title_is_news(new: Signature, claim: Claim, heads: Alike) -> bool:
    """Say whether a record's headline is one that the article has not had.

    An outlet's name more or less is no news; a headline that is longer than a cut one is.
    """
    if not new.headline.key or heads.equal:
        return False
    if not heads.same:
        return True
    return claim.headline.cut and not new.headline.cut


def is_other_article(new: Signature, claim: Claim, heads: Alike, news: News) -> bool:
    """Say whether the identity was reused for another article.

    By URL or producer's id: disjoint texts and another headline. By headline and day the texts must agree: neither
    disjoint nor the same report with other figures.
    """
    by_title = not new.url and not new.guid and bool(new.titled)
    if by_title:
        return news.kind is TextNews.OTHER or (comparable(new, claim) and figures_replaced(new.text, claim.text))
    if news.kind is not TextNews.OTHER or heads.same:
        return False
    later = new.record_time - claim.seen >= DAY
    return heads.similarity < (_OTHER_DAYS_HEADLINE if later else _OTHER_HEADLINE)


def changes(new: Signature, claim: Claim, heads: Alike, news: News) -> Change:
    """Return what is new in a record of a known article.

    Title and text make a version, pictures where there is no text. The other fields change with every crawler, so
    alone they count only if the source itself dates the change (a later modification time). A record that the source
    dates before the current version is an old one that came late.
    """
    dated = 0 if new.modified is None or claim.modified is None else new.modified - claim.modified
    if dated < 0:
        return Change([], said(Rule.OLDER_RECORD, f"modified {-dated / MINUTE:.0f} min before the current version"))
    if news.kind is TextNews.POORER or (news.kind is TextNews.ABSENT and claim.text.words > 0):
        return Change([], said(Rule.POORER_RECORD, news.measured))
    title, text = title_is_news(new, claim, heads), news.kind in (TextNews.CHANGED, TextNews.OTHER)
    different = [field for field in FIELDS if _differs(new.fields, claim.fields, field)]
    pictures = (
        not new.text.words and not claim.text.words and Field.IMAGES in different and claim_states(claim, Field.IMAGES)
    )
    rest = [field for field in different if field not in (Field.TITLE, Field.TEXT, Field.URL)]
    if not (title or text or pictures or (dated > 0 and rest)):
        return Change([], said(Rule.SAME_CONTENT, news.measured))
    told = {Field.TITLE: title, Field.TEXT: text, Field.URL: Field.URL in different}
    fields = [field for field in FIELDS if told.get(field, field in rest)]
    return Change(fields, said(Rule.NEW_CONTENT, f"{', '.join(fields)}; {news.measured}"))


def claim_states(claim: Claim, field: Field) -> bool:
    """Say whether the current version states a field at all."""
    return any(field_hash(claim.fields, field))


def _differs(new: bytes, old: bytes, field: Field) -> bool:
    """Say whether a record states a field and states it differently."""
    value = field_hash(new, field)
    return any(value) and value != field_hash(old, field)


def reinstates(new: Signature, claim: Claim) -> bool:
    """Say whether a record brings a withdrawn article back.

    It must have a text or a headline and be newer than the withdrawal: by the source's own times where it states
    them, else by a text that none of the versions had (which needs a version to compare with).
    """
    if new.part or not (new.text.words or new.headline.key):
        return False
    if new.modified is not None:
        return new.modified > claim.retracted_at
    if new.published is not None and new.published > claim.retracted_at:
        return True
    known = [version.text.text_hash for version in claim.versions if version.text.text_hash]
    return bool(known and new.text.words) and new.text.text_hash not in known

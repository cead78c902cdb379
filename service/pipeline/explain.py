"""Two records side by side: what de-duplication knows of each, what they share, and what it says about the second.

The verdicts are those of the real roles over the two records in their order; the rule and its evidence come with the
verdict. The rest shows what the decision looked at, computed by the functions that it uses itself.
"""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

from service.dedupe.policy import HOUR
from service.dedupe.rules import rule_of
from service.dedupe.same_article import field_hash
from service.dedupe.signature import FIELDS, Signature, decode_signature
from service.dedupe.sketch import overlap
from service.lang.fold import words
from service.pipeline.offline import MemoryClaims
from service.pipeline.options import Options
from service.pipeline.roles import SIGNATURE_HEADER, judge, take
from service.wire.article import Article, decode_article
from service.wire.closed import Field
from service.wire.record import RawRecord, Record
from service.wire.verdict import Verdict


class Side(Struct, frozen=True, kw_only=True):
    """One record: what it is compared by, and what was said about it."""

    refused: str | None = None
    """Why it is a dead letter; then all else is empty."""
    status: str = ""
    article_id: str = ""
    basis: str = ""
    duplicate_of: str | None = None
    reason: str | None = None
    score: float | None = None
    version: int = 0
    changed_fields: list[str] = []
    related: list[str] = []
    rule: str = ""
    rule_means: str = ""
    evidence: str = ""
    url: str | None = None
    canonical_url: str | None = None
    source: str = ""
    headline_key: str = ""
    last_segment: str = ""
    """A short last segment of the headline, perhaps an outlet's name."""
    words: int = 0
    shingles: int = 0
    """Distinct triples of folded words."""
    cut: bool = False


class Shared(Struct, frozen=True, kw_only=True):
    """What two records have in common. Shares are estimates from the signatures, 0 to 1."""

    overlap: float
    """Jaccard index of the word triples."""
    first_in_second: float
    second_in_first: float
    headline_words: list[str]
    figures: list[str]
    figures_only_first: list[str]
    figures_only_second: list[str]
    fields_that_differ: list[str]
    """Fields that both records state, differently."""
    hours_apart: float


class Explanation(Struct, frozen=True, kw_only=True):
    """Two records explained; ``shared`` is None where one of them is a dead letter."""

    first: Side
    second: Side
    shared: Shared | None


def explain(first: RawRecord, second: RawRecord, options: Options) -> Explanation:
    """Put two records through intake and dedupe, in this order and with nothing before them."""
    claims = MemoryClaims()
    sides, known = [], []
    for raw in (first, second):
        taken = take(raw, now=max(first.timestamp or 0, second.timestamp or 0), options=options)
        if taken.refused is not None:
            sides.append(Side(refused=str(taken.refused)))
            continue
        clean = taken.records[0]
        decided = judge(clean, claims, options)
        claims.write([*decided.logged, *decided.derived])
        article, signature = _opened(clean)
        known.append((article, signature))
        sides.append(_side(article, signature, decided.verdict))
    both = len(known) == len(sides)
    return Explanation(first=sides[0], second=sides[1], shared=_shared(*known[0], *known[1]) if both else None)


def _opened(clean: Record) -> tuple[Article, Signature]:
    """Return the article and its signature from a record of ``khabar.clean``."""
    return decode_article(clean.value or b""), decode_signature(clean.header(SIGNATURE_HEADER) or b"")


def _side(article: Article, signature: Signature, verdict: Verdict) -> Side:
    """Return one record as it is shown."""
    rule, told = rule_of(verdict.evidence), verdict.dedupe
    return Side(
        status=verdict.status.value,
        article_id=verdict.article_id,
        basis=verdict.article_id_basis.value,
        duplicate_of=told.duplicate_of,
        reason=told.reason.value if told.reason else None,
        score=told.score,
        version=verdict.version,
        changed_fields=[field.value for field in verdict.changed_fields],
        related=[related.article_id for related in told.related],
        rule=rule.value,
        rule_means=rule.description,
        evidence=verdict.evidence,
        url=article.url,
        canonical_url=article.canonical_url,
        source=signature.source,
        headline_key=signature.headline.key,
        last_segment=signature.headline.affix,
        words=signature.text.words,
        shingles=signature.text.shingles,
        cut=signature.part,
    )


def _shared(one: Article, first: Signature, two: Article, second: Signature) -> Shared:
    """Return what two articles have in common."""
    texts = overlap(first.text, second.text)
    mine, theirs = _figures(one), _figures(two)
    return Shared(
        overlap=round(texts.jaccard, 3),
        first_in_second=round(texts.of_first, 3),
        second_in_first=round(texts.of_second, 3),
        headline_words=sorted({*first.headline.key.split()} & {*second.headline.key.split()}),
        figures=sorted((mine & theirs).elements()),
        figures_only_first=sorted((mine - theirs).elements()),
        figures_only_second=sorted((theirs - mine).elements()),
        fields_that_differ=[field.value for field in FIELDS if _differ(first, second, field)],
        hours_apart=round(abs(second.record_time - first.record_time) / HOUR, 2),
    )


def _figures(article: Article) -> Counter[str]:
    """Return the figures of a text, as often as they stand in it."""
    return Counter(word for word in words(article.text or "") if word[0].isdigit())


def _differ(first: Signature, second: Signature, field: Field) -> bool:
    """Say whether both records state a field, and differently."""
    one, two = field_hash(first.fields, field), field_hash(second.fields, field)
    return any(one) and any(two) and one != two

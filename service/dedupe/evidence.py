"""Evidence that a new article and an earlier one, known under another identity, are one text.

The rules were measured on natural Arabic and English feeds (docs/dedupe.md); each errs towards a visible copy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from service.dedupe.claims import Claim
from service.dedupe.headline import Headline
from service.dedupe.policy import HOUR, Policy
from service.dedupe.signature import Signature
from service.dedupe.sketch import FIGURES_SHARE, Overlap, figures_replaced, overlap
from service.wire.closed import DuplicateReason

COMPARABLE = 15
"""Distinct shingles from which two texts can be compared."""

DISJOINT = 0.25
"""Containment below which two texts are different articles, whatever their headlines."""

_DAILY_GAP = 12 * HOUR
"""From this gap on, replaced figures make another day's report."""

_OWN_FIGURES = 0.25
"""Share of figures that makes another day's report of one and the same source."""

_CUT_LETTERS, _CUT_WORDS = 18, 4
_HEADLINE_LETTERS = 12


class Alike(NamedTuple):
    """How two headlines compare."""

    same: bool
    equal: bool
    """The same without allowing for outlets or cuts."""
    similarity: float
    """Share of the shorter headline's words that the other one has."""
    figures_differ: bool
    """Each has a figure that the other one lacks."""


class Match(NamedTuple):
    """What the comparison of two articles gave."""

    rank: float
    """Greater is stronger; matches of several earlier articles compare."""
    reason: DuplicateReason
    score: float
    sure: bool
    """Sure enough to suppress; else only worth pointing at."""
    newer: bool
    """By the same source, and more than a copy: a new version."""
    evidence: str


class Outcome(NamedTuple):
    """A match or None, and whether the headline turned out to be a recurring one."""

    match: Match | None
    recurring: bool = False


NOTHING = Outcome(None)


def alike(new: Headline, old: Headline, is_outlet: Callable[[str], bool]) -> Alike:
    """Compare two headlines. ``is_outlet`` says whether a last segment is known to be an outlet's name."""
    if not new.key or not old.key:
        return Alike(same=False, equal=False, similarity=0.0, figures_differ=False)
    equal = new.key == old.key
    one, two = set(new.key.split()), set(old.key.split())
    shared = one & two
    return Alike(
        same=equal or _affixed(new, old, is_outlet) or _cut(new, old) or _cut(old, new),
        equal=equal,
        similarity=len(shared) / min(len(one), len(two)),
        figures_differ=any(word[0].isdigit() for word in one - shared)
        and any(word[0].isdigit() for word in two - shared),
    )


def _affixed(new: Headline, old: Headline, is_outlet: Callable[[str], bool]) -> bool:
    """Say whether the headlines differ only by an outlet's name at the end."""
    if (new.bare and new.bare == old.key) or (old.bare and old.bare == new.key):
        return True
    return bool(new.bare) and new.bare == old.bare and is_outlet(new.affix) and is_outlet(old.affix)


def _cut(short: Headline, long: Headline) -> bool:
    """Say whether the first headline is the second one, cut off."""
    return (
        short.cut
        and len(short.key) >= _CUT_LETTERS
        and short.key.count(" ") >= _CUT_WORDS - 1
        and long.key.startswith(short.key)
    )


def comparable(signature: Signature, claim: Claim) -> bool:
    """Say whether both texts are long enough to be compared by their shingles."""
    return signature.text.shingles >= COMPARABLE and claim.text.shingles >= COMPARABLE


class Pair(NamedTuple):
    """Two articles to be compared, and what is known of both together."""

    new: Signature
    old: Claim
    heads: Alike
    own: bool
    """Both come from the same source."""
    gap: int
    """Ms between the records; to the latest copy where that is nearer."""


def pair(new: Signature, old: Claim, heads: Alike) -> Pair:
    """Put two articles side by side."""
    own = bool(new.source) and new.source == old.source
    return Pair(new, old, heads, own, min(abs(new.record_time - old.record_time), abs(new.record_time - old.seen)))


def compare(both: Pair, policy: Policy, *, recurring: bool) -> Outcome:
    """Compare a new article with an earlier one of another identity.

    ``recurring`` says that the headline is known as that of a column or daily report: then it proves nothing.
    """
    new, old = both.new, both.old
    if not both.own and not policy.cross_source:
        return NOTHING
    if comparable(new, old):
        shared = overlap(new.text, old.text)
        if not new.part and not old.part:
            return _whole_texts(both, shared, policy)
        if shared.containment >= _PART_OF:
            fuller = both.own and old.part and not new.part
            return Outcome(
                _match(2, DuplicateReason.SAME_TEXT, shared.containment, "a cut text is in the other", fuller)
            )
        if shared.containment < DISJOINT:
            return NOTHING
    return _headlines(both, policy, recurring=recurring)


def _match(rank: int, reason: DuplicateReason, score: float, evidence: str, newer: bool = False) -> Match:  # noqa: FBT001, FBT002
    """Return a match that is sure enough to suppress."""
    return Match(rank + score, reason, round(score, 3), sure=True, newer=newer, evidence=evidence)


def _whole_texts(both: Pair, shared: Overlap, policy: Policy) -> Outcome:
    """Compare two texts that are complete as far as anybody knows."""
    new, old, heads = both.new, both.old, both.heads
    later = both.own and both.gap >= _DAILY_GAP
    replaced = figures_replaced(new.text, old.text, _OWN_FIGURES if later else FIGURES_SHARE)
    if replaced and (both.gap >= _DAILY_GAP or (not both.own and shared.jaccard < _REPLACED_COPY)):
        return Outcome(_hint(both, shared), recurring=heads.same)
    if heads.same and shared.containment < DISJOINT:
        return Outcome(None, recurring=True)
    grown = new.text.shingles >= _GROWN * old.text.shingles and shared.of_second >= _KEPT
    newer = both.own and (grown or (heads.figures_differ and shared.jaccard < _UNCHANGED))
    if shared.jaccard >= policy.same_text:
        return Outcome(_match(2, DuplicateReason.SAME_TEXT, shared.jaccard, "overlap of the texts", newer))
    if policy.near_text and _near(both, shared) and not replaced:
        return Outcome(_match(1, DuplicateReason.NEAR_TEXT, shared.jaccard, "lightly edited text", newer))
    return Outcome(_hint(both, shared))


class _Near(NamedTuple):
    """What is enough for a lightly edited copy: the nearer in time, the less overlap is needed."""

    hours: int
    jaccard: float = 0.0
    containment: float = 0.0
    similarity: float = 0.0
    """Of the headlines; 1.0 here asks for the same headline."""
    other_source: bool = False


_NEAR = (
    _Near(48, jaccard=0.72),
    _Near(48, jaccard=0.6, similarity=0.3),
    _Near(48, jaccard=0.55, similarity=1.0),
    _Near(15, jaccard=0.45, similarity=1.0),
    _Near(15, jaccard=0.5, similarity=0.5),
    _Near(12, jaccard=0.6),
    _Near(48, containment=0.85, similarity=0.5),
    # Within two hours two papers edit one agency's text; templates (cables, weather) come a day apart or from one.
    _Near(2, jaccard=0.5, other_source=True),
    _Near(2, jaccard=0.45, similarity=0.7, other_source=True),
    _Near(2, containment=0.85, other_source=True),
)


def _near(both: Pair, shared: Overlap) -> bool:
    """Say whether an overlap below the sure one is still that of a lightly edited copy."""
    heads = both.heads
    if heads.figures_differ and not both.own and shared.jaccard < _FIGURES_COPY:
        return False
    similarity = 1.0 if heads.same else min(heads.similarity, 0.99)
    abridged = min(both.new.text.shingles, both.old.text.shingles) >= _ABRIDGED
    return any(
        both.gap <= rule.hours * HOUR
        and shared.jaccard >= rule.jaccard
        and shared.containment >= rule.containment
        and similarity >= rule.similarity
        and (abridged or not rule.containment)
        and not (rule.other_source and both.own)
        for rule in _NEAR
    )


def _headlines(both: Pair, policy: Policy, *, recurring: bool) -> Outcome:
    """Let the headlines decide, where a text is missing, cut or too short."""
    new, old, heads = both.new, both.old, both.heads
    if not heads.same:
        return NOTHING
    fuller = both.own and new.text.words > old.text.words and (not old.text.words or old.part) and not new.part
    words = min(new.headline.key.count(" "), old.headline.key.count(" ")) + 1
    enough = words >= (4 if both.own or not heads.equal else 3) and len(new.headline.key) >= _HEADLINE_LETTERS
    if enough and not recurring and both.gap <= policy.headline_hours * HOUR:
        return Outcome(_match(0, DuplicateReason.SAME_HEADLINE, 1.0, "equal headlines, a text is missing", fuller))
    return Outcome(Match(0, DuplicateReason.SAME_HEADLINE, 0.5, sure=False, newer=False, evidence=""))


def _hint(both: Pair, shared: Overlap) -> Match | None:
    """Return what is worth pointing at: a good part in common, or the same headline."""
    if shared.jaccard < _WORTH_POINTING and shared.containment < 2 * _WORTH_POINTING and not both.heads.same:
        return None
    reason = DuplicateReason.SAME_HEADLINE if both.heads.same else DuplicateReason.NEAR_TEXT
    return Match(shared.jaccard, reason, round(shared.jaccard, 3), sure=False, newer=False, evidence="")


_PART_OF = 0.7
"""Share of a cut text that must be in the other one."""
_REPLACED_COPY = 0.7
"""Above it, two sources' texts of one day are copies though their figures differ."""
_GROWN, _KEPT = 1.06, 0.9
"""A new version is this much longer and keeps this share of the old text."""
_UNCHANGED = 0.999
_FIGURES_COPY = 0.6
"""Below it, another source's headline with another figure tells another story."""
_ABRIDGED = 40
"""Shingles that an abridged text has at least."""
_WORTH_POINTING = 0.3

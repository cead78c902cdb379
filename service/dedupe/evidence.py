"""Evidence that a new article and an earlier one, known under another identity, are one text.

The rules were measured on natural Arabic and English feeds (docs/dedupe.md); each errs towards a visible copy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from service.dedupe.alike import Alike
from service.dedupe.claims import Claim
from service.dedupe.policy import HOUR, Policy
from service.dedupe.rules import Rule, said
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

_HEADLINE_LETTERS = 12


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
    """The rule and what was measured (``rules.py``); empty for what is not sure."""


class Outcome(NamedTuple):
    """A match or None, and whether the headline turned out to be a recurring one."""

    match: Match | None
    recurring: bool = False
    against: Callable[[], str] | None = None
    """Says why it is no copy, where something spoke for one; asked of one article among many, so worded when asked."""


NOTHING = Outcome(None)


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


def is_far(new: Signature, old: Claim, heads: Alike, shared: Overlap) -> bool:
    """Say whether two whole texts and their headlines have less in common than any rule of :func:`compare` asks for."""
    return not (heads.same or new.part or old.part or _worth_pointing(shared))


def compare(both: Pair, shared: Overlap | None, policy: Policy, is_recurring: Callable[[str], bool]) -> Outcome:
    """Compare a new article with an earlier one of another identity.

    ``shared`` is the overlap of the texts, None where they cannot be compared. ``is_recurring`` says whether a headline
    is known as that of a column or daily report: then it proves nothing.
    """
    new, old = both.new, both.old
    if not both.own and not policy.cross_source:
        return NOTHING
    if shared is not None:
        if not new.part and not old.part:
            return _whole_texts(both, shared, policy)
        if shared.containment >= _PART_OF:
            fuller = both.own and old.part and not new.part
            contained = said(Rule.CUT_TEXT, f"{shared.containment:.2f} of the shorter text are in the other one")
            return Outcome(_match(2, DuplicateReason.SAME_TEXT, shared.containment, contained, newer=fuller))
        if shared.containment < DISJOINT:
            return NOTHING
    return _headlines(both, policy, is_recurring)


def _match(rank: int, reason: DuplicateReason, score: float, evidence: str, *, newer: bool) -> Match:
    """Return a match that is sure enough to suppress."""
    return Match(rank + score, reason, round(score, 3), sure=True, newer=newer, evidence=evidence)


def _whole_texts(both: Pair, shared: Overlap, policy: Policy) -> Outcome:
    """Compare two texts that are complete as far as anybody knows."""
    new, old, heads = both.new, both.old, both.heads
    later = both.own and both.gap >= _DAILY_GAP
    replaced = figures_replaced(new.text, old.text, _OWN_FIGURES if later else FIGURES_SHARE)
    if replaced and (both.gap >= _DAILY_GAP or (not both.own and shared.jaccard < _REPLACED_COPY)):
        return _visible(both, shared, Rule.OTHER_REPORT, recurring=heads.same)
    if heads.same and shared.containment < DISJOINT:
        return Outcome(None, recurring=True, against=lambda: said(Rule.OTHER_TEXT, _measured(both, shared)))
    if shared.jaccard >= policy.same_text:
        evidence = said(Rule.SAME_TEXT, f"overlap {shared.jaccard:.2f} (needs {policy.same_text:.2f})")
        return Outcome(_match(2, DuplicateReason.SAME_TEXT, shared.jaccard, evidence, newer=_is_newer(both, shared)))
    rule = _near(both, shared) if policy.near_text and not replaced else None
    if rule is not None:
        evidence = said(Rule.NEAR_TEXT, f"{_measured(both, shared)} (needs {rule.needs()})")
        return Outcome(_match(1, DuplicateReason.NEAR_TEXT, shared.jaccard, evidence, newer=_is_newer(both, shared)))
    return _visible(both, shared, Rule.NOT_SURE)


def _is_newer(both: Pair, shared: Overlap) -> bool:
    """Say whether a text of the same source is a new version: it grew, was counted anew, or corrected."""
    if not both.own:
        return False
    new, old = both.new.text, both.old.text
    grown = new.shingles >= _GROWN * old.shingles and shared.of_second >= _KEPT
    turned = new.figure_digest != old.figure_digest and abs(new.words - old.words) <= _IN_PLACE
    return grown or turned or (both.heads.figures_differ and new.text_hash != old.text_hash)


def _measured(both: Pair, shared: Overlap) -> str:
    """Return what was measured of two texts and their headlines, in words."""
    return (
        f"overlap {shared.jaccard:.2f}, containment {shared.containment:.2f}, headline words in common "
        f"{_likeness(both.heads):.2f}, {both.gap / HOUR:.1f} h apart"
    )


def _likeness(heads: Alike) -> float:
    """Return how alike two headlines are; 1.0 is for the same ones alone."""
    return 1.0 if heads.same else min(heads.similarity, 0.99)


class _Near(NamedTuple):
    """What is enough for a lightly edited copy: the nearer in time, the less overlap is needed."""

    hours: int
    jaccard: float = 0.0
    containment: float = 0.0
    similarity: float = 0.0
    """Of the headlines; 1.0 here asks for the same headline."""
    other_source: bool = False
    shingles: int = 0
    """That the shorter text has at least."""
    of_new: float = 0.0
    """Share of the new text that the earlier one has: what is wholly contained brings nothing."""

    def needs(self) -> str:
        """Return what the rule asks for, in words."""
        asked = (
            ("overlap", self.jaccard),
            ("containment", self.containment),
            ("of the new text", self.of_new),
            ("headline", self.similarity),
        )
        return ", ".join([*(f"{name} {share:.2f}" for name, share in asked if share), f"within {self.hours} h"])


_NEAR = (
    _Near(48, jaccard=0.72),
    _Near(48, jaccard=0.6, similarity=0.3),
    _Near(48, jaccard=0.55, similarity=1.0),
    _Near(15, jaccard=0.45, similarity=1.0),
    _Near(15, jaccard=0.5, similarity=0.5),
    _Near(12, jaccard=0.6),
    _Near(48, of_new=0.97, shingles=40),
    _Near(48, containment=0.85, similarity=0.5, shingles=40),
    _Near(48, containment=0.9, similarity=1.0),
    # Within two hours two papers edit one agency's text; templates (cables, weather) come a day apart or from one.
    _Near(2, jaccard=0.5, other_source=True),
    _Near(2, jaccard=0.45, similarity=0.7, other_source=True),
    _Near(2, containment=0.85, other_source=True, shingles=40),
)

_LEAST_JACCARD = min(rule.jaccard for rule in _NEAR if rule.jaccard)
_LEAST_CONTAINMENT = min(max(rule.containment, rule.of_new) for rule in _NEAR if not rule.jaccard)
"""Below both no rule of the table holds."""


def _near(both: Pair, shared: Overlap) -> _Near | None:
    """Return the rule by which an overlap below the sure one is still that of a lightly edited copy."""
    if shared.jaccard < _LEAST_JACCARD and shared.containment < _LEAST_CONTAINMENT:
        return None
    heads = both.heads
    if heads.figures_differ and not both.own and shared.jaccard < _FIGURES_COPY:
        return None
    if heads.swapped and both.own:
        return None
    similarity = _likeness(heads)
    shingles = min(both.new.text.shingles, both.old.text.shingles)
    for rule in _NEAR:
        if (
            both.gap <= rule.hours * HOUR
            and shared.jaccard >= rule.jaccard
            and shared.containment >= rule.containment
            and shared.of_first >= rule.of_new
            and similarity >= rule.similarity
            and shingles >= rule.shingles
            and not (rule.other_source and both.own)
        ):
            return rule
    return None


def _headlines(both: Pair, policy: Policy, is_recurring: Callable[[str], bool]) -> Outcome:
    """Let the headlines decide, where a text is missing, cut or too short."""
    new, old, heads = both.new, both.old, both.heads
    if not heads.same:
        return NOTHING
    recurring = is_recurring(old.headline.key)
    fuller = both.own and new.text.words > old.text.words and (not old.text.words or old.part) and not new.part
    words = min(new.headline.key.count(" "), old.headline.key.count(" ")) + 1
    enough = words >= (4 if both.own or not heads.equal else 3) and len(new.headline.key) >= _HEADLINE_LETTERS
    measured = f"{words} words in common, {both.gap / HOUR:.1f} h apart (needs {policy.headline_hours} h)"
    if enough and not recurring and both.gap < policy.headline_hours * HOUR and not _say_other_things(new, old):
        evidence = said(Rule.SAME_HEADLINE, measured)
        return Outcome(_match(0, DuplicateReason.SAME_HEADLINE, 1.0, evidence, newer=fuller))
    hint = Match(0, DuplicateReason.SAME_HEADLINE, 0.5, sure=False, newer=False, evidence="")
    return Outcome(hint, against=lambda: said(Rule.RECURRING if recurring else Rule.WEAK_HEADLINE, measured))


def _say_other_things(new: Signature, old: Claim) -> bool:
    """Say whether two complete texts of a sentence each have other figures or hardly a phrase in common."""
    if new.part or old.part or not new.text.words or not old.text.words:
        return False
    if max(new.text.shingles, old.text.shingles) >= COMPARABLE or new.text.text_hash == old.text.text_hash:
        return False
    if not new.text.shingles or not old.text.shingles:  # a word or two are as good as no text
        return False
    digests = {new.text.figure_digest, old.text.figure_digest}
    return (b"" not in digests and len(digests) > 1) or overlap(new.text, old.text).containment < _PHRASE


def _worth_pointing(shared: Overlap) -> bool:
    """Say whether two texts have a good part in common."""
    return shared.jaccard >= _WORTH_POINTING or shared.containment >= 2 * _WORTH_POINTING


def _visible(both: Pair, shared: Overlap, rule: Rule, *, recurring: bool = False) -> Outcome:
    """Leave a record visible; it points at the other one for a good part in common, or for the same headline."""
    if not both.heads.same and not _worth_pointing(shared):
        return Outcome(None, recurring=recurring)
    reason = DuplicateReason.SAME_HEADLINE if both.heads.same else DuplicateReason.NEAR_TEXT
    hint = Match(shared.jaccard, reason, round(shared.jaccard, 3), sure=False, newer=False, evidence="")
    return Outcome(hint, recurring, lambda: said(rule, _measured(both, shared)))


_PART_OF = 0.7
"""Share of a cut text that must be in the other one."""
_REPLACED_COPY = 0.7
"""Above it, two sources' texts of one day are copies though their figures differ."""
_GROWN, _KEPT = 1.06, 0.9
"""A new version is this much longer and keeps this share of the old text."""
_FIGURES_COPY = 0.6
"""Below it, another source's headline with another figure tells another story."""
_IN_PLACE = 2
"""Words more or less with which figures or negations were changed in their places, not added at an end."""
_PHRASE = 0.5
"""Share of the shorter of two very short texts that the other one has, if both tell the same."""
_WORTH_POINTING = 0.3

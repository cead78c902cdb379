"""The rules that give a verdict, and how a verdict names its rule.

Evidence is one line, ``rule: what was measured``. It is made where the decision is made, kept with the verdict and
printed by the commands; nothing explains a verdict a second time.
"""

from __future__ import annotations

from service.errors import ClosedList


class Rule(ClosedList):
    """What decided about a record. Not part of an event: rules may be added, split and renamed."""

    NOTHING_ALIKE = "nothing_alike", "No earlier article has text, headline or identity in common with it: new."
    NOT_SURE = "not_sure", "Something in common with an earlier article, too little to suppress it: new."
    OTHER_REPORT = "other_report", "Most figures are replaced, half a day later or elsewhere: another report, new."
    OTHER_TEXT = "other_text", "The same headline over another text: another article, and the headline recurs."
    RECURRING = "recurring", "Only the headline is the same, and it is a column's or daily report's: new."
    WEAK_HEADLINE = "weak_headline", "Only the headline is the same, and it is too short or too old to prove it: new."
    URL_REUSED = "url_reused", "The URL carried another article before: another headline and a disjoint text, new."
    SAME_CONTENT = "same_content", "The article had this content in one of its last versions: duplicate."
    POORER_RECORD = "poorer_record", "A snippet, a cut or a much shorter text of a known article: duplicate."
    OLDER_RECORD = "older_record", "Its source dates it before the current version of the article: duplicate."
    NEW_CONTENT = "new_content", "A known article with content that no version had: updated."
    WITHDRAWN = "withdrawn", "The source withdrew the article: retracted, or duplicate if it did so before."
    STILL_WITHDRAWN = "still_withdrawn", "The article was withdrawn, and this is nothing newer: duplicate."
    REINSTATED = "reinstated", "A newer version of a withdrawn article: updated."
    SAME_TEXT = "same_text", "The texts are the same, whatever the headlines: duplicate."
    CUT_TEXT = "cut_text", "A cut text is contained in the other one: duplicate."
    NEAR_TEXT = "near_text", "A lightly edited copy, near in time or in headline: duplicate."
    SAME_HEADLINE = "same_headline", "The same headline, and a text is missing, cut or very short: duplicate."
    NEWER_EDITION = "newer_edition", "The same text by the same source, longer, corrected or recounted: updated."
    KNOWN_COPY = "known_copy", "This URL brought the same text before, when it was found to be a copy: duplicate."
    KNOWN_DELIVERY = "known_delivery", "This very delivery made the version: the same verdict again."
    FAILED = "failed", "De-duplication itself failed: passed on, and flagged."


def said(rule: Rule, measured: str = "") -> str:
    """Return the evidence of a verdict: the rule's name and what was measured."""
    return f"{rule}: {measured}" if measured else str(rule)


def rule_of(evidence: str) -> Rule:
    """Return the rule that evidence names; raises ``KeyError`` for a line that names none."""
    return Rule[evidence.partition(":")[0].upper()]


def explained(evidence: str) -> str:
    """Return evidence for a reader: the rule, what was measured, and the rule's sentence."""
    return f"{evidence} ({rule_of(evidence).description})"

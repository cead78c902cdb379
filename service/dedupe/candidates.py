"""Candidates: the earlier articles that share sample keys or a headline with a new one, and the best of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from service.dedupe.case import Case
from service.dedupe.claims import Claim, decode_dated
from service.dedupe.entries import claim_key, content_reads, members
from service.dedupe.evidence import COMPARABLE, Match, comparable, compare, is_far, pair
from service.dedupe.expiry import has_content
from service.dedupe.memory import REASONS
from service.dedupe.sketch import overlap

COMPARED = 10
"""Earlier articles that are compared with a new one at most."""

COLUMN_COMPARED = 3
"""Of those that have nothing but a column's headline in common with a comparable text, the youngest: a copy of the text
shares sample keys with it as well."""

MOST_RELATED = 5

_HEADLINE_WEIGHT = 5
_LOADED = 30
"""Claims read at most: more than one list of headlines holds."""
_FEW_KEYS = 4
_CLEAR = 2.95
"""Rank (text overlap 0.95) from which no better match is looked for."""


class Found(NamedTuple):
    """The best match that is sure enough, with its claim, else what is worth pointing at, and why it is no copy."""

    claim: Claim | None
    match: Match | None
    related: list[tuple[bytes, int, float]]
    against: str = ""
    """Evidence that speaks against the article with most in common; empty where none has anything."""


def best_match(case: Case) -> Found:
    """Find the earlier article that a record copies or continues."""
    best: tuple[Claim, Match] | None = None
    hints: list[tuple[Match, bytes]] = []
    against = ""
    recurring: set[str] = set()
    new = case.new
    for claim in _candidates(case):
        shared = overlap(new.text, claim.text) if comparable(new, claim) else None
        heads = case.alike(claim)
        if shared is not None and is_far(new, claim, heads, shared):
            continue
        outcome = compare(pair(new, claim, heads), shared, case.policy, case.is_recurring)
        headline = claim.headline.key
        if outcome.recurring and headline not in recurring:
            recurring.add(headline)
            case.mark_recurring(headline)
        against = against or (outcome.against() if outcome.against is not None else "")
        match = outcome.match
        if match is None:
            continue
        if not match.sure:
            hints.append((match, claim.identity))
        elif best is None or match.rank > best[1].rank:
            best = claim, match
            if match.rank >= _CLEAR:
                break
    if best is not None:
        return Found(*best, [])
    hints.sort(key=lambda hint: (-hint[0].rank, hint[1]))
    related = [(identity, REASONS.index(match.reason), match.score) for match, identity in hints[:MOST_RELATED]]
    return Found(None, None, related, against)


def _candidates(case: Case) -> Iterator[Claim]:
    """Find claims, those with most in common first, younger ones first among equals.

    The order of the lists does not count: it is another one after recovery.
    """
    new = case.new
    by_text, by_headline, by_copy = content_reads(case.scope, new)
    lists = case.draft.get_many([*by_text, *by_headline, *by_copy])
    if not any(lists):
        return iter(())
    counts: dict[bytes, int] = {}
    for identity in _members(lists[: len(by_text)]):
        counts[identity] = counts.get(identity, 0) + 1
    sampled = set(counts)
    for identity in _members(lists[len(by_text) : len(by_text) + len(by_headline)]):
        counts[identity] = counts.get(identity, 0) + _HEADLINE_WEIGHT
    least = 1 if len(new.keys) <= _FEW_KEYS else 2
    weighed = sorted(((-count, identity) for identity, count in counts.items() if count >= least))[:_LOADED]
    if not weighed:
        return iter(())
    chosen = _chosen(case, weighed) if len(weighed) > 1 else [weighed[0][1]]
    if len(chosen) > COLUMN_COMPARED and new.text.shingles >= COMPARABLE and not new.part:
        chosen = _without_column(case, chosen, sampled)
    claims = map(case.known, chosen)
    return (claim for claim in claims if claim and claim.content_at and not claim.retracted)


def _members(lists: list[bytes | None]) -> tuple[bytes, ...]:
    """Return the identities of several lists."""
    return members(b"".join(filter(None, lists)))


def _without_column(case: Case, chosen: list[bytes], sampled: set[bytes]) -> list[bytes]:
    """Return the claims to compare; of those that only a recurring headline leads to, the first few."""
    alone = [identity for identity in chosen if identity not in sampled]
    if len(alone) <= COLUMN_COMPARED or not case.is_recurring(case.new.headline.key):
        return chosen
    left_out = set(alone[COLUMN_COMPARED:])
    return [identity for identity in chosen if identity not in left_out]


def _chosen(case: Case, weighed: list[tuple[int, bytes]]) -> list[bytes]:
    """Return the identities of the claims to compare, in their order: of a column's headline there are too many."""
    now, policy = case.clock.now, case.policy
    usable = []
    values = case.draft.get_many([claim_key(identity) for _, identity in weighed])
    for (weight, identity), value in zip(weighed, values, strict=True):
        dated = decode_dated(value) if value is not None else None
        if dated is not None and has_content(dated, now, policy):
            usable.append((weight, -dated.record_time, identity))
    usable.sort()
    return [identity for _, _, identity in usable[:COMPARED]]

"""The decision whether a record is new, a newer version, withdrawn, or somebody's copy.

:func:`decide` reads the store through ``get`` alone and returns the writes: logged ones (for the table and its
changelog, in the order given) and derived ones (local indexes, rebuilt by :func:`recover`). The verdict depends only on
the records that the scope had before.

Crashes: the store may be ahead of its changelog, or behind what was published. A delivery's memo is logged first and
the claim that it speaks of last. A redelivery hears the memo's verdict; if the claim shows it, the same writes are
issued again as they are now, else the claim was lost with the end of the changelog and is made again.
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from service.dedupe.alike import Alike
from service.dedupe.candidates import Found, best_match
from service.dedupe.case import Case
from service.dedupe.changes import counted, first_claim, next_version, withdrawn_version
from service.dedupe.claims import Claim
from service.dedupe.draft import Draft, Store
from service.dedupe.entries import (
    Write,
    claim_key,
    copy_entry,
    copy_key,
    first_reads,
    members,
    memo_key,
    origin_hash,
    origin_key,
    scope_tag,
)
from service.dedupe.expiry import (
    claim_due,
    lifetime,
    read_clock,
    remind,
    stamped_at,
    sweep,
    write_clock,
)
from service.dedupe.memory import (
    QUALITIES,
    REASONS,
    STATUSES,
    Memo,
    basis_index,
    changed_fields,
    decode_memo,
    encode_memo,
    reflected,
    remembered_version,
    verdict_of,
)
from service.dedupe.policy import Policy
from service.dedupe.recovery import recover
from service.dedupe.rules import Rule, said
from service.dedupe.same_article import News, changes, is_other_article, reinstates, text_news
from service.dedupe.signature import Signature
from service.wire.closed import DuplicateReason, Field, Quality, Status
from service.wire.verdict import Verdict

__all__ = ["Decision", "decide", "recover"]


class Decision(NamedTuple):
    """A verdict and the writes that go with it; None deletes a key."""

    verdict: Verdict
    logged: list[Write]
    """For the table and its changelog, in this order."""
    derived: list[Write]
    """For the local store alone, together with the logged ones."""


class _Judgement(NamedTuple):
    """What :func:`_judge` found: the memo, and the claim that takes the record."""

    memo: Memo
    claim: Claim


class _Known(NamedTuple):
    """A claim that the record's identities lead to, and how headline and text of the record compare with it."""

    claim: Claim
    heads: Alike
    news: News


def decide(signature: Signature, store: Store, policy: Policy) -> Decision:
    """Decide about one record. Pure: the caller applies the writes, all at once."""
    draft, scope = Draft(store), scope_tag(signature.scope)
    origin = origin_hash(signature)
    own = memo_key(signature.scope, origin)
    draft.expect(first_reads(signature, own))
    clock = read_clock(draft, scope, signature.record_time)
    memo = _memo_of_delivery(own, draft, policy, clock.now)
    if memo is not None and reflected(memo, draft):
        return Decision(verdict_of(memo, signature), _issued_again(signature, memo, draft), [])
    clock = sweep(draft, scope, clock, policy)
    case = Case(signature, draft, policy, clock, scope, origin)
    judgement = (_resume(case, memo) if memo is not None else None) or _judge(case)
    return _written(case, judgement, own)


def _memo_of_delivery(key: bytes, draft: Draft, policy: Policy, now: int) -> Memo | None:
    """Return what was decided about this very delivery, while it is remembered."""
    value = draft.get(key)
    if value is None or now - stamped_at(value) >= lifetime(key, policy):
        return None
    return decode_memo(value)


def _issued_again(signature: Signature, memo: Memo, draft: Draft) -> list[Write]:
    """Return a delivery's logged writes as they are now.

    A claim may show later deliveries by now; their memos go in front of it, as they did the first time.
    """
    keys = [*memo.touched, claim_key(memo.target)]
    memos = [origin_key(signature)]
    for key in keys:
        claim = draft.claim(key[1:]) if key[:1] == b"c" else None
        memos += [memo_key(claim.scope, origin) for origin in claim.touchers] if claim else []
    found = ((key, draft.get(key)) for key in dict.fromkeys(memos))
    return [
        *((key, value) for key, value in found if value is not None),
        *((key, draft.get(key)) for key in dict.fromkeys(keys)),
    ]


def _written(case: Case, judgement: _Judgement, own: bytes) -> Decision:
    """Return the decision with its writes; ``own`` is the key of the delivery's memo."""
    memo, claim = judgement
    draft, clock, scope = case.draft, case.clock, case.scope
    last = claim_key(claim.identity)
    unseen = [] if draft.get(last) is not None else [(claim_due(claim, case.policy), last)]
    if draft.get(own) is None:
        unseen.append((clock.now + lifetime(own, case.policy), own))
    if unseen:
        remind(draft, scope, clock, unseen)
    draft.put_claim(claim.identity, claim)
    write_clock(draft, scope, clock)
    others: list[Write] = []
    if len(draft.logged) > 1:
        others = [(key, value) for key, value in draft.logged.items() if key not in (last, own)]
        memo = replace(memo, touched=[key for key, _ in others])
    logged = [(own, encode_memo(memo, clock.now)), *others, (last, draft.logged[last])]
    return Decision(verdict_of(memo, case.new), logged, list(draft.derived.items()))


def _resume(case: Case, memo: Memo) -> _Judgement | None:
    """Make the claim again that a memo speaks of and the changelog lost; None where even its article is unknown."""
    status, claim = STATUSES[memo.status], case.known(memo.target)
    if memo.published and memo.version == 1:
        return _Judgement(memo, first_claim(case, memo.identity, status))
    if claim is None:
        return None
    if status is Status.DUPLICATE:
        same = REASONS[memo.reason] is DuplicateReason.SAME_ARTICLE
        return _Judgement(memo, counted(case, claim, other=not same))
    if status is Status.RETRACTED:
        return _Judgement(memo, withdrawn_version(case, claim))
    return _Judgement(memo, next_version(case, claim, changed_fields(memo.changed)))


def _judge(case: Case) -> _Judgement:
    """Weigh the evidence in its order: the same article, the same text, the same headline."""
    new = case.new
    article, reused = _same_article(case)
    claim = article.claim if article is not None else None
    for maker in (claim, case.known(new.own)):
        if maker is not None and (memo := remembered_version(maker, case.origin)) is not None:
            return _Judgement(memo, maker)
    if new.retracted:
        return _retract(case, claim)
    return _again(case, article) if article is not None else _compared(case, reused=reused)


def _compared(case: Case, *, reused: bool) -> _Judgement:
    """Decide about a record of no known article, by what others have in common with it."""
    new, found = case.new, best_match(case)
    if found.claim is not None and found.match is not None:
        fields = changes(new, *_compare(case, found.claim)).fields if found.match.newer else []
        if fields:
            return _update(case, found.claim, fields, said(Rule.NEWER_EDITION, found.match.evidence))
        return _copy(case, found.claim, found.match.reason, found.match.score, found.match.evidence)
    repeated = _repeated_copy(case)
    if repeated is not None:
        return _copy(case, repeated, DuplicateReason.SAME_TEXT, 1.0, said(Rule.KNOWN_COPY))
    return _publish(case, found, reused=reused)


def _compare(case: Case, claim: Claim) -> _Known:
    """Put the record beside a claim that may be of the same article."""
    return _Known(claim, case.alike(claim), text_news(case.new, claim))


def _same_article(case: Case) -> tuple[_Known | None, bool]:
    """Return the claim that the record's own identities lead to, and whether its URL was reused for another article."""
    new, reused = case.new, False
    for identity in (new.url, new.guid) if new.url or new.guid else (new.titled,):
        claim = case.owner(identity)
        if claim is None:
            continue
        article = _compare(case, claim)
        if not is_other_article(new, *article):
            return article, False
        if identity == new.titled:
            case.mark_recurring(new.headline.key)
        reused = reused or identity == new.url
    claim = case.owner(new.reused if new.url else new.content)
    return (_compare(case, claim) if claim is not None else None), reused


def _again(case: Case, article: _Known) -> _Judgement:
    """Decide about another record of a known article."""
    new, claim = case.new, article.claim
    change = changes(new, *article)
    if claim.retracted:
        if reinstates(new, claim):
            return _update(case, claim, [Field.STATUS, *change.fields], said(Rule.REINSTATED, change.evidence))
        return _copy(case, claim, DuplicateReason.SAME_ARTICLE, 1.0, said(Rule.STILL_WITHDRAWN))
    if change.fields:
        return _update(case, claim, change.fields, change.evidence)
    return _copy(case, claim, DuplicateReason.SAME_ARTICLE, 1.0, change.evidence)


def _repeated_copy(case: Case) -> Claim | None:
    """Return the article that this URL's text was found to copy before, when the text itself is forgotten."""
    entry = copy_entry(case.new)
    takers = case.draft.get(copy_key(entry)) if entry else None
    for identity in sorted(members(takers)) if takers else ():
        claim = case.known(identity)
        if claim is not None and not claim.retracted:
            return claim
    return None


def _retract(case: Case, claim: Claim | None) -> _Judgement:
    """Withdraw an article, known or not."""
    if claim is not None and claim.retracted:
        return _copy(case, claim, DuplicateReason.SAME_ARTICLE, 1.0, said(Rule.WITHDRAWN, "and it had done so before"))
    if claim is None:
        claim = first_claim(case, case.free_identity(), Status.RETRACTED)
    else:
        claim = withdrawn_version(case, claim)
    return _Judgement(_memo(claim, said(Rule.WITHDRAWN)), claim)


def _update(case: Case, claim: Claim, fields: list[Field], evidence: str) -> _Judgement:
    """Make the record a new version."""
    claim = next_version(case, claim, fields)
    return _Judgement(_memo(claim, evidence), claim)


def _publish(case: Case, found: Found, *, reused: bool) -> _Judgement:
    """Make the record a new article."""
    identity = case.free_identity()
    claim = first_claim(case, identity, Status.NEW)
    memo = _memo(claim, said(Rule.URL_REUSED) if reused else found.against or said(Rule.NOTHING_ALIKE))
    if reused:
        memo = replace(memo, quality=[QUALITIES.index(Quality.URL_REUSED)])
    return _Judgement(replace(memo, related=found.related) if found.related else memo, claim)


def _memo(claim: Claim, evidence: str) -> Memo:
    """Return the memo of a published version."""
    latest = claim.latest
    return Memo(
        status=latest.status,
        identity=claim.identity,
        basis=claim.basis,
        version=latest.number,
        revision=latest.revision,
        first_seen=claim.first_seen,
        target=claim.identity,
        copies=claim.copies,
        sources=max(1, len(claim.sources)),
        changed=latest.changed,
        previous_title=claim.previous_title,
        evidence=evidence,
    )


def _copy(case: Case, claim: Claim, reason: DuplicateReason, score: float, evidence: str) -> _Judgement:
    """Make the record a duplicate of a published article."""
    new = case.new
    same = reason is DuplicateReason.SAME_ARTICLE
    claim = counted(case, claim, other=not same)
    memo = Memo(
        status=STATUSES.index(Status.DUPLICATE),
        identity=claim.identity if same else new.own,
        basis=claim.basis if same else basis_index(new.basis),
        version=claim.latest.number if same else 1,
        revision=claim.latest.revision if same else new.record_time,
        first_seen=claim.first_seen if same else new.record_time,
        target=claim.identity,
        reason=REASONS.index(reason),
        score=score,
        copies=claim.copies,
        sources=max(1, len(claim.sources)),
        evidence=evidence,
    )
    return _Judgement(memo, claim)

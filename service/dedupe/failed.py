"""What becomes of a record on which de-duplication itself failed."""

from __future__ import annotations

from service.dedupe.claims import Claim
from service.dedupe.draft import Draft, Store
from service.dedupe.entries import alias_key, members
from service.dedupe.memory import NO_REASON, QUALITIES, REASONS, STATUSES, Memo, basis_index, verdict_of
from service.dedupe.rules import Rule, said
from service.dedupe.signature import Signature
from service.wire.closed import DuplicateReason, Quality, Status
from service.wire.verdict import Verdict


def pass_on(signature: Signature, store: Store) -> Verdict:
    """Return the verdict for a record on which the decision failed: published, and flagged ``dedupe_failed``.

    A known article keeps its id and goes on counting its versions, and a withdrawn one stays withdrawn. Nothing is
    written: the next record that can be decided continues from the last good version.
    """
    claim = _known(signature, store)
    version, revision = (claim.latest.number + 1, claim.latest.revision + 1) if claim else (1, 0)
    status = Status.UPDATED if claim else Status.NEW
    if signature.retracted:
        status = Status.RETRACTED
    elif claim and claim.retracted:
        status, version, revision = Status.DUPLICATE, claim.latest.number, claim.latest.revision
    memo = Memo(
        status=STATUSES.index(status),
        identity=claim.identity if claim else signature.own,
        basis=claim.basis if claim else basis_index(signature.basis),
        version=version,
        revision=revision if status is Status.DUPLICATE else max(signature.record_time, revision),
        first_seen=claim.first_seen if claim else signature.record_time,
        target=claim.identity if claim else signature.own,
        reason=REASONS.index(DuplicateReason.SAME_ARTICLE) if status is Status.DUPLICATE else NO_REASON,
        score=1.0 if status is Status.DUPLICATE else None,
        quality=[QUALITIES.index(Quality.DEDUPE_FAILED)],
        evidence=said(Rule.FAILED),
    )
    return verdict_of(memo, signature)


def _known(signature: Signature, store: Store) -> Claim | None:
    """Return the claim that the record's own identity leads to; None where that cannot be read either."""
    try:
        draft = Draft(store)
        for identity in filter(None, (signature.url, signature.guid, signature.own)):
            for target in reversed(members(draft.get(alias_key(identity)))):
                claim = draft.claim(target)
                if claim is not None:
                    return claim
    except Exception:  # noqa: BLE001 - the store may be what failed; the article is passed on all the same
        return None
    return None

"""The memory of deliveries: what was said about a raw record, so that a redelivery hears the same."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from service.dedupe.claims import Claim, Version
from service.dedupe.draft import Draft
from service.dedupe.expiry import stamp
from service.dedupe.identity import spelt
from service.dedupe.rules import Rule, said
from service.dedupe.signature import FIELDS, Signature
from service.wire.closed import DuplicateReason, Field, IdBasis, Quality, Status
from service.wire.event import Dedupe, Related
from service.wire.verdict import Verdict

STATUSES = tuple(Status)
BASES = tuple(IdBasis)
REASONS = tuple(DuplicateReason)
QUALITIES = tuple(Quality)
NO_REASON = -1


class Memo(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """A verdict in short. Closed lists are kept by index: words are only ever added at their ends."""

    status: int
    identity: bytes
    basis: int
    version: int
    revision: int
    first_seen: int
    target: bytes = b""
    """Identity of the claim that took the record: the article itself, or the one that it copies."""
    reason: int = NO_REASON
    score: float | None = None
    copies: int = 0
    sources: int = 1
    related: list[tuple[bytes, int, float]] = []
    changed: int = 0
    previous_title: str | None = None
    quality: list[int] = []
    evidence: str = ""
    touched: list[bytes] = []
    """Keys of the other logged writes that the record caused."""

    @property
    def published(self) -> bool:
        """Whether the record became an event of its own article's life."""
        return STATUSES[self.status] is not Status.DUPLICATE


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Memo)


def encode_memo(memo: Memo, now: int) -> bytes:
    """Pack a memo, with the scope's clock in front for its expiry."""
    return stamp(now) + _encoder.encode(memo)


def decode_memo(value: bytes) -> Memo:
    """Unpack a memo; raises ``msgspec.MsgspecError`` for other bytes."""
    return _decoder.decode(memoryview(value)[8:])


def basis_index(basis: IdBasis) -> int:
    """Return the place of a basis in its closed list."""
    return BASES.index(basis)


def changed_bits(fields: list[Field]) -> int:
    """Return fields as bits."""
    return sum(1 << FIELDS.index(field) for field in fields) if fields else 0


def changed_fields(bits: int) -> list[Field]:
    """Return the fields of :func:`changed_bits`."""
    return [field for place, field in enumerate(FIELDS) if bits >> place & 1] if bits else []


def verdict_of(memo: Memo, signature: Signature) -> Verdict:
    """Return the verdict that a memo stands for."""
    duplicate = not memo.published
    cluster = memo.target if duplicate else memo.identity
    return Verdict(
        status=STATUSES[memo.status],
        article_id=spelt(memo.identity),
        article_id_basis=BASES[memo.basis],
        version=memo.version,
        revision=memo.revision,
        first_seen=memo.first_seen,
        dedupe=Dedupe(
            cluster_id=spelt(cluster),
            duplicate_of=spelt(memo.target) if duplicate else None,
            reason=REASONS[memo.reason] if memo.reason != NO_REASON else None,
            score=memo.score,
            copies_so_far=memo.copies,
            sources_so_far=memo.sources,
            related=[
                Related(article_id=spelt(other), reason=REASONS[reason], score=score)
                for other, reason, score in memo.related
            ]
            if memo.related
            else [],
            title_key=signature.headline.key or None,
            key_version=signature.key_version,
        ),
        changed_fields=changed_fields(memo.changed),
        previous_title=memo.previous_title,
        quality=[QUALITIES[place] for place in memo.quality] if memo.quality else [],
        evidence=memo.evidence,
    )


def reflected(memo: Memo, draft: Draft) -> bool:
    """Say whether the claim shows what the memo says: a crash may have kept the memo and lost the claim."""
    claim = draft.claim(memo.target)
    if claim is None:
        return False
    return claim.latest.revision >= memo.revision if memo.published else claim.copies >= memo.copies


def remembered_version(claim: Claim, origin: bytes) -> Memo | None:
    """Return the memo of the delivery with this short name if it made one of the claim's versions, or None.

    For deliveries whose own memo has expired: no record is ever called a copy of itself.
    """
    if origin == claim.first_origin:
        return _memo_of(claim, _first(claim))
    for version in reversed(claim.versions):
        if version.origin == origin:
            return _memo_of(claim, version)
    return None


def _first(claim: Claim) -> Version:
    """Return the first version, or what is known of it when it has left the list."""
    oldest = claim.versions[0]
    if oldest.number == 1:
        return oldest
    return msgspec.structs.replace(
        oldest, number=1, revision=claim.first_seen, status=STATUSES.index(Status.NEW), changed=0
    )


def _memo_of(claim: Claim, version: Version) -> Memo:
    """Return the memo of a version, as far as the claim knows it."""
    return Memo(
        status=version.status,
        identity=claim.identity,
        basis=claim.basis,
        version=version.number,
        revision=version.revision,
        first_seen=claim.first_seen,
        target=claim.identity,
        changed=version.changed,
        previous_title=claim.previous_title if version is claim.latest and version.number > 1 else None,
        evidence=said(Rule.KNOWN_DELIVERY),
    )

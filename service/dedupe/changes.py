"""How a record changes the claim that takes it: first version, next version, withdrawal, one more copy."""

from __future__ import annotations

import functools

from msgspec.structs import replace

from service.dedupe.case import Case
from service.dedupe.claims import (
    LONGEST_ALIASES,
    LONGEST_COPIES,
    LONGEST_SOURCES,
    LONGEST_TOUCHERS,
    OLD_VALUES,
    VERSIONS,
    Claim,
    Version,
    stripped,
)
from service.dedupe.entries import alias_key, copy_entry, headline_hash, members, short_hash
from service.dedupe.memory import STATUSES, basis_index, changed_bits
from service.dedupe.policy import DAY
from service.dedupe.signature import FIELD_BYTES, Signature
from service.dedupe.sketch import EMPTY, Sketch, shortened
from service.wire.closed import Field, IdBasis, Status


def first_claim(case: Case, identity: bytes, status: Status) -> Claim:
    """Return the claim of a new article (or of a withdrawal of an unknown one), which takes over its identities."""
    new, now = case.new, case.clock.now
    aliases = list(dict.fromkeys(filter(None, (identity, new.url, new.guid))))
    _take_over(case, aliases, identity)
    withdrawn = status is Status.RETRACTED
    # A forgotten claim of the same identity had no greater revision than this (see expiry.is_known).
    revision = max(new.record_time, now - case.policy.identity_days * DAY)
    return Claim(
        identity=identity,
        basis=basis_index(_basis(new, identity)),
        scope=new.scope,
        source=new.source,
        first_seen=new.record_time,
        record_time=new.record_time,
        seen=new.record_time,
        touched=now,
        content_at=0 if withdrawn else max(1, now),
        first_origin=case.origin,
        versions=[_version(case, 1, revision, status, [])],
        retracted_at=_withdrawn_at(new) if withdrawn else 0,
        headline=new.headline,
        title=new.title,
        previous_title=None,
        text=EMPTY if withdrawn else new.text,
        keys=[] if withdrawn else new.keys,
        part=new.part,
        fields=new.fields,
        modified=new.modified,
        aliases=aliases,
        copied=[],
        copies=0,
        sources=_sources([], new),
        touchers=[case.origin],
    )


def _basis(new: Signature, identity: bytes) -> IdBasis:
    """Return what an identity of a record rests on."""
    if identity == new.own:
        return new.basis
    return IdBasis.URL if identity == new.reused else IdBasis.CONTENT


def _take_over(case: Case, aliases: list[bytes], identity: bytes) -> None:
    """Take identities away from the claims that had them: each leads to one article only, the latest."""
    for alias in aliases:
        value = case.draft.get(alias_key(alias))
        for target in members(value) if value else ():
            owner = case.draft.claim(target) if target != identity else None
            if owner is not None:
                kept = [other for other in owner.aliases if other != alias]
                touchers = _touchers(owner, case.origin)
                case.draft.put_claim(owner.identity, replace(owner, aliases=kept, touchers=touchers))


def _with_aliases(case: Case, claim: Claim) -> list[bytes]:
    """Return the claim's identities with the record's own ones, as long as there is room."""
    return list(dict.fromkeys([*claim.aliases, *filter(None, (case.new.url, case.new.guid))]))[:LONGEST_ALIASES]


def _version(case: Case, number: int, revision: int, status: Status, fields: list[Field]) -> Version:
    """Return the note of a version; its sketch lies in the claim while it is the current one."""
    new = case.new
    return Version(
        number=number,
        revision=revision,
        status=STATUSES.index(status),
        changed=changed_bits(fields),
        origin=case.origin,
        title=headline_hash(new.headline.key),
        text=new.text.without_samples(),
    )


def next_version(case: Case, claim: Claim, fields: list[Field]) -> Claim:
    """Return the claim with the record as its next version."""
    new, now = case.new, case.clock.now
    aliases = _with_aliases(case, claim)
    _take_over(case, aliases, claim.identity)
    latest = claim.latest
    retitled = bool(new.headline.key) and Field.TITLE in fields
    version = _version(case, latest.number + 1, max(new.record_time, latest.revision + 1), Status.UPDATED, fields)
    with_text = new.text.words > 0
    return replace(
        claim,
        record_time=new.record_time,
        seen=max(claim.seen, new.record_time),
        touched=now,
        content_at=max(1, now),
        versions=[*_older(claim), version][-VERSIONS:],
        retracted_at=0,
        headline=new.headline if new.headline.key else claim.headline,
        title=new.title if new.headline.key else claim.title,
        previous_title=(claim.title or None) if retitled else None,
        text=new.text if with_text else claim.text,
        keys=new.keys if with_text else claim.keys,
        part=new.part if with_text else claim.part,
        fields=_merged(new.fields, claim.fields),
        modified=new.modified if new.modified is not None else claim.modified,
        aliases=aliases,
        sources=_sources(claim.sources, new),
        touchers=_touchers(claim, case.origin),
    )


def _older(claim: Claim) -> list[Version]:
    """Return the versions, the current one with a small sketch of its own."""
    latest = claim.latest
    if latest.text.text_hash != claim.text.text_hash or not claim.content_at:
        return claim.versions
    small = Sketch(*latest.text)._replace(values=shortened(claim.text.values, OLD_VALUES))
    return [*claim.versions[:-1], replace(latest, text=small)]


def _merged(new: bytes, old: bytes) -> bytes:
    """Return the field hashes, the old ones where the record states nothing."""
    pieces = range(0, len(new), FIELD_BYTES)
    return b"".join(
        new[at : at + FIELD_BYTES] if any(new[at : at + FIELD_BYTES]) else old[at : at + FIELD_BYTES] for at in pieces
    )


def withdrawn_version(case: Case, claim: Claim) -> Claim:
    """Return the claim of an article that its source withdraws: it finds no copies, and knows its own texts."""
    new, latest = case.new, claim.latest
    version = _version(
        case, latest.number + 1, max(new.record_time, latest.revision + 1), Status.RETRACTED, [Field.STATUS]
    )
    note = replace(version, text=EMPTY, title=b"")
    return replace(
        stripped(claim),
        seen=max(claim.seen, new.record_time),
        touched=case.clock.now,
        versions=[*claim.versions, note][-VERSIONS:],
        retracted_at=_withdrawn_at(new),
        previous_title=None,
        text=EMPTY,
        sources=_sources(claim.sources, new),
        touchers=_touchers(claim, case.origin),
    )


def _withdrawn_at(new: Signature) -> int:
    """Return when a withdrawal counts from: the source's own stamp, else the record's time."""
    return max(1, new.modified if new.modified is not None else new.record_time)


def counted(case: Case, claim: Claim, *, other: bool) -> Claim:
    """Return the claim with one more copy.

    Of an ``other`` article the URL is remembered with its text; the same article's new URL or id leads here from now
    on, unless it leads elsewhere.
    """
    new, copied = case.new, claim.copied
    entry = copy_entry(new) if other else b""
    aliases = claim.aliases
    if not other:
        aliases = [alias for alias in _with_aliases(case, claim) if alias in aliases or case.owner(alias) is None]
    if entry:
        copied = [*(kept for kept in copied if kept != entry), entry][-LONGEST_COPIES:]
    return replace(
        claim,
        seen=max(claim.seen, new.record_time),
        touched=case.clock.now,
        aliases=aliases,
        copied=copied,
        copies=claim.copies + 1,
        sources=_sources(claim.sources, new),
        touchers=_touchers(claim, case.origin),
    )


def _sources(sources: list[bytes], new: Signature) -> list[bytes]:
    """Return the sources with the record's own."""
    if not new.source:
        return sources
    source = _source_hash(new.source)
    return sources if source in sources or len(sources) >= LONGEST_SOURCES else [*sources, source]


@functools.lru_cache(maxsize=1024)
def _source_hash(source: str) -> bytes:
    return short_hash(source, size=4)


def _touchers(claim: Claim, origin: bytes) -> list[bytes]:
    """Return the deliveries that changed the claim, with this one."""
    return [*(other for other in claim.touchers if other != origin), origin][-LONGEST_TOUCHERS:]

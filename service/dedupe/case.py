"""One case before the decision: a record, the store as it is, and the questions asked of both."""

from __future__ import annotations

from msgspec import Struct

from service.dedupe.alike import Alike, alike
from service.dedupe.claims import Claim, stripped
from service.dedupe.draft import Draft
from service.dedupe.entries import alias_key, headline_hash, members, outlet_key, recurring_key
from service.dedupe.expiry import Clock, has_content, is_known, lifetime, remind, stamp, stamped_at
from service.dedupe.identity import ID_BYTES
from service.dedupe.policy import DAY, Policy
from service.dedupe.signature import Signature

OUTLET_HEADLINES = 4
"""A last segment seen behind so many headlines is an outlet's name."""


class Case(Struct, frozen=True, gc=False):
    """A record to be decided about."""

    new: Signature
    draft: Draft
    policy: Policy
    clock: Clock
    scope: bytes
    origin: bytes
    """Short name of the record's delivery."""

    def known(self, identity: bytes) -> Claim | None:
        """Return a claim as it counts now: none if forgotten, without content if that has expired."""
        claim = self.draft.claim(identity)
        if claim is None or not is_known(claim, self.clock.now, self.policy):
            return None
        if claim.content_at and not has_content(claim, self.clock.now, self.policy):
            return stripped(claim)
        return claim

    def owner(self, identity: bytes) -> Claim | None:
        """Return the claim that an identity leads to: of those that still count, the one written last."""
        value = self.draft.get(alias_key(identity)) if identity else None
        if value is None:
            return None
        for target in reversed(members(value)):
            claim = self.known(target)
            if claim is not None:
                return claim
        return None

    def free_identity(self) -> bytes:
        """Return the identity for a new article: its own, or the one with its content where its own is taken."""
        new = self.new
        if self.known(new.own) is None:
            return new.own
        return new.reused if new.url else new.content

    def alike(self, claim: Claim) -> Alike:
        """Compare the record's headline with a claim's; that of an earlier version is as good as the current one."""
        heads = alike(self.new.headline, claim.headline, self.is_outlet)
        if heads.equal or not self.new.headline.key:
            return heads
        title = headline_hash(self.new.headline.key)
        for version in claim.versions:
            if version.title == title:
                return Alike(True, True, heads.new, heads.old)
        return heads

    def is_outlet(self, affix: str) -> bool:
        """Say whether a headline's last segment is known as an outlet's name."""
        value = self.draft.get(outlet_key(self.scope, affix))
        return value is not None and len(value) >= OUTLET_HEADLINES * ID_BYTES

    def is_recurring(self, headline: str) -> bool:
        """Say whether a headline is known as that of a column or daily report."""
        key = recurring_key(self.scope, headline)
        value = self.draft.get(key)
        return value is not None and self.clock.now - stamped_at(value) < lifetime(key, self.policy)

    def mark_recurring(self, headline: str) -> None:
        """Remember that a headline recurs; renewed once a day at most."""
        key = recurring_key(self.scope, headline)
        value = self.draft.get(key)
        if value is None:
            remind(self.draft, self.scope, self.clock, [(self.clock.now + lifetime(key, self.policy), key)])
        elif self.clock.now - stamped_at(value) < DAY:
            return
        self.draft.log(key, stamp(self.clock.now))

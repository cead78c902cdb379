"""Recovery: the derived entries that belong to a logged one when it is replayed from the changelog."""

from __future__ import annotations

from service.dedupe.claims import Draft, Store, Write, decode_claim, index, scope_tag
from service.dedupe.expiry import claim_due, lifetime, read_clock, remind, stamped_at, write_clock
from service.dedupe.policy import Policy


def recover(key: bytes, value: bytes | None, store: Store, policy: Policy | None = None) -> list[Write]:
    """Return the derived writes that belong to one logged write that is replayed from the changelog.

    To be called in the changelog's order, before the logged write itself is applied (``store`` still has the value
    before, if any); apply both together. Keys of other kinds give nothing.
    """
    policy, kind = policy or Policy(), key[:1]
    if kind not in (b"c", b"o", b"r"):
        return []
    draft, before = Draft(store), store.get(key)
    old = decode_claim(before) if before is not None and kind == b"c" else None
    new = decode_claim(value) if value is not None and kind == b"c" else None
    if kind == b"c":
        index(draft, old, new)
    if value is None:
        return list(draft.derived.items())
    if kind == b"c":
        claim = decode_claim(value)
        scope, stamp, due = scope_tag(claim.scope), claim.touched, claim_due(claim, policy)
    else:
        stamp = stamped_at(value)
        scope, due = key[1:5], stamp + lifetime(key, policy)
    clock = read_clock(draft, scope, stamp)
    if before is None:
        remind(draft, scope, clock, due, key)
    write_clock(draft, scope, clock)
    return list(draft.derived.items())

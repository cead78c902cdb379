"""Recovery: the derived entries that belong to logged ones when they are replayed from the changelog."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from service.dedupe.claims import Claim, decode_claim
from service.dedupe.draft import Draft, Store, moves
from service.dedupe.entries import Write, scope_tag
from service.dedupe.expiry import Clock, claim_due, lifetime, read_clock, remind, stamped_at, write_clock
from service.dedupe.policy import Policy

_KINDS = (b"c", b"o", b"r")


def recover(key: bytes, value: bytes | None, store: Store, policy: Policy | None = None) -> list[Write]:
    """Return the derived writes that belong to one logged write that is replayed from the changelog.

    To be called in the changelog's order, before the logged write itself is applied (``store`` still has the value
    before, if any); apply both together. Keys of other kinds give nothing.
    """
    return list(_replayed([(key, value)], store, policy or Policy()).derived.items())


def recover_all(writes: Iterable[Write], store: Store, policy: Policy) -> list[Write]:
    """Return all writes, logged and derived, that a stretch of the changelog comes to; apply them together.

    What :func:`recover` gives for one after the other, with the store asked and written once.
    """
    draft = _replayed(writes, store, policy)
    return [*draft.logged.items(), *draft.derived.items()]


def _replayed(writes: Iterable[Write], store: Store, policy: Policy) -> Draft:
    """Return the draft that the writes come to. Of a key's writes the last one counts, as in a compacted changelog."""
    last: dict[bytes, bytes | None] = {}
    for key, value in writes:
        last.pop(key, None)
        last[key] = value
    draft = Draft(store)
    draft.expect(last)
    known = {key for key in last if draft.get(key) is not None}
    claims = {key: decode_claim(value) if value is not None else None for key, value in last.items() if key[:1] == b"c"}
    changed = {key: moves(draft.claim(key[1:]), claim) for key, claim in claims.items()}
    draft.expect(chain.from_iterable([change.reads() for change in changed.values()]))
    clocks: dict[bytes, Clock] = {}
    reminders: dict[bytes, list[tuple[int, bytes]]] = {}
    for key, value in last.items():
        claim = claims.get(key)
        if key in changed:
            draft.move(changed[key])
            draft.keep_claim(key[1:], claim, value)
        else:
            draft.log(key, value)
        if value is not None and key[:1] in _KINDS:
            scope, stamp, due = _times(key, value, claim, policy)
            clocks[scope] = _moved_on(clocks.get(scope) or read_clock(draft, scope, stamp), stamp)
            if key not in known:
                reminders.setdefault(scope, []).append((due, key))
    for scope, clock in clocks.items():
        remind(draft, scope, clock, reminders.get(scope, ()))
        write_clock(draft, scope, clock)
    return draft


def _moved_on(clock: Clock, stamp: int) -> Clock:
    """Return a scope's clock after a write of this time."""
    return clock if stamp <= clock.now else clock._replace(now=stamp)


def _times(key: bytes, value: bytes, claim: Claim | None, policy: Policy) -> tuple[bytes, int, int]:
    """Return a write's scope, its time, and when it is to be looked at."""
    if claim is not None:
        return scope_tag(claim.scope), claim.touched, claim_due(claim, policy)
    stamp = stamped_at(value)
    return key[1:5], stamp, stamp + lifetime(key, policy)

"""Recovery: the derived entries that belong to logged ones when they are replayed from the changelog."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from service.dedupe.claims import Claim, decode_claim
from service.dedupe.draft import Draft, Moves, Store, moves
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
    grown: dict[bytes, bytes] = {}
    clocks: dict[bytes, Clock] = {}
    reminders: defaultdict[bytes, list[tuple[int, bytes]]] = defaultdict(list)
    for key, value in last.items():
        kind, known, claim = key[:1], draft.get(key) is not None, None
        if kind == b"c":
            identity = key[1:]
            claim = decode_claim(value) if value is not None else None
            _collect(draft, grown, moves(draft.claim(identity) if known else None, claim))
            draft.keep_claim(identity, claim, value)
        else:
            draft.log(key, value)
        if value is not None and kind in _KINDS:
            scope, stamp, due = _times(key, value, claim, policy)
            clock = clocks.get(scope)
            if clock is None:
                clocks[scope] = read_clock(draft, scope, stamp)
            elif stamp > clock.now:
                clocks[scope] = clock._replace(now=stamp)
            if not known:
                reminders[scope].append((due, key))
    draft.extend_lists(grown)
    for scope, clock in clocks.items():
        remind(draft, scope, clock, reminders[scope])
        write_clock(draft, scope, clock)
    return draft


def _collect(draft: Draft, grown: dict[bytes, bytes], changed: Moves) -> None:
    """Note what a changed claim appends to lists, to be read and written once for all claims of a stretch.

    A list that a claim leaves is brought up to date before, so that of each list all happens in its order.
    """
    for part in (changed.join, changed.lead) if not changed.leave else ():
        for key, entry in part:
            grown[key] = grown[key] + entry if key in grown else entry
    if changed.leave:
        draft.extend_lists({key: grown.pop(key) for key in changed.reads() if key in grown})
        draft.move(changed)


def _times(key: bytes, value: bytes, claim: Claim | None, policy: Policy) -> tuple[bytes, int, int]:
    """Return a write's scope, its time, and when it is to be looked at."""
    if claim is not None:
        return scope_tag(claim.scope), claim.touched, claim_due(claim, policy)
    stamp = stamped_at(value)
    return key[1:5], stamp, stamp + lifetime(key, policy)

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
    return list(_derived({key: value}, store, policy or Policy()).items())


def recover_all(writes: Iterable[Write], store: Store, policy: Policy) -> dict[bytes, bytes | None]:
    """Return all writes, logged and derived, that a stretch of the changelog comes to; apply them together.

    What :func:`recover` gives for one after the other, with the store asked and written once. Of a key's writes the
    last one counts, as in a compacted changelog.
    """
    last: dict[bytes, bytes | None] = {}
    for key, value in writes:
        last.pop(key, None)
        last[key] = value
    return last | _derived(last, store, policy)


def _derived(last: dict[bytes, bytes | None], store: Store, policy: Policy) -> dict[bytes, bytes | None]:
    """Return what follows from the last writes of keys, in their order."""
    draft = Draft(store)
    grown: dict[bytes, bytes] = {}
    clocks: dict[bytes, Clock] = {}
    reminders: defaultdict[bytes, list[tuple[int, bytes]]] = defaultdict(list)
    for (key, value), before in zip(last.items(), draft.get_many(list(last)), strict=True):
        claim = None
        if key[:1] == b"c":
            claim = decode_claim(value) if value is not None else None
            _collect(draft, grown, moves(decode_claim(before) if before is not None else None, claim))
        if value is None or key[:1] not in _KINDS:
            continue
        scope, stamp, due = _times(key, value, claim, policy)
        clock = clocks.get(scope)
        if clock is None:
            clocks[scope] = read_clock(draft, scope, stamp)
        elif stamp > clock.now:
            clocks[scope] = clock._replace(now=stamp)
        if before is None:
            reminders[scope].append((due, key))
    draft.extend_lists(grown)
    for scope, clock in clocks.items():
        remind(draft, scope, clock, reminders[scope])
        write_clock(draft, scope, clock)
    return draft.derived


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

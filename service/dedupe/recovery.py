"""Recovery: the derived entries that belong to logged ones when they are replayed from the changelog.

For a store that is there and behind; one that comes from nothing is built at once (``rebuilding.py``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from service.dedupe.claims import Listed, decode_listed
from service.dedupe.draft import Draft, Moves, Store, listed, moves
from service.dedupe.entries import Write, alias_key, fresh_headline_keys, fresh_sample_keys, scope_tag
from service.dedupe.expiry import claim_due, lifetime, read_clock, remind, stamped_at, write_clock
from service.dedupe.policy import Policy

_STAMPED = (b"o", b"r")
"""Kinds of keys, next to claims, whose values expire: they begin with a time."""


def recover(key: bytes, value: bytes | None, store: Store, policy: Policy | None = None) -> list[Write]:
    """Return the derived writes that belong to one logged write that is replayed from the changelog.

    To be called in the changelog's order, before the logged write itself is applied (``store`` still has the value
    before, if any); apply both together. Keys of other kinds give nothing.
    """
    return list(_derived({key: value}, store, policy or Policy()).items())


def recover_all(
    writes: Iterable[Write], store: Store, policy: Policy
) -> tuple[dict[bytes, bytes | None], dict[bytes, bytes | None]]:
    """Return the writes, logged and derived, that a stretch of the changelog comes to; apply them together.

    What :func:`recover` gives for one after the other, with the store asked and written once. Of a key's writes the
    last one counts, as in a compacted changelog.
    """
    last = dict(writes := list(writes))
    if len(last) < len(writes):  # a key's place is that of its last write
        last = {}
        for key, value in writes:
            last.pop(key, None)
            last[key] = value
    return last, _derived(last, store, policy)


def _derived(last: dict[bytes, bytes | None], store: Store, policy: Policy) -> dict[bytes, bytes | None]:
    """Return what follows from the last writes of keys, in their order."""
    draft = Draft(store)
    steps: list[Listed | Moves] = []
    times: dict[bytes, int] = {}
    reminders: defaultdict[bytes, list[tuple[int, bytes]]] = defaultdict(list)
    for (key, value), before in zip(last.items(), draft.get_many(list(last)), strict=True):
        kind = key[:1]
        if kind == b"c":
            claim = decode_listed(value) if value is not None else None
            if before is not None:
                steps.append(moves(decode_listed(before), claim))
            elif claim is not None:
                steps.append(claim)
            if claim is None:
                continue
            scope, stamp, due = scope_tag(claim.scope), claim.touched, claim_due(claim, policy)
        elif value is not None and kind in _STAMPED:
            scope, stamp = key[1:5], stamped_at(value)
            due = stamp + lifetime(key, policy)
        else:
            continue
        if stamp > times.get(scope, -1):
            times[scope] = stamp
        if before is None:
            reminders[scope].append((due, key))
    _relist(draft, steps)
    for scope, stamp in times.items():
        clock = read_clock(draft, scope, stamp)
        remind(draft, scope, clock, reminders[scope])
        write_clock(draft, scope, clock)
    return draft.derived


def _relist(draft: Draft, steps: list[Listed | Moves]) -> None:
    """Make the lists follow new claims and changed ones, in their order.

    What is appended is noted, and each list read and written once. Those that a claim leaves are read before, all at
    once: where contents expire a claim leaves a dozen.
    """
    draft.expect(key for step in steps if isinstance(step, Moves) and step.leave for key in step.reads())
    grown: dict[bytes, bytes] = {}
    for step in steps:
        if isinstance(step, Moves):
            _collect(draft, grown, step)
        else:
            _collect_new(grown, step)
    draft.extend_lists(grown, last=True)


def _collect_new(grown: dict[bytes, bytes], claim: Listed) -> None:
    """Note what a new claim appends to lists."""
    found = listed(claim, fresh_headline_keys, fresh_sample_keys)
    for alias in claim.aliases:
        found[alias_key(alias)] = claim.identity
    if grown.keys().isdisjoint(found):
        grown.update(found)
    else:
        _append(grown, found.items())


def _collect(draft: Draft, grown: dict[bytes, bytes], changed: Moves) -> None:
    """Note what a changed claim appends to lists.

    A list that a claim leaves is brought up to date before, so that of each list all happens in its order.
    """
    if changed.leave:
        noted = {key: grown.pop(key) for key in changed.reads() if key in grown}
        if noted:
            draft.extend_lists(noted)
        draft.move(changed)
    else:
        _append(grown, changed.join)
        _append(grown, changed.lead)


def _append(grown: dict[bytes, bytes], part: Iterable[tuple[bytes, bytes]]) -> None:
    for key, entry in part:
        grown[key] = grown[key] + entry if key in grown else entry

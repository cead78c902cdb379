"""Expiry: bounded memory, driven by the traffic itself.

Each scope has a clock, the greatest record time so far, so lifetimes hold for live traffic and back-files alike. A
list ordered by day says what to look at when; a cursor is stored, so nothing is ever searched for. An entry is only
a reminder: what is found may have been renewed, then it is put off. Whether something has expired is always judged by
its own times, so a verdict never depends on how far the cleaning has come.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import NamedTuple

from service.dedupe.claims import Claim, Dated, Listed, decode_claim, stripped
from service.dedupe.draft import Draft
from service.dedupe.policy import DAY, Policy

REMINDERS = 8
"""Reminders looked at for one record, and those of one entry as well: a record causes at most three, so the cleaning
keeps up."""

_SHORT_KEYS = {b"r"[0]: 13}
EXPIRING_KEY_BYTES = 17
"""Bytes of the keys that expire, by their first one: how those of one entry are told apart (``entries.py``)."""

_EMPTY_DAYS = 32
"""Days without reminders passed for one record, after a pause of the traffic."""

CLOCK_KINDS = (b"w", b"n")
"""Beginnings of the keys of clocks and of counts of reminders: few keys that nearly every decision reads and writes."""

_CLOCK = struct.Struct(">QIQ")
_LONG = struct.Struct(">Q")


class Clock(NamedTuple):
    """A scope's clock (ms since 1970) and the place of its cursor in the list of reminders."""

    now: int
    day: int
    place: int


def read_clock(draft: Draft, scope: bytes, record_time: int) -> Clock:
    """Return the scope's clock as moved on by a record."""
    record_time = max(0, record_time)
    value = draft.get(b"w" + scope)
    if value is None:
        return Clock(record_time, record_time // DAY, 0)
    now, day, place = _CLOCK.unpack(value)
    return Clock(max(now, record_time), day, place)


def write_clock(draft: Draft, scope: bytes, clock: Clock) -> None:
    """Store a scope's clock."""
    draft.derive(*clock_entry(scope, clock))


def clock_entry(scope: bytes, clock: Clock) -> tuple[bytes, bytes]:
    """Return the entry of a scope's clock."""
    return b"w" + scope, _CLOCK.pack(*clock)


def day_after(due: int) -> int:
    """Return the number of the day on whose list stands what is due at a time (ms since 1970)."""
    return due // DAY + 1


def remind(draft: Draft, scope: bytes, clock: Clock, reminders: Iterable[tuple[int, bytes]]) -> None:
    """Put keys on the lists of the days after they are due (ms since 1970), never before the cursor."""
    days: dict[int, list[bytes]] = {}
    for due, key in reminders:
        number = max(day_after(due), clock.day)
        if number in days:
            days[number].append(key)
        else:
            days[number] = [key]
    for number, keys in days.items():
        day = scope + number.to_bytes(4, "big")
        entries, count = day_entries(day, keys, _count(draft, day))
        for entry in entries:
            draft.derive(*entry)
        draft.derive(*count)


def day_entries(
    day: bytes, keys: Iterable[bytes], place: int = 0
) -> tuple[list[tuple[bytes, bytes]], tuple[bytes, bytes]]:
    """Return the entries of keys on a day's list from a place on, and the one that counts them.

    ``day`` is the scope and the day's number, 4 bytes each.
    """
    found = list(keys)
    entries = [
        (b"x" + day + _LONG.pack(place + number), b"".join(found[at : at + REMINDERS]))
        for number, at in enumerate(range(0, len(found), REMINDERS))
    ]
    return entries, (b"n" + day, _LONG.pack(place + len(entries)))


def reminded_key(padded: bytes) -> bytes:
    """Return a key that expires without what stands behind it."""
    return padded[: _SHORT_KEYS.get(padded[0], EXPIRING_KEY_BYTES)]


def _keys_of(entry: bytes) -> list[bytes]:
    """Return the keys that an entry of the list reminds of."""
    keys, at = [], 0
    while at < len(entry):
        key = reminded_key(entry[at : at + EXPIRING_KEY_BYTES])
        keys.append(key)
        at += len(key)
    return keys


def _count(draft: Draft, day: bytes) -> int:
    """Return how many entries the list of a day has; ``day`` has the scope in front."""
    value = draft.get(b"n" + day)
    return _LONG.unpack(value)[0] if value is not None else 0


def sweep(draft: Draft, scope: bytes, clock: Clock, policy: Policy) -> Clock:
    """Look at the reminders that are due, a bounded number, and return the clock with its cursor moved."""
    today = clock.now // DAY
    looked = passed = 0
    while looked < REMINDERS and passed < _EMPTY_DAYS:
        day = scope + clock.day.to_bytes(4, "big")
        if clock.place < _count(draft, day):
            place = b"x" + day + _LONG.pack(clock.place)
            keys = _keys_of(draft.get(place) or b"")
            draft.derive(place, None)
            clock = clock._replace(place=clock.place + 1)
            looked += max(1, len(keys))
            for key in keys:
                _look_at(draft, scope, clock, policy, key)
        elif clock.day < today:
            draft.derive(b"n" + day, None)
            clock = clock._replace(day=clock.day + 1, place=0)
            passed += 1
        else:
            break
    return clock


def _look_at(draft: Draft, scope: bytes, clock: Clock, policy: Policy, key: bytes) -> None:
    """Delete what has expired, or put the reminder off."""
    value = draft.get(key)
    if value is None:
        return
    if key[:1] == b"c":
        claim = decode_claim(value)
        if not is_known(claim, clock.now, policy):
            draft.put_claim(claim.identity, None)
            return
        if claim.content_at and not has_content(claim, clock.now, policy):
            claim = stripped(claim)
            draft.put_claim(claim.identity, claim)
        remind(draft, scope, clock, [(claim_due(claim, policy), key)])
        return
    due = _LONG.unpack(value[: _LONG.size])[0] + lifetime(key, policy)
    if clock.now >= due:
        draft.log(key, None)
    else:
        remind(draft, scope, clock, [(due, key)])


def lifetime(key: bytes, policy: Policy) -> int:
    """Return how long (ms) a recurring headline or a delivery's verdict is kept."""
    return DAY * (policy.recurring_days if key[:1] == b"r" else policy.content_days)


def stamped_at(value: bytes) -> int:
    """Return the time (ms since 1970) that recurring headlines and deliveries' verdicts begin with."""
    stamp: int = _LONG.unpack(value[: _LONG.size])[0]
    return stamp


def stamp(now: int) -> bytes:
    """Return a time as those values begin with it."""
    return _LONG.pack(now)


def claim_due(claim: Claim | Listed, policy: Policy) -> int:
    """Return when (ms since 1970) a claim is to be looked at."""
    if claim.content_at:
        return claim.content_at + policy.content_days * DAY
    return max(claim.touched, claim.latest.revision) + policy.identity_days * DAY


def is_known(claim: Claim, now: int, policy: Policy) -> bool:
    """Say whether a claim's identity still counts.

    The revision counts too: once it is forgotten, a new one made from the clock is greater (``decide.py``).
    """
    return now - max(claim.touched, claim.latest.revision) < policy.identity_days * DAY


def has_content(claim: Claim | Dated, now: int, policy: Policy) -> bool:
    """Say whether a claim's text and headline still find copies."""
    return claim.content_at != 0 and now - claim.content_at < policy.content_days * DAY

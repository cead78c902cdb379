"""Rebuilding: every derived entry at once, from the last values of all logged ones.

``recovery.py`` follows a changelog write by write, which has to read and change the lists that exist. An empty store
needs none of that: what the last values come to is the same, and each list is written once, in the order of its keys.
A derived entry begins as rows of fixed width, one a claim and list:

    key · order of the logged write (8 bytes) · what the list gains (an identity, or the key that is reminded of)

Sorted by their bytes, the rows of one list stand side by side, those of claims written later behind.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from service.dedupe.claims import Listed, decode_listed
from service.dedupe.draft import listed
from service.dedupe.entries import LONGEST_LIST, alias_key, fresh_headline_keys, fresh_sample_keys, scope_tag
from service.dedupe.expiry import (
    EXPIRING_KEY_BYTES,
    Clock,
    claim_due,
    clock_entry,
    day_after,
    day_entries,
    lifetime,
    reminded_key,
    stamped_at,
)
from service.dedupe.identity import ID_BYTES
from service.dedupe.policy import DAY, Policy

LOGGED_KINDS = (b"c", b"o", b"r")

REMINDERS_KIND = b"x"

KEY_BYTES = {b"a": 13, b"h": 13, b"i": 17, b"p": 13, b"s": 9, b"u": 21, REMINDERS_KIND: 9}
"""Kinds of rows, with the bytes of their keys (``entries.py``); that of a reminder ends with the day."""

_ORDER_BYTES = 8

Entry = tuple[bytes, bytes]
"""A key and its value."""

Rows = npt.NDArray[np.void]
"""Rows of one kind, each of :func:`row_bytes`."""


def row_bytes(kind: bytes) -> int:
    """Return the width of a kind's rows."""
    return KEY_BYTES[kind] + _ORDER_BYTES + (EXPIRING_KEY_BYTES if kind == REMINDERS_KIND else ID_BYTES)


class Harvest:
    """The rows and times that the last values of logged entries come to."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._rows: defaultdict[bytes, list[bytes]] = defaultdict(list)
        self._packed: defaultdict[bytes, list[Rows]] = defaultdict(list)
        self.times: dict[bytes, int] = {}
        """The latest time (ms since 1970) that was seen in a scope: its clock."""
        self.days: dict[bytes, int] = {}
        """The first day of a scope that has reminders."""

    def take(self, key: bytes, value: bytes, order: int) -> None:
        """Take a logged entry; of two the one written later has the greater ``order``.

        Raises ``msgspec.MsgspecError`` for a claim that cannot be unpacked. Keys of other kinds give nothing.
        """
        kind = key[:1]
        tail = order.to_bytes(_ORDER_BYTES, "big")
        if kind == b"c":
            claim = decode_listed(value)
            self._list(claim, tail)
            scope, stamp, due = scope_tag(claim.scope), claim.touched, claim_due(claim, self._policy)
        elif kind in {b"o", b"r"}:
            scope, stamp = key[1:5], stamped_at(value)
            due = stamp + lifetime(key, self._policy)
        else:
            return
        if stamp > self.times.get(scope, -1):
            self.times[scope] = stamp
        day = day_after(due)
        if day < self.days.get(scope, day + 1):
            self.days[scope] = day
        reminder = key.ljust(EXPIRING_KEY_BYTES, b"\0")
        self._rows[REMINDERS_KIND].append(REMINDERS_KIND + scope + day.to_bytes(4, "big") + tail + reminder)

    def _list(self, claim: Listed, order: bytes) -> None:
        """Make the rows of the lists that a claim stands in."""
        rows, tail = self._rows, order + claim.identity
        for alias in claim.aliases:
            rows[b"i"].append(alias_key(alias) + tail)
        if claim.content_at and not claim.retracted_at:
            rows[b"s"] += [key + tail for key in fresh_sample_keys(scope_tag(claim.scope), claim.keys)]
        for key, entry in listed(claim, fresh_headline_keys, _no_samples).items():
            rows[key[:1]].append(key + order + entry)

    def pack(self) -> None:
        """Sort the rows since the last time and let them take a fifth of the memory.

        Raises ``ValueError`` where one has not its kind's width.
        """
        for kind, rows in self._rows.items():
            if not rows:
                continue
            if set(map(len, rows)) != {row_bytes(kind)}:
                raise ValueError(f"rows of kind {kind!r} have other widths than {row_bytes(kind)}")
            self._packed[kind].append(np.sort(np.frombuffer(b"".join(rows), f"V{row_bytes(kind)}")))
            rows.clear()

    def rows(self) -> Iterator[tuple[bytes, Rows]]:
        """Give the packed rows away by kind, sorted."""
        while self._packed:
            kind, parts = self._packed.popitem()
            rows = np.concatenate(parts)
            rows.sort(kind="stable")
            yield kind, rows


def _no_samples(_scope: bytes, _values: Sequence[int]) -> Sequence[bytes]:
    return ()


def keys_of(kind: bytes, rows: Rows) -> list[bytes]:
    """Return the keys of rows."""
    return _cut(_cells(rows)[:, : KEY_BYTES[kind]])


def lower_bound(kind: bytes, rows: Rows, key: bytes) -> int:
    """Return how many of sorted rows have a smaller key."""
    return int(np.searchsorted(rows, np.frombuffer(key.ljust(row_bytes(kind), b"\0"), rows.dtype))[0])


def derived(kind: bytes, rows: Rows) -> tuple[Iterable[Entry], list[Entry]]:
    """Return the entries that sorted rows come to, in the order of their keys; all rows of a key must be there.

    The second part has to stand elsewhere: the counts of the days that have reminders.
    """
    cells, width = _cells(rows), KEY_BYTES[kind]
    new = np.ones(len(rows), np.bool_)
    np.any(cells[1:, :width] != cells[:-1, :width], axis=1, out=new[1:])
    starts = np.flatnonzero(new)
    ends = np.append(starts[1:], len(rows))
    keys, members = _cut(cells[starts, :width]), cells[:, width + _ORDER_BYTES :]
    if kind == REMINDERS_KIND:
        days = [
            day_entries(key[1:], map(reminded_key, _cut(members[start:end])))
            for key, start, end in zip(keys, starts.tolist(), ends.tolist(), strict=True)
        ]
        return itertools.chain.from_iterable(entries for entries, _ in days), [count for _, count in days]
    values = _cut(members[starts])
    for place in np.flatnonzero(ends - starts > 1).tolist():
        found = dict.fromkeys(_cut(members[starts[place] : ends[place]]))
        values[place] = b"".join(list(found)[-LONGEST_LIST:])
    return zip(keys, values, strict=True), []


def clocks(times: Mapping[bytes, int], days: Mapping[bytes, int]) -> Iterable[Entry]:
    """Return the clocks of scopes; each begins to look at reminders with the first day that has some."""
    return [
        clock_entry(scope, Clock(now, min(days.get(scope, now // DAY), now // DAY), 0)) for scope, now in times.items()
    ]


def _cells(rows: Rows) -> npt.NDArray[np.uint8]:
    return np.ascontiguousarray(rows).view(np.uint8).reshape(len(rows), -1)


def _cut(cells: npt.NDArray[np.uint8]) -> list[bytes]:
    """Return each line of a matrix."""
    packed, width = cells.tobytes(), cells.shape[1]
    return [packed[at : at + width] for at in range(0, len(packed), width)]

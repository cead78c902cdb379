"""The draft of a decision's writes, and what a changed claim changes in the entries that lead to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import compress
from typing import NamedTuple, Protocol

from service.dedupe.claims import Claim, Listed, decode_claim, encode_claim
from service.dedupe.entries import (
    LONGEST_LIST,
    alias_key,
    claim_key,
    copy_key,
    headline_keys,
    members,
    outlet_key,
    sample_keys,
    scope_tag,
    short_hash,
)
from service.dedupe.headline import Headline
from service.dedupe.identity import ID_BYTES

_LONGEST = LONGEST_LIST * ID_BYTES

_LED = b"i"
"""Kind of the lists in which a claim comes last whenever it is written."""


class Store(Protocol):
    """What :func:`service.dedupe.decide.decide` reads from.

    A store that reads several keys faster together than one by one has a method ``get_many`` too: keys in, their values
    (or None) in the same order out.
    """

    def get(self, key: bytes) -> bytes | None:
        """Return the value of a key, or None."""


class Draft:
    """The store as it will be: reads go through the writes that were made so far, and ask the store once a key."""

    def __init__(self, store: Store) -> None:
        self._ask = store.get
        self._ask_many: Callable[[list[bytes]], list[bytes | None]] | None = getattr(store, "get_many", None)
        self._known: dict[bytes, bytes | None] = {}
        self._claims: dict[bytes, Claim | None] = {}
        self.logged: dict[bytes, bytes | None] = {}
        self.derived: dict[bytes, bytes | None] = {}

    def expect(self, keys: Iterable[bytes]) -> None:
        """Read keys at once, where the store can, that will be asked for."""
        if self._ask_many is not None:
            known = self._known
            unread = [key for key in dict.fromkeys(keys) if key not in known] if known else list(keys)
            if unread:
                known.update(zip(unread, self._ask_many(unread), strict=True))

    def get(self, key: bytes) -> bytes | None:
        """Return the value of a key, or None."""
        known = self._known
        if key in known:
            return known[key]
        value = known[key] = self._ask(key)
        return value

    def get_many(self, keys: list[bytes]) -> list[bytes | None]:
        """Return the values of keys, each asked for once, read at once where the store can."""
        known = self._known
        if self._ask_many is not None and known.keys().isdisjoint(keys):
            values = self._ask_many(keys)
            known.update(zip(keys, values, strict=True))
            return values
        self.expect(keys)
        return [known[key] if key in known else self.get(key) for key in keys]

    def log(self, key: bytes, value: bytes | None) -> None:
        """Write to the table and its changelog, behind what was written before; None deletes."""
        self.logged.pop(key, None)
        self.logged[key] = self._known[key] = value

    def derive(self, key: bytes, value: bytes | None) -> None:
        """Write what follows from the logged writes; None deletes."""
        self.derived[key] = self._known[key] = value

    def claim(self, identity: bytes) -> Claim | None:
        """Return the claim of an identity as it lies there, expired or not."""
        if identity in self._claims:
            return self._claims[identity]
        value = self.get(claim_key(identity))
        claim = self._claims[identity] = decode_claim(value) if value is not None else None
        return claim

    def put_claim(self, identity: bytes, claim: Claim | None) -> None:
        """Write or delete a claim together with all that leads to it."""
        old = self.claim(identity)
        if old is None and claim is not None:
            self._list_first(claim)
        else:
            changed = moves(old, claim)
            self.expect(changed.reads())
            self.move(changed)
        self.keep_claim(identity, claim, encode_claim(claim) if claim else None)

    def keep_claim(self, identity: bytes, claim: Claim | None, encoded: bytes | None) -> None:
        """Write or delete a claim alone."""
        self._claims[identity] = claim
        self.log(claim_key(identity), encoded)

    def _list_first(self, claim: Claim) -> None:
        """Make the derived writes that go with a new claim, as :meth:`move` does: nearly all of its lists are empty."""
        lists = listed(claim)
        lists.update(dict.fromkeys(map(alias_key, claim.aliases), claim.identity))
        known = self._known
        if not known.keys() >= lists.keys():
            self.get_many(list(lists))
        for key in [key for key in lists if known[key]]:
            grown = _appended(key, known[key], lists[key])
            if grown is known[key]:
                del lists[key]
            else:
                lists[key] = grown
        known.update(lists)
        self.derived.update(lists)

    def move(self, changed: Moves) -> None:
        """Make the derived writes that go with a changed claim."""
        for key, entry in changed.leave:
            self._remove(key, entry)
        known, derived = self._known, self.derived
        for key, entry in (*changed.join, *changed.lead):
            value = known[key] if key in known else self.get(key)
            grown = _appended(key, value, entry) if value else entry
            if grown is not value:
                derived[key] = known[key] = grown

    def extend_lists(self, grown: dict[bytes, bytes], *, last: bool = False) -> None:
        """Append to each list its entries, one after the other as :meth:`move` does with lists joined and led.

        ``grown`` is used up. After the ``last`` time none of these lists is asked for.
        """
        keys = list(grown)
        before = self.get_many(keys)
        # Nineteen lists in twenty are new and get one entry: those are what they grow by.
        written = dict(zip(compress(keys, before), filter(None, before), strict=True))
        several = compress(keys, map(ID_BYTES.__lt__, map(len, grown.values())))
        for key in dict.fromkeys([*written, *several]):
            value = old = written.get(key, b"")
            for entry in members(grown[key]):
                value = _appended(key, value, entry)
            if value is old:
                del grown[key]
            else:
                grown[key] = value
        self.derived.update(grown)
        if not last:
            self._known.update(grown)

    def _remove(self, key: bytes, identity: bytes) -> None:
        """Take an identity out of a list."""
        found = members(self.get(key))
        if identity in found:
            self.derive(key, b"".join(member for member in found if member != identity) or None)


def _appended(key: bytes, value: bytes | None, entry: bytes) -> bytes:
    """Return a list with an entry that a claim joins or leads it with; the very same one where nothing changes."""
    if not value:
        return entry
    if key[:1] != _LED:
        return value if entry in members(value) else (value + entry)[-_LONGEST:]
    if value[-ID_BYTES:] == entry:
        return value
    return (b"".join([member for member in members(value) if member != entry]) + entry)[-_LONGEST:]


def listed(
    claim: Claim | Listed,
    headlines: Callable[[bytes, Headline], Sequence[bytes]] = headline_keys,
    samples: Callable[[bytes, list[int]], Sequence[bytes]] = sample_keys,
) -> dict[bytes, bytes]:
    """Return the lists that a claim stands in, each with its entry; the keys made as given."""
    if claim.retracted_at:
        return {}
    scope, found = scope_tag(claim.scope), _copied(claim)
    if claim.headline.affix:
        found[outlet_key(scope, claim.headline.affix)] = short_hash(claim.headline.bare, size=ID_BYTES)
    if claim.content_at:
        front = b"h" + scope
        titles = [front + version.title for version in claim.versions if version.title]
        keys = (*headlines(scope, claim.headline), *titles, *samples(scope, claim.keys))
        found.update(dict.fromkeys(keys, claim.identity))
    return found


def _copied(claim: Claim | Listed) -> dict[bytes, bytes]:
    """Return the lists that a claim stands in for the copies it took."""
    return dict.fromkeys(map(copy_key, claim.copied), claim.identity) if claim.copied else {}


def _counted_only(old: Claim | Listed, new: Claim | Listed) -> bool:
    """Say whether a claim was only counted up: what its content is found by is the very same."""
    return (
        old.keys == new.keys
        and old.versions == new.versions
        and old.headline == new.headline
        and old.content_at == new.content_at
        and not (old.retracted or new.retracted)
    )


class Moves(NamedTuple):
    """What a changed claim changes in the entries that lead to it: key and entry each."""

    leave: list[tuple[bytes, bytes]]
    """Lists that it leaves."""
    join: list[tuple[bytes, bytes]]
    """Lists that it joins."""
    lead: list[tuple[bytes, bytes]]
    """Lists of its own identities, in which it comes last whenever it is written: so the order of the claims' last
    writes, which a compacted changelog keeps, is all that these lists depend on."""

    def reads(self) -> list[bytes]:
        """Return the keys that have to be read."""
        return [key for part in self for key, _ in part]


def moves(old: Claim | Listed | None, new: Claim | Listed | None) -> Moves:
    """Return what turns the entries that lead to ``old`` into those that lead to ``new``."""
    if old is None and new is not None:
        return Moves([], list(listed(new).items()), [(alias_key(alias), new.identity) for alias in new.aliases])
    lists = _copied if old is not None and new is not None and _counted_only(old, new) else listed
    before, after = lists(old) if old else {}, lists(new) if new else {}
    had = {alias_key(alias): old.identity for alias in old.aliases} if old else {}
    has = {alias_key(alias): new.identity for alias in new.aliases} if new else {}
    lost = [(key, identity) for key, identity in had.items() if key not in has]
    return Moves(
        [*[(key, entry) for key, entry in before.items() if after.get(key) != entry], *lost],
        [(key, entry) for key, entry in after.items() if before.get(key) != entry],
        list(has.items()),
    )

"""Claims: what the dedupe role remembers, and how it lies in a key-value store.

Logged entries go to the table and its changelog; everything else is derived from them and rebuilt in recovery.

| key | logged | value |
| --- | --- | --- |
| ``c`` identity | yes | one published article: :class:`Claim` |
| ``o`` scope, origin | yes | the verdict of one delivery (``memory.py``) |
| ``r`` scope, headline | yes | when the headline was last seen to be a column's or daily report's (8 bytes) |
| ``i`` identity | | identities of the claims that list a URL, id or headline-with-day as theirs, last written last |
| ``h`` scope, headline · ``p`` scope, first words · ``s`` scope, sample key | | identities of claims, newest last |
| ``u`` identity of a copy's URL, hash of its text | | identities of the claims that took the copy |
| ``a`` scope, outlet | | hashes of the headlines that this last segment was seen behind |
| ``w`` ``n`` ``x`` | | clock, cursor and day-ordered list of what expires when (``expiry.py``) |

Numbers are big-endian; an identity is 16 bytes and has the scope in it; a scope tag is 4 bytes.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from typing import NamedTuple, Protocol

import msgspec
from msgspec import Struct

from service.dedupe.headline import Headline
from service.dedupe.identity import ID_BYTES
from service.dedupe.signature import Signature
from service.dedupe.sketch import Sketch, shortened

Write = tuple[bytes, bytes | None]

VERSIONS = 8
"""Versions of an article whose content is remembered."""

LONGEST_LIST = 24
"""Claims that one headline or sample key leads to; the oldest leave. Keeps formula phrases from growing hot."""

OLD_VALUES = 64
"""Sketch values kept of a version that is no longer the current one."""

IDENTITY_VALUES = 24
"""Sketch values kept when the content has expired: enough to tell a new version from another article."""

LONGEST_ALIASES = 16
LONGEST_COPIES = 24
LONGEST_SOURCES = 64
LONGEST_TOUCHERS = 16

_CUT_WORDS = 4


class Store(Protocol):
    """What :func:`service.dedupe.decide.decide` reads from.

    A store that reads several keys faster together than one by one has a method ``get_many`` too: keys in, their values
    (or None) in the same order out.
    """

    def get(self, key: bytes) -> bytes | None:
        """Return the value of a key, or None."""


class Version(Struct, frozen=True, array_like=True, gc=False):
    """One published version: what is needed to know its content and its delivery again."""

    number: int
    revision: int
    status: int
    """Index into ``tuple(Status)``."""
    changed: int
    """Changed fields as bits in the order of ``FIELDS``."""
    origin: bytes
    title: bytes
    """Hash of the headline key; empty without a headline."""
    text: Sketch
    """With few sample values; those of the current version lie in the claim."""


class Claim(Struct, frozen=True, array_like=True, gc=False):
    """One published article. Times in ms since 1970."""

    identity: bytes
    basis: int
    """Index into ``tuple(IdBasis)``."""
    scope: str
    source: str
    first_seen: int
    record_time: int
    """Record time of the current version."""
    seen: int
    """Latest record time at which the article or a copy was seen."""
    touched: int
    """Scope's clock when the claim was last written: the identity's lifetime counts from here."""
    content_at: int
    """Scope's clock when the current content was claimed; 0 when it has expired or was withdrawn."""
    first_origin: bytes
    versions: list[Version]
    retracted_at: int
    """When the source withdrew the article, by its own stamp where there is one; 0 if it is not withdrawn."""
    headline: Headline
    title: str
    previous_title: str | None
    text: Sketch
    keys: list[int]
    part: bool
    fields: bytes
    modified: int | None
    aliases: list[bytes]
    """Identities that lead here: the own one, URLs, producer's id."""
    copied: list[bytes]
    """Identity of a copy's URL (16 bytes) and beginning of its text's hash (4), for copies that come again."""
    copies: int
    sources: list[bytes]
    """Hashes of the sources, 4 bytes each."""
    touchers: list[bytes]
    """The latest deliveries that changed the claim: their memos are logged before it whenever it is logged again."""

    @property
    def latest(self) -> Version:
        """The current version."""
        return self.versions[-1]

    @property
    def retracted(self) -> bool:
        """Whether the source has withdrawn the article."""
        return self.retracted_at != 0


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Claim).decode


def encode_claim(claim: Claim) -> bytes:
    """Pack a claim for the table."""
    return _encode(claim)


def decode_claim(value: bytes) -> Claim:
    """Unpack a claim; raises ``msgspec.MsgspecError`` for other bytes."""
    return _decode(value)


def short_hash(*parts: str, size: int = 8) -> bytes:
    """Return a short digest for keys and marks."""
    return blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=size).digest()


@functools.lru_cache(maxsize=1024)
def scope_tag(scope: str) -> bytes:
    """Return the 4 bytes that keep scopes apart in keys without an identity."""
    return short_hash(scope, size=4)


def origin_hash(signature: Signature) -> bytes:
    """Return the short name of a delivery."""
    return _origin_hash(signature.scope, signature.origin)


@functools.lru_cache(maxsize=64)
def _origin_hash(scope: str, origin: tuple[str, int, int]) -> bytes:
    return short_hash(scope, *map(str, origin), size=12)


def claim_key(identity: bytes) -> bytes:
    """Return the key of a claim."""
    return b"c" + identity


def origin_key(signature: Signature) -> bytes:
    """Return the key of a delivery's verdict."""
    return memo_key(signature.scope, origin_hash(signature))


def memo_key(scope: str, origin: bytes) -> bytes:
    """Return the key of the verdict of the delivery with this short name."""
    return b"o" + scope_tag(scope) + origin


def recurring_key(scope: bytes, headline: str) -> bytes:
    """Return the key of a recurring headline."""
    return b"r" + scope + short_hash(headline)


def alias_key(identity: bytes) -> bytes:
    """Return the key under which an identity leads to its claim."""
    return b"i" + identity


def copy_key(entry: bytes) -> bytes:
    """Return the key of the list of claims that took a copy with this URL and text."""
    return b"u" + entry


def copy_entry(new: Signature) -> bytes:
    """Return what a copy is known by when it comes again: its URL and the beginning of its text's hash, or nothing."""
    return new.url + new.text.text_hash[:4] if new.url and new.text.text_hash else b""


def sample_keys(scope: bytes, values: list[int]) -> list[bytes]:
    """Return the keys of the lists of claims that have these shingle hashes among their smallest."""
    front = b"s" + scope
    return [front + value.to_bytes(4, "big") for value in values]


def outlet_key(scope: bytes, affix: str) -> bytes:
    """Return the key of what is known of a last segment that may be an outlet."""
    return b"a" + scope + short_hash(affix)


def headline_hash(key: str) -> bytes:
    """Return the hash of a headline key; empty without a headline."""
    return short_hash(key) if key else b""


@functools.lru_cache(maxsize=64)
def headline_keys(scope: bytes, headline: Headline) -> tuple[bytes, ...]:
    """Return the keys under which a headline and its other forms are found."""
    if not headline.key:
        return ()
    keys = [b"h" + scope + headline_hash(headline.key)]
    if headline.bare:
        keys.append(b"h" + scope + headline_hash(headline.bare))
    first = headline.key.split(" ", _CUT_WORDS)
    if len(first) >= _CUT_WORDS:
        keys.append(b"p" + scope + short_hash(*first[:_CUT_WORDS]))
    return tuple(keys)


def first_reads(signature: Signature) -> list[bytes]:
    """Return the keys that nearly every decision about a record reads, to be read all at once."""
    scope, new = scope_tag(signature.scope), signature
    identities = (new.url, new.guid, new.reused) if new.url or new.guid else (new.titled, new.content)
    return [
        b"w" + scope,
        origin_key(new),
        claim_key(new.own),
        *[alias_key(identity) for identity in identities if identity],
        *([copy_key(entry)] if (entry := copy_entry(new)) else []),
        *headline_keys(scope, new.headline),
        *sample_keys(scope, new.keys),
    ]


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
            unread = [key for key in dict.fromkeys(keys) if key not in self._known]
            if unread:
                self._known.update(zip(unread, self._ask_many(unread), strict=True))

    def get(self, key: bytes) -> bytes | None:
        """Return the value of a key, or None."""
        known = self._known
        if key in known:
            return known[key]
        value = known[key] = self._ask(key)
        return value

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
        self.move(moves(self.claim(identity), claim))
        self.keep_claim(identity, claim, encode_claim(claim) if claim else None)

    def keep_claim(self, identity: bytes, claim: Claim | None, encoded: bytes | None) -> None:
        """Write or delete a claim alone."""
        self._claims[identity] = claim
        self.log(claim_key(identity), encoded)

    def move(self, changed: Moves) -> None:
        """Make the derived writes that go with a changed claim."""
        for key, entry in changed.leave:
            self._remove(key, entry)
        for key, entry in changed.join:
            self._add(key, entry)
        for key, identity in changed.lead:
            value = self.get(key) or b""
            if value[-ID_BYTES:] != identity:
                self._remove(key, identity)
                self._add(key, identity)

    def _add(self, key: bytes, identity: bytes) -> None:
        """Put an identity into a list."""
        value = self.get(key)
        if not value:
            self.derive(key, identity)
        elif identity not in members(value):
            self.derive(key, (value + identity)[-LONGEST_LIST * ID_BYTES :])

    def _remove(self, key: bytes, identity: bytes) -> None:
        """Take an identity out of a list."""
        found = members(self.get(key) or b"")
        if identity in found:
            self.derive(key, b"".join(member for member in found if member != identity) or None)


def members(value: bytes) -> list[bytes]:
    """Return the identities of a list."""
    return [value[at : at + ID_BYTES] for at in range(0, len(value), ID_BYTES)]


def _listed(claim: Claim) -> dict[bytes, bytes]:
    """Return the lists that a claim stands in, each with its entry."""
    if claim.retracted:
        return {}
    scope, found = scope_tag(claim.scope), _copied(claim)
    if claim.headline.affix:
        found[outlet_key(scope, claim.headline.affix)] = short_hash(claim.headline.bare, size=ID_BYTES)
    if claim.content_at:
        found.update(dict.fromkeys(headline_keys(scope, claim.headline), claim.identity))
        found.update({b"h" + scope + version.title: claim.identity for version in claim.versions if version.title})
        found.update(dict.fromkeys(sample_keys(scope, claim.keys), claim.identity))
    return found


def _copied(claim: Claim) -> dict[bytes, bytes]:
    """Return the lists that a claim stands in for the copies it took."""
    return dict.fromkeys(map(copy_key, claim.copied), claim.identity)


def _counted_only(old: Claim, new: Claim) -> bool:
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

    def reads(self) -> Iterator[bytes]:
        """Yield the keys that have to be read."""
        return (key for part in self for key, _ in part)


def moves(old: Claim | None, new: Claim | None) -> Moves:
    """Return what turns the entries that lead to ``old`` into those that lead to ``new``."""
    listed = _copied if old is not None and new is not None and _counted_only(old, new) else _listed
    before, after = listed(old) if old else {}, listed(new) if new else {}
    had = {alias_key(alias): old.identity for alias in old.aliases} if old else {}
    has = {alias_key(alias): new.identity for alias in new.aliases} if new else {}
    lost = [(key, identity) for key, identity in had.items() if key not in has]
    return Moves(
        [*[(key, entry) for key, entry in before.items() if after.get(key) != entry], *lost],
        [(key, entry) for key, entry in after.items() if before.get(key) != entry],
        list(has.items()),
    )


def stripped(claim: Claim) -> Claim:
    """Return the claim when its content has expired: identity, hashes and a small sketch remain."""
    text = claim.text._replace(values=shortened(claim.text.values, IDENTITY_VALUES))
    versions = [
        msgspec.structs.replace(version, text=version.text._replace(values=b"", figures=b""))
        for version in claim.versions
    ]
    return msgspec.structs.replace(claim, content_at=0, text=text, keys=[], versions=versions)

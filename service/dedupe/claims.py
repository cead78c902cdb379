"""Claims: what the dedupe role remembers, and how it lies in a key-value store.

Logged entries go to the table and its changelog; everything else is derived from them and rebuilt in recovery.

| key | logged | value |
| --- | --- | --- |
| ``c`` identity | yes | one published article: :class:`Claim` |
| ``o`` scope, origin | yes | the verdict of one delivery (``memory.py``) |
| ``r`` scope, headline | yes | when the headline was last seen to be a column's or daily report's (8 bytes) |
| ``i`` identity | | the claim that a URL, id or headline-with-day belongs to |
| ``h`` scope, headline · ``p`` scope, first words · ``s`` scope, sample key | | identities of claims, newest last |
| ``u`` identity of a copy's URL, hash of its text | | identities of the claims that took the copy |
| ``a`` scope, outlet | | hashes of the headlines that this last segment was seen behind |
| ``w`` ``n`` ``x`` | | clock, cursor and day-ordered list of what expires when (``expiry.py``) |

Numbers are big-endian; an identity is 16 bytes and has the scope in it; a scope tag is 4 bytes.
"""

from __future__ import annotations

import functools
from hashlib import blake2b
from typing import Protocol

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
    """What :func:`service.dedupe.decide.decide` reads from."""

    def get(self, key: bytes) -> bytes | None:
        """Return the value of a key, or None."""


class Version(Struct, frozen=True, array_like=True):
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


class Claim(Struct, frozen=True, array_like=True):
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


def sample_key(scope: bytes, value: int) -> bytes:
    """Return the key of the list of claims that have a shingle hash among their smallest."""
    return b"s" + scope + value.to_bytes(4, "big")


def outlet_key(scope: bytes, affix: str) -> bytes:
    """Return the key of what is known of a last segment that may be an outlet."""
    return b"a" + scope + short_hash(affix)


def headline_hash(key: str) -> bytes:
    """Return the hash of a headline key; empty without a headline."""
    return short_hash(key) if key else b""


def headline_keys(scope: bytes, headline: Headline) -> list[bytes]:
    """Return the keys under which a headline and its other forms are found."""
    if not headline.key:
        return []
    keys = [b"h" + scope + headline_hash(headline.key)]
    if headline.bare:
        keys.append(b"h" + scope + headline_hash(headline.bare))
    first = headline.key.split(" ", _CUT_WORDS)
    if len(first) >= _CUT_WORDS:
        keys.append(b"p" + scope + short_hash(*first[:_CUT_WORDS]))
    return keys


class Draft:
    """The store as it will be: reads go through the writes that were made so far, and ask the store once a key."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: dict[bytes, bytes | None] = {}
        self.logged: dict[bytes, bytes | None] = {}
        self.derived: dict[bytes, bytes | None] = {}

    def get(self, key: bytes) -> bytes | None:
        """Return the value of a key, or None."""
        for known in (self.logged, self.derived, self._read):
            if key in known:
                return known[key]
        value = self._read[key] = self._store.get(key)
        return value

    def claim(self, identity: bytes) -> Claim | None:
        """Return the claim of an identity as it lies there, expired or not."""
        value = self.get(claim_key(identity))
        return decode_claim(value) if value is not None else None

    def put_claim(self, identity: bytes, claim: Claim | None) -> None:
        """Write or delete a claim together with all that leads to it."""
        index(self, self.claim(identity), claim)
        self.logged[claim_key(identity)] = encode_claim(claim) if claim else None

    def add(self, key: bytes, identity: bytes) -> None:
        """Put an identity into a list."""
        value = self.get(key) or b""
        if identity not in members(value):
            self.derived[key] = (value + identity)[-LONGEST_LIST * ID_BYTES :]

    def remove(self, key: bytes, identity: bytes) -> None:
        """Take an identity out of a list."""
        found = members(self.get(key) or b"")
        if identity in found:
            self.derived[key] = b"".join(member for member in found if member != identity) or None


def members(value: bytes) -> list[bytes]:
    """Return the identities of a list."""
    return [value[at : at + ID_BYTES] for at in range(0, len(value), ID_BYTES)]


def _listed(claim: Claim | None) -> dict[bytes, bytes]:
    """Return the lists that a claim stands in, each with its entry."""
    if claim is None or claim.retracted:
        return {}
    scope, found = scope_tag(claim.scope), {}
    found.update(dict.fromkeys([copy_key(entry) for entry in claim.copied], claim.identity))
    if claim.headline.affix:
        found[outlet_key(scope, claim.headline.affix)] = short_hash(claim.headline.bare, size=ID_BYTES)
    if claim.content_at:
        found.update(dict.fromkeys(headline_keys(scope, claim.headline), claim.identity))
        found.update({b"h" + scope + version.title: claim.identity for version in claim.versions if version.title})
        found.update({sample_key(scope, value): claim.identity for value in claim.keys})
    return found


def index(draft: Draft, old: Claim | None, new: Claim | None) -> None:
    """Make the derived writes that turn what leads to ``old`` into what leads to ``new``."""
    before, after = _listed(old), _listed(new)
    for key, entry in before.items():
        if after.get(key) != entry:
            draft.remove(key, entry)
    for key, entry in after.items():
        if before.get(key) != entry:
            draft.add(key, entry)
    kept = new.aliases if new else []
    if old:
        for alias in old.aliases:
            if alias not in kept and draft.get(alias_key(alias)) == old.identity:
                draft.derived[alias_key(alias)] = None
    if new:
        for alias in kept:
            draft.derived[alias_key(alias)] = new.identity


def stripped(claim: Claim) -> Claim:
    """Return the claim when its content has expired: identity, hashes and a small sketch remain."""
    text = claim.text._replace(values=shortened(claim.text.values, IDENTITY_VALUES))
    versions = [
        msgspec.structs.replace(version, text=version.text._replace(values=b"", figures=b""))
        for version in claim.versions
    ]
    return msgspec.structs.replace(claim, content_at=0, text=text, keys=[], versions=versions)

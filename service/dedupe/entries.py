"""Entries: how what is remembered lies in a key-value store.

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
import struct
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import NamedTuple

from service.dedupe.headline import Headline
from service.dedupe.identity import ID_BYTES
from service.dedupe.signature import Signature

Write = tuple[bytes, bytes | None]
"""A key and its value; None deletes the key."""

LONGEST_LIST = 24
"""Claims that one headline or sample key leads to; the oldest leave. Keeps formula phrases from growing hot."""

_CUT_WORDS = 4


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


def sample_keys(scope: bytes, values: list[int]) -> tuple[bytes, ...]:
    """Return the keys of the lists of claims that have these shingle hashes among their smallest."""
    return _sample_keys(scope, tuple(values))


@functools.lru_cache(maxsize=64)
def _sample_keys(scope: bytes, values: tuple[int, ...]) -> tuple[bytes, ...]:
    return tuple(fresh_sample_keys(scope, values))


def fresh_sample_keys(scope: bytes, values: Sequence[int]) -> list[bytes]:
    """Return what :func:`sample_keys` does for values that are not asked for again: remembering them costs as much."""
    front, (packed, taken_apart) = b"s" + scope, _numbers(len(values))
    return [front + number for number in taken_apart(packed(*values))]


@functools.cache
def _numbers(count: int) -> tuple[Callable[..., bytes], Callable[[bytes], tuple[bytes, ...]]]:
    """Return what packs so many 32-bit numbers, and what takes them apart into 4 bytes each."""
    return struct.Struct(f">{count}I").pack, struct.Struct("4s" * count).unpack


def outlet_key(scope: bytes, affix: str) -> bytes:
    """Return the key of what is known of a last segment that may be an outlet."""
    return b"a" + scope + short_hash(affix)


@functools.lru_cache(maxsize=64)
def headline_hash(key: str) -> bytes:
    """Return the hash of a headline key; empty without a headline."""
    return short_hash(key) if key else b""


@functools.lru_cache(maxsize=64)
def headline_keys(scope: bytes, headline: Headline) -> tuple[bytes, ...]:
    """Return the keys under which a headline and its other forms are found."""
    return tuple(fresh_headline_keys(scope, headline))


def fresh_headline_keys(scope: bytes, headline: Headline) -> list[bytes]:
    """Return what :func:`headline_keys` does for a headline that is not asked for again."""
    if not headline.key:
        return []
    keys = [b"h" + scope + headline_hash(headline.key)]
    if headline.bare:
        keys.append(b"h" + scope + headline_hash(headline.bare))
    first = headline.key.split(" ", _CUT_WORDS)
    if len(first) >= _CUT_WORDS:
        keys.append(b"p" + scope + short_hash(*first[:_CUT_WORDS]))
    return keys


def first_reads(signature: Signature, own: bytes) -> list[bytes]:
    """Return the keys by which a delivery and its article are known again, to be read all at once.

    ``own`` is the key of the delivery's verdict.
    """
    new = signature
    identities = (new.url, new.guid, new.reused) if new.url or new.guid else (new.titled, new.content)
    return [
        own,
        claim_key(new.own),
        *map(alias_key, filter(None, identities)),
    ]


class ContentReads(NamedTuple):
    """The keys of the lists by which earlier articles with something in common are found."""

    by_text: tuple[bytes, ...]
    by_headline: tuple[bytes, ...]
    by_copy: tuple[bytes, ...]
    """Of those that took a copy with this URL and text."""


def content_reads(scope: bytes, new: Signature) -> ContentReads:
    """Return the keys by which earlier articles with something in common are found, to be read all at once.

    A known article's record needs none of them, and all of them are there: a key that is costs ten times one that is
    not.
    """
    entry = copy_entry(new)
    copies = (copy_key(entry),) if entry else ()
    return ContentReads(sample_keys(scope, new.keys), headline_keys(scope, new.headline), copies)


def members(value: bytes | None) -> tuple[bytes, ...]:
    """Return the identities of a list."""
    return _unpacked(len(value))(value) if value else ()


@functools.cache
def _unpacked(size: int) -> Callable[[bytes], tuple[bytes, ...]]:
    """Return what takes a list of so many bytes apart; cutting it piece by piece takes five times as long."""
    return struct.Struct(f"{ID_BYTES}s" * (size // ID_BYTES)).unpack

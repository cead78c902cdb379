"""Claims: what the dedupe role remembers of the articles that it published."""

from __future__ import annotations

import msgspec
from msgspec import Raw, Struct

from service.dedupe.headline import Headline
from service.dedupe.sketch import Sketch, shortened

VERSIONS = 8
"""Versions of an article whose content is remembered."""

OLD_VALUES = 64
"""Sketch values kept of a version that is no longer the current one."""

IDENTITY_VALUES = 24
"""Sketch values kept when the content has expired: enough to tell a new version from another article."""

LONGEST_ALIASES = 16
LONGEST_COPIES = 24
LONGEST_SOURCES = 64
LONGEST_TOUCHERS = 16


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


class Titled(Struct, frozen=True, array_like=True, gc=False):
    """The beginning of a packed :class:`Version`."""

    number: int
    revision: int
    status: int
    changed: int
    origin: bytes
    title: bytes


class Listed(Struct, frozen=True, array_like=True, gc=False):
    """A packed :class:`Claim` as far as recovery asks: where it is listed, and when it is to be looked at."""

    identity: bytes
    basis: int
    scope: str
    source: Raw
    first_seen: int
    record_time: int
    seen: int
    touched: int
    content_at: int
    first_origin: Raw
    versions: list[Titled]
    retracted_at: int
    headline: Headline
    title: Raw
    previous_title: Raw
    text: Raw
    keys: list[int]
    part: bool
    fields: Raw
    modified: Raw
    aliases: list[bytes]
    copied: list[bytes]

    @property
    def latest(self) -> Titled:
        """The current version."""
        return self.versions[-1]

    @property
    def retracted(self) -> bool:
        """Whether the source has withdrawn the article."""
        return self.retracted_at != 0


class Dated(Struct, frozen=True, array_like=True, gc=False):
    """The beginning of a packed :class:`Claim`: enough to choose among many, at a third of the cost of them whole."""

    identity: bytes
    basis: int
    scope: str
    source: str
    first_seen: int
    record_time: int
    seen: int
    touched: int
    content_at: int


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Claim).decode
_decode_listed = msgspec.msgpack.Decoder(Listed).decode
_decode_dated = msgspec.msgpack.Decoder(Dated).decode


def encode_claim(claim: Claim) -> bytes:
    """Pack a claim for the table."""
    return _encode(claim)


def decode_claim(value: bytes) -> Claim:
    """Unpack a claim; raises ``msgspec.MsgspecError`` for other bytes."""
    return _decode(value)


def decode_listed(value: bytes) -> Listed:
    """Unpack what recovery asks of a claim; raises ``msgspec.MsgspecError`` for other bytes."""
    return _decode_listed(value)


def decode_dated(value: bytes) -> Dated:
    """Unpack the beginning of a claim; raises ``msgspec.MsgspecError`` for other bytes."""
    return _decode_dated(value)


def stripped(claim: Claim) -> Claim:
    """Return the claim when its content has expired: identity, hashes and a small sketch remain."""
    text = claim.text._replace(values=shortened(claim.text.values, IDENTITY_VALUES))
    versions = [msgspec.structs.replace(version, text=version.text.without_samples()) for version in claim.versions]
    return msgspec.structs.replace(claim, content_at=0, text=text, keys=[], versions=versions)

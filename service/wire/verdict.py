"""What de-duplication decided about one record: the header ``khabar-verdict`` on ``khabar.unique``."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from service.wire import closed
from service.wire.event import Dedupe


class Verdict(Struct, frozen=True, kw_only=True):
    """The outcome for one record; the fields mean what they mean in the event.

    ``first_seen`` is the record time (ms since 1970) of the first record of the article. ``quality`` holds
    the flags that de-duplication adds. ``evidence`` says in words which rule decided (``--explain``).
    """

    status: closed.Status
    article_id: str
    article_id_basis: closed.IdBasis
    version: int
    revision: int
    first_seen: int
    dedupe: Dedupe
    changed_fields: list[closed.Field] = []
    previous_title: str | None = None
    quality: list[closed.Quality] = []
    evidence: str = ""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Verdict)


def encode_verdict(verdict: Verdict) -> bytes:
    """Return the verdict as the bytes of the header."""
    return _encoder.encode(verdict)


def decode_verdict(value: bytes) -> Verdict:
    """Return the verdict of :func:`encode_verdict`; raises ``msgspec.MsgspecError`` for other bytes."""
    return _decoder.decode(value)

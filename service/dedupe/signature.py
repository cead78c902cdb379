"""The signature of an article: all that de-duplication needs to know, in at most 1 KiB.

Intake signs (the costly part, where it scales) and sends the signature as a header, so the dedupe role never decodes
a body. Equal articles get equal signatures on every machine.
"""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import blake2b
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from service.dedupe.hashing import hash_text, hash_words
from service.dedupe.headline import KEY_VERSION, Headline, parse
from service.dedupe.identity import digest, site, spelt, url_key
from service.dedupe.sketch import EMPTY, Sketch, shortened
from service.dedupe.sketching import sketch
from service.lang.fold import fold, tokens, words
from service.wire.article import WIRE_VERSION, Article
from service.wire.closed import Field, IdBasis
from service.wire.record import Origin

SIGNATURE_BYTES = 1024
"""An encoded signature is never longer; the sketch gives way to an unusually long headline."""

SHORT_TITLE_BYTES = 200
"""UTF-8 bytes of the title kept for ``previous_title``."""

FIELD_BYTES = 4
"""Bytes of the hash of one field; zeros say that the record does not state the field."""

FIELDS = tuple(Field)

_LONGEST_NAME = 64
_SHORTEST_GUID = 3
_CUT_TAIL = re.compile(r"(?:…|\.\.\.|\[\+\d{1,9} chars\])\s*$")
_CUT_LENGTH = 600
"""A text that ends in dots counts as cut below this length; above it the dots are an author's."""
_DAY_LENGTH = len("2026-01-31")
_MS = 1000


class Signature(Struct, frozen=True, array_like=True, gc=False):
    """What :func:`sign` finds; times in ms since 1970. Identities are 16 bytes, made with the scope in them."""

    wire: int
    key_version: int
    scope: str
    origin: tuple[str, int, int]
    record_time: int
    source: str
    """Registrable domain, host or folded name of the source; empty if the record does not say."""
    url: bytes
    guid: bytes
    titled: bytes
    """Identity by headline, day and source; empty where the headline is too short to identify."""
    content: bytes
    """Identity by content; of a record without any content, by its origin."""
    reused: bytes
    """Identity by URL and content, for a URL that carried another article before; empty without URL."""
    headline: Headline
    title: str
    """The title, shortened to 200 bytes."""
    text: Sketch
    keys: list[int]
    """Sample keys of the text, 32 bits each, ascending."""
    part: bool
    """The text is known to be only the beginning of the article."""
    fields: bytes
    """4 bytes a field in the order of :data:`FIELDS`."""
    modified: int | None
    published: int | None
    retracted: bool

    @property
    def basis(self) -> IdBasis:
        """What the article's own identity rests on."""
        for identity, basis in ((self.url, IdBasis.URL), (self.guid, IdBasis.GUID), (self.titled, IdBasis.TITLE)):
            if identity:
                return basis
        return IdBasis.CONTENT

    @property
    def own(self) -> bytes:
        """The article's own identity."""
        return self.url or self.guid or self.titled or self.content

    @property
    def article_id(self) -> str:
        """The article's own identity as it is written in events."""
        return spelt(self.own)

    def raw_origin(self) -> Origin:
        """Return where the raw record lies."""
        return Origin(*self.origin)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Signature)


def encode_signature(signature: Signature) -> bytes:
    """Return the signature as the bytes of the header ``khabar-sig``, at most 1 KiB."""
    return _encoder.encode(signature)


def decode_signature(value: bytes) -> Signature:
    """Return the signature of :func:`encode_signature`; raises ``msgspec.MsgspecError`` for other bytes."""
    return _decoder.decode(value)


def sign(article: Article) -> Signature:
    """Return the signature of a cleaned article. Pure; the work grows linearly with the text."""
    scope, where = article.scope, article.provenance
    headline = parse(article.title, article.source.name)
    text, keys, part = _body(article)
    source = _source(article)
    key = url_key(article.url, article.canonical_url)
    content = _content_value(article, headline, text) or f"{where.topic}\x1f{where.partition}\x1f{where.offset}"
    signature = Signature(
        wire=WIRE_VERSION,
        key_version=KEY_VERSION,
        scope=scope,
        origin=(where.topic, where.partition, where.offset),
        record_time=where.record_time,
        source=source,
        url=digest(IdBasis.URL, key, scope) if key else b"",
        guid=_guid(article, source),
        titled=_titled(article, headline, source),
        content=digest(IdBasis.CONTENT, content, scope),
        reused=digest(IdBasis.URL, f"{key}\x1f{content}", scope) if key else b"",
        headline=headline,
        title=_shortened_title(article.title),
        text=text,
        keys=keys,
        part=part,
        fields=_fields(article, headline, text, key),
        modified=milliseconds(article.modified_at),
        published=milliseconds(article.published_at),
        retracted=article.retracted,
    )
    return _fitted(signature)


def _fitted(signature: Signature) -> Signature:
    """Shorten the sketch until the signature fits."""
    excess = len(_encoder.encode(signature)) - SIGNATURE_BYTES
    if excess <= 0:
        return signature
    kept = len(signature.text.values) // 2 - 1 - (excess + 1) // 2
    text = signature.text._replace(values=shortened(signature.text.values, kept))
    return msgspec.structs.replace(signature, text=text)


def _body(article: Article) -> tuple[Sketch, list[int], bool]:
    """Return the text's sketch and keys, and whether it is only a part."""
    body = (article.text or "").rstrip()
    if not body:
        return EMPTY, [], False
    part = article.text_complete is False
    cut = _CUT_TAIL.search(body, max(0, len(body) - 30))
    if cut:
        part = part or len(body) < _CUT_LENGTH
        body = body[: cut.start()]
    # the last word of a cut text may be half a word
    found = hash_words(words(body)[:-1]) if part and cut else hash_text(body)
    text, keys = sketch(found)
    if found.turning:
        marked = text.figure_digest + " ".join(sorted(found.turning)).encode()
        text = text._replace(figure_digest=blake2b(marked, digest_size=4).digest())
    return text, keys, part


def _source(article: Article) -> str:
    """Return what tells sources apart: the site where an address is known, else the declared name."""
    source = article.source
    if source.domain or source.host:
        return (source.domain or site(source.host or ""))[:_LONGEST_NAME].lower()
    if source.name:
        return " ".join(tokens(fold(source.name)))[:_LONGEST_NAME]
    try:
        host = urlsplit(article.url or "").hostname
    except ValueError:
        host = None
    return site(host)[:_LONGEST_NAME] if host else ""


def _guid(article: Article, source: str) -> bytes:
    """Return the identity by the producer's id, which is unique within its source."""
    guid = (article.guid or "").strip()
    return digest(IdBasis.GUID, f"{source}\x1f{guid}", article.scope) if len(guid) >= _SHORTEST_GUID else b""


def _titled(article: Article, headline: Headline, source: str) -> bytes:
    """Return the identity by headline, day and source.

    A headline of one or two words (Cartoon, Weather today) is a column's name and identifies nothing.
    """
    if headline.key.count(" ") < 2:  # noqa: PLR2004 - fewer than three words
        return b""
    day = article.published_on or (article.published_local or "")[:_DAY_LENGTH]
    if not day:
        day = f"received {article.provenance.record_time // 86_400_000}"
    return digest(IdBasis.TITLE, f"{headline.key}\x1f{day}\x1f{source}", article.scope)


def _content_value(article: Article, headline: Headline, text: Sketch) -> str:
    """Return what stands for the whole content; pictures count where there is no text."""
    if text.text_hash:
        return f"{headline.key}\x1f{text.text_hash.hex()}"
    pictures = "\x1f".join(_pictures(article))
    return f"{headline.key}\x1f{pictures}" if headline.key or pictures else ""


def _pictures(article: Article) -> list[str]:
    """Return the images' addresses without their queries (sizes and access tokens), each once, in order."""
    return sorted({image.url.partition("?")[0] for image in article.images})


def _shortened_title(title: str | None) -> str:
    """Return the title; a long one ends in dots after at most 200 bytes."""
    encoded = (title or "").encode("utf-8", "replace")
    if len(encoded) <= SHORT_TITLE_BYTES:
        return encoded.decode()
    return encoded[: SHORT_TITLE_BYTES - 3].decode("utf-8", "ignore") + "…"


def _fields(article: Article, headline: Headline, text: Sketch, key: str | None) -> bytes:
    """Return a hash of each field, by which a new version says what changed."""
    values = {
        Field.TITLE: headline.key,
        Field.TEXT: text.text_hash.hex(),
        Field.DESCRIPTION: " ".join((article.description or "").split()),
        Field.PUBLISHED: article.published_at or article.published_local or article.published_on or "",
        Field.AUTHORS: "\x1f".join(author.name for author in article.authors) or article.byline or "",
        Field.SECTION: "\x1f".join([article.section or "", *article.categories, *article.tags]).strip("\x1f"),
        Field.IMAGES: "\x1f".join(_pictures(article)),
        Field.URL: key or "",
        Field.STATUS: "",
    }
    return b"".join(
        blake2b(values[field].encode("utf-8", "surrogatepass"), digest_size=FIELD_BYTES).digest()
        if values[field]
        else bytes(FIELD_BYTES)
        for field in FIELDS
    )


def milliseconds(instant: str | None) -> int | None:
    """Return an RFC 3339 instant in ms since 1970; None without a zone or for anything else."""
    if not instant:
        return None
    try:
        moment = datetime.fromisoformat(instant)
        return int(moment.timestamp() * _MS) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None

"""From the bytes of a raw record to a JSON object, a plain text or an HTML page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from service.errors import ErrorReason, Refused
from service.intake.data import load_lines

BOM = "\ufeff"
_MAGIC = {
    b"\x1f\x8b": "gzip data",
    b"PK\x03\x04": "a zip archive",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"%PDF-": "a PDF document",
    b"\x28\xb5\x2f\xfd": "zstd data",
    b"Obj\x01": "an Avro file",
    b"\xfd7zXZ": "xz data",
    b"BZh": "bzip2 data",
    b"(dp0\n": "a Python pickle",
    **{bytes((0x80, protocol)): "a Python pickle" for protocol in range(2, 6)},
}
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MAX_CONTROL_SHARE = 0.02
"""More control characters than this and it is no text: a stray one is repaired, see clean.py."""

_ESCAPE = re.compile(
    r"\\(?:(u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
_JSON_LIST = re.compile(r"\[\s*(?:$|[\[\]{\"\-\d]|(?:true|false|null)\b)")
_JSON_STRING = re.compile(r'"[^\n"]*$')
_HTML = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body|article|main|div|p|section|h1)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(r"\s*<(?:\?xml|rss|feed|rdf)\b", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_HEAD = 4096
_UTF16_HEAD = 32
"""Bytes; every other one of JSON or HTML in UTF-16 is zero."""

_PRODUCER_TEXT = 300
_EXCEPTION = re.compile(r"[\w.$]{0,120}(?:Error|Exception)(?::|$)")
"""A program's last words: the name of an error at the beginning of a line."""

_WORD = re.compile(r"[^\W\d_]{2,}")


class Decoded(NamedTuple):
    """What a value is. Exactly one of ``fields``, ``html`` and ``text`` is set; ``repaired`` asks for the flag."""

    fields: Mapping[str, Any] | None = None
    html: str | None = None
    text: str | None = None
    repaired: bool = False


def decode(value: bytes | None, *, max_bytes: int) -> Decoded:
    """Return what ``value`` holds; raises ``Refused`` for everything that is no JSON object, text or page."""
    if not value or not value.strip():
        raise Refused(ErrorReason.EMPTY, "the record has no value" if value is None else "the value is empty")
    if len(value) > max_bytes:
        raise Refused(ErrorReason.TOO_LARGE, f"the value has {len(value)} bytes; the limit is {max_bytes}")
    try:
        fields = orjson.loads(value)
    except orjson.JSONDecodeError:
        return _decode_other(value)
    return Decoded(fields=_object(fields))


def _decode_other(value: bytes) -> Decoded:
    """Decode what the strict JSON parser does not take."""
    text, repaired = _to_text(value)
    if text.startswith(BOM):
        text, repaired = text.lstrip(BOM), True
    start = text.lstrip()
    if _looks_like_json(start):
        return Decoded(fields=_object(_tolerant_json(start)), repaired=True)
    if start in ("NaN", "Infinity", "-Infinity"):
        raise Refused(ErrorReason.NOT_AN_OBJECT, "the value is a number, not an object")
    if len(_CONTROLS.findall(text)) > _MAX_CONTROL_SHARE * len(text):
        raise Refused(ErrorReason.BINARY, "the value is full of control characters: binary data, not text")
    _check_producer(start)
    if _HTML.match(start):
        return Decoded(html=text, repaired=repaired)
    if _XML.match(start):
        raise Refused(ErrorReason.NOT_AN_ARTICLE, "the value is an XML feed or document; one message is one article")
    if len(start.split(maxsplit=1)) < 2 or not _WORD.search(start):  # noqa: PLR2004 - an address, a number, a token
        raise Refused(ErrorReason.NO_CONTENT, "the value is a text without two words")
    return Decoded(text=text, repaired=repaired)


def _to_text(value: bytes) -> tuple[str, bool]:
    """Return the value as text and whether another encoding than UTF-8 had to be used."""
    for magic, name in _MAGIC.items():
        if value.startswith(magic):
            raise Refused(ErrorReason.BINARY, f"the value is {name}")
    head = value[:_UTF16_HEAD]
    if len(head) < 3 * head.count(0) < 2 * len(head):
        raise Refused(ErrorReason.BAD_ENCODING, "the value is not valid UTF-8: it looks like UTF-16")
    try:
        return value.decode("utf-8"), False
    except UnicodeDecodeError as error:
        declared = declared_charset(value)
        if declared and value.lstrip().startswith(b"<"):
            try:
                return value.decode(declared), False
            except (UnicodeDecodeError, LookupError):
                pass
        hint = "; it looks like UTF-16" if value[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
        detail = f"the value is not valid UTF-8: byte 0x{value[error.start]:02x} at {error.start}{hint}"
        raise Refused(ErrorReason.BAD_ENCODING, detail) from error


def declared_charset(page: bytes) -> str | None:
    """Return the encoding that a page names in its head."""
    found = _CHARSET.search(page, 0, _HEAD)
    return found.group(1).decode("ascii") if found else None


def _looks_like_json(start: str) -> bool:
    """Say whether a text is meant as JSON; headlines may begin with a quotation mark or a bracket too."""
    if start.startswith("{"):
        return True
    if start.startswith("["):
        return _JSON_LIST.match(start) is not None
    return start.startswith('"') and _JSON_STRING.match(start) is not None


def _tolerant_json(text: str) -> Any:
    """Parse JSON that breaks the standard in known ways: lone surrogates, NaN, raw control characters."""
    try:
        return orjson.loads(_ESCAPE.sub(_mend_escape, text))
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(
            _ESCAPE.sub(_mend_escape, text), strict=False, parse_constant=lambda _: None, parse_int=_integer
        )
    except RecursionError as error:
        raise Refused(ErrorReason.BAD_JSON, "the JSON is nested too deeply, or cut") from error
    except json.JSONDecodeError as error:
        at = f"line {error.lineno} column {error.colno}"
        hint = "; it seems to be cut" if error.pos >= len(text.rstrip()) or "Unterminated" in error.msg else ""
        if error.msg == "Extra data":
            hint = "; one message is one article"
        raise Refused(
            ErrorReason.BAD_JSON, f"the value starts like JSON and does not parse: {error.msg}, {at}{hint}"
        ) from error


def _mend_escape(match: re.Match[str]) -> str:
    """Drop half a surrogate pair; keep every other escape."""
    return "" if match.group(2) else match.group()


def _integer(digits: str) -> int | None:
    """Return an integer that any reader can hold, or None."""
    longest = 18
    return int(digits) if len(digits) <= longest else None


def _object(value: Any) -> Mapping[str, Any]:
    """Return ``value`` if it is a JSON object; raises ``Refused`` otherwise."""
    if isinstance(value, dict):
        return value
    if isinstance(value, str):
        _check_producer(value)
    names = {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    name = names.get(type(value), "a number")
    raise Refused(ErrorReason.NOT_AN_OBJECT, f"the value is {name}, not an object: one message is one article")


def _check_producer(text: str) -> None:
    """Refuse a producer's own error text."""
    if len(text) > _PRODUCER_TEXT:
        return
    said = " ".join(text.casefold().split()).strip(" .:!\"'")
    if (
        said in load_lines("producer_errors.txt")
        or said.startswith("traceback (most recent call last)")
        or _EXCEPTION.match(text.split("\n", 1)[0].strip(" \"'"))
    ):
        raise Refused(ErrorReason.PRODUCER_FAILURE, "the value is a producer's error text in place of an article")

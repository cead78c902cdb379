"""What nobody mapped, within bounds; headers, cookies and raw HTML never."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import orjson

from service.intake.draft import Obj
from service.intake.values import missing

MAX_FIELD = 2 * 1024
MAX_ALL = 16 * 1024
"""Bytes of JSON."""

_DENIED = re.compile(
    r"(?:.*_)?(?:request|response)?_?(?:headers?|cookies?|set-cookie|authorization)|(?:raw_?|full_?|page_?)?html(?:_.*|raw)?|.*Html",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|div|p|script|table|span|a)\b[^<>]{0,300}>", re.IGNORECASE)
_ESCAPE = re.compile(rb"\\(?:u00([01][0-9a-f]|7f)|.)")
_CONTROLS = re.compile("[\x00-\x1f\x7f]")
_MAX_NAMES = 100
_MAX_NAME = 200


class Extra(NamedTuple):
    """The unmapped fields that are kept, and the names of those that did not fit."""

    kept: dict[str, Any]
    dropped: list[str]


def collect_extra(obj: Obj, used: set[tuple[str, ...]]) -> Extra:
    """Return the fields of ``obj`` that no path in ``used`` reads, small ones first."""
    whole = {path[0] for path in used if len(path) == 1}
    inner: dict[str, set[str]] = {}
    for path in used:
        if len(path) > 1:
            inner.setdefault(path[0], set()).add(path[1])
    sized = []
    dropped = []
    for stated, value in obj.items():
        if stated in whole or missing(value) or _is_denied(stated, value):
            continue
        name = _CONTROLS.sub("", stated)
        rest = value
        if stated in inner and isinstance(value, dict):
            rest = {key: item for key, item in value.items() if key not in inner[stated] and not missing(item)}
            if not rest:
                continue
        data = _dump(rest)
        if data is None or len(data) > MAX_FIELD or len(name) > _MAX_NAME:
            dropped.append(name[:_MAX_NAME])
        else:
            sized.append((len(data) + len(name), name, data))
    return _fit(sized, dropped)


def _fit(sized: list[tuple[int, str, bytes]], dropped: list[str]) -> Extra:
    kept = {}
    room = MAX_ALL
    for size, name, data in sorted(sized):
        if size > room:
            dropped.append(name)
        else:
            kept[name] = orjson.loads(data)
            room -= size
    return Extra(kept, sorted(dropped)[:_MAX_NAMES])


def _dump(value: Any) -> bytes | None:
    """Return a value as JSON without control characters, None if it is nested beyond all measure."""
    try:
        # A copy: what orjson returns holds 4 KiB of memory however short it is, and a record may have 300 000 names.
        data = bytes(memoryview(orjson.dumps(value)))
    except (TypeError, ValueError):
        return None
    return _ESCAPE.sub(
        lambda found: b"" if found.group(1) and found.group(1) not in (b"09", b"0a", b"0d") else found.group(), data
    )


def _is_denied(name: str, value: Any) -> bool:
    """Say whether a field must never go on: headers, cookies, raw HTML."""
    return _DENIED.fullmatch(name[:_MAX_NAME]) is not None or (
        isinstance(value, str) and _MARKUP.search(value, 0, MAX_FIELD) is not None
    )

"""How the text of a setting becomes a value. Each function raises ``ValueError`` with what would be right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_BROKER = re.compile(r"(?P<host>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]):(?P<port>\d{1,5})")
_BACKEND = re.compile(r"(?:[a-z]{2,3}=)?(?:builtin|(?:spacy|onnx):\S+)")
_LAST_PORT = 65535


def _items(text: object) -> list[str]:
    return [item for part in str(text).split(",") if (item := part.strip())]


def brokers(text: object) -> str:
    """Return ``host:port,host:port`` without blanks; every host needs a port between 1 and 65535."""
    found = _items(text)
    for item in found:
        match = _BROKER.fullmatch(item)
        if not match or not 1 <= int(match["port"]) <= _LAST_PORT:
            raise ValueError(f"{item!r} is not host:port, for example kafka-1:9092,kafka-2:9092")
    if not found:
        raise ValueError("no broker named, for example kafka-1:9092,kafka-2:9092")
    return ",".join(found)


def backends(text: object) -> str:
    """Return entity backends without blanks: one for all languages, or ``language=backend`` separated by commas."""
    found = _items(text)
    for item in found:
        if not _BACKEND.fullmatch(item):
            raise ValueError(
                f"{item!r} is no entity backend: builtin, spacy:PACKAGE or onnx:FOLDER, or en=spacy:PACKAGE"
            )
    return ",".join(found) or "builtin"


def zones(value: object) -> Mapping[str, str]:
    """Return the IANA zone by domain from ``domain=zone,domain=zone``; a zone must exist."""
    if isinstance(value, Mapping):
        return value
    found: dict[str, str] = {}
    for item in _items(value):
        domain, _, zone = (part.strip() for part in item.partition("="))
        if not domain or not zone:
            raise ValueError(f"{item!r} is not domain=zone, for example example.com=Asia/Beirut")
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, OSError, ValueError) as error:  # unknown, a folder of zones, no name at all
            raise ValueError(f"{zone!r} is not a time zone, for example Asia/Beirut") from error
        found[domain.lower()] = zone
    return found


def names(value: object) -> tuple[str, ...]:
    """Return the names of a comma-separated list in lower case, each once."""
    items = value if isinstance(value, tuple) else _items(value)
    return tuple(dict.fromkeys(str(item).lower() for item in items))


def texts(value: object) -> tuple[str, ...]:
    """Return the parts of a comma-separated list as they are written, each once."""
    return tuple(dict.fromkeys(map(str, value if isinstance(value, tuple) else _items(value))))


def lower(value: object) -> object:
    """Return a word in lower case, so that ``INFO`` is ``info``."""
    return value.lower() if isinstance(value, str) else value

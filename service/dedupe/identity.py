"""Identities: what an article is called, and the URL that it is called by."""

from __future__ import annotations

import functools
import itertools
import re
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from service.wire.closed import IdBasis

ID_BYTES = 16
"""Bytes of an article id before base32: 128 bits."""

_FRONT_LABEL = re.compile(r"^(?:www\d?|m|amp|mobile)\.(?=[^.]+\.)")
_TAIL = re.compile(r"(?:/(?:index\.[a-z]{2,5}|amp))?/?$")
_COUNTRY = 2
"""Letters of a country's top-level domain."""
_SECOND_LEVEL = 3
"""Letters of labels such as com, co, gov or org that a country registers under (example.com.sa)."""


def digest(basis: IdBasis, value: str, scope: str) -> bytes:
    """Return 128 bits of SHA-256 over basis, value and scope."""
    return sha256(f"{basis.value}\x1f{value}\x1f{scope}".encode("utf-8", "surrogatepass")).digest()[:ID_BYTES]


_PAIRS = tuple(map("".join, itertools.product("abcdefghijklmnopqrstuvwxyz234567", repeat=2)))
"""What ten bits are in base32 (RFC 4648)."""


@functools.lru_cache(maxsize=64)
def spelt(identity: bytes) -> str:
    """Return the 26 letters and digits (base32, lower case, no padding) of a 16-byte identity.

    The standard library's encoder takes eight times as long, and each verdict spells two.

    >>> spelt(bytes(range(16)))
    'aaaqeayeaudaocajbifqydiob4'
    """
    pairs, number = _PAIRS, int.from_bytes
    a, b, c = number(identity[:5]), number(identity[5:10]), number(identity[10:15])
    return (
        f"{pairs[a >> 30]}{pairs[a >> 20 & 1023]}{pairs[a >> 10 & 1023]}{pairs[a & 1023]}"
        f"{pairs[b >> 30]}{pairs[b >> 20 & 1023]}{pairs[b >> 10 & 1023]}{pairs[b & 1023]}"
        f"{pairs[c >> 30]}{pairs[c >> 20 & 1023]}{pairs[c >> 10 & 1023]}{pairs[c & 1023]}{pairs[identity[15] << 2]}"
    )


def article_id(basis: IdBasis, value: str, scope: str) -> str:
    """Return the article id: 128 bits of SHA-256 over basis, value and scope in base32, 26 characters.

    The same article gets the same id on every machine and in every run; scopes never share ids.
    """
    return spelt(digest(basis, value, scope))


def site(host: str) -> str:
    """Return a host's last two labels, or three under a country's com, co, gov and the like.

    Good enough to see that two hosts belong together; no register of domains is asked.
    """
    labels = host.split(".")
    country = len(labels[-1]) == _COUNTRY and len(labels[-2:][0]) <= _SECOND_LEVEL
    return ".".join(labels[-3 if country else -2 :])


def url_key(url: str | None, canonical_url: str | None) -> str | None:
    """Return the URL that identifies an article, without scheme and spelling variants, or None.

    The canonical URL counts unless it is a site root or lies on another site than the fetched one (a syndicated
    page, a broken template); then the fetched URL does. A site root never identifies an article.
    """
    fetched = _parts(url)
    canonical = fetched if canonical_url == url else _parts(canonical_url)
    if canonical and (fetched is None or site(canonical[0]) == site(fetched[0])):
        return "".join(canonical)
    return "".join(fetched) if fetched else None


def _parts(url: str | None) -> tuple[str, str] | None:
    """Return host and path with query of a usable article URL."""
    if not url:
        return None
    try:
        split = urlsplit(url.strip())
        host = split.hostname
    except ValueError:  # a broken IPv6 host
        return None
    if not host:
        return None
    path = _TAIL.sub("", split.path)
    if split.query:
        path += "?" + split.query
    return (_FRONT_LABEL.sub("", host), path) if path else None

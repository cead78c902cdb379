"""URLs: one spelling for one page, and the registrable domain of a host."""

from __future__ import annotations

import functools
import re
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from publicsuffixlist import PublicSuffixList

from service.intake.data import load_toml

_SCHEME = re.compile(r"^(?:https?:/*)+(?=https?:/*)", re.IGNORECASE)
_BARE = re.compile(r"^(?:www\.|[a-z0-9-]{1,63}\.(?:[a-z0-9-]{1,63}\.){0,5}[a-z]{2,24}/)", re.IGNORECASE)
_WHITE = re.compile(r"[\t\n\r\u200b-\u200f\ufeff]")
_SLASHES = re.compile(r"/{2,}")
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_AMP_CACHE = re.compile(r"^/(?:[cvi]/)?(?:s/)?(?=[^/]+\.)")
_HOST = re.compile(r"^[\w.-]{1,253}$")
_FRONT = re.compile(r"/?(?:[A-Za-z]{2}(?:[-_][A-Za-z]{2})?)?/?")  # /, /ar, /en-us
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")
_SAFE_PATH = "/:@!$&'()*+,;=-._~"
_MAX_URL = 8192
_MOST_WRAPPERS = 4
"""Addresses inside each other: an archive's copy of a cache's copy."""


class _Rules(NamedTuple):
    names: frozenset[str]
    prefixes: tuple[str, ...]
    amp_values: frozenset[str]
    mobile: frozenset[str]
    cache_hosts: tuple[str, ...]
    redirectors: frozenset[str]


@functools.cache
def _rules() -> _Rules:
    data: dict[str, Any] = load_toml("urls.toml")
    return _Rules(
        frozenset(data["tracking"]),
        tuple(data["tracking_prefixes"]),
        frozenset(data["amp_values"]),
        frozenset(data["mobile_labels"]),
        tuple(data["amp_caches"]),
        frozenset(data["redirectors"]),
    )


@functools.cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@functools.lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str:
    """Return the registrable domain of a host by the Public Suffix List, the host itself where it has none."""
    return str(_suffixes().privatesuffix(host) or host)


@functools.lru_cache(maxsize=64)  # as with _canonical
def host_of(url: str) -> str:
    """Return the host of a URL without ``www.``, in Unicode lower case; "" if there is none."""
    try:
        host = (urlsplit(_repair(url)).hostname or "").rstrip(".")
    except ValueError:
        return ""
    return _readable(host).removeprefix("www.")


def declared_host(declared: str | None) -> str:
    """Return the host of a declared address or bare host name, as in canonical URLs; "" if it is neither."""
    if not declared or not (text := declared.strip()) or any(map(str.isspace, text)):
        return ""
    return host_of(canonical_url(text if "//" in text else f"https://{text}"))


def canonical_url(url: str) -> str:
    """Return the one spelling of a web page's address; "" for what is no usable http(s) URL.

    https, lower-case host without ``www.``, mobile and AMP labels, no port that is the default, no fragment, no
    tracking parameters, parameters sorted, no index file and no slash at the end of a path. Path and values keep
    their case, and parameters that nobody knows as tracking stay: they may be the article's id. A page that a
    script shows by a fragment (``#!``) keeps it.

    >>> canonical_url("http://www.Example.com:80/News/?utm_source=x&id=Xy#top")
    'https://example.com/News?id=Xy'
    """
    return _canonical(url) if url and len(url) <= _MAX_URL else ""


@functools.lru_cache(maxsize=64)  # intake asks for one record's address several times
def _canonical(url: str, wrappers: int = _MOST_WRAPPERS) -> str:
    try:
        parts = urlsplit(_repair(url))
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or "." not in host or not _HOST.match(host):
        return ""
    unwrapped = _unwrap(host, parts.path, parts.query)
    if unwrapped:
        return _canonical(unwrapped, wrappers - 1) if wrappers else ""
    host = _plain_host(_readable(host))
    netloc = host if port in (None, 80, 443) else f"{host}:{port}"
    path, query = _path(parts.path) or "/", _query(parts.query)
    fragment = f"#{parts.fragment}" if parts.fragment.startswith("!") else ""
    return f"https://{netloc}{path}{'?' if query else ''}{query}{fragment}"


def is_root(url: str) -> bool:
    """Say whether a canonical URL is a site's front page: no path to speak of and no query."""
    parts = urlsplit(url)
    return not parts.query and not parts.fragment and _FRONT.fullmatch(parts.path) is not None


def is_redirect(url: str) -> bool:
    """Say whether a canonical URL is an aggregator's or a shortener's redirect: it may change and is nobody's own."""
    return host_of(url) in _rules().redirectors


def choose_canonical(url: str, declared: str | None) -> str:
    """Return the canonical form of ``declared`` where it can be that of ``url``, else of ``url``.

    A declared address that is a front page or lies on another registrable domain is a template's mistake.
    """
    own = canonical_url(url)
    other = canonical_url(declared) if declared else ""
    if not other or other == own:
        return own
    if not own:
        return "" if is_root(other) else other
    same = registrable_domain(host_of(other)) == registrable_domain(host_of(own))
    return other if same and not is_root(other) else own


def _repair(url: str) -> str:
    """Undo common damage: white space, backslashes, doubled or missing schemes."""
    url = _WHITE.sub("", url.strip()).replace("\\", "/")
    if url.startswith("//"):
        url = "https:" + url
    elif _BARE.match(url):
        url = "https://" + url
    url = _SCHEME.sub("", url)
    head, colon, rest = url.partition(":")
    if colon and head.lower() in ("http", "https"):
        url = f"{head.lower()}://{rest.lstrip('/')}"
    return url


def _readable(host: str) -> str:
    """Return a host with its internationalised labels in Unicode."""
    if "xn--" not in host:
        return host
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def _plain_host(host: str) -> str:
    """Drop the labels that only say how a page is shown, as long as a domain is left."""
    labels = host.split(".")
    keep = len(registrable_domain(host).split("."))
    while len(labels) > keep and labels[0] in _rules().mobile:
        labels = labels[1:]
    return ".".join(labels)


def _path(path: str) -> str:
    """Normalise a path: one slash, one escaping, no index file, AMP marks or slash at the end."""
    if "%" in path or not path.isascii() or " " in path:
        path = quote(_unquote(path), safe=_SAFE_PATH + "%")
    path = _INDEX.sub("", _SLASHES.sub("/", path)).rstrip("/")
    lowered = path.lower()
    if lowered.endswith("/amp"):
        path = path[:-4]
    elif lowered.endswith((".amp", ".amp.html")):
        path = path[: lowered.rindex(".amp")] + (".html" if lowered.endswith(".html") else "")
    elif lowered.startswith("/amp/"):
        path = path[4:]
    return path.rstrip("/")


def _unquote(path: str) -> str:
    """Resolve escapes of letters; those of signs that mean something in a path stay."""
    held = _ESCAPED.sub(
        lambda found: (
            "%25" + found.group()[1:].upper()
            if found.group().upper() in ("%2F", "%25", "%3F", "%23")
            else found.group()
        ),
        path,
    )
    return unquote(held, errors="surrogateescape").encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _query(query: str) -> str:
    """Drop tracking parameters and sort the rest; a parameter without a value stays."""
    if not query:
        return ""
    rules = _rules()
    kept = []
    try:
        pairs = parse_qsl(query.replace("&amp;", "&"), keep_blank_values=True, max_num_fields=200)
    except ValueError:
        return query
    for name, value in pairs:
        lowered = name.lower()
        if lowered in rules.names or lowered.startswith(rules.prefixes):
            continue
        if lowered in ("amp", "output", "outputtype", "outputType") and value.lower() in rules.amp_values:
            continue
        kept.append((name, value))
    return urlencode(sorted(kept), quote_via=quote, safe="/:@,!*'()") if kept else ""


def _unwrap(host: str, path: str, query: str) -> str:
    """Return the address inside an AMP cache's or an archive's address, "" where there is none."""
    if host.endswith(_rules().cache_hosts):
        inner = _AMP_CACHE.sub("", path.removeprefix("/amp"))
        return f"https://{inner}{'?' if query else ''}{query}" if "." in inner.split("/")[0] else ""
    if host in ("google.com", "www.google.com") and path.startswith("/amp/"):
        inner = path.removeprefix("/amp/").removeprefix("s/")
        return f"https://{inner}{'?' if query else ''}{query}"
    if host == "web.archive.org":
        _, found, inner = path.partition("/http")
        return f"http{inner}{'?' if query else ''}{query}" if found else ""
    return ""

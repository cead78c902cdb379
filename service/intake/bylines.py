"""Authors: people's names out of what producers write into a field for them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from service.intake.credit import agency
from service.intake.data import load_toml
from service.intake.titles import Site
from service.lang.fold import line_words, words
from service.wire.event import Author

_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>()]*|[^\s<>()@]{0,100}@[^\s<>()]{1,200}|(?<!\S)[^\s/<>()]{1,60}\.[a-z]{2,6}/[^\s<>()]*",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[(\[<]([^()\[\]<>]{0,80})[)\]>]$")
_JOINTS = re.compile(r"(?:(?<!\s)\s++)?[;|·•/،,]\s*+|(?<!\s)\s++(?:and|&|et|und)\s++", re.IGNORECASE)
_DASH = re.compile(r"(?<!\s)\s++[-–—]++\s*+|(?:(?<!\s)\s++)?[–—:]\s++")
_LISTED = re.compile(r"[;|·•/]")
_DIGIT = re.compile(r"\d")
_TIME = re.compile(r"\d{1,2}:\d{2}|(?<!\d)(?:19|20)\d{2}(?!\d)")
_EDGES = " \t,،;:.-–—|/*•\"'«»()[]<>"
_MAX_ITEMS = 50
_MAX_NAME = 200
_LONGEST_LINE = 1000
_FULL_NAME = 2
_LONGEST_PLACE = 2
"""Words."""


class Bylines(NamedTuple):
    """The authors, and the wire agency that was named among them."""

    authors: list[Author]
    agency: str | None


_Openings = dict[str, list[tuple[str, ...]]]
"""Longest first, by their first word."""


class _Words(NamedTuple):
    openings: _Openings
    others: _Openings
    roles: frozenset[str]
    nobody: frozenset[tuple[str, ...]]
    suffixes: frozenset[tuple[str, ...]]


@functools.cache
def _lists() -> _Words:
    data: dict[str, Any] = load_toml("bylines.toml")
    folded = {name: [tuple(words(item)) for item in data[name]] for name in data}
    return _Words(
        openings=_by_first(folded["openings"]),
        others=_by_first(folded["others"]),
        roles=frozenset(word for role in folded["roles"] for word in role),
        nobody=frozenset(folded["nobody"]),
        suffixes=frozenset(folded["suffixes"]),
    )


def _by_first(openings: list[tuple[str, ...]]) -> _Openings:
    found: _Openings = {}
    for opening in sorted(openings, key=len, reverse=True):
        found.setdefault(opening[0], []).append(opening)
    return found


def read_bylines(declared: Iterable[str], site: Site) -> Bylines:
    """Return the authors in order, each once, and an agency among them.

    Addresses, "By", places in front of a name, jobs, dates and the outlet's own name beside a name are left out.
    Where nothing but an agency, an outlet or a job is declared, that stands: it is what the producer says.
    """
    reader = _Reader(site)
    for line in declared:
        reader.read(line[:_LONGEST_LINE])
    return Bylines([Author(name=name) for name in reader.names or reader.rest][:_MAX_ITEMS], reader.agency)


class _Reader:
    """Collects what the lines of one record name: people, and for want of them whatever else."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.names: dict[str, None] = {}
        self.rest: dict[str, None] = {}
        self.agency: str | None = None

    def read(self, line: str) -> None:
        """Take one line."""
        for part in self._parts(line):
            tokens = line_words(part)
            if not tokens or tokens in _lists().nobody or _TIME.search(part) or _opens(tokens, _lists().others):
                continue
            if agency(part)[0]:
                self.agency = self.agency or part
            target = self.names if self._is_name(part) else self.rest
            target[part[:_MAX_NAME].strip()] = None

    def _parts(self, line: str) -> Iterator[str]:
        """Yield the parts of one line: whole names, agencies, jobs."""
        if "@" in line or "/" in line or "." in line:
            line = _ADDRESS.sub(" ", line).strip()
        line = _unopened(line.strip(_EDGES) if line.startswith(("(", "<", "[")) else line)
        brackets = _BRACKETS.search(line)
        pieces = [line]
        if brackets and not self._is_name(brackets[1]):
            pieces = [line[: brackets.start()], brackets[1]]
        for piece in pieces:
            for part in self._split(piece):
                for name in self._undashed(_unopened(part.strip())):
                    yield name.strip(_EDGES)

    def _split(self, line: str) -> list[str]:
        """Return the pieces of a line where each stands for itself; the line where they are one name ("Doe, Jane")."""
        pieces = [piece for piece in _JOINTS.split(line) if piece.strip(_EDGES)]
        if len(pieces) <= 1:
            return [line]
        if any(line_words(piece) in _lists().suffixes for piece in pieces):
            return [line]
        single = any(self._is_name(piece) and len(piece.split()) < _FULL_NAME for piece in pieces)
        return [line] if single and not _LISTED.search(line) else pieces

    def _undashed(self, piece: str) -> list[str]:
        """Drop the place in front of a name or behind it: "جدة - أحمد الغامدي", "القاهرة: محمد نبيل"."""
        parts = [part for part in _DASH.split(piece, maxsplit=2) if part.strip(_EDGES)]
        if len(parts) != _FULL_NAME:
            return parts or [piece]
        first, last = parts
        sizes = len(first.split()), len(last.split())
        for one, other, size in ((first, last, sizes[1]), (last, first, sizes[0])):
            if not self._is_name(one):  # beside a job or an outlet one word is a place, more are a name
                return [one] if size < _FULL_NAME and self._is_name(other) else [one, other]
        if sizes[1] >= _FULL_NAME and sizes[0] < sizes[1] and sizes[0] <= _LONGEST_PLACE:
            return [last]
        return [first] if sizes[1] == 1 and sizes[0] >= _FULL_NAME else [piece]

    def _is_name(self, part: str) -> bool:
        """Say whether a part may be a person's name."""
        tokens = line_words(part)
        if not tokens or tokens[0] in _lists().roles or tokens[-1] in _lists().roles or _DIGIT.search(part):
            return False
        return not (agency(part)[0] or self.site.named_by(part))


def _unopened(line: str) -> str:
    """Drop "By" and its like in front of a name."""
    tokens = line_words(line[:40])
    opening = _opens(tokens, _lists().openings)
    if not opening or len(tokens) == len(opening):
        return line
    behind = line.split(maxsplit=len(opening))
    return behind[-1].lstrip(":：/ -–—") if len(behind) > len(opening) else line


def _opens(tokens: tuple[str, ...], openings: _Openings) -> tuple[str, ...] | None:
    for opening in openings.get(tokens[0], ()) if tokens else ():
        if tokens[: len(opening)] == opening:
            return opening
    return None

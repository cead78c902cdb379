"""Wire agencies and datelines: who a text is credited to, and the place line that opens it. Both stay in the text."""

from __future__ import annotations

import functools
import re
from typing import Any, NamedTuple

from babel import Locale

from service.intake.data import load_toml
from service.lang.fold import line_words, words
from service.wire.event import Credit, Dateline

_HEAD = 200
_MOST_LINES = 6
_LINE = 90
_SPACED_DASH = r"[ \t]*[-–—―:][ \t]*"
_BRACKETED = re.compile(r"([^\n():]{2,70}?)[ ]?[(\[]([^()\[\]\n]{2,40})[)\]][ ]?(?:[-–—―:]|$)")
_DASHED_AGENCY = re.compile(r"([^\n()\-–—:]{2,50}?)[ ]?[-–—/][ ]?([^\n()\-–—:]{2,30}?)[ ]?[-–—:][ ]")
_CAPITALS = re.compile(
    r"([A-Z][A-Z.'’ ]{2,30}(?:, [A-Z][A-Za-z.' ]{1,30})?)(?:, [A-Z][a-z]{2,8}\.? \d{1,2})? ?[-–—―]+ "
)
_ARABIC_PLACE = re.compile(r"([\u0621-\u064a]{2,15}(?: [\u0621-\u064a]{2,15})?) [-–—] (?=[\u0621-\u064a])")
_ALONE = re.compile(r"([^\n():/]{2,50}?)[ ]?[-–—―:]?$")
_CLOSING = re.compile(r"[(\[]([^()\[\]\n]{2,60})[)\]]\s*[.]?$")
_JOINTS = re.compile(r"(?:(?<!\s)\s++)?(?:[+/،,;؛&|-]|\b(?:and|with)\b)\s*+")
_AND = re.compile(r"(?<!\s)\s++و(?=[\u0621-\u064a])")
_DATE_TAIL = re.compile(r"[,،/]?(?:(?<!\s)\s++)?(?:\d{1,2}\s\S{3,12}|\S{3,12}\s\d{1,2})\s*+(?:[,،/]\s*+)?$")


class Found(NamedTuple):
    """What was found; so many paragraphs at the end (``credit_lines``) are nothing but credits."""

    credit: Credit | None
    dateline: Dateline | None
    credit_lines: int


class _Agencies(NamedTuple):
    names: dict[tuple[str, ...], str | None]
    openings: frozenset[str]
    """Words with which names of agencies begin."""
    labels: frozenset[tuple[str, ...]]
    no_places: frozenset[tuple[str, ...]]
    places: frozenset[tuple[str, ...]]


@functools.cache
def _agencies() -> _Agencies:
    data: dict[str, Any] = load_toml("agencies.toml")
    names: dict[tuple[str, ...], str | None] = {tuple(words(form)): None for form in data["unnamed"]}
    for name, forms in data["agencies"].items():
        names.update({tuple(words(form)): name for form in (name, *forms)})
    labels = frozenset(tuple(words(label)) for label in data["labels"])
    no_places, places = (frozenset(tuple(words(word)) for word in data[name]) for name in ("no_places", "places"))
    return _Agencies(names, frozenset(name[0] for name in names), labels, no_places, places)


def agency(text: str) -> tuple[bool, str | None]:
    """Return whether ``text`` names agencies and nothing else, and the fixed name of the first known one."""
    names = _agencies().names
    tokens = line_words(text)
    if tokens in names:
        return True, names[tokens]
    if not tokens or tokens[0] not in _agencies().openings:
        return False, None
    parts = [
        line_words(part)
        for joined in _JOINTS.split(text)
        for part in ([joined] if line_words(joined) in names else _AND.split(joined))
    ]
    if not all(part in names for part in parts):
        return False, None
    return True, next((names[part] for part in parts if names[part]), None)


def find_credit(paragraphs: list[str], declared: str | None = None) -> Found:
    """Return credit and dateline of a body; ``declared`` is the agency that the record itself names.

    Where several lines at the end are credits, the first that names a known agency counts, else the last line.
    """
    if not paragraphs:
        return Found(_declared(declared), None, credit_lines=0)
    dateline, opening = _dateline(paragraphs[0])
    lines: list[Credit] = []
    for paragraph in reversed(paragraphs[1:]):
        line = credit_line(paragraph)
        if line is None or len(lines) == _MOST_LINES:
            break
        lines.append(line)
    closing = next((line for line in reversed(lines) if line.agency), None) or next(iter(lines), None)
    behind = _behind(paragraphs[-1 - len(lines)])
    return Found(closing or behind or opening or _declared(declared), dateline, credit_lines=len(lines))


def _declared(name: str | None) -> Credit | None:
    return Credit(agency=agency(name)[1], raw=name) if name else None


def credit_line(paragraph: str) -> Credit | None:
    """Return the credit that a paragraph is, None where it is something else or more."""
    if len(paragraph) > _LINE:
        return None
    line = paragraph.strip(" .*•-–—()[]")
    label, colon, rest = line.partition(":")
    if colon and line_words(label) in _agencies().labels and rest.strip() and "://" not in rest:
        return Credit(agency=agency(rest)[1], raw=paragraph)
    known, name = agency(line)
    return Credit(agency=name, raw=paragraph) if known else None


def _behind(paragraph: str) -> Credit | None:
    """Read a credit in brackets behind the last sentence."""
    found = _CLOSING.search(paragraph[-_LINE:])
    if found:
        known, name = agency(found[1])
        if known:
            return Credit(agency=name, raw=found[1].strip())
    return None


def _dateline(first: str) -> tuple[Dateline | None, Credit | None]:
    """Read the place line of the first paragraph, with the agency in it where there is one."""
    head = first[:_HEAD]
    found = _BRACKETED.match(head)
    if found and (found.end() < len(head) or head == first):
        known, name = agency(found[2])
        if known or (_is_place(found[1]) and not _is_country(found[2])):
            credit = Credit(agency=name, raw=found[2].strip())
            return Dateline(place=_place(found[1]), raw=found[0].strip()), credit
    found = _ALONE.match(head) if head == first else None
    if found and line_words(found[1]) in _agencies().places:
        return Dateline(place=_place(found[1]), raw=found[0].strip()), None
    found = _DASHED_AGENCY.match(head)
    if found and agency(found[2])[0]:
        credit = Credit(agency=agency(found[2])[1], raw=found[2].strip())
        known = found[1].isascii() or line_words(found[1]) in _agencies().places
        return Dateline(place=_place(found[1]), raw=found[0].strip()) if known else None, credit
    found = _CAPITALS.match(head)
    if found and line_words(found[1]) not in _agencies().no_places and not agency(found[1])[0]:
        return Dateline(place=_place(found[1]), raw=found[0].strip()), None
    found = _ARABIC_PLACE.match(head)
    if found and line_words(found[1]) in _agencies().places:  # else it is as often an author or an outlet
        return Dateline(place=_place(found[1]), raw=found[0].strip()), None
    return None, None


def _is_place(raw: str) -> bool:
    """Say whether datelines are known from a place; in English one in capitals is a place too."""
    place = _place(raw) or ""
    tokens = line_words(place)
    if tokens in _agencies().places:
        return True
    return place.isascii() and place.isupper() and tokens not in _agencies().no_places and not agency(place)[0]


@functools.cache
def _countries() -> frozenset[tuple[str, ...]]:
    territories = (Locale(code).territories.values() for code in ("ar", "en"))
    return frozenset(tuple(words(name)) for names in territories for name in names)


def _is_country(text: str) -> bool:
    """Say whether brackets behind a place name its country: "صور (لبنان) -" names no agency."""
    return line_words(text) in _countries()


def _place(raw: str) -> str | None:
    """Return the place of a dateline without the date behind it."""
    place = _DATE_TAIL.sub("", raw).strip(" ,،/-–—")
    return place or None

"""Words and the gaps between them. Offsets are code points of the text as given."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
"""Arabic vowel signs and the like: they stand on letters and never start a word."""

ANY_TOKEN = re.compile(rf"(\d+|[^\W\d_]++(?:[{MARKS}]++[^\W\d_]*+)*+)")
"""A word or a run of digits. It is one group, so that ``split`` gives gaps and words in turn."""
_BMP = "".join(map(chr, range(0x10000)))
_LETTERS = "".join(f"\\u{run.start():04x}-\\u{run.end() - 1:04x}" for run in re.finditer(r"[^\W\d_]+", _BMP))
_BMP_TOKEN = re.compile(rf"([{_LETTERS}][{_LETTERS}{MARKS}]*|\d+)")
"""The same for texts in the Basic Multilingual Plane: a class that lists its letters is tested twice as fast."""

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_GOES_ON = re.compile(rf"\d{_INVISIBLE.pattern}+\d")
_BEGAN = re.compile(rf"\d{_INVISIBLE.pattern}+\d\Z")
_LONGEST_GAP = 12

_GAPS = {
    "": "",
    ",": "comma",
    "،": "comma",
    ".,": "comma",
    ".،": "comma",
    "/": "slash",
    "\\": "slash",
    ".": "dot",
    ":": "colon",
    "(": "open",
    ")": "close",
    "),": "close",
    ")،": "close",
    "'": "quote",
    "’": "quote",
    "-": "dash",
    "–": "dash",
    "—": "dash",
    "‑": "dash",
    "−": "dash",
    "--": "dash",
    "+": "plus",
    "@": "at",
}
BREAK = "break"
"""The name of a gap over which no expression reaches."""


def split(text: str) -> list[str]:
    """Return the gaps and the words of a text in turn; a gap, which may be empty, stands first and last."""
    in_bmp = len(text.encode("utf-16-le", "surrogatepass")) == 2 * len(text)
    return (_BMP_TOKEN if in_bmp else ANY_TOKEN).split(text)


class Gap(NamedTuple):
    """What stands between two words: a name, and whether white space stands there too."""

    name: str
    spaced: bool


@lru_cache(maxsize=4096)
def gap(between: str) -> Gap:
    """Name what stands between two neighbouring words; a line break or anything unknown is a break."""
    if len(between) > _LONGEST_GAP or "\n" in between:
        return Gap(BREAK, spaced=True)
    bare = _INVISIBLE.sub("", between)
    core = "".join(bare.split())
    return Gap(_GAPS.get(core, BREAK), spaced=core != bare)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without white space, marks of direction and punctuation at its ends.

    A bracket that closes one inside the span stays, and so does the full stop of "a.m.".
    """
    while start < end and _is_edge(text[start]):
        start += 1
    while start < end and _is_edge(text[end - 1]) and not _closes(text, start, end):
        end -= 1
    if text[end : end + 1] == "." and end - start > 1 and text[end - 2] == ".":
        end += 1
    if text[end : end + 1] == ")" and text.count("(", start, end) > text.count(")", start, end):
        end += 1
    return start, end


def _is_edge(letter: str) -> bool:
    return not letter.isalnum() and (letter.isspace() or unicodedata.category(letter)[0] in "PC")


def _closes(text: str, start: int, end: int) -> bool:
    if text[end - 1] == ")":
        return text.find("(", start, end) >= 0
    return text[end - 1] == "." and end - start > 2 and text[end - 3] == "."  # noqa: PLR2004 - a.m.


def is_split(text: str, start: int, end: int) -> bool:
    """Say whether an invisible mark parts text[start:end] from more figures of the same number."""
    if text[end - 1].isdecimal() and _GOES_ON.match(text, end - 1) is not None:
        return True
    return text[start].isdecimal() and _BEGAN.search(text, max(start - _LONGEST_GAP, 0), start + 1) is not None

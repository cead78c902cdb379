"""Words and the gaps between them. Offsets are code points of the text as given."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
"""Arabic vowel signs and the like: they stand on letters and never start a word."""

TOKEN = re.compile(rf"\d+|[^\W\d_]+(?:[{MARKS}]+[^\W\d_]*)*")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
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
    "'": "quote",
    "’": "quote",
    "-": "dash",
    "–": "dash",
    "—": "dash",
    "‑": "dash",
    "−": "dash",
    "--": "dash",
}
BREAK = "break"
"""The name of a gap over which no expression reaches."""


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

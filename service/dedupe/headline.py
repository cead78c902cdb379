"""The parts of a headline: its words, and what outlets put around them.

Nothing is cut off that may be content: a segment before a colon goes only if it is on a closed list ("السيسي: ..." is
a speaker), one behind a dash only if the record itself names it as its source. An unknown short last segment stays
in the key and is remembered apart (``bare``, ``affix``), so that the claims can learn which ones are outlets.
"""

from __future__ import annotations

import functools
import re
import tomllib
from hashlib import blake2b
from importlib import resources
from typing import Any, NamedTuple

from service.lang.fold import fold, tokens

KEY_VERSION = 1
"""Version of the key rules, folding included: raised when equal headlines may get another key."""

LONGEST_KEY = 120
"""Characters of a headline key; a longer one keeps its beginning and a hash of the whole."""

_LONGEST_TITLE = 2_000
"""Characters of a title that are looked at: what is longer is no headline."""

_SHORTEST_REST = 8
"""Characters that must remain when a mark is cut off, else the mark is the headline."""

_AFFIX_WORDS = 5
"""Words that an outlet's segment has at most."""

_BARE_WORDS = 3
"""Words that must remain before an outlet's segment."""

_SEPARATOR = re.compile(r"\s[-–—|•·]\s|\|")
_CUT = re.compile(r"(?:…|\.\.)$")


class Headline(NamedTuple):
    """A headline taken apart. ``key`` is empty where there is no headline."""

    key: str
    """Folded words, bounded in length."""
    bare: str
    """The key without its short last segment; empty if it has none."""
    affix: str
    """The short last segment, perhaps an outlet's name; empty if there is none."""
    cut: bool
    """The headline ends in dots: its end is missing."""


class _Patterns(NamedTuple):
    front: re.Pattern[str]
    back: re.Pattern[str]
    sections: frozenset[str]
    outlet_words: frozenset[str]


@functools.cache
def _patterns() -> _Patterns:
    data: dict[str, Any] = tomllib.loads((resources.files("service.dedupe") / "headlines.toml").read_text("utf-8"))

    def either(*lists: str) -> str:
        found = sorted({word for name in lists for word in data[name]}, key=lambda word: (-len(word), word))
        return "|".join(map(re.escape, found))

    front = (
        rf"[^\w+%]*(?:(?:{either('marks', 'urgent', 'sections')})(?: ?\d{{1,2}})? ?(?:\.\.+|…|[:|/!>\-–—])[\W]*"
        rf"|(?:{either('urgent_bare')}) |\((?:{either('marks', 'urgent')})\) ?-? ?)"
    )
    back = rf" ?(?:[(\[] ?(?:{either('marks')}) ?[)\]]|(?:\.\.+|…| [-–—]|\|) ?(?:{either('marks')}))$"
    return _Patterns(
        front=re.compile(front),
        back=re.compile(back),
        sections=frozenset(data["sections"]),
        outlet_words=frozenset(data["outlet_words"]),
    )


def _unmarked(folded: str) -> str:
    """Cut known marks off both ends of a folded headline."""
    patterns = _patterns()
    for _ in range(3):
        match = patterns.front.match(folded)
        if match is None or len(folded) - match.end() < _SHORTEST_REST:
            break
        folded = folded[match.end() :]
    rest = _without_back_mark(_without_sections(folded))
    return rest if len(rest) >= _SHORTEST_REST else folded


def _without_back_mark(folded: str) -> str:
    """Cut a media mark off the end; only the last stretch is searched, so the work is bounded."""
    tail_from = max(0, len(folded) - 40)
    match = _patterns().back.search(folded, tail_from)
    return folded[: match.start()] if match else folded


def _without_sections(folded: str) -> str:
    """Cut up to two section names off the end, where a separator stands before them and a headline remains."""
    sections = _patterns().sections
    for _ in range(2):
        last = next(reversed(list(_SEPARATOR.finditer(folded))), None)
        if last is None or last.start() < _SHORTEST_REST or folded[last.end() :].strip() not in sections:
            break
        folded = folded[: last.start()].rstrip()
    return folded


def same_outlet(segment: list[str], source: list[str]) -> bool:
    """Say whether two folded names mean one outlet: equal, or equal but for words such as newspaper or online."""
    if segment == source:
        return bool(segment)
    generic = _patterns().outlet_words
    core = [word for word in segment if word not in generic]
    return bool(core) and len(core) < len(segment) and core == [word for word in source if word not in generic]


def _segments(folded: str, source: list[str]) -> tuple[str, str, str]:
    """Return the headline without a declared outlet, then its part before a short last segment, and that segment."""
    bare = affix = ""
    for _ in range(2):
        separators = list(_SEPARATOR.finditer(folded))
        if not separators:
            break
        first, last = separators[0], separators[-1]
        if source and same_outlet(tokens(folded[last.end() :]), source):
            folded = _without_back_mark(_without_sections(folded[: last.start()].rstrip()))
            continue
        if source and same_outlet(tokens(folded[: first.start()]), source):
            folded = folded[first.end() :].lstrip()
            continue
        bare, affix = _without_sections(folded[: last.start()].rstrip()), folded[last.end() :]
        break
    return folded, _without_back_mark(bare), affix


def bounded(key: str) -> str:
    """Return the key, or for a very long one its beginning with a hash of the whole."""
    if len(key) <= LONGEST_KEY:
        return key
    digest = blake2b(key.encode(), digest_size=6).hexdigest()
    return key[: LONGEST_KEY - 13].rstrip() + " " + digest


def parse(title: str | None, source_name: str | None = None) -> Headline:
    """Take a headline apart. ``source_name`` is the source as the record declares it."""
    folded = fold((title or "")[:_LONGEST_TITLE])
    cut = bool(_CUT.search(folded))
    source = tokens(fold(source_name)) if source_name else []
    folded, bare, affix = _segments(_unmarked(folded), source)
    words = tokens(folded)
    head, tail = tokens(bare), tokens(affix)
    if not (
        len(head) >= _BARE_WORDS
        and 0 < len(tail) <= min(_AFFIX_WORDS, len(head) - 1)
        and not any(w[0].isdigit() for w in tail)
    ):
        head, tail = [], []
    return Headline(bounded(" ".join(words)), bounded(" ".join(head)), bounded(" ".join(tail)), cut)

"""What a group of capitalised English words shows from its two ends: National Disaster and Management Council."""

from __future__ import annotations

import functools

from service.enrich.entities.english_text import LOC, MISC, ORG, Text, rule_words
from service.enrich.entities.lexicon import NAME, Known
from service.enrich.entities.quotes import mark_quotations

_JOINERS = frozenset({"of", "for", "and", "the", "&", "de", "du", "la", "al", "on", "in"})
"""Small words that one name may have inside; up to two stand together (University of the Arts)."""
_FIRST = (
    (Known.NISBA, "a"),
    (Known.PLACE | Known.COUNTRY, "p"),
    (Known.GRAMMAR, "g"),
    (Known.GIVEN, "n"),
    (Known.WORD, "w"),
)
_LAST = tuple((NAME if mark == "n" else bits, mark) for bits, mark in _FIRST)
_AND = frozenset({"and", "&"})
_MOST = 5
"""Groups of more words count as of so many."""


@functools.cache
def _heads() -> tuple[dict[str, str], dict[str, str]]:
    """Return what a word says as the first and as the last of a group: o a body, l a place, m a work, t a title."""
    rules = rule_words()
    titles = dict.fromkeys(rules.titles, "t")
    first, last = (
        titles | {key: mark for kind, mark in ((MISC, "m"), (LOC, "l"), (ORG, "o")) for key in heads[kind]}
        for heads in (rules.first, rules.last)
    )
    return first, last


def _class(text: Text, at: int, *, last: bool) -> str:
    """Return what the first or last word of a group says: its head, or a nation, a place's name, a name, a word."""
    mark = _heads()[last].get(text.keys[at])
    if mark:
        return mark
    known = text.known[at]
    return next((mark for bits, mark in (_LAST if last else _FIRST) if known & bits), "-") if known else "-"


def _group_end(text: Text, at: int) -> tuple[int, str]:
    """Return the position behind the group that begins at ``at``, and the joiners inside it."""
    after, joiners = at + 1, ""
    while text.joins[after]:
        if text.capital[after]:
            after += 1
            continue
        small = after
        while small < after + 2 and text.keys[small] in _JOINERS and text.joins[small + 1]:
            small += 1
        if small == after or not text.capital[small]:
            break
        joiners = joiners or text.keys[after][0]
        after = small
    return after, joiners


def groups(text: Text) -> list[str]:
    """Return, word by word, a mark for the group of capitalised words that it stands in; else for a quotation.

    A mark says what the group's first and last words are, and the last before "and"; how it is joined, its length and
    the word's place in it.
    """
    found = [""] * text.size
    behind = 0
    for at in [at for at, capital in enumerate(text.capital) if capital]:
        if at < behind or (text.known[at] & Known.GRAMMAR and text.starts_sentence(at)):
            continue
        behind, joiners = _group_end(text, at)
        first, whole = _class(text, at, last=False), _class(text, behind - 1, last=True)
        if behind == at + 1:
            found[at] = f"{first}{whole}{whole}1b"
            continue
        size, part = min(behind - at, _MOST), ""
        for place in range(behind - 1, at - 1, -1):
            if not part or text.keys[place] in _AND:
                part = _class(text, max(place - (text.keys[place] in _AND), at), last=True)
            where = "j" if not text.capital[place] else "b" if place == at else "e" if place == behind - 1 else "i"
            found[place] = f"{first}{part}{whole}{joiners}{size}{where}"
    mark_quotations(text.tokens, found, lambda _: "")
    return found

"""What a group of capitalised English words shows from its two ends: National Disaster and Management Council."""

from __future__ import annotations

from service.enrich.entities.english_text import LOC, MISC, ORG, Text
from service.enrich.entities.lexicon import NAME, Known
from service.enrich.entities.quotes import mark_quotations

_JOINERS = frozenset({"of", "for", "and", "the", "&", "de", "du", "la", "al", "on", "in"})
"""Small words that one name may have inside; up to two stand together (University of the Arts)."""
_AND = frozenset({"and", "&"})
_MOST = 5
"""Groups of more words count as of so many."""


def _class(text: Text, at: int, *, last: bool) -> str:
    """Return what the first or last word of a group says: a body, place, work, title, name, place's name, nation."""
    key, known, rules = text.keys[at], text.known[at], text.rules
    heads = rules.last if last else rules.first
    looks = (
        (key in heads[ORG], "o"),
        (key in heads[LOC], "l"),
        (key in heads[MISC], "m"),
        (key in rules.titles, "t"),
        (known & Known.NISBA, "a"),
        (known & (Known.PLACE | Known.COUNTRY), "p"),
        (known & Known.GRAMMAR, "g"),
        (known & (Known.GIVEN if not last else NAME), "n"),
        (known & Known.WORD, "w"),
    )
    return next((mark for found, mark in looks if found), "-")


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
    at = 0
    while at < text.size:
        if not text.capital[at] or (text.known[at] & Known.GRAMMAR and text.starts_sentence(at)):
            at += 1
            continue
        after, joiners = _group_end(text, at)
        size = min(after - at, _MOST)
        first, whole = _class(text, at, last=False), _class(text, after - 1, last=True)
        part = ""
        for place in range(after - 1, at - 1, -1):
            if not part or text.keys[place] in _AND:
                part = _class(text, max(place - (text.keys[place] in _AND), at), last=True)
            where = "j" if not text.capital[place] else "b" if place == at else "e" if place == after - 1 else "i"
            found[place] = f"{first}{part}{whole}{joiners}{size}{where}"
        at = after
    mark_quotations(text.tokens, found, lambda _: "")
    return found

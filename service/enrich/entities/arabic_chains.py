"""How an Arabic name goes on behind its head noun: برنامج الأمم المتحدة للبيئة, الجمعية المغربية لحماية المال العام."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from service.enrich.entities.arabic_bodies import ADJECTIVES
from service.enrich.entities.arabic_text import Text
from service.enrich.entities.arabic_words import Word
from service.enrich.entities.lexicon import BARE_HEAD, DESCRIBED_HEAD, NAME, Known, lexicon
from service.enrich.entities.quotes import mark_quotations
from service.enrich.places.fold import fold_arabic

_LONGEST = 7
_ENDS = Known.SPEECH | Known.TITLE | Known.PLACE_BEFORE
_BODY = BARE_HEAD | DESCRIBED_HEAD
_PLACE = Known.PLACE_HEAD
_OPEN = frozenset("iufn")
"""Classes of words that may be another head noun inside a chain."""


@functools.cache
def _heads() -> Mapping[str, str]:
    heads = {}
    for name, mark in (("body", "b"), ("place", "p"), ("work", "m")):
        heads.update({fold_arabic(word): mark for word in lexicon("ar").rules["chain_heads"][name].split()})
    return heads


def head_class(word: Word) -> str:
    """Return the class of name that a head noun opens, and whether it is definite."""
    known = word.known
    heads = _heads()
    mark = "b" if known & _BODY else "p" if known & _PLACE else "m" if known & Known.MISC_HEAD else ""
    mark = mark or heads.get(word.key, "") or (heads.get(word.whole, "") if word.cut else "")
    return mark.upper() if mark and word.definite else mark


def _class(word: Word) -> str:
    """Return what a word behind a head noun looks like: N nationality, d noun, a adjective, l behind ل, P place ..."""
    known, whole = word.known, word.whole
    if word.definite and known & Known.NISBA:
        return "N"
    if word.cut or whole.startswith(("لل", "وال")):
        return _clitic_class(word)
    if known & Known.PLACE:
        return "P"
    if word.definite:
        return "a" if word.key.endswith(("ي", "يه")) or word.key in ADJECTIVES else "d"
    if known & (Known.WORD | NAME):
        return "i" if known & Known.WORD else "n"
    return "L" if whole.startswith("ل") else "f" if word.foreign else "u"


def _clitic_class(word: Word) -> str:
    """Return which clitic a word begins with: W and the, l for, B in, c another."""
    whole = word.whole
    if whole.startswith("وال"):
        return "W"
    if whole.startswith("لل") or (word.cut == 1 and whole[0] == "ل"):
        return "l"
    return "B" if whole[0] == "ب" else "c"


def _role(word: Word) -> tuple[str, str, bool]:
    """Return the head that a word is, its class behind a head, and whether it ends a chain; kept with the word."""
    kind = _class(word)
    word.role = role = head_class(word), kind, kind == "B" or bool(word.known & _ENDS)
    return role


def chains(text: Text) -> list[str]:
    """Return, word by word, the head noun's class, the distance from it and the class of the word; empty for none.

    Where nothing of it is, a word in a short quotation is marked as such.
    """
    found = [""] * text.size
    roles = [word.role or _role(word) for word in text.words]
    done = 0
    for start in [at for at, role in enumerate(roles) if role[0]]:
        if start >= done:
            done = _follow(text, roles, start, found)
    mark_quotations(text.tokens, found, lambda at: roles[at][0].lower())
    return found


def _follow(text: Text, roles: Sequence[tuple[str, str, bool]], start: int, found: list[str]) -> int:
    """Write the chain that begins with the head noun at ``start``; return the position behind it."""
    mark, away = roles[start][0], 0
    found[start] = mark
    for at in range(start + 1, text.size):
        if not text.joined(at):
            return at
        away += 1
        head, kind, ends = roles[at]
        found[at] = f"{mark}{min(away, 4)}{kind}"
        ends = ends or away >= _LONGEST or (kind == "i" and away > 1)
        if head and (ends or (kind in _OPEN and head.lower() != "p")):
            mark, away = head, 0
        elif ends:
            return at + 1
    return text.size

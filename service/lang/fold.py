"""Folding: one spelling for one word, so that two copies of a text can be compared.

Every rule works inside one word (a stretch between white space), so results are kept by word: news repeats its
vocabulary, and most words of an article are looked up instead of computed. Rules that span words (per cent, names
written apart) run on the finished list of tokens.
"""

from __future__ import annotations

import functools
import html
import re
import tomllib
import unicodedata
from importlib import resources
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

CACHE_WORDS = 100_000
"""Words kept in both generations together: some 30 MB, a few days' vocabulary."""

_LONGEST_KEPT = 40
"""Longer words (mostly URLs and run-together text) are computed each time and not kept."""

_COMPAT = re.compile("[\u00c0-\u024f\u1e00-\u1fff\u2100-\u218f\u2460-\u24ff\u3000\ufb00-\ufdff\ufe70-\uffef]")
_TAG = re.compile(r"<[^<>]{1,300}>")
_WIRE_DECIMAL = re.compile(r"(?<!\d)(\d{1,2})ر(\d+)(?!\d)")
"""The Saudi agency prints 32.5 as 5ر32: the fraction first, the Arabic letter ra for the point."""
_THOUSANDS = re.compile(r"(?<=\d)[,،](?=\d{3}(?!\d))")
_ABBREVIATION = re.compile(r"(?<![a-z.])(?:[a-z]\.){2,}")
_POSSESSIVE = re.compile(r"'s?(?!\w)")
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+|%|\+(?=\d)")
_AROUND = '.,،؛;:!?؟"()[]«»“”…–—-'
"""Marks that stand around a word and change nothing in it."""


class _Rules:
    """The data file, in the form in which folding uses it."""

    def __init__(self, data: dict[str, Any]) -> None:
        table: dict[int, str | None] = {}
        for to, characters in data["letters"].items():
            table.update({ord(character): to for character in characters})
        for first, last in data["dropped"]:
            table.update(dict.fromkeys(range(first, last + 1)))
        for zero in (0x660, 0x6F0):  # Arabic-Indic and Persian digits
            table.update({zero + digit: str(digit) for digit in range(10)})
        self.table = table
        self.percent = frozenset(data["percent"])
        self.prepositions = frozenset(data["percent_prepositions"])
        self.per, self.cent = data["percent_pair"]
        self.joined = frozenset(data["joined"])
        self.spanning = self.joined | {"%", self.cent}
        self.spelling = [(re.compile(pattern), to) for pattern, to in data["spelling"].items()]
        self.spelt = re.compile("|".join(data["spelling"])).search


@functools.cache
def _rules() -> _Rules:
    source = resources.files("service.lang") / "data" / "fold.toml"
    return _Rules(tomllib.loads(source.read_text("utf-8")))


class KeptByWord(dict[str, Any]):
    """Results by word, in two generations: when the young one is full it replaces the old one."""

    def __init__(self, compute: Callable[[str], Any]) -> None:
        super().__init__()
        self.compute = compute
        self.old: dict[str, Any] = {}

    def __missing__(self, word: str) -> Any:
        result = self.old.get(word)
        if result is None:
            result = self.compute(word)
        if len(word) <= _LONGEST_KEPT:
            if len(self) >= CACHE_WORDS // 2:
                self.old = dict(self)
                self.clear()
            self[word] = result
        return result


def _fold_word(word: str) -> str:
    """Fold one word; a ligature that stands for several words gives them separated by a blank."""
    rules = _rules()
    word = word.translate(rules.table)
    if word.isascii() or not _COMPAT.search(word):
        return word.casefold()
    # presentation forms, full width, accents
    word = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", word)).translate(rules.table)
    return " ".join(word.casefold().split())


def _split_word(folded: str) -> tuple[str, ...]:
    """Return the tokens of one folded word."""
    word = folded.strip(_AROUND)
    if word.isalpha():
        return (_respelt(word),)
    word = folded
    if not word.isascii() or "," in word:
        word = _THOUSANDS.sub("", _WIRE_DECIMAL.sub(r"\2.\1", word))
    if "'" in word:
        word = _POSSESSIVE.sub("", word).replace("'", "")
    if "." in word:
        word = _ABBREVIATION.sub(lambda match: match.group().replace(".", ""), word)
    return tuple([_respelt(part) for part in _TOKEN.findall(word)])


def _respelt(word: str) -> str:
    """Give a word its one spelling."""
    rules = _rules()
    if word in rules.percent:
        return "%"
    if word.isascii() and rules.spelt(word):
        for pattern, to in rules.spelling:
            word = pattern.sub(to, word)
    return word


def split_piece(piece: str) -> tuple[str, ...]:
    """Return the words of one of :func:`pieces`, before those are joined that span several (:func:`join_pieces`)."""
    folded = _fold_word(piece)
    if " " not in folded:
        return _split_word(folded)
    return tuple([token for part in folded.split() for token in _split_word(part)])


_folded: dict[str, str] = KeptByWord(_fold_word)
_split: dict[str, tuple[str, ...]] = KeptByWord(_split_word)
_words: dict[str, tuple[str, ...]] = KeptByWord(split_piece)


def _plain(text: str) -> str:
    """Undo character references (feeds carry them twice) and drop tags that are left."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAG.sub(" ", text)
    return text


def _join(parts: Iterable[tuple[str, ...]]) -> list[str]:
    """Chain the words' tokens and apply the rules that span words."""
    found = list(chain.from_iterable(parts))
    rules = _rules()
    spanning = rules.spanning
    if spanning.isdisjoint(found):
        return found
    places = [place for place, word in enumerate(found) if word in spanning]
    result: list[str] = []
    done = 0
    for place in places:
        if place < done:
            continue
        result += found[done:place]
        done = place
        while done < len(found) and (done == place or result[-1] in rules.joined):
            word, last = found[done], result[-1] if result else ""
            if (word == "%" and last in rules.prepositions) or (word == rules.cent and last == rules.per):
                result[-1] = "%"
            elif last in rules.joined and word.isalpha():
                result[-1] = last + word
            else:
                result.append(word)
            done += 1
    return result + found[done:]


def pieces(text: str) -> list[str]:
    """Return the written words of a text, unfolded: what white space separates, references undone and tags dropped."""
    return _plain(text).split()


def join_pieces(row: Iterable[str]) -> list[str]:
    """Return the words of pieces in a row: of all of a text's, they are its :func:`words`."""
    return _join(map(_words.__getitem__, row))


def may_span(found: tuple[str, ...]) -> bool:
    """Say whether the words of a piece may change, or change those of the pieces beside it, when all are joined."""
    rules = _rules()
    if rules.spanning.isdisjoint(found):
        return False
    return found[0] in ("%", rules.cent) or found[-1] in rules.joined or len(_join([found])) < len(found)


def fold(text: str) -> str:
    """Return ``text`` with one spelling for one word, words separated by single blanks.

    Character references, tags, vowel signs, tatweel, invisible marks, letter variants (alef, hamza, ya, ta
    marbuta, kaf), Arabic-Indic and Persian digits, compatibility forms, accents and case are made equal;
    punctuation stays. The result has no offsets into ``text``: it is for comparing, never for showing.

    >>> fold("أَسـعار  النفط ٣٪")
    'اسعار النفط 3%'
    """
    return " ".join([folded for word in _plain(text).split() if (folded := _folded[word])])


def tokens(folded: str) -> list[str]:
    """Return the words of a folded text without punctuation: letters, numbers, ``%`` and a plus before a number.

    Letters and digits are split (و2012), per cent has one form, English is spelt the American way.

    >>> tokens(fold("Oil rises 3 per cent; Israel's defence"))
    ['oil', 'rises', '3', '%', 'israel', 'defense']
    """
    return _join(map(_split.__getitem__, folded.split()))


def words(text: str) -> list[str]:
    """Return ``tokens(fold(text))``, faster: one look-up a word."""
    return join_pieces(pieces(text))


@functools.lru_cache(maxsize=256)
def line_words(line: str) -> tuple[str, ...]:
    """Return :func:`words` of a short line, kept for a while: several rules ask about one headline, name or line."""
    return tuple(words(line))

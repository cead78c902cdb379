"""What one Arabic word may be: its clitics taken off, looked up in the lexicon. Kept by word."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from service.enrich.entities.lexicon import NAME, STRONG, Known, Lexicon, lexicon
from service.enrich.places.fold import fold_arabic

_SUFFIXES = ("هما", "هم", "ها", "كم", "نا", "ات", "ون", "ين", "ان", "وا", "يه", "ته", "تين", "تان", "ه", "ي", "ت", "ا")
_SUFFIXES_BY_LAST = {
    last: [(end, len(end)) for end in _SUFFIXES if end[-1] == last] for last in {end[-1] for end in _SUFFIXES}
}
_INFLECTED = ("ات", "ها", "هم", "وا", "هما", "كم", "ته", "ه", "ء", "يا")
_CLITICS = frozenset("وفبلك")
_KEPT = 60_000
_LONGEST = 24
"""Longer words are looked up as they stand: no clitic game on what is no word."""


class Word:
    """One analysed word.

    ``cut`` is how many characters of the written word are clitics outside the name, ``key`` the folded rest,
    ``known`` what the lists say of it. ``whole`` is the folded word with its clitics. ``phrases`` lists
    (cut, key, longest phrase in words) for every reading that may open a phrase. ``role`` is kept here for
    :mod:`service.enrich.entities.arabic_chains`.
    """

    __slots__ = ("cut", "definite", "foreign", "key", "known", "phrases", "role", "whole")

    def __init__(self, whole: str, cut: int, key: str, known: int) -> None:
        self.whole = whole
        self.cut = cut
        self.key = key
        self.known = known
        self.definite = key.startswith("ال") and len(key) > 4  # noqa: PLR2004 - ال and a word
        self.foreign = False
        self.phrases: tuple[tuple[int, str, int], ...] = ()
        self.role: tuple[str, str, bool] | None = None


def readings(folded: str) -> list[tuple[int, str]]:
    """Return (letters cut off, rest) for each way to take clitics off, the least cut first.

    The article after ل is written without its alef (للأمم): the rest gets it back, and one letter less is cut.
    """
    size = len(folded)
    if size <= 3 or folded[0] not in _CLITICS:  # noqa: PLR2004 - three letters make a word
        return [(0, folded)]
    readings = [(0, folded)]
    starts = [0]
    if folded[0] in "وف":
        readings.append((1, folded[1:]))
        starts.append(1)
    for start in starts:
        rest = size - start
        if rest > 4 and folded.startswith("لل", start):  # noqa: PLR2004
            readings.append((start + 1, "ال" + folded[start + 2 :]))
        elif rest > 3 and folded[start] in "بلك":  # noqa: PLR2004
            readings.append((start + 1, folded[start + 1 :]))
    return readings


def opens_with_waw(written: str, folded: str) -> bool:
    """Tell whether an unknown word opens with "and": most do that open with و, but for foreign names (وولف, ويلسون)."""
    if len(folded) <= 3 or folded[0] != "و" or folded[1] in "وي":  # noqa: PLR2004 - a clitic and a word
        return False
    return written[1:2] != "ا" or folded[2] == "ل"


def _least(folded: str, cut: int) -> int:
    """Return how many letters a person's name must have behind the clitics that were taken off."""
    return 3 if cut == 1 and folded[0] == "و" else 4


class Words(dict[str, Word]):
    """Analyses by written word, made when they are asked for and kept."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self._lexicon = lexicon
        ordinary = {word for word, known in lexicon.words.items() if known & Known.WORD}
        # Small tables of their own: most words that are looked up there are in none.
        self._bare = ordinary | {word[2:] for word in ordinary if word.startswith("ال")}
        self._stems = self._bare | {word[:-1] for word in ordinary if word.endswith("ه")}

    def __missing__(self, written: str) -> Word:
        """Return the analysis of a word as written."""
        if len(self) >= _KEPT:
            self.clear()
        word = self._analyse(written)
        if len(written) <= _LONGEST:
            self[written] = word
        return word

    def _analyse(self, written: str) -> Word:
        folded = fold_arabic(written)
        table, longest = self._lexicon.words, self._lexicon.longest
        if folded.endswith("علي") and written.endswith("ى") and len(folded) <= 4:  # noqa: PLR2004
            return Word(folded, 0, folded, Known.WORD | Known.GRAMMAR)  # the preposition: folding makes it Ali
        if not 1 < len(folded) <= _LONGEST:
            return Word(folded, 0, folded, table.get(folded, 0) if len(folded) <= _LONGEST else Known.WORD)
        ways = readings(folded)
        cut, key, known = self._choose(folded, ways, table)
        if not known and opens_with_waw(written, folded):
            cut, key = 1, folded[1:]
        word = Word(folded, cut, key, known)
        if len(ways) > 1 or folded in longest:
            word.phrases = tuple([(c, k, longest[k]) for c, k in ways if k in longest])
        if len(written) != len(folded):  # marks are written between the letters
            word.phrases = tuple([(written_cut(written, c), k, size) for c, k, size in word.phrases])
            word.cut = written_cut(written, cut)
        if not known:
            word.foreign = key.isalpha() and _may_be_foreign(key)
        return word

    def _doubted(self, cut: int, key: str, known: int) -> tuple[int, str, int]:
        """Add that a name is also an ordinary word with its article (الجديدة)."""
        doubtful = known & (NAME | Known.PLACE | Known.BODY) and not known & (Known.LISTED | Known.FAMOUS)
        if doubtful and key.startswith("ال"):
            known |= self._lexicon.words.get(key[2:], 0) & Known.WORD
        return cut, key, known

    def _choose(self, folded: str, readings: list[tuple[int, str]], table: Mapping[str, int]) -> tuple[int, str, int]:
        """Return the reading that the lists know best: as a sure name or word, as an inflected word, as a rare name."""
        rare: tuple[int, str, int] | None = None
        for cut, key in readings:
            known = table.get(key, 0)
            if known and not (cut and self._too_short(folded, cut, key, known)):
                if known & STRONG:
                    return self._doubted(cut, key, known)
                rare = rare or (cut, key, known)
        for cut, key in readings:
            if self._inflected(key):
                return cut, key, Known.WORD | (table.get(key, 0) & NAME if not cut else 0)
        return self._doubted(*rare) if rare else (0, folded, 0)

    def _too_short(self, folded: str, cut: int, key: str, known: int) -> bool:
        """Tell whether too little is left of a word, clitics taken off, to be the person's name that the lists know."""
        return not known & ~(NAME | Known.LINK) and len(key) < _least(folded, cut)

    def _inflected(self, key: str) -> bool:
        """Tell whether a word is an inflected form of a listed one."""
        bare = key[2:] if key.startswith("ال") and len(key) > 4 else key  # noqa: PLR2004
        if self._of_listed(bare):
            return True
        first = bare[0]
        if first in "ست" and len(bare) > 4:  # noqa: PLR2004 - future and the feminine imperfect
            rest = bare[1:] if first == "س" else bare
            return (rest is not bare and self._of_listed(rest)) or self._of_listed("ي" + rest[1:])
        return first in "نا" and self._of_listed("ي" + bare[1:])

    def _of_listed(self, form: str) -> bool:
        """Tell whether a form is a listed word, or one with an ending."""
        if form in self._bare:
            return True
        most = len(form) - 2
        for suffix, letters in _SUFFIXES_BY_LAST.get(form[-1:], ()):
            if letters < most and form.endswith(suffix) and form[:-letters] in self._stems:
                return True
        return False


def written_cut(written: str, cut: int) -> int:
    """Return how many characters as written (marks included) the first ``cut`` letters take."""
    if not cut:
        return 0
    position = 0
    for position, letter in enumerate(written):  # noqa: B007 - the position is the answer
        if fold_arabic(letter):
            if not cut:
                break
            cut -= 1
    return position


def _may_be_foreign(folded: str) -> bool:
    """Tell whether an unknown word may be a name: no article, no ending or opening of an inflected word."""
    size = len(folded)
    if size < 3 or folded.endswith(_INFLECTED):  # noqa: PLR2004
        return False
    if folded.startswith("ال"):
        return size > 5 and folded.endswith("ي")  # noqa: PLR2004 - a family name made from a place
    if folded.startswith(("ي", "ت", "ن", "است", "مست", "لل", "بال", "وال", "كال", "فال")):
        return False
    return not (folded.startswith("م") and folded.endswith(("ين", "ون")))


@functools.cache
def words() -> Words:
    """Return the analyser with the Arabic lexicon, rule words marked."""
    table = lexicon("ar")
    rules = table.rules
    for name, known in (("titles", Known.TITLE), ("office", Known.OFFICE), ("speech", Known.SPEECH)):
        table.add_rule_words(rules[name], known)
    table.add_rule_words(rules["name_links"], Known.LINK)
    table.add_rule_words(rules["servant_of"], Known.SERVANT)
    heads, places = rules["org_heads"], rules["place_heads"]
    table.add_rule_words(heads["definite"], Known.BODY_HEAD)
    table.add_rule_words(heads["party"], Known.PARTY_HEAD)
    table.add_rule_words(heads["generic"], Known.GENERIC)
    table.add_rule_words(heads["named"], Known.NAMED_HEAD)
    table.add_rule_words(heads["with_nisba"], Known.NISBA_HEAD)
    table.add_rule_words(heads["with_adjective"], Known.ADJECTIVE_HEAD)
    table.add_rule_words(places["inside"], Known.PLACE_HEAD)
    table.add_rule_words(places["outside"], Known.PLACE_CLASS)
    table.add_rule_words(places["before"], Known.PLACE_BEFORE)
    table.add_rule_words(rules["misc_heads"]["inside"], Known.MISC_HEAD)
    table.words["علي"] |= Known.WORD  # some write the preposition with two dots too
    return Words(table)

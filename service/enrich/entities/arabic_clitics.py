"""Which first letters of an Arabic name are clitics (و ف ب ل ك) and stay outside: the words around it decide first."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from service.enrich.entities.arabic_chains import head_class
from service.enrich.entities.arabic_text import HEADS, Text
from service.enrich.entities.arabic_words import Word, readings, words, written_cut
from service.enrich.entities.lexicon import DESCRIBED_HEAD, NAME, Known, lexicon
from service.enrich.entities.tokens import Gap
from service.enrich.entities.word_features import is_common
from service.enrich.places.fold import fold_arabic

HEADED = HEADS | DESCRIBED_HEAD
"""What the lists know of a word that is the head of a name."""
OPENING = HEADED | Known.TITLE | Known.LINK | NAME | Known.PLACE | Known.BODY | Known.MISC | Known.PERSON
"""What the lists know of a word that may open a name."""
_LISTED = Known.PLACE | Known.PLACE_RARE | Known.BODY | Known.SHORT
_SURE = Known.PLACE | Known.BODY | Known.COUNTRY
_LETTERS = frozenset("وفبلك")
_TATWEEL = "\u0640"
_QUOTED = 4
"""Words of the longest quotation that is taken for a name as a whole."""


@functools.cache
def _rule(name: str) -> frozenset[str]:
    return frozenset(fold_arabic(word) for word in lexicon("ar").rules["clitics"][name].split())


class Clitics:
    """The clitics before the names of one text; ``cuts`` are those that the rules found, by position."""

    def __init__(self, text: Text, cuts: Mapping[int, int]) -> None:
        self._text = text
        self._cuts = cuts

    @functools.cached_property
    def _whole(self) -> set[str]:
        return {word.whole for word in self._text.words}

    def cut(self, at: int) -> int:
        """Return how many characters of the word at a position stand outside a name that begins there."""
        word, written = self._text.words[at], self._text.tokens.words[at]
        if word.whole[:1] not in _LETTERS:
            return self._cuts.get(at, word.cut)
        if self._spelled(at) or self._headed(at) or written[1:2] == _TATWEEL:
            return written_cut(written, 1)
        if self._none(at):
            return 0
        known = self._cuts.get(at)
        if known is None and self._short(at):
            return written_cut(written, 1)
        return self._guessed(word, written) if known is None else known

    def _spelled(self, at: int) -> bool:
        """Tell whether a clitic stands before an abbreviation that is written out by its letters (وتي بي)."""
        whole, letters = self._text.words[at].whole, _rule("letters")
        if whole[0] not in "وبل" or whole in letters or whole[1:] not in letters:
            return False
        return self._text.joined(at + 1) and self._text.words[at + 1].whole in letters

    def _headed(self, at: int) -> bool:
        """Tell whether a clitic stands before a short first word of names (بحي الشميسي, وود مدني)."""
        whole = self._text.words[at].whole
        return whole[0] in "وب" and whole[1:] in _rule("heads") and self._text.joined(at + 1)

    def _none(self, at: int) -> bool:
        """Tell whether the word surely begins with a letter of its own.

        So it is behind a preposition (في بابل: two do not follow one another), where it opens a short quotation, and
        where the lists have the whole word and no sure place, body or head noun behind the letter.
        """
        text, word = self._text, self._text.words[at]
        if word.whole.startswith("لل"):
            return False
        if at and text.joined(at) and self._behind(at - 1, word.whole[0]):
            return True
        if word.cut and word.known & (_SURE | HEADS | Known.GIVEN):
            return False
        if text.gaps[at] == Gap.QUOTE and at < text.quoted_after(at) <= at + _QUOTED:
            return True
        phrase = text.phrase(at)
        if phrase:
            return not phrase.cut
        table = text.lexicon
        return bool(table.words.get(word.whole, 0) & _LISTED) or (
            word.whole in table.longest and not word.known & ~Known.WORD
        )

    def _behind(self, at: int, letter: str) -> bool:
        """Tell whether a word is one behind which a name has no clitic: a preposition (not the letter V), a class."""
        word = self._text.words[at].whole
        if word not in _rule("behind") and word[:1] in "وف":
            word = word[1:]
        if letter == "و" and word in _rule("directions"):  # شرق وغرب
            return False
        return word in _rule("behind") and not (at and self._text.words[at - 1].whole in _rule("letters"))

    def _short(self, at: int) -> bool:
        """Tell whether one letter stands before a head noun or a listed word (ويارون)."""
        word = self._text.words[at]
        rest = word.whole[1:]
        if word.whole[0] not in "وبل" or rest.startswith("لل") or word.known & ~Known.WORD:
            return False
        table = self._text.lexicon
        return bool(table.words.get(rest, 0) & _LISTED or head_class(words()[rest]))

    def _guessed(self, word: Word, written: str) -> int:
        """Return the clitics by the lists, else by the same word without them nearby."""
        if word.cut and word.whole[0] in "كف" and not word.known & (OPENING | Known.PLACE_RARE):
            return 0  # كاميرا: a name seldom follows as or then, and an ordinary word behind them is chance
        if word.cut or word.known:
            return word.cut
        for letters, rest in readings(word.whole)[1:]:
            if rest in self._whole:
                return written_cut(written, letters)
        # The others (و is cut off from the start) are clitics where ل stands twice, or an ordinary word is left.
        clitic = len(word.whole) > 3 and word.whole[0] in "بلك" and is_common("ar", word.whole[1:])  # noqa: PLR2004
        return written_cut(written, 1) if clitic or word.whole.startswith("لل") else 0

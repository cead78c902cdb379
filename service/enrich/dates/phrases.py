"""The runs of known words around triggers, and the finished expressions that the grammar makes of them.

Work is done only around triggers (a month, a weekday, a year, a word such as yesterday); a run of words is
bounded, so time is linear in the length of the text.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import accumulate, chain
from typing import NamedTuple

from service.enrich.dates.context import Context, context
from service.enrich.dates.grammar import Grammar, Item, grammar
from service.enrich.dates.lexicon import Lexicon, Reading, Word, code, lexicon
from service.enrich.dates.makers import MAKERS
from service.enrich.dates.narrated import REACH
from service.enrich.dates.tokens import BREAK, gap, split

_REMEMBERED = 1 << 13
_REACH = 16
"""How many words an expression may reach to each side of its trigger."""
_FINISHED = frozenset({code("date"), code("period"), code("range"), code("bare_year"), code("bare_month")})
_LINE_STARTS = frozenset({"", "\n"})
_SAME_PHRASE = frozenset({"", "quote", "dash"})
_LINE, _OPEN, _WORD = code("line"), code("open"), code("word")
_IN_PHRASES = frozenset({"", "dot", "dash", "quote", "slash"})
_PLURALS = frozenset({"'s", "’s"})
_CURRENCIES = frozenset("$€£¥#@")
_DECIMAL = re.compile(r"\.\d+(?![\d./:])")
"""What makes a figure a decimal fraction: 4.75, not 4.7.2005."""
_TICKERS = frozenset("$@")
"""What stands before a name that is no word: $DEC, @sunday."""
_TOLD_BEFORE = _LINE_STARTS | _CURRENCIES | _TICKERS | {"("}
"""What may stand right before a phrase and change it; anything else is the same as a space."""
_SEPARATORS = frozenset("/-.:–")


class Engine(NamedTuple):
    """What finds the dates of one language.

    ``phrases`` remembers what the grammar made of a phrase, offsets counted from its start: news says "this week"
    and "last year" over and over, and most phrases around a trigger come to nothing.
    """

    lexicon: Lexicon
    grammar: Grammar
    context: Context
    phrases: dict[tuple[str, str, bool | None], tuple[Item, ...]]
    idle: dict[tuple[str, str], bool]
    """Classes of a clitic and a word of which no rule makes anything where the words beside them are unknown."""

    def is_idle(self, reading: Reading) -> bool:
        """Say whether a word comes to nothing where the words beside it are unknown, whatever they are."""
        if reading.word is None:
            return True
        classes = reading.clitic, reading.word.kind
        idle = self.idle.get(classes)
        if idle is None:
            alone = "".join(classes)
            said = (before + alone + behind for before in ("", _LINE, _OPEN) for behind in ("", _WORD))
            idle = self.idle[classes] = not any(map(self.grammar.matches, said))
        return idle


@cache
def engine(language: str) -> Engine:
    """Return the engine of a language of ``LANGUAGES``, made on first use."""
    words = lexicon(language)
    return Engine(words, grammar(language, MAKERS.__getitem__), context(words.language), {}, {})


def _moved(item: Item, by: int) -> Item:
    """Return an item whose offsets count from elsewhere."""
    return Item(item.kind, item.start + by, item.end + by, item.value, item.rule)


class Page:
    """One text while it is being read."""

    def __init__(self, text: str, engine: Engine) -> None:
        self.text = text
        self.engine = engine
        parts = split(text)
        offsets = list(accumulate(map(len, parts)))
        self.words = parts[1::2]
        self.starts = offsets[0:-1:2]
        self.ends = offsets[1::2]
        self.gaps = parts[0::2]
        self.readings = engine.lexicon.read(self.words)

    def finished(self) -> list[Item]:
        """Return the finished expressions in the order of the text."""
        found: list[Item] = []
        done = 0
        readings = [*self.readings, False]  # so that a word has something before it and behind it
        hits = [(at, hit) for at, hit in enumerate(readings) if hit and (hit.trigger or hit.short or hit.late)]
        for at, hit in hits:
            if at < done or (not readings[at + 1] and not readings[at - 1] and self.engine.is_idle(hit)):
                continue
            if not (hit.trigger or self._may_open(at, hit, found)):
                continue
            first, last = self._reach(at, done)
            done = last + 1
            found += self._phrase_items(first, last)
        return found

    def _may_open(self, at: int, hit: Reading, found: list[Item]) -> bool:
        """Say whether a word that is no trigger by itself is one here: a figure of a date, or a word behind a date."""
        if hit.short:
            return self._figures(at)
        return bool(found) and self.starts[at] - found[-1].end <= REACH

    def _phrase_items(self, first: int, last: int) -> list[Item]:
        """Return the finished expressions in the words first..last.

        They depend on nothing but its letters, on what :meth:`_runs` sees before it, and on how it goes on.
        """
        offset = self.starts[first]
        before = self.text[offset - 1] if offset else "\n"
        if before not in _TOLD_BEFORE or (before == "(" and not first):
            before = " "
        said = (before, self.text[offset : self.ends[last]], self._goes_on(last + 1))
        known = self.engine.phrases.get(said)
        if known is None:
            items = chain.from_iterable(map(self.engine.grammar.reduce, self._runs(first, last)))
            known = tuple(_moved(item, -offset) for item in items if item.kind in _FINISHED)
            if len(self.engine.phrases) >= _REMEMBERED:
                self.engine.phrases.clear()
            self.engine.phrases[said] = known
        return [_moved(item, offset) for item in known] if known else []

    def _figures(self, at: int) -> bool:
        """Say whether a short number is followed at once by a separator and more figures, or by a letter.

        So are 15/2/2017, 15 / 2, the 70s, the 3rd and Q2.
        """
        end = self.ends[at]
        after = self.text[end : end + 3]
        if after[:1] in _SEPARATORS and after[1:2].isdecimal():
            return after[0] != "." or _DECIMAL.match(self.text, end) is None
        if after[:2] in _PLURALS:
            return True
        return after[:1].isalpha() or (after[:2] == " /" and at + 1 < len(self.words)) or self._lettered(at)

    def _lettered(self, at: int) -> bool:
        start = self.starts[at]
        return start > 0 and (self.text[start - 1].isalpha() or self.text[start - 1] in "'’")

    def _joined(self, at: int) -> bool:
        """Say whether an expression may reach over the gap before the word ``at``."""
        found = gap(self.gaps[at])
        if found.name == BREAK:
            return False
        if found.name == "dot":
            return not found.spaced or self._abbreviation(at - 1)
        return not (found.name == "colon" and found.spaced)

    def _abbreviation(self, at: int) -> bool:
        """Say whether a word before a full stop and a space is a shortened name (Feb. 16), not a sentence's end."""
        reading = self.readings[at]
        return (
            self.engine.lexicon.language.abbreviated
            and bool(reading)
            and len(self.words[at]) <= 4  # noqa: PLR2004 - Sept.
            and self.words[at].lower() not in self.engine.context.unabbreviated
        )

    def _reach(self, at: int, done: int) -> tuple[int, int]:
        first, last = at, at
        while first > done and at - first < _REACH and self.readings[first - 1] and self._joined(first):
            first -= 1
        end = len(self.words) - 1
        while last < end and last - first < 2 * _REACH and self.readings[last + 1] and self._joined(last + 1):
            last += 1
        return first, last

    def _runs(self, first: int, last: int) -> list[list[Item]]:
        """Return the items of the words first..last, cut where a word is only part of an unknown phrase."""
        runs: list[list[Item]] = [[]]
        at = first
        while at <= last:
            run = runs[-1]
            if run:
                self._add_gap(run, at)
            elif at == first and self.text[self.starts[at] - 1 : self.starts[at]] in _LINE_STARTS:
                run.append(Item(_LINE, self.starts[at], self.starts[at], None))
            elif self.text[self.starts[at] - 1 : self.starts[at]] == "(" and at:
                run.append(Item(_OPEN, self.starts[at] - 1, self.starts[at], None))
            taken = self._add_word(run, at, last)
            if taken == 0:
                self._add_edge(runs[-1], at)
                runs.append([])
                taken = 1
            at += taken
        self._add_edge(runs[-1], at)
        return runs

    def _add_edge(self, run: list[Item], at: int) -> None:
        """Say at the end of a run that the phrase goes on with the word ``at``, which the rules do not know."""
        capital = self._goes_on(at) if run else None
        if capital is not None:
            run.append(Item(_WORD, self.starts[at], self.starts[at], capital))

    def _goes_on(self, at: int) -> bool | None:
        """Say whether the word ``at`` that goes on with a phrase has a capital; None where it does not go on."""
        if at == len(self.words):
            return None
        found = gap(self.gaps[at])
        if found.name not in _SAME_PHRASE or (found.spaced and found.name == "dash"):
            return None
        return self.words[at][0].isupper()

    def _add_gap(self, run: list[Item], at: int) -> None:
        found = gap(self.gaps[at])
        if found.name:
            kind = f"wide_{found.name}" if found.spaced and found.name in {"dash", "dot"} else found.name
            run.append(Item(code(kind), self.ends[at - 1], self.starts[at], None))

    def _add_word(self, run: list[Item], at: int, last: int) -> int:
        reading = self.readings[at]
        if not reading:
            return 0
        word, size = reading.word, 1
        if reading.phrases and at < last:
            word, size = self._phrase(reading, at, last)
        start = self.starts[at]
        if word is None or (start and self.text[start - 1] in (_CURRENCIES if reading.figure else _TICKERS)):
            return 0
        if reading.clitic:
            run.append(Item(reading.clitic, start, start + reading.cut, None))
        run.append(Item(word.kind, start + reading.cut, self.ends[at + size - 1], word.value))
        return size

    def _in_phrase(self, at: int) -> bool:
        """Say whether an entry of several words may reach over the gap before ``at``: p. m., but no sentence's end."""
        found = gap(self.gaps[at])
        ends = found.name == "dot" and found.spaced and len(self.words[at - 1]) > 1
        return found.name in _IN_PHRASES and not ends

    def _phrase(self, reading: Reading, at: int, last: int) -> tuple[Word | None, int]:
        """Return the longest entry of several words up to ``last``, else the word's own, and its size in words."""
        fold = self.engine.lexicon.language.fold
        for rest, phrase in reading.phrases.get(fold(self.words[at + 1]), ()):
            if at + len(rest) <= last and all(
                fold(self.words[at + n]) == part and self._in_phrase(at + n) for n, part in enumerate(rest, 1)
            ):
                return phrase, len(rest) + 1
        return reading.word, 1

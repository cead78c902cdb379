"""The runs of known words around triggers, and the finished expressions that the grammar makes of them.

Work is done only around triggers (a month, a weekday, a year, a word such as yesterday), in the stretches of a text
that may hold one; a run of words is bounded, so time is linear in the length of the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import accumulate
from typing import NamedTuple, cast

from service.enrich.dates.context import Context, context
from service.enrich.dates.grammar import Grammar, Item, grammar
from service.enrich.dates.lexicon import Dull, Lexicon, Reading, Word, code, lexicon
from service.enrich.dates.makers import MAKERS
from service.enrich.dates.narrated import REACH
from service.enrich.dates.scan import Scanner, Stretch, opens_date
from service.enrich.dates.tokens import BREAK, gap, split

_REMEMBERED = 1 << 13
_REACH = 16
"""How many words an expression may reach to each side of its trigger."""
_FINISHED = frozenset({code("date"), code("period"), code("range"), code("bare_year"), code("bare_month")})
_SAME_PHRASE = frozenset({"", "quote", "dash"})
_DULL: Dull = False
_LINE, _OPEN, _WORD = code("line"), code("open"), code("word")
_IN_PHRASES = frozenset({"", "dot", "dash", "quote", "slash"})
_CURRENCIES = frozenset("$€£¥#@")
_TICKERS = frozenset("$@")
"""What stands before a name that is no word: $DEC, @sunday."""
_QUOTES = frozenset("'’")
_LONGEST_REMEMBERED = 200
"""How long a stretch may be to be remembered: longer ones are hardly ever said twice."""


Said = tuple[str, bool, str | bool | None, bool]
"""A stretch: its known words, whether one stands before them, how it goes on, and whether a date is near."""


class Engine(NamedTuple):
    """What finds the dates of one language.

    ``found`` remembers what was found in a stretch, offsets counted from its start: news says "this week" and "last
    year" over and over, and most of them come to nothing.
    """

    lexicon: Lexicon
    grammar: Grammar
    context: Context
    idle: Idle
    scanner: Scanner
    found: dict[Said, tuple[Item, ...]]


class Idle:
    """Which words come to nothing where the words beside them are unknown, by the classes of a clitic and a word."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._found: dict[tuple[str, str], bool] = {}

    def __call__(self, clitic: str, kind: str) -> bool:
        """Say whether no rule makes anything of a word by itself, whatever the unknown words beside it are."""
        idle = self._found.get((clitic, kind))
        if idle is None:
            alone = clitic + kind
            said = (before + alone + behind for before in ("", _LINE, _OPEN) for behind in ("", _WORD))
            idle = self._found[clitic, kind] = not any(map(self._grammar.matches, said))
        return idle

    def reads(self, reading: Reading) -> bool:
        """Say the same of a word as it is read."""
        return reading.word is None or self(reading.clitic, reading.word.kind)


@cache
def engine(language: str) -> Engine:
    """Return the engine of a language of ``LANGUAGES``, made on first use."""
    words = lexicon(language)
    rules = grammar(language, MAKERS.__getitem__)
    idle = Idle(rules)
    return Engine(words, rules, context(words.language), idle, Scanner(words, idle), {})


def expressions(text: str, engine: Engine) -> Iterator[tuple[Page, Item]]:
    """Yield the finished expressions in the order of the text, each with the page on which it stands."""
    named = -REACH - 1
    for stretch in engine.scanner.stretches(text):
        said = _said(text, stretch, named)
        known = engine.found.get(said) if said is not None else None
        if known == ():
            continue
        page = Page(text, engine, stretch)
        if known is not None:
            items = [_moved(item, stretch.start) for item in known]
        else:
            items = page.finished(named)
            if said is not None:
                _remember(engine.found, said, tuple([_moved(item, -stretch.start) for item in items]))
        for item in items:
            named = item.end
            yield page, item


def _said(text: str, stretch: Stretch, named: int) -> Said | None:
    """Return all of a stretch, and around it, on which its expressions depend; None where it is not to be remembered.

    ``named`` is the end of the last expression before it.
    """
    start, end, behind = stretch.start, stretch.end, stretch.behind
    if end - start > _LONGEST_REMEMBERED:
        return None
    near = stretch.late and end - named <= REACH
    if stretch.late and not near and start - named <= REACH:
        return None
    goes_on: str | bool | None = None
    if behind:
        goes_on = text[end].isupper()
        if text[end].isdecimal() or text[end - 1] in _QUOTES:  # 5/12345, the 70's
            goes_on = text[end : end + behind + 1]
    return text[start:end], stretch.before > 0, goes_on, near


def _remember(known: dict[Said, tuple[Item, ...]], key: Said, items: tuple[Item, ...]) -> None:
    if len(known) >= _REMEMBERED:
        known.clear()
    known[key] = items


def _moved(item: Item, by: int) -> Item:
    """Return an item whose offsets count from elsewhere."""
    return Item(item.kind, item.start + by, item.end + by, item.value, item.rule)


class Between(NamedTuple):
    """What the rules see of a gap between two words.

    ``kind`` is its class, none of a mere space. ``reached`` says whether an expression may reach over it (None: behind
    a short form only), ``same_phrase`` whether the word behind it goes on with the phrase before it.
    """

    kind: str
    reached: bool | None
    same_phrase: bool


@lru_cache(maxsize=_REMEMBERED)
def _between(words: str) -> Between:
    """Return what the rules see of a gap."""
    name, spaced = gap(words)
    wide = spaced and name in {"dash", "dot"}
    return Between(
        kind=code(f"wide_{name}" if wide else name) if name else "",
        reached=None if wide and name == "dot" else not (name == BREAK or (name == "colon" and spaced)),
        same_phrase=name in _SAME_PHRASE and not wide,
    )


class Page:
    """One stretch of a text while it is being read; offsets are those of the text."""

    __slots__ = ("_closed", "_opened", "ends", "engine", "gaps", "is_whole", "readings", "starts", "text", "words")

    def __init__(self, text: str, engine: Engine, stretch: Stretch) -> None:
        start, end = stretch.start - stretch.before, stretch.end + stretch.behind
        self.text = text
        self.engine = engine
        self.is_whole = start == 0 and end == len(text)
        self._opened, self._closed = stretch.before > 0, stretch.behind > 0
        parts = split(text[start:end])
        offsets = list(accumulate(map(len, parts), initial=start))
        self.words = parts[1::2]
        self.starts = offsets[1:-1:2]
        self.ends = offsets[2::2]
        self.gaps = parts[0::2]

    def finished(self, named: int) -> list[Item]:
        """Return the finished expressions in the order of the text; the last one before it ends at ``named``."""
        found: list[Item] = []
        done = 0
        lexicon, grammar, idle = self.engine.lexicon, self.engine.grammar, self.engine.idle
        known = lexicon.read(self.words[self._opened : len(self.words) - self._closed])
        # What is not known has no reading, and neither has what stands before the first word and behind the last.
        self.readings = readings = [*[_DULL] * self._opened, *known, *[_DULL] * self._closed, _DULL]
        for at, hit in enumerate(readings):
            if not hit or at < done or not (hit.trigger or hit.short or hit.late):
                continue
            if not readings[at + 1] and not readings[at - 1] and idle.reads(hit):
                continue
            if not hit.trigger and not self._may_open(at, hit, found[-1].end if found else named):
                continue
            first, last = self._reach(at, done)
            done = last + 1
            for run in self._runs(first, last):
                if run:
                    found += [item for item in grammar.reduce(run) if item.kind in _FINISHED]
        return found

    def _may_open(self, at: int, hit: Reading, named: int) -> bool:
        """Say whether a word that is no trigger by itself is one here: a figure of a date, or a word behind a date."""
        if hit.short:
            return opens_date(self.text, self.starts[at], self.ends[at], last=at + 1 == len(self.words))
        return self.starts[at] - named <= REACH

    def _joined(self, at: int) -> bool:
        """Say whether an expression may reach over the gap before the word ``at``."""
        reached = _between(self.gaps[at]).reached
        return self._abbreviation(at - 1) if reached is None else reached

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
        text, starts, ends = self.text, self.starts, self.ends
        runs: list[list[Item]] = []
        run: list[Item] = []
        at = first
        while at <= last:
            reading, start = cast("Reading", self.readings[at]), starts[at]
            before = text[start - 1] if start else "\n"
            if run:
                between = _between(self.gaps[at]).kind
                if between:
                    run.append(Item(between, ends[at - 1], start, None))
            elif at == first and before == "\n":
                run.append(Item(_LINE, start, start, None))
            elif before == "(" and at:
                run.append(Item(_OPEN, start - 1, start, None))
            word, size = self._phrase(reading, at, last) if reading.phrases and at < last else (reading.word, 1)
            if word is None or before in (_CURRENCIES if reading.figure else _TICKERS):
                self._add_edge(run, at)
                runs.append(run)
                run, size = [], 1
            else:
                if reading.clitic:
                    run.append(Item(reading.clitic, start, start + reading.cut, None))
                run.append(Item(word.kind, start + reading.cut, ends[at + size - 1], word.value))
            at += size
        self._add_edge(run, at)
        return [*runs, run]

    def _add_edge(self, run: list[Item], at: int) -> None:
        """Say at the end of a run that the phrase goes on with the word ``at``, which the rules do not know."""
        if run and at < len(self.words) and _between(self.gaps[at]).same_phrase:
            run.append(Item(_WORD, self.starts[at], self.starts[at], self.words[at][0].isupper()))

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

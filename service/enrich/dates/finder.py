"""The engine: runs of known words, the grammar, and the mentions that come out.

Work is done only around triggers (a month, a weekday, a year, a word such as yesterday); a run of words is
bounded, so time is linear in the length of the text.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from service.enrich.dates.context import Context, context, needs_tense
from service.enrich.dates.expressions import Expression
from service.enrich.dates.grammar import Item, Stage, grammar, reduce
from service.enrich.dates.lexicon import LANGUAGES, Lexicon, Reading, Word, code, lexicon
from service.enrich.dates.makers import MAKERS
from service.enrich.dates.resolve import resolve
from service.enrich.dates.seen import Resolved, Seen
from service.enrich.dates.tokens import BREAK, TOKEN, gap, trimmed
from service.wire.closed import Calendar as CalendarName
from service.wire.event import DateMention

_REACH = 16
"""How many words an expression may reach to each side of its trigger."""
_FINISHED = frozenset({code("date"), code("period"), code("range"), code("bare_year"), code("bare_month")})
_IN_PHRASES = frozenset({"", "dot"})
_SEPARATORS = frozenset("/-.:–")


class Engine(NamedTuple):
    """What finds the dates of one language."""

    lexicon: Lexicon
    stages: tuple[Stage, ...]
    context: Context


@cache
def _engine(language: str) -> Engine:
    words = lexicon(language)
    return Engine(words, grammar(language, MAKERS.__getitem__), context(words.language))


def supported(language: str) -> bool:
    """Say whether there are date rules for a BCP 47 language tag (its primary subtag counts)."""
    return language.partition("-")[0].lower() in LANGUAGES


def find(text: str, *, language: str, anchor: datetime | date | None) -> list[DateMention]:
    """Return the date mentions of ``text``: sorted, not overlapping, ``text[start:end] == mention.text``.

    ``language`` is a BCP 47 tag; an unsupported one gives an empty list. ``anchor`` is what relative expressions
    count from, in the article's own local time (design: the stated time of publication); without it they have
    no value and a date without a year stays ``--MM-DD``. ``field`` and ``anchor`` of the mentions are for the
    caller to set.
    """
    if not supported(language):
        return []
    engine = _engine(language.partition("-")[0].lower())
    day = anchor.date() if isinstance(anchor, datetime) else anchor
    page = _Page(text, engine)
    mentions = []
    for item in page.finished():
        found = page.resolved(item, day)
        if found is not None:
            mentions.append(_mention(text, item, found))
    return mentions


def _mention(text: str, item: Item, found: Resolved) -> DateMention:
    period = found.period
    start, end = trimmed(text, item.start, item.end)
    interval = period is not None and period.first != period.last and found.value is not None
    return DateMention(
        start=start,
        end=end,
        text=text[start:end],
        value=found.value,
        end_value=period.last.isoformat() if period is not None and interval and "/" in (found.value or "") else None,
        relative_offset=found.offset,
        grain=found.grain,
        calendar=CalendarName.HIJRI if found.is_hijri else CalendarName.GREGORIAN,
        value_hijri=found.hijri,
        relative=found.relative,
        part_of_day=found.part,
        ambiguous=len(found.alternatives) > 1,
        alternatives=list(found.alternatives),
        conflict=found.conflict,
    )


class _Page:
    """One text while it is being read."""

    def __init__(self, text: str, engine: Engine) -> None:
        self.text = text
        self.engine = engine
        self.words: list[str] = TOKEN.findall(text)
        self.starts = [match.start() for match in TOKEN.finditer(text)]
        self.readings = list(map(engine.lexicon.read, self.words))

    def finished(self) -> list[Item]:
        """Return the finished expressions in the order of the text."""
        found: list[Item] = []
        done = 0
        hits = [(at, hit.short) for at, hit in enumerate(self.readings) if hit and (hit.trigger or hit.short)]
        for at, short in hits:
            if at < done or (short and not self._figures(at)):
                continue
            first, last = self._reach(at, done)
            done = last + 1
            for run in self._runs(first, last):
                found += [item for item in reduce(run, self.engine.stages) if item.kind in _FINISHED]
        return found

    def resolved(self, item: Item, day: date | None) -> Resolved | None:
        """Return what a finished expression means here, or None where its neighbours say it is no date."""
        first = bisect_left(self.starts, item.start)
        if first == len(self.starts) or self.starts[first] > item.start:
            first -= 1
        last = bisect_left(self.starts, item.end) - 1
        around = self.engine.context
        expression: Expression = item.value
        if around.is_name(self, first, last, expression, bare=item.kind == code("bare_year")):
            return None
        ahead = needs_tense(expression) and around.looks_ahead(self, first, last)
        return resolve(expression, Seen(day, ahead, around.strict_next))

    def end(self, at: int) -> int:
        """Return where the word ``at`` ends."""
        return self.starts[at] + len(self.words[at])

    def between(self, at: int) -> str:
        """Return what stands between the word ``at`` and the one before it."""
        return self.text[self.end(at - 1) : self.starts[at]]

    def _figures(self, at: int) -> bool:
        """Say whether a short number is followed at once by a separator and more figures (15/2/2017)."""
        end = self.end(at)
        return self.text[end : end + 1] in _SEPARATORS and self.text[end + 1 : end + 2].isdecimal()

    def _joined(self, at: int) -> bool:
        """Say whether an expression may reach over the gap before the word ``at``."""
        found = gap(self.between(at))
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
            and reading is not None
            and len(self.words[at]) <= 4  # noqa: PLR2004 - Sept.
            and self.words[at].lower() not in self.engine.context.unabbreviated
        )

    def _reach(self, at: int, done: int) -> tuple[int, int]:
        first, last = at, at
        while first > done and at - first < _REACH and self.readings[first - 1] is not None and self._joined(first):
            first -= 1
        end = len(self.words) - 1
        while (
            last < end and last - first < 2 * _REACH and self.readings[last + 1] is not None and self._joined(last + 1)
        ):
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
            elif self.text[self.starts[at] - 1 : self.starts[at]] == "(" and at:
                run.append(Item(code("open"), self.starts[at] - 1, self.starts[at], None))
            taken = self._add_word(run, at)
            if taken == 0:
                runs.append([])
                taken = 1
            at += taken
        return runs

    def _add_gap(self, run: list[Item], at: int) -> None:
        found = gap(self.between(at))
        if found.name:
            kind = f"wide_{found.name}" if found.spaced and found.name in {"dash", "dot"} else found.name
            run.append(Item(code(kind), self.end(at - 1), self.starts[at], None))

    def _add_word(self, run: list[Item], at: int) -> int:
        reading = self.readings[at]
        if reading is None:
            return 0
        word, size = reading.word, 1
        if reading.phrases and at < len(self.words) - 1:
            word, size = self._phrase(reading, at)
        if word is None:
            return 0
        start = self.starts[at]
        if reading.clitic:
            run.append(Item(reading.clitic, start, start + reading.cut, None))
        run.append(Item(word.kind, start + reading.cut, self.end(at + size - 1), word.value))
        return size

    def _phrase(self, reading: Reading, at: int) -> tuple[Word | None, int]:
        """Return the longest entry of several words that starts here, else the word's own, and its size in words."""
        fold = self.engine.lexicon.language.fold
        for rest, phrase in reading.phrases.get(fold(self.words[at + 1]), ()):
            if at + len(rest) < len(self.words) and all(
                fold(self.words[at + n]) == part and gap(self.between(at + n)).name in _IN_PHRASES
                for n, part in enumerate(rest, 1)
            ):
                return phrase, len(rest) + 1
        return reading.word, 1

"""What the sentence around an expression says of it: that it lies ahead or behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from service.enrich.dates.expressions import (
    Calendar,
    Edge,
    Expression,
    Fraction,
    Moment,
    Nth,
    Offset,
    Open,
    Piece,
    Range,
    Run,
    Shift,
    Workdays,
)
from service.enrich.dates.languages.base import Language
from service.enrich.dates.surroundings import REMEMBERED, Side, Words, ends_sentence, may_end

_LOOK_BACK = 14
_LOOK_NEAR = 4
_LOOK_FAR = 24
WORDS_BEFORE, WORDS_BEHIND, WORDS_LATER = _LOOK_BACK + 1, _LOOK_NEAR + 1, _LOOK_FAR + 1
"""How many words are looked at before and behind an expression, and behind it for what is told later."""


class Says(Enum):
    """What a word says of its sentence's tense."""

    AHEAD = auto()
    BEHIND = auto()
    PLANNED = auto()
    """A verb of the present that tells what is to come, unless one of ``not_ahead`` stands before it."""
    PRESENT = auto()
    """Here the sentence has no tense that matters."""
    OPENER = auto()
    """Its neighbours say whether something to come opens here."""


@dataclass(frozen=True, slots=True)
class Tense:
    """What is known of one language's verbs (of its ``context.toml``), folded.

    ``says`` tells what a word says, None for most. A past form behind ``modals`` is none, and neither is a participle
    behind ``passive``; a future behind ``fulfilled`` is past.
    """

    language: Language
    says: Callable[[str], Says | None]
    not_ahead: frozenset[str]
    modals: frozenset[str]
    passive: frozenset[str]
    fulfilled: frozenset[str]

    def before(self, before: Side) -> bool | None:
        """Say whether the nearest verb of the sentence before an expression is of the future; None where none is known.

        The expression's first word is the last one of ``before``.
        """
        words, gaps, says = before.words, before.gaps, self.says
        first = len(words) - 1
        for at in range(first - 1, max(first - 1 - _LOOK_BACK, -1), -1):
            if may_end(gaps[at + 1]) and ends_sentence(before, at + 1):
                break
            said = says(words[at])
            if said is None:
                continue
            if said is Says.PRESENT:
                if at and self.language.fold(words[at - 1]) in self.modals:
                    continue  # will remain
                break
            if said is Says.PLANNED and gaps[at + 1][:1] == "-":
                continue  # face-to-face
            tense = self._tense(said, words, at)
            if tense is not None:
                return tense
        return None

    def behind(self, behind: Side) -> bool | None:
        """Say the same of the words just behind an expression, whose last word is the first of ``behind``."""
        for at in range(1, min(1 + _LOOK_NEAR, len(behind.words))):
            word = behind.words[at]
            if ends_sentence(behind, at) or (self.language.joins(word) and not behind.gaps[at].isspace()):
                break
            said = self.says(word)
            if said in {Says.AHEAD, Says.BEHIND}:
                return said is Says.AHEAD
        return None

    def told_later(self, behind: Side) -> bool:
        """Say whether a verb further on in the sentence looks back: On Wednesday, the minister of transport said."""
        for at in range(1, min(1 + _LOOK_FAR, len(behind.words))):
            if ends_sentence(behind, at):
                return False
            said = self.says(behind.words[at])
            if said in {Says.AHEAD, Says.BEHIND}:
                return said is Says.BEHIND
        return False

    def _tense(self, said: Says, words: list[str], at: int) -> bool | None:
        """Return the tense that a word has where it stands, if any."""
        before = self.language.fold(words[at - 1]) if at else ""
        if said is Says.AHEAD:
            return before not in self.fulfilled
        if said is Says.BEHIND:
            # Could hit: the form of the past serves other moods, too.
            return None if before in self.passive else before in self.modals
        if said is Says.PLANNED:
            return None if before in self.not_ahead else True
        return True if at and self.language.foretells(words[at - 1], words[at], words[at + 1]) else None


def needs_tense(what: Expression) -> bool:
    """Say whether the sentence's tense may decide the meaning: a bare weekday, or a date without year or turn."""
    if isinstance(what, (Calendar, Fraction)):
        return what.turn is None and what.year is None
    if isinstance(what, Moment):
        return needs_tense(what.day)
    if isinstance(what, (Shift, Workdays, Run)):
        return what.forecast or _is_sequel(what) or (isinstance(what, Shift) and what.near)
    if isinstance(what, (Edge, Nth, Open, Offset, Piece)):
        return needs_tense(what.of)
    return isinstance(what, Range) and (needs_tense(what.first) or needs_tense(what.last))


def ends_openly(what: Expression) -> bool:
    """Say whether an expression is the end of something that goes on, placed by a bare weekday: until Wednesday."""
    return isinstance(what, Open) and what.turn < 0 and _is_weekday(what.of)


def is_neutral_weekday(page: Words, last: int, what: Expression) -> bool:
    """Say whether an expression is a bare weekday that no possessive makes another word's (Sunday's runoff)."""
    return _is_weekday(what) and not _is_possessive(page, last)


def is_months_own(page: Words, last: int, what: Expression) -> bool:
    """Say whether a month's possessive takes it out of the sentence's tense: will keep January's ban."""
    return isinstance(what, Calendar) and what.month is not None and what.day is None and _is_possessive(page, last)


def _is_possessive(page: Words, last: int) -> bool:
    behind = page.gaps[last + 1] if last + 1 < len(page.gaps) else ""
    return behind[:1] in {"'", "’"}


def _is_weekday(what: Expression) -> bool:
    if isinstance(what, Moment):
        return _is_weekday(what.day)
    return isinstance(what, Calendar) and what.weekday is not None and what.month is None and what.turn is None


def looks_back(what: Expression, ahead: bool | None) -> bool:  # noqa: FBT001 - what the sentence says
    """Say whether an expression lies behind the anchor: a date in a sentence of the past, a quarter unless ahead."""
    if isinstance(what, Fraction):
        return not ahead
    if isinstance(what, Edge):
        return looks_back(what.of, ahead)
    if isinstance(what, Moment):
        return looks_back(what.day, ahead)
    return ahead is False and isinstance(what, Calendar) and what.month is not None and what.weekday is None


def fits_tense(what: Expression, ahead: bool | None, *, alone: bool, told: bool) -> bool:  # noqa: FBT001 - as the sentence
    """Say whether an expression is a date in a sentence of this tense.

    "In two days" is a duration where the sentence looks back, and with ``told`` where nothing says that it looks
    ahead; "the following week" follows some event unless it looks ahead.
    """
    if isinstance(what, Edge):
        return fits_tense(what.of, ahead, alone=alone, told=told)
    if isinstance(what, Range):
        return fits_tense(what.last, ahead, alone=alone, told=told)
    if isinstance(what, Offset):
        return fits_tense(what.of, ahead, alone=alone, told=told)
    if isinstance(what, Moment):
        return fits_tense(what.day, ahead, alone=alone, told=told)
    if not isinstance(what, (Shift, Workdays, Run)):
        return True
    forecast = bool(ahead) or alone if told else ahead is not False
    return (not what.forecast or forecast) and (not _is_sequel(what) or bool(ahead) or alone)


def _is_sequel(what: Shift | Workdays | Run) -> bool:
    """Say whether what is counted follows an event unless the sentence looks ahead."""
    return not isinstance(what, Run) and what.sequel


def is_programme(what: Expression) -> bool:
    """Say whether an expression that stands alone is an entry of a programme.

    Such are a weekday with its clock time, a stretch of days, and the first Tuesday of a month.
    """
    if isinstance(what, (Range, Nth)):
        return needs_tense(what)
    return isinstance(what, Moment) and what.clock is not None and needs_tense(what.day)


def sayings(
    language: Language,
    *,
    future: frozenset[str],
    past: frozenset[str],
    planned: frozenset[str],
    present: frozenset[str],
) -> Callable[[str], Says | None]:
    """Return a function that says of a word, with or without clitics, what it says of the tense."""

    @lru_cache(maxsize=REMEMBERED)
    def says(word: str) -> Says | None:
        plain = language.fold(word)
        forms = [plain, *[rest for _, _, rest in language.cuts(plain)]]
        if not future.isdisjoint(forms) or language.is_future(word):
            return Says.AHEAD
        if not past.isdisjoint(forms) or language.is_past(word):
            return Says.BEHIND
        if not planned.isdisjoint(forms):
            return Says.PLANNED
        if word in present:
            return Says.PRESENT
        return Says.OPENER if word in language.openers else None

    return says

"""The engine: what the expressions of a text mean, and the mentions that come out."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from service.enrich.dates.expressions import Expression
from service.enrich.dates.grammar import Item
from service.enrich.dates.lexicon import LANGUAGES, code
from service.enrich.dates.names import is_bare
from service.enrich.dates.narrated import Named, in_force, may_do_without, seen_from, told_unit, year_of
from service.enrich.dates.phrases import Page, engine, expressions
from service.enrich.dates.resolve import as_needed, resolve
from service.enrich.dates.seen import Resolved, Seen
from service.enrich.dates.surroundings import before, behind
from service.enrich.dates.tense import (
    WORDS_BEFORE,
    WORDS_BEHIND,
    WORDS_LATER,
    ends_openly,
    fits_tense,
    is_months_own,
    is_neutral_weekday,
    is_programme,
    looks_back,
    needs_tense,
)
from service.enrich.dates.tokens import is_split, trimmed
from service.wire.closed import Calendar as CalendarName
from service.wire.event import DateMention

_RECENT = timedelta(days=60)
"""An entry of a programme without a year that lies further back is of the next year."""
_BARE_YEAR, _RANGE = code("bare_year"), code("range")


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
    return [found.mention for found in explain(text, language=language, anchor=anchor)]


class Explained(NamedTuple):
    """A mention, and the rule that made it, as stage/maker."""

    mention: DateMention
    rule: str


def explain(text: str, *, language: str, anchor: datetime | date | None) -> list[Explained]:
    """Return what :func:`find` returns, each mention with its rule."""
    if not supported(language):
        return []
    made_of = engine(language.partition("-")[0].lower())
    now = anchor.replace(tzinfo=None) if isinstance(anchor, datetime) else None
    around = made_of.context
    day = now.date() if now else anchor
    seen = Seen(day, strict_next=around.strict_next, by_thursday=around.weeks_by_thursday)
    mentions = []
    named: tuple[Named, ...] = ()
    for page, item in expressions(text, made_of):
        found = _resolved(page, item, as_needed(item.value, seen, now), named)
        if found is not None:
            mentions.append(Explained(_mention(text, item, found), item.rule))
            named = (*named[-2:], Named(item.end, found)) if found.period is not None else named
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


def _is_glued(page: Page, item: Item) -> bool:
    """Say whether figures stand in a longer word: x16May, 2017ص. An Arabic letter before them is a preposition."""
    text, start, end = page.text, item.start, item.end
    before = text[start - 1 : start] if text[start].isdecimal() and start else ""
    behind = text[end : end + 1] if text[end - 1].isdecimal() else ""
    return (before.isascii() and before.isalpha()) or behind.isalpha() or is_split(text, start, end)


def _resolved(page: Page, item: Item, seen: Seen, named: tuple[Named, ...]) -> Resolved | None:
    """Return what a finished expression means here, or None where its neighbours say it is no date.

    ``named`` are the last dates before it.
    """
    if _is_glued(page, item):
        return None
    first = bisect_left(page.starts, item.start)
    if first == len(page.starts) or page.starts[first] > item.start:
        first -= 1
    last = bisect_left(page.starts, item.end) - 1
    around = page.engine.context
    expression: Expression = item.value
    bare = item.kind == _BARE_YEAR or (item.kind == _RANGE and is_bare(expression))
    if around.names.holds(page, first, last, expression, bare=bare):
        return None
    unit = told_unit(expression)
    if unit is not None:
        without = may_do_without(expression)
        force = in_force(named, unit, item.start, any_of=without)
        if force is not None:
            there = seen_from(force, seen)
            told = resolve(year_of(expression, there), there)
            return None if told is None else replace(told, offset=None, relative=force.found.relative)
        if not without:
            return None
    if needs_tense(expression):
        placed = _placed(page, expression, seen, first, last)
        if placed is None:
            return None
        seen = placed
    return resolve(expression, seen)


def _placed(page: Page, expression: Expression, seen: Seen, first: int, last: int) -> Seen | None:
    """Return from where an expression is read in its sentence, or None where it is a duration or a sequel there."""
    around = page.engine.context
    alone = _alone(page, first, last)
    ahead = None
    if not is_months_own(page, last, expression):
        ahead = around.tense.before(before(page, first, WORDS_BEFORE))
        if ahead is None:
            ahead = around.tense.behind(behind(page, last, WORDS_BEHIND))
    if not fits_tense(expression, ahead, alone=alone, told=around.forecast_is_told):
        return None
    if ahead is None and not alone and around.present_is_ahead and is_neutral_weekday(page, last, expression):
        ahead = not around.tense.told_later(behind(page, last, WORDS_LATER))
    lasts = ahead is None and around.present_is_ahead and ends_openly(expression)
    if ahead or lasts:  # what lasts until Wednesday ends with the next one
        return replace(seen, ahead=True)
    if alone and is_programme(expression):
        return replace(seen, ahead=True, grace=_RECENT)
    return replace(seen, back=True) if looks_back(expression, ahead) else seen


def _alone(page: Page, first: int, last: int) -> bool:
    """Say whether the words first..last are all that the text says, but for a preposition."""
    if not page.is_whole or last < len(page.words) - 1 or first > 1:
        return False
    return all(page.engine.lexicon.read(page.words[:first]))

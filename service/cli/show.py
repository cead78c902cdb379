"""Events as a person reads them on a terminal. Pure: event in, lines out."""

from __future__ import annotations

from collections.abc import Iterator

from service.wire.closed import Status
from service.wire.event import Event

# First-strong isolates keep an Arabic headline in one piece between Latin labels, whatever the terminal's bidi does.
FSI, PDI = "\u2068", "\u2069"

COLOURS = {Status.NEW: "32", Status.UPDATED: "36", Status.RETRACTED: "35", Status.DUPLICATE: "33"}
_INDENT = " " * 11
_MOST = 8


def event_lines(event: Event, *, colour: bool) -> Iterator[str]:
    """Yield the lines for one event: headline, source, language, status, dates with values, names."""
    mark = _paint(f"{event.status:<10}", COLOURS[event.status], colour=colour)
    source = event.source.name or event.source.domain or "-"
    title = event.title or event.source_id or event.article_id
    yield f"{mark} {isolate(title)}"
    when = event.published_at or event.published_local or "no date"
    yield f"{_INDENT}{isolate(source)} | {event.language} | {when} | {_life(event)}"
    if event.dates:
        shown = [f"{isolate(date.text)} = {date.value or date.relative_offset}" for date in event.dates[:_MOST]]
        yield f"{_INDENT}dates: {'; '.join(shown)}{_more(len(event.dates))}"
    if event.entities:
        shown = [
            f"{isolate(entity.name)} {entity.type}{f' x{entity.count}' if entity.count > 1 else ''}"
            for entity in event.entities[:_MOST]
        ]
        yield f"{_INDENT}names: {'; '.join(shown)}{_more(len(event.entities))}"


def dead_letter_lines(reason: str, message: str, *, colour: bool) -> Iterator[str]:
    """Yield the line for one dead letter."""
    yield f"{_paint('dead      ', '31', colour=colour)} {reason}: {isolate(message)}"


def isolate(text: str) -> str:
    """Return text wrapped in bidi isolates, on one line and without other control characters."""
    clean = "".join(character if character.isprintable() else " " for character in text)
    return f"{FSI}{' '.join(clean.split())}{PDI}"


def _life(event: Event) -> str:
    if event.status is Status.DUPLICATE:
        return f"{event.dedupe.reason} as {event.dedupe.duplicate_of}"
    if event.status is Status.UPDATED:
        return f"version {event.version}: {', '.join(event.changed_fields)}"
    return event.article_id


def _more(count: int) -> str:
    return f"; and {count - _MOST} more" if count > _MOST else ""


def _paint(text: str, code: str, *, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text

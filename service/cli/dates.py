"""``khabar dates``: the date mentions of a text, marked under it."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.show import isolate

if TYPE_CHECKING:
    from service.enrich.dates.finder import Explained

RLM = "\u200f"
_WIDE = frozenset("WF")


def dates(
    text: Annotated[str, typer.Argument(help="The text, or - for stdin.")],
    *,
    anchor: Annotated[
        str | None,
        typer.Option(help="The day (2017-02-16) or local time (2017-02-16T14:30) of publication. Default: none."),
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="ar or en. Default: ar where most letters are Arabic, else en.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show which dates a text mentions: marks under the words, the value of each, and the rule that found it."""
    from service.enrich.dates import explain, supported  # noqa: PLC0415 - quick --help

    text = sys.stdin.read() if text == "-" else text
    spoken = language or guessed_language(text)
    if not supported(spoken):
        raise typer.BadParameter(f"there are no date rules for {spoken!r}", param_hint="--language")
    found = explain(text, language=spoken, anchor=_anchor(anchor))
    if json:
        sys.stdout.buffer.write(_json(text, spoken, anchor, found) + b"\n")
        return
    for line in marked_lines(text, found):
        typer.echo(line)


def guessed_language(text: str) -> str:
    """Return ``ar`` where at least half of the letters are Arabic, else ``en``."""
    letters = [letter for letter in text if letter.isalpha()]
    return "ar" if letters and 2 * sum(map(_is_arabic, letters)) >= len(letters) else "en"


def marked_lines(text: str, found: list[Explained]) -> Iterator[str]:
    """Yield the text line by line with marks under its mentions, then a line for each mention.

    Marks stand under the columns that a terminal gives the words: none for vowel signs, two for wide characters. The
    marks of a line that begins from the right are turned by the same means, a right-to-left mark.
    """
    start = 0
    for line in text.split("\n"):
        spans = [(one.mention.start - start, one.mention.end - start) for one in found]
        here = [(max(first, 0), min(last, len(line))) for first, last in spans if first < len(line) and last > 0]
        yield "".join(letter if letter.isprintable() or _width(letter) == 0 else " " for letter in line)
        if here:
            yield (RLM if _from_the_right(line) else "") + _marks(line, here)
        start += len(line) + 1
    for number, (mention, rule) in enumerate(found, 1):
        value = mention.value or mention.relative_offset or "no value"
        notes = [mention.grain, rule]
        notes += ["ambiguous: " + " or ".join(mention.alternatives)] if mention.ambiguous else []
        notes += [f"{mention.value_hijri} AH"] if mention.value_hijri else []
        notes += ["conflict"] if mention.conflict else []
        yield f"{number:2d}  {mention.start}:{mention.end}  {isolate(mention.text)}  {value}  ({', '.join(notes)})"


def _marks(line: str, spans: list[tuple[int, int]]) -> str:
    row = [" "] * len(line)
    for first, last in spans:
        row[first:last] = "^" * (last - first)
    return "".join(mark * _width(letter) for mark, letter in zip(row, line, strict=True)).rstrip()


def _width(letter: str) -> int:
    """Return how many columns a terminal gives a character."""
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in _WIDE else 1


def _is_arabic(letter: str) -> bool:
    return unicodedata.bidirectional(letter) == "AL"


def _from_the_right(line: str) -> bool:
    strong = (unicodedata.bidirectional(letter) for letter in line)
    return next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") != "L"


def _anchor(said: str | None) -> datetime | date | None:
    if said is None:
        return None
    try:
        return datetime.fromisoformat(said) if "T" in said or " " in said else date.fromisoformat(said)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--anchor") from error


def _json(text: str, language: str, anchor: str | None, found: list[Explained]) -> bytes:
    import msgspec  # noqa: PLC0415 - quick --help

    from service.enrich.dates import summarise  # noqa: PLC0415

    span, main = summarise(one.mention for one in found)
    mentions = [{**msgspec.to_builtins(one.mention), "rule": one.rule} for one in found]
    for mention in mentions:
        # Which field, and what the anchor was, only an article can say.
        del mention["field"], mention["anchor"]
    said = {"text": text, "language": language, "anchor": anchor, "mentions": mentions}
    return msgspec.json.encode({**said, "date_span": span, "main_dates": main})

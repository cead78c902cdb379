"""``khabar dates``: the date mentions of a text, marked under it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.marks import guessed_language, underlined
from service.cli.show import isolate

if TYPE_CHECKING:
    from service.enrich.dates.finder import Explained


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


def marked_lines(text: str, found: list[Explained]) -> Iterator[str]:
    """Yield the text line by line with marks under its mentions, then a line for each mention."""
    yield from underlined(text, [(one.mention.start, one.mention.end) for one in found])
    for number, (mention, rule) in enumerate(found, 1):
        value = mention.value or mention.relative_offset or "no value"
        notes = [mention.grain, rule]
        notes += ["ambiguous: " + " or ".join(mention.alternatives)] if mention.ambiguous else []
        notes += [f"{mention.value_hijri} AH"] if mention.value_hijri else []
        notes += ["conflict"] if mention.conflict else []
        yield f"{number:2d}  {mention.start}:{mention.end}  {isolate(mention.text)}  {value}  ({', '.join(notes)})"


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

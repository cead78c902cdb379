"""``khabar entities``: the names of a text, marked under it, and who and where they are."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.marks import guessed_language, underlined
from service.cli.show import isolate

if TYPE_CHECKING:
    from service.wire.event import Entity, Location


def entities(
    text: Annotated[str, typer.Argument(help="The text, or - for stdin.")],
    *,
    language: Annotated[
        str | None, typer.Option(help="ar or en. Default: ar where most letters are Arabic, else en.")
    ] = None,
    backend: Annotated[
        str | None, typer.Option(help="builtin, spacy:PACKAGE or onnx:FOLDER. Default: KHABAR_ENTITY_BACKEND.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show which persons, bodies, places and works a text names: marks under the words, then each with its places."""
    from service.enrich.entities import find, group, supported  # noqa: PLC0415 - quick --help
    from service.enrich.places import resolve  # noqa: PLC0415

    if backend is None:
        from service.ops.settings import load_settings  # noqa: PLC0415

        backend = load_settings(os.environ).entity_backend
    text = sys.stdin.read() if text == "-" else text
    spoken = language or guessed_language(text)
    if not supported(spoken, backend=backend):
        raise typer.BadParameter(f"there is no entity model for {spoken!r}", param_hint="--language")
    code = spoken.split("-", 1)[0].lower()
    found = group([], find(text, language=spoken, backend=backend), title="", text=text, language=code)
    places = resolve(found, language=code)
    if json:
        sys.stdout.buffer.write(_json(text, spoken, found, places) + b"\n")
        return
    for line in marked_lines(text, found, places):
        typer.echo(line)


def marked_lines(text: str, found: Sequence[Entity], places: Sequence[Location]) -> Iterator[str]:
    """Yield the text line by line with marks under its mentions, then a line for each entity, the prominent first."""
    yield from underlined(text, sorted((one.start, one.end) for entity in found for one in entity.mentions))
    where = {place.entity: place for place in places}
    for number, entity in enumerate(found):
        offsets = " ".join(f"{one.start}:{one.end}" for one in entity.mentions)
        place = _place(where[number]) if number in where else ""
        yield f"{number + 1:2d}  {entity.type:<4}  {isolate(entity.name)}  {offsets}{place}"


def _place(place: Location) -> str:
    """Return what is known of a place; without a choice only the countries in question."""
    if place.candidates:
        countries = ", ".join(dict.fromkeys(one.country or "?" for one in place.candidates))
        return f"  (one of: {countries})"
    where = "" if place.lat is None else f"{place.lat:.2f} {place.lon:.2f}"
    parts = [place.kind or "", place.country or "", place.admin1 or "", where]
    return f"  ({', '.join(part for part in parts if part)})"


def _json(text: str, language: str, found: Sequence[Entity], places: Sequence[Location]) -> bytes:
    import msgspec  # noqa: PLC0415 - quick --help

    return msgspec.json.encode({"text": text, "language": language, "entities": found, "locations": places})

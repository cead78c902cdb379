"""``khabar dedupe``: why two records are one article or two, and how well a labelled stream is told apart."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from service.cli.lines import message_lines
from service.cli.process import raw_records
from service.errors import Misconfigured

if TYPE_CHECKING:
    from service.dedupe.score import Counts, Score
    from service.pipeline.explain import Explanation, Shared, Side
    from service.pipeline.labelled import Labelled
    from service.pipeline.options import Options
    from service.wire.record import RawRecord

_PLACE = re.compile(r"(?P<name>.+):(?P<line>[1-9][0-9]{0,9})")
_HOUR = 3_600_000
_GROUPS = ("language", "kind")

app = typer.Typer(help="Explain verdicts of de-duplication, and measure them.", no_args_is_help=True)


@app.command()
def explain(
    first: Annotated[
        str, typer.Argument(metavar="A", help="A file with one message, FILE:LINE, or FILE of two lines.")
    ],
    second: Annotated[str | None, typer.Argument(metavar="[B]", help="A file with one message, or FILE:LINE.")] = None,
    *,
    hours: Annotated[float, typer.Option(min=0, help="Hours between the two records.")] = 1.0,
    envelope: Annotated[bool, typer.Option(help="The lines are envelopes; their timestamps count.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Take A and then B through the pipeline and say what B is to A: keys, overlap, figures, verdict, rule."""
    import msgspec  # noqa: PLC0415 - quick --help

    from service.pipeline.explain import explain as explained  # noqa: PLC0415
    from service.wire.record import Origin  # noqa: PLC0415

    found = [_record(name, envelope=envelope) for name in (first, second)] if second else _two(first, envelope=envelope)
    a, b = (record._replace(origin=Origin("news.raw", 0, place)) for place, record in enumerate(found))
    if not envelope:
        a = a._replace(timestamp=(b.timestamp or 0) - round(hours * _HOUR))
    told = explained(a, b, _options())
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())
    else:
        typer.echo("\n".join(_explanation(told)))


@app.command()
def score(
    gold: Annotated[str, typer.Argument(metavar="GOLD", help="Labelled NDJSON, in order of arrival.")],
    *,
    wrong: Annotated[int, typer.Option(min=0, help="Show so many of the records that were told wrong.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Take a labelled stream through intake and dedupe and measure what was said.

    A line is an envelope with `cluster`, `status` (or a list of right ones), and if wanted `kind` and `language`.
    """
    import orjson  # noqa: PLC0415 - quick --help

    from service.dedupe.score import score as scored  # noqa: PLC0415
    from service.pipeline.labelled import tell  # noqa: PLC0415

    stream = _labelled(gold)
    told = list(tell((record.raw for record in stream), _options()))
    result = scored([record.label for record in stream], [found for found, _ in told])
    mistakes = [
        _Mistake(place + 1, stream[place].label.cluster, word, told[place][0].status, stream[place].label.expected, why)
        for place, word in result.wrong
        for why in (told[place][1],)
    ]
    if as_json:
        figures = _figures(result) | {"wrong": [mistake._asdict() for mistake in mistakes]}
        typer.echo(orjson.dumps(figures, option=orjson.OPT_INDENT_2).decode())
        return
    typer.echo("\n".join(_table(result)))
    for line, cluster, what, said, right, why in mistakes[:wrong]:
        typer.echo(f"line {line} ({cluster}): {what}; said {said}, right is {' or '.join(right)}; {why}")


class _Mistake(NamedTuple):
    """A record that was told wrong; ``line`` counts the messages from 1."""

    line: int
    cluster: str
    wrong: str
    status: str
    expected: tuple[str, ...]
    evidence: str


def _options() -> Options:
    from service.ops.settings import load_settings  # noqa: PLC0415 - quick --help
    from service.stream.options import pipeline_options  # noqa: PLC0415

    return pipeline_options(load_settings(os.environ))


def _record(name: str, *, envelope: bool) -> RawRecord:
    """Return the record of a file with one message, or of one line of a file."""
    place = _PLACE.fullmatch(name) if not Path(name).exists() else None
    if place is None:
        found = list(islice(raw_records([name], envelope=envelope), 2))
        if len(found) == 1:
            return found[0]
        message = f"{name} has {'no message' if not found else 'several messages: name a line, as FILE:LINE'}"
        raise Misconfigured(message)
    line = int(place["line"])
    wanted = next(islice(raw_records([place["name"]], envelope=envelope), line - 1, line), None)
    if wanted is None:
        message = f"{place['name']} has no message {line}"
        raise Misconfigured(message)
    return wanted


def _two(name: str, *, envelope: bool) -> list[RawRecord]:
    """Return the two records of a file of two lines."""
    found = list(islice(raw_records([name], envelope=envelope), 3))
    if len(found) != 2:  # noqa: PLR2004 - it says two
        message = f"{name} must have two messages, or a second file must be named"
        raise Misconfigured(message)
    return found


def _labelled(gold: str) -> list[Labelled]:
    from service.pipeline.labelled import read_labelled  # noqa: PLC0415 - quick --help

    try:
        with Path(gold).open("rb") as file:
            return list(read_labelled(message_lines(file)))
    except OSError as error:
        message = f"{gold}: {error.strerror}"
        raise Misconfigured(message) from error


def _explanation(told: Explanation) -> Iterator[str]:
    """Yield the lines of an explanation."""
    for name, side in (("A", told.first), ("B", told.second)):
        yield name
        yield from _pairs(_side(side))
    if told.shared is not None:
        yield "A and B"
        yield from _pairs(_shared(told.shared))
    if not told.second.refused:
        yield "verdict on B"
        yield from _pairs(_verdict(told.second))


def _pairs(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (f"  {name:<20} {value or '-'}" for name, value in rows)


def _side(side: Side) -> list[tuple[str, str]]:
    if side.refused:
        return [("dead letter", side.refused)]
    segment = f" (last segment: {side.last_segment})" if side.last_segment else ""
    return [
        ("id", f"{side.article_id} ({side.basis})"),
        ("url", side.url or ""),
        ("canonical url", side.canonical_url or ""),
        ("source", side.source),
        ("headline key", side.headline_key + segment),
        ("text", f"{side.words} words, {side.shingles} triples{', cut' if side.cut else ''}"),
    ]


def _shared(shared: Shared) -> list[tuple[str, str]]:
    return [
        ("overlap of texts", f"{shared.overlap:.3f}"),
        ("contained", f"{shared.first_in_second:.3f} of A in B, {shared.second_in_first:.3f} of B in A"),
        ("words of headlines", " ".join(shared.headline_words)),
        ("figures in both", " ".join(shared.figures)),
        ("figures only in A", " ".join(shared.figures_only_first)),
        ("figures only in B", " ".join(shared.figures_only_second)),
        ("fields that differ", " ".join(shared.fields_that_differ)),
        ("hours apart", f"{shared.hours_apart:g}"),
    ]


def _verdict(side: Side) -> list[tuple[str, str]]:
    status = f"{side.status} of {side.duplicate_of}" if side.duplicate_of else f"{side.status}, version {side.version}"
    reason = f"{side.reason}, score {side.score:g}" if side.reason and side.score is not None else ""
    return [
        ("status", status),
        ("reason", reason),
        ("changed", " ".join(side.changed_fields)),
        ("related", " ".join(side.related)),
        ("rule", f"{side.rule}: {side.rule_means}"),
        ("evidence", side.evidence),
    ]


def _rows(result: Score) -> Iterator[tuple[str, str, Counts]]:
    yield "all", "", result.all
    for group, counts in zip(_GROUPS, (result.by_language, result.by_kind), strict=True):
        for name, row in counts.items():
            yield group, name, row


def _measures(counts: Counts) -> dict[str, float | int | None]:
    """Return all measures of one row."""
    shares = ("precision", "recall", "f1", "false_merges", "false_merge_share", "false_merge_upper", "update_accuracy")
    return counts._asdict() | {name: getattr(counts, name) for name in shares}


def _figures(result: Score) -> dict[str, object]:
    """Return all measures for JSON."""
    groups: dict[str, dict[str, object]] = {group: {} for group in _GROUPS}
    for group, name, counts in _rows(result):
        if group in groups:
            groups[group][name] = _measures(counts)
    whole = _measures(result.all) | {"b_cubed": result.b_cubed, "adjusted_rand": result.adjusted_rand}
    return {"all": whole, **groups}


def _table(result: Score) -> Iterator[str]:
    """Yield the lines of the table."""
    heads = ("records", "precision", "recall", "F1", "false merges", "wrong links", "updates told", "false updates")
    yield f"{'':<28}" + "".join(f"{head:>14}" for head in heads)
    for group, name, row in _rows(result):
        cells = (
            f"{row.records}",
            *(_decimal(share) for share in (row.precision, row.recall, row.f1)),
            f"{row.false_merges} of {row.begun}",
            f"{row.wrong_links}",
            f"{row.updates_told} of {row.updates}",
            f"{row.false_updates} of {row.copies}",
        )
        yield f"{f'{group} {name}'.strip():<28}" + "".join(f"{cell:>14}" for cell in cells)
    yield f"clusters: B-cubed F1 {_decimal(result.b_cubed)}, adjusted Rand index {_decimal(result.adjusted_rand)}"
    if result.all.refused:
        yield f"dead letters: {result.all.refused}"


def _decimal(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"

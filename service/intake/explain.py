"""Why a raw record became what it became: the dialect, where each of its fields went, and the outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from service.errors import Refused
from service.intake import dialects
from service.intake.accept import accept, read
from service.intake.decode import Decoded, decode
from service.intake.dialect import dig
from service.intake.dialects import Recognition
from service.intake.draft import Draft, Obj, Path
from service.intake.extra import Extra
from service.intake.options import IntakeOptions
from service.intake.table import EVENT_FIELDS
from service.intake.values import missing
from service.wire.article import Article
from service.wire.record import RawRecord


class Row(NamedTuple):
    """Where one field of the record went. ``to`` are fields of the event, or one of the words below."""

    path: str
    value: Any
    to: tuple[str, ...]


EMPTY = "(empty)"
EXTRA = "extra"
DROPPED = "(too large: named in extra_dropped)"
LEFT_OUT = "(left out)"
"""Words for fields that became none of the event's; the last is for what repeats others or is never kept."""


class Explanation(NamedTuple):
    """All about one record. ``recognition`` is None for values that are no JSON object; then ``shape`` decides."""

    shape: str | None
    dialect: str | None
    recognition: Recognition | None
    rows: list[Row]
    article: Article | None
    refused: Refused | None


def explain(raw: RawRecord, *, record_time: int, options: IntakeOptions) -> Explanation:
    """Return what intake makes of a raw record, and why. Pure, as :func:`accept`; ``record_time`` is ms since 1970."""
    article: Article | None = None
    refused: Refused | None = None
    try:
        article = accept(raw, record_time=record_time, options=options)
    except Refused as error:
        refused = error
    try:
        decoded = decode(raw.value, max_bytes=options.max_record_bytes)
    except Refused:
        return Explanation(None, None, None, [], None, refused)
    draft, extra = read(decoded, options)
    recognition = None
    if decoded.fields is None:
        page = decoded.html is not None
        shape, dialect = ("an HTML page", dialects.PAGE) if page else ("a plain text", dialects.PLAIN)
        obj = dialect.prepare({"html": decoded.html} if page else {"text": decoded.text})
    else:
        shape = "a JSON object"
        recognition = dialects.recogniser(options.dialects).explain(decoded.fields)
        obj = recognition.dialect.prepare(decoded.fields)
    rows = [*_taken(draft, obj), *_others(decoded, draft, extra)]
    return Explanation(shape, draft.dialect, recognition, rows, article, refused)


def _taken(draft: Draft, obj: Obj) -> Iterator[Row]:
    """Yield a row for each path that a field of the event was taken from."""
    fields: dict[Path, dict[str, None]] = {}
    for name, path in draft.taken:
        fields.setdefault(path, {})[EVENT_FIELDS[name]] = None
    for path, names in fields.items():
        yield Row(".".join(path), dig(obj, path), tuple(names))


def _others(decoded: Decoded, draft: Draft, extra: Extra) -> Iterator[Row]:
    """Yield a row for each top-level field that is still to be accounted for."""
    taken = {path[0] for _, path in draft.taken if len(path) == 1}
    parts = {path[0] for _, path in draft.taken if len(path) > 1}
    record: Mapping[str, Any] = decoded.fields or {}
    for name, value in record.items():
        if name in extra.kept:
            yield Row(name, extra.kept[name], (EXTRA,))
        elif name in extra.dropped:
            yield Row(name, value, (DROPPED,))
        elif name not in taken and name not in parts:
            yield Row(name, value, (EMPTY if missing(value) else LEFT_OUT,))

"""Whatever lies on the raw topic ends once: as a sound event or as a dead letter with a reason.

``HYPOTHESIS_PROFILE=long`` tries 20 000 records a test, another 20 000 in every run.
"""

from __future__ import annotations

import copy
import json
import unicodedata
from collections.abc import Iterator
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from service.errors import ErrorReason
from service.intake.table import BUILT_IN
from service.pipeline import Pipeline
from service.wire.event import Event
from service.wire.record import Record
from tests.corpora.intake.producers.read import read_cases
from tests.unit.intake.raw import RECORD_TIME

RECORDS = [case.record for case in read_cases()]
OBJECTS = [json.loads(record) for record in RECORDS if record.startswith("{")]
NAMES = sorted({path for dialect in BUILT_IN for paths in dialect.fields.values() for path in paths if "." not in path})
ODD_TEXT = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "None", "null", "NaN", " ", "\x00", "\u202e\u200f", "\ud83d", "2026-02-30", "0000-00-00", "10:15",
            "xn--\u0661.com", "٣ آذار ٢٠٢٦", "9999-12-31T23:59:59-23:59", "2026-03-01T25:00:00Z", "1e999", "9" * 40,
            "http://", "//", "https://[::1", "http://a.b:99999/", "javascript:alert(1)", "%", "%ff%fe",
            "<p>", "</p><!--", "<script>", "&#x110000;&#0;&amp;amp;lt;", "[+99999999999 chars]", " - ", "| | |",
            "ﷺ" * 20, "e\u0301" * 30, "ـ" * 40, "🇱🇧" * 10, "ß" * 40, "İ" * 40, "a" * 3000,
            "(رويترز) -", "By ", "؛؛؛،،،", "\r\n\x85\u2028\u2029",
        ]
    ),
)  # fmt: skip
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    ODD_TEXT,
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["name", "value", "url", "@id", "$date", "x"]) | ODD_TEXT, inner, max_size=4),
    ),
    max_leaves=8,
)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every (container, key) inside a JSON value."""
    for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        if isinstance(inner, (dict, list)):
            yield from places(inner)


def mutate(draw: st.DrawFn, record: dict[str, Any]) -> None:
    """Change one thing in a record."""
    found = list(places(record))
    if not found:
        record[draw(st.sampled_from(NAMES))] = draw(VALUES)
        return
    container, key = found[draw(st.integers(0, len(found) - 1))]
    how = draw(st.integers(0, 6))
    if how == 0:
        container[key] = draw(VALUES)
    elif how == 1:
        del container[key]
    elif how == 2:
        container[key] = [container[key]]
    elif how == 3:
        container[key] = {draw(st.sampled_from(["name", "value", "0"])): container[key]}
    elif how == 4:
        record[draw(st.sampled_from(NAMES))] = container[key]
    elif how == 5:
        container[key] = json.dumps(container[key])
    elif isinstance(container[key], str):
        text, at = container[key], draw(st.integers(0, len(container[key])))
        container[key] = text[:at] + draw(ODD_TEXT) + text[at:]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Draw a producer's record with up to five things changed."""
    record = copy.deepcopy(draw(st.sampled_from(OBJECTS)))
    for _ in range(draw(st.integers(1, 5))):
        mutate(draw, record)
    return json.dumps(record, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Draw a producer's record with its bytes cut, doubled or overwritten."""
    data = draw(st.sampled_from(RECORDS)).encode()
    for _ in range(draw(st.integers(1, 3))):
        start, end = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
        middle = draw(st.sampled_from([b"", data[start:end] * 2, b"\xff", b"\x00"]) | st.binary(max_size=8))
        data = data[:start] + middle + data[end:]
    return data


def check_event(record: Record) -> None:
    """Hold an event to what its schema promises."""
    event = msgspec.json.decode(record.value or b"", type=Event)
    failed = {"enrich_failed", "dedupe_failed"}
    assert not failed & set(event.quality)
    # A withdrawal, or the same one again, has nothing to read.
    again = event.status == "duplicate" and event.dedupe.reason == "same_article"
    assert event.title or event.text or event.status == "retracted" or again
    for text in (
        event.title,
        event.text,
        event.description,
        event.byline,
        event.section,
        *event.tags,
        *event.categories,
    ):
        assert text is None or text.strip() == text != ""
        assert not [char for char in text or "" if unicodedata.category(char) in ("Cc", "Cs") and char != "\n"]
    for mention in event.dates or []:
        assert ((event.title if mention.field == "title" else event.text) or "")[
            mention.start : mention.end
        ] == mention.text
    for entity in event.entities or []:
        for found in entity.mentions:
            assert ((event.title if found.field == "title" else event.text) or "")[
                found.start : found.end
            ] == found.text
    if event.status == "retracted":
        return
    assert (event.published_at is not None) == (event.published_at_precision == "full")
    assert (event.published_on is None) == (event.published_at_precision == "missing")


def ends_once(value: bytes) -> None:
    pipeline = Pipeline(clock=lambda: RECORD_TIME)
    (record,) = pipeline.process(value)
    if record.topic == pipeline.options.topics.deadletter:
        headers = dict(record.headers)
        assert headers["khabar-error"].decode() in set(ErrorReason) - {ErrorReason.INTERNAL_ERROR}
        assert headers["khabar-message"]
        assert record.value == value or headers["khabar-error"] == b"too_large"
    else:
        assert record.topic == pipeline.options.topics.articles
        check_event(record)


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_end_once(value: bytes) -> None:
    ends_once(value)


@given(damaged())
def test_any_damaged_record_ends_once(value: bytes) -> None:
    ends_once(value)


@given(mutated())
def test_any_mutated_record_ends_once(value: bytes) -> None:
    ends_once(value)

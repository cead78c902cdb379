"""No input makes the pipeline's time grow faster than the input: runs of what patterns stumble over, in every field.

A pattern alone may be quadratic (an optional run of blanks before a sign is, over blanks); what counts is that nobody
can feed it such a run. So each run goes through the whole pipeline, in each field, in two sizes.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

import orjson
import pytest

from service.pipeline import Pipeline
from tests.unit.timing import steep

SMALL, LARGE = 4_000, 32_000
"""Bytes of a run. Eight times the bytes may take sixteen times the time: a quadratic pattern takes 64 times."""

MOST_GROWTH = 16
FLOOR_S = 0.03
"""Seconds of the larger run below which nothing is compared."""

RUNS = (
    *' \n\t\u00a0aA0اـ١.-–_<>&/:,،(["و',
    "a ", "0 ", "ا ", "a. ", "a\n", "\n\n", " -", "<a", "<a ", "<!--", "</p", "<p>",
    "&amp", "&#0;", "http://", "a@", "a.b", "a-", "A. ", "Mr. ", "May ", "1 May ", "1/", "2016-", "10:", "يوم ", "عام ",
    "في ", "من ", "By ", "and ", "| ", "… ", "[+1 ",
)  # fmt: skip

FIELDS = (
    "title", "maintext", "description", "url", "authors", "source_domain", "language", "date_publish", "image_url",
    "category", "tags", "anything",
)  # fmt: skip


def record(field: str, run: str, size: int) -> bytes:
    """Return a message with the run in a field; ``html``, ``text``, ``json`` and ``name`` put it elsewhere."""
    filled = (run * (size // len(run.encode()) + 1))[:size]
    match field:
        case "html":
            return (
                f"<html><head><title>Council votes</title></head><body><p>{filled}</p>{filled}</body></html>".encode()
            )
        case "text":
            return f"Council votes on the bridge\n\n{filled}".encode()
        case "json":
            return f'{{"title": "Council votes", "maintext": {filled}'.encode()
        case "name":
            return orjson.dumps({"title": "Council votes", "maintext": "It was late.", filled: filled})
        case _:
            item = {
                "title": "Council votes on the bridge",
                "maintext": "The council voted on Tuesday. " * 20,
                "url": "https://example.com/bridge",
                "language": "en",
                "date_publish": "2026-03-01 09:30:00",
            }
            return orjson.dumps({**item, field: filled})


def through(value: bytes) -> None:
    """Take a message through a pipeline of its own."""
    Pipeline().process(value, timestamp=1_772_600_000_000)


def grown(work: Callable[[bytes], object], field: str, run: str) -> str:
    """Return the run and two times where they grow too fast, else nothing."""
    small, large = (functools.partial(work, record(field, run, size)) for size in (SMALL, LARGE))
    times = steep(small, large, most=MOST_GROWTH, floor_s=FLOOR_S)
    return times and f"{run!r}: {times}"


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("field", [*FIELDS, "html", "text", "json", "name"])
def test_time_grows_no_faster_than_the_input(field: str) -> None:
    through(record(field, "warm ", SMALL))

    assert not [found for run in RUNS if (found := grown(through, field, run))]


def test_a_quadratic_pattern_is_seen() -> None:
    pattern = re.compile(rb"\s*;")

    assert grown(lambda value: pattern.sub(b"", value), "text", " ")

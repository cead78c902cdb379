"""No input makes the pipeline's time grow faster than the input: runs of what patterns stumble over, in every field.

A pattern alone may be quadratic (an optional run of blanks before a sign is, over blanks); what counts is that nobody
can feed it such a run. So each run goes through the whole pipeline, in each field, in two sizes.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import orjson
import pytest

from service.pipeline import Pipeline

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


def seconds(work: Callable[[bytes], object], value: bytes, at_most: float = 0.0) -> float:
    """Return the processor's time of some work: the least of three, or the first short enough."""
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        work(value)
        best = min(best, time.process_time() - started)
        if best <= at_most:
            break
    return best


def steep(work: Callable[[bytes], object], field: str, run: str) -> str:
    """Return the two times where they grow too fast, measured twice, else nothing."""
    found = ""
    for _ in range(2):  # a neighbour on the same core makes one of them long, not the same one again and again
        large = seconds(work, record(field, run, LARGE), at_most=FLOOR_S)
        small = seconds(work, record(field, run, SMALL)) if large > FLOOR_S else large
        if large <= MOST_GROWTH * small:
            return ""
        found = f"{run!r}: {small:.4f} s, {large:.4f} s"
    return found


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("field", [*FIELDS, "html", "text", "json", "name"])
def test_time_grows_no_faster_than_the_input(field: str) -> None:
    through(record(field, "warm ", SMALL))

    assert not [found for run in RUNS if (found := steep(through, field, run))]


def test_a_quadratic_pattern_is_seen() -> None:
    pattern = re.compile(rb"\s*;")

    assert steep(lambda value: pattern.sub(b"", value), "text", " ")

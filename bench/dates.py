"""Time the date tagger beside dateparser's search on the same texts, in one process.

Usage: python bench/dates.py FILE... [--texts N]    (NDJSON with "body" or "text", Arabic or English)

dateparser is no dependency of the project: ``pip install dateparser`` into an environment of its own that has this
project, too. Prints milliseconds of processor time a text (median), and how many dates each marks. Only the first 400
words of each text are read; half of the texts warm the caches and are not measured.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import orjson
import typer

from service.cli.bench_pure import yardstick
from service.cli.marks import guessed_language
from service.enrich import dates

WORDS = 400
ANCHOR = datetime.fromisoformat("2026-03-01T09:30")


def texts(paths: Sequence[Path], language: str, count: int) -> list[str]:
    """Return up to ``count`` texts of a language, each cut to 400 words; shorter ones are left out."""
    found = []
    for path in paths:
        for line in path.read_bytes().splitlines():
            row = orjson.loads(line)
            words = (row.get("body") or row.get("text") or "").split(" ")
            text = " ".join(words[:WORDS])
            if len(words) >= WORDS and guessed_language(text) == language:
                found.append(text)
                if len(found) == count:
                    return found
    return found


def milliseconds(work: Callable[[str], int], rows: Sequence[str]) -> tuple[float, int]:
    """Return the median processor time a text, and the sum of what ``work`` returned."""
    took, marked = [], 0
    for row in rows:
        started = time.process_time()
        marked += work(row)
        took.append((time.process_time() - started) * 1e3)
    return statistics.median(took), marked


def main(files: list[Path], count: int = typer.Option(60, "--texts")) -> None:
    """Print one line a language and tagger."""
    try:
        from dateparser.search import search_dates  # noqa: PLC0415 - measured against, never needed
    except ImportError:
        sys.exit("bench/dates.py measures beside dateparser: pip install dateparser")
    print(f"yardstick {min(yardstick() for _ in range(5)) * 1e3:.1f} ms")
    for language in ("ar", "en"):
        rows = texts(files, language, count)
        if len(rows) < 2:  # noqa: PLR2004 - some to warm up, some to measure
            print(f"{language}: too few texts of {WORDS} words")
            continue
        half = len(rows) // 2

        def ours(text: str, language: str = language) -> int:
            return len(dates.find(text, language=language, anchor=ANCHOR))

        def theirs(text: str, language: str = language) -> int:
            return len(search_dates(text, languages=[language], settings={"RELATIVE_BASE": ANCHOR}) or [])

        for text in rows[:half]:
            ours(text)
        mine, marked = milliseconds(ours, rows[half:])
        other, others = milliseconds(theirs, rows[half:])
        print(f"{language}: {len(rows) - half} texts, khabar {mine:.2f} ms and {marked} dates, ", end="")
        print(f"dateparser {other:.1f} ms and {others} dates, {other / mine:.0f} times")


if __name__ == "__main__":
    typer.run(main)

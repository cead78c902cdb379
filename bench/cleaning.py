"""Compare extractors of a page's article on the labelled pages: what each keeps, what it removes, how long it takes.

usage: pip install trafilatura lxml_html_clean && PYTHONPATH=. python bench/cleaning.py

The pages are those of tests/corpora/intake/pages: templates of news sites filled with articles and clutter. Shares are
of characters (tests/corpora/intake/scoring.py); times are processor time a page, the median of the pages' best of
three, and cover the extraction of the text only, from the page as a string. trafilatura is no dependency of Khabar.
"""

from __future__ import annotations

import importlib
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from service.intake.page import read_page
from tests.corpora.intake.pages.compose import pages
from tests.corpora.intake.scoring import NOTHING, score, visible

_REPEATS = 3
_POOR = 0.9
_trafilatura: Any = importlib.import_module("trafilatura")


def ours(markup: str) -> str:
    """Khabar's own: the text that ``read_page`` finds, before any cleaning of lines."""
    return str(read_page(markup)["main_text"])


def resiliparse(markup: str) -> str:
    """Resiliparse's main content."""
    return str(extract_plain_text(HTMLTree.parse(markup), main_content=True, alt_texts=False, list_bullets=False))


def trafilatura_default(markup: str) -> str:
    """Return what trafilatura gives as it comes."""
    return str(_trafilatura.extract(markup, include_comments=False) or "")


def trafilatura_recall(markup: str) -> str:
    """Return what trafilatura gives when asked for more text."""
    return str(_trafilatura.extract(markup, include_comments=False, favor_recall=True) or "")


EXTRACTORS: dict[str, Callable[[str], str]] = {
    "Khabar": ours,
    "Resiliparse, main content": resiliparse,
    "trafilatura": trafilatura_default,
    "trafilatura, favor_recall": trafilatura_recall,
}


def best(extract: Callable[[str], str], markup: str) -> float:
    """Return the least processor time of some runs, in ms."""
    found = []
    for _ in range(_REPEATS):
        start = time.process_time()
        extract(markup)
        found.append(time.process_time() - start)
    return min(found) * 1000


def rows() -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| extractor | kept | removed | pages with < 90 % kept | ms a page |"
    yield "| --- | --- | --- | --- | --- |"
    stock = list(pages())
    for name, extract in EXTRACTORS.items():
        extract(stock[0].html)
        scores = [score(page.paragraphs, extract(page.html), visible(page.html)) for page in stock]
        total = sum(scores, NOTHING)
        poor = sum(one.kept_share < _POOR for one in scores)
        took = statistics.median(best(extract, page.html) for page in stock)
        yield f"| {name} | {total.kept_share:.1%} | {total.removed_share:.1%} | {poor} of {len(stock)} | {took:.1f} |"


if __name__ == "__main__":
    for row in rows():
        print(row, flush=True)

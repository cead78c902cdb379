"""Time grows with the size of a record and no faster: ten times the input takes about ten times as long."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import orjson
import pytest

from tests.unit.intake.growth import taken
from tests.unit.intake.raw import take
from tests.unit.timing import steep

SENTENCE = "بدأت بلدية صور أعمال ترميم الميناء القديم، وقالت إن الأشغال ستستمر ستة أشهر كاملة. "
SMALL, LARGE = 30_000, 300_000
MOST = 25.0
"""Ratio of the times of two inputs one of which is ten times the other."""


def page(body: str, head: str = "") -> bytes:
    return f"<html><head><title>بلدية صور ترمم الميناء القديم</title>{head}</head><body>{body}</body></html>".encode()


def repeated(piece: str, size: int) -> str:
    """Return pieces of about ``size`` bytes together; ``#`` in a piece becomes its number."""
    pieces, length, number = [], 0, 0
    while length < size:
        made = piece.replace("#", str(number))
        pieces.append(made)
        length += len(made.encode())
        number += 1
    return "".join(pieces)


def record(text: str) -> bytes:
    return orjson.dumps({"title": "بلدية صور ترمم الميناء القديم", "text": text})


CASES: dict[str, Callable[[int], bytes]] = {
    "paragraphs": lambda size: page(repeated(f"<p>{SENTENCE}#</p>", size)),
    "starred lines": lambda size: page(repeated("<p>* * * * *</p>", size)),
    "unclosed tags": lambda size: page(repeated("<div><b><i>word # ", size)),
    "unclosed paragraphs": lambda size: page(repeated(f"<p><span class=c#>{SENTENCE}", size)),
    "nested elements": lambda size: page(
        repeated("<div>", min(size, 10_000) * 5) + repeated(f"<p>{SENTENCE}</p>", size)
    ),
    "nested formatting": lambda size: page(repeated("<b><a href=x><p>", size // 20) + repeated("word # ", size)),
    "formatting never closed": lambda size: page(repeated("<b a=#>word ", size)),
    "stray end tags": lambda size: page(repeated("<span></p></i>word ", size)),
    "unknown tags": lambda size: page(repeated("<x#></y>word ", size)),
    "links around everything": lambda size: page(repeated("<a><div>word ", size)),
    "buttons never closed": lambda size: page(repeated("<button><b></button>word ", size)),
    "wrongly nested": lambda size: page(repeated("<nobr><b></nobr>word ", size)),
    "one line": lambda size: page(repeated(SENTENCE, size)),
    "one word": lambda size: page("ب" * size),
    "empty tags": lambda size: page(repeated("<i></i>", size)),
    "links": lambda size: page(repeated("<li class='item-#'><a href='/#'>خبر عن ميناء بعيد رقم #</a></li>", size)),
    "headings": lambda size: page(repeated("<h1>بلدية صور ترمم الميناء القديم #</h1>", size)),
    "breaks in a heading": lambda size: page("<h1>" + repeated("ميناء #<br>", size) + "</h1>"),
    "metas": lambda size: page(f"<p>{SENTENCE * 3}</p>", repeated("<meta name='n#' content='c'>", size)),
    "scripts": lambda size: page(
        f"<p>{SENTENCE * 3}</p>" + repeated("<script type='application/ld+json'>{\"a\":#}</script>", size)
    ),
    "long title": lambda size: page(
        "<h1>ميناء صور</h1>" * 1000, f"<meta property='og:title' content='{repeated('صور | ', size)}'>"
    ),
    "odd attributes": lambda size: page(f"<p =x='' title='{repeated('<a ', size)}'>{SENTENCE}</p>"),
    "angle brackets": lambda size: page(repeated("< <! </ <a <", size)),
    "comments": lambda size: page(repeated("<!-- - --><!", size)),
    "tables": lambda size: page("<table>" + repeated("<tr><td>#<td>", size)),
    "buttons": lambda size: page(repeated("<button><svg><path d='#'/></svg>", size)),
    "times": lambda size: page("<article>" + repeated("<time>1</time>", size)),
    "lines of a text": lambda size: record(repeated(f"{SENTENCE}#\n", size)),
    "text in one line": lambda size: record(repeated(SENTENCE, size)),
    "starred text": lambda size: record(repeated("*\n", size)),
    "headline over and over": lambda size: record(repeated("بلدية صور ترمم الميناء القديم\n", size)),
    "read also over and over": lambda size: record(repeated("اقرأ أيضا\nخبر آخر رقم #\n", size)),
    "most read without end": lambda size: record("الأكثر قراءة\n" + repeated("خبر آخر عن المدينة رقم #\n", size)),
    "bars": lambda size: record(repeated("شارك | طباعة | ", size)),
    "brackets": lambda size: record(repeated("(", size)),
    "fragment": lambda size: record(repeated(f"<p>{SENTENCE}#</p>", size)),
    "formatting of a fragment never closed": lambda size: record("<p>text</p>" + repeated("<b a=#>word ", size)),
    "fragment never closed": lambda size: record("<p>" + repeated("<b><i>&amp;lt; ", size)),
}


@pytest.mark.parametrize("name", CASES)
def test_time_grows_with_the_size_and_no_faster(name: str) -> None:
    small, large = (partial(taken, CASES[name](size)) for size in (SMALL, LARGE))
    small()

    assert steep(small, large, most=MOST, floor_s=MOST * 0.002) == ""


def test_a_large_page_with_thousands_of_broken_tags_still_gives_its_article() -> None:
    article = take(
        page(f"<article><h1>بلدية صور ترمم الميناء القديم</h1>{repeated(f'<p><b><i>{SENTENCE}#</p></u>', 600_000)}")
    )

    assert article.text is not None
    assert article.text.count(SENTENCE.strip()) == len(article.text.split("\n\n")) > 2000

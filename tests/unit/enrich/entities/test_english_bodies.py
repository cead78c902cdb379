"""Names that a small word had cut are joined, and two names beside one another are left apart."""

from __future__ import annotations

import re

import pytest

from service.enrich.entities.english_bodies import rejoined
from service.enrich.entities.english_text import Text
from service.enrich.entities.features import Span
from service.enrich.entities.tokens import tokenise
from service.wire.closed import EntityType

FOUND = re.compile(r"\[(PER|ORG|LOC|MISC) ([^\]]+)\]")


def joined(marked: str) -> list[tuple[str, str]]:
    """Return names and types after joining those that are marked."""
    plain, spans, last = "", [], 0
    for match in FOUND.finditer(marked):
        plain += marked[last : match.start()]
        spans.append((len(plain), len(plain) + len(match[2]), EntityType[match[1]]))
        plain += match[2]
        last = match.end()
    text = Text(tokenise(plain + marked[last:], latin=True))
    starts, ends = list(text.tokens.starts), list(text.ends)
    found = rejoined(text, [Span(starts.index(first), ends.index(after) + 1, kind) for first, after, kind in spans])
    return [(text.tokens.text[starts[first] : ends[after - 1]], kind.value) for first, after, kind in found]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("the [ORG Law Society] of [LOC Kenya] sued", [("Law Society of Kenya", "ORG")]),
        ("at the [ORG Stock Exchange] of [LOC Thailand].", [("Stock Exchange of Thailand", "ORG")]),
        ("the [LOC Victoria] and [ORG Albert Museum] shut", [("Victoria and Albert Museum", "ORG")]),
        ("the Tobacco and [MISC Vapes Bill] fell", [("Tobacco and Vapes Bill", "MISC")]),
        ("the premier's Growth and [ORG Development Coalition] won", [("Growth and Development Coalition", "ORG")]),
        ("The Transport and [ORG Allied Workers Union of South Africa] met",
         [("Transport and Allied Workers Union of South Africa", "ORG")]),
        ("the [ORG Centre for Wildlife Rehabilitation] and Conservation",
         [("Centre for Wildlife Rehabilitation and Conservation", "ORG")]),
        ("the [ORG Welsh Association] for [ORG Marine Science] says",
         [("Welsh Association for Marine Science", "ORG")]),
        ("Bank of [LOC America] will close branches", [("Bank of America", "ORG")]),
        ("The Justice and [ORG Development Party] won", [("Justice and Development Party", "ORG")]),
        ("[ORG Nehru Medical College] and [ORG Hospital] opened", [("Nehru Medical College and Hospital", "ORG")]),
    ],
)  # fmt: skip
def test_a_name_cut_at_a_small_word_is_one(marked: str, expected: list[tuple[str, str]]) -> None:
    assert joined(marked) == expected


@pytest.mark.parametrize(
    "marked",
    [
        "the [ORG Pentagon] and [ORG State Department] declined",
        "[LOC France] and [ORG World Food Council] agreed",
        "the [ORG Defence Ministry] and [ORG Justice Ministry] said",
        "the [ORG Senate] and [ORG Council] met",
        "the [ORG Bank of England] and [ORG Barclays] fell",
        "the [ORG Ministry of Health] and [PER Marsh] agreed",
        "the [ORG Student Union] of [PER Maria Gomez] met",
        "he left the [ORG Labour Party] for [ORG Reform UK]",
        "the [ORG Law Society]. [LOC Kenya] sued",
        "the Bank, of [LOC America], shut",
        "the [ORG Supreme Court] on [LOC Rue Royale]",
    ],
)
def test_names_beside_one_another_stay_apart(marked: str) -> None:
    assert joined(marked) == [(match[2], match[1]) for match in FOUND.finditer(marked)]

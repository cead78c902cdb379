"""Numbered raw records whose ends are known beforehand: what faults are measured with. Pure: numbers in, bytes out."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable

import orjson

POISON = (b"json failed to parse", b'{"title": "cut in the mid', b"\xff\xfe\xfa", b"[1, 2]")
"""Values that end as dead letters, each for another reason."""

_SYLLABLES = ("ba", "ne", "ko", "ri", "ta", "mu", "lo", "se", "di", "fa", "gu", "ho")
_VOCABULARY = [first + second + third for first in _SYLLABLES for second in _SYLLABLES for third in _SYLLABLES]
_OUTLETS = 40
_WORDS = 25


def article(number: int, *, words: int = 60, version: int = 1, query: str = "") -> bytes:
    """Return a news-please message whose words no other number shares in this order; versions add a line."""
    draw = random.Random(number)  # noqa: S311 - repeatable texts
    title = " ".join(draw.choices(_VOCABULARY, k=7)).capitalize()
    body = " ".join(draw.choices(_VOCABULARY, k=words)).capitalize()
    added = "".join(f"\n\nLater: {' '.join(draw.choices(_VOCABULARY, k=20))}." for _ in range(version - 1))
    outlet = f"news{number % _OUTLETS}.example.com"
    return orjson.dumps(
        {
            "url": f"https://{outlet}/story/{number}{query}",
            "title": title,
            "maintext": f"{body}.{added}",
            "date_publish": "2026-03-01 09:30:00",
            "language": "en",
            "source_domain": outlet,
        }
    )


def kind(number: int) -> str:
    """Return how the record of this number must end: copies, versions and poison are spread evenly."""
    if number % 50 == 49:  # noqa: PLR2004 - the shares are these numbers
        return "dead letter"
    if number % 10 == 4:  # noqa: PLR2004
        return "duplicate"
    return "updated" if number % 20 == 7 else "new"  # noqa: PLR2004


def payload(number: int) -> bytes:
    """Return the record of this number; a copy or a newer version is one of the article before it.

    The kinds come true where the records lie in one partition in the order of their numbers.
    """
    match kind(number):
        case "dead letter":
            return POISON[number // 50 % len(POISON)]
        case "duplicate":
            return article(number - 1, words=_WORDS, query="?utm_source=feed")
        case "updated":
            return article(number - 1, words=_WORDS, version=2)
        case _:
            return article(number, words=_WORDS)


def expected(numbers: Iterable[int]) -> dict[str, int]:
    """Return how many of the records of these numbers must end in which way."""
    return dict(Counter(map(kind, numbers)))

"""A text on a terminal with marks under its mentions. Pure: text and offsets in, lines out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

RLM = "\u200f"
_WIDE = frozenset("WF")


def guessed_language(text: str) -> str:
    """Return ``ar`` where at least half of the letters are Arabic, else ``en``."""
    letters = [letter for letter in text if letter.isalpha()]
    return "ar" if letters and 2 * sum(map(_is_arabic, letters)) >= len(letters) else "en"


def underlined(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Yield the text line by line, each with marks under the spans (start, end) that lie in it.

    Marks stand under the columns that a terminal gives the words: none for vowel signs, two for wide characters. The
    marks of a line that begins from the right are turned by the same means, a right-to-left mark.
    """
    start = 0
    for line in text.split("\n"):
        moved = [(first - start, last - start) for first, last in spans]
        here = [(max(first, 0), min(last, len(line))) for first, last in moved if first < len(line) and last > 0]
        yield "".join(letter if letter.isprintable() or _width(letter) == 0 else " " for letter in line)
        if here:
            yield (RLM if _from_the_right(line) else "") + _marks(line, here)
        start += len(line) + 1


def _marks(line: str, spans: list[tuple[int, int]]) -> str:
    row = [" "] * len(line)
    for first, last in spans:
        row[first:last] = "^" * (last - first)
    return "".join(mark * _width(letter) for mark, letter in zip(row, line, strict=True)).rstrip()


def _width(letter: str) -> int:
    """Return how many columns a terminal gives a character."""
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in _WIDE else 1


def _is_arabic(letter: str) -> bool:
    return unicodedata.bidirectional(letter) == "AL"


def _from_the_right(line: str) -> bool:
    strong = (unicodedata.bidirectional(letter) for letter in line)
    return next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") != "L"

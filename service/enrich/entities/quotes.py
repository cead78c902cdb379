"""Words between quotation marks: titles of works, names of products and companies, or what somebody said."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import Final

from service.enrich.entities.tokens import Tokens

_PAIRS: Final = ('"\n"', "“\n”", "«\n»", "„\n“", "”\n“", "‘\n’")
_LONGEST: Final = 9
"""Words that a quotation may have and be a name."""
_PATTERN = re.compile(
    "|".join(
        f"{re.escape(pair[0])}([^{re.escape(pair[0] + pair[2])}\n]{{1,90}}){re.escape(pair[2])}" for pair in _PAIRS
    )
)


def quotations(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Yield the short quotations of a text as positions of words: from the first up to, not with, the last."""
    if not any(mark in tokens.text for mark in '"“«„”‘'):
        return
    starts = tokens.starts
    for match in _PATTERN.finditer(tokens.text):
        first, after = bisect_left(starts, match.start()), bisect_left(starts, match.end())
        if 0 < after - first <= _LONGEST:
            yield first, after


def mark_quotations(tokens: Tokens, found: list[str], head: Callable[[int], str]) -> None:
    """Write into ``found``, where nothing is yet, that a word stands in a quotation.

    A mark says how many words the quotation has, whether the word is its first, last or between, and what ``head``
    makes of the word before it (a film, a company …).
    """
    for first, after in quotations(tokens):
        size = min(after - first, 5)
        mark = f"Q{head(first - 1) if first else ''}{size}"
        for at in range(first, after):
            found[at] = found[at] or mark + ("b" if at == first else "e" if at == after - 1 else "i")

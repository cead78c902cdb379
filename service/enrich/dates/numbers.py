"""Small arithmetic of numbers in words and of calendar months."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence

_THOUSAND = 1000
_CENTURY = 100
_PIVOT = 50


def read_number(words: Sequence[int], *, linked: Sequence[bool] | None = None) -> int | None:
    """Return the value of number words in the order of the text, or None where they are not one number.

    Understands tens before units and units before tens (twenty-one, واحد وعشرون), hundreds, thousands, and
    years said in two halves (nineteen eighty-six). ``linked`` says of each word whether "and" stands before it: units
    go before tens only with it (five thirty is no 35).
    """
    total = part = 0
    half: int | None = None
    for place, word in enumerate(words):
        if half is not None and word >= _CENTURY:
            return None
        if word == _THOUSAND:
            total, part = total + max(part, 1) * _THOUSAND, 0
        elif word > _THOUSAND:
            total += word
        elif word == _CENTURY and part:
            part *= _CENTURY
        elif _adds(part, word, linked=linked is None or linked[place]):
            part += word
        elif half is None and total == 0 and 10 <= part <= 29:  # noqa: PLR2004 - the century of a year
            half, part = part, word
        else:
            return None
    if half is not None:
        return half * _CENTURY + part if part >= 10 else None  # noqa: PLR2004 - nobody says 1903 as nineteen three
    return total + part


def _adds(part: int, word: int, *, linked: bool) -> bool:
    """Say whether a word continues the number so far: 20 + 1, 1 + 20, 5 + 10, 300 + 12."""
    if part % _CENTURY == 0:
        return part == 0 or word < _CENTURY
    low = part % _CENTURY
    if low < 10:  # noqa: PLR2004
        return word < _CENTURY and word >= 10 and word % 10 == 0 and low > 0 and (linked or word == 10)  # noqa: PLR2004
    return low >= 20 and low % 10 == 0 and 0 < word < 10  # noqa: PLR2004


def short_year(two_digits: int) -> int:
    """Return the year of two digits: 00-50 are of this century, 51-99 of the last."""
    return two_digits + (2000 if two_digits <= _PIVOT else 1900)


def month_length(month: int, year: object, *, hijri: bool = False) -> int:
    """Return the most days a month can have; without a known year February has 29."""
    if hijri:
        return 30
    if not 1 <= month <= 12:  # noqa: PLR2004
        return 0
    known = year if isinstance(year, int) and 1 <= year <= 9999 else 2000  # noqa: PLR2004
    return monthrange(known, month)[1]

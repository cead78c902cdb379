"""The language of an article, from its own words."""

from __future__ import annotations

import re
from typing import NamedTuple

import pycld2  # type: ignore[import-untyped]

from service.lang.languages import normalise_language

SAMPLE = 600
"""Characters of the text that are looked at; more changes the answer of hardly any article."""

_COUNTED = 120
_FEWEST_LETTERS = 6
_SURE_LETTERS = 40
_MIXED_PERCENT = 25
_NEAR = {"sco": "en"}
"""Found for short headlines of the other; no news service writes in the first."""

_SORANI_LETTERS = re.compile("[ڕڵێۆە]")
"""The detector has one code for Kurdish; in the Arabic script it is Sorani."""

_UNSURE = 0.6
"""Factor on the share where the detector itself says that it is unsure."""


class Language(NamedTuple):
    """A BCP 47 code (``und`` if unknown), the confidence (0 to 1, None if unknown), and whether languages are mixed."""

    code: str
    confidence: float | None
    mixed: bool = False


UNKNOWN = Language("und", None)


def find_language(title: str | None, text: str | None) -> Language:
    """Return the language of the first characters of text, with the title in front."""
    sample = f"{title or ''}\n{(text or '')[:SAMPLE]}"[: 2 * SAMPLE]
    letters = sum(map(str.isalpha, sample[:_COUNTED]))
    if letters < _FEWEST_LETTERS:
        return UNKNOWN
    try:
        reliable, _, details = pycld2.detect(sample, bestEffort=True)
    except pycld2.error:  # characters that it does not take, such as non-characters
        return UNKNOWN
    code = normalise_language(details[0][1]) if details[0][1] != "un" else None
    if code is None or (not reliable and letters < _SURE_LETTERS):
        return UNKNOWN
    code = _NEAR.get(code or "", code)
    if code == "ku" and _SORANI_LETTERS.search(sample):
        code = "ckb"
    confidence = details[0][2] / 100 * (1 if reliable else _UNSURE)
    second = details[1]
    mixed = second[1] != "un" and second[2] >= _MIXED_PERCENT and letters >= _SURE_LETTERS
    return Language(code, round(confidence, 2), mixed)

"""The language of an article, from its own words."""

from __future__ import annotations

import re
from typing import NamedTuple

import pycld2  # type: ignore[import-untyped]

from service.lang.languages import normalise_language, script

SAMPLE = 600
"""Characters of the text that are looked at; more changes the answer of hardly any article."""

_COUNTED = 120
_FEWEST_LETTERS = 6
_SURE_LETTERS = 40
_HINTED_LETTERS = 20
_MIXED_PERCENT = 25
_NEAR = {"sco": "en"}
"""Found for short headlines of the other; no news service writes in the first."""

_SELDOM = frozenset(
    ["ceb", "ht", "jw", "mfe", "nso", "rn", "ss", "ug", "uz", "war", "wo", "zu", "tlh", "vo", "ie", "ia"]
)
"""Found for headlines of a few names, mostly of other languages: too little to say so."""

_SORANI_LETTERS = re.compile("[ڕڵێۆە]")
"""The detector has one code for Kurdish; in the Arabic script it is Sorani."""

_ARABIC = re.compile(r"[\u0621-\u064A\u066E-\u06D3]")
_OWN_LETTERS = (
    ("ur", re.compile("[ٹڈڑےہھںۓ]")),
    ("ps", re.compile(r"[ټځڅډړږښګڼۍې]|\b(?:د|په)\b")),
    ("ckb", _SORANI_LETTERS),
    ("fa", re.compile("[پچژگکی]")),
)
"""Letters that a language of the Arabic script has and those below it in this list have not; none of them is Arabic.
For Pashto also two particles that no headline goes without for long."""

_ONLY_OTHERS = frozenset(["fa", "ur", "ps", "ckb"])
_SCRIPT_MATES = _ONLY_OTHERS | {"ar", "ku", "sd", "ug", "uz", "kk", "ks", "az"}

_UNSURE = 0.6
"""Factor on the share where the detector itself says that it is unsure."""


class Language(NamedTuple):
    """A BCP 47 code (``und`` if unknown), the confidence (0 to 1, None if unknown), and whether languages are mixed."""

    code: str
    confidence: float | None
    mixed: bool = False


UNKNOWN = Language("und", None)


def find_language(title: str | None, text: str | None, *, declared: str | None = None) -> Language:
    """Return the language of the first characters of text, with the title in front.

    Where there are few letters, those that only one language of the Arabic script has decide between such languages,
    since the detector cannot; where there are hardly any, ``declared`` (a language code) stands, unless it is of
    another script.
    """
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
    code = _NEAR.get(code, code)
    if letters < _SURE_LETTERS:
        if code in _SCRIPT_MATES:
            code = _by_letters(sample, code)
        elif code in _SELDOM:
            return UNKNOWN
        elif letters < _HINTED_LETTERS and declared and script(declared) == script(code):
            return Language(declared, None)
    if code == "ku" and _SORANI_LETTERS.search(sample):
        code = "ckb"
    confidence = details[0][2] / 100 * (1 if reliable else _UNSURE)
    second = details[1]
    mixed = second[1] != "un" and second[2] >= _MIXED_PERCENT and letters >= _SURE_LETTERS
    return Language(code, round(confidence, 2), mixed)


def _by_letters(sample: str, found: str) -> str:
    """Return the language of the Arabic script whose own letters a short sample has."""
    if not _ARABIC.search(sample):
        return found
    for code, letters in _OWN_LETTERS:
        if letters.search(sample):
            return found if found not in _ONLY_OTHERS and found != "ar" and code == "fa" else code
    return "ar"

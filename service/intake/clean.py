"""Repair of characters: mojibake, entities encoded twice, presentation forms, invisible and control characters.

Digits and letters stay as written: what is changed here is damage, never spelling.
"""

from __future__ import annotations

import functools
import html
import re
import unicodedata

import ftfy

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|br|center|cite|code|div|em|font|h[1-6]|hr|i|img|li|mark|ol|p|q|s|small|span|strong|sub|sup|u|ul)"
    r"(?:\s[^<>]{0,1000})?/?>|<!--[^<>]{0,1000}-->",
    re.IGNORECASE,
)
"""Tags that stand in one-line fields. Other words in angle brackets are text: wires write stock symbols so."""

_BAD = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
)
"""Control, bidi, zero-width and other characters without a shape. ZWNJ and ZWJ shape words and emoji: see _JOINER."""

_JOINER = re.compile("(?<!\\S)[\u200c\u200d]+|[\u200c\u200d]+(?!\\S)|(?<=[A-Za-z0-9])[\u200c\u200d]+(?=[A-Za-z0-9])")
_NON_JOINERS = re.compile("(?<=[\u0621-\u064a])\u200c+(?=[\u0621-\u064a])")
_WITH_NON_JOINERS = re.compile("[پچژگکیےھەڕڵۆێټډړښڼې]")
"""Letters of the languages that write ZWNJ inside words; Arabic does not, there it is debris."""

_SEPARATORS = str.maketrans(
    {
        "\x0b": "\n",
        "\x0c": "\n",
        "\x1c": "\n",
        "\x1d": "\n",
        "\x1e": "\n",
        "\x85": "\n",
        "\u2028": "\n",
        "\u2029": "\n\n",
    }
)
_SEPARATOR = re.compile(f"[{''.join(map(chr, _SEPARATORS))}]")
"""What stands in _SEPARATORS: changing a text by a table costs ten times the look whether there is anything of it."""

_FORMS = re.compile("[\ufb00-\ufb06\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdc7\ufdf2\ufe70-\ufefc]")
_LONE_MARK = re.compile("[\ufe70-\ufe7f]")
_MOJIBAKE = re.compile(
    "[ÃÂØÙÐÑâ][^\x00-\x7f\u0600-\u06ff\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]|[ÃØÙ][\u00a0-\u00bf]|ï»¿"
)
_ARABIC_MOJIBAKE_SHARE = 4
_MARKS = re.compile(r"[^\w\s\x00-\x7f]{31,}")
"""A run in which more combining marks may follow each other than the Stream-Safe Text Format of UAX #15 allows."""

_MOST_MARKS = 30
"""UAX #15; putting more into their canonical order takes more than linear time."""

_SUSPECT = re.compile(
    "[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u00ad\u00c2\u00c3\u00d0\u00d1\u00d8\u00d9\u00e2\u00ef\u061c\u180e"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
"""All that the rules above are about, so that a sound text is looked through once."""


class Cleaner:
    """Cleans the strings of one record; ``repaired`` says afterwards whether anything was broken."""

    __slots__ = ("repaired",)

    def __init__(self, *, repaired: bool = False) -> None:
        self.repaired = repaired

    def line(self, text: str) -> str:
        """Return a one-line field: no tags, no entities, white space collapsed; "" if nothing is left."""
        text = self._entities(text)
        if "<" in text:
            text = _TAG.sub(" ", text)
        return " ".join(self._characters(text).split())

    def text(self, text: str) -> str:
        """Return a text of several lines without entities and broken characters; line ends are line feeds."""
        text = self._characters(self._entities(text))
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text

    def _entities(self, text: str) -> str:
        """Resolve character references that end in a semicolon; those encoded twice count as damage."""
        if "&" not in text or not _ENTITY.search(text):
            return text
        once = _ENTITY.sub(_resolve, text)
        if "&" in once and _ENTITY.search(once):
            self.repaired = True
            once = _ENTITY.sub(_resolve, once)
        return once

    def _characters(self, text: str) -> str:
        """Repair the characters of ``text``."""
        if text.isascii() and text.replace("\n", "").isprintable():
            return text
        if _SUSPECT.search(text) or _is_doubled_arabic(text):
            text = self._mend(text)
        if any(map(unicodedata.combining, text[::_MOST_MARKS])) and _MARKS.search(text):
            safe = _MARKS.sub(_stream_safe, text)
            self.repaired = self.repaired or safe != text
            text = safe
        return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)

    def _mend(self, text: str) -> str:
        """Repair a text in which something was found."""
        mended = _mend_mojibake(text)
        self.repaired = self.repaired or mended != text
        text = mended.translate(_SEPARATORS) if _SEPARATOR.search(mended) else mended
        plain = _BAD.sub("", _FORMS.sub(_plain_form, text))
        if "\u200c" in plain or "\u200d" in plain:
            plain = _JOINER.sub("", plain)
        if "\u200c" in plain and not _WITH_NON_JOINERS.search(plain):
            plain = _NON_JOINERS.sub("", plain)
        self.repaired = self.repaired or plain != text
        return plain


def _resolve(match: re.Match[str]) -> str:
    return html.unescape(match.group())


def _plain_form(match: re.Match[str]) -> str:
    return _letters_of(match.group())


@functools.cache  # there are some 600
def _letters_of(form: str) -> str:
    """Return the letters of a presentation form; a lone vowel sign's carrier blank is no letter."""
    plain = unicodedata.normalize("NFKC", form)
    return plain.strip(" ") if _LONE_MARK.match(form) else plain


def _stream_safe(match: re.Match[str]) -> str:
    """Return a run without the combining marks beyond the most that may follow each other."""
    kept = []
    marks = 0
    for char in match.group():
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def _mend_mojibake(text: str) -> str:
    """Undo a wrong decoding where that is sure; ``text`` itself otherwise."""
    if _MOJIBAKE.search(text):
        return ftfy.fix_encoding(text)
    if _is_doubled_arabic(text):
        try:
            return text.encode("cp1256").decode("utf-8")
        except UnicodeError:
            return text
    return text


def _is_doubled_arabic(text: str) -> bool:
    """Say whether the text looks like UTF-8 read as Windows-1256: every other letter is one of two."""
    return (text.count("ط") + text.count("ظ")) * _ARABIC_MOJIBAKE_SHARE > len(text)

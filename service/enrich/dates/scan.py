"""Where in a text dates may stand, found without cutting all of it into words.

The text is written down in one byte a letter: letters that fold together are one byte, all figures another, whatever
parts words a blank. Its pieces are then looked up all at once, and only runs of known ones that may hold a date are
read word by word. Nothing is decided here: a stretch too many costs time, one too few would lose a date.
"""

from __future__ import annotations

import re
from codecs import charmap_build, charmap_encode
from collections.abc import Callable, Iterator
from itertools import compress

from msgspec import Struct

from service.enrich.dates.lexicon import Lexicon
from service.enrich.dates.tokens import MARKS

_LATIN = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýßÀÁÄÅÇÉÍÓÖØÜ"
_ARABIC = "".join(map(chr, [*range(0x621, 0x63B), *range(0x640, 0x653), 0x670, 0x671])) + "پچژڤکگھیە"
_FIGURES = "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹"
_SIGNS = "،؛؟٪٫٬«»“”„‘’–—−‑…•·°€£\xa0\xad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\ufeff"
_BEYOND_ASCII = _LATIN + _ARABIC + _FIGURES + _SIGNS
_CONTROL = 32 - len("\0\t\n\r")
"""So many control characters leave their bytes to letters."""
_ALPHABET = (
    f"\0{_BEYOND_ASCII[:8]}\t\n{_BEYOND_ASCII[8:10]}\r{_BEYOND_ASCII[10:_CONTROL]}"
    + "".join(map(chr, range(32, 128)))
    + _BEYOND_ASCII[_CONTROL:]
).ljust(256, "\ufffe")
"""The letters and signs that have a byte, ASCII its own; any other is written as a question mark."""
_BYTES = charmap_build(_ALPHABET)

_BLANK, _FIGURE, _SILENT, _STRANGE = b" 0~?"
"""What every sign between words, every figure, every letter or mark that folding drops, and any other sign becomes."""
_SHAPE = bytes(each if each in b" 0" else _SILENT if each in b"~?" else ord("a") for each in range(256))
_ODD = (b"~", b"a0", b"0a")
"""Shapes in pieces that are not just one word or one number of the lexicon's spelling."""
_LONGEST = 64
"""A text with longer odd pieces is no running text: it is read as one stretch."""
_REMEMBERED = 1 << 16
_MARK = re.compile(f"[{MARKS}]")

_PLURALS = frozenset({"'s", "’s"})
_DECIMAL = re.compile(r"\.\d+(?![\d./:])")
"""What makes a figure a decimal fraction: 4.75, not 4.7.2005."""
_SEPARATORS = frozenset("/-.:–")

_KNOWN, _SHORT, _IDLE, _IDLE_LATE, _LATE, _OPENER = range(6)
"""What a piece is: a known word (or nothing), a figure of a date, a trigger (or one behind a date only) that comes to
nothing where the words beside it are unknown, a trigger behind a date, a trigger."""
_IDLES = (_IDLE, _IDLE_LATE)


def opens_date(text: str, start: int, end: int, *, last: bool) -> bool:
    """Say whether a figure of one or two digits is one of a date: 15/2/2017, 15 / 2, the 70s, the 3rd, Q2.

    So it is where a separator and more figures, or a letter, stand right beside it. ``last`` says that it is the last
    word of its text.
    """
    after = text[end : end + 3]
    if after[:1] in _SEPARATORS and after[1:2].isdecimal():
        return after[0] != "." or _DECIMAL.match(text, end) is None
    if after[:1].isalpha() or after[:2] in _PLURALS or (after[:2] == " /" and not last):
        return True
    return start > 0 and (text[start - 1].isalpha() or text[start - 1] in "'’")


class Stretch(Struct, frozen=True, gc=False):
    """Known words in a text that may hold dates, and the unknown word on each side of them.

    The known ones, and what parts them from the unknown ones, are text[start:end]; ``before`` and ``behind`` are the
    lengths of the unknown words, 0 at the ends of the text. ``late`` says that there is a trigger that is one only
    behind another date.
    """

    start: int
    end: int
    before: int
    behind: int
    late: bool


class Scanner:
    """Finds the stretches of a text in one language."""

    def __init__(self, lexicon: Lexicon, is_idle: Callable[[str, str], bool]) -> None:
        """Take ``is_idle`` to ask of the classes of a clitic and a word whether they come to nothing on their own."""
        fold = lexicon.language.fold
        self._table = bytes(map(_byte(fold), _ALPHABET))
        self._known: dict[bytes, int] = {b"": _KNOWN, b"0": _SHORT, b"00": _SHORT, b"000": _KNOWN, b"0000": _OPENER}
        for form, trigger, late in lexicon.forms():
            piece, what = self._written(form), _KNOWN
            if trigger or late:
                idle = b"?" not in piece and all(is_idle(*classes) for classes in lexicon.classes(form))
                what = (_IDLE if idle else _OPENER) if trigger else (_IDLE_LATE if idle else _LATE)
            self._known[piece] = max(self._known.get(piece, _KNOWN), what)
        self._held: dict[bytes, int | None] = {**self._known}

    def stretches(self, text: str) -> Iterator[Stretch]:
        """Yield the stretches in the order of the text; an unknown word may stand in two."""
        letters = self._written(text)
        if not self._learn(letters):
            yield Stretch(0, len(text), 0, 0, late=True)
            return
        pieces = letters.split(b" ")
        held = [*map(self._held.get, pieces), None]  # so that a piece has something before it and behind it
        done = counted = offset = 0
        for at in compress(range(len(pieces)), held):
            if at < done:
                continue
            what = held[at]
            if what == _SHORT:
                offset += len(b" ".join(pieces[counted:at])) + (at > counted)
                counted = at
                if not opens_date(text, offset, offset + len(pieces[at]), last=False):
                    continue
            elif what in _IDLES and _is_alone(held, pieces, at):
                continue
            first, done = at - 1, at + 1
            while held[first] is not None:
                first -= 1
            first += 1
            while held[done] is not None:
                done += 1
            # Pieces are joined to be measured: that is quicker than to add up their lengths.
            if first >= counted:
                offset += len(b" ".join(pieces[counted:first])) + (first > counted)
            else:
                offset -= len(b" ".join(pieces[first:counted])) + 1
            start, run = offset, held[first:done]
            offset += len(b" ".join(pieces[first:done])) + 1
            counted = done
            yield Stretch(
                start - 1 if first else 0,
                offset if done < len(pieces) else len(text),
                len(pieces[first - 1]) if first else 0,
                len(pieces[done]) if done < len(pieces) else 0,
                _LATE in run or _IDLE_LATE in run,
            )

    def _written(self, text: str) -> bytes:
        if "?" in text:
            text = text.replace("?", "!")  # the question mark is what strange letters become
        return charmap_encode(text, "replace", _BYTES)[0].translate(self._table)

    def _learn(self, letters: bytes) -> bool:
        """Look at the odd pieces of a text; False where one is too long for running text."""
        held = self._held
        if len(held) > _REMEMBERED:
            held = self._held = {**self._known}
        shape = letters.translate(_SHAPE)
        for odd in _ODD:
            at = shape.find(odd)
            while at >= 0:
                start, end = shape.rfind(b" ", 0, at) + 1, shape.find(b" ", at)
                end = len(shape) if end < 0 else end
                if end - start > _LONGEST:
                    return False
                piece = letters[start:end]
                if piece not in held:
                    held[piece] = self._odd(piece)
                at = shape.find(odd, end)
        return True

    def _odd(self, piece: bytes) -> int | None:
        """Return what an odd piece is; several words in one may be anything."""
        return _OPENER if b"?" in piece or b"0" in piece else self._known.get(piece.replace(b"~", b""))


def _is_alone(held: list[int | None], pieces: list[bytes], at: int) -> bool:
    """Say whether no known word stands beside a piece."""
    before, behind = at - 1, at + 1
    while held[before] == _KNOWN and not pieces[before]:
        before -= 1
    if held[before] is not None:
        return False
    while held[behind] == _KNOWN and not pieces[behind]:
        behind += 1
    return held[behind] is None


def _byte(fold: Callable[[str], str]) -> Callable[[str], int]:
    """Return a function that gives the byte of what a letter or sign folds to."""

    def byte(letter: str) -> int:
        if letter.isdecimal():
            return _FIGURE
        if _MARK.match(letter):
            return _SILENT
        if not letter.isalpha():
            return _BLANK
        folded = fold(letter)
        place = _ALPHABET.find(folded) if len(folded) == 1 else -1
        return _SILENT if not folded else _STRANGE if place < 0 else place

    return byte

"""How much of an article was kept and how much of what stood around it was removed, in characters."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import NamedTuple

from resiliparse.extract.html2text import extract_plain_text

_HIDDEN = re.compile(r"(?s)<(script|style|svg)\b.*?</\1>")


class Score(NamedTuple):
    """Characters: of the article, of it kept; of what is not the article, of it removed; and of the whole result."""

    article: int
    kept: int
    around: int
    removed: int
    result: int

    def __add__(self, other: object) -> Score:
        assert isinstance(other, Score)
        return Score(*(mine + its for mine, its in zip(self, other, strict=True)))

    @property
    def kept_share(self) -> float:
        return self.kept / self.article if self.article else 1.0

    @property
    def removed_share(self) -> float:
        return self.removed / self.around if self.around else 1.0

    @property
    def pure_share(self) -> float:
        """Share of the result that is the article."""
        return self.kept / self.result if self.result else 1.0

    def line(self) -> str:
        return f"kept {self.kept_share:.2%}, removed {self.removed_share:.2%}, pure {self.pure_share:.2%}"


NOTHING = Score(0, 0, 0, 0, 0)


def visible(markup: str) -> int:
    """Count the characters that a page shows, white space apart."""
    return len("".join(extract_plain_text(_HIDDEN.sub("", markup), preserve_formatting=False).split()))


def _flat(text: str) -> str:
    return " ".join(text.split())


def score(paragraphs: Iterable[str], result: str, visible: int) -> Score:
    """Compare a result with the article's paragraphs; ``visible`` counts all characters that were there.

    White space does not count. A paragraph that is not there whole is compared word by word with what is left.
    """
    left = _flat(result)
    size = len(left.replace(" ", ""))
    article = kept = 0
    missing = []
    for paragraph in map(_flat, paragraphs):
        article += len(paragraph.replace(" ", ""))
        place = left.find(paragraph)
        if place < 0:
            missing.append(paragraph)
            continue
        kept += len(paragraph.replace(" ", ""))
        left = f"{left[:place]} {left[place + len(paragraph) :]}"
    for paragraph in missing:
        mine, its = paragraph.split(), left.split()
        blocks = difflib.SequenceMatcher(None, mine, its, autojunk=False).get_matching_blocks()
        kept += sum(len(word) for block in blocks if block.size > 2 for word in mine[block.a : block.a + block.size])
        for block in reversed(blocks):
            if block.size > 2:
                del its[block.b : block.b + block.size]
        left = " ".join(its)
    around = max(visible - article, 0)
    rest = min(size - kept, around)
    return Score(article, kept, around, around - rest, size)

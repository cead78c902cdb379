"""One way in for every language: ``find`` picks the tagger."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from service.enrich.entities import arabic, english
from service.enrich.entities.features import Analysis
from service.enrich.entities.model import load
from service.enrich.entities.tokens import EntityMention

ANALYSE: Mapping[str, Callable[[str], Analysis]] = {"ar": arabic.analyse, "en": english.analyse}


def supported(language: str) -> bool:
    """Tell whether entities can be found in a language (BCP 47; the region does not matter)."""
    return language.split("-", 1)[0].lower() in ANALYSE


def find(text: str, *, language: str) -> list[EntityMention]:
    """Return the names in ``text``: sorted, not overlapping, ``text[start:end] == mention.text``.

    Clitics (و ف ب ل ك س) stay outside, the article that belongs to the name inside: in للأمم المتحدة the span begins
    at the second ل. What counts is in docs/annotation.md. Raises ValueError for a language without rules
    (see :func:`supported`): an empty list would say "looked, found none".
    """
    code = language.split("-", 1)[0].lower()
    analyse = ANALYSE.get(code)
    if analyse is None:
        raise ValueError(f"no entity rules for language {language!r}")
    analysis = analyse(text)
    return [
        EntityMention(start, end, text[start:end], span.type)
        for span in load(code, analysis.see).spans(analysis.reading)
        for start, end in [(analysis.starts[span.first] + analysis.cut(span.first), analysis.ends[span.after - 1])]
    ]


def find_both(title: str, text: str, *, language: str) -> tuple[list[EntityMention], list[EntityMention]]:
    """Return the names in a title and those in its text, read together: a title shows little, the text names in full.

    The offsets of each list point into its own field. Raises ValueError as :func:`find` does.
    """
    shift = len(title) + 1
    found = find(f"{title}\n{text}", language=language)
    in_title = [mention for mention in found if mention.start < shift]
    in_text = [
        mention._replace(start=mention.start - shift, end=mention.end - shift)
        for mention in found
        if mention.start >= shift
    ]
    return in_title, in_text

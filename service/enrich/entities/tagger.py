"""One way in for every language: ``find`` picks the tagger."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from service.enrich.entities import arabic, english
from service.enrich.entities.backends import BUILTIN, TYPES, tagger_for
from service.enrich.entities.features import Analysis
from service.enrich.entities.model import load
from service.enrich.entities.tokens import EntityMention

ANALYSE: Mapping[str, Callable[[str], Analysis]] = {"ar": arabic.analyse, "en": english.analyse}


_POSSESSIVE = re.compile(r"['’]s$")
_ARTICLE = re.compile(r"the\s+", re.IGNORECASE)
_EDGE = " \t\r\n\u00a0\"'“”‘’«»„`()[]{},;:!?؟،؛…"
"""What stands around a name and is none of it, whatever a model of others includes."""


def supported(language: str, *, backend: str = BUILTIN) -> bool:
    """Tell whether entities can be found in a language (BCP 47; the region does not matter)."""
    code = _code(language)
    return code in ANALYSE or tagger_for(code, backend) is not None


def _code(language: str) -> str:
    return language.split("-", 1)[0].lower()


def find(text: str, *, language: str, backend: str = BUILTIN) -> list[EntityMention]:
    """Return the names in ``text``: sorted, not overlapping, ``text[start:end] == mention.text``.

    Clitics (و ف ب ل ك س) stay outside, the article that belongs to the name inside: in للأمم المتحدة the span begins
    at the second ل. What counts is in docs/annotation.md. ``backend`` chooses another model
    (:mod:`service.enrich.entities.backends`). Raises ValueError for a language without a model (see :func:`supported`):
    an empty list would say "looked, found none". Raises Misconfigured where the backend is not there.
    """
    code = _code(language)
    tagger = tagger_for(code, backend)
    if tagger is not None:
        return _trimmed(text, tagger.label(text), code)
    analyse = ANALYSE.get(code)
    if analyse is None:
        raise ValueError(f"no entity rules for language {language!r}")
    analysis = analyse(text)
    return [
        EntityMention(start, end, text[start:end], span.type)
        for span in analysis.settle(load(code, analysis.see).spans(analysis.reading))
        for start, end in [(analysis.starts[span.first] + analysis.cut(span.first), analysis.ends[span.after - 1])]
    ]


def _trimmed(text: str, labelled: Iterable[tuple[int, int, str]], code: str) -> list[EntityMention]:
    """Return what another model labelled by our types and boundaries: quotes, "the", 's and clitics outside."""
    found = []
    for first, last, label in labelled:
        kind = TYPES.get(label.upper())
        if kind is None:
            continue
        start = last - len(text[first:last].lstrip(_EDGE))
        end = start + len(text[start:last].rstrip(_EDGE))
        if code == "en":
            article = _ARTICLE.match(text, start, end)
            start = article.end() if article else start
            end -= 2 if _POSSESSIVE.search(text[start:end]) else 0
        elif code == "ar":
            start += arabic.clitics(text[start:end].partition(" ")[0])
        if start < end:
            found.append(EntityMention(start, end, text[start:end], kind))
    return found


def find_both(
    title: str, text: str, *, language: str, backend: str = BUILTIN
) -> tuple[list[EntityMention], list[EntityMention]]:
    """Return the names in a title and those in its text, read together: a title shows little, the text names in full.

    The offsets of each list point into its own field. Raises what :func:`find` raises.
    """
    shift = len(title) + 1
    found = find(f"{title}\n{text}", language=language, backend=backend)
    in_title = [mention for mention in found if mention.start < shift]
    in_text = [
        EntityMention(mention.start - shift, mention.end - shift, mention.text, mention.type)
        for mention in found
        if mention.start >= shift
    ]
    return in_title, in_text

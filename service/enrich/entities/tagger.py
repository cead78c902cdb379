"""One way in for every language: ``find`` picks the tagger."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from service.enrich.entities import arabic, english
from service.enrich.entities.tokens import EntityMention

_TAGGERS: Mapping[str, Callable[[str], list[EntityMention]]] = {"ar": arabic.find, "en": english.find}


def supported(language: str) -> bool:
    """Tell whether entities can be found in a language (BCP 47; the region does not matter)."""
    return language.split("-", 1)[0].lower() in _TAGGERS


def find(text: str, *, language: str) -> list[EntityMention]:
    """Return the names in ``text``: sorted, not overlapping, ``text[start:end] == mention.text``.

    Clitics (و ف ب ل ك س) stay outside, the article that belongs to the name inside: in للأمم المتحدة the span begins
    at the second ل. What counts is in docs/annotation.md. Raises ValueError for a language without rules
    (see :func:`supported`): an empty list would say "looked, found none".
    """
    tagger = _TAGGERS.get(language.split("-", 1)[0].lower())
    if tagger is None:
        raise ValueError(f"no entity rules for language {language!r}")
    return tagger(text)

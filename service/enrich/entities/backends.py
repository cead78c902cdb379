"""Which tagger finds the names: our own (``builtin``), a spaCy pipeline or a network in ONNX form.

A choice is a text such as ``builtin``, ``spacy:en_core_web_sm``, ``onnx:models/ar``, or one a language:
``ar=onnx:models/ar,en=spacy:en_core_web_sm``. What a choice does not speak is left to ours.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from service.enrich.entities import onnx_tagger, spacy_tagger
from service.errors import Misconfigured
from service.wire.closed import EntityType

BUILTIN: Final = "builtin"
_ANY: Final = "*"
_ITEM = re.compile(r"(?:(?P<language>[a-z]{2,3})=)?(?P<backend>builtin|(?:spacy|onnx):\S+)")

TYPES: Final[Mapping[str, EntityType]] = {
    **dict.fromkeys(("PER", "PERS", "PERSON"), EntityType.PER),
    **dict.fromkeys(("ORG", "ORGANIZATION", "ORGANISATION"), EntityType.ORG),
    **dict.fromkeys(("LOC", "LOCATION", "GPE", "FAC", "FACILITY"), EntityType.LOC),
    **dict.fromkeys(("MISC", "EVENT", "WORK_OF_ART", "PRODUCT", "LAW"), EntityType.MISC),
}
"""Our types by the labels that models use; what is not here (NORP, LANGUAGE, DATE …) is no name by our guidelines."""


class Tagger(Protocol):
    """A model of others."""

    @property
    def name(self) -> str:
        """Its name and version."""
        ...

    @property
    def language(self) -> str | None:
        """The code of the language that it speaks; None: any."""
        ...

    def label(self, text: str) -> list[tuple[int, int, str]]:
        """Return labelled stretches (start, end, label) in the order of the text, not overlapping."""
        ...


_LOADERS: Mapping[str, Callable[[str], Tagger]] = {"spacy": spacy_tagger.load, "onnx": onnx_tagger.load}


@functools.cache
def choices(text: str) -> Mapping[str, str]:
    """Return the backend by language (``*``: any other) that a choice names; raises Misconfigured where it is none."""
    found: dict[str, str] = {}
    for item in filter(None, map(str.strip, text.split(","))):
        match = _ITEM.fullmatch(item)
        if match is None:
            raise Misconfigured(
                f"{item!r} is no entity backend: builtin, spacy:PACKAGE or onnx:FOLDER, or en=spacy:PACKAGE"
            )
        found[match["language"] or _ANY] = match["backend"]
    return found


def load(backend: str) -> Tagger:
    """Return the tagger that ``spacy:PACKAGE`` or ``onnx:FOLDER`` names, loaded once.

    Raises Misconfigured where its library or the model is not there, or is none.
    """
    kind, _, where = backend.partition(":")
    return _load(kind, where)


@functools.cache
def _load(kind: str, where: str) -> Tagger:
    return _LOADERS[kind](where)


def tagger_for(code: str, backend: str) -> Tagger | None:
    """Return the tagger that a choice has for a language (``ar``), or None where that is ours."""
    found = choices(backend)
    named = found.get(code)
    if named is not None:
        return None if named == BUILTIN else load(named)
    other = found.get(_ANY, BUILTIN)
    if other == BUILTIN:
        return None
    tagger = load(other)
    return tagger if tagger.language in {None, code} else None


def check(backend: str) -> None:
    """Load all that a choice names; raises Misconfigured where something of it is not there."""
    for language, named in choices(backend).items():
        if named == BUILTIN:
            continue
        speaks = load(named).language
        if language != _ANY and speaks not in {None, language}:
            raise Misconfigured(f"{named} is a model for {speaks!r}, not for {language!r}")

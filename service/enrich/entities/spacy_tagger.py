"""Names by a spaCy pipeline (extra ``spacy``): its entity recogniser or entity ruler, paragraph by paragraph."""

from __future__ import annotations

import re
from typing import Any

from service.errors import Misconfigured

_NEEDLESS = ("parser", "senter", "lemmatizer", "textcat", "textcat_multilabel")
"""Components that find no names and that neither a recogniser nor a ruler needs."""
_PARAGRAPH = re.compile(r"[^\n]{1,20000}(?!\S)|[^\n]{1,20000}")
"""A line, cut between words where it is long: spaCy's memory grows with its input."""


class SpacyTagger:
    """A loaded pipeline."""

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline
        meta = pipeline.meta
        self.name = f"spacy:{meta['lang']}_{meta['name']}-{meta['version']}"
        self.language = None if pipeline.lang == "xx" else str(pipeline.lang)

    def label(self, text: str) -> list[tuple[int, int, str]]:
        """Return labelled stretches (start, end, label) in the order of the text, not overlapping."""
        pieces = [(match.group(), match.start()) for match in _PARAGRAPH.finditer(text)]
        return [
            (shift + entity.start_char, shift + entity.end_char, entity.label_)
            for document, shift in self._pipeline.pipe(pieces, as_tuples=True)
            for entity in document.ents
        ]


def load(package: str) -> SpacyTagger:
    """Return the pipeline that is installed as ``package``, or lies in a folder of that name; raises Misconfigured."""
    spacy = _library()
    try:
        pipeline = spacy.load(package, exclude=_NEEDLESS)
    except (OSError, ValueError, ImportError) as error:
        reason = str(error).splitlines()[0]
        raise Misconfigured(f"cannot load the spaCy pipeline {package}: {reason}") from error
    if not {"ner", "entity_ruler"} & set(pipeline.pipe_names):
        raise Misconfigured(f"the spaCy pipeline {package} finds no names: it has neither ner nor entity_ruler")
    return SpacyTagger(pipeline)


def _library() -> Any:
    try:
        import spacy  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise Misconfigured("the entity backend spacy: needs spaCy: install khabar[spacy]") from error
    return spacy

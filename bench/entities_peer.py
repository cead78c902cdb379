"""Compare the built-in English entity model with a spaCy pipeline, side by side: speed and F1 on the same texts.

    python bench/entities_peer.py PIPELINE [SET.conll ...]

PIPELINE is an installed spaCy package or the folder of one (en_core_web_sm). Times are processor time on texts of the
test part that neither has read before, each with caches warmed by the train part; F1 counts PER, ORG and LOC with the
same beginning, end and type, spaCy's labels mapped and trimmed as the backend does. A SET is in CoNLL form.
"""

from __future__ import annotations

import gc
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import spacy

from service.enrich.entities import EntityMention, find
from service.enrich.entities._train import Document, documents

NEWS = Path(__file__).parents[1] / "tests" / "corpora" / "entities" / "news" / "en"
TYPES = ("PER", "ORG", "LOC")
WORDS = 400

Find = Callable[[str], Sequence[EntityMention]]


def f1(texts: list[Document], tagger: Find) -> dict[str, float]:
    """Return F1 by type and over all."""
    hits: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for text, spans in texts:
        marks = {span for span in spans if span[2] in TYPES}
        found = {(m.start, m.end, m.type.value) for m in tagger(text) if m.type.value in TYPES}
        for kind in (*TYPES, "all"):
            ours, gold = ({s for s in group if kind in {"all", s[2]}} for group in (found, marks))
            hits[kind] += len(ours & gold)
            seen[kind] += len(ours) + len(gold)
    return {kind: 200 * hits[kind] / max(seen[kind], 1) for kind in (*TYPES, "all")}


def milliseconds(texts: list[Document], work: Callable[[str], object]) -> float:
    """Return the processor time of 400 words, each text read once."""
    # One look for garbage among all that both models hold costs more than these texts: none of it falls on either.
    gc.collect()
    gc.freeze()
    spent = time.process_time()
    for text, _ in texts:
        work(text)
    spent = time.process_time() - spent
    return spent * 1e3 * WORDS / sum(len(text.split()) for text, _ in texts)


def rows(pipeline: str, sets: Sequence[str]) -> Iterator[str]:
    """Yield the lines of the report."""
    texts, warm = list(documents(NEWS / "test")), list(documents(NEWS / "train"))
    whole = spacy.load(pipeline)
    ours: Find = lambda text: find(text, language="en")  # noqa: E731
    theirs: Find = lambda text: find(text, language="en", backend=f"spacy:{pipeline}")  # noqa: E731
    spans = {"Khabar": ours, "spaCy, as a backend": theirs}
    for name, work in {**spans, "spaCy, whole pipeline": whole}.items():
        milliseconds(warm, work)
        unseen = milliseconds(texts, work)
        again = min(milliseconds(texts, work) for _ in range(5))
        yield f"{name}: {unseen:.2f} ms for {WORDS} unseen words, {again:.2f} ms for the same again"
    parts = {"own test part": texts} | {Path(path).name: list(documents(Path(path))) for path in sets}
    for part, found in parts.items():
        for name, tagger in spans.items():
            figures = "  ".join(f"{kind} {value:.1f}" for kind, value in f1(found, tagger).items())
            yield f"{part}, {name}: F1 {figures}"


if __name__ == "__main__":
    for row in rows(sys.argv[1], sys.argv[2:]):
        print(row)

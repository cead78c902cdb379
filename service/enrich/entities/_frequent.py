"""Make ``data/<language>/frequent.txt``: ``python -m service.enrich.entities._frequent LANGUAGE PATH ...``.

A PATH is a folder of marked documents. Kept is what stands there twice or more, as the tagger reads it: the model sums
up the scores of these words when it is loaded.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from service.enrich.entities._train import Document, documents
from service.enrich.entities.tagger import ANALYSE

DATA = Path(__file__).parent / "data"
LEAST = 2


def frequent(language: str, found: Iterable[Document]) -> list[str]:
    """Return the words in alphabetical order."""
    counts = Counter(word for document in found for word in ANALYSE[language](document.text).reading.words)
    return sorted(word for word, count in counts.items() if count >= LEAST)


def main(language: str, *paths: str) -> None:
    """Write the file."""
    words = frequent(language, (document for path in paths for document in documents(Path(path))))
    (DATA / language / "frequent.txt").write_text("".join(f"{word}\n" for word in words), encoding="utf-8")
    sys.stdout.write(f"{language}: {len(words)} words\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

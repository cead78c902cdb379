"""Make ``data/<language>/common.txt``, ordinary words: ``python -m service.enrich.entities._common LANGUAGE PATH ...``.

A PATH is a folder of texts of any kind, or a set in CoNLL form, whose words outside names count twice. Arabic words
come also from the word lists of faker and mimesis. Kept is, folded, what is no name in our other lists.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from service.enrich.entities.lexicon import Known, lexicon
from service.enrich.places.fold import fold

DATA = Path(__file__).parent / "data"
WORD = {"ar": re.compile("[\u0621-\u063a\u0641-\u0652]{2,}"), "en": re.compile("(?<![A-Za-z'])[a-z][a-z']+")}
ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
TAG = re.compile("<[^>]+>")
NAMES = Known.PLACE | Known.BODY | Known.FAMOUS | Known.MISC | Known.GIVEN | Known.SURNAME
SEEN = {"ar": 2, "en": 1}


def texts(folder: Path) -> Iterator[str]:
    """Yield the texts below a folder, markup and escapes of JSON taken out."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="ignore")
            yield TAG.sub(" ", ESCAPE.sub(lambda match: chr(int(match[1], 16)), text))


def outside(path: Path) -> str:
    """Return the words of a CoNLL file that belong to no name."""
    lines = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return " ".join(fields[0] for fields in lines if fields[1:2] == ["O"])


def lists() -> Iterator[str]:
    """Yield the Arabic word lists of faker and mimesis."""
    yield " ".join(importlib.import_module("faker.providers.lorem.ar_AA").Provider.word_list)
    file = Path(str(importlib.import_module("mimesis").__file__)).parent / "datasets" / "ar" / "text.json"
    yield json.dumps(json.loads(file.read_text(encoding="utf-8")), ensure_ascii=False)


def common(language: str, paths: list[Path]) -> list[str]:
    """Return the ordinary words."""
    counts: Counter[str] = Counter()
    for path in paths:
        if path.is_dir():
            for text in texts(path):
                counts.update(map(fold, WORD[language].findall(text)))
        else:
            counts.update({fold(word): 2 for word in WORD[language].findall(outside(path))})
    for text in lists() if language == "ar" else ():
        counts.update({fold(word): 2 for word in WORD[language].findall(text)})
    known = lexicon(language).words
    named = {word for word in counts if known.get(word, 0) & NAMES and not known[word] & Known.WORD}
    return sorted(
        word for word, count in counts.items() if count >= SEEN[language] and word not in named and " " not in word
    )


def main(language: str, *paths: str) -> None:
    """Write the file."""
    words = common(language, [Path(path) for path in paths])
    (DATA / language / "common.txt").write_text("".join(f"{word}\n" for word in words), encoding="utf-8")
    print(language, len(words))


if __name__ == "__main__":
    main(*sys.argv[1:])

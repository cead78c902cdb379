"""Train ``data/<language>/model.npz``: ``python -m service.enrich.entities._train LANGUAGE PATH [PATH ...]``.

A PATH is a folder of marked documents, a TOML file of marked sentences (``cases``), or a set in CoNLL form (word, TAB,
tag in BIO, an empty line between sentences). English texts of our own count more than those of sets: they are news. Of
Arabic paths behind the word ``hidden`` every second text is read with a share of the listed names hidden: lists know
more of our own texts than of the news, and what they do not know has to be found by its surroundings. The same input
gives the same weights.
"""

from __future__ import annotations

import bisect
import re
import sys
import tomllib
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from service.enrich.entities import _crf
from service.enrich.entities.arabic_words import words as arabic_words
from service.enrich.entities.decoder import Floats, Ints
from service.enrich.entities.features import LABELS, Analysis, Reading
from service.enrich.entities.lexicon import NAME, Known, lexicon
from service.enrich.entities.tagger import ANALYSE
from service.enrich.entities.tokens import Gap
from service.enrich.entities.word_features import BESIDE, COLUMNS, HERE, NEAR, Seen, spelled_out
from service.enrich.places.fold import fold_latin

MARK = re.compile(r"\[(PER|ORG|LOC|MISC) ([^\[\]]+)\]")
SETTINGS = {"ar": _crf.Settings(step=0.15, c1=0.1, c2=0.2), "en": _crf.Settings(step=0.08, c1=0.1, c2=0.2)}
OWN = {"ar": 1, "en": 5}
"""How many times a text counts that is of no CoNLL set."""
NOT_RELIED_ON = {
    **dict.fromkeys(("0g", "0G", "-g", "-G", "+g", "+G", "<G", ">G", "M", "m", "n"), 0.5),
    **dict.fromkeys("KQT", 0.3),
}
"""Shares of words at which the trainer hides what the lists and rules say, and words' coarse classes made of it:
on a quarter of the Arabic texts held out 80.3 -> 80.7, with other names hidden from the lists 75.8 -> 77.3."""
SENTENCES = 15
"""CoNLL sentences that make one text."""
LEAST, STEPS = 0.06, 32
"""Smaller weights are left out of the file, and others told by so many steps to one: half of the file, and no F1 on the
quarter of the English texts held out."""
MET = {"ar": 2, "en": 1}
"""Features of fewer words are left out: in Arabic a quarter of the file and 4 MB of memory, and less than a tenth of F1
on the quarter of the texts held out."""
HIDDEN = 0.5
HIDDEN_PARTS = 0.2
"""Shares of the whole names, and of the parts of persons' names, that ``hidden`` takes out of the Arabic lists."""
WHOLE = Known.BODY | Known.MISC | Known.PLACE | Known.PLACE_RARE | Known.LISTED | Known.PERSON | Known.SHORT


class Document(NamedTuple):
    """A text and its mentions as (start, end, type)."""

    text: str
    spans: list[tuple[int, int, str]]


def marked(text: str) -> Document:
    """Read a text in which mentions are written as ``[TYPE name]``."""
    spans, parts, size, last = [], [], 0, 0
    for match in MARK.finditer(text):
        before = text[last : match.start()]
        parts += [before, match[2]]
        start = size + len(before)
        size = start + len(match[2])
        spans.append((start, size, match[1]))
        last = match.end()
    return Document("".join(parts) + text[last:], spans)


def documents(path: Path) -> Iterator[Document]:
    """Yield the documents of a folder, a TOML file or a CoNLL file."""
    if path.is_dir():
        # Header lines (``#kind: politics``), an empty line, the text.
        for file in sorted(path.rglob("*.txt")):
            yield marked(file.read_text(encoding="utf-8").partition("\n\n")[2])
    elif path.suffix == ".toml":
        yield from map(marked, tomllib.loads(path.read_text(encoding="utf-8"))["cases"])
    else:
        found = list(sentences(path))
        for at in range(0, len(found), SENTENCES):
            yield nationalities_out(joined(found[at : at + SENTENCES]))


def sentences(path: Path) -> Iterator[list[list[str]]]:
    """Yield the sentences of a CoNLL file as lists of [word, tag]."""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = [line.split("\t")[:2] for line in block.splitlines() if line]
        if lines:
            yield lines


def joined(found: Sequence[list[list[str]]]) -> Document:
    """Write sentences out as one text, words separated by spaces."""
    text, spans = "", list[tuple[int, int, str]]()
    for sentence in found:
        for word, tag in sentence:
            start = len(text)
            text += word
            if tag[0] == "B":
                spans.append((start, len(text), tag[2:]))
            elif tag[0] == "I" and spans:
                spans[-1] = (spans[-1][0], len(text), tag[2:])
            text += " "
        text = text[:-1] + "\n"
    return Document(text, spans)


def nationalities_out(document: Document) -> Document:
    """Leave out adjectives of nationality, which other guidelines count as MISC."""
    known = lexicon("en").words.get
    spans = [
        span
        for span in document.spans
        if span[2] != "MISC" or not known(fold_latin(document.text[span[0] : span[1]]), 0) & Known.NISBA
    ]
    return document._replace(spans=spans)


def gold(analysis: Analysis, document: Document) -> list[str]:
    """Return the tag of each word; a mention begins in the word that holds its first character."""
    starts, ends = analysis.starts, analysis.ends
    tags = ["O"] * len(starts)
    for start, end, kind in document.spans:
        at = max(bisect.bisect_right(starts, start) - 1, 0)
        at += ends[at] <= start
        part = "B"
        while at < len(starts) and starts[at] < end:
            tags[at] = f"{part}-{kind}"
            part = "I"
            at += 1
    return tags


def attributes(seen: Seen, reading: Reading, language: str) -> list[list[str]]:
    """Return every word's features with those of its neighbours in the sentence, as the model adds them up."""
    gaps, tags, chains = reading.gaps, reading.tags, [*reading.chains, ""]
    size, found = len(gaps), []
    sentence = np.cumsum(np.array(gaps) == Gap.START).tolist()

    def there(at: int, away: int) -> bool:
        return 0 <= at + away < size and sentence[at + away] == sentence[at]

    def spelled(at: int, away: int, reach: int) -> list[str]:
        return spelled_out(COLUMNS[language], seen, at + away, reach) if there(at, away) else []

    for at, kind in enumerate(seen.kinds):
        before, behind = (seen.kinds[at + away] if there(at, away) else "" for away in (-1, 1))
        gap_behind, tag_behind = (gaps[at + 1], tags[at + 1]) if at + 1 < size else (Gap.START, 0)
        tag_before = tags[at - 1] if at else 0
        found.append(
            [
                *(f"0{name}" for name in spelled(at, 0, HERE)),
                *(f"-{name}" for name in spelled(at, -1, BESIDE)),
                *(f"+{name}" for name in spelled(at, 1, BESIDE)),
                *(f"<{name}" for name in spelled(at, -2, NEAR)),
                *(f">{name}" for name in spelled(at, 2, NEAR)),
                *(f"g{gaps[at]}", f"h{gap_behind}"),
                *(f"M{tags[at]}", f"m{tag_before}|{tags[at]}", f"n{tags[at]}|{tag_behind}"),
                *(f"K{before}|{kind}", f"Q{kind}|{behind}"),
                f"T{before}|{kind}|{behind}",
                *([f"S{int(seen.bodies[at])}|{kind}"] if reading.sport else []),
                *([f"C{chains[at]}"] if chains[at] else []),
                *([f"D{chains[at]}|{chains[at + 1]}"] if chains[at] or chains[at + 1] else []),
            ]
        )
    return found


def examples(language: str, found: Iterable[Document]) -> Iterator[tuple[list[list[str]], list[str]]]:
    """Yield features and tags, run of words by run of words: a name does not run over a break."""
    for document in found:
        analysis = ANALYSE[language](document.text)
        reading = analysis.reading
        rows = attributes(analysis.see(reading.words), reading, language)
        tags = gold(analysis, document)
        first = 0
        for at in range(1, len(rows) + 1):
            if at == len(rows) or not reading.joined[at]:
                if tags[first][0] == "I":
                    tags[first] = "B" + tags[first][1:]
                yield rows[first:at], tags[first:at]
                first = at


def packed(by_name: Mapping[str, Floats], moves: Floats) -> dict[str, Any]:
    """Return weights by feature (one a label) and by move as the arrays of :mod:`service.enrich.entities.model`."""
    rows = {name: [(at, row[at]) for at in np.flatnonzero(np.abs(row) >= LEAST)] for name, row in by_name.items()}
    names = sorted(name for name, row in rows.items() if row)
    return {
        "keys": np.frombuffer("\n".join(names).encode(), "u1"),
        "count": np.array([len(rows[name]) for name in names], "u1"),
        "label": np.array([label for name in names for label, _ in rows[name]], "u1"),
        "weight": (np.rint([weight * STEPS for name in names for _, weight in rows[name]]) / STEPS).astype("f2"),
        "moves": moves.astype("f2"),
    }


def runs(found: Iterable[tuple[list[list[str]], list[str], int]]) -> tuple[list[str], _crf.Runs]:
    """Return the features' names, and runs of words by numbers of features and labels, and how often they count."""
    numbers: dict[str, int] = {}
    features, ends, labels, run_ends = array("l"), array("l", [0]), array("l"), array("l", [0])
    counts = []
    for rows, tags, times in found:
        for row in rows:
            features.extend([numbers.setdefault(name, len(numbers)) for name in row])
            ends.append(len(features))
        labels.extend(map(LABELS.index, tags))
        run_ends.append(len(labels))
        counts.append(times)
    read = tuple(np.array(part, np.intp) for part in (features, ends, labels, run_ends))
    return [*numbers], _crf.Runs(read[0], read[1], read[2], read[3], np.array(counts, "f4"))


def _drawn(name: str, share: float) -> bool:
    """Tell whether a name is among those hidden: always the same ones."""
    return zlib.crc32(f"0{name}".encode()) % 1000 < share * 1000


def hide_names() -> None:
    """Take a share of the names out of the Arabic lists, for the rest of this process; countries stay."""
    lists = lexicon("ar")
    for name in [name for name in lists.phrases if _drawn(name, HIDDEN)]:
        del lists.phrases[name]
    for name in [name for name in lists.exact if _drawn(name, HIDDEN)]:
        del lists.exact[name]
    for word, known in lists.words.items():
        if not known & Known.COUNTRY:
            whole = WHOLE if _drawn(word, HIDDEN) else 0
            parts = NAME if _drawn(f"n{word}", HIDDEN_PARTS) else 0
            lists.words[word] = known & ~(whole | parts)
    arabic_words().clear()


def counted(language: str, paths: Iterable[str]) -> list[tuple[Document, int]]:
    """Read the documents of all paths, each with how many times it counts."""
    return [
        (document, 1 if Path(path).suffix == ".conll" else OWN[language])
        for path in paths
        for document in documents(Path(path))
    ]


def train(
    language: str, found: Iterable[tuple[Document, int]], hidden: Sequence[tuple[Document, int]], target: Path
) -> None:
    """Train on counted documents, and on those with names hidden in the lists, and write the model file."""
    names, read = runs(_examples(language, found, hidden))
    shares = [next((share for head, share in NOT_RELIED_ON.items() if name.startswith(head)), 0.0) for name in names]
    weights, moves = _crf.fit(read, np.array(shares, "f4"), len(LABELS), SETTINGS[language])
    weights = without_rare(weights, read.features, MET[language])
    np.savez_compressed(target, **packed(dict(zip(names, weights, strict=True)), moves))


def without_rare(weights: Floats, features: Ints, least: int) -> Floats:
    """Return the weights, a row a feature, without those of features that fewer words have."""
    met = np.bincount(features, minlength=len(weights))
    return np.where(met[:, None] >= least, weights, 0)


def _examples(
    language: str, found: Iterable[tuple[Document, int]], hidden: Sequence[tuple[Document, int]]
) -> Iterator[tuple[list[list[str]], list[str], int]]:
    for document, times in found:
        yield from ((rows, tags, times) for rows, tags in examples(language, [document]))
    if hidden:
        hide_names()
    for document, times in hidden:
        yield from ((rows, tags, times) for rows, tags in examples(language, [document]))


def main(language: str, *paths: str) -> None:
    """Train on all paths, write the shipped model and say its size."""
    at = paths.index("hidden") if "hidden" in paths else len(paths)
    plain, mixed = counted(language, paths[:at]), counted(language, paths[at + 1 :])
    found, hidden = plain + mixed[0::2], mixed[1::2]
    target = Path(__file__).parent / "data" / language / "model.npz"
    train(language, found, hidden, target)
    texts = [document for document, _ in found + hidden]
    words = sum(len(document.text.split()) for document in texts)
    print(f"{language}/{target.name}: {len(texts)} texts, {words} words, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])

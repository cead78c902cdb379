"""Train ``data/<language>/spelling.npz`` from the lists: ``python -m service.enrich.entities._spelling LANGUAGE``.

Needs python-crfsuite, which the service does not. Names come from ``names.tsv`` and the places, ordinary words from
``common.txt``. The same lists give the same weights.
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pycrfsuite

from service.enrich.entities.spelling import CLASSES, LONGEST, letters
from service.enrich.places.gazetteer import gazetteer

DATA = Path(__file__).parent / "data"
SETTINGS = {"c1": 0.05, "c2": 0.5, "max_iterations": 60}
LEAST = 0.08
"""Smaller weights are left out of the file."""


def examples(language: str) -> Iterator[tuple[str, str, int]]:
    """Yield (word, class, weight) from the lists; a word in several lists counts for each."""
    folder = DATA / language
    for line in (folder / "names.tsv").read_text(encoding="utf-8").splitlines():
        for word in line.partition("\t")[2].split():
            yield word, "P", 1
    towns = (folder / "towns.txt").read_text(encoding="utf-8").splitlines()
    for name in sorted(gazetteer(language)) + towns:
        if " " not in name:
            yield name, "L", 1
    for word in (folder / "common.txt").read_text(encoding="utf-8").split():
        yield word, "W", 2


def train(language: str) -> None:
    """Train and write the file."""
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params(SETTINGS)
    for word, kind, count in examples(language):
        row = letters(word[:LONGEST])
        for _ in range(count):
            trainer.append([[*row, "bias"]], [kind])
    by_name: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(CLASSES))
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "model"))
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        for (name, kind), weight in tagger.info().state_features.items():
            if abs(weight) >= LEAST or name == "bias":
                by_name[name][CLASSES.index(kind)] = weight
    bias = by_name.pop("bias")
    names = sorted(by_name)
    weight = np.clip(np.round(np.array([by_name[name] for name in names]) * 100), -127, 127)
    target = DATA / language / "spelling.npz"
    np.savez_compressed(
        target,
        keys=np.frombuffer("\n".join(names).encode(), "u1"),
        weight=weight.astype("i1"),
        bias=np.array(bias, "f4"),
    )
    print(f"{language}/{target.name}: {len(names)} letter groups, {target.stat().st_size} bytes")


if __name__ == "__main__":
    train(sys.argv[1])

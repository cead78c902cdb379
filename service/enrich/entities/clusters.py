"""Classes of words that stand in like surroundings or mean like things, in three sizes; made by ``_clusters.py``."""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import Final

import numpy as np

SIZES: Final = (24, 64, 256, 1024)
"""How many clusters there are, the largest clusters first."""
_MARKS: Final = "!abB"
"""What a feature of each size opens with."""


class Clusters:
    """Features by folded word."""

    def __init__(self, language: str) -> None:
        path = files("service.enrich.entities").joinpath(f"data/{language}/clusters.npz")
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            names = bytes(arrays["keys"]).decode().split("\n")
            self._cluster = dict(zip(names, arrays["cluster"].tolist(), strict=True))
            sizes = [*arrays["larger"].tolist(), range(SIZES[-1])]
        self._features = [
            tuple(f"{mark}{number}" for mark, number in zip(_MARKS, numbers, strict=True))
            for numbers in zip(*sizes, strict=True)
        ]

    def __call__(self, word: str) -> tuple[str, ...]:
        """Return the features of a word, largest clusters first; none for one in no cluster."""
        number = self._cluster.get(word)
        return () if number is None else self._features[number]


@functools.cache
def clusters(language: str) -> Clusters:
    """Return the clusters of a language's words."""
    return Clusters(language)

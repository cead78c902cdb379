"""Classes of words that stand in like surroundings or mean like things, in three sizes; made by ``_clusters.py``."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib.resources import files
from typing import Final, NamedTuple

import numpy as np

SIZES: Final = (24, 64, 256, 1024)
"""How many clusters there are, the largest clusters first."""
_MARKS: Final = "!abB"
"""What a feature of each size opens with."""


class Usage(NamedTuple):
    """How a word is used: features of its clusters, the largest first (none: in no cluster), is it an ordinary word."""

    alike: tuple[str, ...]
    common: bool


NOT_MET: Final = Usage((), common=False)
"""The usage of all other words."""


@functools.cache
def usage(language: str) -> Mapping[str, Usage]:
    """Return the usage of a language's words, by folded word: what the clusters and ``common.txt`` tell of them."""
    folder = files("service.enrich.entities").joinpath("data", language)
    with folder.joinpath("clusters.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        names = bytes(arrays["keys"]).decode().split("\n")
        number = arrays["cluster"].tolist()
        sizes = [*arrays["larger"].tolist(), range(SIZES[-1])]
    features = [
        tuple(f"{mark}{number}" for mark, number in zip(_MARKS, numbers, strict=True))
        for numbers in zip(*sizes, strict=True)
    ]
    # Words share their usage: there are two for each cluster.
    seldom, often = ([Usage(alike, common) for alike in features] for common in (False, True))
    found = dict(zip(names, map(seldom.__getitem__, number), strict=True))
    as_common = {NOT_MET: Usage((), common=True), **dict(zip(seldom, often, strict=True))}
    for word in folder.joinpath("common.txt").read_text(encoding="utf-8").split():
        found[word] = as_common[found.get(word, NOT_MET)]
    return found

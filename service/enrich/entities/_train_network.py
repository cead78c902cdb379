"""Train ``data/<language>/network.npz``: ``python -m service.enrich.entities._train_network LANGUAGE PATH [PATH ...]``.

A PATH is what ``_train.py`` reads. Our own texts (all but CoNLL files) count more in English; in Arabic each is read as
it is or with names hidden from the lists (``_train.py`` says why), one or the other by lot in every round. Needs
PyTorch, which the service does not. One thread and one seed: on one machine the same input gives the same weights.
"""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from service.enrich.entities._crf import gradient as crf_gradient
from service.enrich.entities._crf import ranges
from service.enrich.entities._train import Document, documents, gold, hide_names
from service.enrich.entities.decoder import Floats, blocked_moves, blocked_starts
from service.enrich.entities.features import LABELS
from service.enrich.entities.network import place_features
from service.enrich.entities.tagger import ANALYSE
from service.enrich.entities.word_features import COLUMNS, HERE, spelled_out

SEED = 2
WIDTH, DEPTH, STEPS = 48, 64, (1, 2, 4)
"""Lengths of a word's vector and of what the convolutions read, and their steps."""
LEAST = {"ar": 4, "en": 8}
"""Features that fewer words have are left out."""
ROUNDS = {"ar": 24, "en": 7}
MEAN_OF = 0.4
"""Share of the steps, the last ones, whose parameters are averaged: they keep moving while much is left out by lot."""
OWN = {"ar": 1, "en": 3}
"""How often a round reads our own texts."""
IDENTITY = {"ar": ("w", "k"), "en": ("w", "k", "H")}
"""What the names of features open with that tell which word it is."""
LEVELS = 15
"""Sizes of a vector's numbers: with 127 the file is a third larger, and F1 on the texts held out the same."""
WORDS_LOST, FEATURES_LOST, LOST = 0.3, 0.15, 0.25
"""Shares of words without identity, of features, and of numbers in between that a round does without."""
TOGETHER = 1_200
"""Words of one step."""
RATE, WARM, DECAY, LARGEST = 2e-3, 100, 1e-2, 5.0
PADDING = sum(STEPS)

Ints = npt.NDArray[np.int64]


class Part(NamedTuple):
    """A text: numbers of features, the word of each, each word's label, and whether a run of words begins with it."""

    features: Ints
    words: Ints
    labels: Ints
    starts: npt.NDArray[np.bool_]


class Step(NamedTuple):
    """Some texts behind one another, with room between: as :class:`Part`, and where there are words."""

    features: Ints
    words: Ints
    labels: Ints
    starts: npt.NDArray[np.bool_]
    there: npt.NDArray[np.bool_]


def parts(language: str, found: Iterable[Document], number: dict[str, int]) -> Iterator[Part]:
    """Read texts, giving numbers to features that have none."""
    label = {name: at for at, name in enumerate(LABELS)}
    for document in found:
        analysis = ANALYSE[language](document.text)
        reading = analysis.reading
        if not reading.words:
            continue
        seen = analysis.see(reading.words)
        rows = [
            spelled_out(COLUMNS[language], seen, at, HERE) + more for at, more in enumerate(place_features(reading))
        ]
        starts = ~np.array(reading.joined, bool)
        labels = np.array([label[tag] for tag in gold(analysis, document)])
        labels -= starts & (labels > 0) & (labels % 2 == 0)
        features = [number.setdefault(name, len(number)) for row in rows for name in row]
        words = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        yield Part(np.array(features), words, labels, starts)


def kept(read: Sequence[Sequence[Part]], number: Mapping[str, int], least: int) -> tuple[list[str], list[list[Part]]]:
    """Return the features that are frequent enough, and the texts with these only, numbered from 1."""
    counts = Counter[int]()
    for readings in read:
        for part in readings:
            counts.update(part.features.tolist())
    most = max(len(readings) for readings in read)
    names = [name for name, at in number.items() if counts[at] >= least * most]
    new = np.zeros(len(number), np.int64)
    new[[number[name] for name in names]] = np.arange(1, len(names) + 1)

    def renumbered(part: Part) -> Part:
        features = new[part.features]
        return part._replace(features=features[features > 0], words=part.words[features > 0])

    return names, [[*map(renumbered, readings)] for readings in read]


def step_of(texts: Sequence[Part], identity: npt.NDArray[np.bool_], lot: np.random.Generator) -> Step:
    """Lay texts behind one another, some of what they show left out by lot."""
    features, words, ats, at = [], [], [], PADDING
    for part in texts:
        left = lot.random(len(part.features)) >= FEATURES_LOST
        left &= ~(identity[part.features] & (lot.random(len(part.labels)) < WORDS_LOST)[part.words])
        features.append(part.features[left])
        words.append(part.words[left] + at)
        ats.append(at)
        at += len(part.labels) + PADDING
    labels, starts, there = np.zeros(at, np.int64), np.ones(at, bool), np.zeros(at, bool)
    for first, part in zip(ats, texts, strict=True):
        place = slice(first, first + len(part.labels))
        labels[place], starts[place], there[place] = part.labels, part.starts, True
        starts[first] = True
    return Step(np.concatenate(features), np.concatenate(words), labels, starts, there)


def parameters(torch: Any, features: int) -> dict[str, Any]:
    """Return what is trained, by name."""
    size = len(LABELS)

    def drawn(rows: int, columns: int, spread: float) -> Any:
        return torch.empty(rows, columns).uniform_(-spread, spread)

    found = {"vectors": torch.randn(features + 1, WIDTH) * 0.1, "bias": torch.zeros(1, WIDTH)}
    depth = WIDTH
    for at in range(len(STEPS)):
        found[f"weights{at}"] = drawn(3 * depth, DEPTH, (3 * depth) ** -0.5)
        found[f"bias{at}"] = torch.zeros(DEPTH)
        depth = DEPTH
    found |= {"out": drawn(DEPTH + WIDTH, size, (DEPTH + WIDTH) ** -0.5), "out_bias": torch.zeros(size)}
    found["moves"] = torch.zeros(size, size)
    for each in found.values():
        each.requires_grad_()
    return found


def scores(torch: Any, given: Mapping[str, Any], step: Step) -> Any:
    """Return the score of each label at each place, as :class:`~service.enrich.entities.network.Network` does."""
    lost = torch.nn.functional.dropout
    there = torch.from_numpy(step.there.astype("f4"))[:, None]
    rows = torch.nn.functional.embedding(torch.from_numpy(step.features), given["vectors"], padding_idx=0)
    vectors = torch.zeros(len(step.there), WIDTH).index_add(0, torch.from_numpy(step.words), rows)
    vectors = state = lost(torch.relu(vectors + given["bias"]), LOST) * there
    for at, far in enumerate(STEPS):
        none = torch.zeros(far, state.shape[1])
        three = torch.cat([torch.cat([none, state[:-far]]), state, torch.cat([state[far:], none])], 1)
        read = lost(torch.relu(three @ given[f"weights{at}"] + given[f"bias{at}"]), LOST) * there
        state = state + read if at else read
    return torch.cat([state, vectors], 1) @ given["out"] + given["out_bias"]


def gradient(moves: Floats, found: Floats, step: Step) -> tuple[Floats, Floats]:
    """Return how the loss, a word, changes with the scores and with the moves: that of a linear-chain CRF.

    Made in numpy, all runs side by side: PyTorch would keep every step of every run, which takes ten times as long.
    """
    first = np.flatnonzero(step.starts & step.there)
    lengths = np.add.reduceat(step.there.astype(int), first)
    order = np.argsort(-lengths, kind="stable")
    first, lengths = first[order], lengths[order]
    words = ranges(first, lengths)
    rows = found[words]
    rows[np.cumsum(lengths) - lengths] += blocked_starts()
    wrong, moved = crf_gradient(rows, moves + blocked_moves(), step.labels[words], lengths, np.ones(len(words), "f4"))
    changes = np.zeros_like(found)
    changes[words] = wrong / len(words)
    return changes, (moved / len(words)).astype("f4")


def fit(torch: Any, language: str, names: Sequence[str], read: Sequence[Sequence[Part]]) -> dict[str, Any]:
    """Return the trained parameters; ``read`` has the readings of each text."""
    lot = np.random.default_rng(SEED)
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    given = parameters(torch, len(names))
    identity = np.array([False, *(name.startswith(IDENTITY[language]) for name in names)])
    optimizer = torch.optim.AdamW([*given.values()], lr=RATE, betas=(0.9, 0.99), weight_decay=DECAY)
    words = sum(len(readings[0].labels) for readings in read)
    steps, done, averaged = ROUNDS[language] * words / TOGETHER, 0, 0
    mean = {name: np.zeros(each.shape, "f4") for name, each in given.items()}
    for _ in range(ROUNDS[language]):
        order = lot.permutation(len(read)).tolist()
        texts = [readings[int(lot.integers(len(readings)))] for readings in map(read.__getitem__, order)]
        at = 0
        while at < len(texts):
            first, size = at, 0
            while at < len(texts) and size < TOGETHER:
                size += len(texts[at].labels)
                at += 1
            step = step_of(texts[first:at], identity, lot)
            found = scores(torch, given, step)
            changes, moved = gradient(given["moves"].detach().numpy(), found.detach().numpy(), step)
            optimizer.zero_grad()
            found.backward(torch.from_numpy(changes))
            given["moves"].grad = torch.from_numpy(moved)
            torch.nn.utils.clip_grad_norm_([*given.values()], LARGEST)
            for group in optimizer.param_groups:
                group["lr"] = RATE * min(1, done / WARM) * (1 - min(1, done / steps)) + 1e-5
            optimizer.step()
            done += 1
            if done > steps * (1 - MEAN_OF):
                averaged += 1
                for name, each in given.items():
                    mean[name] += (each.detach().numpy() - mean[name]) / averaged
    return mean


def arrays(names: Sequence[str], given: Mapping[str, npt.NDArray[np.float32]]) -> dict[str, Any]:
    """Return trained parameters as the arrays of :mod:`service.enrich.entities.network`."""
    order = sorted(range(len(names)), key=names.__getitem__)
    vectors = given["vectors"][1:][order]
    scale = np.maximum(np.abs(vectors).max(1), 1e-3) / LEVELS
    return {
        "keys": np.frombuffer("\n".join(names[at] for at in order).encode(), "u1"),
        "vectors": np.rint(vectors / scale[:, None]).astype("i1"),
        "scale": scale.astype("f2"),
        "step": np.array(STEPS, "u1"),
        **{name: each.astype("f2") for name, each in given.items() if name != "vectors"},
    }


def main(language: str, *paths: str) -> None:
    """Train on all paths, write the shipped network and say its size."""
    number: dict[str, int] = {}
    own, others = (
        [document for path in paths if (Path(path).suffix == ".conll") is public for document in documents(Path(path))]
        for public in (False, True)
    )
    read = [[part] for part in parts(language, others, number)]
    ours = [[part] for part in parts(language, own, number)]
    if language == "ar":
        hide_names()
        ours = [[*plain, hidden] for plain, hidden in zip(ours, parts(language, own, number), strict=True)]
    names, read = kept([*read, *ours], number, LEAST[language])
    read += read[len(read) - len(ours) :] * (OWN[language] - 1)
    trained = fit(importlib.import_module("torch"), language, names, read)
    target = Path(__file__).parent / "data" / language / "network.npz"
    np.savez_compressed(target, **arrays(names, trained))
    print(f"{language}/{target.name}: {len(names)} features, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])

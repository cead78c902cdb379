"""The small network beside the CRF: what numpy adds up, long texts, and how training reads marked texts."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from service.enrich.entities import _train_network, model, network, tagger
from service.enrich.entities._train import Document, marked
from service.enrich.entities.features import LABELS, Analysis
from service.enrich.entities.word_features import COLUMNS, HERE, spelled_out

DATA = Path(tagger.__file__).parent / "data"
TEXTS = {
    "ar": "وصل حسام الدرزي إلى صور، وقالت وزارة التعليم الكويتية إن فريق الأهلي غادر جنيف.\nورفض الدرزي المقترح.",
    "en": "Huda Karimi landed in Aktau. The Kazakh Energy Ministry and FC Kairat thanked Karimi after the match.",
}
WIDTH, DEPTH = 6, 5


def names_of(language: str, analysis: Analysis) -> list[list[str]]:
    """Return the features of each word, spelled out."""
    seen = analysis.see(analysis.reading.words)
    places = network.place_features(analysis.reading)
    return [spelled_out(COLUMNS[language], seen, at, HERE) + more for at, more in enumerate(places)]


def drawn(names: list[str]) -> dict[str, npt.NDArray[np.float32]]:
    """Return parameters as they come from training, of any values."""
    lot = np.random.default_rng(5)
    shapes: dict[str, tuple[int, ...]] = {"vectors": (len(names) + 1, WIDTH), "bias": (1, WIDTH)}
    for at in range(3):
        shapes |= {f"weights{at}": (3 * (DEPTH if at else WIDTH), DEPTH), f"bias{at}": (DEPTH,)}
    size = len(LABELS)
    shapes |= {"out": (DEPTH + WIDTH, size), "out_bias": (size,), "moves": (size, size)}
    found = {name: lot.normal(0, 0.4, shape).astype("f4") for name, shape in shapes.items()}
    # Vectors of the sizes that the file can hold.
    scale = np.abs(found["vectors"]).max(1, keepdims=True) / _train_network.LEVELS
    return found | {"vectors": np.rint(found["vectors"] / scale) * scale}


def slowly(given: dict[str, npt.NDArray[np.float32]], features: list[list[str]], names: list[str]) -> list[list[float]]:
    """Return the scores of words, one number after the other."""
    row = {name: given["vectors"][at] for at, name in enumerate(names, 1)}
    first = [np.maximum(sum((row[name] for name in word if name in row), given["bias"][0]), 0) for word in features]
    state = first
    for at, step in enumerate(_train_network.STEPS):
        none = np.zeros_like(state[0])
        read = []
        for place in range(len(state)):
            around = [state[place + away] if 0 <= place + away < len(state) else none for away in (-step, 0, step)]
            read.append(np.maximum(np.concatenate(around) @ given[f"weights{at}"] + given[f"bias{at}"], 0))
        state = [new + old for new, old in zip(read, state, strict=True)] if at else read
    return [
        (np.concatenate([read_, word]) @ given["out"] + given["out_bias"]).tolist()
        for read_, word in zip(state, first, strict=True)
    ]


def built(given: dict[str, npt.NDArray[np.float32]], names: list[str]) -> network.Network:
    return network.Network(_train_network.arrays(names, given), 1.0)


def scores_of(found: network.Network, language: str, analysis: Analysis) -> npt.NDArray[np.float32]:
    """Return the scores, the vectors of words added up feature by feature."""
    vectors = np.zeros((len(analysis.reading.words), found.width), "f4")
    row = dict(zip(found.vectors.names.texts(found.vectors.places), found.vectors.rows, strict=True))
    for at, names in enumerate(names_of(language, analysis)):
        vectors[at] += sum(row[name] for name in names if name in row)
    return found.scores(analysis.reading, vectors)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_numpy_scores_words_as_the_trained_network_does(language: str) -> None:
    analysis = tagger.ANALYSE[language](TEXTS[language])
    features = names_of(language, analysis)
    # Every seventh feature was not met in training.
    names = [name for at, name in enumerate(dict.fromkeys(itertools.chain.from_iterable(features))) if at % 7]
    given = drawn(names)
    expected = slowly(given, features, names)
    assert len(expected) >= 15
    # The sizes of vectors, and weights, are kept in 16 bits.
    np.testing.assert_allclose(scores_of(built(given, names), language, analysis), expected, atol=0.15)


def test_a_long_text_read_piece_by_piece_scores_as_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    analysis = tagger.ANALYSE["en"](f"{TEXTS['en']}\n" * 9)
    names = [*dict.fromkeys(itertools.chain.from_iterable(names_of("en", analysis)))]
    found = built(drawn(names), names)
    at_once = scores_of(found, "en", analysis)
    monkeypatch.setattr(network, "_TOGETHER", 10)
    np.testing.assert_allclose(scores_of(found, "en", analysis), at_once, atol=1e-4)


@pytest.mark.parametrize("language", network.SHARE)
@pytest.mark.parametrize("size", [1, 2, 5])
def test_texts_shorter_than_the_convolutions_are_read(language: str, size: int) -> None:
    analysis = tagger.ANALYSE[language](" ".join(["Oslo"] * size))
    found = network.load_network(language)
    assert found is not None
    scores = scores_of(found, language, analysis)
    assert scores.shape == (size, len(LABELS))
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("language", network.SHARE)
def test_the_shipped_network_is_the_one_whose_source_is_told(language: str) -> None:
    digest = hashlib.sha256((DATA / language / "network.npz").read_bytes()).hexdigest()
    assert digest in (DATA / "SOURCES.md").read_text("utf-8")


def test_a_language_without_a_network_is_read_by_the_crf_alone() -> None:
    assert network.load_network("fr") is None


@pytest.mark.parametrize("language", network.SHARE)
def test_a_network_counts_by_its_share(language: str) -> None:
    analysis = tagger.ANALYSE[language](TEXTS[language])
    columns = COLUMNS[language]
    with np.load(DATA / language / "model.npz") as arrays:
        crf, both = (
            model.Model(arrays, analysis.see, columns, beside) for beside in (None, network.load_network(language))
        )
    with np.load(DATA / language / "network.npz") as arrays:
        alone = network.Network(arrays, 1.0)
    reading, share = analysis.reading, network.SHARE[language]
    of_crf, of_both = (each._emissions(reading, each._numbers(reading.words)) for each in (crf, both))
    np.testing.assert_allclose(of_both, (1 - share) * of_crf + share * scores_of(alone, language, analysis), atol=3e-3)
    assert not np.allclose(of_both, of_crf, atol=0.1)


def test_training_reads_labels_runs_and_features() -> None:
    number: dict[str, int] = {}
    (part,) = _train_network.parts("en", [marked("[PER Huda Karimi] left [LOC Oslo].\nSo did [PER Karimi].")], number)
    names = [*number]
    assert [LABELS[label] for label in part.labels if label] == ["B-PER", "I-PER", "B-LOC", "B-PER"]
    assert part.starts[0]
    assert not part.starts[1]
    of_first = {names[at] for at in part.features[part.words == 0]}
    assert {"wHuda", "khuda", "#M1"} <= of_first


def test_rare_features_are_left_out_and_a_text_read_twice_counts_once() -> None:
    def readings() -> Iterator[_train_network.Part]:
        number.clear()
        for _ in range(2):
            yield from _train_network.parts("en", [Document("Zagor met Zagor and Mirel.", [])], number)

    number: dict[str, int] = {}
    names, ((first, second),) = _train_network.kept([[*readings()]], number, 2)
    assert "wZagor" in names
    assert "wMirel" not in names
    assert first.features.max() == len(names)
    np.testing.assert_array_equal(first.features, second.features)


def test_a_step_keeps_texts_apart_and_loses_some_of_what_they_show() -> None:
    number: dict[str, int] = {}
    texts = [*_train_network.parts("en", [Document("Mirel sang. " * 30, []), Document("Oslo voted.", [])], number)]
    names, read = _train_network.kept([[text] for text in texts], number, 1)
    parts = [part for (part,) in read]
    identity = np.array([False, *(name[0] == "w" for name in names)])
    step = _train_network.step_of(parts, identity, np.random.default_rng(1))
    first, second = np.flatnonzero(step.there)[[0, -1]]
    assert first >= _train_network.PADDING
    assert len(step.there) - 1 - second >= _train_network.PADDING
    assert step.there.sum() == sum(len(part.labels) for part in parts)
    lost = 1 - len(step.features) / sum(len(part.features) for part in parts)
    assert _train_network.FEATURES_LOST / 2 < lost < 2 * _train_network.FEATURES_LOST

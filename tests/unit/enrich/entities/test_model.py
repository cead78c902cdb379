"""The statistical tagger: numpy gives the tags that the trainer's own decoder gives; the shipped files are known."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pycrfsuite
import pytest

from service.enrich.entities import _train, features, find, model, tagger
from service.enrich.entities.word_features import COLUMNS

CORPUS = Path(__file__).parents[3] / "corpora" / "entities"
DATA = Path(tagger.__file__).parent / "data"
TEXTS = {
    "ar": "وصل محمد علوش إلى أستانا، وقالت وزارة الدفاع الروسية إن وفد الأمم المتحدة غادر جنيف.\nورفض علوش المقترح.",
    "en": "Muhammad Alloush arrived in Astana, and the Russian Defense Ministry said the United Nations left Geneva.",
}


def weights_of(info: Any) -> dict[str, Any]:
    """Return a model that python-crfsuite trained as the arrays of :mod:`service.enrich.entities.model`."""
    number = {label: at for at, label in enumerate(features.LABELS)}
    moves = np.zeros((len(number), len(number)), "f4")
    for (before, behind), weight in info.transitions.items():
        moves[number[before], number[behind]] = weight
    by_name: dict[str, npt.NDArray[np.float32]] = defaultdict(lambda: np.zeros(len(number), "f4"))
    for (name, label), weight in info.state_features.items():
        by_name[name][number[label]] = weight
    return _train.packed(by_name, moves)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_numpy_decodes_as_the_trainer_does(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "_VOTE", 0.0)
    monkeypatch.setattr(_train, "LEAST", 0.0)
    documents = list(_train.documents(CORPUS / f"{language}.toml"))
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params({"max_iterations": 120, "feature.possible_transitions": True})
    for rows, tags in _train.examples(language, documents):
        trainer.append(rows, tags)
    trainer.train(str(tmp_path / "crf"))
    tags_of = pycrfsuite.Tagger()
    tags_of.open(str(tmp_path / "crf"))
    np.savez(tmp_path / "model.npz", **weights_of(tags_of.info()))
    analysis = tagger.ANALYSE[language](TEXTS[language])
    with np.load(tmp_path / "model.npz") as arrays:
        ours = model.Model(arrays, analysis.see, COLUMNS[language]).spans(analysis.reading)

    labels = []
    for rows, _ in _train.examples(language, [_train.Document(TEXTS[language], [])]):
        labels += tags_of.tag(rows)
    theirs = features.rule_tags([(s.first, s.after, s.type) for s in ours], len(labels))
    assert [features.LABELS[tag] for tag in theirs] == labels
    assert len(ours) >= 3


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_shipped_model_is_the_one_whose_source_is_told(language: str) -> None:
    digest = hashlib.sha256((DATA / language / "model.npz").read_bytes()).hexdigest()
    assert digest in (DATA / "SOURCES.md").read_text("utf-8")


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("text", ["", "…", "12 34", "x" * 100_000, "ا" * 100_000, "👍 " * 50], ids=len)
def test_texts_without_names_give_none(language: str, text: str) -> None:
    assert find(text, language=language) == []


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_text_gives_the_same_names_whatever_was_read_before(language: str) -> None:
    alone = find(TEXTS[language], language=language)
    for path in sorted((CORPUS / "news" / "ar" / "train").glob("*.txt"))[:5]:
        find(path.read_text("utf-8"), language=language)
    assert find(TEXTS[language], language=language) == alone


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_loaded_model_knows_most_words_of_a_text_that_it_has_not_seen(language: str) -> None:
    ready = set(model.frequent(language))
    analyses = [tagger.ANALYSE[language](d.text) for d in _train.documents(CORPUS / "news" / language / "test")]
    share = sum(sum(word in ready for word in a.reading.words) / len(a.reading.words) for a in analyses) / len(analyses)
    assert 0.55 < share < 1


@pytest.mark.parametrize("language", ["ar", "en"])
def test_words_summed_up_beforehand_give_the_names_that_they_give_otherwise(language: str) -> None:
    analysis = tagger.ANALYSE[language](TEXTS[language])
    with np.load(DATA / language / "model.npz") as arrays:
        fresh = model.Model(arrays, analysis.see, COLUMNS[language])
    expected = fresh.spans(analysis.reading)
    assert expected
    assert model.load(language, analysis.see).spans(analysis.reading) == expected


def test_what_is_forgotten_is_read_anew_and_frequent_words_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "_KEPT", 60)
    analysis = tagger.ANALYSE["ar"](TEXTS["ar"])
    with np.load(DATA / "ar" / "model.npz") as arrays:
        fresh = model.Model(arrays, analysis.see, COLUMNS["ar"])
    fresh.learn(analysis.reading.words[:8])
    expected = fresh.spans(analysis.reading)
    assert expected
    for text in ("قالت مصادر إن {} وصل".format(" ".join(f"فلان{at}" for at in range(size))) for size in (30, 200, 20)):
        fresh.spans(tagger.ANALYSE["ar"](text).reading)
        assert set(analysis.reading.words[:8]) <= set(fresh._ids)
        assert fresh.spans(analysis.reading) == expected
    assert len(fresh._ids) < 60

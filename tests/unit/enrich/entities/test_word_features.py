"""Features of words: what training spells out is what the model sums up, value by value."""

from __future__ import annotations

import numpy as np
import pytest

from service.enrich.entities import tagger
from service.enrich.entities.hashed import Names, Table
from service.enrich.entities.summed import ROOM, Summed, integers
from service.enrich.entities.word_features import BESIDE, COLUMNS, HERE, NEAR, spelled_out

TEXTS = {
    "ar": "قال وزير الدفاع السوري محمد علوش إن 12 جنديا وصلوا إلى أستانا وللأمم المتحدة بكلوديانا وفلافرينتيف & X",
    "en": "On 12 March Defence Minister Muhammad Alloush of Kloudiana met NATO & McLarrin's deputies.",
}


def numbered(names: list[str]) -> tuple[Table, dict[str, int]]:
    """Return the table of some features, and the rows that it gives them."""
    hashes = Names("\n".join(names).encode()).hashes(np.arange(len(names)))
    table = Table(np.unique(hashes))
    return table, dict(zip(names, table.find(hashes).tolist(), strict=True))


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_sums_are_those_of_the_features_spelled_out(language: str) -> None:
    analysis = tagger.ANALYSE[language](TEXTS[language])
    seen = analysis.see(analysis.reading.words)
    names = [spelled_out(COLUMNS[language], seen, at, HERE) for at in range(len(seen.kinds))]
    # Every third feature has no weight.
    table, number = numbered(sorted({n for each in names for n in each})[::3])
    weights = np.zeros((1 + len(number) + ROOM, 6), "f4")
    weights[1 : 1 + len(number)] = np.random.default_rng(7).normal(size=(len(number), 6))
    expected = [sum((weights[number[n]] for n in each if n in number), np.zeros(6)) for each in names]
    whole, scale = integers(weights)
    summed = Summed(whole, scale, table, number, COLUMNS[language])
    for _ in range(2):
        found = [np.full((len(names), width), np.nan, "f4") for width in (4, 2)]
        summed.sums(seen.values, out=found)
        # A weight of up to 4 is exact to a thousandth.
        np.testing.assert_allclose(np.concatenate(found, 1), expected, atol=0.01)


def test_the_sums_hold_when_the_table_grows() -> None:
    analysis = tagger.ANALYSE["en"](TEXTS["en"])
    seen = analysis.see(analysis.reading.words)
    table, number = numbered(["g0", "o"])
    weights = np.ones((1 + len(number), 1), "i2")
    weights[0] = 0
    found = np.empty((len(seen.kinds), 1), "f4")
    Summed(weights, np.ones(1, "f4"), table, number, COLUMNS["en"]).sums(seen.values, out=[found])
    names = [spelled_out(COLUMNS["en"], seen, at, HERE) for at in range(len(seen.kinds))]
    assert found[:, 0].tolist() == [each.count("g0") + each.count("o") for each in names]
    assert found.any()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_counts_away_from_a_word_counts_at_it_too(language: str) -> None:
    analysis = tagger.ANALYSE[language](TEXTS[language])
    seen = analysis.see(analysis.reading.words)
    for at in range(len(seen.kinds)):
        here, beside, near = (spelled_out(COLUMNS[language], seen, at, reach) for reach in (HERE, BESIDE, NEAR))
        assert set(near) <= set(beside) <= set(here)
        assert near
        assert len(here) == len(set(here))


def test_one_word_spelled_out() -> None:
    seen = tagger.ANALYSE["en"]("Geneva").see(["Geneva"])
    here = spelled_out(COLUMNS["en"], seen, 0, HERE)
    assert {"kgeneva", "wGeneva", "hX", "xeva", "yneva", "Xva", "pge", "Pgen", "l6"} <= set(here)
    assert "wGeneva" not in spelled_out(COLUMNS["en"], seen, 0, BESIDE)
    assert "kgeneva" in spelled_out(COLUMNS["en"], seen, 0, NEAR)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_no_words_have_no_features(language: str) -> None:
    seen = tagger.ANALYSE[language]("…").see([])
    assert len(seen.values) == len(COLUMNS[language])
    assert not any([*seen.values, seen.kinds, seen.stems, seen.bodies])

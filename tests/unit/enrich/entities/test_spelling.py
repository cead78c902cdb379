"""What the letters of a word say: the tables by numbers find the groups that the training counts."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest

from service.enrich.entities.spelling import LONGEST, Spelling, letters, spelling

WORDS = {
    "ar": ["حازم", "وادي", "الغزلان", "يستعرضون", "ب", "كاترينبورغ", "قسطنطينوبوليسية" * 3, "mixed", "١٢", "\ud800"],
    "en": ["o'brien", "ashford", "k", "unquestionably", "đorđe", "münchen", "x" * 90, "^$", "علي", "\U0001f600"],
}


@pytest.mark.parametrize("language", WORDS)
def test_words_read_together_get_the_weights_of_their_letter_groups(language: str) -> None:
    path = files("service.enrich.entities").joinpath(f"data/{language}/spelling.npz")
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        names = bytes(arrays["keys"]).decode().split("\n")
        weights = dict(zip(names, arrays["weight"].astype(int).tolist(), strict=True))
    expected = [
        np.sum([weights.get(group, [0, 0, 0]) for group in letters(word[:LONGEST])], 0).tolist()
        for word in WORDS[language]
    ]
    marked = [f"^{word[:LONGEST]}$" for word in WORDS[language]]
    assert spelling(language)._sums(marked).tolist() == expected


def test_a_word_says_the_same_alone_and_among_others() -> None:
    weights = {
        "keys": np.frombuffer(b"^k\nko\nnen", "u1"),
        "weight": np.array([[90, 0, -20], [40, 10, 0], [0, 127, 5]], "i1"),
        "bias": np.array([0.1, -0.2, 0.3]),
    }
    alone, together = Spelling(weights), Spelling(weights)
    together.learn(["konen", "ko", "nenko", ""])
    assert {word: alone[word] for word in together} == together
    assert together["ko"].mark[0] == "p"
    assert together["nenko"].mark[0] == "l"
    assert together[""].mark[0] == "w"

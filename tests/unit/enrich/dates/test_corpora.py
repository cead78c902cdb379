from __future__ import annotations

from collections import Counter

import pytest

from tests.unit.enrich.dates.corpus import Case, corpus

LANGUAGES = ("ar", "en")


def _cases() -> list[object]:
    return [
        pytest.param(case, id=f"{language}-{number:03d}")
        for language in LANGUAGES
        for number, case in enumerate(corpus(language).cases, 1)
    ]


@pytest.mark.parametrize("case", _cases())
def test_a_sentence_gives_exactly_its_dates(case: Case) -> None:
    assert case.found() == case.wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_strict_f1_of_a_corpus_keeps_its_floor(language: str) -> None:
    right = said = wanted = 0
    for case in corpus(language).cases:
        found = case.found()
        right += sum((Counter(found) & Counter(case.wanted)).values())
        said += len(found)
        wanted += len(case.wanted)

    assert 2 * right / (said + wanted) >= corpus(language).floor


@pytest.mark.parametrize(("language", "least"), [("ar", 250), ("en", 150)])
def test_a_corpus_has_enough_cases_of_both_kinds(language: str, least: int) -> None:
    cases = corpus(language).cases

    assert len(cases) >= least
    assert sum(not case.wanted for case in cases) >= 40

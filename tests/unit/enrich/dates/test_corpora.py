from __future__ import annotations

import pytest

from tests.unit.enrich.dates.corpus import PARTS, Case, corpus, score

LANGUAGES = ("ar", "en")
FALSE_SHARE = 0.02
LEAST = {"ar": (850, 560), "en": (400, 150)}


def _cases() -> list[object]:
    return [pytest.param(case, id=case.id) for language in LANGUAGES for case in corpus(language).cases if case.met]


@pytest.mark.parametrize("case", _cases())
def test_a_sentence_gives_exactly_its_dates(case: Case) -> None:
    assert case.found() == case.wanted


@pytest.mark.parametrize(
    ("language", "part"),
    [(language, part) for language in LANGUAGES for part in ("found", "phrases") if corpus(language).part(part)],
)
def test_the_strict_f1_of_each_part_of_a_corpus_keeps_its_floor(language: str, part: str) -> None:
    reached = score(corpus(language).part(part))

    assert reached.f1 >= corpus(language).floor, "\n".join([f"F1 {reached.f1:.3f}", *reached.misses])


@pytest.mark.parametrize("language", LANGUAGES)
def test_hardly_a_text_without_a_date_gives_one(language: str) -> None:
    cases = corpus(language).part("nothing")

    assert sum(bool(case.found()) for case in cases) <= FALSE_SHARE * len(cases)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_corpus_has_enough_cases_of_every_kind_and_none_twice(language: str) -> None:
    cases = corpus(language).cases
    least, news = LEAST[language]

    assert len({case.id for case in cases}) == len(cases) >= least
    assert len(corpus(language).part("found")) >= news
    assert len(corpus(language).part("nothing")) >= 60
    assert {case.part for case in cases} <= set(PARTS)

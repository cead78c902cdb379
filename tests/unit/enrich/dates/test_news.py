from __future__ import annotations

import re

import pytest

from service.wire.event import DATE_VALUE
from tests.unit.enrich.dates.corpus import news, news_corpus, score

LEAST = {"ar": 495, "en": 422}


@pytest.mark.parametrize("language", news())
def test_the_strict_f1_on_news_keeps_its_floor(language: str) -> None:
    reached = score(news_corpus(language).cases)

    assert reached.f1 >= news_corpus(language).floor, "\n".join([f"F1 {reached.f1:.3f}", *reached.misses])


@pytest.mark.parametrize("language", news())
def test_the_news_are_of_many_days_and_none_is_there_twice(language: str) -> None:
    cases = news_corpus(language).cases

    assert len({case.id for case in cases}) == len(cases) >= LEAST.get(language, 1)
    assert len({case.now.date() for case in cases}) >= len(cases) / 3


@pytest.mark.parametrize("language", news())
def test_what_is_wanted_of_a_news_text_stands_in_it_in_order_and_in_the_profile_of_the_schema(language: str) -> None:
    for case in news_corpus(language).cases:
        end = 0
        for words, value in case.wanted:
            end = case.text.index(words, end) + len(words)
            assert value is None or re.match(DATE_VALUE, value), case

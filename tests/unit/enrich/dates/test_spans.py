"""Where a mention begins and ends, and what only looks like one."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.enrich.dates import find

ANCHOR = date(2026, 3, 1)
EDGES = " \t\n,،;؛:!؟?-–—"
MARKS = ["2019", ",", "،", " - ", "; ", "؛ ", "\n", "(", ")"]
PIECES = {
    "ar": ["مساء السبت", "يوم الأحد الماضي", "3 آذار", "قبل ثلاثة أيام", " في ", " بيان", *MARKS],
    "en": ["Saturday evening", "last Friday", "3 March", "three days ago", " in ", " talks", *MARKS],
}


@given(
    st.sampled_from(["ar", "en"]).flatmap(
        lambda code: st.tuples(st.just(code), st.lists(st.sampled_from(PIECES[code]), max_size=12))
    )
)
def test_a_span_neither_begins_nor_ends_with_punctuation(case: tuple[str, list[str]]) -> None:
    language, pieces = case
    text = " ".join(pieces)
    for mention in find(text, language=language, anchor=ANCHOR):
        assert text[mention.start : mention.end] == mention.text
        assert mention.text == mention.text.strip(EDGES)


@pytest.mark.parametrize(
    ("language", "text", "spans"),
    [
        ("ar", "وصل الوفد مساء السبت، في بيان للوزارة", ["مساء السبت"]),
        ("en", "They met on Saturday evening, a spokesman said", ["Saturday evening"]),
        ("ar", "السعر بين 1000 و1100 دينار", []),
        ("ar", "بين عامي 2010 و2012", ["عامي 2010 و2012"]),
        ("en", "The library is quiet on Sundays and closes on Wednesdays", []),
        ("en", "He trains every Monday", []),
        ("ar", "يغلق السوق أيام الأحد", []),
        ("en", "He trained on Monday", ["Monday"]),
    ],
)
def test_what_is_marked(language: str, text: str, spans: list[str]) -> None:
    assert [mention.text for mention in find(text, language=language, anchor=ANCHOR)] == spans

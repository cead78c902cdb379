"""A text is hashed by its written words; that must be what its folded words hash to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.dedupe.hashing import WORD_BYTES, hash_text, hash_words
from service.lang.fold import words

WRITTEN = [
    *("عبد", "الله", "أبو", "عبد،", "ابو", "عبد-الله", "ﷲ", "<b>عبد</b>", "&#1593;&#1576;&#1583;", "«قال»،", "و"),
    *("في", "المئة", "بالمائة", "%", "٪", "3٪", "12.5%", "5ر32", "per", "cent", "cent.", "percent"),
    *("لا", "ليس", "تصحيح", "not", "didn't", "correction", "1,200", "2026", "و2026", "+5", "(3)"),
    *("-", "…", "»", "U.S.", "Labour's", "&amp;"),
]

texts = st.lists(st.sampled_from(WRITTEN), max_size=12).map(" ".join)


@given(texts | st.text(max_size=60))
def test_a_text_hashes_as_its_words_do(text: str) -> None:
    found = words(text)
    hashed = hash_text(text)

    assert hashed == hash_words(found)
    assert hashed.words == len(found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("زار عبد الله ميناء طنجة", "زار عبدالله ميناء طنجه"),
        ("عبد - الرحمن", "عبدالرحمن"),
        ("قال عبد ابو النور إن", "قال عبدابو النور ان"),
        ("نمت 4 في المئة سنويا", "نمت ٤٪ سنويا"),
        ("up 4 per cent on year", "up 4% on year"),
    ],
)
def test_words_written_apart_hash_as_those_written_together(one: str, other: str) -> None:
    assert hash_text(one) == hash_text(other)
    assert hash_text(one) != hash_text(one + " أيضا")


def test_figures_and_turning_words_come_in_the_order_of_the_text() -> None:
    hashed = hash_text("تصحيح: لم يصل 1,200 طن بل ٣٠٠ طن في 5 أيام، لا أكثر")

    assert hashed.figures == ["1200", "300", "5"]
    assert hashed.turning == ["تصحيح", "لم", "لا"]
    assert len(hashed.packed) == hashed.words * WORD_BYTES


def test_a_negation_that_is_part_of_a_name_does_not_turn() -> None:
    assert hash_text("عبد لا").turning == []
    assert hash_text("لا عبد").turning == ["لا"]

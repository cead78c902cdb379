"""Folding: one spelling for one word, punctuation kept by ``fold`` and dropped by ``tokens``."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.lang.fold import fold, tokens, words

SAME = {
    "vowel signs": ("مُحمّد بن سلمان", "محمد بن سلمان"),
    "tatweel": ("الـعـراق", "العراق"),
    "alef and hamza": ("أحمد إلى آخر", "احمد الى اخر"),
    "ya and ta marbuta": ("مدينة على", "مدينه علي"),
    "hamza on a seat": ("مسؤول بيئة", "مسوول بييه"),
    "Arabic-Indic digits": ("٤٥ ألفا", "45 ألفا"),
    "Persian digits and letters": ("۱۴ کتاب گ", "14 كتاب ك"),
    "invisible marks": ("\u200fغزة\u200b تنتظر\u202c", "غزة تنتظر"),
    "presentation forms": ("ﻏﺰﺓ ﺗﻨﺘﻈﺮ ﻻ", "غزة تنتظر لا"),
    "isolated marks of presentation forms": ("ﻏ\ufe70ﺰﺓ", "غزة"),
    "character references twice": ("AT&amp;amp;T &amp;quot;X&quot;", 'AT&T "X"'),
    "tags": ("<b>Rain</b><br/>expected", "Rain expected"),
    "full width": ("ＲＡＩＮ １２", "rain 12"),
    "accents and case": ("Élysée", "ELYSEE"),
    "white space": ("a\u00a0 b\n\tc", "a b c"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_spellings_of_one_word_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


TOKENS = {
    "punctuation goes": ("«قال»، نعم!", ["قال", "نعم"]),
    "glued numbers are split": ("و2012 ال51 2014م", ["و", "2012", "ال", "51", "2014", "م"]),
    "thousands": ("1,234,567 and 1،234", ["1234567", "and", "1234"]),
    "decimals of the Saudi agency": ("5ر32 و10٫5", ["32.5", "و", "10.5"]),
    "per cent in Arabic": ("3% 3٪ 3 في المئة 3 بالمائة", ["3", "%"] * 4),
    "per cent in English": ("3 percent 3 per cent 3 pct 3%", ["3", "%"] * 4),
    "names written apart": ("عبد الله وأبو بكر أبو ظبي", ["عبدالله", "وابو", "بكر", "ابوظبي"]),
    "possessives": ("Israel’s cabinet, the workers' pay", ["israel", "cabinet", "the", "workers", "pay"]),
    "abbreviations": ("U.S. and U.N. talks", ["us", "and", "un", "talks"]),
    "British spelling": ("organised labour centre programmes", ["organized", "labor", "center", "programs"]),
    "words that only look British": ("our hour four wise", ["or", "hor", "for", "wize"]),
    "plus before a number": ("+3 a+b", ["+", "3", "a", "b"]),
    "nothing": (" … — ", []),
}


@pytest.mark.parametrize(("text", "expected"), TOKENS.values(), ids=TOKENS)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(fold(text)) == expected


NEWS = st.text(st.sampled_from("اأإبةيىم ـ\u064e٣3.,،%'’\"<>&;&amp;abc-U…\u200f\n"), max_size=80)


@given(st.one_of(NEWS, st.text(max_size=60)))
def test_the_short_cut_gives_what_the_long_way_gives(text: str) -> None:
    assert words(text) == tokens(fold(text))


@given(st.one_of(NEWS, st.text(max_size=60)))
def test_tokens_are_words_numbers_or_signs(text: str) -> None:
    assert all(word and not word.isspace() and " " not in word for word in words(text))


def test_a_megabyte_without_a_blank_is_no_trouble() -> None:
    assert len(words("<" * 300_000 + "a.b," * 100_000)) == 200_000

"""Short cuts of the engine say the same as the long way."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.enrich.dates import find
from service.enrich.dates.grammar import grammar
from service.enrich.dates.lexicon import LANGUAGES, lexicon
from service.enrich.dates.makers import MAKERS
from service.enrich.dates.narrated import REACH
from service.enrich.dates.needs import needs
from service.enrich.dates.phrases import Page, engine, expressions
from service.enrich.dates.scan import Stretch
from service.enrich.dates.tokens import ANY_TOKEN, split
from tests.unit.enrich.dates.test_hostile import PIECES


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("a?b*c+", ["c"]),
        ("a(?:b|c)?", ["a"]),
        ("(?:ab|c)d?", ["ac"]),
        ("a(?:b|c)d", ["a", "bc", "d"]),
        ("[ab]{2,3}c{0,2}", ["ab"]),
        ("(?<=[xy])z(?!w)(?=v)", ["xy", "z", "v"]),
        ("(?<!x)(?:a(?=b|c))", ["a", "bc"]),
        ("a?", []),
        ("a|b?", []),
        ("^a$", ["a"]),
    ],
)
def test_what_a_pattern_needs_is_what_no_text_that_it_matches_can_lack(pattern: str, needed: list[str]) -> None:
    assert sorted(map(sorted, needs([pattern])[0])) == sorted(map(sorted, needed))


def test_the_rarest_need_is_the_first() -> None:
    assert needs(["ab", "a", "a"])[0] == (frozenset("b"), frozenset("a"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_signature_without_what_a_rule_needs_never_matches(language: str) -> None:
    rules = grammar(language, MAKERS.__getitem__).rules
    assert all(rule.needs for rule in rules)
    letters = sorted({letter for rule in rules for need in rule.needs for letter in need})
    chance = random.Random(language)  # noqa: S311 - a sample, no secret
    matched = 0

    for _ in range(3000):
        signature = "".join(chance.choices(letters, k=chance.randint(1, 6)))
        for rule in rules:
            if rule.pattern.search(signature):
                matched += 1
                assert not any(map(set(signature).isdisjoint, rule.needs)), rule

    assert matched > 1000


def test_a_text_is_cut_into_words_alike_inside_and_outside_the_basic_plane() -> None:
    for text in ("16May, 90s x_y É2", "في ١٦ شُبَاط، ـسَنة", "naïve—½ ² ߁", "a\u064bb ab\u064b 3\u064b"):
        assert split(text) == ANY_TOKEN.split(text)
        assert split(f"{text} 𝐌ay 😀 a𐒰b") == ANY_TOKEN.split(f"{text} 𝐌ay 😀 a𐒰b")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ar", ["وللعام", "بشباط", "والثلاثاء", "مدينة", "الخَمِيس", "٢٠١٧", "12345", "فبالعام", "وفي"]),
        ("en", ["February", "house", "2017", "TUESDAY", "x"]),
    ],
)
def test_words_read_together_are_what_each_is_by_itself(language: str, words: list[str]) -> None:
    together = lexicon(language).read(words)

    assert together == [lexicon(language).look_at(word) or False for word in words]
    assert any(together)
    assert not all(together)


@pytest.mark.parametrize(
    ("language", "words", "idle"),
    [
        ("ar", ["هذه", "وهذا", "بعد"], True),
        ("ar", ["أمس", "الثلاثاء", "2017"], False),
        ("en", ["this", "after", "from"], True),
        ("en", ["yesterday", "Tuesday", "2017"], False),
    ],
)
def test_a_word_is_idle_where_it_says_nothing_beside_unknown_words(
    language: str, words: list[str], *, idle: bool
) -> None:
    made = engine(language)

    for word in words:
        reading = made.lexicon.look_at(word)
        assert reading is not None
        assert made.idle.reads(reading) is idle
        for text in ("{}", "xx {} xx", "({}) xx", "xx\n{} Xx", "xx, {}-xx"):
            assert idle <= (find(text.format(word), language=language, anchor=date(2017, 2, 16)) == [])


def _read_whole(text: str, language: str) -> list[tuple[int, int, object]]:
    """Return what the grammar finds where no word is passed over: offsets and what is said."""
    page = Page(text, engine(language), Stretch(0, len(text), 0, 0, late=True))
    return [(item.start, item.end, item.value) for item in page.finished(-REACH - 1)]


@given(
    st.lists(
        st.sampled_from([*PIECES, "مساءً", "الـ16", "5th", "1980s", "70's", "Q2", "naïve", "Zoë", "𝐌ay", "12345", "x"]),
        max_size=24,
    ).flatmap(lambda words: st.sampled_from([" ", "  ", ""]).map(lambda blank: blank.join(words)))
    | st.text(max_size=60),
    st.sampled_from(LANGUAGES),
)
def test_stretches_hold_all_that_is_found_in_the_whole_text(text: str, language: str) -> None:
    found = [(item.start, item.end, item.value) for _, item in expressions(text, engine(language))]

    assert found == _read_whole(text, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_is_read_is_known_to_the_scanner(language: str) -> None:
    made = engine(language)
    forms = [form for form, trigger, _ in made.lexicon.forms() if trigger]
    triggers = [form for form in forms if (reading := made.lexicon.look_at(form)) and reading.trigger]
    assert len(triggers) > 100

    for form in triggers:
        stretches = list(made.scanner.stretches(f"xx {form} {form} xx"))
        assert [(each.start, each.end) for each in stretches] == [(2, 2 * len(form) + 5)], form

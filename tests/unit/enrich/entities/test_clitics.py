"""Clitics before Arabic names: what stands before a word decides whether its first letter is one."""

from __future__ import annotations

import pytest

from service.enrich.entities.arabic import analyse


def name_from(text: str, word: str) -> str:
    """Return a word of a text as a name that begins with it would."""
    analysis = analyse(text)
    at = [text[start:end] for start, end in zip(analysis.starts, analysis.ends, strict=True)].index(word)
    return word[analysis.cut(at) :]


@pytest.mark.parametrize(
    ("text", "word", "name"),
    [
        ("ضبطت الشرطة القطع في بابل", "بابل", "بابل"),
        ("وصلت قافلة من كتامة أمس", "كتامة", "كتامة"),
        ("سار الوفد إلى وليلي", "وليلي", "وليلي"),
        ("قطع الطريق بين ودان وزلة", "ودان", "ودان"),
        ("عادت الكهرباء إلى مدينة بارا", "بارا", "بارا"),
        ("بثت سي تي في وبغداد اليوم الخطاب", "وبغداد", "بغداد"),
        ("في شرق وغرب ليبيا", "وغرب", "غرب"),
    ],
)
def test_a_name_behind_a_preposition_has_no_clitic(text: str, word: str, name: str) -> None:
    assert name_from(text, word) == name


@pytest.mark.parametrize(
    ("text", "word", "name"),
    [
        ("رست السفينة «لاكي ستار» أمس", "لاكي", "لاكي"),
        ('كتب على صفحته "وسوريا أمانة في أعناقنا جميعا يا إخوتي" ثم مضى', "وسوريا", "سوريا"),
        ('وصف الحادث بأنه "للبنان درس" قديم', "للبنان", "لبنان"),
    ],
)
def test_a_short_quotation_opens_with_a_letter_of_its_own(text: str, word: str, name: str) -> None:
    assert name_from(text, word) == name


@pytest.mark.parametrize(
    ("text", "word", "name"),
    [
        ("تملكها إنبكس وإم جي إكس", "وإم", "إم"),
        ("عقد أبرم مع سينوبك وتي بي آو التركية", "وتي", "تي"),
        ("وقال إن بي بي سي نشرت التقرير", "بي", "بي"),
    ],
)
def test_a_clitic_before_spelled_letters_is_cut(text: str, word: str, name: str) -> None:
    assert name_from(text, word) == name


@pytest.mark.parametrize(
    ("text", "word", "name"),
    [
        ("يسكن بحي الشميسي منذ عامين", "بحي", "حي"),
        ("اعتقلوا في النهود وود بندة", "وود", "ود"),
        ("المعروف بـأبي عبدالرحمن", "بـأبي", "أبي"),
        ("وكتبت لمى الخضراء القصة", "لمى", "لمى"),
        ("دعم للجيش اللبناني", "للجيش", "لجيش"),
        ("سافر برام الله أياما", "برام", "رام"),
    ],
)
def test_short_head_nouns_and_glued_names_lose_theirs(text: str, word: str, name: str) -> None:
    assert name_from(text, word) == name

from __future__ import annotations

import pytest

from service.intake.language import find_language
from service.lang.languages import normalise_language
from tests.unit.intake.raw import take

HEADLINES = [
    ("ar", "زلزال يضرب المغرب"),
    ("ar", "فريق الاتحاد يفوز بهدفين دون رد"),
    ("ar", "عنوان عربي"),
    ("ar", "اعتماد مراكز انتخابية"),
    ("fa", "رئیس جمهور ایران"),
    ("ps", "د افغانستان ولسمشر کابل ته راغی"),
    ("fa", "افزایش قیمت نان در تهران و شهرهای دیگر"),
    ("ur", "کراچی میں آٹے کی قیمت میں اضافہ"),
    ("ckb", "نرخی نان لە هەولێر بەرزبووەوە"),
    ("ps", "په کابل کې د ډوډۍ بیه لوړه شوه"),
    ("en", "Central bank raises rates again"),
    ("fr", "La météo annonce de fortes pluies"),
    ("de", "Kabinett beschließt Haushalt für das kommende Jahr"),
    ("es", "El banco central sube los tipos"),
    ("tr", "Merkez bankası faizleri artırdı"),
    ("he", "הממשלה אישרה את תקציב השנה הבאה"),
]


@pytest.mark.parametrize(("code", "headline"), HEADLINES, ids=[f"{code}: {text[:20]}" for code, text in HEADLINES])
def test_language_of_a_headline(code: str, headline: str) -> None:
    assert find_language(headline, None).code == code


@pytest.mark.parametrize("text", ["", "123 456", "!!! ؟؟", "AB", "🌧🌧🌧"])
def test_too_little_gives_unknown(text: str) -> None:
    assert find_language(text, None) == ("und", None, False)


@pytest.mark.parametrize(
    ("headline", "declared", "code"),
    [("NYT like", "en", "en"), ("خبر عاجل", "en", "ar"), ("Land slips", "ar", "en"), ("Выборы", "en", "ru")],
)
def test_a_declaration_decides_only_between_languages_of_one_script(headline: str, declared: str, code: str) -> None:
    assert find_language(headline, None, declared=declared).code == code


def test_two_languages_are_flagged() -> None:
    arabic = "أعلنت وزارة الصحة اليوم أن عدد المصابين ارتفع في كل المحافظات وأن المستشفيات تعمل بكامل طاقتها. "
    english = "The ministry of health said today that hospitals were working at full capacity in every province. "

    assert "mixed_language" in take({"title": "بيان", "text": arabic + english}).quality


def test_a_declared_language_stands_where_none_is_found() -> None:
    article = take({"title": "RT 24", "language": "arabic"})

    assert (article.language, article.language_confidence, article.language_declared) == ("ar", None, "ar")


def test_a_wrong_declaration_is_flagged() -> None:
    article = take({"title": "Central bank raises rates again as prices climb", "language": "ar"})

    assert (article.language, "language_disagrees" in article.quality) == ("en", True)


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("ar", "ar"), ("AR", "ar"), ("ar_SA", "ar-SA"), ("ar-sa", "ar-SA"), ("ar_AR.UTF-8", "ar-AR"),
        ("ara", "ar"), ("eng", "en"),
        ("English", "en"), ("arabic", "ar"), ("العربية", "ar"), ("per", "fa"), ("iw", "he"),
        ("zh_hant_TW", "zh-Hant-TW"),
        ("ckb", "ckb"),
        ("und", None), ("xx", None), ("", None),
        ("unknown", None), ("text/html", None), ("en; q=1", None),
    ],
)  # fmt: skip
def test_declared_languages_get_their_code(declared: str, code: str | None) -> None:
    assert normalise_language(declared) == code

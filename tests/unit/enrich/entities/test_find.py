from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.enrich.entities import find, find_both, supported
from service.wire.closed import EntityType
from tests.unit.timing import steep

ARABIC_PIECES = [
    *("محمد علوش", "وزارة الدفاع الروسية", "للأمم المتحدة", "وبالقاهرة", "الرئيس", "رئيس الوزراء", "عبد", "بن"),
    *("بن بن دي دي", "حزب «النور»", "شركة (", "مدينة", "نهر النيل", "وقال", "من حلب إلى دمشق", "إسْطَنْبول", "ـــ"),
    *("\u200f", "ى", "\n", "، ", ". ", "123", "x", "الـقاهرة", "\u064b\u064b", "كأس العالم", "د.", "على", "علي"),
]
ENGLISH_PIECES = [
    *("President John F. Kennedy", "Ministry of X and Y of Z", "U.S.", "the", "The", "Al-Qaeda", "O'Neill's", "(UN)"),
    *("A & B", "Ahmed al-Sharaa", "in Paris, ", "University of", "bin", "’s", "\n", ". ", "Mr", "New York Times", "é"),
    *("War", "1", "x" * 50),
]


def names(text: str, language: str = "ar") -> list[tuple[str, str]]:
    return [(mention.text, mention.type.value) for mention in find(text, language=language)]


# -- what the interface promises


@pytest.mark.parametrize(("language", "pieces"), [("ar", ARABIC_PIECES), ("en", ENGLISH_PIECES)], ids=["ar", "en"])
@settings(max_examples=60)
@given(data=st.data())
def test_offsets_are_exact_sorted_and_apart(language: str, pieces: list[str], data: st.DataObject) -> None:
    text = " ".join(data.draw(st.lists(st.sampled_from(pieces), max_size=25)))
    end = 0
    for mention in find(text, language=language):
        assert text[mention.start : mention.end] == mention.text
        assert mention.text.strip() == mention.text
        assert mention.start >= end
        assert mention.end > mention.start
        end = mention.end


@settings(max_examples=60)
@given(text=st.text(max_size=200), language=st.sampled_from(["ar", "en"]))
def test_any_text_is_read(text: str, language: str) -> None:
    for mention in find(text, language=language):
        assert text[mention.start : mention.end] == mention.text


@pytest.mark.parametrize("text", ["شركة ( ـــ للأمم المتحدة", "وزارة الدفاع الروسية ـــ بن رئيس"], ids=["a", "b"])
def test_a_stroke_without_letters_inside_a_name_is_read(text: str) -> None:
    assert all(text[m.start : m.end] == m.text for m in find(text, language="ar"))


@pytest.mark.parametrize("language", ["ar", "ar-SY", "AR", "en", "en-GB"])
def test_language_is_supported_with_any_region(language: str) -> None:
    assert supported(language)
    assert find("", language=language) == []


@pytest.mark.parametrize("language", ["fr", "und", "arz", ""])
def test_other_language_is_not_supported(language: str) -> None:
    assert not supported(language)
    with pytest.raises(ValueError, match="no entity rules"):
        find("Paris", language=language)


UNIT = "وبحسب محمد بن بن دي عبد وزارة الدفاع الروسية الرئيس رئيس الوزراء "


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "ا" * 500_000),
        ("ar", "و" * 500_000),
        ("ar", "\u064e" * 500_000),
        ("ar", "بن " * 160_000),
        ("ar", "الرئيس " * 70_000),
        ("ar", "الجيش السوري " * 40_000),
        ("ar", UNIT * 8_000),
        ("en", "A" * 500_000),
        ("en", "A." * 250_000),
        ("en", "Ministry of " * 40_000),
        ("en", "Smith " * 80_000),
        ("en", "A & " * 120_000),
    ],
    ids=[
        "alef",
        "waw",
        "marks",
        "bin",
        "title",
        "nisba",
        "mixed",
        "word",
        "points",
        "ministry",
        "surname",
        "ampersand",
    ],
)
def test_half_a_megabyte_takes_linear_time(language: str, text: str) -> None:
    """Eight times the text takes about eight times as long, three times that at most."""
    part, whole = (partial(find, text[:length], language=language) for length in (len(text) // 8, len(text)))

    assert steep(part, whole, most=24, floor_s=0.1) == ""


@pytest.mark.parametrize(("title", "text"), [("", ""), ("لقاء في دمشق", "وصل"), ("", "وصل إلى حلب"), ("حلب", "")])
def test_title_and_text_keep_their_own_offsets(title: str, text: str) -> None:
    in_title, in_text = find_both(title, text, language="ar")
    assert [title[m.start : m.end] for m in in_title] == [m.text for m in in_title]
    assert [text[m.start : m.end] for m in in_text] == [m.text for m in in_text]
    assert {m.text for m in (*in_title, *in_text)} == {n for n in ("دمشق", "حلب") if n in title + text}


# -- Arabic spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("وصل بالقاهرة", [("القاهرة", "LOC")]),
        ("وللقاهرة دور", [("لقاهرة", "LOC")]),
        ("قدم للأمم المتحدة", [("لأمم المتحدة", "ORG")]),
        ("وسوريا ولبنان", [("سوريا", "LOC"), ("لبنان", "LOC")]),
        ("من بيروت وببيروت", [("بيروت", "LOC"), ("بيروت", "LOC")]),
        ("وَبِالقَاهِرَةِ أمس", [("القَاهِرَةِ", "LOC")]),
        ("حضر ومحمد علوش الاجتماع", [("محمد علوش", "PER")]),
        ("وليد جنبلاط حاضر", [("وليد جنبلاط", "PER")]),
    ],
    ids=["ba", "wa-lil", "lil", "waw", "ba-of-the-name", "marks", "waw-name", "waw-of-the-name"],
)
def test_clitics_stay_outside(text: str, expected: list[tuple[str, str]]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    "name",
    [
        "وزارة الدفاع الروسية",
        "وزارة خارجية كازاخستان",
        "وزارة الشؤون الاجتماعية والعمل",
        "حزب العدالة والتنمية",
        "الجيش اللبناني",
        "شركة مايكروسوفت",
        "جامعة القاهرة",
        "وزارة الدفاع",
        "وزارة التعليم العالي والبحث العلمي",
        "البنك المركزي السوري",
    ],
)
def test_body_is_one_name(name: str) -> None:
    assert names(f"أعلنت {name} أمس") == [(name, "ORG")]


@pytest.mark.parametrize(
    "text",
    [
        "عقد مجلس الإدارة جلسة",
        "قالت الوزارة إن البرلمان صوت",
        "الوفد الروسي والضامن التركي",
        "وزير الدفاع الأمريكي",
        "كان يوما سعيدا جميلا وكريما",
        "صوت الناخبون على الدستور الجديد",
        "الخميس 16 شباط",
    ],
)
def test_what_names_nothing_is_left_alone(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("كشف رئيس الوفد الروسي في اجتماع أستانا ألكسندر لافرينتيف أن", "ألكسندر لافرينتيف"),
        ("قال المتحدث باسم وفد الفصائل المعارضة يحيى العريضي اليوم", "يحيى العريضي"),
        ("زعيم الحركة عبد الله بن عبد العزيز آل سعود", "عبد الله بن عبد العزيز آل سعود"),
        ("الملك محمد السادس", "محمد السادس"),
        ("قال علي النعيمي", "علي النعيمي"),
        ("لاعب الفريق كريم بنزيمة", "كريم بنزيمة"),
        ("قال د. محمد سعيد", "محمد سعيد"),
    ],
    ids=["foreign-surname", "spokesman", "links", "ordinal", "ali-not-ala", "word-as-name", "initial"],
)
def test_person_is_found_without_title(text: str, person: str) -> None:
    assert (person, "PER") in names(text)


def test_bare_surname_follows_the_full_name() -> None:
    text = "قال ألكسندر لافرينتيف ذلك. ورأى لافرينتيف أن الأمر مهم، وأضاف للافرينتيف"
    assert [name for name, kind in names(text) if kind == "PER"] == ["ألكسندر لافرينتيف", "لافرينتيف", "لافرينتيف"]


def test_name_does_not_run_over_a_line_or_a_full_stop() -> None:
    assert names("زار دمشق\nمحمد علوش") == [("دمشق", "LOC"), ("محمد علوش", "PER")]
    assert ("محمد علوش", "PER") not in names("قال محمد. علوش هنا")


def test_noun_behind_a_body_is_no_part_of_it() -> None:
    assert names("قررت وزارة الداخلية السماح بالسفر") == [("وزارة الداخلية", "ORG")]
    assert names("أعلنت وزارة الدفاع الروسية السيطرة على القرية") == [("وزارة الدفاع الروسية", "ORG")]


def test_nationality_of_a_company_stays_outside() -> None:
    assert names("وقعت شركة توتال الفرنسية العقد") == [("شركة توتال", "ORG")]


def test_head_nouns_of_settlements_stay_outside() -> None:
    assert names("في مدينة حلب ومحافظة إدلب") == [("حلب", "LOC"), ("إدلب", "LOC")]


def test_head_nouns_of_waters_stay_inside() -> None:
    assert names("على ضفاف نهر الفرات") == [("نهر الفرات", "LOC")]
    assert names("سافر إلى ساحل العاج أمس") == [("ساحل العاج", "LOC")]
    assert names("وقع الحادث في الضفة الغربية أمس") == [("الضفة الغربية", "LOC")]


def test_quoted_name_behind_a_head_noun_is_the_name() -> None:
    assert names('نسخة منه إلى موقع "أورينت نت" أمس') == [("أورينت نت", "ORG")]


def test_quotation_marks_make_no_works_of_places_and_descriptions() -> None:
    text = 'جولة "أستانا" تنطلق بحضور "وفد فني" من الطرفين.'
    assert names(text) == [("أستانا", "LOC")]
    assert names('عرض فيلم "القاهرة" أمس') == [("القاهرة", "MISC")]


# -- English spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Russian Defense Ministry said so.", [("Russian Defense Ministry", "ORG")]),
        ("Iraqi President Jalal Talabani left.", [("Jalal Talabani", "PER")]),
        ("Obama's visit to the U.S. ended.", [("Obama", "PER"), ("U.S.", "LOC")]),
        ("Who is it? WHO said no.", [("WHO", "ORG")]),
        ("Will it rain in May? Maybe.", []),
        ("Russian and Chinese officials met.", []),
        ("the University of Cape Town", [("University of Cape Town", "ORG")]),
        ("Leaders of al-Qaeda fled.", [("al-Qaeda", "ORG")]),
    ],
    ids=["ministry", "title", "possessive", "case", "sentence-start", "nationality", "of", "lower-case-article"],
)
def test_english_names(text: str, expected: list[tuple[str, str]]) -> None:
    assert names(text, "en") == expected


def test_english_abbreviation_in_brackets_is_learned() -> None:
    text = "The Northern Grain Association (NGA) met. Later the NGA agreed."
    assert [n for n, _ in names(text, "en")] == ["Northern Grain Association", "NGA", "NGA"]


def test_mention_types_are_of_the_closed_list() -> None:
    assert {type(mention.type) for mention in find("زار محمد علوش دمشق", language="ar")} == {EntityType}

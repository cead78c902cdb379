from __future__ import annotations

import pytest

from service.intake.body import Body, clean_body, split_paragraphs
from service.intake.titles import Site

TITLE = "بلدية صور تبدأ ترميم الميناء القديم"
FIRST = "بدأت بلدية صور اليوم أعمال ترميم الميناء القديم بتمويل محلي، وقالت إن الأشغال ستستمر ستة أشهر."
SECOND = "وأضافت البلدية أن الصيادين سيستخدمون رصيفا مؤقتا حتى نهاية الصيف المقبل."
SITE = Site(["صحيفة الواحة"], "waha.example", "waha.example")


def clean(*paragraphs: str, titles: tuple[str, ...] = (TITLE,)) -> Body:
    return clean_body("\n\n".join(paragraphs), titles=list(titles), site=SITE)


def kinds(body: Body) -> list[tuple[str, str | None]]:
    return [(item.kind.value, item.text) for item in body.removed]


@pytest.mark.parametrize(
    "top",
    [
        [TITLE],
        [TITLE] * 4,
        [f"{TITLE} | صحيفة الواحة"],
        ["بلدية صور تبدأ ترميم الميناء القديم."],
        ["بَلدية صور تبدأ ترميم الميناء القـديم"],
        [f'"{TITLE}"'],
        [f"عاجل | {TITLE}"],
        [f"محليات - {TITLE} - بالصور"],
    ],
    ids=["once", "four times", "with the site's name", "with a full stop", "with vowels", "quoted", "labelled", "both"],
)
def test_the_headline_goes_from_the_top(top: list[str]) -> None:
    body = clean(*top, FIRST, SECOND)

    assert body.paragraphs == [FIRST, SECOND]
    assert sum(item.count for item in body.removed if item.kind == "headline") == len(top)


@pytest.mark.parametrize("joint", [": ", ". ", " - ", "\n", " … "])
def test_the_headline_goes_from_inside_the_first_paragraph(joint: str) -> None:
    assert clean(f"{TITLE}{joint}{FIRST}", SECOND).paragraphs == [FIRST, SECOND]


def test_the_headline_goes_from_the_end() -> None:
    assert clean(FIRST, SECOND, TITLE).paragraphs == [FIRST, SECOND]


def test_a_sentence_that_begins_with_the_headline_stays() -> None:
    sentence = "Earthquake strikes Morocco on Friday night, killing dozens in the mountains south of the city."

    assert clean(sentence, titles=("Earthquake strikes Morocco",)).paragraphs == [sentence]


@pytest.mark.parametrize(
    ("tail", "kind"),
    [
        (["التعليقات (0)", "0"], "comments"),
        (["التعليقات (0)", "    0"], "comments"),
        (["الأكثر قراءة"], "related"),
        (["💡 أهم المواضيع", "✨ أهم التصنيفات"], "related"),
        (["الأكثر قراءة", "تحذيرات من عاصفة رملية", "ارتفاع سعر الخبز في المدينة"], "related"),
        (["Most read", "Rents rise again", "Airport opens second runway"], "related"),
        (["فيسبوك تويتر واتساب"], "share"),
        (["Facebook | X | WhatsApp | Email"], "share"),
        (["تابعونا على تلغرام"], "share"),
        (["الوسوم: صور، ميناء، ترميم"], "tags"),
        (["#صور #ميناء"], "tags"),
        (["جميع الحقوق محفوظة © 2026"], "copyright"),
        (["© 2026 Harbour Post. All rights reserved."], "copyright"),
        (["اشترك في نشرتنا البريدية ليصلك كل جديد"], "newsletter"),
        (["Sign up for our newsletter"], "newsletter"),
        (["Advertisement"], "navigation"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_furniture_goes_from_the_end_and_is_listed(tail: list[str], kind: str) -> None:
    body = clean(FIRST, SECOND, *tail)

    assert body.paragraphs == [FIRST, SECOND]
    assert {item.kind.value for item in body.removed} == {kind}
    assert [item.text for item in body.removed] == [line.strip() for line in tail]


@pytest.mark.parametrize(
    "line",
    [
        "اقرأ أيضا: المخابز تعود إلى العمل في دير البلح",
        "Read more: how to prepare for a storm",
        "إعلان",
        "Share this article",
    ],
)
def test_known_lines_go_from_the_middle(line: str) -> None:
    assert clean(FIRST, line, SECOND).paragraphs == [FIRST, SECOND]


def test_the_link_under_a_read_also_line_goes_with_it() -> None:
    assert clean(FIRST, "اقرأ أيضا:", "تحذيرات من عاصفة رملية تضرب الوسط", SECOND).paragraphs == [FIRST, SECOND]


@pytest.mark.parametrize(
    "paragraph",
    [
        "التعليقات التي أدلى بها الوزير أمس أثارت ردود فعل غاضبة في البرلمان، بحسب نواب.",
        "Comments by the minister drew anger in parliament on Monday, members said.",
        "Facebook said on Tuesday that it would share more data with researchers.",
        "الأكثر قراءة بين الكتب المعروضة هذا العام رواية عن مدينة صور القديمة وأهلها.",
        "Tags on the crates showed that they had come from a warehouse in the north.",
        "نعم.",
        "120",
        "comment.",
        "previous 430.50/432.65",
    ],
)
def test_sentences_that_sound_like_furniture_stay(paragraph: str) -> None:
    assert clean(FIRST, paragraph, SECOND).paragraphs == [FIRST, paragraph, SECOND]


@pytest.mark.parametrize(
    "line",
    [
        "salma.nader@waha.example",
        "للتواصل مع الكاتبة salma.nader@waha.example",
        "تويتر: @salma_nader",
        "صحيفة الواحة",
        "الواحة",
        "سلمى نادر – الواحة",
        "صحيفة الواحة - صور",
        "Want all of our stories? Subscribe here.",
        "يتبع",
        "Help support our newsroom today",
    ],
)
@pytest.mark.parametrize("place", ["top", "end"])
def test_addresses_signatures_and_prompts_go_from_the_edges(line: str, place: str) -> None:
    paragraphs = (line, FIRST, SECOND) if place == "top" else (FIRST, SECOND, line)

    assert clean(*paragraphs).paragraphs == [FIRST, SECOND]


@pytest.mark.parametrize("line", ["شاهد: لحظة وصول السفينة", "Watch: Ship leaves the port", "رسم توضيحي: قسم التصميم"])
def test_labelled_links_and_captions_go_from_the_middle(line: str) -> None:
    assert clean(FIRST, line, SECOND).paragraphs == [FIRST, SECOND]


@pytest.mark.parametrize(
    "line",
    [
        "شاهد عيان: سمعنا دويا هائلا", "شاهد على المجزرة", "شروط الهدنة", "ردود فعل دولية", "تسجيل أول إصابة",
        "مشاركة واسعة في الاقتراع", "وسيم: لن أغادر", "قصة نجاح", "وفا - رام الله",
        "Support for the rebels", "Latest on the ceasefire", "Trial of the century", "Terms of the truce",
        "Video shows the moment of impact", "The survey, conducted by the Pew office in March", "Contact group meets",
        "12 15 18 20 22 25 28 30 33 36 38 40 share of each group in the poll by year and by region of the land",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["top", "below an advertisement", "end"])
def test_subheadings_and_cut_sentences_stay_at_the_edges(line: str, place: str) -> None:
    paragraphs = {"top": (line, FIRST), "below an advertisement": (FIRST, "إعلان", line, SECOND), "end": (FIRST, line)}

    assert line in clean(*paragraphs[place]).paragraphs


def test_a_list_above_the_headline_goes() -> None:
    body = clean("رائج", "تحذيرات من عاصفة رملية", "ارتفاع سعر الخبز في المدينة", TITLE, FIRST, SECOND)

    assert body.paragraphs == [FIRST, SECOND]


def test_lines_of_a_comment_form_go_also_where_they_are_sentences() -> None:
    body = clean(FIRST, SECOND, "اترك تعليقا", "احفظ اسمي والبريد في هذا المتصفح حتى المرة المقبلة.")

    assert body.paragraphs == [FIRST, SECOND]


def test_furniture_around_a_credit_line_goes() -> None:
    assert clean(FIRST, "بقلم سامي الحداد", "المصدر: وكالات", "120").paragraphs == [FIRST, "المصدر: وكالات"]


def test_what_was_removed_past_the_first_entries_is_counted() -> None:
    lines = [f"اقرأ أيضا: الخبر رقم {number}" for number in range(100)]
    body = clean(FIRST, *lines, SECOND)

    assert body.paragraphs == [FIRST, SECOND]
    assert sum(item.count for item in body.removed) == 100
    assert kinds(body)[-1] == ("related", None)


def test_prose_under_a_most_read_heading_stays() -> None:
    body = clean(FIRST, "الأكثر قراءة", SECOND, FIRST.replace("صور", "صيدا"))

    assert body.paragraphs == [FIRST, SECOND, FIRST.replace("صور", "صيدا")]


def test_a_repeated_paragraph_stays_once_and_is_counted() -> None:
    body = clean(*[FIRST, SECOND] * 25)

    assert body.paragraphs == [FIRST, SECOND]
    assert [(item.kind.value, item.count) for item in body.removed] == [("repeated", 24), ("repeated", 24)]


def test_short_repeats_are_speech() -> None:
    assert clean(FIRST, "نعم.", SECOND, "نعم.").paragraphs == [FIRST, "نعم.", SECOND, "نعم."]


def test_a_text_that_is_only_the_headline_is_none() -> None:
    assert clean(TITLE).paragraphs == []


def test_single_line_ends_separate_paragraphs() -> None:
    assert split_paragraphs(f"{FIRST}\n{SECOND}") == [FIRST, SECOND]


def test_lines_wrapped_at_a_width_are_one_paragraph() -> None:
    wrapped = (
        "The harbour bridge will close on Monday for eight weeks while\n"
        "engineers replace its bearings and repaint the railings, the\n"
        "council said on Friday after months of talks.\n\n"
        "Buses will run."
    )

    assert split_paragraphs(wrapped) == [wrapped.partition("\n\n")[0].replace("\n", " "), "Buses will run."]


@pytest.mark.parametrize("mark", ["… [+934 chars]", "[+12 chars]", "[…]", "..."])
def test_the_mark_of_a_cut_is_found(mark: str) -> None:
    body = clean(f"{FIRST} {mark}")

    assert body.cut is (mark != "...")


def test_time_grows_with_the_text_and_no_faster() -> None:
    lines = [f"جملة رقم {number} من نص طويل جدا لا ينتهي" for number in range(20_000)]

    assert len(clean(*lines).paragraphs) == len(lines)

from __future__ import annotations

from tests.unit.intake.raw import take

FIRST = "بدأت بلدية صور اليوم أعمال ترميم الميناء القديم بتمويل محلي، وقالت إن الأشغال ستستمر ستة أشهر كاملة."
SECOND = "وأضافت البلدية أن الصيادين سيستخدمون رصيفا مؤقتا حتى نهاية الصيف المقبل، على أن يعودوا إلى مراكبهم بعد ذلك."
THIRD = (
    "ويعود الميناء إلى القرن الثامن عشر، وقد تضرر مرات عدة بفعل العواصف وأعمال البناء القريبة منه في السنوات الأخيرة."
)
LINKED = (
    '<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "NewsArticle",'
    ' "headline": "بلدية صور ترمم الميناء", "datePublished": "2026-03-01T10:00:00+02:00",'
    ' "author": [{"name": "هبة نصار"}],'
    ' "publisher": {"name": "صحيفة الواحة"}, "isAccessibleForFree": true}]}</script>'
)


def page(head: str, body: str) -> str:
    return f'<!DOCTYPE html>\n<html lang="ar"><head>{head}</head><body>{body}</body></html>'


BODY = (
    "<nav><a href='/'>الرئيسية</a></nav><article><h1>بلدية صور ترمم الميناء</h1><div class='share'>فيسبوك</div>"
    f"<div class='article-body'><p>{FIRST}</p><p>{SECOND}</p>"
    f"<div class='related-links'>اقرأ أيضا: خبر آخر</div><p>{THIRD}</p></div>"
    "</article><aside><h3>الأكثر قراءة</h3><p>خبر جانبي</p></aside><footer>جميع الحقوق محفوظة</footer>"
)


def test_a_page_gives_its_article_and_none_of_its_furniture() -> None:
    article = take(page("<title>بلدية صور ترمم الميناء | صحيفة الواحة</title>" + LINKED, BODY))

    assert article.title == "بلدية صور ترمم الميناء"
    assert article.text == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"


def test_json_ld_in_a_page_gives_date_author_source_and_access() -> None:
    article = take(page("<title>x</title>" + LINKED, BODY))

    assert article.published_at == "2026-03-01T08:00:00Z"
    assert [author.name for author in article.authors] == ["هبة نصار"]
    assert (article.source.name, article.is_paid) == ("صحيفة الواحة", False)


def test_meta_tags_serve_where_there_is_no_json_ld() -> None:
    head = (
        '<meta property="og:title" content="بلدية صور ترمم الميناء - صحيفة الواحة">'
        '<meta property="og:site_name" content="صحيفة الواحة">'
        '<meta name="dc.date.issued" content="2026-03-01"><link rel="canonical" href="https://waha.example/1?utm_source=x">'
        '<script type="application/ld+json">{broken</script>'
    )
    article = take(page(head, BODY))

    assert (article.title, article.published_local) == ("بلدية صور ترمم الميناء", "2026-03-01")
    assert article.canonical_url == "https://waha.example/1"


def test_a_page_in_its_declared_legacy_encoding_is_read() -> None:
    head = '<meta charset="windows-1256"><title>بلدية صور ترمم الميناء</title>'

    assert take(page(head, BODY).encode("cp1256")).text == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"


def test_a_page_without_any_container_still_gives_its_paragraphs() -> None:
    article = take(
        page("<title>بلدية صور ترمم الميناء</title>", f"<div><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div>")
    )

    assert article.text == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"


def test_deeply_nested_markup_is_survived() -> None:
    article = take(page("<title>A title of a page</title>", "<div>" * 50_000 + "text"))

    assert article.title == "A title of a page"


def test_plain_text_has_its_title_in_the_first_line() -> None:
    title = "بلدية صور ترمم الميناء"
    article = take(f"{title}\n\n{title}\n{FIRST}\n\n{SECOND}\n\nالتعليقات (0)\n\n    0\n\n    الأكثر قراءة\n")

    assert (article.title, article.text) == ("بلدية صور ترمم الميناء", f"{FIRST}\n\n{SECOND}")
    assert [item.kind.value for item in article.removed] == ["headline", "comments", "comments", "related"]


def test_plain_text_that_begins_with_a_paragraph_has_no_title() -> None:
    article = take(f"{FIRST} {SECOND} {THIRD}\n\n{SECOND}")

    assert article.title is None
    assert "missing_title" in article.quality


def test_html_in_a_text_field_becomes_paragraphs() -> None:
    article = take({"title": "A", "text": f"<p>{FIRST}<br>{SECOND}</p><script>x()</script><p>{THIRD}</p>"})

    assert article.text == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"


def test_escaped_html_in_a_text_field_becomes_paragraphs() -> None:
    assert (
        take({"title": "A", "text": f"&lt;p&gt;{FIRST}&lt;/p&gt;&lt;p&gt;{SECOND}&lt;/p&gt;"}).text
        == f"{FIRST}\n\n{SECOND}"
    )


def test_a_credit_line_leaves_the_text_and_stays_readable() -> None:
    article = take({"title": "A", "text": f"{FIRST}\n\nالمصدر: رويترز"})

    assert article.text == FIRST
    assert article.credit is not None
    assert (article.credit.agency, article.credit.raw) == ("Reuters", "المصدر: رويترز")
    assert [item.kind.value for item in article.removed] == ["credit"]


def test_stock_symbols_in_angle_brackets_are_no_tags() -> None:
    assert take({"title": "Chicago bank <FNB> buys <b>stake</b>"}).title == "Chicago bank <FNB> buys stake"


def test_the_same_record_gives_the_same_article() -> None:
    record = {"title": "A title", "text": FIRST, "b": 1, "a": 2}

    assert take(record) == take(record)

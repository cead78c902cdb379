"""Where names begin and end by rules that are surer than the model."""

from __future__ import annotations

import pytest

from service.enrich.entities import english, find
from service.enrich.entities.arabic import analyse
from service.enrich.entities.features import Span
from service.wire.closed import EntityType


def names(text: str, language: str) -> list[tuple[str, str]]:
    return [(mention.text, mention.type.value) for mention in find(text, language=language)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("BENNINGTON, Vt., Aug. 4 (AP) - Rain fell on the covered bridges.", ("Vt.", "LOC")),
        ("The witness was Robert Calloway Jr., a plumber.", ("Robert Calloway Jr.", "PER")),
        ("A clerk of Harlan Paving Inc. signed the form.", ("Harlan Paving Inc.", "ORG")),
    ],
)
def test_the_full_stop_of_an_abbreviation_is_inside(text: str, name: tuple[str, str]) -> None:
    assert name in names(text, "en")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Families in Cox's Bazar wait for rice.", ("Cox's Bazar", "LOC")),
        ("The People's Bank of China cut its rate on Monday.", ("People's Bank of China", "ORG")),
        ("The Senate passed the Children's Privacy Act on Monday.", ("Children's Privacy Act", "MISC")),
        ("He worked for the Women's Refugee Commission in Amman.", ("Women's Refugee Commission", "ORG")),
        ("Parents met in St Luke's on Friday night.", ("St Luke's", "LOC")),
        ("Ships waited off St Petersburg's harbour.", ("St Petersburg", "LOC")),
        ("Protesters blocked Kyrgyzstan's road to the border.", ("Kyrgyzstan", "LOC")),
    ],
)
def test_a_possessive_is_inside_where_it_belongs_to_the_name(text: str, name: tuple[str, str]) -> None:
    assert name in names(text, "en")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Members of the National Farmers' Union met in Leeds.", "National Farmers' Union"),
        ("Surgeons at St Thomas' Hospital went on strike.", "St Thomas' Hospital"),
        ("The Depositors' Union called for a march.", "Depositors' Union"),
        ("The Catholic Bishops' Conference of Kenya asked for calm.", "Catholic Bishops' Conference of Kenya"),
    ],
)
def test_members_with_an_apostrophe_are_part_of_a_body(text: str, name: str) -> None:
    assert (name, "ORG") in names(text, "en")


def settled(text: str, first: int, after: int, kind: EntityType) -> list[tuple[int, int]]:
    """Return the words of the names that are left of one name as the model may have found it."""
    return [(span.first, span.after) for span in analyse(text).settle([Span(first, after, kind)])]


def test_a_class_before_a_listed_place_is_outside() -> None:
    assert settled("تسلمت مدينة طشقند العلم", 1, 3, EntityType.LOC) == [(2, 3)]
    assert settled("وصل إلى جمهورية الكونغو الديمقراطية", 2, 5, EntityType.LOC) == [(2, 5)]
    assert settled("أقيم في مدينة محمد بن زايد", 2, 6, EntityType.LOC) == [(2, 6)]


def test_two_listed_bodies_joined_by_waw_are_two() -> None:
    assert settled("تعادل كاظمة والقادسية أمس", 1, 3, EntityType.ORG) == [(1, 2), (2, 3)]
    assert settled("دعت وزارة العمل والشؤون الاجتماعية", 1, 5, EntityType.ORG) == [(1, 5)]


def test_a_known_name_behind_waw_is_another_person() -> None:
    assert settled("التقى بهاء وصهيب الشنيكات", 1, 4, EntityType.PER) == [(1, 2), (2, 4)]
    assert settled("قال محمد وليد أمس", 1, 3, EntityType.PER) == [(1, 3)]
    assert settled("قال نايجل ويذربي أمس", 1, 3, EntityType.PER) == [(1, 3)]


def test_a_framework_is_not_atar() -> None:
    text = "وأضاف أن العمل يجري به ليس في أستانا فحسب بل أيضا يوميا في إطار مجموعات العمل وأثناء المشاورات"
    assert names(text, "ar") == [("أستانا", "LOC")]


def test_a_birthplace_is_not_muscat() -> None:
    assert ("مسقط", "LOC") not in names("عاد الشاعر إلى مسقط رأسه بعد غياب.", "ar")
    assert names("وصل إلى بنغازي مسقط رأس والده قادما من مسقط.", "ar") == [("بنغازي", "LOC"), ("مسقط", "LOC")]


@pytest.mark.parametrize(("after", "left"), [(6, [(0, 3), (3, 6)]), (3, [(0, 3)])], ids=["longer", "of one word"])
def test_the_second_half_of_a_given_name_is_taken_from_the_name_behind(after: int, left: list[tuple[int, int]]) -> None:
    found = [Span(0, 2, EntityType.PER), Span(2, after, EntityType.MISC)]
    spans = english.analyse("Kim Jong-un Medal of Honor").settle(found)
    assert [(span.first, span.after) for span in spans] == left

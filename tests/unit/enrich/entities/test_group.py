from __future__ import annotations

import pytest

from service.enrich.entities import find_both, group
from service.enrich.places import resolve
from service.wire.closed import EntityType
from service.wire.event import Entity


def entities(text: str, title: str = "", language: str = "ar") -> list[Entity]:
    return group(*find_both(title, text, language=language), title=title, text=text, language=language)


def by_name(found: list[Entity]) -> dict[str, int]:
    return {entity.name: entity.count for entity in found}


def test_surname_belongs_to_the_full_name() -> None:
    found = entities("قال محمد علوش إن الوفد وصل. وأضاف علوش أن الوقت ضيق.")
    assert by_name(found) == {"محمد علوش": 2}


def test_surname_of_two_persons_stays_alone() -> None:
    found = entities("التقى بشار الأسد وماهر الأسد. وقال الأسد إن الأمر انتهى.")
    assert by_name(found) == {"بشار الأسد": 1, "ماهر الأسد": 1, "الأسد": 1}


def test_spelling_variants_are_one_entity() -> None:
    (found,) = entities("من أستانا إلى أستانة ثم استانا")
    assert found.count == 3


def test_article_behind_lam_is_one_entity_with_its_full_spelling() -> None:
    (found,) = entities("سلم رسالة للأمم المتحدة. وردت الأمم المتحدة.")
    assert (found.name, found.count) == ("الأمم المتحدة", 2)


def test_key_is_the_same_for_variants() -> None:
    keys = {entities(f"في {name} أمس")[0].key for name in ("أستانا", "أستانة", "استانة")}
    assert len(keys) == 1


def test_same_name_of_another_type_is_another_entity() -> None:
    found = entities("Jordan is a country. Michael Jordan said no. Mr Jordan left.", language="en")
    assert {(e.name, e.type) for e in found} == {("Jordan", EntityType.LOC), ("Michael Jordan", EntityType.PER)}


def test_bare_surname_in_the_title_is_found_through_the_text() -> None:
    title, text = "لافرينتيف متفائل", "قال ألكسندر لافرينتيف ذلك"
    (found,) = entities(text, title)
    assert [(m.field.value, m.text) for m in found.mentions] == [
        ("title", "لافرينتيف"),
        ("text", "ألكسندر لافرينتيف"),
    ]


def test_prominence_is_a_share_and_sorts() -> None:
    found = entities("زار دمشق ثم دمشق ثم حلب", title="دمشق")
    assert [e.name for e in found] == ["دمشق", "حلب"]
    assert sum(e.prominence for e in found) == pytest.approx(1, abs=0.01)


def test_mentions_point_into_their_fields() -> None:
    title, text = "لقاء في دمشق", "وصل محمد علوش إلى دمشق"
    for entity in entities(text, title):
        for mention in entity.mentions:
            field = {"title": title, "text": text}[mention.field.value]
            assert field[mention.start : mention.end] == mention.text


def test_nothing_gives_nothing() -> None:
    assert group([], [], title="", text="", language="ar") == []


def test_many_namesakes_take_linear_time() -> None:
    text = "\n".join(
        f"قال محمد علوش{chr(0x628 + i % 20)}{chr(0x628 + i // 20 % 20)}{chr(0x628 + i // 400)}" for i in range(4000)
    )
    assert len(entities(text)) > 0


def test_places_point_to_their_entities() -> None:
    found = entities("وصل محمد علوش من بيروت إلى دمشق")
    assert {found[loc.entity].name: loc.country for loc in resolve(found, language="ar")} == {
        "بيروت": "LB",
        "دمشق": "SY",
    }

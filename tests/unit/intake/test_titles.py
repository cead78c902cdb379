from __future__ import annotations

import pytest

from service.intake.titles import Site, best_title, clean_title

WAHA = Site(["صحيفة الواحة"], "waha.example", "waha.example")
POST = Site(["The Harbour Post"], "harbourpost.example", "news.harbourpost.example")
NONE = Site([], None, None)

CASES = [
    *(
        (f"suffix behind {mark}", f"فيضان يغمر القرى {mark} صحيفة الواحة", WAHA, "فيضان يغمر القرى")
        for mark in "|-–—•·―│"
    ),
    ("bar without blanks", "Storm hits coast|The Harbour Post", POST, "Storm hits coast"),
    ("name without its kind", "فيضان يغمر القرى - الواحة", WAHA, "فيضان يغمر القرى"),
    ("domain as name", "Storm hits coast - harbourpost.example", POST, "Storm hits coast"),
    ("name by domain label", "Storm hits coast | HarbourPost", POST, "Storm hits coast"),
    ("name by initials", "Storm hits coast - New Coast Times", Site([], "nct.example", None), "Storm hits coast"),
    ("name in front", "The Harbour Post | Storm hits coast", POST, "Storm hits coast"),
    ("section and name", "Storm hits coast | Weather | News | The Harbour Post", POST, "Storm hits coast | Weather"),
    ("section in front", "Opinion | The tram should return - The Harbour Post", POST, "The tram should return"),
    ("Arabic section in front", "رياضة | الرجاء يفوز", NONE, "الرجاء يفوز"),
    ("well-known outlet", "قتلى في الخرطوم - صحيفة الشرق الأوسط", NONE, "قتلى في الخرطوم"),
    ("well-known English outlet", "Storm hits coast - BBC News", NONE, "Storm hits coast"),
    ("unknown newspaper by its kind", "قتلى في الخرطوم - جريدة الأفق الجديد", NONE, "قتلى في الخرطوم"),
    (
        "agency for a subject is no outlet",
        "الطلب يرتفع - وكالة الطاقة الدولية",
        NONE,
        "الطلب يرتفع - وكالة الطاقة الدولية",
    ),
    ("speaker", "Trump: We will not allow it", NONE, "Trump: We will not allow it"),
    ("Arabic speaker", "السيسي: لن نسمح بذلك", NONE, "السيسي: لن نسمح بذلك"),
    ("Arabic speaker with a blank", "الرئيس السيسي : لن نسمح", NONE, "الرئيس السيسي : لن نسمح"),
    ("outlet as speaker", "الجزيرة: مقتل مراسلنا", Site(["الجزيرة"], None, None), "الجزيرة: مقتل مراسلنا"),
    ("inner dash", "Rome - Paris train returns", NONE, "Rome - Paris train returns"),
    ("hyphen", "Co-operation in Aix-en-Provence", POST, "Co-operation in Aix-en-Provence"),
    ("unknown last part", "Storm hits coast - what we know", POST, "Storm hits coast - what we know"),
    ("short headline, long name", "زلزال - صحيفة الواحة", WAHA, "زلزال"),
    ("only the name", "صحيفة الواحة", WAHA, ""),
    ("the name twice", "The Harbour Post | The Harbour Post", POST, ""),
    ("only marks", " - | - ", NONE, ""),
    ("urgent mark stays", "عاجل | زلزال يضرب المغرب", NONE, "عاجل | زلزال يضرب المغرب"),
]


@pytest.mark.parametrize(("text", "site", "title"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_title_is_the_headline_alone(text: str, site: Site, title: str) -> None:
    assert clean_title(text, site) == title


def test_the_declared_section_goes_also_before_a_colon() -> None:
    assert clean_title("محافظات: انقطاع المياه", NONE, "محافظات") == "انقطاع المياه"


def test_a_cut_title_is_replaced_by_its_full_form() -> None:
    assert best_title(["Storm hits the…", "Storm hits the coast | The Harbour Post"], POST) == "Storm hits the coast"


def test_a_title_that_is_the_sites_name_gives_way_to_the_next() -> None:
    assert best_title(["The Harbour Post", "Storm hits coast"], POST) == "Storm hits coast"


AGREED = [
    (
        "name behind the bar",
        ["غرق مركب صيد قبالة الساحل | الديار نت", "غرق مركب صيد قبالة الساحل"],
        "غرق مركب صيد قبالة الساحل",
    ),
    ("column in front", ["Hill Walks – Storm hits coast", "Storm hits coast"], "Storm hits coast"),
    ("affixes on both sides", ["Hill Walks | Storm hits coast | Delta", "Storm hits coast"], "Storm hits coast"),
    (
        "a part that the other form leaves out",
        ["Storm hits coast - thousands flee their homes in the night", "Storm hits coast"],
        "Storm hits coast - thousands flee their homes in the night",
    ),
    ("another headline", ["Storm hits coast | Delta", "Thousands flee"], "Storm hits coast | Delta"),
    ("one form only", ["Storm hits coast | Delta"], "Storm hits coast | Delta"),
]


@pytest.mark.parametrize(("forms", "title"), [case[1:] for case in AGREED], ids=[case[0] for case in AGREED])
def test_what_another_form_of_the_headline_lacks_is_an_affix(forms: list[str], title: str) -> None:
    assert best_title(forms, NONE) == title

"""The lists of bodies: how many of each kind, each once, and the ministries that rules make without a list."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from service.enrich.entities import find, tagger
from service.enrich.entities.lexicon import Known, lexicon
from service.enrich.places.fold import fold

DATA = Path(tagger.__file__).parent / "data"
LEAST = {
    language: {kind: int(few) for kind, _, few in (part.rpartition(" ") for part in text.split(", "))}
    for language, text in (
        ("ar", "world 200, states 400, parties 300, armed groups 200, media 500, banks 200, companies 900, clubs 600"),
        ("en", "world 200, states 400, parties 200, armed groups 100, media 400, banks 150, companies 1000, clubs 500"),
    )
}
PORTFOLIOS = (
    "الداخلية",
    "الدفاع",
    "الصحة",
    "الزراعة",
    "العدل",
    "النقل",
    "الطاقة",
    "البيئة",
    "السياحة",
    "الصناعة والتجارة",
)
NATIONS = ("السورية", "المصرية", "العراقية", "المغربية", "الكويتية", "التركية", "الفرنسية", "الأميركية")


def listed(language: str, file: str) -> dict[str, list[str]]:
    """Return the names of a list by kind."""
    kinds: dict[str, list[str]] = defaultdict(list)
    kind = ""
    for line in (DATA / language / file).read_text("utf-8").splitlines():
        if line.startswith("# kind: "):
            kind = line.removeprefix("# kind: ")
        elif line and not line.startswith("#"):
            kinds[kind].append(line)
    return kinds


@pytest.mark.parametrize(("language", "least"), [("ar", 4000), ("en", 4000)])
def test_bodies_of_every_kind_are_listed(language: str, least: int) -> None:
    count = {kind: len(names) for kind, names in listed(language, "organisations.txt").items()}

    assert {kind: count[kind] for kind in LEAST[language]} == {
        kind: max(count[kind], few) for kind, few in LEAST[language].items()
    }
    assert sum(count.values()) >= least


@pytest.mark.parametrize("language", LEAST)
def test_a_name_is_listed_once(language: str) -> None:
    names = Counter(itertools.chain.from_iterable(listed(language, "organisations.txt").values()))

    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize(("language", "least"), [("ar", 3000), ("en", 1700)])
def test_small_places_are_listed_once_and_known(language: str, least: int) -> None:
    names = [name for names in listed(language, "regions.txt").values() for name in names]
    lists = lexicon(language)
    known = [name for name in map(fold, names) if name in lists.phrases or lists.words.get(name, 0) & Known.PLACE_RARE]

    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert len(known) == len(names) >= least


@pytest.mark.parametrize("language", LEAST)
def test_a_short_name_is_one_word_and_not_listed_as_sure(language: str) -> None:
    sure = {fold(name) for names in listed(language, "organisations.txt").values() for name in names}
    short = [fold(name) for names in listed(language, "short.txt").values() for name in names]

    assert [name for name in short if " " in name or name in sure] == []


@pytest.mark.parametrize("nation", NATIONS)
@pytest.mark.parametrize("portfolio", PORTFOLIOS)
def test_ministries_need_no_list(portfolio: str, nation: str) -> None:
    name = f"وزارة {portfolio} {nation}"
    assert [(m.text, m.type.value) for m in find(f"وقالت {name} إن الوضع مستقر", language="ar")] == [(name, "ORG")]


@pytest.mark.parametrize("portfolio", ["Defense", "Foreign", "Interior", "Health", "Finance", "Justice", "Education"])
@pytest.mark.parametrize("nation", ["Russian", "Syrian", "Egyptian", "French", "Turkish", "Iraqi"])
def test_english_ministries_need_no_list(portfolio: str, nation: str) -> None:
    name = f"{nation} {portfolio} Ministry"
    assert [(m.text, m.type.value) for m in find(f"The {name} said so on Monday.", language="en")] == [(name, "ORG")]


def test_clubs_of_one_word_are_bodies_where_the_text_is_about_sport() -> None:
    text = "فاز ليفربول على تشيلسي في مباراة الدوري، وقال المدرب إن اللاعبين كانوا رائعين بعد التعادل في الشوط الأول."
    found = {m.text: m.type.value for m in find(text, language="ar")}
    assert (found["ليفربول"], found["تشيلسي"]) == ("ORG", "ORG")

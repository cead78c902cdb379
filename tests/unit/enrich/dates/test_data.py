from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from service.enrich import dates
from service.enrich.dates.lexicon import LANGUAGES, code, lexicon, name
from service.enrich.dates.makers import MAKERS

DATA = Path(dates.__file__).parent / "data"
# Classes that the engine itself gives: figures, separators, and the names of CLDR and hijridate.
GIVEN = {
    "day", "small", "year", "number", "comma", "slash", "dash", "wide_dash", "dot", "wide_dot", "colon", "open",
    "close", "quote", "month", "weak_month", "cap_month", "weekday", "weak_weekday", "hijri_month", "weak_hijri",
    "and", "in", "weekdays", "cap_weekday", "word", "line", "plus", "short_date",
}  # fmt: skip


def _load(language: str, file: str) -> dict[str, dict[str, object]]:
    return tomllib.loads((DATA / language / file).read_text("utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_name_only_classes_that_exist(language: str) -> None:
    rules = tomllib.loads((DATA / language / "rules.toml").read_text("utf-8"))
    triples = [rule for stage in rules["stages"].values() for rule in stage]
    known = GIVEN | set(_load(language, "lexicon.toml")) | set(rules["macros"]) | {rule[0] for rule in triples}
    patterns = [*rules["macros"].values(), *[rule[2] for rule in triples]]

    assert {word for pattern in patterns for word in re.findall(r"[A-Za-z_]+", pattern)} - known == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_name_only_makers_that_exist(language: str) -> None:
    rules = tomllib.loads((DATA / language / "rules.toml").read_text("utf-8"))

    assert {rule[1] for stage in rules["stages"].values() for rule in stage} - MAKERS.keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_its_month_and_weekday_names_from_cldr(language: str) -> None:
    words = {"ar": ("شباط", "فبراير", "فيفري", "غشت", "الثلاثاء"), "en": ("February", "Feb", "Tuesday", "Tue")}

    readings = lexicon(language).read(words[language])

    assert {name(reading.word.kind) for reading in readings if reading and reading.word} == {"month", "weekday"}


def test_a_class_has_one_character_and_back() -> None:
    assert name(code("month")) == "month"
    assert len({code("month"), code("weekday"), code("year")}) == 3

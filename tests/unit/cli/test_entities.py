"""The command that shows the names of a text."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from service.cli import app
from service.cli.entities import marked_lines
from service.cli.marks import RLM
from service.enrich.entities import find, group
from service.enrich.places import resolve


def shown(text: str, language: str) -> list[str]:
    found = group([], find(text, language=language), title="", text=text, language=language)
    return list(marked_lines(text, found, resolve(found, language=language)))


def test_marks_stand_under_the_names_and_each_entity_has_a_line() -> None:
    text, marks, *entities = shown("Muhammad Alloush went to Beirut.", "en")

    assert text == "Muhammad Alloush went to Beirut."
    assert marks == "^^^^^^^^^^^^^^^^         ^^^^^^"
    assert [line.split()[1] for line in entities] == ["PER", "LOC"]
    assert "0:16" in entities[0]
    assert "LB" in entities[1]
    assert "33.89" in entities[1]


def test_an_arabic_line_has_its_marks_turned_and_clitics_left_out() -> None:
    _, marks, entity = shown("غادر وبيروت", "ar")

    assert marks == RLM + " " * len("غادر و") + "^" * len("بيروت")
    assert "6:11" in entity


def test_mentions_of_one_entity_share_a_line() -> None:
    lines = shown("قال محمد علوش ذلك.\nوأضاف علوش أن الوقت ضيق.", "ar")

    assert len([line for line in lines if "PER" in line]) == 1
    assert "4:13 25:29" in lines[-1]


def test_a_place_without_a_choice_shows_the_countries_in_question() -> None:
    entity = shown("وصل إلى طرابلس", "ar")[-1]

    assert set(entity.partition("(one of: ")[2].rstrip(")").split(", ")) == {"LB", "LY"}


def test_a_country_without_coordinates_is_shown_as_chosen() -> None:
    assert shown("وصل إلى تركيا", "ar")[-1].endswith("(country, TR)")


def test_json_has_entities_and_locations() -> None:
    done = CliRunner().invoke(app, ["entities", "قال محمد علوش في دمشق", "--json"])

    said = json.loads(done.stdout)
    assert said["language"] == "ar"
    assert [(one["type"], one["name"]) for one in said["entities"]] == [("PER", "محمد علوش"), ("LOC", "دمشق")]
    assert said["locations"][0]["country"] == "SY"
    mention = said["entities"][1]["mentions"][0]
    assert said["text"][mention["start"] : mention["end"]] == "دمشق"


def test_text_comes_from_stdin_too() -> None:
    done = CliRunner().invoke(app, ["entities", "-"], input="He flew to Damascus.\n")

    assert done.exit_code == 0
    assert "Damascus" in done.stdout.splitlines()[-1]


@pytest.mark.parametrize("language", ["fr", "und"])
def test_a_language_without_a_model_is_refused(language: str) -> None:
    done = CliRunner().invoke(app, ["entities", "Paris", "--language", language])

    assert done.exit_code == 2
    assert "no entity model" in done.stderr

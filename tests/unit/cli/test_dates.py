"""The command that shows the dates of a text."""

from __future__ import annotations

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from service.cli import app
from service.cli.dates import marked_lines
from service.cli.marks import RLM, guessed_language
from service.enrich.dates import explain

ANCHOR = date(2017, 2, 16)


def shown(text: str, language: str) -> list[str]:
    return list(marked_lines(text, explain(text, language=language, anchor=ANCHOR)))


def test_marks_stand_under_the_words() -> None:
    text, marks, mention = shown("He left on Tuesday evening.", "en")

    assert text == "He left on Tuesday evening."
    assert marks == "           ^^^^^^^^^^^^^^^"
    assert "11:26" in mention
    assert "2017-02-14" in mention
    assert "joined/moment" in mention


def test_a_line_that_begins_from_the_right_has_its_marks_turned_too() -> None:
    _, marks, _ = shown("قتل شخصان مساء الثلاثاء", "ar")

    assert marks == RLM + " " * len("قتل شخصان ") + "^" * len("مساء الثلاثاء")


def test_vowel_signs_take_no_column_and_wide_characters_take_two() -> None:
    plain, vowelled = shown("وصل أمس", "ar")[1], shown("وَصَلَ أمس", "ar")[1]
    wide = shown("日本 on Tuesday", "en")[1]

    assert plain == vowelled
    assert wide == " " * len("日本 on ") + "  " + "^" * len("Tuesday")


def test_every_line_has_its_own_marks() -> None:
    lines = shown("Monday.\nNothing here.\nAnd on Friday too.", "en")

    assert lines[:5] == ["Monday.", "^^^^^^", "Nothing here.", "And on Friday too.", "       ^^^^^^"]


def test_what_is_ambiguous_in_conflict_or_without_a_value_is_said() -> None:
    assert "ambiguous: 2017-03-04 or 2017-04-03" in shown("03/04/2017", "en")[-1]
    assert "conflict" in shown("Monday, February 14, 2017", "en")[-1]
    assert "-P1D" in list(marked_lines("أمس", explain("أمس", language="ar", anchor=None)))[-1]
    assert "1438-05-10 AH" in shown("10 جمادى الأولى 1438 هـ", "ar")[-1]


@pytest.mark.parametrize(
    ("text", "language"), [("وصل أمس", "ar"), ("He left.", "en"), ("2017", "en"), ("BBC قالت أمس", "ar")]
)
def test_the_language_is_guessed_by_the_letters(text: str, language: str) -> None:
    assert guessed_language(text) == language


def test_json_has_the_mentions_with_their_rules_and_the_summary() -> None:
    done = CliRunner().invoke(app, ["dates", "He left yesterday.", "--anchor", "2017-02-16", "--json"])

    said = json.loads(done.stdout)
    assert (said["language"], said["anchor"]) == ("en", "2017-02-16")
    assert said["mentions"][0]["value"] == "2017-02-15"
    assert said["mentions"][0]["rule"] == "counted/shift"
    assert said["date_span"] == {"from": "2017-02-15", "to": "2017-02-15"}
    assert said["main_dates"] == [{"date": "2017-02-15", "count": 1}]


def test_the_text_may_come_from_stdin_with_a_local_time_as_anchor() -> None:
    done = CliRunner().invoke(app, ["dates", "-", "--anchor", "2017-02-16T14:30"], input="He left two hours ago.")

    assert done.exit_code == 0
    assert "2017-02-16T12:30" in done.stdout


@pytest.mark.parametrize("options", [["--anchor", "yesterday"], ["--language", "fr"]])
def test_a_wrong_option_is_refused_with_a_reason(options: list[str]) -> None:
    done = CliRunner().invoke(app, ["dates", "text", *options])

    assert done.exit_code == 2

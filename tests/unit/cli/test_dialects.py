"""``khabar dialects``: the list, the table, and the explanation of a message."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from service.cli import app
from service.cli.show import FSI, PDI
from service.intake.dialects import REGISTRY
from service.intake.table import BUILT_IN, EVENT_FIELDS, event_fields, matrix

ROOT = Path(__file__).parents[3]
NEWSAPI = {
    "source": {"id": None, "name": "The Harbour Post"},
    "title": "Central bank holds key rate - The Harbour Post",
    "url": "https://post.example/b/2",
    "urlToImage": None,
    "publishedAt": "2026-03-01T07:20:00Z",
    "content": "The central bank kept its key rate unchanged on Thursday… [+934 chars]",
    "desk": "Economy",
    "cookies": "a=b",
    "trace": "x" * 3000,
}
MAPPING = """
[[dialect]]
name = "desk"
keys = ["storyId", "storyBody"]
[dialect.fields]
title = "storyHead"
text = "storyBody"
"""


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KHABAR_DIALECTS", raising=False)
    monkeypatch.setenv("COLUMNS", "400")


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, ["dialects", *arguments], input=stdin)


def explain(value: dict[str, Any] | str, tmp_path: Path, *options: str, name: str = "message.json") -> str:
    path = tmp_path / name
    path.write_text(json.dumps(value) if isinstance(value, dict) else value, encoding="utf-8")
    result = run("explain", *options, str(path))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_list_names_every_dialect_in_order_with_what_recognises_it() -> None:
    lines = run().stdout.splitlines()

    assert [line.split()[1] for line in lines[: len(BUILT_IN)]] == [dialect.name for dialect in BUILT_IN]
    assert "maintext 3" in next(line for line in lines if " news-please " in line)
    assert "any other JSON object" in next(line for line in lines if " generic " in line)


def test_the_list_as_json_has_signs_and_ranks() -> None:
    rows = json.loads(run("--json").stdout)

    assert [row["rank"] for row in rows] == list(range(1, len(BUILT_IN) + 1))
    assert rows[0] == {"rank": 1, "name": REGISTRY[0].name, "keys": [], "signs": dict(REGISTRY[0].signs)}


def test_the_page_shows_the_table_of_this_release() -> None:
    table = run("fields").stdout

    assert table == matrix() + "\n"
    assert table in (ROOT / "docs" / "dialects.md").read_text("utf-8")


def test_the_page_has_a_row_for_every_dialect() -> None:
    rows = re.findall(r"^\| `([a-z0-9.-]+)` \|", (ROOT / "docs" / "dialects.md").read_text("utf-8"), re.MULTILINE)

    assert {dialect.name for dialect in BUILT_IN} <= set(rows)


def test_fields_as_json_names_the_producers_fields_best_first() -> None:
    found = json.loads(run("fields", "--json").stdout)

    assert found["newsapi"]["published_at"] == ["publishedAt"]
    assert found["ninjs"]["text"][0] == "bodies"
    assert found["ninjs"] == {field: list(paths) for field, paths in event_fields(REGISTRY[0]).items()}
    assert {field for fields in found.values() for field in fields} <= set(EVENT_FIELDS.values())


def test_a_known_message_is_explained_field_by_field(tmp_path: Path) -> None:
    said = explain(NEWSAPI, tmp_path)

    assert "dialect: newsapi, because of 6 points: source 1, urlToImage 3, publishedAt 2" in said
    rows = {line.split()[0]: line.split("→")[1].split("  ")[1] for line in said.splitlines() if "→" in line}
    assert rows == {
        "url": "url",
        "source.name": "source.name",
        "title": "title",
        "content": "text",
        "publishedAt": "published_at",
        "urlToImage": "(empty)",
        "desk": "extra",
        "cookies": "(left out)",
        "trace": "(too large: named in extra_dropped)",
    }
    assert "outcome: an article; language en, quality flags: short_text, extra_trimmed, snippet" in said


def test_the_page_shows_what_is_said_of_its_message(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "dialects.md").read_text("utf-8")
    message, shown = re.findall(r"```(?:json|text)\n(.*?)\n```", page, re.DOTALL)

    said = explain(message, tmp_path)
    assert re.sub(f"[{FSI}{PDI}]", "", said).strip() == shown


def test_an_unknown_message_is_generic_and_why(tmp_path: Path) -> None:
    said = explain({"headline": "Rain fills the reservoirs", "wetness": 3}, tmp_path)

    assert "dialect: generic, because it is a JSON object and no other dialect has 3 points" in said
    assert re.search(r"headline +→ +title", said)
    assert re.search(r"wetness +→ +extra", said)


def test_a_page_is_explained_by_what_it_holds(tmp_path: Path) -> None:
    page = (
        "<!DOCTYPE html><html lang='en'><head><title>Rain fills the reservoirs</title></head><body><article>"
        "<p>A week of rain has filled the reservoirs above the city, the water board said on Monday.</p></article>"
    )
    said = explain(page, tmp_path, name="page.html")

    assert "dialect: html, because the value is an HTML page" in said
    assert re.search(r"main_text +→ +text", said)


def test_broken_json_is_a_dead_letter_with_the_place(tmp_path: Path) -> None:
    said = explain('{"title": "abc", "text": "de', tmp_path)

    assert "outcome: dead letter bad_json" in said
    assert "line 1 column" in said


def test_an_item_on_hold_names_its_dialect_and_that_it_may_be_tried_again(tmp_path: Path) -> None:
    said = explain({"uri": "urn:x:1", "pubstatus": "withheld", "headline": "Budget in full"}, tmp_path)

    assert "dialect: ninjs" in said
    assert "dead letter withheld" in said
    assert "(retryable)" in said


def test_explanations_as_json_are_one_object_a_message() -> None:
    lines = run("explain", "--json", stdin=json.dumps(NEWSAPI) + "\n[]\n").stdout.splitlines()
    first, second = map(json.loads, lines)

    assert (first["dialect"], first["points"], first["article"]["title"]) == (
        "newsapi", 6, "Central bank holds key rate",
    )  # fmt: skip
    assert (second["dialect"], second["dead_letter"]["error"]) == (None, "not_an_object")


def test_dialects_of_a_mapping_file_go_before_all_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "desk.toml"
    path.write_text(MAPPING, encoding="utf-8")
    monkeypatch.setenv("KHABAR_DIALECTS", str(path))
    message = {
        "storyId": 1,
        "storyHead": "Rain fills the reservoirs",
        "storyBody": "A week of rain.",
        "urlToImage": "x",
    }

    assert "desk" in run().stdout.splitlines()[0]
    assert "all of storyId, storyBody (mapping file)" in run().stdout.splitlines()[0]
    assert "dialect: desk, because it has storyId, storyBody (mapping file)" in explain(message, tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MAPPING.replace('title = "storyHead"', 'titel = "storyHead"'), "titel"),
        (MAPPING.replace('"desk"', '"ninjs"'), "built-in"),
        (None, "No such file"),
    ],
    ids=["unknown attribute", "name of a built-in", "no file"],
)
def test_a_wrong_mapping_file_is_named_with_what_is_wrong(
    text: str | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "desk.toml"
    if text:
        path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("KHABAR_DIALECTS", str(path))
    result = run()

    assert result.exit_code != 0
    assert "desk.toml" in str(result.exception) + result.output
    assert said in str(result.exception) + result.output

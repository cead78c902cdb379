"""Mapping files: a new producer by a table, and clear words for a wrong one."""

from __future__ import annotations

import re
from pathlib import Path

import orjson
import pytest

from service.errors import Misconfigured
from service.intake import IntakeOptions, accept
from service.intake.mapped import ATTRIBUTES, load_dialects
from service.wire.record import Origin, RawRecord

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to" / "add-a-dialect.md"
MESSAGE = {
    "storyId": "7",
    "storyHead": "بلدية المدينة تفتتح حديقة عامة",
    "storyBody": "افتتحت البلدية صباح اليوم حديقة عامة في وسط المدينة بحضور عدد من السكان.",
    "permalink": "https://desk.example/7",
    "released": "2026-03-02T10:00:00Z",
}


def mapping(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "desk.toml"
    path.write_text(text, encoding="utf-8")
    return path


def documented() -> str:
    found = re.search(r"```toml\n(.*?)```", HOW_TO.read_text("utf-8"), re.DOTALL)
    assert found
    return found[1]


def test_the_documented_file_maps_its_producer(tmp_path: Path) -> None:
    dialects = load_dialects([mapping(tmp_path, documented())])
    raw = RawRecord(Origin("news.raw", 0, 0), None, orjson.dumps(MESSAGE), (), 1_772_445_600_000)
    article = accept(raw, record_time=1_772_445_600_000, options=IntakeOptions(dialects=dialects), scope="default")
    assert article.provenance.dialect == "desk"
    assert (article.title, article.text, article.url) == (
        MESSAGE["storyHead"], MESSAGE["storyBody"], MESSAGE["permalink"],
    )  # fmt: skip
    assert article.published_at == "2026-03-02T10:00:00Z"


def test_without_the_file_the_message_is_generic() -> None:
    raw = RawRecord(Origin("news.raw", 0, 0), None, orjson.dumps(MESSAGE | {"title": "خبر"}), (), 1_772_445_600_000)
    article = accept(raw, record_time=1_772_445_600_000, options=IntakeOptions(), scope="default")
    assert article.provenance.dialect == "generic"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "desk"', 'name = "ninjs"', "built-in"),
        ('name = "desk"', 'name = "Desk!"', "no name of a dialect"),
        ('keys = ["storyId", "storyBody"]', "keys = []", "keys is empty"),
        ("title =", "titel =", "titel"),
        ("[[dialect]]", "[[dialect]", "desk.toml"),
    ],
    ids=["taken", "name", "keys", "field", "toml"],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(Misconfigured, match=re.escape(said)):
        load_dialects([mapping(tmp_path, documented().replace(old, new, 1))])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"absent\.toml"):
        load_dialects([tmp_path / "absent.toml"])


def test_the_page_names_every_attribute_that_may_be_mapped() -> None:
    rows = [line.split("|")[1] for line in HOW_TO.read_text("utf-8").splitlines() if line.startswith("| `")]

    assert set(re.findall(r"`(\w+)`", " ".join(rows))) == set(ATTRIBUTES)


def test_fixed_values_fill_what_the_message_leaves_open(tmp_path: Path) -> None:
    text = documented() + '[dialect.fixed]\nzone = "Asia/Beirut"\nsource_name = "Desk"\nlanguage = "ar"\n'
    dialects = load_dialects([mapping(tmp_path, text)])
    message = orjson.dumps(MESSAGE | {"released": "2026-03-02T10:00:00"})
    raw = RawRecord(Origin("news.raw", 0, 0), None, message, (), 1_772_445_600_000)
    article = accept(raw, record_time=1_772_445_600_000, options=IntakeOptions(dialects=dialects), scope="default")

    assert (article.published_at, article.published_local) == ("2026-03-02T08:00:00Z", "2026-03-02T10:00:00+02:00")
    assert (article.source.name, article.language_declared) == ("Desk", "ar")

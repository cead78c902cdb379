"""``khabar dedupe explain`` and ``score`` as they are called, on files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from service.cli import app
from service.errors import Misconfigured
from tests.unit.dedupe.stories import (
    HARBOUR,
    HARBOUR_MORE,
    HARBOUR_TITLE,
    JISR,
    JISR_TITLE,
    WHEAT,
    WHEAT_TITLE,
    edited,
)

Message = dict[str, Any]


def call(*arguments: str | Path) -> Result:
    """Call the command; an error of ours comes out as it is."""
    return CliRunner().invoke(app, ["dedupe", *map(str, arguments)], catch_exceptions=False)


def printed(*arguments: str | Path) -> str:
    result = call(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def message(site: str, path: str, title: str, text: str | None, **more: Any) -> Message:
    found = {"url": f"https://{site}.example/{path}", "source_domain": f"{site}.example", "title": title, "text": text}
    return found | more


def written(folder: Path, name: str, *messages: Any) -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in messages), "utf-8")
    return path


def rows(shown: str, part: str) -> dict[str, str]:
    """Return the rows below a heading of an explanation."""
    lines = shown.splitlines()
    found: dict[str, str] = {}
    for line in lines[lines.index(part) + 1 :]:
        if not line.startswith("  "):
            break
        found[line[2:22].strip()] = line[23:]
    return found


ORIGINAL = message("harbour-post", "news/bridge", HARBOUR_TITLE, HARBOUR)
COPY = message(
    "evening-mail", "local/7", "Second crossing for Port Amery", edited(HARBOUR, ("48 million", "50 million"))
)


@pytest.fixture
def original(tmp_path: Path) -> Path:
    return written(tmp_path, "a.json", ORIGINAL)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return written(tmp_path, "b.json", COPY)


class TestExplain:
    def test_a_copy_under_another_headline(self, original: Path, copy: Path) -> None:
        shown = printed("explain", original, copy)
        a, b, both, verdict = (rows(shown, part) for part in ("A", "B", "A and B", "verdict on B"))

        assert a["id"].endswith(" (url)")
        assert (a["source"], b["source"]) == ("harbour-post.example", "evening-mail.example")
        assert a["headline key"] == "council approves new harbor bridge after long debate"
        assert a["text"] == f"{len(HARBOUR.split())} words, 100 triples"
        assert (both["figures in both"], both["figures only in A"], both["figures only in B"]) == (
            "2019 2028",
            "48",
            "50",
        )
        assert both["fields that differ"] == "title text url"
        assert both["hours apart"] == "1"
        assert verdict["status"] == f"duplicate of {a['id'].split()[0]}"
        assert verdict["reason"] == f"same_text, score {float(both['overlap of texts']):g}"
        assert verdict["rule"].startswith("same_text: The texts are the same")
        assert both["overlap of texts"][:4] in verdict["evidence"]

    def test_json_says_the_same(self, original: Path, copy: Path) -> None:
        told = json.loads(printed("explain", original, copy, "--json"))
        verdict = rows(printed("explain", original, copy), "verdict on B")

        assert told["first"]["status"] == "new"
        assert told["second"]["status"] == "duplicate"
        assert told["second"]["duplicate_of"] == told["first"]["article_id"] == verdict["status"].split()[-1]
        assert told["second"]["evidence"] == verdict["evidence"]
        assert told["shared"]["figures_only_second"] == ["50"]
        assert told["shared"]["headline_words"] == []
        # One word of 103 differs, and with it the three triples that it stands in.
        assert told["shared"]["overlap"] == pytest.approx(97 / 103, abs=0.001)

    def test_the_order_of_the_two_counts(self, original: Path, copy: Path) -> None:
        forth, back = (json.loads(printed("explain", *pair, "--json")) for pair in ((original, copy), (copy, original)))

        assert back["second"]["duplicate_of"] == forth["second"]["article_id"] != forth["first"]["article_id"]

    def test_hours_decide_where_headlines_do(self, tmp_path: Path) -> None:
        a = written(tmp_path, "a.json", message("harbour-post", "1", HARBOUR_TITLE, None))
        b = written(tmp_path, "b.json", message("evening-mail", "2", HARBOUR_TITLE, None))

        soon, late = (rows(printed("explain", a, b, "--hours", hours), "verdict on B") for hours in ("70", "73"))
        assert soon["status"].startswith("duplicate of")
        assert soon["rule"].startswith("same_headline:")
        assert late["status"] == "new, version 1"
        assert late["rule"].startswith("weak_headline:")
        assert late["related"] == soon["status"].split()[-1]

    def test_an_edit_of_the_same_page_names_its_fields(self, tmp_path: Path, original: Path) -> None:
        longer = written(tmp_path, "b.json", ORIGINAL | {"text": HARBOUR + HARBOUR_MORE})
        verdict = rows(printed("explain", original, longer), "verdict on B")

        assert verdict["status"] == "updated, version 2"
        assert verdict["changed"] == "text"
        assert verdict["rule"].startswith("new_content:")

    def test_two_lines_of_one_file_and_lines_by_number(self, tmp_path: Path, original: Path, copy: Path) -> None:
        wheat = message("plains-news", "w", WHEAT_TITLE, WHEAT)
        pair = written(tmp_path, "pair.ndjson", ORIGINAL, COPY)
        several = written(tmp_path, "several.ndjson", wheat, ORIGINAL, wheat, COPY)
        expected = printed("explain", original, copy)

        assert printed("explain", pair) == expected
        assert printed("explain", f"{several}:2", f"{several}:4") == expected
        assert rows(printed("explain", original, f"{several}:1"), "verdict on B")["rule"].startswith("nothing_alike:")

    def test_envelopes_bring_their_own_times(self, tmp_path: Path) -> None:
        at = 1_772_357_400_000
        pair = written(
            tmp_path,
            "pair.ndjson",
            {"value": ORIGINAL, "timestamp": at},
            {"value": COPY, "timestamp": at + 5 * 3_600_000},
        )
        assert rows(printed("explain", pair, "--envelope"), "A and B")["hours apart"] == "5"

    def test_a_dead_letter_is_told_and_nothing_is_compared(self, tmp_path: Path, original: Path) -> None:
        empty = written(tmp_path, "empty.json", {"url": "https://harbour-post.example/2"})
        shown = printed("explain", original, empty)

        assert "dead letter" in rows(shown, "B")
        assert "A and B" not in shown
        assert "verdict on B" not in shown
        assert json.loads(printed("explain", original, empty, "--json"))["shared"] is None

    @pytest.mark.parametrize(
        ("arguments", "complaint"),
        [
            (["{folder}/none.json", "{folder}/a.json"], "No such file"),
            (["{folder}/three.ndjson"], "must have two messages"),
            (["{folder}/a.json"], "must have two messages"),
            (["{folder}/three.ndjson", "{folder}/a.json"], "name a line, as FILE:LINE"),
            (["{folder}/three.ndjson:4", "{folder}/a.json"], "has no message 4"),
            (["{folder}/blank.ndjson", "{folder}/a.json"], "has no message"),
        ],
    )
    def test_files_that_do_not_fit_are_named(
        self, tmp_path: Path, original: Path, arguments: list[str], complaint: str
    ) -> None:
        written(tmp_path, "three.ndjson", ORIGINAL, COPY, ORIGINAL)
        (tmp_path / "blank.ndjson").write_text("\n\n")
        assert original.exists()

        with pytest.raises(Misconfigured, match=complaint):
            call("explain", *(argument.format(folder=tmp_path) for argument in arguments))

    def test_hours_before_are_refused(self, original: Path, copy: Path) -> None:
        assert call("explain", original, copy, "--hours", "-1").exit_code == 2


def line(value: Message, cluster: str, status: str | list[str], **more: Any) -> Message:
    return {"value": value, "cluster": cluster, "status": status} | more


GOLD = (
    line(ORIGINAL, "bridge", "new", kind="original", language="en"),
    line(message("plains-news", "w", WHEAT_TITLE, WHEAT), "wheat", "new", kind="original", language="en"),
    line(COPY, "bridge", "duplicate", kind="wire copy", language="en"),
    line(ORIGINAL | {"text": HARBOUR + HARBOUR_MORE}, "bridge", "updated", kind="longer", language="en"),
    line(message("sahifa", "1", JISR_TITLE, JISR), "jisr", "new", kind="original", language="ar"),
    line(
        message("akhbar", "2", "جسر ثان فوق الميناء", JISR),
        "jisr",
        ["duplicate", "updated"],
        kind="wire copy",
        language="ar",
    ),
)


class TestScore:
    def test_a_stream_that_is_told_apart(self, tmp_path: Path) -> None:
        told = json.loads(printed("score", written(tmp_path, "gold.ndjson", *GOLD), "--json"))

        whole = told["all"]
        assert (whole["records"], whole["begun"], whole["repeated"]) == (6, 3, 3)
        assert (whole["precision"], whole["recall"], whole["f1"], whole["b_cubed"]) == (1, 1, 1, 1)
        assert (whole["false_merges"], whole["updates_told"], whole["update_accuracy"]) == (0, 1, 1)
        assert told["wrong"] == []
        assert {name: row["records"] for name, row in told["language"].items()} == {"en": 4, "ar": 2}
        assert {name: row["attached"] for name, row in told["kind"].items()} == {
            "original": 0,
            "wire copy": 2,
            "longer": 1,
        }

    def test_the_table_has_a_row_a_language_and_kind(self, tmp_path: Path) -> None:
        lines = printed("score", written(tmp_path, "gold.ndjson", *GOLD)).splitlines()

        heads = [text.split("  ")[0].strip() for text in lines]
        assert heads[1:7] == ["all", "language ar", "language en", "kind longer", "kind original", "kind wire copy"]
        assert lines[1].split()[1:] == [
            "6",
            "1.000",
            "1.000",
            "1.000",
            "0",
            "of",
            "3",
            "0",
            "1",
            "of",
            "1",
            "0",
            "of",
            "1",
        ]
        assert lines[7] == "clusters: B-cubed F1 1.000, adjusted Rand index 1.000"
        assert len(lines) == 8

    def test_wrong_verdicts_are_counted_and_shown_with_their_evidence(self, tmp_path: Path) -> None:
        gold = written(
            tmp_path,
            "gold.ndjson",
            *GOLD[:2],
            line(COPY, "another story", "new"),  # merged by its text: a distinct article lost
            line(message("late-news", "3", "Mills buy grain abroad", JISR), "wheat", "duplicate"),  # found by nobody
            line({"url": "https://late-news.example/4"}, "wheat", "duplicate"),  # no article at all
        )
        told = json.loads(printed("score", gold, "--json"))

        assert (told["all"]["false_merges"], told["all"]["attached"], told["all"]["refused"]) == (1, 0, 1)
        assert told["all"]["false_merge_share"] == pytest.approx(1 / 3)
        assert [(mistake["line"], mistake["status"]) for mistake in told["wrong"]] == [
            (3, "duplicate"),
            (4, "new"),
            (5, "dead letter"),
        ]
        first = told["wrong"][0]
        shown = printed("score", gold, "--wrong", "1").splitlines()
        assert "dead letters: 1" in shown
        assert [text for text in shown if text.startswith("line ")] == [
            f"line 3 (another story): {first['wrong']}; said duplicate, right is new; {first['evidence']}"
        ]
        assert first["evidence"].startswith("same_text: overlap 0.94")

    def test_records_without_times_come_an_hour_apart(self, tmp_path: Path) -> None:
        """Headlines alone decide for 72 hours: the copy of record 1 is found when 70 others came between, not 72."""
        first, last = (message(site, "1", HARBOUR_TITLE, None) for site in ("harbour-post", "evening-mail"))

        def attached(between: int) -> int:
            others = [
                line(message("ticker", f"{number}", f"Ferry {number} left the eastern quay", None), f"f{number}", "new")
                for number in range(between)
            ]
            gold = written(tmp_path, "gold.ndjson", line(first, "b", "new"), *others, line(last, "b", "duplicate"))
            found: int = json.loads(printed("score", gold, "--json"))["all"]["attached"]
            return found

        assert attached(70) == 1
        assert attached(72) == 0

    @pytest.mark.parametrize(
        ("bad", "complaint"),
        [
            ({"value": COPY}, "line 2 has no labels"),
            (line(COPY, "bridge", "copied"), "line 2 has no labels"),
            ({"cluster": "bridge", "status": "new"}, "value"),
        ],
    )
    def test_a_line_without_labels_or_record_is_named(self, tmp_path: Path, bad: Message, complaint: str) -> None:
        with pytest.raises(Misconfigured, match=complaint):
            call("score", written(tmp_path, "gold.ndjson", GOLD[0], bad))

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(Misconfigured, match=r"none\.ndjson: No such file"):
            call("score", tmp_path / "none.ndjson")

    def test_settings_count(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KHABAR_ACROSS_SOURCES", "false")
        told = json.loads(printed("score", written(tmp_path, "gold.ndjson", *GOLD), "--json"))

        assert told["all"]["attached"] == 1  # the new version; both copies came from others

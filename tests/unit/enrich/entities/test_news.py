"""The marked news texts (tests/corpora/entities/news): their form, their size, and the marks that cannot be right."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from service.enrich.entities._train import MARK, Document, marked

NEWS = Path(__file__).parents[3] / "corpora" / "entities" / "news"
KINDS = {
    "politics", "war", "courts", "economy", "markets", "sport", "health", "science", "culture", "weather", "crime",
    "local",
}  # fmt: skip
STYLES = {"wire", "broadsheet", "portal"}
BEFORE = re.compile(r"(Mr|Mrs|Ms|Dr|Sir|Prof|Gen|Col|Lt|Capt|Judge|Justice|Sheikh|President|Senator)\b\.? ")
"""What stands before a person's name and is no part of it."""
OWN_POSSESSIVES = {
    "Blackwell's", "Botham's", "Campbell's", "Casey's", "Christie's", "Denny's", "Dick's", "Frisch's", "Gorat's",
    "Gordon's", "Herby-K's", "Kohl's", "Koshy's", "Lloyd's", "Lord's", "Macy's", "McDonald's", "Moody's", "Pimm's",
    "Sotheby's", "St Luke's", "St Martin's", "St Mary's", "St Michael's", "St Thomas's", "St. John's", "Talley's",
    "Trader Joe's",
}  # fmt: skip
"""Names that end in 's by themselves."""


class Marked(NamedTuple):
    """One file: its header and its text with the mentions."""

    name: str
    header: dict[str, str]
    source: str
    document: Document


@cache
def news(language: str) -> list[Marked]:
    found = []
    for path in sorted((NEWS / language).rglob("*.txt")):
        head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
        header = dict(line.removeprefix("#").split(": ", 1) for line in head.splitlines())
        found.append(Marked(path.stem, header, body, marked(body)))
    return found


LANGUAGES = sorted(path.name for path in NEWS.iterdir() if path.is_dir())


@pytest.mark.parametrize("language", LANGUAGES)
def test_headers_are_known(language: str) -> None:
    for text in news(language):
        assert set(text.header) == {"kind", "style", "region"}, text.name
        assert text.header["kind"] in KINDS, text.name
        assert text.header["style"] in STYLES, text.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_marks_are_well_formed(language: str) -> None:
    for text in news(language):
        plain = text.document.text
        assert not set("[]") & set(plain), text.name
        assert MARK.sub(r"\2", text.source) == plain
        assert [plain[start:end] for start, end, _ in text.document.spans] == [m[2] for m in MARK.finditer(text.source)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mention_is_whole_words_on_one_line(language: str) -> None:
    for text in news(language):
        plain = text.document.text
        for start, end, _ in text.document.spans:
            mention = plain[start:end]
            assert mention == mention.strip(), (text.name, mention)
            assert not set("\n,،؛;()") & set(mention), (text.name, mention)
            assert not plain[end : end + 1].isalnum(), (text.name, mention)


def test_english_mentions_leave_out_articles_possessives_and_titles() -> None:
    for text in news("en"):
        plain = text.document.text
        for start, end, kind in text.document.spans:
            mention = plain[start:end]
            assert not plain[:start][-1:].isalnum(), (text.name, mention)
            assert mention in OWN_POSSESSIVES or not mention.endswith(("'s", "’s")), (text.name, mention)
            assert not mention.startswith("the "), (text.name, mention)
            assert kind != "PER" or not BEFORE.match(mention), (text.name, mention)


def test_an_english_name_marked_once_is_marked_wherever_it_stands() -> None:
    for text in news("en"):
        rest = MARK.sub("█", text.source)
        for mention in {m[2] for m in MARK.finditer(text.source)}:
            assert not re.search(rf"(?<!\w){re.escape(mention)}(?![\w-])", rest), (text.name, mention)


def test_an_arabic_mention_behind_a_lam_begins_with_what_is_left_of_the_article() -> None:
    for text in news("ar"):
        plain = text.document.text
        for start, end, _ in text.document.spans:
            mention = plain[start:end]
            assert not (re.search(r"(?<!\w)[وف]?ل$", plain[:start]) and mention.startswith("ال")), (text.name, mention)


def test_arabic_clitics_alone_are_glued_to_a_mention() -> None:
    clitics = {"", *"وفبلك", *(first + second for first in "وف" for second in "بلك")}
    for text in news("ar"):
        plain = text.document.text
        for start, _, _ in text.document.spans:
            before = re.split(r"\W", plain[:start].replace("\u0640", ""))[-1]
            assert before in clitics, (text.name, plain[start - 9 : start + 9])


def test_no_paragraph_stands_in_two_files() -> None:
    count = Counter(line for language in LANGUAGES for text in news(language) for line in set(text.source.split("\n")))
    assert [line for line, times in count.items() if times > 1 and len(line.split()) >= 8] == []

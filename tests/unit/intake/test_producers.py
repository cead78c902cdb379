"""Every dialect against its producer's records: all fields, in Arabic and English, and no idle mapping."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from service.errors import Refused
from service.intake import dialects
from service.intake.dialect import Dialect
from service.intake.draft import Draft, Obj
from service.intake.table import BUILT_IN
from tests.corpora.intake.producers.read import Case, read_cases, sparse
from tests.unit.intake.raw import take

CASES = read_cases()
NAMES = [f"{case.dialect}: {case.name}" for case in CASES]
Outcome = dict[str, Any] | str


def outcome(case: Case) -> Outcome:
    """Return the fields of the article, or the reason of the dead letter."""
    try:
        return sparse(take(case.record))
    except Refused as refused:
        return refused.reason


def wanted(case: Case) -> Outcome | None:
    return dict(case.expect) if case.expect is not None else case.refused


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_record_becomes_all_of_the_article_or_the_dead_letter(case: Case) -> None:
    assert outcome(case) == wanted(case)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_case_says_which_language_its_article_has(case: Case) -> None:
    assert case.expect is None or case.expect["language"] == {"none": "und"}.get(case.language, case.language)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_dialect_has_a_case_in_either_language(language: str) -> None:
    found = {case.expect["dialect"] for case in CASES if case.expect and case.language == language}

    assert found == {dialect.name for dialect in BUILT_IN}


def without_field(dialect: Dialect, attribute: str) -> Dialect:
    """Return the dialect without the rows of its table for one attribute."""
    fields = {name: paths for name, paths in dialect.fields.items() if name != attribute}
    return dataclasses.replace(dialect, fields=fields)


def without_finish(dialect: Dialect, attribute: str) -> Dialect:
    """Return the dialect whose ``finish`` leaves one attribute as the table filled it."""

    def finish(draft: Draft, obj: Obj) -> None:
        before = copy.copy(getattr(draft, attribute))
        dialect.finish(draft, obj)
        setattr(draft, attribute, before)

    return dataclasses.replace(dialect, finish=finish)


def mutants() -> Iterator[Any]:
    for dialect in BUILT_IN:
        for attribute in dialect.fields:
            yield pytest.param(dialect, attribute, without_field, id=f"{dialect.name}: {attribute}")
        for attribute, paths in dialect.finishes.items():
            if paths:
                yield pytest.param(dialect, attribute, without_finish, id=f"{dialect.name}: {attribute} (finish)")


class Only:
    """A recogniser that takes every record for one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def read(self, obj: Obj) -> Draft:
        return self.dialect.read(obj)


@pytest.mark.parametrize(("dialect", "attribute", "spoil"), list(mutants()))
def test_every_mapped_attribute_is_demanded_by_a_case(
    dialect: Dialect,
    attribute: str,
    spoil: Callable[[Dialect, str], Dialect],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spoilt = spoil(dialect, attribute)
    monkeypatch.setattr(dialects, "recogniser", lambda _own: Only(spoilt))
    for name in ("PAGE", "PLAIN"):
        if getattr(dialects, name) is dialect:
            monkeypatch.setattr(dialects, name, spoilt)

    assert any(outcome(case) != wanted(case) for case in CASES if case.dialect == dialect.name)


PROBES: dict[str, Any] = {
    "url": "https://probe.example/1",
    "canonical": "https://probe.example/1",
    "images": "https://probe.example/1.jpg",
    "published": "2026-03-01T10:15:00Z",
    "modified": "2026-03-01T10:15:00Z",
    "embargoed": "2026-03-01T10:15:00Z",
    "is_paid": True,
    "urgency": 3,
}
READ_AS_THEY_ARE = [dialect for dialect in BUILT_IN if dialect.name not in ("html", "text", "scrapy-cluster")]


def paths() -> Iterator[Any]:
    for dialect in READ_AS_THEY_ARE:
        for attribute, found in dialect.fields.items():
            for path in found:
                yield pytest.param(dialect, attribute, path, id=f"{dialect.name}: {attribute} from {path}")


@pytest.mark.parametrize(("dialect", "attribute", "path"), list(paths()))
def test_every_path_alone_is_read(dialect: Dialect, attribute: str, path: str) -> None:
    probe = PROBES.get(attribute, "probe")
    *outer, last = path.split(".")
    record: dict[str, Any] = {last: probe}
    for name in reversed(outer):
        record = {name: record}
    draft = dialect.read(record)

    found = getattr(draft, attribute)
    assert found is not None
    assert found != []
    assert (attribute, tuple(path.split("."))) in draft.taken

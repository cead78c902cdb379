"""A value of a wrong type under any name that a dialect reads is as good as none: nothing is invented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from service.errors import ErrorReason
from service.intake.dialect import Dialect
from service.intake.table import BUILT_IN
from service.pipeline.options import Options
from service.pipeline.roles import take
from service.wire.article import decode_article
from service.wire.record import Origin, RawRecord
from tests.corpora.intake.producers.read import Case, read_cases, sparse
from tests.unit.intake.raw import RECORD_TIME

CASES = [case for case in read_cases() if case.record.startswith("{") and case.expect]
OBJECTS = [dialect for dialect in BUILT_IN if any(case.dialect == dialect.name for case in CASES)]
EMPTY: list[Any] = [[[]], {"a": {}}, {"": [1, None]}]
ODD: list[Any] = [True, -1, 1e300, "\u0000", [1, 2, 3], {"name": [{"name": 1}, ["b"]]}]
NOT_SAME = {"extra", "extra_dropped", "quality"}


def outcome(value: dict[str, Any]) -> dict[str, Any] | ErrorReason:
    """Return the fields of the article or the reason of the dead letter; one of them there must be."""
    raw = RawRecord(Origin("news.raw", 0, 0), None, json.dumps(value).encode(), (), RECORD_TIME)
    taken = take(raw, now=RECORD_TIME, options=Options())
    assert (len(taken.records), taken.failure) == (1, None), (taken.failure, value)
    if taken.refused is not None:
        assert taken.refused.reason is not ErrorReason.INTERNAL_ERROR
        assert taken.refused.detail
        return taken.refused.reason
    return sparse(decode_article(taken.records[0].value or b""))


def names(dialect: Dialect) -> set[str]:
    """Return the top-level names that a dialect reads."""
    paths = [*dialect.fields.values(), *dialect.finishes.values()]
    return {path.split(".")[0] for found in paths for path in found}


def case_of(dialect: Dialect) -> Case:
    """Return the Arabic case that fills the most fields."""
    cases = [case for case in CASES if case.dialect == dialect.name]
    return max(cases, key=lambda case: (case.language == "ar", len(case.expect or {})))


def spoilt(dialect: Dialect, values: list[Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield the records of a dialect with one field null, and the same with it of a wrong type."""
    record = json.loads(case_of(dialect).record)
    for name in sorted(names(dialect)):
        for value in values:
            yield record | {name: None}, record | {name: value}


def comparable(found: dict[str, Any] | ErrorReason) -> dict[str, Any] | ErrorReason:
    if isinstance(found, ErrorReason):
        return found
    return {name: value for name, value in found.items() if name not in NOT_SAME}


@pytest.mark.parametrize("dialect", OBJECTS, ids=lambda dialect: dialect.name)
def test_a_value_that_holds_nothing_counts_as_none(dialect: Dialect) -> None:
    expected: dict[str, Any] | ErrorReason | None = None
    for number, (null, wrong) in enumerate(spoilt(dialect, EMPTY)):
        if number % len(EMPTY) == 0:
            expected = comparable(outcome(null))
        embargo = next((name for name in wrong if name.lower().startswith("embargo") and wrong[name]), None)
        found = outcome(wrong)
        if embargo and found is ErrorReason.EMBARGOED:  # an embargo that cannot be read never ends
            continue
        assert comparable(found) == expected, [name for name in wrong if wrong[name] != null[name]]


@pytest.mark.parametrize("dialect", OBJECTS, ids=lambda dialect: dialect.name)
def test_an_odd_value_is_an_article_or_a_dead_letter(dialect: Dialect) -> None:
    for _, wrong in spoilt(dialect, ODD):
        outcome(wrong)


@pytest.mark.parametrize("dialect", OBJECTS, ids=lambda dialect: dialect.name)
def test_all_fields_of_a_wrong_type_leave_nothing(dialect: Dialect) -> None:
    for value in EMPTY:
        found = outcome(dict.fromkeys([*dialect.signs, *sorted(names(dialect))], value))

        assert found in (ErrorReason.NO_CONTENT, ErrorReason.EMBARGOED)

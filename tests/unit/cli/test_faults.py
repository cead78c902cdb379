"""What the bench says of a fault follows from the account alone."""

from __future__ import annotations

import asyncio

from service.cli.faults import Fault, outcome
from service.cli.load import expected, payload
from service.pipeline import Pipeline
from service.pipeline.account import Report, Violation
from service.wire.record import Origin, RawRecord

RECORDS = 100
FAULT = Fault("kill -9 of nobody", lambda _: asyncio.sleep(0, 0.0), kills=2, times=3)


def report(ends: dict[str, int], *, repeats: int = 0, violations: dict[str, int] | None = None) -> Report:
    return Report(
        read=RECORDS,
        ends=ends,
        repeats={"news.articles": repeats} if repeats else {},
        waiting={},
        aged=0,
        unread=0,
        taken_down=0,
        violations=violations or {},
        examples={},
    )


def test_a_load_ends_as_it_is_numbered() -> None:
    pipeline = Pipeline()
    ends: dict[str, int] = {}
    for number in range(RECORDS):
        _records, taken, decided, _published = pipeline.steps(raw(number), now=1_772_600_000_000)
        end = "dead letter" if taken.refused is not None or decided is None else str(decided.verdict.status)
        ends[end] = ends.get(end, 0) + 1

    assert ends == expected(range(RECORDS))
    assert set(ends) == {"new", "updated", "duplicate", "dead letter"}


def test_a_fault_without_harm() -> None:
    found = outcome(FAULT, RECORDS, report(expected(range(RECORDS)), repeats=7), 3.5)

    assert found.harmless
    assert found[1:] == (RECORDS, 6, 0, 7, 3.5, [])


def test_a_record_without_an_end_is_lost() -> None:
    ends = expected(range(RECORDS))
    found = outcome(FAULT, RECORDS, report({**ends, "new": ends["new"] - 2}, violations={Violation.LOST: 2}), 3.5)

    assert (found.lost, found.wrong, found.harmless) == (2, [], False)


def test_records_that_wait_for_ever_are_lost() -> None:
    found = outcome(FAULT, RECORDS, report({"new": 1}), 3.5, idle=False)

    assert found.lost == RECORDS - 1
    assert found.wrong == ["the roles did not finish"]


def test_a_record_that_ends_in_another_way_is_wrong() -> None:
    ends = expected(range(RECORDS))
    changed = {**ends, "new": ends["new"] + 1, "duplicate": ends["duplicate"] - 1}
    found = outcome(FAULT, RECORDS, report(changed, violations={Violation.SHARED_ID: 1}), 3.5)

    assert found.lost == 0
    assert found.wrong == ["shared_id: 1", f"new: {ends['new'] + 1} in place of {ends['new']}"]


def raw(number: int) -> RawRecord:
    return RawRecord(Origin("news.raw", 0, number), None, payload(number), (), 1_772_600_000_000)

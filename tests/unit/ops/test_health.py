from __future__ import annotations

from dataclasses import replace

import pytest

from service.ops.health import Beat, liveness, readiness

READY = Beat(last_turn=100.0, started=True, connected=True, joined=True, recovered=True)


def test_a_turning_loop_is_alive() -> None:
    assert liveness(READY, now=129.9, limit_s=30).ok


def test_a_loop_that_hangs_is_dead() -> None:
    health = liveness(READY, now=130.0, limit_s=30)

    assert not health.ok
    assert "30" in health.why


def test_a_broker_outage_is_no_reason_to_die() -> None:
    assert liveness(Beat(last_turn=100.0), now=101, limit_s=30).ok


def test_all_steps_done_is_ready() -> None:
    assert readiness(READY) == (True, "ready")


@pytest.mark.parametrize(
    ("step", "word"),
    [("started", "starting"), ("connected", "coordinator"), ("joined", "assignment"), ("recovered", "recovering")],
)
def test_each_missing_step_is_not_ready_and_says_so(step: str, word: str) -> None:
    health = readiness(replace(READY, **{step: False}))

    assert not health.ok
    assert word in health.why


def test_a_ready_role_that_takes_nothing_of_what_waits_is_dead() -> None:
    stuck = replace(READY, idle_since=100.0, last_turn=400.0)

    assert liveness(stuck, now=399.9, limit_s=30).ok
    health = liveness(stuck, now=400.0, limit_s=30)
    assert not health.ok
    assert "wait" in health.why


@pytest.mark.parametrize("step", ["started", "connected", "joined", "recovered"])
def test_no_progress_without_brokers_group_or_tables_is_no_reason_to_die(step: str) -> None:
    stuck = replace(READY, idle_since=0.0, last_turn=4000.0, **{step: False})

    assert liveness(stuck, now=4000.0, limit_s=30).ok

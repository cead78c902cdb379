"""Random schedules through the three roles as processes on the embedded broker: copies, versions, repeats, kill -9.

The state machine of ``tests/unit/dedupe/test_properties.py`` tries thousands of orders on the claims alone; here some
of the same kind go through the agents, windows, commits and the recovery of the table. The embedded broker keeps
nothing on disk, so the brokers' own faults are for ``tests/faults``. Hypothesis draws the schedules, the same ones in
every run; ``HYPOTHESIS_PROFILE=long`` draws others.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from service.cli.run import embedded_environ
from service.ops.settings import Settings, load_settings
from service.stream.devkafka import EmbeddedKafka
from service.stream.roles import Role
from service.stream.supervisor import Roles
from service.wire.record import Origin
from tests.kafka.khabar import QUICK, account_when_done, article, feed

SCHEDULES = 3
BAD = b'{"title": "cut in the mid'


class Step(NamedTuple):
    """One thing that happens: ``what``, and to which of the articles so far."""

    what: str
    place: int


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(["article", "article", "copy", "version", "old version", "bad", "again", "kill", "wait"]),
        st.integers(0, 50),
    ),
    min_size=60,
    max_size=90,
)


@dataclasses.dataclass
class Schedule:
    """The records that a schedule brings, in stretches between two faults, and how each must end."""

    first: int
    """Number of its first article: no other schedule has it."""

    versions: list[int] = dataclasses.field(default_factory=list)
    stretches: list[list[tuple[bytes, str]]] = dataclasses.field(default_factory=lambda: [[]])
    faults: list[Role | None] = dataclasses.field(default_factory=list)
    """What happens behind each stretch: a role is killed, or nothing for a moment."""

    def add(self, step: Step) -> None:
        """Take one step."""
        records = self.stretches[-1]
        known = len(self.versions)
        number = step.place % known if known else 0
        if step.what == "article" or (not known and step.what not in ("bad", "kill", "wait")):
            self.versions.append(1)
            records.append((article(self.first + known), "new"))
        elif step.what in ("kill", "wait"):
            kills = sum(role is not None for role in self.faults)
            self.faults.append(list(Role)[step.place % 3] if step.what == "kill" and kills < 2 else None)
            self.stretches.append([])
        elif step.what == "bad":
            records.append((BAD, "dead letter"))
        elif step.what == "version" and self.versions[number] < 5:
            self.versions[number] += 1
            records.append((article(self.first + number, version=self.versions[number]), "updated"))
        elif step.what == "old version":
            records.append((article(self.first + number, version=1), "duplicate"))
        elif step.what == "again" and records:
            payload, end = records[step.place % len(records)]
            records.append((payload, end if end == "dead letter" else "duplicate"))
        else:
            payload = article(self.first + number, version=self.versions[number], query="?utm_source=feed")
            records.append((payload, "duplicate"))


async def replay(schedule: Schedule, config: Settings, roles: Roles) -> tuple[int, int]:
    """Feed a schedule, kill where it says so, and hold every record to its end; return records and repeats."""
    must: dict[Origin, str] = {}
    for stretch, fault in zip(schedule.stretches, [*schedule.faults, None], strict=True):
        origins = await feed(config, [payload for payload, _ in stretch], partition=0)
        must |= dict(zip(origins, (end for _, end in stretch), strict=True))
        if fault is not None:
            with contextlib.suppress(ProcessLookupError):  # it is down already, from the kill before
                roles.children[fault].kill()
        await asyncio.sleep(0.2)
    account = await account_when_done(config, must)
    mine = {origin: ends for origin, ends in account.ends.items() if origin in must}

    assert mine == {origin: {end} for origin, end in must.items()}
    assert set(account.duplicate_of.values()) <= account.published_ids()
    return len(must), account.repeats


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_random_schedules_end_every_record_as_without_a_crash(
    embedded: EmbeddedKafka, tmp_path: Path, figures: Callable[[str], None]
) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("KHABAR_")}
    environ = {**own, **QUICK, **embedded_environ(embedded.bootstrap, str(tmp_path))}
    totals: list[tuple[int, int, int]] = []
    with asyncio.Runner() as runner:
        config = load_settings(environ)
        roles = runner.run(_started(environ))

        @settings(max_examples=SCHEDULES, phases=(Phase.explicit, Phase.generate))
        @given(STEPS)
        def check(steps: list[Step]) -> None:
            schedule = Schedule(first=1_000 * len(totals))
            for step in steps:
                schedule.add(step)
            kills = sum(role is not None for role in schedule.faults)
            totals.append((0, 0, kills))
            totals[-1] = (*runner.run(replay(schedule, config, roles)), kills)

        try:
            check()
        finally:
            runner.run(roles.stop())
    figures(
        f"random schedules: {len(totals)} with {sum(count for count, _, _ in totals)} records, "
        f"{sum(kills for _, _, kills in totals)} kills, 0 lost, {totals[-1][1]} written again"
    )
    assert sum(kills for _, _, kills in totals) > 0


async def _started(environ: dict[str, str]) -> Roles:
    roles = Roles(environ)
    await roles.start()
    await roles.wait_until_ready(120)
    return roles

"""Gates over the running service: its pages, every panel of the dashboards, every rule, and faults on purpose.

The alerts are those of deploy/prometheus with short waits and spans (see tests.ops.prometheus), so that a fault shows
in seconds; that the written spans are right is what the promtool tests of G6 are for.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp

from service.errors import Unavailable
from service.stream.roles import Role
from tests.kafka.support import eventually
from tests.ops import dashboards, promql
from tests.ops.faults import FAULTS, NOT_INDUCED
from tests.ops.prometheus import Prometheus
from tests.ops.stage import PARTITIONS, Stage, staged
from tests.ops.tools import Failed, Tools

SERIES_MAX = 400
"""Series that a role may have at PARTITIONS partitions."""

LOOK_BACK_S, CALM_WITHIN_S = 30.0, 400.0


async def _metrics_pages(stage: Stage) -> list[str]:
    """G7: the live pages are sound in the eyes of promtool and within the budget of series."""
    lines = []
    async with aiohttp.ClientSession() as session:
        for role, port in stage.roles.ports.items():
            async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
                page = await answer.text()
            series = sum(1 for line in page.splitlines() if line and not line.startswith("#"))
            checked = subprocess.run(  # noqa: ASYNC221 - nothing else waits for us
                ["promtool", "check", "metrics"], input=page, capture_output=True, text=True, check=False
            )
            if checked.returncode or checked.stdout or checked.stderr:
                raise Failed(f"{role}: {checked.stdout}{checked.stderr}")
            if series > SERIES_MAX:
                raise Failed(f"{role} has {series} series at {PARTITIONS} partitions, {SERIES_MAX} are allowed")
            lines.append(
                f"{role}: {series} series at {PARTITIONS} partitions, promtool check metrics has nothing to say"
            )
    return lines


async def _answers(prometheus: Prometheus) -> list[str]:
    """Return the queries of the dashboards that do not answer yet, each with its reason."""
    missing = []
    for name in dashboards.SOURCES:
        for panel in dashboards.panels(dashboards.load(name)):
            for query, legend in dashboards.queries(panel):
                found = await prometheus.query(promql.fill(query, __rate_interval="10s"))
                values = [each["value"][1] for each in found]
                shown = re.findall(r"{{(\w+)}}", legend)
                without = [label for label in shown for each in found if label not in each["metric"]]
                if not values or all(value == "NaN" for value in values):
                    missing.append(f"{panel['title']}: no data for {query}")
                elif without:
                    missing.append(f"{panel['title']}: no label {without[0]}")
    return missing


async def all_answer(prometheus: Prometheus) -> bool:
    """Say whether every query of the dashboards has data."""
    return not await _answers(prometheus)


async def _observe(tools: Tools, folder: Path) -> list[str]:
    lines = [tools.run("prometheus", "--version").splitlines()[0]]
    async with staged(folder) as stage:
        prometheus = stage.prometheus
        await eventually(lambda: _up(prometheus), within=120)
        try:
            await eventually(lambda: all_answer(prometheus), within=240)
        except TimeoutError as error:
            raise Failed("; ".join(await _answers(prometheus))) from error
        asked = sum(
            1 for name in dashboards.SOURCES for p in dashboards.panels(dashboards.load(name)) for _ in p["queries"]
        )
        lines += [f"{asked} queries of the dashboards answer under load", *await _metrics_pages(stage)]
        await _calm(stage)
        ill = [rule["name"] for rule in await prometheus.rules() if rule["health"] != "ok"]
        if ill:
            raise Failed(f"rules without health: {ill}")
        lines.append(f"{len(await prometheus.rules())} rules healthy, none fires without a fault")
        for fault in FAULTS:
            await fault(stage)
        alerts = {rule["name"] for rule in await prometheus.rules() if rule["type"] == "alerting"}
        if alerts != stage.fired.keys() | NOT_INDUCED.keys():
            raise Failed(f"no fault for {alerts - stage.fired.keys() - NOT_INDUCED.keys()}")
    return [*lines, *stage.fired.values(), *(f"{alert}: not induced, {why}" for alert, why in NOT_INDUCED.items())]


async def _calm(stage: Stage) -> None:
    """Return when no alert has fired for as long as the short rules look back; raise with those that go on to.

    On a busy machine the roles may still be behind from their start, and an alert says so rightly.
    """
    until = time.monotonic() + CALM_WITHIN_S
    early: set[str] = set()
    while time.monotonic() < until:
        started = time.monotonic()
        await asyncio.sleep(LOOK_BACK_S)
        early = stage.fired_since(started) - NOT_INDUCED.keys()
        if not early:
            return
    raise Failed(f"alerts without a fault: {early}")


async def _up(prometheus: Prometheus) -> bool:
    return await prometheus.up() == len(Role)


def live(tools: Tools) -> Iterator[str]:
    """G7, G8: on real Kafka pages and rules are sound, panels have data, faults fire their alerts (waits shortened)."""
    with tempfile.TemporaryDirectory() as folder, _quiet(Path(folder, "roles.log")) as log:
        try:
            yield from asyncio.run(_observe(tools, Path(folder)))
        except (Failed, TimeoutError, Unavailable) as error:
            raise Failed(f"{str(error) or 'nothing came in time'}\n{log.read_text('utf-8')[-2000:]}") from error


@contextmanager
def _quiet(log: Path) -> Iterator[Path]:
    """Send what the roles log to a file: under faults they complain, as they should."""
    kept = os.dup(2)
    with log.open("wb") as file:
        os.dup2(file.fileno(), 2)
    try:
        yield log
    finally:
        os.dup2(kept, 2)
        os.close(kept)

"""A real Prometheus beside the gate: the alerts of deploy/ with short waits, scraping every second."""

from __future__ import annotations

import asyncio
import copy
import re
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from service.stream.supervisor import free_port
from tests.kafka.support import eventually
from tests.ops.rules import SOURCE

WAIT = "5s"
SPARE = "intake-2"
"""The component that Prometheus calls the process on the spare port."""

SHORTER = {
    "[5m]": "[20s]", "[1h]": "[30s]", "[30m]": "[2m]", "[6h]": "[20s]", "offset 1d": "offset 40s",
    "> 300": "> 5", "> 0.25": "> 0.00003",
}  # fmt: skip
"""What the copy of the rules says instead: spans, and two thresholds that would take hours to reach."""

OF_THE_SPARE = {"KhabarVolumeFilling"}
"""Asked of the spare process only: the others' volume is the machine's own, which fills by what else runs there."""


def short_rules() -> dict[str, Any]:
    """Return the rules with short spans, waits and evaluation, everything else as it is."""
    rules: dict[str, Any] = copy.deepcopy(yaml.safe_load(SOURCE.read_text("utf-8")))
    for group in rules["groups"]:
        group["interval"] = "1s"
        for rule in group["rules"]:
            if rule.get("alert") in OF_THE_SPARE:
                rule["expr"] = re.sub(r"\bkhabar_\w+", rf'\g<0>{{app_kubernetes_io_component="{SPARE}"}}', rule["expr"])
            for long, short in SHORTER.items():
                rule["expr"] = rule["expr"].replace(long, short)
            if "for" in rule:
                rule["for"] = WAIT
    return rules


class Prometheus:
    """What is asked of a running Prometheus."""

    def __init__(self, address: str, session: aiohttp.ClientSession) -> None:
        self.address = address
        """Where it listens, as a URL."""
        self._session = session

    async def ask(self, path: str, **parameters: str) -> Any:
        """Return the data of an answer of the HTTP API; raises where Prometheus refuses the question."""
        async with self._session.get(f"{self.address}/api/v1/{path}", params=parameters) as answer:
            said = await answer.json()
        if said["status"] != "success":
            raise ValueError(f"{path} {parameters}: {said['error']}")
        return said["data"]

    async def query(self, expression: str) -> list[dict[str, Any]]:
        """Return the series of an instant query."""
        return list((await self.ask("query", query=expression))["result"])

    async def firing(self) -> set[str]:
        """Return the names of the alerts that fire."""
        return {
            each["labels"]["alertname"] for each in (await self.ask("alerts"))["alerts"] if each["state"] == "firing"
        }

    async def rules(self) -> list[dict[str, Any]]:
        """Return all rules as Prometheus sees them."""
        return [rule for group in (await self.ask("rules"))["groups"] for rule in group["rules"]]

    async def up(self) -> int:
        """Return how many targets answer."""
        return len(await self.query("up == 1"))


@asynccontextmanager
async def scraping(folder: Path, ports: Mapping[str, int]) -> AsyncIterator[Prometheus]:
    """Give a Prometheus that scrapes these ports of 127.0.0.1 by role, as the job ``khabar``."""
    targets = [
        {"targets": [f"127.0.0.1:{port}"], "labels": {"app_kubernetes_io_component": role}}
        for role, port in ports.items()
    ]
    configuration = {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": ["rules.yaml"],
        "scrape_configs": [{"job_name": "khabar", "static_configs": targets}],
    }
    (folder / "prometheus.yaml").write_text(yaml.safe_dump(configuration), encoding="utf-8")
    (folder / "rules.yaml").write_text(yaml.safe_dump(short_rules()), encoding="utf-8")
    port = free_port()
    log = (folder / "prometheus.log").open("wb")
    child = await asyncio.create_subprocess_exec(
        "prometheus",
        f"--config.file={folder}/prometheus.yaml",
        f"--storage.tsdb.path={folder}/tsdb",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=warn",
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        async with aiohttp.ClientSession() as session:
            asked = Prometheus(f"http://127.0.0.1:{port}", session)
            await eventually(lambda: _answers(asked), within=60)
            yield asked
    finally:
        child.terminate()
        await child.wait()
        log.close()


async def _answers(prometheus: Prometheus) -> bool:
    try:
        await prometheus.up()
    except aiohttp.ClientError:
        return False
    return True

"""deploy/compose.yaml as podman-compose runs it: the network, names, volumes, ports, order and hardening it asks for.

Images that cannot be pulled are stood in for (tests.ops.standins); there is none for Grafana. podman 4.3 does not wait
for a health check of its own accord, so the gate starts the services in the order of ``depends_on`` and asks them.
"""

from __future__ import annotations

import asyncio
import json
import resource
import shlex
from collections.abc import Iterator
from typing import Any

import aiohttp
import yaml

from service.errors import Unavailable
from service.ops.settings import load_settings
from service.stream.roles import Role
from tests.faults.harness import expected, feed_numbers, is_ready, settled
from tests.kafka.support import eventually
from tests.ops import standins
from tests.ops.image import IMAGE, LIMIT, PROBE, PROBED, Builder, healthy
from tests.ops.prometheus import Prometheus
from tests.ops.rules import ROOT
from tests.ops.tools import Failed, Tools

FILE = ROOT / "deploy/compose.yaml"
PROJECT = "khabar-gate"
RECORDS = 500
NOT_RUN = "grafana"
PORTS = {Role.INTAKE: 6066, Role.DEDUPE: 6067, Role.ENRICH: 6068}
DATA = "/var/lib/kafka/data"


class Composed:
    """podman-compose on our own store and file, with our limits where the machine has lower ones."""

    def __init__(self, tools: Tools, builder: Builder, services: dict[str, Any]) -> None:
        self._command = tools.command("podman-compose")
        self._builder = builder
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        asked = max(each["ulimits"]["nofile"]["hard"] for each in services.values() if "ulimits" in each)
        self.lowered = 0 <= hard < asked
        """Whether this machine cannot give as many open files as the file asks for."""
        nofile, nproc = ({"soft": bound, "hard": bound} for bound in (hard, LIMIT))
        limits = {"ulimits": {"nofile": nofile, "nproc": nproc}}  # podman would set nproc too, to what it may not
        over = {name: limits for name, each in services.items() if self.lowered and "ulimits" in each}
        self._over = builder.folder / "compose.over.yaml"
        self._over.write_text(yaml.safe_dump({"services": over}), encoding="utf-8")

    def run(self, *arguments: str) -> str:
        """Run podman-compose; raises :class:`Failed` where it fails."""
        files = ("--file", str(FILE), *(("--file", str(self._over)) if self.lowered else ()))
        return self._builder.run(
            self._command, f"--podman-args={shlex.join(self._builder.place)}", "--project-name", PROJECT, *files,
            *arguments, CONTAINERS_CONF=str(self._builder.folder / "containers.conf"),
        )  # fmt: skip

    def name(self, service: str) -> str:
        """Return the container of a service."""
        return f"{PROJECT}_{service}_1"


def compose(tools: Tools) -> Iterator[str]:
    """G13: deploy/compose.yaml comes up under podman-compose, takes and gives articles, keeps them, is watched."""
    builder = Builder(tools.folder.parent.resolve() / "image")
    yield tools.run("podman-compose", "--version").splitlines()[0]
    services = yaml.safe_load(FILE.read_text("utf-8"))["services"]
    standins.kafka(builder, f"docker.io/{services['kafka']['image']}")
    standins.prometheus(builder, f"docker.io/{services['prometheus']['image']}")
    builder.store("podman", "tag", f"{IMAGE}:first", f"localhost/{services['intake']['image']}")
    composed = Composed(tools, builder, services)
    yield f"stood in for {services['kafka']['image']}, {services['prometheus']['image']}; {NOT_RUN} is not run"
    if composed.lowered:
        yield "open files: as many as this machine gives, fewer than the file asks for"
    try:
        composed.run("down", "--volumes")
        yield from asyncio.run(_observe(builder, composed))
    except (Unavailable, TimeoutError) as error:
        raise Failed(str(error) or "nothing came in time") from error
    finally:
        composed.run("down", "--volumes")


async def _observe(builder: Builder, composed: Composed) -> list[str]:
    await _up(composed, "kafka")
    await eventually(lambda: healthy(builder, composed.name("kafka")), within=120)
    await _up(composed, "topics")
    code = await asyncio.to_thread(builder.store, "podman", "wait", composed.name("topics"))
    if code != "0":
        raise Failed(f"topics: exit code {code}\n{builder.store('podman', 'logs', composed.name('topics'))}")
    await _up(composed, *Role, "prometheus")
    for role in Role:
        await eventually(lambda role=role: healthy(builder, composed.name(role)), within=120)  # type: ignore[misc]
        await eventually(lambda role=role: is_ready(PORTS[role]), within=120)  # type: ignore[misc]
        inside = builder.store("podman", "exec", composed.name(role), "python3", "-c", PROBE)
        if inside != PROBED:
            raise Failed(f"{role}: {inside}")
    lines = [f"kafka healthy, topics made, three roles ready on {sorted(PORTS.values())}; in each: {PROBED}"]
    settings = load_settings({"KHABAR_BROKERS": "127.0.0.1:9092"})
    await feed_numbers(settings, range(RECORDS))
    report = await settled(settings, within=300)
    if not report.balanced or report.ends != expected(range(RECORDS)):
        raise Failed(f"not every record ended as it should: {report}")
    lines.append(f"{RECORDS} records in by 127.0.0.1:9092, each ended once: {report.ends}")
    async with aiohttp.ClientSession() as session:
        prometheus = Prometheus("http://127.0.0.1:9090", session)
        await eventually(lambda: _scraped(prometheus), within=60)
        ill = [rule["name"] for rule in await prometheus.rules() if rule["health"] == "err"]
        if ill:
            raise Failed(f"rules without health: {ill}")
        lines.append(
            f"prometheus scrapes the three roles and has {len(await prometheus.rules())} rules, none with an error"
        )
    if settings.topics.raw not in builder.store("podman", "exec", composed.name("kafka"), "ls", DATA):
        raise Failed(f"Kafka keeps its data elsewhere than on its volume, {DATA}")
    lines.append(f"Kafka's data lie on its volume, {DATA}")
    await asyncio.to_thread(composed.run, "stop", *Role)
    codes = {role: _inspected(builder, composed.name(role))["State"]["ExitCode"] for role in Role}
    if any(codes.values()):
        raise Failed(f"exit codes after SIGTERM: {codes}")
    return [*lines, "the roles stopped with exit code 0"]


async def _up(composed: Composed, *services: str) -> None:
    await asyncio.to_thread(composed.run, "up", "--detach", "--no-build", "--no-deps", *services)


def _inspected(builder: Builder, name: str) -> Any:
    return json.loads(builder.store("podman", "inspect", name))[0]


async def _scraped(prometheus: Prometheus) -> bool:
    try:
        return await prometheus.up() == len(Role)
    except aiohttp.ClientError:
        return False

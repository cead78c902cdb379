"""The rendered pods in podman, on a network of their own: no cluster, but their settings, rights, volumes and probes.

What a kubelet would do and podman 4.3 does not is done here and said: a workload becomes a Pod, a claim template a
claim, and the probes are asked from outside, as often and as patiently as they say (podman would run curl in the image,
which has none). Placement over nodes, leave to use disk and host names have no meaning on one machine.
"""

from __future__ import annotations

import asyncio
import copy
import json
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from service.errors import Unavailable
from service.ops.settings import Settings, load_settings
from service.stream.devkafka import RealKafka
from service.stream.topics import create_topics
from tests.faults.harness import expected, feed_numbers, settled
from tests.ops.image import IMAGE, PROBE, PROBED, Builder
from tests.ops.references import SIZES
from tests.ops.tools import Failed, Tools, documents, rendered

NETWORK = "podman"
HOLDER = "khabar-holds-the-network"
RECORDS = 500
_PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
Objects = list[dict[str, Any]]


@dataclass
class Pod:
    """A pod as podman runs it, and what the manifest says of it."""

    name: str
    spec: dict[str, Any]
    """As rendered."""

    address: str = ""

    @property
    def worker(self) -> dict[str, Any]:
        """The only container."""
        return dict(self.spec["containers"][0])

    @property
    def container(self) -> str:
        """podman's name of it."""
        return f"{self.name}-{self.worker['name']}"


def pods(tools: Tools) -> Iterator[str]:
    """G11: the rendered pods run in podman, each ready by its own probes, take and give articles, and stop in time."""
    builder = Builder(tools.folder.parent.resolve() / "image")
    yield builder.run("podman", "--version")
    yield f"{IMAGE}:first, {builder.size(f'{IMAGE}:first')} MB"
    objects = documents(rendered(tools, "dev"))
    with tempfile.TemporaryDirectory() as scratch:
        try:
            yield from asyncio.run(_observe(builder, objects, Path(scratch)))
        except (Unavailable, TimeoutError) as error:
            raise Failed(str(error) or "nothing came in time") from error


async def _observe(builder: Builder, objects: Objects, scratch: Path) -> list[str]:
    async with _network(builder) as gateway:
        with RealKafka(host=gateway) as kafka:
            settings = load_settings({**_settings(objects), "KHABAR_BROKERS": kafka.bootstrap})
            await create_topics(settings)
            async with _playing(builder, objects, kafka.bootstrap, scratch) as found:
                lines = [f"Kafka on {kafka.bootstrap}, pods on {', '.join(pod.address for pod in found)}"]
                try:
                    return [*lines, *await _tried(builder, settings, found)]
                except (Failed, TimeoutError) as error:
                    logs = "\n".join(builder.store("podman", "logs", "--tail=8", pod.container) for pod in found)
                    raise Failed(f"{error}\n{logs}") from error


async def _tried(builder: Builder, settings: Settings, found: list[Pod]) -> list[str]:
    """Ask the probes, look into the containers, feed records, stop the pods."""
    lines = list(await asyncio.gather(*map(_started, found)))
    for pod in found:
        inside = builder.store("podman", "exec", pod.container, "python3", "-c", PROBE)
        memory = json.loads(builder.store("podman", "inspect", pod.container))[0]["HostConfig"]["Memory"]
        limit = _bytes(pod.worker["resources"]["limits"]["memory"])
        if inside != PROBED or memory != limit:
            raise Failed(f"{pod.name}: {inside}; memory {memory} of {limit}")
    lines.append(f"in each: {PROBED}; memory bounded as written")
    await feed_numbers(settings, range(RECORDS))
    report = await settled(settings, within=300)
    if not report.balanced or report.ends != expected(range(RECORDS)):
        raise Failed(f"not every record ended as it should: {report}")
    lines.append(f"{RECORDS} records in, each ended once: {report.ends}")
    for pod in found:
        if not all([await _asked(pod, pod.worker[probe]) for probe in _PROBES]):
            raise Failed(f"{pod.name}: a probe fails after the load")
    for pod in found:
        grace, started = pod.spec["terminationGracePeriodSeconds"], time.monotonic()
        await asyncio.to_thread(builder.store, "podman", "stop", f"--time={grace}", pod.container)
        took = time.monotonic() - started
        code = builder.store("podman", "inspect", "--format={{.State.ExitCode}}", pod.container)
        if code != "0":
            raise Failed(f"{pod.name}: exit code {code} after {took:.1f} s of SIGTERM")
        lines.append(f"{pod.name}: SIGTERM, exit code 0 after {took:.1f} of {grace} s")
    return lines


async def _started(pod: Pod) -> str:
    """Wait for a pod as a kubelet would: start-up first, then readiness; liveness must hold all the while."""
    spec = pod.worker
    patience = spec["startupProbe"]["periodSeconds"] * spec["startupProbe"]["failureThreshold"]
    began = time.monotonic()
    times = {}
    for probe in _PROBES:
        while not await _asked(pod, spec[probe]):
            if probe == "livenessProbe" or time.monotonic() > began + patience:
                raise Failed(f"{pod.name}: {probe} fails")
            await asyncio.sleep(0.5)
        times[probe] = time.monotonic() - began
    path = spec["readinessProbe"]["httpGet"]["path"]
    return f"{pod.name}: {path} 200, {times['readinessProbe']:.0f} s after the pods were made"


async def _asked(pod: Pod, probe: dict[str, Any]) -> bool:
    """Ask one probe once, at the pod's own address."""
    ports = {each["name"]: each["containerPort"] for each in pod.worker["ports"]}
    url = f"http://{pod.address}:{ports[probe['httpGet']['port']]}{probe['httpGet']['path']}"
    timeout = aiohttp.ClientTimeout(total=probe.get("timeoutSeconds", 1))
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
            return 200 <= answer.status < 400
    except (aiohttp.ClientError, TimeoutError):
        return False


@asynccontextmanager
async def _network(builder: Builder) -> AsyncIterator[str]:
    """Give the address of this machine on podman's bridge, which exists while a pod holds it."""
    builder.store("podman", "pod", "create", f"--name={HOLDER}", f"--network={NETWORK}", "--replace")
    try:
        builder.store("podman", "pod", "start", HOLDER)
        infra = json.loads(builder.store("podman", "pod", "inspect", HOLDER))["InfraContainerID"]
        yield _address(builder, infra, "Gateway")
    finally:
        builder.store("podman", "pod", "rm", "--force", HOLDER)


@asynccontextmanager
async def _playing(builder: Builder, objects: Objects, brokers: str, scratch: Path) -> AsyncIterator[list[Pod]]:
    """Give the pods of an overlay, running; nothing of them is left."""
    played, found = playable(objects, brokers)
    file = scratch / "pods.yaml"
    file.write_text(yaml.safe_dump_all(played), encoding="utf-8")
    _remove(builder, found)  # what a run that was cut off has left
    try:
        builder.store("podman", "play", "kube", f"--network={NETWORK}", "--log-driver=k8s-file", str(file))
        for pod in found:
            infra = json.loads(builder.store("podman", "pod", "inspect", pod.name))["InfraContainerID"]
            pod.address = _address(builder, infra, "IPAddress")
        yield found
    finally:
        _remove(builder, found)


def _remove(builder: Builder, found: list[Pod]) -> None:
    builder.store("podman", "pod", "rm", "--force", "--ignore", "--time=0", *(pod.name for pod in found))
    builder.store("podman", "volume", "prune", "--force")


def playable(objects: Objects, brokers: str) -> tuple[Objects, list[Pod]]:
    """Return what podman can play of an overlay with Kafka at ``brokers``, and its pods as they were rendered."""
    played: Objects = []
    found = []
    for each in copy.deepcopy(objects):
        each["metadata"].pop("namespace", None)
        if each["kind"] == "ConfigMap" and "KHABAR_BROKERS" in each["data"]:
            each["data"]["KHABAR_BROKERS"] = brokers
            played.append(each)
        elif each["kind"] in {"Deployment", "StatefulSet"}:
            name = f"{each['metadata']['name']}-0"
            spec = each["spec"]["template"]["spec"]
            found.append(Pod(name, copy.deepcopy(spec)))
            for claim in each["spec"].get("volumeClaimTemplates", []):
                called = f"{claim['metadata']['name']}-{name}"
                owner = {
                    "volume.podman.io/uid": str(spec["securityContext"]["runAsUser"]),
                    "volume.podman.io/gid": str(spec["securityContext"]["fsGroup"]),
                }
                metadata = {"name": called, "annotations": owner}
                played.append(
                    {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": claim["spec"]}
                )
                spec["volumes"].append(
                    {"name": claim["metadata"]["name"], "persistentVolumeClaim": {"claimName": called}}
                )
            _as_podman_has_it(spec)
            metadata = {"name": name, "labels": each["spec"]["template"]["metadata"]["labels"]}
            played.append({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
    return played, found


def _as_podman_has_it(spec: dict[str, Any]) -> None:
    """Leave out what podman 4.3 does not know, and put in our image."""
    del spec["topologySpreadConstraints"], spec["serviceAccountName"]
    worker = spec["containers"][0]
    worker.update(image=f"{IMAGE}:first", imagePullPolicy="Never")
    for part in (*_PROBES, "ports"):  # podman would take a containerPort for a port of this machine
        del worker[part]


def _settings(objects: Objects) -> dict[str, str]:
    return next(each["data"] for each in objects if "khabar-config" in each["metadata"]["name"])


def _address(builder: Builder, container: str, name: str) -> str:
    networks = json.loads(builder.store("podman", "inspect", container))[0]["NetworkSettings"]["Networks"]
    return str(networks[NETWORK][name])


def _bytes(text: str) -> int:
    return int(float(text[:-2]) * SIZES[text[-2:]])

"""What no schema can see: whether the parts of one rendered overlay mean each other, and the service means them too.

Every check yields a sentence a fault. Objects are plain dictionaries, as Kustomize printed them.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from prometheus_client import CollectorRegistry

from service.errors import Misconfigured
from service.ops.declared import Settings
from service.ops.health import Health
from service.ops.settings import FILE_SUFFIX, load_settings
from service.stream.pages import Pages
from service.stream.roles import Role

EXTERNAL = {"kafka-cluster-ca-cert": {"ca.crt"}}
"""Secrets that somebody else brings into our namespace, and the keys that are used of them."""

KAFKA_USER_KEYS = {"password", "sasl.jaas.config"}
"""What Strimzi puts into the secret of a user with a password."""

PORT_NAME_MAX = 15
SIZES = {"": 1, "Ki": 1024, "Mi": 1024**2, "Gi": 1024**3, "m": 0.001}


@dataclass
class Pod:
    """The pod of a workload: where it comes from, its specification and labels."""

    owner: dict[str, Any]
    spec: dict[str, Any] = field(init=False)
    labels: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        template = self.owner["spec"]["template"]
        self.spec, self.labels = template["spec"], template["metadata"].get("labels", {})

    @property
    def name(self) -> str:
        """The name of the workload."""
        return str(self.owner["metadata"]["name"])

    @property
    def worker(self) -> dict[str, Any]:
        """The only container."""
        return dict(self.spec["containers"][0])

    @property
    def port_names(self) -> set[str]:
        """The names of the ports."""
        return {port["name"] for port in self.worker.get("ports", [])}


class Overlay:
    """The objects of a rendered overlay by kind and name."""

    def __init__(self, objects: list[dict[str, Any]]) -> None:
        self.objects = objects

    def all(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the objects of a kind by name."""
        return {each["metadata"]["name"]: each for each in self.objects if each["kind"] == kind}

    @cached_property
    def pods(self) -> list[Pod]:
        """The pods of all workloads."""
        return [Pod(each) for each in self.objects if each["kind"] in {"Deployment", "StatefulSet"}]

    def selected(self, selector: Mapping[str, Any]) -> list[Pod]:
        """Return the pods that a selector's ``matchLabels`` choose; none by an empty one."""
        wanted = selector.get("matchLabels", {})
        return [pod for pod in self.pods if wanted and wanted.items() <= pod.labels.items()]

    def secret_keys(self, name: str) -> set[str] | None:
        """Return the keys of a secret, None where nobody makes it."""
        if name in self.all("Secret"):
            held = self.all("Secret")[name]
            return {*held.get("data", {}), *held.get("stringData", {})}
        return KAFKA_USER_KEYS if name in self.all("KafkaUser") else EXTERNAL.get(name)

    def environment(self, pod: Pod) -> dict[str, str]:
        """Return the variables of a pod's worker; fields of the pod itself become its name."""
        found: dict[str, str] = {}
        for source in pod.worker.get("envFrom", []):
            config = self.all("ConfigMap").get(source.get("configMapRef", {}).get("name"), {})
            found |= config.get("data", {})
        return found | {each["name"]: str(each.get("value", pod.name)) for each in pod.worker.get("env", [])}

    def settings(self, pod: Pod) -> Settings:
        """Return the settings that the service would read in a pod; raises Misconfigured as the service would."""
        given = self.environment(pod)
        files = {name.removesuffix(FILE_SUFFIX): "from a file" for name in given if name.endswith(FILE_SUFFIX)}
        return load_settings({name: value for name, value in given.items() if not name.endswith(FILE_SUFFIX)} | files)


def paths() -> set[str]:
    """Return the paths that a role serves."""
    well = Health(True, "")
    return set(Pages(CollectorRegistry(), lambda: well, lambda: well, lambda: asyncio.sleep(0)).paths)


def pods(overlay: Overlay) -> Iterator[str]:
    """Check each workload by itself."""
    served = paths()
    for pod in overlay.pods:
        for fault in (*_identity(overlay, pod), *_probes(pod, served), *_limits(pod), *_rights(pod)):
            yield f"{pod.name}: {fault}"
        for fault in (*_volumes(overlay, pod), *_settings(overlay, pod)):
            yield f"{pod.name}: {fault}"
    roles = {pod.worker["args"][-1] for pod in overlay.pods}
    if roles != set(Role):
        yield f"the workloads run {', '.join(sorted(roles))}"


def _identity(overlay: Overlay, pod: Pod) -> Iterator[str]:
    if pod not in overlay.selected(pod.owner["spec"]["selector"]):
        yield "its selector does not choose its own pods"
    if pod.spec.get("serviceAccountName") not in overlay.all("ServiceAccount"):
        yield f"no ServiceAccount {pod.spec.get('serviceAccountName')}"
    if pod.owner["kind"] == "StatefulSet":
        service = overlay.all("Service").get(pod.owner["spec"]["serviceName"])
        if service is None or service["spec"].get("clusterIP") != "None":
            yield f"serviceName {pod.owner['spec']['serviceName']} is no headless Service"
    if len(pod.spec["containers"]) != 1 or pod.worker["args"][:-1] != ["worker"]:
        yield "it is not one worker"
    image = pod.worker["image"].rsplit("/", 1)[-1]
    if "@sha256:" not in image and (":" not in image or image.endswith(":latest")):
        yield f"image {image} is not pinned"
    for constraint in pod.spec.get("topologySpreadConstraints", []):
        if pod not in overlay.selected(constraint["labelSelector"]):
            yield "a spread constraint does not choose its own pods"


def _probes(pod: Pod, served: set[str]) -> Iterator[str]:
    meant = {"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}
    for probe, path in meant.items():
        asked = pod.worker.get(probe, {}).get("httpGet", {})
        if asked.get("path") != path or path not in served:
            yield f"{probe} asks {asked.get('path')}, not {path}"
        if asked.get("port") not in pod.port_names:
            yield f"{probe} asks the port {asked.get('port')}, which has no such name"
    for port in pod.worker.get("ports", []):
        if not re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", port["name"]) or len(port["name"]) > PORT_NAME_MAX:
            yield f"port name {port['name']}"
        if not 0 < port["containerPort"] < 2**16:
            yield f"port {port['containerPort']}"


def _limits(pod: Pod) -> Iterator[str]:
    requests, limits = (pod.worker.get("resources", {}).get(kind, {}) for kind in ("requests", "limits"))
    for name in requests.keys() & limits.keys():
        if _size(requests[name]) > _size(limits[name]):
            yield f"it requests more {name} than its limit"
    if requests.get("memory") != limits.get("memory") or "memory" not in limits:
        yield "memory requested and its limit differ"


def _rights(pod: Pod) -> Iterator[str]:
    whole, own = pod.spec.get("securityContext", {}), pod.worker.get("securityContext", {})
    wanted = {
        "runAsNonRoot": whole.get("runAsNonRoot") is True,
        "seccompProfile": whole.get("seccompProfile") == {"type": "RuntimeDefault"},
        "readOnlyRootFilesystem": own.get("readOnlyRootFilesystem") is True,
        "allowPrivilegeEscalation": own.get("allowPrivilegeEscalation") is False,
        "capabilities": own.get("capabilities") == {"drop": ["ALL"]},
        "privileged": not own.get("privileged", False),
        "automountServiceAccountToken": pod.spec.get("automountServiceAccountToken") is False,
    }
    yield from (f"{name} is not restricted" for name, held in wanted.items() if not held)


def _mounts(pod: Pod) -> dict[str, dict[str, Any]]:
    """Return the volume by path of each mount; a claim template is a volume too."""
    volumes = {each["name"]: each for each in pod.spec.get("volumes", [])}
    volumes |= {each["metadata"]["name"]: {} for each in pod.owner["spec"].get("volumeClaimTemplates", [])}
    mounts = pod.worker.get("volumeMounts", [])
    return {each["mountPath"]: volumes[each["name"]] for each in mounts if each["name"] in volumes}


def _volumes(overlay: Overlay, pod: Pod) -> Iterator[str]:
    mounts = _mounts(pod)
    for mount in pod.worker.get("volumeMounts", []):
        if mount["mountPath"] not in mounts:
            yield f"mount {mount['name']} has no volume"
    for volume in pod.spec.get("volumes", []):
        secret = volume.get("secret")
        if secret is None:
            continue
        held = overlay.secret_keys(secret["secretName"])
        if held is None:
            yield f"nobody makes the secret {secret['secretName']}"
            continue
        for item in secret.get("items", []):
            if item["key"] not in held:
                yield f"the secret {secret['secretName']} has no key {item['key']}"


def _settings(overlay: Overlay, pod: Pod) -> Iterator[str]:
    for source in pod.worker.get("envFrom", []):
        name = source.get("configMapRef", {}).get("name")
        if name not in overlay.all("ConfigMap"):
            yield f"no ConfigMap {name}"
    for each in pod.worker.get("env", []):
        asked = each.get("valueFrom", {}).get("secretKeyRef")
        if asked and asked["key"] not in (overlay.secret_keys(asked["name"]) or ()):
            yield f"{each['name']}: no key {asked['key']} in a secret {asked['name']}"
    try:
        settings = overlay.settings(pod)
    except Misconfigured as error:
        yield str(error)
        return
    if settings.http_port not in {port["containerPort"] for port in pod.worker.get("ports", [])}:
        yield f"KHABAR_HTTP_PORT {settings.http_port} is no port of the container"
    if settings.drain_timeout >= float(pod.spec["terminationGracePeriodSeconds"]):
        yield "it is killed before it has drained"
    mounts = _mounts(pod)
    for name, value in overlay.environment(pod).items():
        if value.startswith("/") and not _is_there(PurePosixPath(value), mounts):
            yield f"{name}: nothing is mounted at {value}"


def _is_there(path: PurePosixPath, mounts: dict[str, dict[str, Any]]) -> bool:
    """Say whether a folder is mounted, or a file comes from the secret that is mounted above it."""
    if str(path) in mounts:
        return True
    items = mounts.get(str(path.parent), {}).get("secret", {}).get("items", [])
    return path.name in {item["path"] for item in items}


def _size(text: Any) -> float:
    number, unit = re.fullmatch(r"([\d.]+)([A-Za-z]*)", str(text)).groups()  # type: ignore[union-attr]
    return float(number) * SIZES[unit]

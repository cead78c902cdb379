"""Gates over the rendered manifests: their number, what the schemas of Kubernetes say of them, what they name."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.ops import custom, dashboards
from tests.ops.mutants import broken
from tests.ops.neighbours import faults
from tests.ops.rules import ROOT, TARGET, prometheus_rule
from tests.ops.tools import Failed, Tools, documents, rendered

VERSIONS = ("1.31", "1.33", "1.35")
OBJECTS = {
    "dev": {
        "ConfigMap": 1, "Deployment": 2, "PodDisruptionBudget": 3, "Service": 1, "ServiceAccount": 1, "StatefulSet": 1,
    },
    "prod": {
        "ConfigMap": 3, "Deployment": 2, "KafkaTopic": 7, "KafkaUser": 3, "Namespace": 1, "NetworkPolicy": 1,
        "PodDisruptionBudget": 3, "PodMonitor": 1, "PrometheusRule": 1, "Service": 1, "ServiceAccount": 1,
        "StatefulSet": 1,
    },
}  # fmt: skip
OBJECTS["prod-keda"] = OBJECTS["prod"] | {"ConfigMap": 4, "KafkaUser": 4, "ScaledObject": 2, "TriggerAuthentication": 1}
OBJECTS["prod-mentions"] = OBJECTS["prod-keda"] | {"KafkaTopic": 9}


def render(tools: Tools) -> Iterator[str]:
    """G1: every overlay renders, holds exactly the objects that it should, and what is generated is up to date."""
    yield tools.run("kubectl", "version", "--client").splitlines()[0]
    for overlay, expected in OBJECTS.items():
        found = dict(Counter(each["kind"] for each in documents(rendered(tools, overlay))))
        if found != expected:
            raise Failed(f"{overlay}: expected {expected}, found {found}")
        yield f"{overlay}: {sum(found.values())} objects"
    if TARGET.read_text("utf-8") != prometheus_rule():
        raise Failed(f"{TARGET.relative_to(ROOT)} is not what python -m tests.ops.rules writes")
    for name in dashboards.SOURCES:
        file = dashboards.target(name)
        if not file.exists() or file.read_text("utf-8") != dashboards.render(dashboards.load(name)):
            raise Failed(f"{file.relative_to(ROOT)} is not what python -m tests.ops.dashboards writes")


def schemas(tools: Tools) -> Iterator[str]:
    """G2: what Kubernetes itself defines is valid, unknown fields included, on the oldest and newer versions."""
    yield tools.run("kubernetes-validate", "--version")
    for overlay in OBJECTS:
        plain = [each for each in documents(rendered(tools, overlay)) if not custom.is_custom(each)]
        for version in VERSIONS:
            fault = invalid(tools, plain, version)
            if fault:
                raise Failed(f"{overlay}: {fault}")
        plain[0]["kindness"] = "x"
        if not invalid(tools, plain, VERSIONS[0]):
            raise Failed(f"{overlay}: an unknown field was not found")
        yield f"{overlay}: {len(plain)} objects valid on {', '.join(VERSIONS)}"


def invalid(tools: Tools, objects: list[dict[str, Any]], version: str) -> str:
    """Return what a version of Kubernetes has against objects of its own kinds; the tool only warns of an old API."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "objects.yaml")
        file.write_text(yaml.safe_dump_all(objects), encoding="utf-8")
        try:
            output = tools.run("kubernetes-validate", "--strict", "-k", version, file)
        except Failed as error:
            return str(error)
        return output if "WARN" in output else ""


def references(tools: Tools) -> Iterator[str]:
    """G5: names, labels, ports, keys, settings, rights and topics mean each other; each broken overlay is caught."""
    for overlay in OBJECTS:
        found = faults(documents(rendered(tools, overlay)))
        if found:
            raise Failed(f"{overlay}: {'; '.join(found)}")
    yield f"{len(OBJECTS)} overlays without a fault"
    caught: Counter[str] = Counter()
    left: dict[str, list[dict[str, Any]]] = {}
    for name, objects in broken(documents(rendered(tools, "prod-keda"))):
        if faults(objects):
            caught["references"] += 1
        elif invalid(tools, [each for each in objects if not custom.is_custom(each)], VERSIONS[-1]):
            caught["schemas of Kubernetes"] += 1
        else:
            left[name] = [each for each in objects if custom.is_custom(each)]
    asked = [(name, each) for name, objects in left.items() for each in objects]
    wrong = {asked[at][0] for at in custom.invalid(tools, [each for _name, each in asked])}
    caught["schemas of other operators"] += len(wrong)
    if left.keys() - wrong:
        raise Failed(f"broken overlays, not caught: {'; '.join(left.keys() - wrong)}")
    yield f"{caught.total()} broken overlays, caught by {dict(caught)}"

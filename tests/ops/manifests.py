"""Gates over the rendered manifests: their number, and what Kubernetes' own schemas say of them."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.ops import dashboards
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
OBJECTS["prod-keda"] = OBJECTS["prod"] | {"ScaledObject": 2, "TriggerAuthentication": 1}
CUSTOM = {"KafkaTopic", "KafkaUser", "PodMonitor", "PrometheusRule", "ScaledObject", "TriggerAuthentication"}
"""Kinds of other operators, which the schemas of Kubernetes do not have."""


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
        plain = [each for each in documents(rendered(tools, overlay)) if each["kind"] not in CUSTOM]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, f"{overlay}.yaml")
            file.write_text(yaml.safe_dump_all(plain), encoding="utf-8")
            for version in VERSIONS:
                output = tools.run("kubernetes-validate", "--strict", "-k", version, file)
                if "WARN" in output:
                    raise Failed(output)
            plain[0]["kindness"] = "x"
            file.write_text(yaml.safe_dump_all(plain), encoding="utf-8")
            if tools.run("kubernetes-validate", "--strict", "-k", VERSIONS[0], file, check=False) == "0":
                raise Failed(f"{overlay}: an unknown field was not found")
        yield f"{overlay}: {len(plain)} objects valid on {', '.join(VERSIONS)}"

"""The operations gates: ``python -m tests.ops.verify BIN`` (make verify-ops), BIN a folder with the tools from PyPI.

Each gate prints its tool's version and what it found. A tool that is missing fails its gate; nothing is ever skipped.
G1 renders the overlays and counts their objects, G2 validates them against the schemas of three Kubernetes versions,
G4 lints Dockerfile, YAML and shell, G6 checks and tests the alerts and makes sure that broken ones are caught.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.ops.rules import ROOT, SOURCE, TARGET, prometheus_rule

VERSIONS = ("1.31", "1.33", "1.35")
OBJECTS = {
    "dev": {
        "ConfigMap": 1, "Deployment": 2, "PodDisruptionBudget": 3, "Service": 1, "ServiceAccount": 1, "StatefulSet": 1,
    },
    "prod": {
        "ConfigMap": 1, "Deployment": 2, "KafkaTopic": 7, "KafkaUser": 3, "Namespace": 1, "NetworkPolicy": 1,
        "PodDisruptionBudget": 3, "PodMonitor": 1, "PrometheusRule": 1, "Service": 1, "ServiceAccount": 1,
        "StatefulSet": 1,
    },
}  # fmt: skip
OBJECTS["prod-keda"] = OBJECTS["prod"] | {"ScaledObject": 2, "TriggerAuthentication": 1}
CUSTOM = {"KafkaTopic", "KafkaUser", "PodMonitor", "PrometheusRule", "ScaledObject", "TriggerAuthentication"}
"""Kinds of other operators, which the schemas of Kubernetes do not have."""

YAML_RULES = (
    "{extends: default, rules: {line-length: disable, document-start: disable, braces: {max-spaces-inside: 0},"
    " indentation: {indent-sequences: whatever}}}"
)


class Failed(Exception):
    """A gate found something."""


class Tools:
    """Runs the tools; those from PyPI lie in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, name: str, *arguments: str | Path, check: bool = True) -> str:
        """Return what a tool prints; raises :class:`Failed` where it is missing or, with ``check``, finds something."""
        own = self.folder / name
        try:
            done = subprocess.run(
                [str(own if own.exists() else name), *map(str, arguments)],
                capture_output=True, text=True, timeout=120, check=False, cwd=ROOT,
            )  # fmt: skip
        except FileNotFoundError as error:
            raise Failed(f"{name} is not installed") from error
        output = f"{done.stdout}{done.stderr}".strip()
        if check and done.returncode:
            raise Failed(f"{name} {' '.join(map(str, arguments[:2]))}: exit {done.returncode}\n{output[:3000]}")
        return output if check else str(done.returncode)


def documents(text: str) -> list[dict[str, Any]]:
    """Return the objects of a rendered overlay."""
    return [document for document in yaml.safe_load_all(text) if document]


def render(tools: Tools) -> Iterator[str]:
    """G1: every overlay renders, and holds exactly the objects that it should."""
    yield tools.run("kubectl", "version", "--client").splitlines()[0]
    for overlay, expected in OBJECTS.items():
        found = dict(
            Counter(each["kind"] for each in documents(tools.run("kubectl", "kustomize", f"k8s/overlays/{overlay}")))
        )
        if found != expected:
            raise Failed(f"{overlay}: expected {expected}, found {found}")
        yield f"{overlay}: {sum(found.values())} objects"
    if TARGET.read_text("utf-8") != prometheus_rule():
        raise Failed(f"{TARGET.relative_to(ROOT)} is not what python -m tests.ops.rules writes")


def schemas(tools: Tools) -> Iterator[str]:
    """G2: what Kubernetes itself defines is valid, unknown fields included, on the oldest and newer versions."""
    yield tools.run("kubernetes-validate", "--version")
    for overlay in OBJECTS:
        plain = [
            each
            for each in documents(tools.run("kubectl", "kustomize", f"k8s/overlays/{overlay}"))
            if each["kind"] not in CUSTOM
        ]
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


def lint(tools: Tools) -> Iterator[str]:
    """G4: hadolint, yamllint and shellcheck have nothing to say."""
    yield tools.run("hadolint", "--version")
    tools.run("hadolint", "Dockerfile")
    yield tools.run("yamllint", "--version")
    tools.run("yamllint", "--strict", "-d", YAML_RULES, "k8s", "deploy")
    yield f"shellcheck {re.search(r'version: (.+)', tools.run('shellcheck', '--version'))[1]}"  # type: ignore[index]
    tools.run("shellcheck", ".ci/run")


def mutants(rules: str) -> Iterator[tuple[str, str]]:
    """Yield each alert broken in some ways: comparison turned round, a metric mistyped, a wait without end."""
    parts = re.split(r"(?m)^(?=      - alert: )", rules)
    for at, part in enumerate(parts[1:], start=1):
        name = part.split(":", 2)[1].split("\n")[0].strip()
        head, _, rest = part.partition("annotations:")
        broken = {
            "comparison": re.sub(
                r" (<|>|==) (?=[\d(m0-9])", lambda found: f" {'>' if found[1] == '<' else '<'} ", head
            ),
            "metric": re.sub(r"\b(job:)?khabar_(\w+?)(?=[\[{) :/]|$)", r"\1khabar_no_\2", head, flags=re.MULTILINE),
            "wait": re.sub(r"(?m)^        for: .*$", "        for: 90d", head),
        }
        for kind, text in broken.items():
            if text != head:
                yield f"{name}, {kind}", "".join([*parts[:at], f"{text}annotations:{rest}", *parts[at + 1 :]])


def alerts(tools: Tools) -> Iterator[str]:
    """G6: rules and configuration are sound, the tests of the alerts pass, and fail for every broken alert."""
    yield tools.run("promtool", "--version").splitlines()[0]
    tools.run("promtool", "check", "rules", SOURCE)
    tools.run("promtool", "check", "config", "deploy/prometheus/prometheus.yaml")
    tests = sorted(SOURCE.parent.glob("*_test.yaml"))
    tools.run("promtool", "test", "rules", *tests)
    names = [
        rule["alert"]
        for group in yaml.safe_load(SOURCE.read_text("utf-8"))["groups"]
        for rule in group["rules"]
        if "alert" in rule
    ]
    without = [name for name in names if not (ROOT / f"docs/runbooks/{name}.md").exists()]
    if without:
        raise Failed(f"no runbook for {', '.join(without)}")
    yield f"{len(names)} alerts, each with a runbook"
    broken = list(mutants(SOURCE.read_text("utf-8")))
    survivors = []
    with tempfile.TemporaryDirectory() as folder:
        copies = [Path(shutil.copy(test, folder)) for test in tests]
        for name, text in broken:
            Path(folder, SOURCE.name).write_text(text, encoding="utf-8")
            if tools.run("promtool", "test", "rules", *copies, check=False) == "0":
                survivors.append(name)
    if survivors or len(broken) < 2 * len(names):
        raise Failed(f"{len(broken)} broken alerts, not caught: {'; '.join(survivors) or 'too few were made'}")
    yield f"{len(broken)} broken alerts, all caught"


GATES: dict[str, Callable[[Tools], Iterator[str]]] = {"G1": render, "G2": schemas, "G4": lint, "G6": alerts}


def main(folder: Path) -> int:
    """Run all gates; return how many failed."""
    tools, failed = Tools(folder), 0
    for name, gate in GATES.items():
        print(f"{name} {str(gate.__doc__).partition(': ')[2]}", flush=True)
        started = time.monotonic()
        try:
            for line in gate(tools):
                print(f"   {line}", flush=True)
        except Failed as error:
            failed += 1
            print(f"   FAILED: {error}", flush=True)
        print(f"   {time.monotonic() - started:.1f} s", flush=True)
    print(f"{len(GATES) - failed} passed, {failed} failed")
    return failed


if __name__ == "__main__":
    sys.exit(min(1, main(Path(sys.argv[1]))))

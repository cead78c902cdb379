"""The overlays on a real API server: judged, applied, applied again, and applied over what was there before.

Pod Security is enforced on every namespace; other operators' definitions are their makers' own (tests.ops.crds). There
are no nodes and no controllers, so nothing runs here: G11 runs the pods.
"""

from __future__ import annotations

import copy
import json
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml

from tests.ops.apiserver import Cluster, serving
from tests.ops.crds import definitions, names
from tests.ops.manifests import OBJECTS
from tests.ops.mutants import broken, one
from tests.ops.rules import ROOT
from tests.ops.tools import Failed, Tools, documents, rendered

RESTRICTED = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn")}
LOOSER: dict[str, Callable[[dict[str, Any]], Any]] = {
    "may be root": lambda spec: spec["securityContext"].pop("runAsNonRoot"),
    "is root": lambda spec: spec["securityContext"].update(runAsUser=0),
    "no seccomp": lambda spec: spec["securityContext"].pop("seccompProfile"),
    "privileged": lambda spec: _context(spec).update(privileged=True, allowPrivilegeEscalation=True),
    "may gain rights": lambda spec: _context(spec).pop("allowPrivilegeEscalation"),
    "keeps capabilities": lambda spec: _context(spec).pop("capabilities"),
    "the host's network": lambda spec: spec.update(hostNetwork=True),
    "the host's folder": lambda spec: spec["volumes"].append({"name": "host", "hostPath": {"path": "/etc"}}),
}
"""By name, a change of a pod that the level "restricted" must not let in."""

IMMUTABLE: dict[str, Callable[[list[dict[str, Any]]], Any]] = {
    "the volume's size": lambda o: one(o, "StatefulSet")["spec"]["volumeClaimTemplates"][0]["spec"]["resources"][
        "requests"
    ].update(storage="1Gi"),
    "the selector": lambda o: [
        labels.update(tier="x")
        for labels in (
            one(o, "Deployment")["spec"]["selector"]["matchLabels"],
            one(o, "Deployment")["spec"]["template"]["metadata"]["labels"],
        )
    ],
}
"""By name, a change that no upgrade can make; the server must say so, else an upgrade that passes says nothing."""

REFUSED_MIN = 18
"""How many of the broken overlays of tests.ops.mutants the server must find by itself."""


def cluster(tools: Tools) -> Iterator[str]:
    """G12: a real kube-apiserver takes every overlay, twice without a change, and over the manifests of before."""
    with tempfile.TemporaryDirectory() as scratch, serving(tools, Path(scratch)) as server:
        told = json.loads(server.run("version", "--output=json"))
        yield f"kube-apiserver {told['serverVersion']['gitVersion']}, kubectl {told['clientVersion']['gitVersion']}"
        yield tools.run("etcd", "--version").splitlines()[0]
        defined = list(definitions(tools, Path(scratch)))
        for _source, file in defined:
            server.apply(file.read_text("utf-8"))
        kinds = names([file for _source, file in defined])
        server.run("wait", "--for=condition=Established", "--timeout=60s", *(f"crd/{name}" for name in kinds))
        yield f"{len(kinds)} definitions of {', '.join(dict.fromkeys(source for source, _file in defined))}"
        for name in ("kafka", "khabar", "khabar-dev"):
            server.apply(yaml.safe_dump(_namespace(name)))
        yield _broken(server, documents(rendered(tools, "prod-keda")))
        for overlay in OBJECTS:
            yield from _overlay(tools, server, overlay, Path(scratch))


def _overlay(tools: Tools, server: Cluster, overlay: str, scratch: Path) -> Iterator[str]:
    """Judge an overlay, apply it over the one of before and twice, try its pods; leave nothing."""
    text = rendered(tools, overlay)
    server.apply(text, "--dry-run=server")
    commit, old = _before(tools, overlay, scratch)
    server.apply(old)
    before = _state(server, old)
    server.apply(text)  # without --force-conflicts: nobody else owns a field
    after = _state(server, text)
    server.apply(text)
    differs = server.call("diff", "--server-side", "--filename=-", given=text)
    if _state(server, text) != after or differs.returncode:
        raise Failed(f"{overlay}: applied again it differs: {differs.stdout[:1000]}{differs.stderr[:500]}")
    changed = sum(1 for key, version in after.items() if before.get(key) != version)
    yield f"{overlay}: {len(after)} objects taken, over those of {commit} ({changed} new or changed), again: no change"
    objects = documents(text)
    for name, change in IMMUTABLE.items():
        other = copy.deepcopy(objects)
        change(other)
        if not re.search("Forbidden|immutable", server.refusal(yaml.safe_dump_all(other))):
            raise Failed(f"{overlay}: {name} could be changed")
    workloads = [each for each in objects if each["kind"] in {"Deployment", "StatefulSet"}]
    for each in workloads:
        _pod_security(server, each)
    yield f"{overlay}: {len(workloads)} pods let in, {len(LOOSER)} looser ones of each refused by Pod Security"
    gone = yaml.safe_dump_all([each for each in documents(old) + objects if each["kind"] != "Namespace"])
    server.run("delete", "--ignore-not-found", "--wait=true", "--filename=-", given=gone)


def _pod_security(server: Cluster, workload: dict[str, Any]) -> None:
    """Try the pod of a workload as its controller would make it, and looser ones."""
    metadata = {**workload["metadata"], "labels": workload["spec"]["template"]["metadata"]["labels"]}
    spec = copy.deepcopy(workload["spec"]["template"]["spec"])
    for claim in workload["spec"].get("volumeClaimTemplates", []):
        name = claim["metadata"]["name"]
        spec["volumes"].append({"name": name, "persistentVolumeClaim": {"claimName": f"{name}-{metadata['name']}-0"}})
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    server.apply(yaml.safe_dump(pod), "--dry-run=server")
    for name, change in LOOSER.items():
        looser = copy.deepcopy(pod)
        change(looser["spec"])
        said = server.refusal(yaml.safe_dump(looser))
        if 'violates PodSecurity "restricted' not in said:
            raise Failed(f"{metadata['name']}, {name}: was let in: {said}")


def _broken(server: Cluster, objects: list[dict[str, Any]]) -> str:
    """Say how many of the broken overlays the server finds by itself."""
    refused, all_of_them = [], 0
    for name, changed in broken(objects):
        differing = [each for each in changed if each not in objects]
        all_of_them += 1
        if differing and server.refusal(yaml.safe_dump_all(differing)):
            refused.append(name)
    if len(refused) < REFUSED_MIN:
        raise Failed(f"only {len(refused)} broken overlays refused: {refused}")
    return f"{len(refused)} of {all_of_them} broken overlays refused by the server alone: {', '.join(refused)}"


def _state(server: Cluster, text: str) -> dict[tuple[str, str], str]:
    """Return the version of every object as the server has it; two equal ones mean that nothing was written."""
    told = json.loads(server.run("get", "--output=json", "--filename=-", given=text))
    return {(each["kind"], each["metadata"]["name"]): each["metadata"]["resourceVersion"] for each in told["items"]}


def _before(tools: Tools, overlay: str, scratch: Path) -> tuple[str, str]:
    """Return the commit that brought an overlay, and the overlay as it was then."""
    place = f"k8s/overlays/{overlay}"
    found = _git("log", "--diff-filter=A", "--format=%h", "--", f"{place}/kustomization.yaml").decode().split()
    if not found:
        raise Failed(f"no commit brought {place}: the gate needs the repository's whole history")
    folder = scratch / found[-1]
    with tarfile.open(fileobj=BytesIO(_git("archive", found[-1], "k8s"))) as archive:
        archive.extractall(folder, filter="data")
    return found[-1], tools.run("kubectl", "kustomize", folder / place)


def _git(*arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        raise Failed(f"git {arguments[0]}: {done.stderr.decode()[:500]}")
    return done.stdout


def _namespace(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": RESTRICTED}}


def _context(spec: dict[str, Any]) -> Any:
    return spec["containers"][0]["securityContext"]

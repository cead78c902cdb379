"""Other operators' resources against the types and rules that their makers publish (Strimzi, KEDA, Prometheus).

The packages in requirements/crds carry both. TypeScript's compiler finds unknown fields, missing ones and wrong types;
the packages' own validators find values out of range and wrong patterns. One run of each judges any number of objects.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.ops.tools import Failed, Tools, documents, rendered

PACKAGES = {
    "kafka.strimzi.io": "strimzi-kafka-operator",
    "keda.sh": "keda",
    "monitoring.coreos.com": "prometheus-operator",
}
_FAULT = re.compile(
    r"^objects\.ts\((?P<line>\d+),\d+\): (?P<what>error .+)$|^(?P<number>\d+) (?P<rule>.+)$", re.MULTILINE
)


def is_custom(each: dict[str, Any]) -> bool:
    """Say whether an object is another operator's."""
    return each["apiVersion"].partition("/")[0] in PACKAGES


def invalid(tools: Tools, objects: list[dict[str, Any]]) -> dict[int, list[str]]:
    """Return what is wrong with each object, by its place in the list; those without a fault are left out."""
    node = tools.folder.parent.resolve() / "node_modules"
    kinds = sorted({(each["apiVersion"], each["kind"]) for each in objects})
    names = {pair: f"K{at}" for at, pair in enumerate(kinds)}
    modules = {pair: f"{node}/@kubernetes-models/{PACKAGES[pair[0].partition('/')[0]]}/{pair[0]}" for pair in kinds}
    missing = [pair for pair, module in modules.items() if not Path(module, f"{pair[1]}.d.ts").exists()]
    if missing:
        raise Failed(f"no schema for {missing}")
    types = [
        f"import type {{I{kind} as {names[api, kind]}}} from '{modules[api, kind]}/{kind}.js';" for api, kind in kinds
    ]
    classes = [f"import {{{kind} as {names[api, kind]}}} from '{modules[api, kind]}/{kind}.js';" for api, kind in kinds]
    typed, judged = [], []
    for at, each in enumerate(objects):
        name, text = names[each["apiVersion"], each["kind"]], json.dumps(each)
        typed.append(f"export const o{at}: {name} = {text};")
        judged.append(f"try {{ new {name}({text}).validate() }} catch (e) {{ console.log('{at} ' + e.message) }}")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "objects.ts").write_text("\n".join([*types, *typed]), encoding="utf-8")
        Path(folder, "objects.mjs").write_text("\n".join([*classes, *judged]), encoding="utf-8")
        settings = {"strict": True, "noEmit": True, "skipLibCheck": True, "module": "nodenext", "types": []}
        Path(folder, "tsconfig.json").write_text(json.dumps({"compilerOptions": settings, "files": ["objects.ts"]}))
        compiler = str(node / "typescript/bin/tsc")
        output = tools.output("node", compiler, "--project", folder, "--pretty", "false", cwd=folder)
        output += "\n" + tools.run("node", Path(folder, "objects.mjs"))
    found: dict[int, list[str]] = {}
    for fault in _FAULT.finditer(output):
        at = int(fault["number"]) if fault["number"] else int(fault["line"]) - len(types) - 1
        if at < 0:
            raise Failed(f"a schema does not load: {fault[0]}")
        found.setdefault(at, []).append((fault["rule"] or fault["what"])[:300])
    return found


def custom(tools: Tools) -> Iterator[str]:
    """G3: the resources of Strimzi, KEDA and the Prometheus operator are valid, unknown fields included."""
    yield f"node {tools.run('node', '--version')}"
    lock = json.loads(Path(tools.folder.parent, "package-lock.json").read_text("utf-8"))["packages"]
    for package in ("@kubernetes-models/" + name for name in PACKAGES.values()):
        yield f"{package} {lock[f'node_modules/{package}']['version']}"
    objects = [each for each in documents(rendered(tools, "prod-mentions")) if is_custom(each)]
    found = invalid(tools, objects)
    if found:
        raise Failed("; ".join(f"{objects[at]['metadata']['name']}: {faults}" for at, faults in found.items()))
    yield f"{len(objects)} objects valid"

"""The operations gates: ``python -m tests.ops.verify BIN [full]``, BIN a folder with the tools from PyPI.

``make verify-ops`` runs GATES, ``make verify-ops-full`` those of FULL, which take longer; both need root. Each gate
prints its tool's version and what it found. A tool that is missing fails its gate; nothing is ever skipped.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tests.ops.alerts import alerts, boards
from tests.ops.cluster import cluster
from tests.ops.compose import compose
from tests.ops.custom import custom
from tests.ops.drawn import drawn
from tests.ops.image import built, runs
from tests.ops.live import live
from tests.ops.manifests import references, render, schemas
from tests.ops.pods import pods
from tests.ops.tools import Failed, Tools, rendered

YAML_RULES = (
    "{extends: default, rules: {line-length: disable, document-start: disable, braces: {max-spaces-inside: 0},"
    " indentation: {indent-sequences: whatever}}}"
)


def lint(tools: Tools) -> Iterator[str]:
    """G4: hadolint, yamllint, shellcheck and checkov have nothing to say; deploy/checkov.yaml has two exceptions."""
    yield tools.run("hadolint", "--version")
    tools.run("hadolint", "Dockerfile")
    yield tools.run("yamllint", "--version")
    tools.run("yamllint", "--strict", "-d", YAML_RULES, "k8s", "deploy")
    yield f"shellcheck {re.search(r'version: (.+)', tools.run('shellcheck', '--version'))[1]}"  # type: ignore[index]
    tools.run("shellcheck", ".ci/run")
    checkov = tools.folder.parent / "checkov/bin/checkov"
    yield f"checkov {tools.run(str(checkov), '--version')}"
    quiet = ("--compact", "--quiet", "--skip-download", "--config-file", "deploy/checkov.yaml")
    tools.run(str(checkov), "--framework", "dockerfile", "--file", "Dockerfile", *quiet)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "prod.yaml")
        file.write_text(rendered(tools, "prod-mentions"), encoding="utf-8")
        tools.run(str(checkov), "--framework", "kubernetes", "--file", file, *quiet)
        file.write_text(rendered(tools, "prod-mentions").replace("readOnlyRootFilesystem: true", ""), encoding="utf-8")
        if tools.passes(str(checkov), "--framework", "kubernetes", "--file", file, *quiet):
            raise Failed("checkov does not find a writable root file system")


Gate = Callable[[Tools], Iterator[str]]
GATES: tuple[Gate, ...] = (render, schemas, custom, lint, references, alerts, boards, live, built, runs)
FULL: tuple[Gate, ...] = (drawn, built, runs, pods, compose, cluster)
BESIDE = built
"""The gate that begins with the first one and goes on beside the others, at the lowest priority."""


class Result(NamedTuple):
    """What a gate said, a line each, the time that it took in seconds, and whether it failed."""

    lines: list[str]
    took_s: float
    failed: bool


def passed(gate: Gate, tools: Tools, say: Callable[[str], None]) -> Result:
    """Run a gate to its end, and ``say`` its lines as they come."""
    lines: list[str] = []
    started, failed = time.monotonic(), False

    def add(line: str) -> None:
        lines.append(line)
        say(line)

    try:
        for line in gate(tools):
            add(f"   {line}")
    except Failed as error:
        failed = True
        add(f"   FAILED: {error}")
    return Result(lines, time.monotonic() - started, failed)


def main(folder: Path, *, full: bool = False) -> int:
    """Run the gates, with ``full`` the heavy ones; return how many failed."""
    tools, failed = Tools(folder), 0
    gates = FULL if full else GATES
    # On Linux a thread has a niceness of its own, which the processes that it starts inherit.
    with ThreadPoolExecutor(1, initializer=os.nice, initargs=(19,)) as pool:
        beside = pool.submit(passed, BESIDE, tools, lambda _line: None)
        for gate in gates:
            name, _, meaning = str(gate.__doc__).partition(": ")
            print(f"{name} {meaning}", flush=True)
            if gate is BESIDE:
                result = beside.result()
                print("\n".join(result.lines), flush=True)
            else:
                result = passed(gate, tools, lambda line: print(line, flush=True))
            failed += result.failed
            print(f"   {result.took_s:.1f} s", flush=True)
    print(f"{len(gates) - failed} passed, {failed} failed")
    return failed


if __name__ == "__main__":
    sys.exit(min(1, main(Path(sys.argv[1]), full="full" in sys.argv[2:])))

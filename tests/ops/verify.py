"""The operations gates: ``python -m tests.ops.verify BIN [full]``, BIN a folder with the tools from PyPI.

``make verify-ops`` runs GATES, ``make verify-ops-full`` those of FULL, which take longer and root's rights. Each gate
prints its tool's version and what it found. A tool that is missing fails its gate; nothing is ever skipped.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.ops.alerts import alerts, boards
from tests.ops.cluster import cluster
from tests.ops.compose import compose
from tests.ops.custom import custom
from tests.ops.drawn import drawn
from tests.ops.image import image
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


GATES: tuple[Callable[[Tools], Iterator[str]], ...] = (render, schemas, custom, lint, references, alerts, boards, live)


FULL: tuple[Callable[[Tools], Iterator[str]], ...] = (drawn, image, pods, compose, cluster)


def main(folder: Path, *, full: bool = False) -> int:
    """Run the gates, with ``full`` the heavy ones; return how many failed."""
    tools, failed = Tools(folder), 0
    gates = FULL if full else GATES
    for gate in gates:
        name, _, meaning = str(gate.__doc__).partition(": ")
        print(f"{name} {meaning}", flush=True)
        started = time.monotonic()
        try:
            for line in gate(tools):
                print(f"   {line}", flush=True)
        except Failed as error:
            failed += 1
            print(f"   FAILED: {error}", flush=True)
        print(f"   {time.monotonic() - started:.1f} s", flush=True)
    print(f"{len(gates) - failed} passed, {failed} failed")
    return failed


if __name__ == "__main__":
    sys.exit(min(1, main(Path(sys.argv[1]), full="full" in sys.argv[2:])))

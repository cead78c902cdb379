"""How the gates run the tools of others and what they all read: the rendered overlays."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.ops.rules import ROOT


class Failed(Exception):
    """A gate found something."""


class Tools:
    """Runs the tools; those from PyPI lie in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, name: str, *arguments: str | Path, check: bool = True) -> str:
        """Return what a tool prints; raises :class:`Failed` where it is missing or, with ``check``, finds something.

        Without ``check`` the answer is the tool's exit code.
        """
        own = self.folder / name
        try:
            done = subprocess.run(
                [str(own if own.exists() else name), *map(str, arguments)],
                capture_output=True, text=True, timeout=300, check=False, cwd=ROOT,
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


@cache
def rendered(tools: Tools, overlay: str) -> str:
    """Return an overlay as it would be applied; rendered once a run."""
    return tools.run("kubectl", "kustomize", f"k8s/overlays/{overlay}")

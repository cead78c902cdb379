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

    def run(self, name: str, *arguments: str | Path) -> str:
        """Return what a tool prints; raises :class:`Failed` where it is missing or finds something."""
        code, output = self._call(name, *arguments)
        if code:
            raise Failed(f"{name} {' '.join(map(str, arguments[:2]))}: exit {code}\n{output[:3000]}")
        return output

    def passes(self, name: str, *arguments: str | Path) -> bool:
        """Say whether a tool finds nothing; raises :class:`Failed` where it is missing."""
        return self._call(name, *arguments)[0] == 0

    def output(self, name: str, *arguments: str | Path, cwd: str | Path = ROOT) -> str:
        """Return what a tool prints, whatever it finds; raises :class:`Failed` where it is missing."""
        return self._call(name, *arguments, cwd=cwd)[1]

    def _call(self, name: str, *arguments: str | Path, cwd: str | Path = ROOT) -> tuple[int, str]:
        own = self.folder / name
        try:
            done = subprocess.run(
                [str(own if own.exists() else name), *map(str, arguments)],
                capture_output=True, text=True, timeout=300, check=False, cwd=cwd,
            )  # fmt: skip
        except FileNotFoundError as error:
            raise Failed(f"{name} is not installed") from error
        return done.returncode, f"{done.stdout}{done.stderr}".strip()


def documents(text: str) -> list[dict[str, Any]]:
    """Return the objects of a rendered overlay."""
    return [document for document in yaml.safe_load_all(text) if document]


@cache
def rendered(tools: Tools, overlay: str) -> str:
    """Return an overlay as it would be applied; rendered once a run."""
    return tools.run("kubectl", "kustomize", f"k8s/overlays/{overlay}")

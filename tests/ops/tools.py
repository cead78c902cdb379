"""How the gates run the tools of others and what they all read: the rendered overlays.

Commands of Kubernetes that are not installed are built from the Go modules that requirements/kubernetes pins by hash.
That takes some ten minutes once; what was built stays in the user's cache folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.ops.rules import ROOT

MODULE = ROOT / "requirements/kubernetes"
BUILT = {"kubectl", "kube-apiserver"}
VERSION = "1.36.2"
_LIMIT_S = 1_200
"""Ends a tool that hangs; on a busy machine the slowest takes some minutes."""

_STAMP = "k8s.io/component-base/version"
_LINK = f"-s -w -X {_STAMP}.gitVersion=v{VERSION} -X {_STAMP}.gitMajor=1 -X {_STAMP}.gitMinor=36"


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

    def command(self, name: str) -> str:
        """Return what to call a tool by: ours, the one on the path, one of Kubernetes built for it; else its name."""
        own = self.folder / name
        if own.exists():
            return str(own.absolute())
        return str(built(name)) if shutil.which(name) is None and name in BUILT else name

    def _call(self, name: str, *arguments: str | Path, cwd: str | Path = ROOT) -> tuple[int, str]:
        try:
            done = subprocess.run(
                [self.command(name), *map(str, arguments)],
                capture_output=True, text=True, timeout=_LIMIT_S, check=False, cwd=cwd,
            )  # fmt: skip
        except FileNotFoundError as error:
            raise Failed(f"{name} is not installed") from error
        return done.returncode, f"{done.stdout}{done.stderr}".strip()


@cache
def built(name: str) -> Path:
    """Return a command of Kubernetes, built where the cache does not have it yet; raises :class:`Failed`."""
    pinned = hashlib.sha256(b"".join((MODULE / file).read_bytes() for file in ("go.mod", "go.sum"))).hexdigest()[:12]
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    binary = home / "khabar" / f"{name}-{VERSION}-{pinned}"
    if binary.exists():
        return binary
    binary.parent.mkdir(parents=True, exist_ok=True)
    fresh = binary.with_suffix(f".{os.getpid()}")
    command = ["go", "build", "-trimpath", f"-ldflags={_LINK}", f"-o={fresh}", f"k8s.io/kubernetes/cmd/{name}"]
    settings = {"CGO_ENABLED": "0", "GOFLAGS": ""}
    try:
        done = subprocess.run(
            command, cwd=MODULE, env={**os.environ, **settings}, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise Failed(f"{name} is not installed, nor is go to build it with") from error
    if done.returncode:
        raise Failed(f"{name} could not be built:\n{done.stderr[-2000:]}")
    fresh.rename(binary)
    return binary


def documents(text: str) -> list[dict[str, Any]]:
    """Return the objects of a rendered overlay."""
    return [document for document in yaml.safe_load_all(text) if document]


@cache
def rendered(tools: Tools, overlay: str) -> str:
    """Return an overlay as it would be applied; rendered once a run."""
    return tools.run("kubectl", "kustomize", f"k8s/overlays/{overlay}")

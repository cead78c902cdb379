"""A real Kubernetes API server on 127.0.0.1, with etcd behind it and nothing else: no node, no controller.

kube-apiserver is built from the Go modules that requirements/kubernetes pins by hash (tests.ops.tools), etcd is
Debian's.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from service.stream.supervisor import free_port
from tests.ops.tools import Failed, Tools

_STARTS_WITHIN_S = 120


class Cluster:
    """kubectl towards one API server."""

    def __init__(self, kubectl: str, configuration: Path) -> None:
        self._command = [kubectl, f"--kubeconfig={configuration}"]

    def call(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run kubectl, whatever it says; ``given`` is its standard input."""
        return subprocess.run(
            [*self._command, *arguments], input=given, capture_output=True, text=True, check=False, timeout=120
        )

    def run(self, *arguments: str, given: str = "") -> str:
        """Return what kubectl prints; raises :class:`Failed` where the server refuses, or warns."""
        done = self.call(*arguments, given=given)
        if done.returncode or "Warning:" in done.stderr:
            raise Failed(f"kubectl {' '.join(arguments[:4])}: exit {done.returncode}\n{done.stderr[:3000]}")
        return done.stdout

    def apply(self, text: str, *flags: str) -> str:
        """Apply objects as the server merges them; with ``--dry-run=server`` it only judges them."""
        return self.run("apply", "--server-side", "--validate=strict", *flags, "--filename=-", given=text)

    def refusal(self, text: str, *flags: str) -> str:
        """Return why the server does not take objects, tried without a change; nothing where it takes them."""
        done = self.call(
            "apply", "--server-side", "--validate=strict", "--dry-run=server", *flags, "--filename=-", given=text
        )
        return done.stderr.strip() if done.returncode else ""


@contextmanager
def serving(tools: Tools, folder: Path) -> Iterator[Cluster]:
    """Give a cluster with an empty store; both servers end with the block."""
    etcd, peer, port = free_port(), free_port(), free_port()
    token = secrets.token_hex(16)
    (folder / "tokens.csv").write_text(f'{token},admin,admin,"system:masters"\n', encoding="utf-8")
    _openssl("genrsa", "-out", str(folder / "sa.key"), "2048")
    _openssl("rsa", "-in", str(folder / "sa.key"), "-pubout", "-out", str(folder / "sa.pub"))
    store = [
        "etcd", f"--data-dir={folder}/etcd", f"--listen-client-urls=http://127.0.0.1:{etcd}",
        f"--advertise-client-urls=http://127.0.0.1:{etcd}", f"--listen-peer-urls=http://127.0.0.1:{peer}",
        f"--initial-advertise-peer-urls=http://127.0.0.1:{peer}", f"--initial-cluster=default=http://127.0.0.1:{peer}",
        "--unsafe-no-fsync",
    ]  # fmt: skip
    server = [
        tools.command("kube-apiserver"), f"--etcd-servers=http://127.0.0.1:{etcd}", f"--cert-dir={folder}/certs",
        "--bind-address=127.0.0.1", f"--secure-port={port}", "--service-cluster-ip-range=10.0.0.0/24",
        "--authorization-mode=RBAC", "--allow-privileged=true", f"--token-auth-file={folder}/tokens.csv",
        "--service-account-issuer=https://kubernetes.default.svc", f"--service-account-key-file={folder}/sa.pub",
        f"--service-account-signing-key-file={folder}/sa.key",
    ]  # fmt: skip
    configuration = folder / "kubeconfig"
    configuration.write_text(json.dumps(_kubeconfig(f"https://127.0.0.1:{port}", token)), encoding="utf-8")
    with _running(store, folder / "etcd.log"), _running(server, folder / "kube-apiserver.log") as child:
        cluster = Cluster(tools.command("kubectl"), configuration)
        _wait(cluster, child, folder / "kube-apiserver.log")
        yield cluster


def _kubeconfig(address: str, token: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1", "kind": "Config", "current-context": "here",
        "clusters": [{"name": "here", "cluster": {"server": address, "insecure-skip-tls-verify": True}}],
        "users": [{"name": "admin", "user": {"token": token}}],
        "contexts": [{"name": "here", "context": {"cluster": "here", "user": "admin"}}],
    }  # fmt: skip


def _openssl(*arguments: str) -> None:
    try:
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)
    except FileNotFoundError as error:
        raise Failed("openssl is not installed") from error


@contextmanager
def _running(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as file:
        try:
            child = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
        except FileNotFoundError as error:
            raise Failed(f"{command[0]} is not installed") from error
    try:
        yield child
    finally:
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(20)
        child.kill()
        child.wait()


def _wait(cluster: Cluster, child: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server is ready; raises :class:`Failed` with the end of its log where it is not in time."""
    until = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < until and child.poll() is None:
        if cluster.call("get", "--raw=/readyz").returncode == 0:
            return
        time.sleep(0.3)
    raise Failed(f"kube-apiserver is not ready:\n{log.read_text('utf-8', 'replace')[-2000:]}")

"""The image, built and run without Docker and without a network: buildah, podman, and Debian's own base system.

The base of the Dockerfile cannot be had everywhere, so a Debian of the same release with the same Python minor stands
in under its name; what is checked is what the Dockerfile does. Needs root, and the packages that APT lists.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from service.errors import Unavailable
from service.ops.settings import load_settings
from service.stream.devkafka import RealKafka
from service.stream.roles import Role
from service.stream.supervisor import free_port
from service.stream.topics import create_topics
from tests.faults.harness import expected, feed_numbers, settled
from tests.kafka.khabar import environment
from tests.kafka.support import eventually, lag
from tests.ops.rules import ROOT
from tests.ops.tools import Failed, Tools

APT = "buildah podman debootstrap runc conmon catatonit"
PYTHON = "3.11"
BASE = f"docker.io/library/python:{PYTHON}-slim-bookworm"
IMAGE = "localhost/khabar"
OWN_MAX = 260
"""Megabytes that the image may have over its base."""

RECORDS = 2_000
STAMP = "--timestamp=1700000000"
"""The time of every file that a layer changes, in seconds since 1970: any, but always the same."""

HARDENED = (
    "--network=host", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--tmpfs=/tmp",
)  # fmt: skip
LIMIT = 10_000
"""Open files and processes of a container: no more than whoever runs the gate has."""

_CONF = f"""[containers]
default_ulimits = ["nofile={LIMIT}:{LIMIT}", "nproc={LIMIT}:{LIMIT}"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
PROBE = """
import importlib.util, os
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
def writable(path):
    try:
        open(path, "w").close()
    except OSError:
        return False
    return True
print(os.getuid(), status["CapBnd"].strip(), status["NoNewPrivs"].strip(), status["Seccomp"].strip(),
      [path for path in ("/a", "/opt/venv/a", "/var/lib/khabar/a", "/tmp/a") if writable(path)],
      [name for name in ("pip", "setuptools") if importlib.util.find_spec(name)])
"""
PROBED = "10001 0000000000000000 1 2 ['/var/lib/khabar/a', '/tmp/a'] []"


class Builder:
    """Builds and runs in one folder, which keeps base, wheels and layers for the next time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "containers.conf").write_text(_CONF, encoding="utf-8")
        (folder / "pip.conf").write_text("[global]\nno-index = true\nfind-links = /wheelhouse\n", encoding="utf-8")

    @property
    def place(self) -> tuple[str, ...]:
        """Where buildah and podman keep what they make."""
        return "--storage-driver=overlay", f"--root={self.folder}/store", f"--runroot={self.folder}/run"

    def run(self, *command: str, network: bool = True, **settings: str) -> str:
        """Return what a command prints; raises :class:`Failed` with it where the command fails or is missing."""
        try:
            done = subprocess.run(
                [*(() if network else ("unshare", "--net")), *command],
                capture_output=True, text=True, check=False, cwd=self.folder, env={**os.environ, **settings},
            )  # fmt: skip
        except FileNotFoundError as error:
            raise Failed(f"{command[0]} is not installed: apt-get install {APT}") from error
        if done.returncode:
            raise Failed(f"{' '.join(command)[:200]}: exit {done.returncode}\n{(done.stdout + done.stderr)[-2000:]}")
        return done.stdout.strip()

    def store(self, tool: str, *command: str, network: bool = True) -> str:
        """Run buildah or podman on our own store."""
        # buildah runs its steps by chroot and knows no limits to set
        settings = {"CONTAINERS_CONF": str(self.folder / "containers.conf")} if tool == "podman" else {}
        return self.run(tool, *self.place, *command, network=network, **settings)

    def prepare(self) -> None:
        """Fetch what a build needs: base system, tini, wheels. The only step with a network."""
        root = self.folder / "root"
        if not (root / "usr/bin/python3").exists():
            include = f"python{PYTHON},python3,python3-venv,ca-certificates"
            self.run("debootstrap", "--variant=minbase", f"--include={include}", "bookworm", str(root))
            (self.folder / "Base").write_text("FROM scratch\nCOPY root/ /\n", encoding="utf-8")
            self.run("chroot", str(root), "apt-get", "clean")
            self.store("buildah", "bud", "--isolation=chroot", STAMP, f"--tag={BASE}", "--file=Base", ".")
            self.run("chroot", str(root), "apt-get", "update")
            self.run("chroot", str(root), "apt-get", "install", "--yes", "--download-only", "tini")
        for lock in ("run", "build"):
            self.run(
                sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:", "--require-hashes",
                f"--python-version={PYTHON}", f"--requirement={ROOT}/requirements/{lock}.txt", "--dest=wheels",
            )  # fmt: skip

    def build(self, tag: str) -> list[str]:
        """Build the image without a network and without a cache; return the digests of its layers."""
        for name, source in (("lists", "var/lib/apt/lists"), ("cache", "var/cache/apt")):
            shutil.rmtree(self.folder / name, ignore_errors=True)
            shutil.copytree(self.folder / "root" / source, self.folder / name)  # the build empties them
        mounts = {
            "wheels": "/wheelhouse:ro",
            "pip.conf": "/etc/pip.conf:ro",
            "lists": "/var/lib/apt/lists",
            "cache": "/var/cache/apt",
        }
        self.store(
            "buildah", "bud", "--isolation=chroot", "--pull-never", "--format=docker", "--no-cache", STAMP,
            *(f"--volume={self.folder}/{name}:{place}" for name, place in mounts.items()),
            f"--tag={IMAGE}:{tag}", f"--file={ROOT}/Dockerfile", str(ROOT),
            network=False,
        )  # fmt: skip
        return list(
            json.loads(self.store("buildah", "inspect", "--type=image", f"{IMAGE}:{tag}"))["OCIv1"]["rootfs"][
                "diff_ids"
            ]
        )

    def size(self, name: str) -> int:
        """Return the megabytes of an image."""
        return int(json.loads(self.store("podman", "image", "inspect", name))[0]["Size"]) // 1_000_000


def built(tools: Tools) -> Iterator[str]:
    """G10: two builds of the image without a network have equal layers, within the budget of size."""
    builder = Builder(tools.folder.parent.resolve() / "image")
    yield builder.run("buildah", "--version")
    builder.prepare()
    first, second = builder.build("first"), builder.build("second")
    if first != second:
        raise Failed(
            f"layers differ: {[at for at, pair in enumerate(zip(first, second, strict=True)) if len(set(pair)) > 1]}"
        )
    yield f"{len(first)} layers, equal in two builds without a network"
    own = builder.size(f"{IMAGE}:first") - builder.size(BASE)
    if own > OWN_MAX:
        raise Failed(f"{own} MB over the base, {OWN_MAX} are allowed")
    yield f"{own} MB over the base"


def runs(tools: Tools) -> Iterator[str]:
    """G10b: the image that G10 built runs read-only without rights; SIGTERM at work loses nothing."""
    builder = Builder(tools.folder.parent.resolve() / "image")
    yield builder.run("podman", "--version")
    yield from _run(builder)


def _run(builder: Builder) -> Iterator[str]:
    """Run the image hardened: what it may do, and whether it stops as it should."""
    probed = builder.store("podman", "run", "--rm", *HARDENED, "--entrypoint=python3", f"{IMAGE}:first", "-c", PROBE)
    if probed != PROBED:
        raise Failed(f"in the container: {probed}")
    yield f"uid, capabilities, no new privileges, seccomp, what is writable, pip: {probed}"
    with tempfile.TemporaryDirectory() as folder:
        try:
            yield from asyncio.run(_stopped_under_load(builder, Path(folder)))
        except Unavailable as error:
            raise Failed(str(error)) from error


async def _stopped_under_load(builder: Builder, folder: Path) -> list[str]:
    """Run the three roles as containers, stop intake while it works, start it again, account for every record."""
    with RealKafka() as kafka:
        environ = environment(
            kafka.bootstrap, folder, "image", KHABAR_PARTITIONS_RAW="1", KHABAR_DATA_DIR="/var/lib/khabar"
        )
        settings = load_settings(environ)
        await create_topics(settings)
        names: list[str] = []
        try:
            names += [await asyncio.to_thread(_start, builder, role, environ) for role in Role]
            for name in names:
                await eventually(lambda name=name: healthy(builder, name), within=240)  # type: ignore[misc]
            fed = waiting = 0
            for records in (RECORDS, 4 * RECORDS, 16 * RECORDS):  # more where intake took them as they came
                await feed_numbers(settings, range(fed, fed + records))
                fed += records
                waiting = await lag(kafka.bootstrap, f"{settings.group}-intake", settings.topic_raw)
                if waiting:
                    break
            intake = names.pop(0)
            await asyncio.to_thread(builder.store, "podman", "stop", "--time=60", intake)
            code = builder.store("podman", "inspect", "--format={{.State.ExitCode}}", intake)
            builder.store("podman", "rm", intake)
            names.append(await asyncio.to_thread(_start, builder, Role.INTAKE, environ))
            report = await settled(settings, within=600)
        finally:
            for name in names:
                builder.store("podman", "rm", "--force", "--time=0", name)
    if code != "0" or not waiting or not report.balanced or report.ends != expected(range(fed)):
        raise Failed(f"exit code {code}, {waiting} were waiting: {report}")
    return [
        "three roles as containers: HEALTHCHECK well",
        f"intake stopped with {waiting} of {fed} records waiting: exit code 0, and in the end each ended once",
    ]


def _start(builder: Builder, role: Role, environ: dict[str, str]) -> str:
    """Start a role as a container, hardened as in the cluster; return its name."""
    given = {name: value for name, value in environ.items() if name.startswith("KHABAR_")}
    given |= {"KHABAR_HTTP_HOST": "127.0.0.1", "KHABAR_HTTP_PORT": str(free_port())}
    variables = [f"--env={name}={value}" for name, value in given.items()]
    name = f"khabar-{role}-{given['KHABAR_HTTP_PORT']}"
    builder.store(
        "podman", "run", "--detach", f"--name={name}", *HARDENED, *variables, f"{IMAGE}:first", "worker", role
    )
    return name


async def healthy(builder: Builder, name: str) -> bool:
    """Ask the image's own HEALTHCHECK."""
    try:
        await asyncio.to_thread(builder.store, "podman", "healthcheck", "run", name)
    except Failed as error:
        if not re.search(r"unhealthy|exit 1\b|exceeded timeout", str(error)):
            raise
        return False
    return True

"""Apache Kafka itself, in KRaft combined mode on 127.0.0.1: Java and the jars come from package registries."""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import signal
import socket
import tempfile
import time
import uuid
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from service.errors import ExitCode, Misconfigured, Unavailable
from service.stream.devkafka import class_cache, config, jars
from service.stream.devkafka.backend import DevKafka, last_lines
from service.stream.devkafka.process import GuardedProcess

_MAX_NODES = 3
_JVM = (
    "-Xms64m",
    "-Xmx384m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "--sun-misc-unsafe-memory-access=allow",
)
_FORMAT_S = 60.0
_STOP_S = 20.0
_RECORD_S = 60.0
"""Bounds the end of the one run that makes the cache of classes: it takes some seconds."""
_POLL_S = 0.05
_TRIES = 3
_STARTED = b"Kafka Server started"
_PORT_TAKEN = "Address already in use"
_PORTS = range(20_000, 32_000)
"""Below the ports that systems give to outgoing connections: a client that keeps trying the port of a dead broker may
otherwise be given that very port, connect to itself and keep the broker from coming back."""


@dataclass
class _Node:
    """One broker that is its own controller too; ``id`` counts from 1."""

    id: int
    folder: Path
    port: int = 0
    controller_port: int = 0
    listener_ports: dict[str, int] = field(default_factory=dict)
    process: GuardedProcess | None = None
    killed: bool = False
    """Ended by :meth:`RealKafka.kill`, so that its absence is no failure."""
    log_start: int = 0
    """Where the log of the present run begins, in bytes."""

    @property
    def log(self) -> Path:
        return self.folder / "kafka.log"

    @property
    def properties(self) -> Path:
        return self.folder / "server.properties"

    def started(self) -> bool:
        """Say whether the broker has written that it serves clients."""
        with self.log.open("rb") as log:
            log.seek(self.log_start)
            return _STARTED in log.read()


class RealKafka(DevKafka):
    """One to three brokers. Nodes are numbered from 1.

    ``data_dir`` keeps the data for the next start (with the same number of nodes); without it they lie in a temporary
    folder that goes on :meth:`stop`. ``extra_properties`` go into every ``server.properties`` and win over ours.
    ``listeners`` are further ones beside the plain one, by name with their security protocol, see :meth:`listener`.
    ``host`` is the address of this machine that clients come to: another one where they have a network of their own.
    ``start_timeout`` in seconds bounds :meth:`start` and :meth:`restart`, without the first fetching of the jars.
    """

    def __init__(
        self,
        nodes: int = 1,
        data_dir: Path | None = None,
        extra_properties: Mapping[str, str] | None = None,
        *,
        listeners: Mapping[str, str] | None = None,
        host: str = "127.0.0.1",
        start_timeout: float = 120.0,
    ) -> None:
        if not 1 <= nodes <= _MAX_NODES:
            message = f"a Kafka to develop on has 1 to {_MAX_NODES} nodes, not {nodes}"
            raise Misconfigured(message)
        self._count = nodes
        self._data_dir = data_dir
        self._extra = dict(extra_properties or {})
        self._listeners = dict(listeners or {})
        self._host = host
        self._start_timeout = start_timeout
        self._scratch: Path | None = None
        self._class_path = ""
        self._java_options: tuple[str, ...] = ()
        self._nodes: list[_Node] = []

    @property
    def bootstrap(self) -> str:
        """The brokers as ``HOST:PORT[,...]``; empty before the start."""
        return ",".join(f"{self._host}:{node.port}" for node in self._nodes)

    def listener(self, name: str) -> str:
        """Return the addresses of a further listener as ``HOST:PORT[,...]``."""
        return ",".join(f"{self._host}:{node.listener_ports[name]}" for node in self._nodes)

    @property
    def pids(self) -> dict[int, int]:
        """Process ids of the running brokers by node number."""
        return {node.id: node.process.pid for node in self._nodes if node.process and node.process.alive()}

    def start(self) -> None:
        """Start all nodes; returns when each serves clients (see :meth:`DevKafka.start`)."""
        self._class_path = os.pathsep.join(map(str, jars.class_path()))
        self._java_options = class_cache.options(jars.folder(), self._record_classes)
        for attempt in range(1, _TRIES + 1):
            try:
                self._start_once()
            except BaseException as error:
                self.stop()
                # Somebody else may take a port between our look and the broker's.
                if attempt == _TRIES or _PORT_TAKEN not in str(error):
                    raise
            else:
                return

    def stop(self) -> None:
        """End every node: in order and within a bound if the data are kept, at once if they are not."""
        if self._data_dir is not None:
            for node in self._nodes:
                if node.process:
                    node.process.signal(signal.SIGTERM)
            end = time.monotonic() + _STOP_S
            for node in self._nodes:
                if node.process:
                    node.process.wait(max(0.0, end - time.monotonic()))
        for node in self._nodes:
            if node.process:
                node.process.end()
        self._nodes = []
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = None

    def kill(self, node: int) -> None:
        """End one broker as kill -9 does; its data and its port stay for :meth:`restart`."""
        target = self._node(node)
        target.killed = True
        if target.process:
            target.process.kill()

    def restart(self, node: int) -> None:
        """Start a killed broker again on its port and data; returns when it serves clients."""
        target = self._node(node)
        if target.process and target.process.alive():
            message = f"node {node} runs"
            raise Misconfigured(message)
        self._launch(target)
        self._wait_until_started([target])

    def failure(self) -> str | None:
        """Why a broker that should run does not, with its last log lines; None while all is well."""
        for node in self._nodes:
            if not node.killed and node.process and not node.process.alive():
                return f"Kafka node {node.id} ended (exit code {node.process.exit_code()}):\n{last_lines(node.log)}"
        return None

    def _node(self, number: int) -> _Node:
        for node in self._nodes:
            if node.id == number:
                return node
        message = f"there is no running node {number}"
        raise Misconfigured(message)

    def _start_once(self) -> None:
        self._lay_out()
        for node in self._nodes:
            self._launch(node)
        self._wait_until_started(self._nodes)

    def _lay_out(self) -> None:
        folder = self._folder()
        with ExitStack() as held:
            for number in range(1, self._count + 1):
                further = {name: _free_port(held) for name in self._listeners}
                node = _Node(number, folder / f"node{number}", _free_port(held), _free_port(held), further)
                node.folder.mkdir(exist_ok=True)
                self._nodes.append(node)
            self._write_configuration()
            self._format(_cluster_id(folder))

    def _folder(self) -> Path:
        """Return the folder of the data; refuse one that holds another number of nodes."""
        if self._data_dir is None:
            self._scratch = Path(tempfile.mkdtemp(prefix="khabar-kafka-"))
            return self._scratch
        self._data_dir.mkdir(parents=True, exist_ok=True)
        found = len(list(self._data_dir.glob("node*")))
        if found not in {0, self._count}:
            message = f"{self._data_dir} holds a Kafka of {found} nodes: start it with as many, or use another folder"
            raise Misconfigured(message)
        return self._data_dir.resolve()

    def _write_configuration(self) -> None:
        voters = ",".join(f"{node.id}@127.0.0.1:{node.controller_port}" for node in self._nodes)
        for node in self._nodes:
            ports = config.Ports(node.port, node.controller_port, node.listener_ports, self._host)
            data = node.folder / "data"
            ours = config.server_properties(node.id, ports, voters, data, self._count, self._listeners)
            properties = ours | self._extra
            node.properties.write_text("".join(f"{name}={value}\n" for name, value in properties.items()), "utf-8")
            (node.folder / "log4j2.properties").write_text(config.LOGGING, "utf-8")

    def _format(self, cluster_id: str) -> None:
        """Let Kafka's own tool lay out the data folders; one that is laid out already stays as it is."""
        for node in self._nodes:
            arguments = ("format", "--ignore-formatted", f"--cluster-id={cluster_id}", "-c", str(node.properties))
            command = self._java(node, "kafka.tools.StorageTool", *arguments)
            node.process = GuardedProcess(command, node.log, self._scratch)
        for node in self._nodes:
            if node.process and not (node.process.wait(_FORMAT_S) and node.process.exit_code() == 0):
                message = f"Kafka could not lay out {node.folder}:\n{last_lines(node.log)}"
                raise Unavailable(message, ExitCode.NO_BROKER)

    def _launch(self, node: _Node) -> None:
        if node.process:
            node.process.kill()  # the one before has ended: this only gives back its pipe
        node.log_start = node.log.stat().st_size if node.log.exists() else 0
        node.killed = False
        node.process = GuardedProcess(self._java(node, "kafka.Kafka", str(node.properties)), node.log, self._scratch)

    def _wait_until_started(self, nodes: list[_Node]) -> None:
        """Return when all serve clients; raise with the log of the first that ended or was too slow."""
        end = time.monotonic() + self._start_timeout
        for node in nodes:
            while not node.started():
                if why := self.failure():
                    raise Unavailable(why, ExitCode.NO_BROKER)
                if time.monotonic() > end:
                    message = (
                        f"Kafka node {node.id} did not start in {self._start_timeout:g} s:\n{last_lines(node.log)}"
                    )
                    raise Unavailable(message, ExitCode.NO_BROKER)
                time.sleep(_POLL_S)

    def _record_classes(self, options: tuple[str, ...]) -> None:
        """Run a broker of its own once and end it in order; Java writes what it loaded when it ends."""
        broker = RealKafka()
        broker._class_path = self._class_path
        try:
            broker._lay_out()
            broker._java_options = options
            (node,) = broker._nodes
            broker._launch(node)
            broker._wait_until_started([node])
            if node.process:
                node.process.signal(signal.SIGTERM)
                node.process.wait(_RECORD_S)
        finally:
            broker.stop()

    def _java(self, node: _Node, main_class: str, *arguments: str) -> list[str]:
        logging = f"-Dlog4j2.configurationFile=file:{node.folder / 'log4j2.properties'}"
        return [str(jars.java()), *_JVM, *self._java_options, logging, "-cp", self._class_path, main_class, *arguments]


def _cluster_id(folder: Path) -> str:
    """Return the id of the cluster whose data lie in ``folder``; a new one is drawn for a new folder."""
    file = folder / "cluster.id"
    if not file.exists():
        file.write_text(base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("="), "utf-8")
    return file.read_text("utf-8")


def _free_port(held: ExitStack) -> int:
    """Return a free port of 127.0.0.1, kept from others until ``held`` is closed."""
    for _ in range(100):
        probe = held.enter_context(socket.socket())
        try:
            probe.bind(("127.0.0.1", secrets.choice(_PORTS)))
        except OSError:
            continue
        return int(probe.getsockname()[1])
    raise Unavailable("there is no free port on 127.0.0.1", ExitCode.PORT_IN_USE)

"""librdkafka's mock cluster, which comes in the ``confluent-kafka`` wheel: a broker for trying out, all in memory.

Topics appear on first use with four partitions; nothing is created by API, and nothing is durable.
"""

from __future__ import annotations

import select
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from service.errors import ExitCode, Misconfigured, Unavailable
from service.stream.devkafka.backend import DevKafka, last_lines

_SCRIPT = Path(__file__).with_name("mock_cluster.py")
_START_S = 60.0
_STOP_S = 10.0


class EmbeddedKafka(DevKafka):
    """A mock cluster of ``nodes`` brokers in a child process (it shares no interpreter lock with us)."""

    def __init__(self, nodes: int = 1) -> None:
        self._count = nodes
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None
        self._bootstrap = ""

    @property
    def bootstrap(self) -> str:
        """The brokers as ``127.0.0.1:PORT[,...]``; empty before the start."""
        return self._bootstrap

    def start(self) -> None:
        """Start the child; returns when it has told its ports (see :meth:`DevKafka.start`)."""
        if find_spec("confluent_kafka") is None:
            raise Misconfigured("the embedded broker needs confluent-kafka: pip install 'khabar[embedded]'")
        self._log = tempfile.NamedTemporaryFile(prefix="khabar-embedded-")  # noqa: SIM115 - closed by stop()
        self._process = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, str(_SCRIPT), str(self._count)],
            stdin=subprocess.PIPE,  # it ends when this pipe does, which is when we end
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,  # Ctrl-C is ours to handle
        )
        out = self._process.stdout
        if out is not None and select.select([out], [], [], _START_S)[0]:
            self._bootstrap = out.readline().decode().strip()
        if not self._bootstrap:
            why = last_lines(Path(self._log.name))
            self.stop()
            message = f"the embedded broker did not start:\n{why}"
            raise Unavailable(message, ExitCode.NO_BROKER)

    def stop(self) -> None:
        """End the child; harmless if nothing runs."""
        if self._process is not None:
            self._process.kill()  # there is nothing to save
            self._process.communicate(timeout=_STOP_S)
        if self._log is not None:
            self._log.close()
        self._process = self._log = None
        self._bootstrap = ""

    def failure(self) -> str | None:
        """Why the child does not run though it should, with its last words; None while all is well."""
        if self._process is None or self._log is None or self._process.poll() is None:
            return None
        return f"the embedded broker ended (exit code {self._process.returncode}):\n{last_lines(Path(self._log.name))}"

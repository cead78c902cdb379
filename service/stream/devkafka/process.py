"""Processes that end with this one."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_GUARD = Path(__file__).with_name("guard.py")
_KILL_S = 10.0
"""How long the kernel may take to end a killed process (a JVM has memory to give back)."""


class GuardedProcess:
    """A command under :mod:`service.stream.devkafka.guard`, in a session of its own: Ctrl-C does not reach it.

    Its output is appended to ``log``. ``scratch``, if given, is a folder that goes when this process ends or
    :meth:`end` is called.
    """

    def __init__(self, command: Sequence[str], log: Path, scratch: Path | None = None) -> None:
        read_end, write_end = os.pipe()
        with log.open("ab") as output, os.fdopen(read_end, "rb") as pid_line, os.fdopen(write_end, "wb") as pid_out:
            self._guard = subprocess.Popen(  # noqa: S603 - our own script, and a command from our own code
                [sys.executable, "-I", "-S", str(_GUARD), str(scratch or ""), *command],
                stdin=subprocess.PIPE,
                stdout=pid_out,
                stderr=output,
                start_new_session=True,
            )
            pid_out.close()
            self.pid = int(pid_line.readline() or b"0")
            """The command's process id; 0 if it could not be started (the log says why)."""

    def alive(self) -> bool:
        """Say whether the command runs."""
        return self._guard.poll() is None

    def exit_code(self) -> int | None:
        """Return the command's exit code, None while it runs."""
        return self._guard.poll()

    def signal(self, number: signal.Signals) -> None:
        """Send the command a signal; nothing happens if it has ended."""
        if self.pid and self.alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def wait(self, timeout: float) -> bool:
        """Wait for the command's end, at most ``timeout`` seconds; say whether it has ended."""
        try:
            self._guard.wait(timeout)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """End the command as kill -9 does and return when it is gone; its scratch folder stays."""
        self.signal(signal.SIGKILL)
        self._guard.wait(_KILL_S)
        self.end()

    def end(self) -> None:
        """Kill the command if it runs and return when it is gone, then with its scratch folder."""
        if self._guard.stdin is not None:
            self._guard.stdin.close()
        self._guard.wait(_KILL_S)

"""Stands between us and a process that must not outlive us; run as a script, imports nothing of Khabar.

``python guard.py FOLDER COMMAND...`` runs the command (its output goes to our standard error), writes its process id
as the first line of standard output and ends with it. When standard input ends, which happens when the process that
started us ends in whatever way, the command is killed, and FOLDER is removed (none if empty).

Why not let the kernel do it alone: Linux can send a signal on a parent's death (PR_SET_PDEATHSIG), but means the
parent *thread*, and other systems have nothing like it. A pipe serves any thread on any system. The signal is used
where it is safe: this process has one thread when it forks, so the command also ends if this guard is killed.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def _dies_with_this_process() -> Callable[[], None] | None:
    """Return what the forked child calls before exec so that the kernel kills it when we die; None off Linux."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up before the fork: between fork and exec only plain calls are safe
    guard = os.getpid()

    def bind() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != guard:  # we died between fork and prctl
            os._exit(1)

    return bind


def main(folder: str, command: list[str]) -> int:
    """Run the command until it ends or standard input does; return its exit code."""
    child = subprocess.Popen(  # noqa: S603 - the command comes from our own code
        command,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        preexec_fn=_dies_with_this_process(),  # noqa: PLW1509 - there is one thread here
    )
    print(child.pid, flush=True)  # noqa: T201 - this line is the interface

    orphaned = threading.Event()

    def watch() -> None:
        sys.stdin.buffer.read()
        orphaned.set()
        child.kill()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    code = child.wait()
    if orphaned.is_set() and folder:
        shutil.rmtree(folder, ignore_errors=True)
    return code


if __name__ == "__main__":
    os._exit(main(sys.argv[1], sys.argv[2:]) & 0xFF)  # not sys.exit: the watcher still holds standard input

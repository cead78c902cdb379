"""Processes beside the role that build the files of a rebuilt database: all of that work keeps Python's lock.

They import neither Faust nor the rest of the role, so they are there within a fraction of a second.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import subprocess
import sys
from collections.abc import Callable, Iterable
from typing import IO, Any, cast

from service.errors import DeliveryFault

Task = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function of a module and its arguments, which another process can be given."""


class Builders:
    """Processes that work off tasks; begun with the first ones."""

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []
        self._ended = False

    def run(self, tasks: Iterable[Task], *, processes: int) -> list[Any]:
        """Return what tasks came to, in their order; each of so many processes does one at a time.

        Raises :class:`DeliveryFault` where one failed, with what its error said, or where a process has ended.
        """
        left = list(enumerate(tasks))
        found: list[Any] = [None] * len(left)
        left.reverse()
        busy: dict[Any, tuple[subprocess.Popen[bytes], int]] = {}
        idle = self._begun(processes)
        try:
            while left or busy:
                while left and idle:
                    process, (place, task) = idle.pop(), left.pop()
                    _give(process, task)
                    busy[process.stdout] = process, place
                for answers in select.select(list(busy), [], [])[0]:
                    process, place = busy.pop(answers)
                    done, found[place] = pickle.load(answers)  # noqa: S301 - from a process that was begun here
                    if not done:
                        raise DeliveryFault(found[place])
                    idle.append(process)
        except (EOFError, BrokenPipeError) as error:
            raise DeliveryFault("a process that builds files has ended") from error
        return found

    def _begun(self, count: int) -> list[subprocess.Popen[bytes]]:
        while len(self._processes) < count and not self._ended:
            # In a session of its own: Ctrl-C is for the role, whose end a process sees at its input.
            self._processes.append(
                subprocess.Popen(  # noqa: S603 - this module, by the interpreter that runs it
                    [sys.executable, "-m", __name__],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    start_new_session=True,
                )
            )
        return list(self._processes)

    def stop(self) -> None:
        """End the processes at once and for good; :meth:`run` fails where it waits for one, in another thread."""
        self._ended = True
        for process in self._processes:
            process.kill()
            process.wait()

    def close(self) -> None:
        """Stop, and close the pipes: to be called where nothing runs."""
        self.stop()
        for process in self._processes:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(BrokenPipeError):  # what was not written to the process
                        pipe.close()
        self._processes.clear()


def _give(process: subprocess.Popen[bytes], task: Task) -> None:
    tasks = cast(IO[bytes], process.stdin)
    pickle.dump(task, tasks, pickle.HIGHEST_PROTOCOL)
    tasks.flush()


def main() -> None:
    """Do what comes in and answer with what it came to, or what went wrong, until there is no more."""
    tasks, answers = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            function, arguments = pickle.load(tasks)  # noqa: S301 - from the role that began this process
        except (EOFError, pickle.UnpicklingError):  # the role has ended, perhaps while it wrote
            return
        try:
            answer = True, function(*arguments)
        except Exception as error:  # noqa: BLE001 - whatever it is, the role has to hear it
            answer = False, str(error) or type(error).__name__
        try:
            pickle.dump(answer, answers)
            answers.flush()
        except BrokenPipeError:  # the role has ended meanwhile
            os._exit(0)


if __name__ == "__main__":
    main()

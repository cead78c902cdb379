"""What both backends have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Self


class DevKafka(ABC):
    """A Kafka that this process started; as a context manager it is started on entry and stopped on exit."""

    @property
    @abstractmethod
    def bootstrap(self) -> str:
        """The brokers as ``127.0.0.1:PORT[,...]``; empty before the start."""

    @abstractmethod
    def start(self) -> None:
        """Return when clients can connect.

        Raises :class:`~service.errors.Misconfigured` if a package is missing and
        :class:`~service.errors.Unavailable` with the reason if the brokers do not come up; then nothing is left behind.
        """

    @abstractmethod
    def stop(self) -> None:
        """End every process; harmless if nothing runs."""

    @abstractmethod
    def failure(self) -> str | None:
        """Why a broker that should run does not, with its last words; None while all is well."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def last_lines(log: Path, count: int = 15) -> str:
    """Return the last lines of a log file for an error message, without the frames of Java's stack traces."""
    if not log.exists():
        return "(it wrote no log)"
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    told = [line for line in lines if not line.startswith(("\tat ", "\t... "))]
    return "\n".join(told[-count:]) or "(it wrote nothing)"
